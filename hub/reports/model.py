"""What a report is: a table with definitions, and what in it does not add up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from hub.kit.clock import AMSTERDAM, as_utc

Cel = str | int | float | None
Rij = Mapping[str, Cel]


@dataclass(frozen=True, slots=True)
class Periode:
    """From `van` up to and including `tot`, as days in the Netherlands."""

    van: date
    tot: date

    def bounds(self) -> tuple[datetime, datetime]:
        """The first instant of the period and the first one after it, in UTC."""
        end = self.tot + timedelta(days=1)
        return tuple(as_utc(datetime.combine(day, time(), AMSTERDAM)) for day in (self.van, end))  # type: ignore[return-value]

    @property
    def jaar(self) -> int | None:
        """The year, when the period is exactly one; written with the last day or with the next New Year's Day."""
        year = self.van.year
        ends = (date(year, 12, 31), date(year + 1, 1, 1))
        return year if self.van == date(year, 1, 1) and self.tot in ends else None


@dataclass(frozen=True, slots=True)
class Kolom:
    """One column with its definition. `optelbaar`: a number that may be summed over the rows."""

    naam: str
    titel: str
    definitie: str
    teller: str = ""
    noemer: str = ""
    bron: str = ""
    optelbaar: bool = True


@dataclass(frozen=True, slots=True)
class Inhoud:
    """What a report function returns. `kop`: totals known from elsewhere, which the rows may not reach."""

    kolommen: Sequence[Kolom]
    rijen: Sequence[Rij]
    kop: Rij | None = None
    rest_titel: str = "Niet in een rij"
    opmerkingen: tuple[str, ...] = ()
    peildatum: date | None = None


Maker = Callable[[Session, Periode], Inhoud]


@dataclass(frozen=True, slots=True)
class Soort:
    """A report that can be asked for: its name in addresses, title, explanation and the function that makes it."""

    naam: str
    titel: str
    uitleg: str
    maker: Maker


@dataclass(frozen=True, slots=True)
class Rapport:
    """A finished report. `restrij` is what the total holds and no row does; None when all adds up."""

    naam: str
    titel: str
    uitleg: str
    kolommen: tuple[Kolom, ...]
    rijen: tuple[Rij, ...]
    restrij: Rij | None
    totaal: Rij
    peildatum: date
    periode: Periode
    opmerkingen: tuple[str, ...] = ()
