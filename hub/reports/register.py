"""The reports of this folder: one file, one function from a period to rows, under `@report("Titel")`."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

import hub.reports
from hub.kit.clock import AMSTERDAM
from hub.reports.model import Cel, Inhoud, Kolom, Maker, Periode, Rapport, Rij, Soort

SMALL = 5
SMALL_NOTE = (
    "Getallen onder de 5 kunnen naar één mens of één gebeurtenis wijzen. "
    "Voeg ze samen of laat ze weg als u deze cijfers openbaar maakt."
)

_found: dict[str, Soort] = {}


class OnbekendRapport(LookupError):
    """There is no report of this name; the message lists the names in Dutch."""


def report(titel: str) -> Callable[[Maker], Maker]:
    """Make a function a report. Its name becomes the address, its docstring the explanation on the page."""

    def mark(maker: Maker) -> Maker:
        naam = maker.__name__.replace("_", "-")
        _found[naam] = Soort(naam, titel, _paragraphs(inspect.getdoc(maker) or ""), maker)
        return maker

    return mark


def _paragraphs(text: str) -> str:
    """The text with one line per paragraph: where the source breaks its lines is nothing for a reader."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


@cache
def rapporten() -> dict[str, Soort]:
    """Every report in this folder by name; a new file is found without being named anywhere."""
    for module in pkgutil.iter_modules(hub.reports.__path__, "hub.reports."):
        importlib.import_module(module.name)
    return dict(sorted(_found.items()))


def maak(
    session: Session,
    naam: str,
    periode: Periode,
    now: datetime,
    *,
    zichtbaar: Callable[[str], bool] | None = None,
) -> Rapport:
    """Make a report. `zichtbaar` says per gemeente code whether the reader may see it (or asked for it).

    With `zichtbaar` the total is the sum of what is shown; without it, what the rows miss is the restrij.
    """
    soort = rapporten().get(naam)
    if soort is None:
        raise OnbekendRapport(f"Het rapport ‘{naam[:40]}’ bestaat niet. Kies uit: {', '.join(rapporten())}.")
    inhoud = soort.maker(session, periode)
    if zichtbaar is not None:
        shown = [rij for rij in inhoud.rijen if zichtbaar(str(rij.get("gemeentecode") or ""))]
        inhoud = replace(inhoud, rijen=shown, kop=None)
    som = _sum(inhoud.kolommen, inhoud.rijen)
    totaal = {**som, **(inhoud.kop or {})}
    restrij = _rest(inhoud, som, totaal)
    rows: list[Rij] = [*inhoud.rijen, *([restrij] if restrij else [])]
    notes = (*inhoud.opmerkingen, *((SMALL_NOTE,) if _has_small(inhoud.kolommen, rows) else ()))
    return Rapport(
        naam=soort.naam,
        titel=soort.titel,
        uitleg=soort.uitleg,
        kolommen=tuple(inhoud.kolommen),
        rijen=tuple(inhoud.rijen),
        restrij=restrij,
        totaal=_labelled(inhoud.kolommen, totaal, "Totaal"),
        peildatum=inhoud.peildatum or now.astimezone(AMSTERDAM).date(),
        periode=periode,
        opmerkingen=notes,
    )


def _sum(columns: Iterable[Kolom], rows: Iterable[Rij]) -> dict[str, Cel]:
    """The sum per column; None where no row has a number, because unknown is not zero."""
    rows = list(rows)
    totals: dict[str, Cel] = {}
    for column in columns:
        if column.optelbaar:
            numbers = [value for row in rows if isinstance(value := row.get(column.naam), int | float)]
            totals[column.naam] = sum(numbers) if numbers or not rows else None
    return totals


def _rest(inhoud: Inhoud, som: Rij, totaal: Rij) -> Rij | None:
    """What the total holds and no row does; None when every column adds up."""
    rest: dict[str, Cel] = {}
    for column in inhoud.kolommen:
        whole, part = totaal.get(column.naam), som.get(column.naam)
        if column.optelbaar:
            numbers = isinstance(whole, int | float) and isinstance(part, int | float)
            rest[column.naam] = whole - part if numbers else None  # type: ignore[operator]
    return _labelled(inhoud.kolommen, rest, inhoud.rest_titel) if any(rest.values()) else None


def _labelled(columns: Iterable[Kolom], values: Rij, label: str) -> Rij:
    """A row in the order of the columns, its label in the last column of words."""
    words = [column.naam for column in columns if not column.optelbaar]
    row: dict[str, Cel] = {column.naam: values.get(column.naam) for column in columns}
    return row | ({words[-1]: label} if words else {})


def _has_small(columns: Iterable[Kolom], rows: Iterable[Rij]) -> bool:
    names = [column.naam for column in columns if column.optelbaar]
    cells = (row.get(name) for row in rows for name in names)
    return any(isinstance(cell, int | float) and 0 < cell < SMALL for cell in cells)
