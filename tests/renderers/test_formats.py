"""The format files: what is in them is legible at their distance; what is wrong in them is named."""

from pathlib import Path

import pytest

from renderers.errors import PosterError
from renderers.fonts import CAP
from renderers.formats import Rect, load_formats
from tests.renderers.conftest import FORMATS

KNOWN = load_formats(FORMATS)
GOOD = (FORMATS / "staand-1080x1920.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("naam", sorted(KNOWN))
@pytest.mark.parametrize(
    ("soort", "mm_per_meter"), [("kop", 7), ("affiche", 7), ("nummer", 7), ("tekst", 5), ("feiten", 5)]
)
def test_the_smallest_letters_are_legible_at_the_distance(naam: str, soort: str, mm_per_meter: float) -> None:
    formaat = KNOWN[naam]
    needed = mm_per_meter * formaat.kijkafstand_m * formaat.pixels_per_mm
    assert formaat.letters[soort][0] * CAP >= 0.98 * needed


@pytest.mark.parametrize("naam", sorted(KNOWN))
def test_name_size_and_layouts_agree(naam: str) -> None:
    formaat = KNOWN[naam]
    assert naam.endswith(f"-{formaat.breedte}x{formaat.hoogte}")
    assert formaat.foto == ("met_foto" in formaat.opmaken)
    for boxes in formaat.opmaken.values():
        assert formaat.qr or "qr" not in boxes


@pytest.mark.parametrize("naam", sorted(naam for naam, known in KNOWN.items() if known.foto))
def test_the_place_for_the_photo_holds_a_whole_head(naam: str) -> None:
    formaat = KNOWN[naam]
    _, _, width, height = formaat.opmaken["met_foto"]["foto"]
    assert (width * formaat.breedte) / (height * formaat.hoogte) <= 1.4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("marge: 60", "marge: 60\nmarche: 1", "onbekende instelling marche"),
        ("marge: 60", "", "'marge' ontbreekt"),
        ("breedte: 1080", "breedte: breed", "staand.yaml"),
        ("  kop: [58, 100]", "", "letters: kop"),
        ("  band: [0, 0, 1, 0.084]", "  bant: [0, 0, 1, 0.084]", "onbekende vak in met_foto bant"),
        ("  band: [0, 0, 1, 0.084]", "  band: [0, 0, 1.2, 0.084]", "vak band in met_foto valt buiten"),
        ("rustig:", "onrustig:", "onbekende instelling onrustig"),
    ],
)
def test_a_fault_in_a_format_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    (tmp_path / "staand.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(PosterError, match=message):
        load_formats(tmp_path)


def test_a_folder_without_formats_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PosterError, match="Geen schermformaten"):
        load_formats(tmp_path)
    (tmp_path / "leeg.yaml").write_text("[]", encoding="utf-8")
    with pytest.raises(PosterError, match=r"leeg.yaml"):
        load_formats(tmp_path)


def test_neighbouring_boxes_touch_at_any_size() -> None:
    for width in range(300, 340):
        area = Rect(3, 5, width, width)
        upper, lower = area.part((0, 0, 1, 0.37)), area.part((0, 0.37, 1, 0.63))
        assert upper.bottom == lower.y
        assert lower.bottom == area.bottom
