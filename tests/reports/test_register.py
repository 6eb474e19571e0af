"""The mechanism of reports: found by folder, totals that are checked, written safely."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from hub.kit.db import Db
from hub.reports.model import Kolom, Periode, Rapport
from hub.reports.register import OnbekendRapport, maak, rapporten
from hub.reports.weergave import Scheiding, to_csv, to_json

YEAR_2021 = Periode(date(2021, 1, 1), date(2021, 12, 31))
NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


def table(rapport: Rapport, scheiding: Scheiding = "komma") -> list[list[str]]:
    text = to_csv(rapport, scheiding).decode()
    assert text.startswith("\ufeff")
    return list(
        csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";" if scheiding == "puntkomma" else ",")
    )


@pytest.fixture
def printed(burgernet: Db) -> Rapport:
    return burgernet.read_sync(lambda s: maak(s, "acties-en-reacties", YEAR_2021, NOW))


@pytest.fixture
def odd() -> Rapport:
    kolommen = (Kolom("woord", "Woord", "d", optelbaar=False), Kolom("getal", "=Getal", "d"))
    rijen = tuple({"woord": word, "getal": 2.5} for word in ("=1+1", "+31", "-x", "@a", "\tb", "gewoon;twee,drie"))
    row = {"woord": "Totaal", "getal": -15}
    return Rapport("x", "X", "", kolommen, rijen, None, row, NOW.date(), YEAR_2021)


def test_a_report_is_found_in_the_folder_with_its_explanation() -> None:
    soort = rapporten()["acties-en-reacties"]
    assert soort.titel == "Acties en reacties per gemeente"
    assert soort.uitleg.startswith("Hoeveel tijdkritische acties")
    assert all("\n" not in alinea for alinea in soort.uitleg.split("\n\n"))


@pytest.mark.parametrize("naam", sorted(rapporten()))
def test_every_report_can_be_made_and_defines_its_columns(db: Db, naam: str) -> None:
    made = db.read_sync(lambda s: maak(s, naam, YEAR_2021, NOW))
    assert made.uitleg
    assert all(kolom.definitie and kolom.bron for kolom in made.kolommen)
    assert table(made)[0][:2] == ["gemeentecode", "gemeente"]
    assert table(made)[0][2:] == [kolom.titel for kolom in made.kolommen[2:]]
    assert to_json(made)["rijen"] == []


def test_an_unknown_report_names_those_that_exist(db: Db) -> None:
    with pytest.raises(OnbekendRapport, match="acties-en-reacties"):
        db.read_sync(lambda s: maak(s, "kosten", YEAR_2021, NOW))


def test_csv_holds_header_rows_restrij_and_total(printed: Rapport) -> None:
    rows = table(printed)
    assert len(rows) == 1 + 38 + 1 + 1
    assert rows[1] == ["GM0034", "Almere", "105", "64", "21", "120"]
    assert rows[-2:] == [
        ["", "Niet in de tabel (vermoedelijk Weesp)", "5", "3", "1", "5"],
        ["", "Totaal", "793", "605", "389", "1121"],
    ]


def test_json_carries_definitions_with_the_figures(printed: Rapport) -> None:
    data = to_json(printed)
    assert data["periode"] == {"van": "2021-01-01", "tot": "2021-12-31"}
    assert data["restrij"] == printed.restrij
    kolommen = data["kolommen"]
    assert isinstance(kolommen, list)
    assert set(kolommen[2]) == {"naam", "titel", "definitie", "teller", "noemer", "bron"}


def test_a_cell_cannot_start_a_formula(odd: Rapport) -> None:
    rows = table(odd)
    assert rows[0] == ["woord", "'=Getal"]
    assert [row[0] for row in rows[1:]] == [
        "'=1+1",
        "'+31",
        "'-x",
        "'@a",
        "'\tb",
        "gewoon;twee,drie",
        "Totaal",
    ]
    assert (rows[1][1], rows[-1][1]) == ("2.5", "-15")


def test_for_dutch_excel_the_cells_are_the_same_with_a_decimal_comma(odd: Rapport, printed: Rapport) -> None:
    assert table(printed, "puntkomma") == table(printed)
    assert table(odd, "puntkomma")[1] == ["'=1+1", "2,5"]
    assert to_csv(odd, "puntkomma").splitlines()[0] == "\ufeffwoord;'=Getal".encode()
