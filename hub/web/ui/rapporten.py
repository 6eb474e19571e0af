"""Reports as accessible tables: every column with its definition, and a row for what does not add up."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hub.acties import gemeenten
from hub.desk.errors import NietGevonden
from hub.kit.clock import AMSTERDAM
from hub.reports.model import Periode
from hub.reports.register import OnbekendRapport, maak, rapporten
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.ui.formulier import Fout
from hub.web.ui.kader import Ui
from hub.web.zicht import in_own_area

Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]


@dataclass(frozen=True, slots=True)
class Vraag:
    """What was asked of a report, as typed."""

    van: str
    tot: str
    gemeente: str


def add(router: APIRouter, ui: Ui) -> None:
    """The routes under /rapporten."""

    @router.get("/rapporten")
    async def every(request: Request, wie: Lezer) -> Response:
        soorten = list(rapporten().values())
        return await ui.page(request, "rapporten.html", titel="Rapporten", sectie="rapporten", soorten=soorten)

    @router.get("/rapporten/{naam}")
    async def one(
        request: Request, naam: str, wie: Lezer, van: str = "", tot: str = "", gemeente: str = ""
    ) -> Response:
        now = ui.deps.clock.now()
        today = now.astimezone(AMSTERDAM).date()
        vraag = Vraag(van or f"{today.year}-01-01", tot or today.isoformat(), gemeente)
        periode, code, fouten = _read(vraag, today)
        show = (lambda c: (not code or c == code) and in_own_area(c, wie)) if code or _limited(wie) else None
        try:
            made = await ui.deps.db.read_long(lambda s: maak(s, naam, periode, now, zichtbaar=show))
        except OnbekendRapport as error:
            raise NietGevonden(str(error)) from error
        query = {"van": periode.van.isoformat(), "tot": periode.tot.isoformat(), **({"gemeente": code} if code else {})}
        return await ui.page(
            request,
            "rapport.html",
            titel=made.titel,
            sectie="rapporten",
            rapport=made,
            vraag=vraag,
            fouten=fouten,
            gemeenten=gemeenten.current(today),
            adres=f"/api/v1/rapporten/{made.naam}?{urlencode(query)}",
            status=400 if fouten else 200,
        )


def _limited(wie: Wie) -> bool:
    return bool(wie.regios) or wie.rol == "gemeente"


def _read(vraag: Vraag, today: date) -> tuple[Periode, str, list[Fout]]:
    """The period and gemeente; where something is wrong, this year and a fault beside the field."""
    fouten: list[Fout] = []
    days: list[date] = []
    for veld, titel, typed, instead in (
        ("van", "Van", vraag.van, today.replace(month=1, day=1)),
        ("tot", "Tot en met", vraag.tot, today),
    ):
        try:
            days.append(date.fromisoformat(typed))
        except ValueError:
            days.append(instead)
            fouten.append(Fout(veld, titel, "Vul een dag in als 2026-03-01."))
    if days[1] < days[0]:
        fouten.append(Fout("tot", "Tot en met", "Deze dag ligt voor het begin van de periode."))
        days[1] = days[0]
    typed = vraag.gemeente.strip()
    found = gemeenten.find(typed.upper()) or gemeenten.find_by_name(typed, today)
    if typed and found is None:
        fouten.append(Fout("gemeente", "Gemeente", "Deze gemeente kent de hub niet. Kies een naam uit de lijst."))
    return Periode(days[0], days[1]), found.code if found else "", fouten
