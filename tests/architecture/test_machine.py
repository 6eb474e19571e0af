"""What this machine must offer; each failure is a sentence that says what to install."""

from PIL import ImageFont, features

from scripts.setup_assets import ASSETS, STATIC


def test_pillow_shapes_text_with_raqm() -> None:
    assert features.check("raqm"), "Install libfribidi0: Pillow needs it to shape text."


def test_every_font_can_be_drawn_with() -> None:
    for name in ASSETS:
        if name.endswith((".ttf", ".woff2")):
            assert ImageFont.truetype(STATIC / name, 20).getname()[0] == "Noto Sans"
