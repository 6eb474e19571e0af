"""The format files: what is in them is legible at their distance; what is wrong in them is named."""

from pathlib import Path

import pytest

from renderers.errors import PosterError
from renderers.fonts import CAP
from renderers.formats import Rect, load_formats
from tests.renderers.conftest import FORMATS

KNOWN = load_formats(FORMATS)
GOOD = """
titel: Staand scherm
breedte: 1080
hoogte: 1920
familie: staand
kijkafstand_m: 5
pixels_per_mm: 1.16
kijktijd_s: 20
scherm: ja
foto: ja
qr: ja
"""
FAMILY = """
marge: 0.056
letters:
  label: [8, 12]
  toelichting: [4, 6]
  kop: [7, 12]
  affiche: [8, 20]
  feiten: [5, 6]
  tekst: [5, 7]
  vraag: [5, 8]
  nummer: [7, 20]
  klein: [3, 4]
met_foto:
  band: [0, 0, 1, 0.1]
  foto: [0, 0.1, 1, 0.4]
  verhaal: [0.05, 0.5, 0.9, 0.5]
zonder_foto:
  verhaal: [0.05, 0.1, 0.9, 0.9]
rustig:
  verhaal: [0.05, 0.1, 0.9, 0.9]
"""


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


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("marge: 0.056", "marge: 0.056\nmarche: 1", "onbekende instelling marche"),
        ("marge: 0.056", "", "staand.yaml.*ontbreekt of klopt niet"),
        ("breedte: 1080", "breedte: breed", "staand.yaml"),
        ("scherm: ja", "", "scherm ontbreekt"),
        ("familie: staand", "familie: schuin", "familie schuin heeft geen"),
        ("  kop: [7, 12]", "", "letters: kop"),
        ("  kop: [7, 12]", "  kop: [6, 12]", "de kleinste is ten minste 7"),
        ("  band: [0, 0, 1, 0.1]", "  bant: [0, 0, 1, 0.1]", "onbekende vak in met_foto bant"),
        ("  band: [0, 0, 1, 0.1]", "  band: [0, 0, 1.2, 0.1]", "vak band in met_foto valt buiten"),
        ("rustig:", "onrustig:", "onbekende instelling onrustig"),
    ],
)
def test_a_fault_in_a_format_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert (old in GOOD) != (old in FAMILY)
    (tmp_path / "families").mkdir()
    (tmp_path / "families" / "staand.yaml").write_text(FAMILY.replace(old, new), encoding="utf-8")
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


def test_a_story_keeps_text_and_qr_clear_of_the_controls_of_a_telephone() -> None:
    formaat = KNOWN["verhaal-1080x1920"]
    for boxes in formaat.opmaken.values():
        for naam in boxes.keys() - {"foto", "veld", "paneel"}:
            _, top, _, height = boxes[naam]
            assert top * formaat.hoogte >= 250, naam
            assert (top + height) * formaat.hoogte <= 1920 - 340, naam
