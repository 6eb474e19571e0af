"""Reports and the figures from before the hub, from the command line."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.commands.conftest import Doe

JAAR = ("--van", "2021-01-01", "--tot", "2021-12-31")


def test_the_printed_year_comes_out_with_its_rest_row(doe: Doe, tmp_path: Path) -> None:
    assert "0 stonden er al" in doe("import", "burgernet-2021").uit
    assert "0 cijfers nieuw, 0 gewijzigd" in doe("import", "burgernet-2021").uit
    report = json.loads(doe("report", "acties-en-reacties", *JAAR).uit)
    assert len(report["rijen"]) == 38
    assert report["restrij"] is not None
    assert all(kolom["definitie"] for kolom in report["kolommen"])
    file = tmp_path / "rapport.csv"
    assert doe("report", "acties-en-reacties", *JAAR, "--formaat", "csv", "--uit", str(file)).code == 0
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert len(rows) == 1 + 38 + 2
    assert rows[0][:3] == ["gemeentecode", "gemeente", "Acties"]


def test_a_report_of_one_gemeente(doe: Doe) -> None:
    doe("import", "burgernet-2021")
    report = json.loads(doe("report", "acties-en-reacties", *JAAR, "--gemeente", "Utrecht").uit)
    assert [rij["gemeentecode"] for rij in report["rijen"]] == ["GM0344"]


def test_without_a_name_the_reports_are_listed(doe: Doe) -> None:
    assert "acties-en-reacties" in doe("report").uit


@pytest.mark.parametrize(
    ("args", "zin"),
    [
        (("cijfers",), "Het rapport ‘cijfers’ bestaat niet. Kies uit: acties-en-reacties"),
        (("acties-en-reacties", "--van", "1 maart"), "--van: dit is geen datum."),
        (("acties-en-reacties", "--van", "2026-02-01", "--tot", "2026-01-01"), "--tot ligt voor --van."),
        (("acties-en-reacties", "--gemeente", "Atlantis"), "Geen of meer dan één gemeente gevonden."),
        (("acties-en-reacties", "--formaat", "xml"), "Deze waarde kan niet bij '--formaat': 'xml' bestaat niet."),
    ],
)
def test_what_cannot_be_reported_is_a_sentence(doe: Doe, args: tuple[str, ...], zin: str) -> None:
    refused = doe("report", *args)
    assert (refused.code, refused.uit) == (2, "")
    assert zin in refused.fout
