"""Figures per actie: a table first, bars beside it, and what every figure means."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from hub.acties import gemeenten
from hub.acties.model import TYPES, Actie
from hub.toegang.model import Wie
from hub.tracking.definities import DEFINITIES
from hub.tracking.statistieken import Rij, Statistieken, statistieken
from hub.web import auth
from hub.web.ui.kader import Ui
from hub.web.zicht import acties_of, need_actie

HOOGSTENS = 40
Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]


@dataclass(frozen=True, slots=True)
class ActieCijfers:
    """One actie in the overview."""

    id: str
    titel: str
    plaats: str
    oefening: bool
    kliks: int
    scans: int
    gedeeld: int
    reacties: int


@dataclass(frozen=True, slots=True)
class PlekCijfers:
    """One kanaal, scherm or the rest; `deel` is its share of the highest number of kliks, 0..100."""

    soort: str
    naam: str
    rij: Rij
    deel: float


def add(router: APIRouter, ui: Ui) -> None:
    """The route /statistieken."""

    @router.get("/statistieken")
    async def figures(request: Request, wie: Lezer, actie: str = "") -> Response:
        if actie:
            chosen = await need_actie(ui.deps, actie, wie)
            counts = await ui.deps.db.read_long(lambda s: statistieken(s, chosen.id))
            return await ui.page(
                request,
                "statistieken_actie.html",
                titel=f"Cijfers {chosen.titel or chosen.kenmerk}",
                sectie="statistieken",
                oefening=chosen.oefening,
                actie=chosen,
                cijfers=counts,
                rijen=places(counts),
                anders=sum(aantal for klasse, aantal in counts.klassen.items() if klasse != "mens"),
                definities=DEFINITIES,
            )
        found = [item for item in await acties_of(ui.deps, wie, limiet=HOOGSTENS) if item.gestart_op is not None]
        rows = await ui.deps.db.read_long(lambda s: [_overview(s, item) for item in found])
        return await ui.page(
            request,
            "statistieken.html",
            titel="Statistieken",
            sectie="statistieken",
            rijen=rows,
            definities={naam: DEFINITIES[naam] for naam in ("kliks", "scans", "deelintenties", "reacties")},
        )


def places(counts: Statistieken) -> tuple[PlekCijfers, ...]:
    """Every row of an actie, the rest row last, with the length of its bar."""
    rows = [*(("Kanaal", rij) for rij in counts.kanalen), *(("Scherm", rij) for rij in counts.schermen)]
    rows.append(("", counts.overig))
    most = max([rij.kliks for _, rij in rows] + [1])
    return tuple(
        PlekCijfers(soort, rij.naam or "Zonder kanaal of scherm", rij, round(100 * rij.kliks / most, 1))
        for soort, rij in rows
    )


def _overview(session: Session, actie: Actie) -> ActieCijfers:
    counts = statistieken(session, actie.id)
    place = gemeenten.find(actie.gemeente)
    return ActieCijfers(
        id=actie.id,
        titel=actie.titel or f"{TYPES.get(actie.type, actie.type)} ({actie.kenmerk})",
        plaats=place.naam if place else actie.gemeente,
        oefening=actie.oefening,
        kliks=counts.totaal.kliks,
        scans=counts.scans,
        gedeeld=counts.totaal.deelintenties,
        reacties=counts.totaal.reacties,
    )
