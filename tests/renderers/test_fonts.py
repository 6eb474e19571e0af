"""The letters: refused when incomplete, and never a box where a letter should be."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from renderers.errors import PosterError
from renderers.fonts import WEIGHTS, Fonts
from renderers.poster import PosterRenderer
from renderers.truetype import plain, unhinted
from tests.renderers.conftest import FONTS, FORMATS


def test_without_fonts_nothing_starts_and_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(PosterError, match=r"NotoSans-Regular.ttf.*make setup"):
        PosterRenderer(FORMATS, tmp_path)


@pytest.mark.parametrize("absent", ["raqm", "fribidi"])
def test_without_raqm_nothing_is_drawn_and_the_package_is_named(absent: str) -> None:
    with pytest.raises(PosterError, match="libfribidi0"):
        Fonts(FONTS, check=lambda feature: feature != absent)


def test_letters_outside_the_font_become_their_base_or_nothing() -> None:
    fonts = Fonts(FONTS)
    assert fonts.drawable("Ayşe Dağ, Łódź, Zoë") == "Ayşe Dağ, Łódź, Zoë"
    assert fonts.drawable("Vermist 🚨👦") == "Vermist "
    assert fonts.drawable("漢 a") == " a"
    assert fonts.drawable("nul\u200bbreedte\x07") == "nulbreedte"


@pytest.mark.parametrize("name", WEIGHTS.values())
def test_letters_keep_their_widths_without_hints_and_a_font_is_changed_once(name: str) -> None:
    data = (FONTS / name).read_bytes()
    made = unhinted(data)
    assert made != data
    assert unhinted(made) == made
    before, after = (ImageFont.truetype(io.BytesIO(font), 40) for font in (data, made))
    text = "Jongen van 9 vermist, Griftpark €5"
    assert before.getlength(text) == after.getlength(text)
    assert before.getname() == after.getname()


@pytest.mark.parametrize("name", WEIGHTS.values())
@pytest.mark.parametrize("size", [21, 88])
def test_letters_drawn_plain_look_the_same(name: str, size: int) -> None:
    data = unhinted((FONTS / name).read_bytes())
    assert plain(data) != data
    assert plain(plain(data)) == plain(data)
    text = "Jongen van 9 vermist, Griftpark: QRSWXYZ abcdefghklquxyz 0345678 éëïöüÉŁğ–&@€%"
    sheets = [Image.new("L", (size * 50, size * 2)) for _ in range(2)]
    for sheet, font in zip(sheets, (data, plain(data)), strict=True):
        ImageDraw.Draw(sheet).text(
            (0, size), text, font=ImageFont.truetype(io.BytesIO(font), size), fill=255, anchor="ls"
        )
    differs = ImageChops.difference(*sheets)
    assert differs.getextrema()[1] < 0.1 * 255  # type: ignore[operator]
    assert sheets[0].histogram()[255] > 100
