"""Photos from strangers: every one is refused with a reason or comes out as plain pixels."""

import hashlib
import io
import random
import subprocess
import sys

import pytest
from PIL import Image

from hub.acties import foto_proces
from hub.acties.foto_proces import MAX_BYTES_OUT, MAX_SIDE, markers
from hub.acties.fotos import FotoGeweigerd, clean, decrypt, encrypt
from hub.kit.secrets import KeyFileError, Vault
from tests.acties import images
from tests.acties.images import encoded, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "leeg", id="0 bytes"),
        pytest.param(b"\xff" * 10_000_001, "10 MB", id="more than 10 MB"),
        pytest.param(images.png(12_806, 12_806, depth=1), "24 miljoen", id="20 kB that is 164 Mpx"),
        pytest.param(images.png(20_000, 20_000, rows=1), "24 miljoen", id="a header of 400 Mpx"),
        pytest.param(images.jpeg_saying(20_000, 20_000), "24 miljoen", id="a JPEG header of 400 Mpx"),
        pytest.param(encoded(picture((900, 700)), "PNG")[:-60], "beschadigd", id="a truncated PNG"),
        pytest.param(encoded(picture((900, 700)))[:-900], "beschadigd", id="a truncated JPEG"),
        pytest.param(encoded(picture())[:30], "beschadigd", id="only the start of a JPEG"),
        pytest.param(encoded(picture((31, 200))), "kleiner dan", id="too small"),
        pytest.param(images.gif(), "geen foto", id="an animated GIF"),
        pytest.param(encoded(picture(), "BMP"), "geen foto", id="a BMP"),
        pytest.param(encoded(picture(), "TIFF"), "geen foto", id="a TIFF"),
        pytest.param(SVG, "geen foto", id="an SVG"),
        pytest.param(b"%PDF-1.7\n", "geen foto", id="a PDF"),
        pytest.param(images.zipped(), "geen foto", id="a zip that is called .jpg"),
        pytest.param(b"GIF89a" + encoded(picture()), "geen foto", id="a JPEG behind a GIF header"),
        pytest.param(random.Random(4).randbytes(5000), "geen foto", id="noise"),
    ],
)
def test_what_is_no_good_photo_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(FotoGeweigerd, match=reason) as refused:
        clean(data)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(picture()), id="JPEG"),
        pytest.param(encoded(picture(), progressive=True), id="progressive JPEG"),
        pytest.param(encoded(picture(mode="L")), id="grey JPEG"),
        pytest.param(encoded(picture(mode="CMYK")), id="CMYK JPEG"),
        pytest.param(encoded(picture(), comment=b"GEHEIM"), id="JPEG with a comment"),
        pytest.param(encoded(picture(), icc_profile=b"GEHEIM" * 99), id="JPEG with a bad profile"),
        pytest.param(encoded(picture()) + images.zipped() + b"GEHEIM", id="JPEG with a zip behind it"),
        pytest.param(encoded(picture(), "PNG"), id="PNG"),
        pytest.param(encoded(picture(mode="P"), "PNG"), id="palette PNG"),
        pytest.param(encoded(picture(mode="P"), "PNG", transparency=0), id="palette PNG with transparency"),
        pytest.param(encoded(picture(mode="LA"), "PNG"), id="grey PNG with alpha"),
        pytest.param(encoded(picture(mode="1"), "PNG"), id="black and white PNG"),
        pytest.param(images.png(64, 64, rows=9), id="PNG that ends early"),
        pytest.param(images.png(64, 64, depth=16), id="16 bit grey PNG"),
        pytest.param(images.png(64, 64, depth=16, colour=2), id="16 bit colour PNG"),
        pytest.param(encoded(picture(), "WEBP"), id="WebP"),
        pytest.param(
            encoded(picture(), "WEBP", save_all=True, append_images=[picture().rotate(90)]), id="animated WebP"
        ),
    ],
)
def test_a_photo_comes_out_as_a_plain_jpeg(data: bytes) -> None:
    photo = clean(data)
    with Image.open(io.BytesIO(photo.jpeg)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (photo.breedte, photo.hoogte))
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert set(markers(photo.jpeg)) <= {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA, 0xD9}
    assert photo.jpeg.endswith(b"\xff\xd9")
    assert b"GEHEIM" not in photo.jpeg
    assert photo.som == hashlib.sha256(photo.jpeg).hexdigest()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_comes_out_upright_and_without_its_place(orientation: int) -> None:
    photo = clean(images.turned(orientation))
    with Image.open(io.BytesIO(photo.jpeg)) as image:
        assert image.size == (96, 64)
        assert image.convert("L").getpixel((10, 32)) < 60  # type: ignore[operator]
        assert image.convert("L").getpixel((86, 32)) > 200  # type: ignore[operator]
        assert not image.getexif()
    assert b"GEHEIM" not in photo.jpeg


def test_sixteen_bits_keep_their_light() -> None:
    bright = Image.new("I;16", (64, 64), 50_000)
    with Image.open(io.BytesIO(clean(encoded(bright, "PNG")).jpeg)) as image:
        assert image.getpixel((30, 30)) == pytest.approx((195, 195, 195), abs=2)


def test_what_is_see_through_becomes_white() -> None:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    with Image.open(io.BytesIO(clean(encoded(clear, "PNG")).jpeg)) as image:
        assert image.getpixel((30, 30)) == (255, 255, 255)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_largest_photo_fits_in_memory_and_shrinks(format: str) -> None:
    largest = encoded(Image.new("RGBA" if format == "PNG" else "RGB", (6000, 4000), "teal"), format)
    photo = clean(largest)
    assert (photo.breedte, photo.hoogte) == (MAX_SIDE, MAX_SIDE * 2 // 3)


def test_a_noisy_photo_still_stays_under_a_megabyte() -> None:
    noise = Image.frombytes("RGB", (1800, 1600), random.Random(7).randbytes(1800 * 1600 * 3))
    photo = clean(encoded(noise, quality=95))
    assert 300_000 < len(photo.jpeg) <= MAX_BYTES_OUT


MEASURE = """
import resource, sys
from hub.acties.fotos import FotoGeweigerd, clean
try:
    clean(sys.stdin.buffer.read())
except FotoGeweigerd:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def test_a_bomb_costs_neither_time_nor_memory() -> None:
    # In an interpreter of its own: a forked child starts with the memory of its parent, here a whole test run.
    bomb = images.png(12_806, 12_806, depth=1)
    done = subprocess.run([sys.executable, "-c", MEASURE], input=bomb, capture_output=True, check=True)
    seconds, kilobytes = map(float, done.stdout.split())
    assert seconds < 5
    assert kilobytes < 520 * 1024


def test_the_time_limit_holds() -> None:
    with pytest.raises(FotoGeweigerd, match="te veel tijd"):
        clean(encoded(picture((3000, 3000), "RGBA"), "PNG"), timeout=0.001)


def test_a_crash_of_the_process_is_not_taken_for_a_reason() -> None:
    crashes = {0, 1, 2, *(128 + number for number in range(65))}
    assert crashes.isdisjoint(foto_proces.SENTENCES)


def test_a_photo_opens_with_its_own_key_only(vault: Vault) -> None:
    content, key = encrypt(vault, b"jpeg")
    other_content, other_key = encrypt(vault, b"jpeg")
    assert b"jpeg" not in content
    assert content != other_content
    assert decrypt(vault, content, key) == b"jpeg"
    with pytest.raises(KeyFileError):
        decrypt(vault, content, other_key)
