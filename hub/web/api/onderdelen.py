"""What belongs to one actie: photos, previews, deliveries, the receipt, figures, reacties and the outcome."""

from base64 import b64encode
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from sqlalchemy.orm import Session

from hub.acties import rules
from hub.acties.model import Actie
from hub.acties.view import view
from hub.delivery import store as delivery
from hub.delivery import wachten
from hub.desk import melden
from hub.desk.errors import NietGevonden
from hub.kit.clock import iso
from hub.screens import store as screens
from hub.screens.model import Scherm
from hub.screens.verdeling import Ander, others
from hub.toegang.model import Wie
from hub.tracking.reacties import Uitkomst
from hub.tracking.statistieken import as_json, statistieken
from hub.web import auth
from hub.web.api import views
from hub.web.api.acties import Lezer, Meldkamer
from hub.web.api.bodies import AntwoordIn, ReactieIn, UitkomstIn
from hub.web.api.strikt import ApiRoute, Json
from hub.web.deps import Hub
from hub.web.keuring import keuringen
from hub.web.zicht import need_actie

Taken = Annotated[Wie, Depends(auth.wie("taken"))]
router = APIRouter(route_class=ApiRoute, tags=["acties"])


@router.post("/acties/{actie_id}/fotos", status_code=201)
async def voeg_foto_toe(
    actie_id: str,
    hub: Hub,
    wie: Meldkamer,
    bestand: Annotated[UploadFile, File(description="JPEG, PNG of WebP, hoogstens 10 MB.")],
    toestemming: Annotated[bool, Form(alias="toestemmingSchriftelijk")] = False,
    focus_x: Annotated[float, Form(alias="focusX", ge=0, le=1)] = 0.5,
    focus_y: Annotated[float, Form(alias="focusY", ge=0, le=1)] = 0.35,
    erbij: Annotated[bool, Form(description="Naast de foto die er is, in plaats van deze te vervangen.")] = False,
) -> Json:
    """Voegt een foto toe; een lopende actie krijgt er een nieuwe versie mee."""
    data = await bestand.read()
    info = await hub.desk.add_foto(
        actie_id, data, focus=(focus_x, focus_y), toestemming=toestemming, wie=wie, erbij=erbij
    )
    actie = await need_actie(hub, actie_id, wie)
    return Json({**views.foto(info, hub.config), "versie": actie.versie}, 201)


@router.get("/acties/{actie_id}/voorbeelden")
async def voorbeelden(request: Request, actie_id: str, hub: Hub, wie: Meldkamer) -> Json:
    """Wat elk kanaal en elk scherm zou krijgen, of waarom niet; met tellers."""
    actie = await need_actie(hub, actie_id, wie)
    previews = await hub.desk.previews(actie)
    shown = view(actie, hub.config)
    schermen = await hub.db.read(lambda s: screens.serving(s, shown))
    anders = others(hub.screens, shown, schermen)
    return Json(
        {
            "kanalen": [views.voorbeeld(item) for item in previews],
            "schermen": [_scherm(actie, scherm, anders.get(scherm.id)) for scherm in schermen],
            "formaten": views.formaten(hub.renderer, await keuringen(hub, actie, request.is_disconnected)),
        }
    )


def _scherm(actie: Actie, scherm: Scherm, ander: Ander | None) -> dict[str, object]:
    """Which scherm would show it, with the photo or without and why, and which other actie stands there now."""
    besluit = rules.foto_op_scherm(
        niveau=actie.niveau,
        type=actie.type,
        minderjarig=rules.is_minderjarig(actie.type, actie.persoon),
        toestemming=bool(actie.foto and actie.foto.toestemming_schriftelijk),
        scherm_soort=scherm.soort,
    )
    return {
        "scherm": scherm.naam,
        "soort": scherm.soort,
        "breedte": scherm.breedte,
        "hoogte": scherm.hoogte,
        "metFoto": besluit.mag and actie.foto is not None,
        "fotoRegel": besluit.uitleg,
        "andereActie": _ander(ander) if ander is not None else None,
    }


def _ander(item: Ander) -> dict[str, object]:
    """The other actie on a scherm; `wijkt`: it makes way for this one."""
    return {
        "id": item.actie_id,
        "titel": item.titel,
        "gestartOp": iso(item.gestart_op),
        "wijkt": item.wijkt,
        "reden": item.reden,
    }


@router.get("/acties/{actie_id}/bezorgingen")
async def bezorgingen(actie_id: str, hub: Hub, wie: Lezer) -> Json:
    """Alle bezorgingen van een actie, de oudste eerst; `wachtOp` zegt waarom er een in de wachtrij staat."""
    await need_actie(hub, actie_id, wie)

    def read(session: Session) -> list[dict[str, Any]]:
        rows = delivery.of_actie(session, actie_id)
        wacht = wachten.reasons(session, rows, hub.accounts.limits(), hub.clock.now())
        return [{**views.bezorging(row), "wachtOp": wacht.get(row.id)} for row in rows]

    return Json({"bezorgingen": await hub.db.read(read)})


@router.post("/bezorgingen/{bezorging_id}/antwoord")
async def antwoord(bezorging_id: str, body: AntwoordIn, hub: Hub, wie: Taken) -> Json:
    """Wat een mens op het netwerk zag, voor een bezorging die onbekend of een taak is.

    Bij `intrekken` betekent `staat-er-niet` dat het weghalen is gelukt.
    """
    row = await melden.answer_bezorging(hub.desk, bezorging_id, body.antwoord, wie, body.bericht_url)
    return Json(views.bezorging(row))


@router.get("/acties/{actie_id}/intrekkingsbewijs")
async def intrekkingsbewijs(actie_id: str, hub: Hub, wie: Lezer) -> Response:
    """Het bewijs per plek, ondertekend: de kop Handtekening is Ed25519 over de bytes van het antwoord, in base64."""
    body = orjson.dumps(views.bewijs(await hub.desk.receipt(actie_id, wie)))
    signature = b64encode(hub.vault.signing_key().sign(body)).decode()
    return Response(body, media_type="application/json", headers={"Handtekening": signature})


@router.get("/acties/{actie_id}/statistieken")
async def cijfers(actie_id: str, hub: Hub, wie: Lezer) -> Json:
    """De cijfers van een actie per kanaal en scherm, met hun definities."""
    await need_actie(hub, actie_id, wie)
    return Json(await hub.db.read_long(lambda s: as_json(statistieken(s, actie_id))))


@router.post("/acties/{actie_id}/reacties", status_code=201)
async def noteer_reactie(actie_id: str, body: ReactieIn, hub: Hub, wie: Meldkamer) -> Json:
    """Noteert dat een burger reageerde: langs welke weg en uit welke bron. Nooit wat er is gezegd."""
    noted = await melden.note_reactie(
        hub.desk, actie_id, route=body.route, bron=body.bron, kanaal=body.kanaal, ref=body.ref, wie=wie
    )
    return Json({"id": noted, "actieId": actie_id, "route": body.route, "bron": body.bron}, 201)


@router.post("/acties/{actie_id}/uitkomst", status_code=201)
async def noteer_uitkomst(actie_id: str, body: UitkomstIn, hub: Hub, wie: Meldkamer) -> Json:
    """Noteert wat er van een actie kwam, ook lang na het einde; een later antwoord vervangt het eerdere."""
    noted = await melden.note_uitkomst(
        hub.desk,
        Uitkomst(
            actie_id=actie_id,
            uitkomst=body.uitkomst,
            dankzij_burger=body.dankzij_burger,
            route=body.route,
            kanaal=body.kanaal,
            succes_portaal=body.succes_portaal,
            gevonden_op=body.gevonden_op,
        ),
        wie,
    )
    return Json(_uitkomst(noted), 201)


@router.get("/acties/{actie_id}/uitkomst")
async def lees_uitkomst(actie_id: str, hub: Hub, wie: Lezer) -> Json:
    """Wat er van een actie kwam."""
    await need_actie(hub, actie_id, wie)
    found = await melden.uitkomst_of(hub.desk, actie_id)
    if found is None:
        raise NietGevonden("Van deze actie is nog geen uitkomst genoteerd.")
    return Json(_uitkomst(found))


def _uitkomst(item: Uitkomst) -> dict[str, object]:
    return {
        "actieId": item.actie_id,
        "uitkomst": item.uitkomst,
        "dankzijBurger": item.dankzij_burger,
        "route": item.route,
        "kanaal": item.kanaal,
        "succesPortaal": item.succes_portaal,
        "gevondenOp": iso(item.gevonden_op),
        "gemeldDoor": item.gemeld_door,
        "gemeldOp": iso(item.gemeld_op),
    }
