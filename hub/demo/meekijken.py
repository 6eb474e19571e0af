"""Meekijken: one page on which a visitor sees an actie go out everywhere, and vanish everywhere."""

import hmac
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from hub.acties.model import Actie
from hub.acties.view import EINDE, view
from hub.commands.proces import Hub
from hub.content import Plaats
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.rules import OPEN
from hub.demo import opbouw
from hub.demo.omgeving import KANALEN, SCHERMEN, Geheimen
from hub.desk import vragen
from hub.desk.bewijs import Bewijs
from hub.kit.clock import iso, nl_time
from hub.screens import store as screens
from hub.toegang.model import Wie
from hub.tracking.statistieken import statistieken
from hub.web import auth
from hub.web.deps import Deps
from hub.web.ui import op_schermen
from hub.web.ui.woorden import PLAATSSOORTEN

Meldkamer = Annotated[Wie, Depends(auth.wie("meldkamer"))]
Kijker = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
Lezer = Annotated[Wie, Depends(auth.wie("lezer"))]

BELEID = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DEED = {"publiceren": "plaatsen", "corrigeren": "aanpassen", "intrekken": "weghalen", "sluiten": "slotbericht plaatsen"}
STAAT_NAAM = {
    "verdwenen": "niet meer opvraagbaar",
    "zichtbaar": "nog zichtbaar",
    "taak": "taak voor een mens",
    "niet-controleerbaar": "niet te controleren",
}


@dataclass(frozen=True, slots=True)
class Tijdlijn:
    """A timeline on the left: its title and the address of its page on proefnet."""

    titel: str
    url: str


@dataclass(frozen=True, slots=True)
class Wacht:
    """A kanaal that is not ready: what waits there, and whether for a person (`mens`) or for the netwerk."""

    kanaal: str
    op: str
    woord: str


@dataclass(frozen=True, slots=True)
class Glas:
    """A screen in the middle: its name, the address of its live page and its size."""

    naam: str
    url: str
    breedte: int
    hoogte: int


def router(hub: Hub, deps: Deps, geheimen: Geheimen, proefnet: str, toegang: str) -> APIRouter:
    """The pages of Meekijken; only the demo has them. `toegang` opens the door without a password."""
    routes = APIRouter(include_in_schema=False)
    pages = Environment(
        loader=FileSystemLoader(deps.wortel / "templates" / "ui"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
    )

    @routes.get("/meekijken")
    async def meekijken(request: Request, wie: Kijker) -> Response:
        """Networks left, screens in the middle, clock and receipt right."""
        html = pages.get_template("meekijken.html").render(
            tijdlijnen=[Tijdlijn(k.titel, f"{proefnet}/tijdlijn/{k.account}") for k in KANALEN],
            schermen=_glass(geheimen, hub.config.adres),
            mag_intrekken=wie.mag("meldkamer"),
            csrf=auth.csrf(request),
            asset=deps.bestanden.url,
        )
        policy = BELEID + f"; frame-src 'self' {proefnet}"
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    @routes.get("/meekijken/binnen/{sleutel}")
    async def binnen(request: Request, sleutel: str) -> Response:
        """Walk in without typing: the address that the demo opens, good for as long as this process runs."""
        if not hmac.compare_digest(sleutel.encode(), toegang.encode()):
            return RedirectResponse("/inloggen", 303)
        answer = RedirectResponse("/meekijken", 303)
        login = geheimen.logins["meldkamer"]
        await auth.log_in(request, answer, login["naam"], login["wachtwoord"])
        return answer

    @routes.get("/meekijken/stand")
    async def stand(wie: Lezer) -> Response:
        """What the page shows now: the newest actie, its counts and its receipt."""
        actie = await opbouw.newest_story(hub)
        if actie is None:
            return JSONResponse({"actie": None})
        return JSONResponse(await _stand(hub, actie, wie))

    @routes.post("/meekijken/gevonden")
    async def gevonden(wie: Meldkamer) -> Response:
        """The one button: the person was found, everything goes."""
        actie = await opbouw.newest_story(hub)
        if actie is not None:
            await hub.desk.withdraw(actie.id, "gevonden", wie)
        return RedirectResponse("/meekijken", 303)

    @routes.post("/meekijken/opnieuw")
    async def opnieuw(wie: Meldkamer) -> Response:
        """Start the next invented actie, once the one that the page shows is over."""
        newest = await opbouw.newest_story(hub)
        if newest is None or newest.fase in EINDE:
            await opbouw.start_story(hub)
        return RedirectResponse("/meekijken", 303)

    return routes


def _glass(geheimen: Geheimen, adres: str) -> list[Glas]:
    urls = {item["naam"]: item["url"].removeprefix(adres) for item in geheimen.schermen}
    return [Glas(s.naam, urls[s.naam], s.breedte, s.hoogte) for s in SCHERMEN]


async def _stand(hub: Hub, actie: Actie, wie: Wie) -> dict[str, object]:
    figures = await hub.db.read(lambda s: statistieken(s, actie.id))
    rows = await hub.db.read(lambda s: delivery.of_actie(s, actie.id))
    asked = await hub.db.read(lambda s: vragen.waiting(s, actie.id))
    cijfers = await hub.db.read(lambda s: screens.figures(s, actie.id))
    schermen = op_schermen.read(hub.screens, view(actie, hub.config), cijfers, hub.clock.now())
    proof = await hub.desk.receipt(actie.id, wie) if actie.fase in EINDE else None
    posted = [b.bevestigd_op for b in rows if b.soort == "publiceren" and b.bevestigd_op is not None]
    wacht = waits(rows, asked)
    return {
        "actie": _actie(actie),
        "geplaatst": len(posted),
        "lichtSeconden": None if wacht else _seconds(actie.gestart_op, max(posted, default=None)),
        "wacht": [asdict(item) for item in wacht],
        "schermen": {"nu": schermen.nu, "van": schermen.van, "zinnen": schermen.zinnen},
        "kliks": figures.totaal.kliks,
        "reacties": figures.totaal.reacties,
        "bewijs": _bewijs(proof) if proof else None,
    }


def waits(rows: Iterable[Bezorging], asked: Collection[str]) -> list[Wacht]:
    """What is not done yet, one line per kanaal; that a person must do something goes before what goes by itself.

    `asked`: the bezorgingen with an open question on the page of tasks.
    """
    found: dict[str, Wacht] = {}
    deeds: dict[str, list[str]] = {}
    for row in rows:
        if row.id in asked and row.staat != "onbekend":
            deeds.setdefault(row.kanaal, []).append(DEED[row.soort])
            woord = f"wacht op iemand van de meldkamer: {' en '.join(dict.fromkeys(deeds[row.kanaal]))}"
            found[row.kanaal] = Wacht(row.kanaal, "mens", woord)
        elif row.staat in (*OPEN, "onbekend"):
            found.setdefault(row.kanaal, Wacht(row.kanaal, "netwerk", f"wacht op het netwerk: {DEED[row.soort]}"))
        elif row.staat == "mislukt":
            found.setdefault(row.kanaal, Wacht(row.kanaal, "niemand", "kreeg het niet: het netwerk weigerde"))
    return list(found.values())


def _actie(actie: Actie) -> dict[str, object]:
    return {
        "id": actie.id,
        "titel": actie.titel or "Actie " + actie.kenmerk,
        "fase": actie.fase,
        "code": actie.code,
        "gestartOp": iso(actie.gestart_op),
        "beeindigdOp": iso(actie.beeindigd_op),
    }


def _bewijs(proof: Bewijs) -> dict[str, object]:
    # What was never to be seen did not go; when somebody said so is not when it went.
    dark = [p for p in proof.plaatsen if p.staat == "verdwenen" and p.bewijs != "nooit"]
    gone = [p.verdwenen_op for p in dark if p.verdwenen_op is not None]
    return {
        "compleet": proof.compleet,
        "donkerSeconden": _seconds(proof.ingetrokken_op, max(gone, default=None)) if proof.compleet else None,
        "plaatsen": [_plaats(p) for p in proof.plaatsen],
        "buitenBereik": list(proof.buiten_bereik),
    }


def _plaats(plaats: Plaats) -> dict[str, str]:
    return {
        "soort": PLAATSSOORTEN[plaats.soort],
        "naam": plaats.naam,
        "staat": plaats.staat,
        "tekst": _staat(plaats),
        "om": "" if _never_placed(plaats) else nl_time(plaats.verdwenen_op),
        "uiterlijk": nl_time(plaats.uiterlijk),
    }


def _staat(plaats: Plaats) -> str:
    if plaats.twijfel:
        return "niet bekend of dit geplaatst is"
    return "nooit geplaatst" if _never_placed(plaats) else STAAT_NAAM[plaats.staat]


def _never_placed(plaats: Plaats) -> bool:
    return plaats.soort == "bericht" and plaats.bewijs == "nooit"


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return max(0.0, round((end - start).total_seconds(), 1)) if start and end else None
