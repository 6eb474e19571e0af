"""The letters: refused when incomplete, and never a box where a letter should be."""

import io
from pathlib import Path

import pytest
from PIL import ImageFont

from renderers.errors import PosterError
from renderers.fonts import WEIGHTS, Fonts, unhinted
from renderers.poster import PosterRenderer
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
