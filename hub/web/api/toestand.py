"""How the hub itself is doing, over the API."""

from fastapi import APIRouter

from hub.desk.toestand import opnemen
from hub.kit.clock import iso
from hub.web.api.acties import Lezer
from hub.web.api.strikt import ApiRoute, Json
from hub.web.deps import Hub

router = APIRouter(route_class=ApiRoute, tags=["toestand"])


@router.get("/toestand")
async def lees_toestand(hub: Hub, wie: Lezer) -> Json:
    """Hoe het met de hub gaat: elke controle met stand (goed, let-op of alarm), uitleg en waarde; alarmen eerst."""
    found = await opnemen(hub.db, hub.config, hub.clock.now(), hub.hartslag(), hub.registry.handmatig)
    return Json(
        {
            "stand": found.stand,
            "alarmen": found.alarmen,
            "gemetenOp": iso(found.meting.op),
            "punten": [
                {
                    "naam": punt.naam,
                    "titel": punt.titel,
                    "stand": punt.stand,
                    "uitleg": punt.voor(wie),
                    "waarde": punt.waarde,
                    "eenheid": punt.eenheid,
                }
                for punt in found.punten
            ],
        }
    )
