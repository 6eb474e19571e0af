"""How fast the first poster of an actie is ready, against plain Pillow.

`poster-first`: a 1920x1080 poster from a photo of 12 megapixels, nothing remembered from before. Ours ends in JPEG,
as screens get it. The baseline is the way one would write it first: decode the whole photo, scale with LANCZOS, a new
font for every trial size, `qrcode` with its automatic mask, Pillow's default PNG.
"""

import io
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import qrcode
from PIL import Image, ImageDraw, ImageFont

from hub.commands.bench import meting
from hub.commands.render import invented
from hub.content import Foto, PosterRequest, Renderer

ROUNDS = 5
FORMAAT = "breed-1920x1080"
FONT = Path(__file__).resolve().parent.parent / "static" / "fonts" / "NotoSans-Bold.ttf"
SIZES = range(140, 20, -2)


def suite(
    make: Callable[[], Renderer], rounds: int = ROUNDS, photo_size: tuple[int, int] = (4000, 3000)
) -> Iterator[Mapping[str, object]]:
    """Both ways in turn, so that a busy machine slows both; the median of each counts."""
    renderer, photo = make(), synthetic_photo(*photo_size)
    request = invented(FORMAAT, datetime(2026, 3, 1, 14, 0, tzinfo=UTC), Foto(photo))
    first(renderer, request)
    plain(request)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(seconds(lambda: first(renderer, request)))
        theirs.append(seconds(lambda: plain(request)))
    yield meting("poster-first", 1 / statistics.median(ours), "posters/s", 1 / statistics.median(theirs))


def seconds(work: Callable[[], bytes]) -> float:
    """Processor time of one call, which another process on this machine does not stretch."""
    start = time.process_time()
    data = work()
    assert data[:3] == b"\xff\xd8\xff" or data[:4] == b"\x89PNG"
    return time.process_time() - start


def first(renderer: Renderer, request: PosterRequest) -> bytes:
    """Our poster as the first of an actie: no cut of its photo in memory."""
    renderer.forget_photos()
    image = renderer.render(request)
    assert (image.width, image.height) == (1920, 1080)
    return image.data


def plain(request: PosterRequest) -> bytes:
    """The same words, photo and QR code, the obvious way."""
    actie, foto, link = request.actie, request.foto, request.link
    assert actie is not None
    assert foto is not None
    assert link is not None
    poster = Image.new("RGB", (1920, 1080), "white")
    photo = Image.open(io.BytesIO(foto.data)).convert("RGB")
    poster.paste(photo.resize((810, 1080), Image.Resampling.LANCZOS), (0, 0))
    draw = ImageDraw.Draw(poster)
    fitted(draw, actie.titel, (860, 60, 1860, 360))
    fitted(draw, f"{actie.bericht} {actie.signalement} {actie.laatst_gezien}", (860, 400, 1860, 760))
    fitted(draw, "Bel 112", (860, 800, 1500, 1020))
    code = qrcode.QRCode(border=4)
    code.add_data(link.url)
    code.make(fit=True)
    poster.paste(code.make_image().get_image().convert("RGB").resize((300, 300)), (1560, 740))
    out = io.BytesIO()
    poster.save(out, "PNG")
    return out.getvalue()


def fitted(draw: ImageDraw.ImageDraw, text: str, box: tuple[int, int, int, int]) -> None:
    """Try sizes from large to small, loading the font and measuring all words each time."""
    for size in SIZES:
        font = ImageFont.truetype(FONT, size)
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if draw.textlength(longer, font=font) <= box[2] - box[0]:
                lines[-1] = longer
            else:
                lines.append(word)
        wide = max(draw.textlength(line, font=font) for line in lines)
        if len(lines) * size * 1.25 <= box[3] - box[1] and wide <= box[2] - box[0]:
            break
    for number, line in enumerate(lines):
        draw.text((box[0], box[1] + number * size * 1.25), line, font=font, fill="black")


def synthetic_photo(width: int, height: int) -> bytes:
    """A JPEG with soft shapes and some grain, like a camera makes; shows nothing and nobody."""
    random = np.random.default_rng(12)
    coarse = Image.fromarray(random.integers(0, 255, (24, 32, 3), dtype=np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = random.integers(-6, 7, (height, width, 1), dtype=np.int16)
    pixels = np.clip(np.asarray(coarse, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=88)
    return out.getvalue()
