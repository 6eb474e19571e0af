"""QR codes: small symbols, whole pixels, the quiet zone, and a refusal when there is no room."""

import random

import pytest
import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from renderers import qr
from renderers.errors import PosterError

URL = "https://hub.example/7KM3XQ2Z"


def drawn(url: str, side: int) -> Image.Image:
    """The symbol as a poster has it: black on white."""
    mask = qr.dark(url, side, "qr")
    picture = Image.new("RGB", mask.size, "white")
    picture.paste("black", (0, 0), mask)
    return picture


def test_an_upper_case_path_makes_a_smaller_symbol_of_the_same_address() -> None:
    assert qr.payload(URL) == "HTTPS://HUB.EXAMPLE/7KM3XQ2Z"
    assert qr.payload("http://127.0.0.1:8000/7KM3XQ2Z") == "HTTP://127.0.0.1:8000/7KM3XQ2Z"
    assert qr.modules(URL) == 25 + 2 * qr.QUIET


@pytest.mark.parametrize("url", ["https://hub.example/a/Klein", "https://hub.example/X?a=1", "tekst"])
def test_an_address_that_would_change_meaning_is_left_alone(url: str) -> None:
    assert qr.payload(url) == url


@pytest.mark.parametrize("side", [66, 100, 297, 333, 400])
def test_modules_are_whole_pixels_with_a_quiet_zone_of_four(side: int) -> None:
    picture = drawn(URL, side)
    count = qr.modules(URL)
    pixels, rest = divmod(picture.width, count)
    assert rest == 0
    assert side - count < picture.width <= side
    corner = picture.getpixel((qr.QUIET * pixels, qr.QUIET * pixels))
    assert corner == (0, 0, 0)
    quiet = picture.crop((0, 0, picture.width, qr.QUIET * pixels)).getcolors()
    assert quiet == [(picture.width * qr.QUIET * pixels, (255, 255, 255))]
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [qr.payload(URL)]


def test_too_little_room_is_an_error_naming_the_box() -> None:
    with pytest.raises(PosterError, match="vak 'qr': te klein"):
        qr.dark(URL, 60, "vak 'qr'")


@pytest.mark.parametrize("start", ["https://hub.example/", "http://127.0.0.1:8000/", "https://ab.nl/"])
@pytest.mark.parametrize("length", [7, 8, 30])
def test_every_symbol_is_what_encoding_it_alone_gives_and_scans(start: str, length: int) -> None:
    letters = random.Random(length)
    for _ in range(40):
        url = start + "".join(letters.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=length))
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=qr.QUIET, mask_pattern=qr.MASK)
        code.add_data(qr.payload(url))
        rows = code.get_matrix()
        assert list(qr.symbol(url).convert("L").tobytes()) == [0 if cell else 255 for row in rows for cell in row]
        picture = drawn(url, 400)
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [qr.payload(url)]
