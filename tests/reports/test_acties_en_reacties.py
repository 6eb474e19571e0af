"""Acties and reacties per gemeente: the 2021 table cell by cell, and our own count."""

import csv
from datetime import UTC, date, datetime
from typing import Any

import pytest

from hub.acties import store
from hub.kit.db import Db
from hub.reports.historie import FOLDER
from hub.reports.model import Periode, Rapport
from hub.reports.register import SMALL_NOTE, maak
from hub.tracking.reacties import note_reactie
from tests.builders import Klok, een_invoer

NAMES = ("aantalActies", "aantalActiesMetReacties", "aantalReactiesBnNummer", "aantalReactiesApp")
YEAR_2021 = Periode(date(2021, 1, 1), date(2021, 12, 31))
MARCH = Periode(date(2026, 3, 1), date(2026, 3, 31))
NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


def rapport(db: Db, periode: Periode, **other: Any) -> Rapport:
    return db.read_sync(lambda s: maak(s, "acties-en-reacties", periode, NOW, **other))


def cells(rapport: Rapport) -> dict[str, tuple[object, ...]]:
    return {str(row["gemeentecode"]): tuple(row[name] for name in NAMES) for row in rapport.rijen}


# -- 2021 ------------------------------------------------------------------------------------------
def test_all_38_rows_equal_the_printed_table(burgernet: Db) -> None:
    path = FOLDER / "midden_nederland_2021_acties_reacties_per_gemeente.csv"
    with path.open(encoding="utf-8", newline="") as file:
        printed = {
            row["gemeentecode"]: tuple(int(cell or 0) for cell in list(row.values())[3:])
            for row in csv.DictReader(file)
        }
    assert len(printed) == 38
    assert cells(rapport(burgernet, YEAR_2021)) == printed


def test_the_printed_table_was_copied_right(burgernet: Db) -> None:
    made = rapport(burgernet, YEAR_2021)
    rows = cells(made)
    assert rows["GM0344"] == (136, 105, 33, 206)
    assert rows["GM0034"] == (105, 64, 21, 120)
    assert rows["GM0307"] == (61, 55, 46, 120)
    assert rows["GM0335"] == (1, 0, 0, 0)
    assert rows["GM0376"] == (1, 1, 0, 1)
    assert rows["GM1696"] == (2, 1, 1, 0)
    assert rows["GM0355"] == (36, 24, 12, 36)
    assert [sum(int(str(row[i])) for row in rows.values()) for i in range(4)] == [788, 602, 388, 1116]
    assert "GM0457" not in rows


def test_what_does_not_add_up_is_shown_in_the_restrij(burgernet: Db) -> None:
    made = rapport(burgernet, YEAR_2021)
    assert made.restrij == {
        "gemeentecode": None,
        "gemeente": "Niet in de tabel (vermoedelijk Weesp)",
        **dict(zip(NAMES, (5, 3, 1, 5), strict=True)),
    }
    assert tuple(made.totaal[name] for name in NAMES) == (793, 605, 389, 1121)
    assert made.totaal["gemeente"] == "Totaal"
    assert made.peildatum == date(2021, 12, 31)


def test_rows_stand_by_name_under_official_spelling(burgernet: Db) -> None:
    names = [row["gemeente"] for row in rapport(burgernet, YEAR_2021).rijen]
    assert names[:3] == ["Almere", "Amersfoort", "Baarn"]
    assert names[-1] == "Zeist"
    assert {"Utrechtse Heuvelrug", "Laren (NH.)"} <= set(names)
    assert names == sorted(names, key=str.casefold)


def test_every_column_has_its_definition_and_source(burgernet: Db) -> None:
    for kolom in rapport(burgernet, YEAR_2021).kolommen:
        assert kolom.definitie
        assert kolom.bron
    for kolom in rapport(burgernet, MARCH).kolommen:
        assert kolom.definitie
        assert kolom.bron


def test_next_new_years_day_ends_the_same_year(burgernet: Db) -> None:
    assert len(rapport(burgernet, Periode(date(2021, 1, 1), date(2022, 1, 1))).rijen) == 38


def test_part_of_2021_points_to_the_whole_year(burgernet: Db) -> None:
    made = rapport(burgernet, Periode(date(2021, 3, 1), date(2021, 3, 31)))
    assert made.rijen == ()
    assert any("2021" in note for note in made.opmerkingen)


def test_one_gemeente_has_its_own_total_and_no_restrij(burgernet: Db) -> None:
    made = rapport(burgernet, YEAR_2021, zichtbaar=lambda code: code == "GM0344")
    assert cells(made) == {"GM0344": (136, 105, 33, 206)}
    assert made.restrij is None
    assert made.totaal["aantalActies"] == 136


# -- our own count ---------------------------------------------------------------------------------
def actie(db: Db, klok: Klok, kenmerk: str, routes: tuple[str, ...] = (), *, start: bool = True, **other: Any) -> None:
    def work(session: Any) -> None:
        made = store.create(session, een_invoer(kenmerk=kenmerk, **other), wie="m", now=klok.now())
        if start:
            store.set_fase(session, made.id, "vrijgeven", now=klok.now())
        for route in routes:
            note_reactie(session, actie_id=made.id, route=route, now=klok.now())

    db.write_sync(work)


@pytest.fixture
def gevuld(db: Db, klok: Klok) -> Db:
    actie(db, klok, "a", ("app", "app", "0800-0011", "112"))
    actie(db, klok, "b", ("112", "web"))
    actie(db, klok, "c", ("0800-0011",), gemeente="GM0307", gemeenten=("GM0307",))
    actie(db, klok, "oefening", ("app",), oefening=True)
    actie(db, klok, "concept", start=False)
    actie(db, klok, "buurt", soort="buurtonderzoek")
    return db


def test_our_own_acties_are_counted_by_gemeente(gevuld: Db) -> None:
    made = rapport(gevuld, MARCH)
    assert cells(made) == {"GM0307": (1, 1, 1, 0), "GM0344": (2, 1, 1, 2)}
    assert [row["aantalReactiesOverig"] for row in made.rijen] == [0, 3]
    assert made.restrij is None
    assert tuple(made.totaal[name] for name in NAMES) == (3, 2, 2, 2)
    assert made.peildatum == date(2026, 4, 1)


def test_small_numbers_carry_a_warning(gevuld: Db) -> None:
    assert SMALL_NOTE in rapport(gevuld, MARCH).opmerkingen


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (datetime(2026, 2, 28, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), False),
    ],
)
def test_a_day_is_a_day_in_the_netherlands(db: Db, moment: datetime, inside: bool) -> None:
    actie(db, Klok(moment), "a")
    assert bool(rapport(db, MARCH).rijen) is inside


def test_nothing_in_the_period_is_a_zero_not_a_gap(db: Db) -> None:
    made = rapport(db, MARCH)
    assert (made.rijen, made.restrij, made.totaal["aantalActies"]) == ((), None, 0)


def test_own_acties_in_a_printed_year_are_mentioned_not_mixed(burgernet: Db) -> None:
    actie(burgernet, Klok(datetime(2021, 6, 1, 12, 0, tzinfo=UTC)), "a")
    made = rapport(burgernet, YEAR_2021)
    assert made.totaal["aantalActies"] == 793
    assert any("1 eigen acties" in note for note in made.opmerkingen)
