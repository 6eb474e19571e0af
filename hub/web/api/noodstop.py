"""The stops over the API: the whole hub, or one kanaal. Removals go on whatever is stopped."""

from typing import Annotated

from fastapi import APIRouter, Depends

from hub.desk import noodstop
from hub.desk.kanaalbeheer import need_kanaal
from hub.kanalen.model import Kanaal
from hub.kanalen.stops import Stop, stopped
from hub.kit.clock import iso
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.api.acties import Lezer
from hub.web.api.bodies import StopIn
from hub.web.api.strikt import ApiRoute, Json
from hub.web.deps import Deps, Hub

router = APIRouter(route_class=ApiRoute, tags=["noodstop"])

Stopper = Annotated[Wie, Depends(auth.wie("noodstop"))]
Vrijgever = Annotated[Wie, Depends(auth.wie("adviseur"))]


@router.get("/noodstop")
async def lees_noodstop(hub: Hub, wie: Lezer) -> Json:
    """Of de hub stilstaat, waarom, door wie en sinds wanneer."""
    return Json(_stop(await hub.db.read(stopped)))


@router.post("/noodstop", status_code=201)
async def zet_hub_stil(body: StopIn, hub: Hub, wie: Stopper) -> Json:
    """Zet de hele hub stil: er wordt niets geplaatst, gewijzigd of met een bericht gesloten. Weghalen gaat door."""
    return Json(_stop(await noodstop.stop_hub(hub.desk, body.reden, wie)), 201)


@router.delete("/noodstop")
async def geef_hub_vrij(hub: Hub, wie: Vrijgever) -> Json:
    """Laat de hub weer verder gaan; wat wachtte gaat alsnog uit als het dan nog mag."""
    return Json(_stop(await noodstop.release_hub(hub.desk, wie)))


@router.post("/kanalen/{naam}/noodstop", status_code=201)
async def zet_kanaal_stil(naam: str, body: StopIn, hub: Hub, wie: Stopper) -> Json:
    """Zet één kanaal stil. Weghalen gaat door."""
    await noodstop.stop_kanaal(hub.desk, naam, body.reden, wie)
    return Json(await _kanaal(hub, naam, wie), 201)


@router.delete("/kanalen/{naam}/noodstop")
async def geef_kanaal_vrij(naam: str, hub: Hub, wie: Vrijgever) -> Json:
    """Laat één kanaal weer verder gaan."""
    await noodstop.release_kanaal(hub.desk, naam, wie)
    return Json(await _kanaal(hub, naam, wie))


async def _kanaal(hub: Deps, naam: str, wie: Wie) -> dict[str, object]:
    found: Kanaal = await need_kanaal(hub.desk, naam, wie)
    return {"kanaal": naam, "gestopt": bool(found.rem.gestopt), "reden": found.rem.gestopt or None}


def _stop(stop: Stop | None) -> dict[str, object]:
    if stop is None:
        return {"gestopt": False, "soort": None, "reden": None, "door": None, "op": None}
    return {"gestopt": True, "soort": stop.naam, "reden": stop.reden, "door": stop.door, "op": iso(stop.op)}
