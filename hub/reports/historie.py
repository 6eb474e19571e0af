"""Loads the figures that earlier yearly reports printed, cell by cell and uncorrected (`hub import burgernet-2021`)."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.reports.tables import ReeksRij

FOLDER = Path(__file__).with_name("burgernet2021")
YEAR = 2021
PER_GEMEENTE = "mn-acties-reacties"
KEY_FIGURES = "mn-kerncijfers"
NAMES = ("gemeentecode", "gemeente", "gemeente_gedrukt")


@dataclass(frozen=True, slots=True)
class Tabel:
    """One printed table: its file, the name of its reeks, and the column that names the row."""

    bestand: str
    reeks: str
    sleutel: str


TABLES = (
    Tabel("midden_nederland_2021_acties_reacties_per_gemeente.csv", PER_GEMEENTE, "gemeentecode"),
    Tabel("midden_nederland_2021_deelnemers_per_gemeente.csv", "mn-deelnemers", "gemeentecode"),
    Tabel("midden_nederland_2021_appdownloads_per_gemeente.csv", "mn-appdownloads", "gemeentecode"),
    Tabel("midden_nederland_2021_type_acties.csv", "mn-types", "type_actie"),
    Tabel("midden_nederland_2021_kerncijfers.csv", KEY_FIGURES, "kerncijfer"),
    Tabel("landelijk_2021_kerncijfers.csv", "nl-kerncijfers", "kerncijfer"),
    Tabel("controles.csv", "controles", "nr"),
)


@dataclass(frozen=True, slots=True)
class Ingelezen:
    """What an import did: figures that are new, that were corrected, and that stood there already."""

    nieuw: int
    gewijzigd: int
    ongewijzigd: int


@dataclass(frozen=True, slots=True)
class Definitie:
    """A term of the reports in our own words, and what to be careful with."""

    definitie: str
    let_op: str


def import_burgernet_2021(session: Session) -> Ingelezen:
    """Put every printed figure in the database; a second time changes nothing."""
    known = {
        (row.reeks, row.gemeente, row.kolom): row
        for row in session.scalars(select(ReeksRij).where(ReeksRij.jaar == YEAR))
    }
    new = changed = same = 0
    for tabel in TABLES:
        for figure in _figures(tabel):
            row = known.get((tabel.reeks, str(figure["gemeente"]), str(figure["kolom"])))
            if row is None:
                session.add(ReeksRij(jaar=YEAR, **figure))
                new += 1
            elif any(getattr(row, name) != value for name, value in figure.items()):
                for name, value in figure.items():
                    setattr(row, name, value)
                changed += 1
            else:
                same += 1
    return Ingelezen(new, changed, same)


@cache
def definities() -> Mapping[str, Definitie]:
    """The terms of the 2021 reports by name."""
    return {row["begrip"]: Definitie(row["definitie"], row["let_op"]) for row in _rows("definities.csv")}


@cache
def namen() -> Mapping[str, str]:
    """The official name of every gemeente in the printed tables, as it was in that year, by code."""
    return {row["gemeentecode"]: row["gemeente"] for row in _rows(TABLES[0].bestand)}


def _figures(tabel: Tabel) -> Iterator[dict[str, object]]:
    for row in _rows(tabel.bestand):
        if tabel.sleutel == "kerncijfer":
            yield _figure(tabel, row["kerncijfer"], row["waarde"], eenheid=row["eenheid"], opmerking=row["opmerking"])
            continue
        for kolom, value in row.items():
            if kolom in (*NAMES, tabel.sleutel, "controle", "oordeel"):
                continue
            name = kolom if tabel.sleutel == "gemeentecode" else f"{row[tabel.sleutel]}: {kolom}"
            yield _figure(
                tabel,
                name,
                value,
                gemeente=row.get("gemeentecode", ""),
                naam_gedrukt=row.get("gemeente_gedrukt") or row.get("controle", ""),
                eenheid="procent" if kolom.startswith("percentage") else "aantal",
                opmerking=row.get("oordeel", ""),
            )


def _figure(
    tabel: Tabel,
    kolom: str,
    value: str,
    *,
    gemeente: str = "",
    naam_gedrukt: str = "",
    eenheid: str = "",
    opmerking: str = "",
) -> dict[str, object]:
    return {
        "reeks": tabel.reeks,
        "gemeente": gemeente,
        "naam_gedrukt": naam_gedrukt,
        "kolom": kolom,
        "waarde": float(value) if value else None,
        "eenheid": eenheid,
        "opmerking": opmerking,
    }


def _rows(bestand: str) -> list[dict[str, str]]:
    with (FOLDER / bestand).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
