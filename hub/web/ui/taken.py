"""Open tasks: what the hub cannot find out or do by itself; what must go first, each answered with one key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.delivery import store as delivery
from hub.desk import melden, telefoon, vragen
from hub.desk.errors import DeskError, NietGevonden
from hub.desk.vragen import Vraag
from hub.kanalen import store as kanalen
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.deps import Deps
from hub.web.ui import woorden
from hub.web.ui.diepelink import diepe_link
from hub.web.ui.handwerk import hand_of, picture
from hub.web.ui.kader import Ui, naar

Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
Taken = Annotated[Wie, Depends(auth.wie("taken", pagina=True))]
OUD_SECONDEN = 300
AANPASSEN = "Pas het bericht aan, of plaats de nieuwe versie"
HOE_AANPASSEN = (
    "Er is een nieuwe tekst. Pas het bericht aan dat er staat. Kan dat niet? Haal het weg en plaats de nieuwe tekst. "
    "Er hoort één bericht te staan."
)
MISSCHIEN_OUD = "Er is een nieuwe tekst. Had iemand de vorige tekst al geplaatst? Pas dat bericht dan aan."
_VRAGEN = {
    "publiceren": ("Plaats dit bericht zelf", "Staat dit bericht er?"),
    "corrigeren": ("Pas het bericht zelf aan", "Is het bericht aangepast?"),
    "intrekken": ("Haal het bericht zelf weg", "Is het bericht weg?"),
    "sluiten": ("Plaats het slotbericht zelf", "Staat het slotbericht er?"),
}


@dataclass(frozen=True, slots=True)
class Antwoord:
    """One button: what it sends, what it says, and its key."""

    waarde: str
    woord: str
    toets: str


@dataclass(frozen=True, slots=True)
class Taak:
    """One open question about one bezorging.

    `tekst` is what to place, `beeld` whether there is a picture with it. `adres` opens the kanaal, `ingevuld` says
    that the text is filled in there, and `bericht_url` leads to the post itself. `rest`: what is left of the looptijd.
    `telefoon`: the app in which a phone can do this task; empty where it cannot. `aanpassen`: there is a post already.
    """

    id: str
    vraag: str
    kanaal: str
    weghalen: bool
    adres: str
    ingevuld: bool
    bericht_url: str
    actie_id: str
    actie: str
    kenmerk: str
    oefening: bool
    leeftijd: str
    oud: bool
    rest: str
    uitleg: str
    tekst: str
    beeld: bool
    plaatsen: bool
    telefoon: str
    aanpassen: bool
    antwoorden: tuple[Antwoord, ...]


def add(router: APIRouter, ui: Ui) -> None:
    """The routes under /taken."""

    async def show(request: Request, wie: Wie, fout: str = "", getypt: tuple[str, str] = ("", "")) -> Response:
        found = await open_tasks(ui.deps, wie)
        wanted = ui.deps.config.bezorging.bel_kanalen
        aan = {kanaal.naam for kanaal in await ui.deps.db.read(kanalen.every) if kanaal.aan}
        return await ui.page(
            request,
            "taken.html",
            titel="Taken",
            sectie="taken",
            taken=found,
            mag=wie.mag("taken"),
            fout=fout,
            getypt=getypt,
            bellen=[naam for naam in wanted if naam in aan],
            stil=[naam for naam in wanted if naam not in aan],
            status=409 if fout else 200,
        )

    @router.get("/taken")
    async def every(request: Request, wie: Lezer) -> Response:
        return await show(request, wie)

    @router.get("/taken/roep")
    async def calling(request: Request, wie: Lezer) -> Response:
        """What calls for attention on every page, for who has the page open already."""
        return ui.fragment(request, "_roep.html", roep=await ui.roep(wie))

    @router.get("/taken/{bezorging_id}/beeld.jpg")
    async def image(bezorging_id: str, wie: Taken) -> Response:
        return await _picture(ui.deps, bezorging_id, wie)

    @router.post("/taken/{bezorging_id}")
    async def answer(request: Request, bezorging_id: str, wie: Taken) -> Response:
        data = await request.form()
        antwoord, adres = str(data.get("antwoord", "")), str(data.get("adres", "")).strip()
        try:
            await melden.answer_bezorging(ui.deps.desk, bezorging_id, antwoord, wie, adres)
        except DeskError as error:
            page = await show(request, wie, str(error), (bezorging_id, adres))
            page.status_code = error.status
            return page
        return naar("/taken", gedaan="taak")


async def open_tasks(deps: Deps, wie: Wie) -> list[Taak]:
    """The open tasks in the regions of this person.

    Before the words of a post leave the hub it is written down that they did: from then on somebody may place them.
    """
    now = deps.clock.now()
    found = await deps.db.read(lambda s: vragen.open_vragen(s, wie))
    fresh = {v.rij.id for v in found if v.rij.staat == "taak" and v.rij.doet == "maakt" and v.rij.gestart_op is None}
    if fresh:
        still = await deps.db.write(lambda s: vragen.show(s, fresh, now))
        found = [vraag for vraag in found if vraag.rij.id not in fresh - still]
    return await deps.db.read(lambda s: [_task(s, deps, vraag, now) for vraag in found])


def _task(session: Session, deps: Deps, vraag: Vraag, now: datetime) -> Taak:
    row, actie = vraag.rij, vraag.actie
    weghalen, source = vragen.must_go(row.soort, row.staat), vraag.bron
    placing = vragen.placing(vraag)
    tekst = row.tekst if placing else ""
    hand = hand_of(session, deps, row.kanaal)
    adres, ingevuld = diepe_link(hand.adres if hand else "", tekst)
    waits = now - row.gemaakt_op
    return Taak(
        id=row.id,
        vraag=_question(vraag, placing, hand is not None),
        kanaal=row.kanaal,
        weghalen=weghalen,
        adres=adres,
        ingevuld=ingevuld,
        bericht_url=_web(source.bericht_url if source else row.bericht_url),
        actie_id=actie.id,
        actie=actie.titel or actie.kenmerk,
        kenmerk=actie.kenmerk,
        oefening=actie.oefening,
        leeftijd=woorden.duur(waits),
        oud=weghalen or waits.total_seconds() > OUD_SECONDEN,
        rest=woorden.duur(actie.eindigt_op - now) if actie.fase == "actief" and actie.eindigt_op else "",
        uitleg=_uitleg(vraag, placing, hand is not None),
        tekst=tekst,
        beeld=placing and row.beeld is not None,
        plaatsen=placing and (row.doet == "maakt" or hand is not None),
        telefoon=hand.app if hand and telefoon.stand_of(vraag) in telefoon.OPEN else "",
        aanpassen=placing and vragen.changing(vraag),
        antwoorden=_answers(vraag, placing, hand is not None),
    )


def _web(adres: str) -> str:
    return adres if adres.startswith(("https://", "http://")) else ""


def _question(vraag: Vraag, placing: bool, hand: bool) -> str:
    row, source = vraag.rij, vraag.bron
    doe, vraag_ = _VRAGEN[row.soort]
    if row.soort == "intrekken" and source is not None and source.staat == "taak":
        return "Staat dit bericht er? Haal het weg"
    if placing and hand and source is not None:
        return AANPASSEN if vragen.changing(vraag) else _VRAGEN["publiceren"][0]
    return doe if placing or (row.soort == "intrekken" and row.staat == "taak") else vraag_


def _uitleg(vraag: Vraag, placing: bool, hand: bool) -> str:
    """Why people must do it; on a kanaal that they keep that speaks for itself."""
    if not hand:
        return vraag.rij.fout
    if not placing or vraag.rij.doet == "maakt":
        return ""
    return HOE_AANPASSEN if vragen.changing(vraag) else MISSCHIEN_OUD


def _answers(vraag: Vraag, placing: bool, hand: bool) -> tuple[Antwoord, ...]:
    row, source = vraag.rij, vraag.bron
    if row.staat == "geparkeerd":
        return (Antwoord("opnieuw", "Probeer opnieuw", "j"),)
    if row.soort == "intrekken":
        found = [Antwoord("staat-er-niet", "Het is weg", "j")]
        if source is not None and source.staat == "taak":
            found.append(Antwoord("nooit-geplaatst", "Nooit geplaatst", "n"))
        elif not hand:
            found.append(Antwoord("staat-er", "Staat er nog: probeer opnieuw", "n"))
        return tuple(found)
    if placing:
        done = "Aangepast" if vragen.changing(vraag) else "Geplaatst"
        return (Antwoord("staat-er", done, "j"), Antwoord("staat-er-niet", "Dit doe ik niet", "n"))
    asked = (Antwoord("staat-er", "Staat er", "j"), Antwoord("staat-er-niet", "Staat er niet", "n"))
    if row.staat == "onbekend" and row.doet == "maakt":
        return (*asked, Antwoord("opnieuw", "Plaats opnieuw", ""))
    return asked


async def _picture(deps: Deps, bezorging_id: str, wie: Wie) -> Response:
    row = await deps.db.read(lambda s: delivery.get(s, bezorging_id))
    actie = await deps.db.read(lambda s: acties.get(s, row.actie_id)) if row is not None else None
    if row is None or actie is None or not wie.mag_gebied(actie.gemeente, actie.veiligheidsregio):
        raise NietGevonden("Deze taak bestaat niet.")
    return await picture(deps, row, actie)
