"""How fast posters and their QR codes are made, against the ways one would write them first.

`poster-first`: a 1920x1080 poster from a photo of 12 megapixels, nothing remembered from before, as the JPEG that
screens get; against plain Pillow. `-chromium`: the same against a screenshot of a warm page.
`poster-own-qr-jpeg`: the next poster of an actie, with a QR of its own; against drawing it anew by plain Pillow.
`poster-own-qr-http`: the same over HTTP; against that server sending one constant file. `-paste`: against pasting
the QR and encoding per request.
`qr-symbols`: symbols of short links; against `qrcode`. `-c`: against libqrencode.
`poster-set`: every format from one photo; against plain Pillow in a loop over the same sizes.
"""

import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import segno
import zxingcpp
from PIL import Image

from bench import _naief
from bench._lezers import per_second
from hub.commands.bench import meting
from hub.content import Foto, PosterRequest, Renderer
from renderers import qr, splice
from renderers.base import QUALITIES
from renderers.poster import PosterRenderer

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
FORMAAT = "breed-1920x1080"
SIZE = (1920, 1080)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
START = f"{_naief.ADRES.upper()}/"
T = TypeVar("T")


def suite(
    make: Callable[[], Renderer],
    rounds: int = ROUNDS,
    photo_size: tuple[int, int] = (4000, 3000),
    count: int = 2000,
    seconds: float = 1.5,
) -> Iterator[Mapping[str, object]]:
    """Each bench has both ways in turn, so that a busy machine slows both; the median of each counts."""
    renderer, foto = make(), Foto(_naief.synthetic_photo(*photo_size))
    yield from own_qr(renderer, foto, rounds, count)
    yield from own_qr_http(renderer, foto, rounds, seconds)
    yield poster_set(renderer, foto, min(rounds, 3))
    yield from symbols(rounds, count)
    yield first_against_chromium(renderer, foto, rounds)
    yield symbols_against_c(rounds, count)


def own_qr(renderer: Renderer, foto: Foto, rounds: int, count: int) -> Iterator[Mapping[str, object]]:
    """`poster-first` and `poster-own-qr-jpeg`, which have the same baseline."""
    asked = _naief.request(FORMAAT, foto)
    links = [_naief.request(FORMAAT, foto, code) for code in codes(count)]
    _check(renderer, links[:3])

    first, own, theirs = interleaved(
        rounds,
        lambda: cpu(lambda: _first(renderer, foto)),
        lambda: cpu(lambda: sum(len(_joined(renderer.pieces(link))) for link in links)),
        lambda: cpu(lambda: _naief.plain(asked, SIZE)),
    )
    yield meting("poster-first", 1 / first, "posters/s", 1 / theirs)
    yield meting("poster-own-qr-jpeg", count / own, "posters/s", 1 / theirs)


def own_qr_http(renderer: Renderer, foto: Foto, rounds: int, seconds: float) -> Iterator[Mapping[str, object]]:
    """Over HTTP, from a server in a process of its own."""
    with _server(foto) as port:
        for code in codes(3):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/eigen/{code}") as answer:
                assert answer.read() == renderer.render(_naief.request(FORMAAT, foto, code)).data
        constant, own, paste = interleaved(
            rounds, *(lambda way=way: per_second(port, way, seconds) for way in ("vast", "eigen", "plak"))
        )
    yield meting("poster-own-qr-http", own, "posters/s", constant)
    yield meting("poster-own-qr-http-paste", own, "posters/s", paste)


def poster_set(renderer: Renderer, foto: Foto, rounds: int) -> Mapping[str, object]:
    """Every format, in every round from the photo as it came in."""
    asked = [(_naief.request(naam, foto), size) for naam, size in renderer.formats().items()]

    def all_ours() -> None:
        renderer.forget_photos()
        for one, size in asked:
            made = renderer.render(one)
            assert (made.width, made.height) == size

    ours, theirs = interleaved(
        rounds, lambda: cpu(all_ours), lambda: cpu(lambda: [_naief.plain(one, size) for one, size in asked])
    )
    return meting("poster-set", 1 / ours, "sets/s", 1 / theirs)


def symbols(rounds: int, count: int) -> Iterator[Mapping[str, object]]:
    """Each symbol is what segno makes of it with the same mask."""
    known = codes(10 * count)
    for code in known[:50]:
        made = segno.make_qr(START + code, error="m", mask=qr.MASK, mode="alphanumeric", boost_error=False)
        bits = "".join("1" if dark else "0" for row in made.matrix for dark in row)
        assert qr.symbol(START + code) == int(bits, 2)
    ours, theirs = interleaved(
        rounds,
        lambda: cpu(lambda: _symbols(known)) / len(known),
        lambda: cpu(lambda: [_naief.plain_symbol(START + code) for code in known[:40]]) / 40,
    )
    yield meting("qr-symbols", 1 / ours, "symbols/s", 1 / theirs)


def symbols_against_c(rounds: int, count: int) -> Mapping[str, object]:
    """libqrencode chooses the mask that suits each symbol."""
    width, known = _naief.encoder_in_c(), codes(10 * count)
    assert width(START + known[0]) == qr.side(START + known[0])
    ours, theirs = interleaved(
        rounds,
        lambda: cpu(lambda: _symbols(known)) / len(known),
        lambda: cpu(lambda: [width(START + code) for code in known[:count]]) / count,
    )
    return meting("qr-symbols-c", 1 / ours, "symbols/s", 1 / theirs)


def first_against_chromium(renderer: Renderer, foto: Foto, rounds: int) -> Mapping[str, object]:
    """In seconds of the clock: Chromium works in processes of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _naief.chromium_page(Path(folder), _naief.request(FORMAAT, foto)) as shot,
    ):
        assert zxingcpp.read_barcodes(Image.open(io.BytesIO(shot())).convert("RGB"))
        ours, theirs = interleaved(
            rounds, lambda: clock(lambda: _first(renderer, foto)), lambda: clock(lambda: _size(shot()))
        )
    return meting("poster-first-chromium", 1 / ours, "posters/s", 1 / theirs)


def interleaved(rounds: int, *ways: Callable[[], float]) -> list[float]:
    """The median of each way, all of them in turn; a first turn warms up and does not count."""
    found = [[way() for way in ways] for _ in range(rounds + 1)][1:]
    return [statistics.median(values) for values in zip(*found, strict=True)]


def cpu(work: Callable[[], object]) -> float:
    """Processor time of one call, which another process on this machine does not stretch."""
    start = time.process_time()
    work()
    return time.process_time() - start


def clock(work: Callable[[], object]) -> float:
    """Seconds of the clock."""
    start = time.monotonic()
    work()
    return time.monotonic() - start


def codes(count: int) -> Sequence[str]:
    """Codes as short links have them."""
    chance = random.Random(count)
    return ["".join(chance.choices(LETTERS, k=8)) for _ in range(count)]


def _symbols(known: Sequence[str]) -> None:
    symbol = qr.family(START, len(known[0])).symbol
    for code in known:
        symbol(code)


def _first(renderer: Renderer, foto: Foto) -> None:
    """The first poster of an actie: no cut of its photo in memory."""
    renderer.forget_photos()
    _size(renderer.render(_naief.request(FORMAAT, foto)).data)


def _size(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == SIZE


def _joined(pieces: tuple[tuple[bytes, ...], tuple[bytes, ...]]) -> bytes:
    shared, own = pieces
    parts = [b""] * (len(shared) + len(own))
    parts[::2], parts[1::2] = shared, own
    return b"".join(parts)


def _check(renderer: Renderer, asked: Sequence[PosterRequest]) -> None:
    """A spliced poster is pixel for pixel the one that is drawn and encoded whole."""
    assert isinstance(renderer, PosterRenderer)
    for one in asked:
        whole = renderer.frame(one)
        full = {_pixels(splice.encode(whole, quality)) for quality in QUALITIES}
        assert _pixels(_joined(renderer.pieces(one))) in full


def _pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


@contextmanager
def _server(foto: Foto) -> Iterator[int]:
    """The server of `_posterserver` on a free port; ended by its own number."""
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "foto.jpg"
        photo.write_bytes(foto.data)
        command = [sys.executable, "-m", "bench._posterserver", str(photo), FORMAAT]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                yield int(process.stdout.readline())
            finally:
                process.terminate()
