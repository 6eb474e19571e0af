"""The list of acties: what runs first, with its age and how much of the looptijd is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hub.acties import gemeenten
from hub.acties import store as acties
from hub.acties.model import REDENEN, TYPES, Actie
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.ui import woorden
from hub.web.ui.kader import Ui, naar

GROEPEN: Mapping[str, tuple[str, ...]] = {
    "lopend": ("actief", "wacht-op-goedkeuring"),
    "concept": ("concept",),
    "beëindigd": ("afgesloten", "ingetrokken"),
}
HOOGSTENS = 300


@dataclass(frozen=True, slots=True)
class Regel:
    """One actie in the list. `deel` is how much of the looptijd has passed, 0..1."""

    id: str
    titel: str
    kenmerk: str
    type: str
    plaats: str
    fase: woorden.Teken
    oefening: bool
    wanneer: str
    rest: str
    deel: float | None


@dataclass(frozen=True, slots=True)
class Groep:
    """A heading with its acties."""

    titel: str
    regels: tuple[Regel, ...]


def add(router: APIRouter, ui: Ui) -> None:
    """The routes / and /acties."""

    @router.get("/")
    async def home(wie: Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]) -> Response:
        return naar("/acties")

    @router.get("/acties")
    async def every(
        request: Request,
        wie: Annotated[Wie, Depends(auth.wie("lezer", pagina=True))],
        toon: str = "",
        q: str = "",
        soort: str = "",
    ) -> Response:
        oefening = {"oefening": True, "echt": False}.get(soort)
        found = await ui.deps.db.read(lambda s: acties.find_many(s, oefening=oefening, limit=HOOGSTENS))
        mine = [actie for actie in found if wie.mag_gebied(actie.gemeente, actie.veiligheidsregio)]
        now = ui.deps.clock.now()
        return await ui.page(
            request,
            "acties.html",
            titel="Acties",
            sectie="acties",
            groepen=groups(mine, now, toon, q),
            toon=toon,
            zoek=q,
            soort=soort,
            keuzes={"": "Alles", **{naam: naam.capitalize() for naam in GROEPEN}},
            mag_starten=wie.mag("acties"),
        )


def groups(found: Iterable[Actie], now: datetime, toon: str, zoek: str) -> tuple[Groep, ...]:
    """The acties under their headings; `zoek` looks in titel, kenmerk and place."""
    rows = [actie for actie in found if _matches(actie, zoek)]
    made = []
    for naam, fasen in GROEPEN.items():
        if toon in ("", naam) or toon not in GROEPEN:
            chosen = [actie for actie in rows if actie.fase in fasen]
            made.append(Groep(naam.capitalize(), tuple(line(actie, now) for actie in chosen)))
    return tuple(made)


def line(actie: Actie, now: datetime) -> Regel:
    """One actie as the list shows it."""
    place = gemeenten.find(actie.gemeente)
    wanneer, rest, deel = _times(actie, now)
    return Regel(
        id=actie.id,
        titel=actie.titel or TYPES.get(actie.type, actie.type),
        kenmerk=actie.kenmerk,
        type=TYPES.get(actie.type, actie.type),
        plaats=place.naam if place else actie.gemeente,
        fase=woorden.fase(actie.fase),
        oefening=actie.oefening,
        wanneer=wanneer,
        rest=rest,
        deel=deel,
    )


def _times(actie: Actie, now: datetime) -> tuple[str, str, float | None]:
    if actie.fase == "actief" and actie.gestart_op and actie.eindigt_op:
        whole = (actie.eindigt_op - actie.gestart_op) / timedelta(seconds=1)
        passed = (now - actie.gestart_op) / timedelta(seconds=1)
        left = woorden.duur(actie.eindigt_op - now)
        return (
            f"{woorden.duur(now - actie.gestart_op)} geleden gestart",
            f"nog {left}",
            min(1.0, max(0.0, passed / whole)) if whole else 1.0,
        )
    if actie.beeindigd_op is not None:
        return woorden.geleden(actie.beeindigd_op, now), REDENEN.get(actie.reden, ""), None
    if actie.fase == "wacht-op-goedkeuring" and actie.vrij_op is not None:
        return f"gemaakt door {actie.gemaakt_door}", f"gaat uit over {woorden.duur(actie.vrij_op - now)}", None
    return f"{woorden.geleden(actie.gemaakt_op, now)} gemaakt door {actie.gemaakt_door}", "", None


def _matches(actie: Actie, zoek: str) -> bool:
    place = gemeenten.find(actie.gemeente)
    words = f"{actie.titel} {actie.kenmerk} {actie.code} {place.naam if place else ''} {TYPES.get(actie.type, '')}"
    return all(part in words.casefold() for part in zoek.casefold().split())
