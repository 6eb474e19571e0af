"""QR codes: small symbols, whole pixels, and the same modules as another encoder makes."""

import random
from collections.abc import Callable

import pytest
import qrcode
import segno
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from renderers import qr

URL = "https://hub.example/7KM3XQ2Z"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def drawn(url: str, module: int) -> Image.Image:
    """The symbol as a poster has it: black on white, with its quiet zone."""
    side = qr.modules(url) * module
    picture = Image.new("RGB", (side, side), "white")
    picture.paste("black", (qr.QUIET * module,) * 2, qr.dark(qr.symbol(url), qr.side(url), module))
    return picture


def another(text: str, mode: str) -> int:
    """The modules that segno makes of it, with the same mask."""
    made = segno.make_qr(text, error="m", mask=qr.MASK, mode=mode, boost_error=False)
    return int("".join("1" if dark else "0" for row in made.matrix for dark in row), 2)


def test_an_upper_case_path_makes_a_smaller_symbol_of_the_same_address() -> None:
    assert qr.payload(URL) == "HTTPS://HUB.EXAMPLE/7KM3XQ2Z"
    assert qr.payload("http://127.0.0.1:8000/7KM3XQ2Z") == "HTTP://127.0.0.1:8000/7KM3XQ2Z"
    assert qr.modules(URL) == 25 + 2 * qr.QUIET


@pytest.mark.parametrize("url", ["https://hub.example/a/Klein", "https://hub.example/X?a=1", "tekst"])
def test_an_address_that_would_change_meaning_is_left_alone(url: str) -> None:
    assert qr.payload(url) == url
    assert qr.alike(url) == url
    assert [found.text for found in zxingcpp.read_barcodes(drawn(url, 4))] == [url]


@pytest.mark.parametrize("module", [2, 3, 8, 9])
def test_modules_are_whole_pixels_and_another_decoder_reads_them(module: int) -> None:
    picture = drawn(URL, module)
    assert picture.width == 33 * module
    small = picture.convert("L").resize((33, 33), Image.Resampling.NEAREST)
    assert small.resize(picture.size, Image.Resampling.NEAREST).tobytes() == picture.convert("L").tobytes()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [qr.payload(URL)]


def test_links_that_differ_in_their_code_are_alike_and_others_are_not() -> None:
    assert qr.alike(URL) == qr.alike("https://HUB.example/00000000") == "HTTPS://HUB.EXAMPLE/00000000"
    assert qr.alike(URL) != qr.alike(URL + "A") != qr.alike("https://hub.other/7KM3XQ2Z")
    assert qr.side(URL) == qr.side(qr.alike(URL))


@pytest.mark.parametrize("start", ["https://hub.example/", "http://127.0.0.1:8000/", "https://ab.nl/"])
@pytest.mark.parametrize("length", [5, 7, 8, 30])  # of a text that ends on a byte segno makes one byte more
@pytest.mark.soak
def test_every_symbol_is_what_another_encoder_makes_of_it(
    start: str, length: int, rounds: Callable[[int], int]
) -> None:
    letters = random.Random(length)
    for _ in range(rounds(1000)):
        url = start + "".join(letters.choices(LETTERS, k=length))
        assert qr.symbol(url) == another(qr.payload(url), "alphanumeric")


@pytest.mark.parametrize("start", ["https://hub.example/a/", "http://127.0.0.1:8000/a/", "https://ab.nl/hub/a/"])
@pytest.mark.parametrize("length", [4, 6, 8])
@pytest.mark.soak
def test_the_symbol_of_a_page_is_what_encoding_it_whole_gives(
    start: str, length: int, rounds: Callable[[int], int]
) -> None:
    letters = random.Random(length)
    for _ in range(rounds(1000)):
        url = start + "".join(letters.choices(LETTERS, k=length))
        whole = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=qr.MASK)
        whole.add_data(qr.payload(url), optimize=0)
        assert qr.symbol(url) == int("".join("1" if dark else "0" for row in whole.get_matrix() for dark in row), 2)
        assert qr.alike(url) == qr.alike(start + "0" * length)
    assert [found.text for found in zxingcpp.read_barcodes(drawn(url, 4))] == [qr.payload(url)]
