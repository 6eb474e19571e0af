"""Photos that mean harm: bombs, halves, disguises and thousands of damaged ones, each refused or tamed.

The limits of the process, 512 MB and 3 seconds of processor time, are the kernel's; what is left to show is that
nothing gets out of it but a plain JPEG, and that it never dies of what it is given.
"""

import io
import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from PIL import Image

from hub.acties import foto_proces
from hub.acties.fotos import FotoGeweigerd, clean
from tests.acties import images
from tests.acties.images import encoded, picture

HTML = b"<html><script>alert('GEHEIM')</script>"
DAMAGE = """
import io, json, random, resource, sys
sys.path.insert(0, sys.argv[2])
import foto_proces
resource.setrlimit(resource.RLIMIT_AS, (foto_proces.MEMORY, foto_proces.MEMORY))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
originals = [bytes.fromhex(line) for line in sys.stdin.read().split()]
chance, counts, longest = random.Random(11), {"tamed": 0, "refused": 0}, 0.0
for number in range(int(sys.argv[1])):
    data = bytearray(chance.choice(originals))
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.2:
        del data[chance.randrange(len(data)):]
    used = resource.getrusage(resource.RUSAGE_SELF)
    try:
        width, height, jpeg = foto_proces.redraw(bytes(data))
        assert jpeg[:2] == b"\\xff\\xd8" and jpeg[-2:] == b"\\xff\\xd9" and len(jpeg) <= foto_proces.MAX_BYTES_OUT
        assert max(width, height) <= foto_proces.MAX_SIDE
        counts["tamed"] += 1
    except foto_proces.Refusal:
        counts["refused"] += 1
    longest = max(longest, resource.getrusage(resource.RUSAGE_SELF).ru_utime - used.ru_utime)
counts["longest"] = longest
print(json.dumps(counts))
"""


def mpo() -> bytes:
    """Two pictures in one file, as telephones make for depth."""
    out = io.BytesIO()
    picture().save(out, "MPO", save_all=True, append_images=[picture().rotate(180)])
    return out.getvalue()


def apng() -> bytes:
    """A PNG that moves."""
    out = io.BytesIO()
    picture().save(out, "PNG", save_all=True, append_images=[picture().rotate(90)])
    return out.getvalue()


def with_segment(marker: int, content: bytes) -> bytes:
    """A JPEG with one more segment behind its first two bytes."""
    data = encoded(picture())
    return data[:2] + bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content + data[2:]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(apng(), id="APNG"),
        pytest.param(mpo(), id="MPO"),
        pytest.param(with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + HTML), id="XMP"),
        pytest.param(with_segment(0xFE, HTML), id="HTML in a comment"),
        pytest.param(with_segment(0xE2, b"ICC_PROFILE\0\1\1" + HTML * 9), id="a profile that is HTML"),
        pytest.param(encoded(picture()) + HTML, id="a JPEG that is HTML at the end"),
    ],
)
def test_of_a_disguised_photo_only_the_pixels_are_left(data: bytes) -> None:
    jpeg = clean(data).jpeg
    assert b"GEHEIM" not in jpeg
    with Image.open(io.BytesIO(jpeg)) as image:
        assert (image.format, getattr(image, "n_frames", 1)) == ("JPEG", 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(images.png(1, 65_500), "kleiner dan", id="1x65500"),
        pytest.param(encoded(picture(), "AVIF"), "geen foto", id="AVIF"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 4000, "geen foto", id="HEIC"),
        pytest.param(HTML + encoded(picture()), "geen foto", id="HTML before a JPEG"),
    ],
)
def test_what_only_looks_like_a_photo_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FotoGeweigerd, match=reason):
        clean(data)


def test_half_a_photo_is_refused_wherever_it_ends() -> None:
    whole = encoded(picture((300, 200)))
    for part in range(50):
        with pytest.raises(foto_proces.Refusal):
            foto_proces.redraw(whole[: len(whole) * part // 50])


@pytest.mark.soak
def test_ten_thousand_damaged_photos_are_refused_or_tamed(rounds: Callable[[int], int]) -> None:
    wanted = rounds(10_000)
    grain = Image.effect_noise((160, 120), 60).convert("RGB")
    originals = [
        encoded(grain),
        encoded(grain, progressive=True),
        encoded(grain, "PNG"),
        encoded(grain.convert("P"), "PNG"),
        encoded(grain, "WEBP"),
    ]
    folder = foto_proces.__file__.rpartition("/")[0]
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", DAMAGE, str(wanted), folder],
        input="\n".join(data.hex() for data in originals),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    counts = json.loads(done.stdout)
    assert min(counts["tamed"], counts["refused"]) > wanted // 20
    assert counts["tamed"] + counts["refused"] == wanted
    assert counts["longest"] <= foto_proces.CPU_SECONDS
