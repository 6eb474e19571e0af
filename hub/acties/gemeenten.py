"""The gemeenten of the Netherlands: which code exists on which day, what followed it, and distances.

The data stand in gemeenten.csv beside this file (facts of CBS and Kadaster). Join on the code, not a name.
"""

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from hub.content import Cirkel

DATA = Path(__file__).with_name("gemeenten.csv")
EARTH_RADIUS_M = 6_371_008.8
LAT_MIN, LAT_MAX, LON_MIN, LON_MAX = 50.74, 53.60, 3.30, 7.23
"""A box around the European Netherlands; the sea in front of Zeeland and the Wadden lies in it."""


@dataclass(frozen=True, slots=True)
class Gemeente:
    """One gemeente. `geldig_van` None: always was; `geldig_tot` None: still is; `lat`, `lon`: its middle."""

    code: str
    naam: str
    veiligheidsregio: str
    veiligheidsregio_naam: str
    provincie: str
    geldig_van: date | None
    geldig_tot: date | None
    opvolger: str
    lat: float
    lon: float
    inwoners: int
    peildatum: str
    aliassen: tuple[str, ...]

    def valid(self, on: date) -> bool:
        """Whether this code with this name exists on that day."""
        return (self.geldig_van is None or self.geldig_van <= on) and (self.geldig_tot is None or on < self.geldig_tot)


@cache
def load() -> Mapping[str, Gemeente]:
    """All gemeenten by code, in order of code; read once."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = [_gemeente(row) for row in csv.DictReader(file)]
    return {row.code: row for row in rows}


def find(code: str) -> Gemeente | None:
    """The gemeente of this code, also when it has been merged away."""
    return load().get(code)


def find_by_name(name: str, on: date) -> Gemeente | None:
    """The gemeente that had this name, or a known other spelling of it, on that day."""
    return next((g for g in _by_name().get(fold(name), ()) if g.valid(on)), None)


def valid(code: str, on: date) -> bool:
    """Whether a gemeente with this code exists on that day."""
    found = find(code)
    return found is not None and found.valid(on)


def successor(code: str) -> Gemeente | None:
    """The gemeente this one became part of; None while it still exists, or for an unknown code."""
    found = find(code)
    return find(found.opvolger) if found and found.opvolger else None


def current(on: date) -> list[Gemeente]:
    """The gemeenten that exist on that day, by name."""
    return sorted((g for g in load().values() if g.valid(on)), key=lambda g: fold(g.naam))


def regios() -> dict[str, str]:
    """Code and name of the 25 veiligheidsregio's."""
    return dict(sorted({g.veiligheidsregio: g.veiligheidsregio_naam for g in load().values()}.items()))


def fold(name: str) -> str:
    """A name without case, accents and double spaces: Súdwest-Fryslân is typed in many ways."""
    letters = unicodedata.normalize("NFKD", name).replace("’", "'")
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two points over the surface of the earth."""
    north, east = radians(other_lat - lat), radians(other_lon - lon)
    chord = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def in_circle(lat: float, lon: float, cirkel: Cirkel) -> bool:
    """Whether a point lies in the circle, its edge included."""
    return distance_m(lat, lon, cirkel.lat, cirkel.lon) <= cirkel.straal_meters


def in_area(code: str, cirkel: Cirkel) -> bool:
    """Whether the rough middle of this gemeente lies in the circle. Not proof of where a border runs."""
    found = find(code)
    return found is not None and in_circle(found.lat, found.lon, cirkel)


def in_nederland(lat: float, lon: float) -> bool:
    """Whether a point lies in the box around the European Netherlands; refuses NaN and infinity."""
    return LAT_MIN <= lat <= LAT_MAX and LON_MIN <= lon <= LON_MAX


@cache
def _by_name() -> Mapping[str, tuple[Gemeente, ...]]:
    names: dict[str, tuple[Gemeente, ...]] = {}
    for gemeente in load().values():
        for name in {fold(name) for name in (gemeente.naam, *gemeente.aliassen)}:
            names[name] = (*names.get(name, ()), gemeente)
    return names


def _gemeente(row: Mapping[str, str]) -> Gemeente:
    return Gemeente(
        code=row["code"],
        naam=row["naam"],
        veiligheidsregio=row["veiligheidsregio_code"],
        veiligheidsregio_naam=row["veiligheidsregio"],
        provincie=row["provincie"],
        geldig_van=_day(row["geldig_van"]),
        geldig_tot=_day(row["geldig_tot"]),
        opvolger=row["opvolger_code"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        inwoners=int(row["inwoners"]),
        peildatum=row["peildatum"],
        aliassen=tuple(alias for alias in row["aliassen"].split("|") if alias),
    )


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None
