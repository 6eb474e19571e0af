"""Open tasks: what the hub cannot find out or do by itself, oldest first, each answered with one key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.view import EINDE
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.desk import melden
from hub.desk.errors import DeskError
from hub.kanalen import store as kanalen
from hub.kit.secrets import Vault
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.ui import woorden
from hub.web.ui.kader import TE_DOEN, Ui, naar

Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
Meldkamer = Annotated[Wie, Depends(auth.wie("meldkamer", pagina=True))]
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
    """One open question about one bezorging."""

    id: str
    vraag: str
    kanaal: str
    adres: str
    actie_id: str
    actie: str
    oefening: bool
    leeftijd: str
    oud: bool
    uitleg: str
    tekst: str
    antwoorden: tuple[Antwoord, ...]


def add(router: APIRouter, ui: Ui) -> None:
    """The routes under /taken."""

    async def show(request: Request, wie: Wie, fout: str = "", status: int = 200) -> Response:
        now = ui.deps.clock.now()
        found = await ui.deps.db.read(lambda s: tasks(s, ui.deps.vault, wie, now))
        mag = wie.mag("meldkamer")
        return await ui.page(
            request, "taken.html", titel="Taken", sectie="taken", taken=found, mag=mag, fout=fout, status=status
        )

    @router.get("/taken")
    async def every(request: Request, wie: Lezer) -> Response:
        return await show(request, wie)

    @router.post("/taken/{bezorging_id}")
    async def answer(request: Request, bezorging_id: str, wie: Meldkamer) -> Response:
        data = await request.form()
        antwoord, adres = str(data.get("antwoord", "")), str(data.get("adres", "")).strip()
        try:
            await melden.answer_bezorging(ui.deps.desk, bezorging_id, antwoord, wie, adres)
        except DeskError as error:
            return await show(request, wie, str(error), error.status)
        return naar("/taken", gedaan="taak")


def tasks(session: Session, vault: Vault, wie: Wie, now: datetime) -> list[Taak]:
    """The open tasks in the regions of this person, oldest first."""
    found = []
    for row in delivery.in_state(session, *TE_DOEN):
        actie = acties.get(session, row.actie_id)
        if actie is None or not wie.mag_gebied(actie.gemeente, actie.veiligheidsregio):
            continue
        if row.staat == "taak" and row.soort in ("publiceren", "corrigeren") and actie.fase in EINDE:
            # Nobody should place this any more; the task to remove it asks whether it was placed at all.
            continue
        settings = kanalen.settings_of(session, vault, row.kanaal)
        adres = settings.get("adres", "")
        found.append(
            Taak(
                id=row.id,
                vraag=_question(row),
                kanaal=row.kanaal,
                adres=adres if adres.startswith(("https://", "http://")) else "",
                actie_id=actie.id,
                actie=actie.titel or actie.kenmerk,
                oefening=actie.oefening,
                leeftijd=woorden.duur(now - row.gemaakt_op),
                oud=(now - row.gemaakt_op).total_seconds() > 300,
                uitleg=row.fout,
                tekst=row.tekst,
                antwoorden=_answers(row),
            )
        )
    return found


def _question(row: Bezorging) -> str:
    doe, vraag = _VRAGEN[row.soort]
    return doe if row.staat == "taak" else vraag


def _answers(row: Bezorging) -> tuple[Antwoord, ...]:
    if row.staat == "geparkeerd":
        return (Antwoord("opnieuw", "Probeer opnieuw", "j"),)
    if row.soort == "intrekken":
        return (
            Antwoord("staat-er-niet", "Het is weg", "j"),
            Antwoord("staat-er", "Staat er nog: probeer opnieuw", "n"),
        )
    found = (Antwoord("staat-er", "Staat er", "j"), Antwoord("staat-er-niet", "Staat er niet", "n"))
    if row.staat == "onbekend" and row.doet == "maakt":
        return (*found, Antwoord("opnieuw", "Plaats opnieuw", ""))
    return found
