"""The phone beside a task: a QR on the screen of who is logged in, and the page that it opens without a log-in."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from hub.desk import telefoon, vragen
from hub.desk.errors import DeskError, Geweigerd
from hub.desk.telefoon import OPEN, Telefoon
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.deps import Deps, brake, deps_of
from hub.web.ui.diepelink import diepe_link
from hub.web.ui.handwerk import Hand, hand_of, picture
from hub.web.ui.kader import Ui
from hub.web.ui.qr import svg

Taken = Annotated[Wie, Depends(auth.wie("taken", pagina=True))]
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, noarchive",
}
DEZE_COMPUTER = ("127.0.0.1", "::1", "localhost")
KLAAR = ("geplaatst", "weg")


class Taaktoken:
    """The right of every address under /taak: not a role, but a token that opens one task for a short while."""

    async def __call__(self, request: Request, token: str) -> Telefoon | None:
        """What the token opens; None lets the page say that it is over."""
        deps = deps_of(request)
        now = deps.clock.now()
        found = await deps.db.read(lambda s: telefoon.look(s, token, now))
        if found is None:
            brake(request)
        return found


Houder = Annotated[Telefoon | None, Depends(Taaktoken())]


@dataclass(frozen=True, slots=True)
class Blad:
    """What stands on the phone. Of the actie nothing but what is to be placed now."""

    stand: str
    app: str = ""
    kanaal: str = ""
    kenmerk: str = ""
    tekst: str = ""
    beeld: bool = False
    alt: str = ""
    code: str = ""
    oefening: bool = False
    adres: str = ""
    ingevuld: bool = False
    bericht_url: str = ""
    misschien: bool = False
    aanpassen: bool = False
    wie: str = ""
    geldig_tot: datetime | None = None
    fout: str = ""
    geplakt: str = ""


def add(router: APIRouter, ui: Ui) -> None:
    """The routes under /taken/{id}/telefoon, and those of the phone under /taak."""
    _asking(router, ui)
    _phone(router, ui)


def _asking(router: APIRouter, ui: Ui) -> None:
    deps = ui.deps

    @router.post("/taken/{bezorging_id}/telefoon")
    async def ask(request: Request, bezorging_id: str, wie: Taken) -> Response:
        """A page with a fresh QR for this task; asking again makes an earlier one useless."""
        found = await auth.aanvrager(request)
        if found is None or found.sessie is None:
            raise Geweigerd("sessie", "Een QR-code voor de telefoon is er alleen voor wie zelf is ingelogd.")
        token = await telefoon.ask(deps.desk, bezorging_id, wie, found.sessie.gebruiker_id)
        now = deps.clock.now()
        shown = await deps.db.read(lambda s: telefoon.look(s, token, now))
        return await ui.page(
            request,
            "telefoon.html",
            titel="Met uw telefoon",
            sectie="taken",
            blad=await _blad(deps, shown),
            bezorging_id=bezorging_id,
            veilig=deps.config.adres.startswith("https://"),
            hier=urlsplit(deps.config.adres).hostname in DEZE_COMPUTER,
            qr=svg(f"{deps.config.adres.rstrip('/')}/taak/{token}", "QR-code voor uw telefoon"),
        )

    @router.get("/taken/{bezorging_id}/telefoon/stand")
    async def stand(request: Request, bezorging_id: str, wie: Taken) -> Response:
        """What takes the place of the QR once it is of no more use; nothing (204) until then."""
        now = deps.clock.now()
        stand, phone = await deps.db.read(lambda s: telefoon.still_open(s, bezorging_id, wie, now))
        if stand in OPEN and phone:
            return Response(status_code=204)
        return ui.fragment(request, "_telefoon.html", stand=stand if stand not in OPEN else "verlopen")


def _phone(router: APIRouter, ui: Ui) -> None:
    deps = ui.deps

    async def show(request: Request, houder: Telefoon | None, fout: str = "", geplakt: str = "") -> Response:
        blad = replace(await _blad(deps, houder), fout=fout, geplakt=geplakt)
        page = ui.fragment(request, "taak.html", blad=blad, pad=request.url.path)
        page.status_code = 200 if blad.stand in (*OPEN, *KLAAR) else 410
        page.headers.update(HEADERS)
        return page

    @router.get("/taak/{token}")
    async def task(request: Request, houder: Houder) -> Response:
        """The words and the picture to share, or how to take them away; after that, that it is done or over."""
        return await show(request, houder)

    @router.get("/taak/{token}/stand")
    async def stand(houder: Houder) -> Response:
        """What an open page asks now and then: may this still be shared?"""
        return JSONResponse({"stand": houder.stand if houder else "verlopen"}, headers=HEADERS)

    @router.get("/taak/{token}/beeld.jpg")
    async def image(houder: Houder) -> Response:
        """The picture to share; 410 as soon as it is not to be placed any more."""
        if houder is None or houder.stand != "plaatsen":
            return Response("Deze afbeelding is er niet meer.", 410, HEADERS, "text/plain")
        answer = await picture(deps, houder.vraag.rij, houder.vraag.actie)
        answer.headers.update(HEADERS)
        return answer

    @router.post("/taak/{token}")
    async def answer(request: Request, token: str, houder: Houder) -> Response:
        """The answer of who holds the phone. Its token is what another site cannot know."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise auth.MagNiet("Dit verzoek komt van een andere site.", "herkomst")
        data = await request.form()
        antwoord, geplakt = str(data.get("antwoord", "")), str(data.get("adres", "")).strip()
        try:
            await telefoon.answer(deps.desk, token, antwoord, geplakt)
        except DeskError as error:
            page = await show(request, houder, str(error), geplakt)
            page.status_code = error.status
            return page
        return RedirectResponse(request.url.path, 303, HEADERS)


async def _blad(deps: Deps, houder: Telefoon | None) -> Blad:
    if houder is None:
        return Blad("verlopen")
    row, actie = houder.vraag.rij, houder.vraag.actie
    hand = await deps.db.read(lambda s: _hand(s, deps, row.kanaal))
    blad = Blad(houder.stand, app=hand.app, kanaal=row.kanaal, oefening=actie.oefening)
    if houder.stand not in OPEN:
        return blad
    tekst = row.tekst if houder.stand == "plaatsen" else ""
    adres, ingevuld = diepe_link(hand.adres, tekst)
    bron = houder.vraag.bron
    return replace(
        blad,
        kenmerk=actie.kenmerk,
        code=actie.code,
        tekst=tekst,
        beeld=houder.stand == "plaatsen" and row.beeld is not None,
        alt=row.beeld.alt if row.beeld is not None else "",
        adres=adres,
        ingevuld=ingevuld,
        bericht_url=bron.bericht_url if bron is not None and bron.bericht_url.startswith("http") else "",
        misschien=houder.misschien,
        aanpassen=houder.stand == "plaatsen" and vragen.changing(houder.vraag),
        wie=houder.wie.naam,
        geldig_tot=houder.geldig_tot,
    )


def _hand(session: Session, deps: Deps, naam: str) -> Hand:
    return hand_of(session, deps, naam) or Hand("", naam)
