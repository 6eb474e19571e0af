"""Acties over the API: make, list, read, change, end."""

from hashlib import sha256
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request

from hub.acties.model import Actie
from hub.desk.idempotent import Sleutel
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.api import views
from hub.web.api.bodies import (
    ActieIn,
    CorrectieIn,
    IntrekkingIn,
    LeegIn,
    VerlengingIn,
    actie_fouten,
)
from hub.web.api.strikt import ApiRoute, Json
from hub.web.deps import Deps, Hub
from hub.web.errors import aanvullen
from hub.web.zicht import acties_of, need_actie

router = APIRouter(route_class=ApiRoute, tags=["acties"])

Lezer = Annotated[Wie, Depends(auth.wie("lezer"))]
Meldkamer = Annotated[Wie, Depends(auth.wie("meldkamer"))]
Starter = Annotated[Wie, Depends(auth.wie("acties"))]
IdempotentieSleutel = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Eén sleutel per actie; een herhaling met dezelfde sleutel geeft hetzelfde antwoord.",
    ),
]


def _shown(actie: Actie, hub: Deps, status: int = 200) -> Json:
    return Json(views.actie(actie, hub.config), status)


@router.post("/acties", status_code=201)
@aanvullen(actie_fouten)
async def maak_actie(body: ActieIn, request: Request, hub: Hub, wie: Starter, sleutel: IdempotentieSleutel) -> Json:
    """Maakt een actie; met `publiceren: true` gaat die meteen uit (of wacht op goedkeuring)."""
    asked = sha256(orjson.dumps(await request.json(), option=orjson.OPT_SORT_KEYS)).hexdigest()
    opened = await hub.desk.open(body.as_invoer(hub.config.looptijd_minuten), wie, sleutel=Sleutel(sleutel, asked))
    response = _shown(opened.actie, hub, 201)
    response.headers["Location"] = f"{hub.config.adres.rstrip('/')}/api/v1/acties/{opened.actie.id}"
    return response


@router.get("/acties")
async def lijst_acties(
    hub: Hub,
    wie: Lezer,
    fase: Annotated[list[str] | None, Query(max_length=5)] = None,
    gemeente: Annotated[str | None, Query(max_length=6)] = None,
    oefening: bool | None = None,
    limiet: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Json:
    """De acties in uw gebied, de nieuwste eerst."""
    acties = await acties_of(hub, wie, fasen=fase, gemeente=gemeente, oefening=oefening, limiet=limiet)
    return Json({"acties": [views.actie(item, hub.config) for item in acties]})


@router.get("/acties/{actie_id}")
async def lees_actie(actie_id: str, hub: Hub, wie: Lezer) -> Json:
    """Eén actie."""
    return _shown(await need_actie(hub, actie_id, wie), hub)


@router.post("/acties/{actie_id}/publicaties", status_code=201)
async def publiceer(actie_id: str, hub: Hub, wie: Meldkamer, body: LeegIn | None = None) -> Json:
    """Zet een concept uit, of vraagt goedkeuring als het beleid dat zegt."""
    return _shown(await hub.desk.publish(actie_id, wie), hub, 201)


@router.post("/acties/{actie_id}/goedkeuringen", status_code=201)
async def keur_goed(actie_id: str, hub: Hub, wie: Meldkamer, body: LeegIn | None = None) -> Json:
    """Geeft een actie vrij die op goedkeuring wacht."""
    return _shown(await hub.desk.approve(actie_id, wie), hub, 201)


@router.post("/acties/{actie_id}/correcties", status_code=201)
async def corrigeer(actie_id: str, body: CorrectieIn, hub: Hub, wie: Meldkamer) -> Json:
    """Maakt een nieuwe versie; alle berichten, posters, feeds en de pagina volgen."""
    return _shown(await hub.desk.correct(actie_id, body.as_wijziging(), wie, body.reden), hub, 201)


@router.post("/acties/{actie_id}/verlengingen", status_code=201)
async def verleng(actie_id: str, body: VerlengingIn, hub: Hub, wie: Meldkamer) -> Json:
    """Laat een lopende actie langer duren."""
    return _shown(await hub.desk.extend(actie_id, body.minuten, wie), hub, 201)


@router.post("/acties/{actie_id}/intrekkingen", status_code=201)
async def trek_in(actie_id: str, body: IntrekkingIn, hub: Hub, wie: Meldkamer) -> Json:
    """Trekt een actie overal in; kan altijd, zonder goedkeuring."""
    return _shown(await hub.desk.withdraw(actie_id, body.reden, wie), hub, 201)


@router.post("/acties/{actie_id}/afsluitingen", status_code=201)
async def sluit_af(actie_id: str, hub: Hub, wie: Meldkamer, body: LeegIn | None = None) -> Json:
    """Sluit een lopende actie af met een slotbericht."""
    return _shown(await hub.desk.close(actie_id, wie), hub, 201)
