"""Kanalen and schermen over the API: what a communicatieadviseur sets up."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends

from hub.desk import gezondheid, kanaalbeheer, schermen
from hub.desk.errors import Ongeldig
from hub.kanalen import store as kanalen
from hub.kanalen.model import Kanaal, KanaalInvoer
from hub.screens import store as screens
from hub.screens.model import SchermInvoer
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.api import views
from hub.web.api.bodies import KanaalIn, KanaalWijziging, LeegIn, SchermIn, SchermUiterlijk, SchermWijziging
from hub.web.api.strikt import ApiRoute, Json
from hub.web.deps import Deps, Hub
from hub.web.zicht import in_own_area

router = APIRouter(route_class=ApiRoute)

Adviseur = Annotated[Wie, Depends(auth.wie("adviseur"))]


# -- kanalen ---------------------------------------------------------------------------------------------------
@router.get("/kanalen", tags=["kanalen"])
async def lijst_kanalen(hub: Hub, wie: Adviseur) -> Json:
    """Alle kanalen die u mag beheren, zonder geheimen."""
    found = await hub.db.read(kanalen.every)
    mine = [item for item in found if kanaalbeheer.may_configure(item.gebied, wie)]
    return Json({"kanalen": [await _kanaal(hub, item) for item in mine]})


@router.post("/kanalen", status_code=201, tags=["kanalen"])
async def maak_kanaal(body: KanaalIn, hub: Hub, wie: Adviseur) -> Json:
    """Maakt een kanaal; geheimen gaan erin en komen er nooit meer uit."""
    invoer = KanaalInvoer(
        naam=body.naam,
        netwerk=body.netwerk,
        instellingen=_filled(body.instellingen),
        gebied=tuple(dict.fromkeys(body.gemeenten)),
        types=tuple(body.types),
        niveaus=tuple(body.niveaus),
        foto=body.foto,
        echt=body.echt,
        aan=body.aan,
        automatisch=body.automatisch,
        stilte=body.stilte,
    )
    made = await kanaalbeheer.make_kanaal(hub.desk, invoer, wie)
    return Json(await _kanaal(hub, made), 201, headers={"Location": _url(hub, f"kanalen/{made.naam}")})


@router.get("/kanalen/{naam}", tags=["kanalen"])
async def lees_kanaal(naam: str, hub: Hub, wie: Adviseur) -> Json:
    """Eén kanaal, zonder geheimen."""
    return Json(await _kanaal(hub, await kanaalbeheer.need_kanaal(hub.desk, naam, wie)))


@router.put("/kanalen/{naam}", tags=["kanalen"])
async def wijzig_kanaal(naam: str, body: KanaalWijziging, hub: Hub, wie: Adviseur) -> Json:
    """Wijzigt een kanaal; wat u weglaat blijft zoals het was."""
    before = await kanaalbeheer.need_kanaal(hub.desk, naam, wie)
    if body.naam not in (None, naam):
        raise Ongeldig([("naam", "De naam van een kanaal blijft. Maak een nieuw kanaal.")])
    invoer = KanaalInvoer(
        naam=naam,
        netwerk=body.netwerk or before.netwerk,
        instellingen=_filled(body.instellingen or {}),
        gebied=before.gebied if body.gemeenten is None else tuple(dict.fromkeys(body.gemeenten)),
        types=before.types if body.types is None else tuple(body.types),
        niveaus=before.niveaus if body.niveaus is None else tuple(body.niveaus),
        foto=before.foto,
        echt=before.echt,
        aan=before.aan,
        automatisch=before.automatisch,
        stilte=before.stilte,
    )
    switches = ("foto", "echt", "aan", "automatisch", "stilte")
    sent = {name: value for name in switches if (value := getattr(body, name)) is not None}
    return Json(await _kanaal(hub, await kanaalbeheer.change_kanaal(hub.desk, replace(invoer, **sent), wie)))


@router.post("/kanalen/{naam}/hervattingen", status_code=201, tags=["kanalen"])
async def hervat_kanaal(naam: str, hub: Hub, wie: Adviseur, body: LeegIn | None = None) -> Json:
    """Laat een gepauzeerd kanaal weer bezorgen."""
    await kanaalbeheer.resume_kanaal(hub.desk, naam, wie)
    return Json(await _kanaal(hub, await kanaalbeheer.need_kanaal(hub.desk, naam, wie)), 201)


@router.post("/kanalen/{naam}/controles", status_code=201, tags=["kanalen"])
async def controleer_kanaal(naam: str, hub: Hub, wie: Adviseur, body: LeegIn | None = None) -> Json:
    """Vraagt het netwerk nu of de sleutel werkt; er wordt niets geplaatst."""
    return Json(await _kanaal(hub, await gezondheid.check_kanaal(hub.desk, naam, wie)), 201)


@router.post("/kanalen/{naam}/proefberichten", status_code=201, tags=["kanalen"])
async def stuur_proefbericht(naam: str, hub: Hub, wie: Adviseur, body: LeegIn | None = None) -> Json:
    """Plaatst een bericht met OEFENING – PROEFBERICHT en haalt het weer weg; nooit op een echt kanaal."""
    proef = await kanaalbeheer.try_kanaal(hub.desk, naam, wie)
    shown = {"berichtUrl": proef.url or None, "weggehaald": proef.weggehaald, "melding": proef.melding}
    return Json(shown, 201)


# -- schermen --------------------------------------------------------------------------------------------------
@router.get("/schermen", tags=["schermen"])
async def lijst_schermen(hub: Hub, wie: Adviseur) -> Json:
    """Alle schermen in uw gebied; het adres van een scherm is alleen bij het maken te zien."""
    found = await hub.db.read(screens.all)
    return Json(
        {"schermen": [views.scherm(hub.screens.heard_now(item)) for item in found if in_own_area(item.gemeente, wie)]}
    )


@router.post("/schermen", status_code=201, tags=["schermen"])
async def maak_scherm(body: SchermIn, hub: Hub, wie: Adviseur) -> Json:
    """Registreert een scherm en geeft zijn adres, dat u maar één keer ziet; lopende acties staan er meteen op."""
    invoer = SchermInvoer(
        naam=body.naam,
        gemeente=body.gemeente,
        punt=(body.punt.lat, body.punt.lon) if body.punt else None,
        breedte=body.breedte,
        hoogte=body.hoogte,
        soort=body.soort,
        beheerder=body.beheerder,
        echt=body.echt,
        thema=body.thema,
        tweetalig=body.tweetalig,
    )
    scherm, token = await schermen.register_scherm(hub.desk, invoer, wie)
    shown = {**views.scherm(scherm), "url": _scherm_url(hub, token)}
    return Json(shown, 201, headers={"Location": _url(hub, f"schermen/{scherm.id}")})


@router.get("/schermen/{scherm_id}", tags=["schermen"])
async def lees_scherm(scherm_id: str, hub: Hub, wie: Adviseur) -> Json:
    """Eén scherm."""
    return Json(views.scherm(hub.screens.heard_now(await schermen.need_scherm(hub.desk, scherm_id, wie))))


@router.put("/schermen/{scherm_id}", tags=["schermen"])
async def schakel_scherm(scherm_id: str, body: SchermWijziging, hub: Hub, wie: Adviseur) -> Json:
    """Zet een scherm aan of uit; een scherm dat uit staat toont het neutrale beeld."""
    return Json(views.scherm(hub.screens.heard_now(await schermen.switch(hub.desk, scherm_id, body.aan, wie))))


@router.patch("/schermen/{scherm_id}", tags=["schermen"])
async def wijzig_uiterlijk(scherm_id: str, body: SchermUiterlijk, hub: Hub, wie: Adviseur) -> Json:
    """Geeft een scherm andere kleuren, of de vaste woorden ook in het Engels; wat u weglaat blijft zoals het was."""
    changed = await schermen.restyle(hub.desk, scherm_id, wie, thema=body.thema, tweetalig=body.tweetalig)
    return Json(views.scherm(hub.screens.heard_now(changed)))


@router.post("/schermen/{scherm_id}/token", status_code=201, tags=["schermen"])
async def nieuw_adres(scherm_id: str, hub: Hub, wie: Adviseur, body: LeegIn | None = None) -> Json:
    """Geeft een scherm een nieuw adres; het oude werkt meteen niet meer."""
    token = await schermen.rotate(hub.desk, scherm_id, wie)
    return Json({"id": scherm_id, "url": _scherm_url(hub, token)}, 201)


async def _kanaal(hub: Deps, item: Kanaal) -> dict[str, object]:
    settings = await hub.db.read(lambda s: kanalen.settings_of(s, hub.vault, item.naam))
    return views.kanaal(item, hub.registry, settings)


def _filled(settings: dict[str, str | None]) -> dict[str, str]:
    """Settings without the empty ones: those take their default, or keep what they were."""
    return {name: value for name, value in settings.items() if value}


def _scherm_url(hub: Deps, token: str) -> str:
    return f"{hub.config.adres.rstrip('/')}/s/{token}/"


def _url(hub: Deps, path: str) -> str:
    return f"{hub.config.adres.rstrip('/')}/api/v1/{path}"
