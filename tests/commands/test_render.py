"""`hub render` for who designs: every format, every case, what the gate says, and all of it on one sheet."""

import json
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.commands.conftest import Doe

WITHOUT_QR = {"banier-728x90", "banier-970x250", "weg-288x384", "weg-512x960", "weg-784x384", "weg-896x672"}


def test_all_formats_come_with_a_contact_sheet_and_every_qr_leads_where_it_says(doe: Doe, tmp_path: Path) -> None:
    drawn = doe("render", "--actie", "demo", "--alle", "--uit", str(tmp_path), "--json")
    assert (drawn.code, drawn.fout) == (0, "")
    made = json.loads(drawn.uit)
    assert {item["formaat"] for item in made if not item["qr"]} == WITHOUT_QR
    for item in made:
        with Image.open(item["bestand"]) as picture:
            found = [code.text for code in zxingcpp.read_barcodes(picture)]
        wanted = [item["link"]] if item["qr"] else []
        assert [text.lower() for text in found] == [text.lower() for text in wanted], item["formaat"]
    with Image.open(tmp_path / "contactvel.jpg") as sheet:
        assert min(sheet.size) > 1000


def test_a_case_is_drawn_in_a_folder_of_its_own_and_judged(doe: Doe, tmp_path: Path) -> None:
    case = ("--formaat", "breed-1920x1080", "--geval", "oefening", "--thema", "nacht", "--keuring")
    drawn = doe("render", "--actie", "demo", "--uit", str(tmp_path), *case, "--json")
    assert (drawn.code, drawn.fout) == (0, "")
    (item,) = json.loads(drawn.uit)
    assert Path(item["bestand"]) == tmp_path / "oefening" / "breed-1920x1080.jpg"
    assert item["bezwaren"] == []
    assert item["qrGelezen"] == item["qrGeprobeerd"] > 0


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--alle", "--formaat", "breed-1920x1080"), "Kies --alle of --formaat"),
        (("--geval", "rond"), "Het geval rond bestaat niet"),
        (("--thema", "paars"), "Het thema paars bestaat niet"),
    ],
)
def test_what_cannot_be_asked_together_is_a_sentence(
    doe: Doe, tmp_path: Path, args: tuple[str, ...], sentence: str
) -> None:
    refused = doe("render", "--actie", "demo", "--uit", str(tmp_path), *args)
    assert refused.code == 2
    assert sentence in refused.fout
