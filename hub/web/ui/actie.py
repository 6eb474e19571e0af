"""The page of one actie: what is live where, and every deed on it; all forms work without JavaScript."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from hub.acties import store as acties
from hub.acties.model import BRONNEN, ROUTES, Actie
from hub.desk import melden, modereren
from hub.desk.errors import Conflict, DeskError, Geweigerd, NietGevonden, Ongeldig
from hub.desk.goedkeurders import colleagues, whom_to_ask
from hub.toegang.model import Wie
from hub.tracking.reacties import DANKZIJ, UITKOMSTEN, Uitkomst
from hub.web import auth
from hub.web.ui import formulier, moderatie
from hub.web.ui.actie_stand import Stand, read, teruggezet, with_posters
from hub.web.ui.formulier import Fout, Velden
from hub.web.ui.kader import Ui, naar
from hub.web.ui.voorbeeld import Voorbeelden
from hub.web.zicht import VOORAF, may_preview

MAX_BESTAND = 12_000_000
Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
Starter = Annotated[Wie, Depends(auth.wie("acties", pagina=True))]
Moderator = Annotated[Wie, Depends(auth.wie("modereren", pagina=True))]
Meldkamer = Annotated[Wie, Depends(auth.wie("meldkamer", pagina=True))]
REDEN_KEUZES = {
    "gevonden": "Gevonden of opgelost",
    "fout": "Er stond een fout in (er komt een rechtzetting)",
    "anders": "Andere reden",
}


@dataclass(frozen=True, slots=True)
class Mis:
    """What a deed could not do: a sentence for the top of the page, or faults at fields; `open` = the form to show."""

    melding: str = ""
    fouten: tuple[Fout, ...] = ()
    open: str = ""
    velden: Velden | None = None
    status: int = 400


class ActiePagina:
    """Shows one actie, as a page or as the part that moves."""

    def __init__(self, ui: Ui, voorbeelden: Voorbeelden) -> None:
        self._ui, self._deps, self._voorbeelden = ui, ui.deps, voorbeelden

    async def stand(self, actie_id: str, wie: Wie) -> Stand:
        """The state, if this person may see it."""
        now, limits = self._deps.clock.now(), self._deps.accounts.limits()
        config, board = self._deps.config, self._deps.screens
        found = await self._deps.db.read(lambda s: read(s, config, board, actie_id, now, limits))
        if found is None or not wie.mag_gebied(found.actie.gemeente, found.actie.veiligheidsregio):
            raise NietGevonden("Deze actie bestaat niet.")
        return with_posters(found, board.keuzes(actie_id))

    async def show(self, request: Request, actie_id: str, wie: Wie, mis: Mis | None = None) -> Response:
        """The whole page, with what went wrong if something did."""
        stand = await self.stand(actie_id, wie)
        actie, mis = stand.actie, mis or Mis(status=200)
        concept = actie.fase in VOORAF
        return await self._ui.page(
            request,
            "actie.html",
            titel=actie.titel or f"Actie {actie.kenmerk}",
            sectie="acties",
            oefening=actie.oefening,
            stand=stand,
            actie=actie,
            mis=mis,
            v=mis.velden or formulier.of_actie(actie),
            overzicht=await self._voorbeelden.overview(actie, wie) if concept else None,
            beleid=self._deps.config.goedkeuring.voor(actie.soort),
            moderatie=await moderatie.read(self._deps, actie) if actie.gestart_op else (),
            modereert=wie.mag("modereren"),
            mag=wie.mag("meldkamer") or (wie.mag("acties") and wie.mag_soort(actie.soort)),
            meldkamer=wie.mag("meldkamer"),
            posters=may_preview(actie, wie),
            collega=await self._to_ask(actie, wie) if concept else "",
            teruggezet=teruggezet(actie),
            redenen=REDEN_KEUZES,
            routes=ROUTES,
            wegen={"": "Weet ik niet", **ROUTES},
            bronnen=BRONNEN,
            uitkomsten=UITKOMSTEN,
            dankzij=DANKZIJ,
            status=mis.status,
        )

    async def _to_ask(self, actie: Actie, wie: Wie) -> str:
        """Under vier-ogen: whom a writer of this actie can ask to release it; empty for who may do so."""
        if self._deps.config.goedkeuring.voor(actie.soort) != "vier-ogen":
            return ""

        def read(session: Session) -> str:
            if wie.naam not in acties.writers(session, actie.id):
                return ""
            return whom_to_ask(colleagues(session, actie))

        return await self._deps.db.read(read)

    async def may_act(self, actie_id: str, wie: Wie) -> Stand:
        """The state, if this person may act on this soort of actie."""
        stand = await self.stand(actie_id, wie)
        if not wie.mag("meldkamer") and not wie.mag_soort(stand.actie.soort):
            raise auth.MagNiet(f"Met de rol {wie.rol} kunt u een {stand.actie.soort} niet beheren.", "rol-soort")
        return stand

    async def do(
        self,
        request: Request,
        actie_id: str,
        wie: Wie,
        deed: Callable[[Stand], Awaitable[object]],
        *,
        gedaan: str,
        open: str = "",
        velden: Velden | None = None,
    ) -> Response:
        """One deed of the desk; what it refuses is said on the page itself, with everything still filled in."""
        stand = await self.may_act(actie_id, wie)
        try:
            await deed(stand)
        except Ongeldig as error:
            faults = tuple(formulier.fouten(error.fouten))
            return await self.show(request, actie_id, wie, Mis(fouten=faults, open=open, velden=velden))
        except (Conflict, Geweigerd) as error:
            mis = Mis(str(error), open=open, velden=velden, status=error.status)
            return await self.show(request, actie_id, wie, mis)
        return naar(f"/acties/{actie_id}", gedaan=gedaan)


def add(router: APIRouter, ui: Ui, voorbeelden: Voorbeelden) -> None:
    """The routes under /acties/{id}."""
    pagina = ActiePagina(ui, voorbeelden)
    _looking(router, ui, pagina)
    _running(router, ui, pagina)
    _changing(router, ui, pagina)
    _noting(router, ui, pagina)
    _moderating(router, ui, pagina)


def _looking(router: APIRouter, ui: Ui, pagina: ActiePagina) -> None:
    @router.get("/acties/{actie_id}")
    async def one(request: Request, actie_id: str, wie: Lezer) -> Response:
        return await pagina.show(request, actie_id, wie)

    @router.get("/acties/{actie_id}/stand")
    async def moving(request: Request, actie_id: str, wie: Lezer, fase: str = "") -> Response:
        """The part that moves; a change of phase makes the browser load the whole page."""
        stand = await pagina.stand(actie_id, wie)
        answer = ui.fragment(request, "_stand.html", stand=stand, actie=stand.actie)
        if fase and fase != stand.actie.fase:
            answer.headers["HX-Refresh"] = "true"
        return answer

    @router.get("/acties/{actie_id}/bewijs")
    async def receipt(request: Request, actie_id: str, wie: Lezer) -> Response:
        stand = await pagina.stand(actie_id, wie)
        return await ui.page(
            request,
            "bewijs.html",
            titel=f"Intrekkingsbewijs {stand.actie.kenmerk}",
            sectie="acties",
            adres=ui.deps.config.adres,
            oefening=stand.actie.oefening,
            stand=stand,
            actie=stand.actie,
        )


def _running(router: APIRouter, ui: Ui, pagina: ActiePagina) -> None:
    desk = ui.deps.desk

    @router.post("/acties/{actie_id}/publiceren")
    async def publish(request: Request, actie_id: str, wie: Starter) -> Response:
        waits = (await pagina.stand(actie_id, wie)).actie.soort
        direct = ui.deps.config.goedkeuring.voor(waits) == "direct"
        return await pagina.do(
            request,
            actie_id,
            wie,
            lambda stand: desk.publish(actie_id, wie),
            gedaan="uitgezet" if direct else "wacht",
        )

    @router.post("/acties/{actie_id}/goedkeuren")
    async def approve(request: Request, actie_id: str, wie: Starter) -> Response:
        gedaan = "weer" if teruggezet((await pagina.stand(actie_id, wie)).actie) else "uitgezet"
        return await pagina.do(request, actie_id, wie, lambda stand: desk.approve(actie_id, wie), gedaan=gedaan)

    @router.post("/acties/{actie_id}/intrekken")
    async def withdraw(request: Request, actie_id: str, wie: Starter) -> Response:
        reden = str((await request.form()).get("reden", ""))
        return await pagina.do(
            request,
            actie_id,
            wie,
            lambda stand: desk.withdraw(actie_id, reden, wie),
            gedaan="ingetrokken",
            open="intrekken",
        )

    @router.post("/acties/{actie_id}/afsluiten")
    async def close(request: Request, actie_id: str, wie: Starter) -> Response:
        return await pagina.do(request, actie_id, wie, lambda stand: desk.close(actie_id, wie), gedaan="afgesloten")

    @router.post("/acties/{actie_id}/verlengen")
    async def extend(request: Request, actie_id: str, wie: Starter) -> Response:
        typed = str((await request.form()).get("minuten", "")).strip()
        minuten = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0
        return await pagina.do(
            request,
            actie_id,
            wie,
            lambda stand: desk.extend(actie_id, minuten, wie),
            gedaan="verlengd",
            open="verlengen",
        )


def _changing(router: APIRouter, ui: Ui, pagina: ActiePagina) -> None:
    desk = ui.deps.desk

    @router.post("/acties/{actie_id}/wijzigen")
    async def correct(request: Request, actie_id: str, wie: Starter) -> Response:
        data = await request.form()
        velden = formulier.read(data)
        reden = str(data.get("waarom", ""))[:200]

        async def deed(stand: Stand) -> None:
            changed, faults = formulier.wijziging(stand.actie, velden, ui.deps.clock.now().date())
            if faults:
                raise Ongeldig([(fault.veld, fault.melding) for fault in faults])
            if not changed:
                raise Ongeldig([("titel", "Er is niets veranderd.")])
            await desk.correct(actie_id, changed, wie, reden)

        return await pagina.do(request, actie_id, wie, deed, gedaan="gewijzigd", open="wijzigen", velden=velden)

    @router.post("/acties/{actie_id}/foto", max_body_size=MAX_BESTAND)
    async def photo(request: Request, actie_id: str, wie: Starter) -> Response:
        data = await request.form()
        upload = data.get("foto")
        raw = await upload.read() if isinstance(upload, UploadFile) and upload.filename else b""
        await data.close()
        toestemming = data.get("toestemming") == "ja"
        focus, erbij = formulier.read(data).focus, data.get("erbij") == "ja"

        async def deed(stand: Stand) -> None:
            if not raw:
                raise Ongeldig([("foto", "Kies eerst een foto.")])
            await desk.add_foto(actie_id, raw, focus=focus, toestemming=toestemming, wie=wie, erbij=erbij)

        return await pagina.do(request, actie_id, wie, deed, gedaan="foto", open="fotoblok")


def _noting(router: APIRouter, ui: Ui, pagina: ActiePagina) -> None:
    deps = ui.deps

    @router.post("/acties/{actie_id}/reacties")
    async def reactie(request: Request, actie_id: str, wie: Meldkamer) -> Response:
        """One press per route; the source is what the caller said."""
        await pagina.stand(actie_id, wie)
        data = await request.form()
        route, bron = str(data.get("route", "")), str(data.get("bron", "onbekend"))
        try:
            await melden.note_reactie(deps.desk, actie_id, route=route, bron=bron, wie=wie)
        except Ongeldig as error:
            return await pagina.show(request, actie_id, wie, Mis(str(error), open="reactie"))
        return naar(f"/acties/{actie_id}", gedaan="reactie", anker="reactie")

    @router.post("/acties/{actie_id}/uitkomst")
    async def uitkomst(request: Request, actie_id: str, wie: Meldkamer) -> Response:
        await pagina.stand(actie_id, wie)
        data = await request.form()
        given = Uitkomst(
            actie_id,
            str(data.get("uitkomst", "")),
            str(data.get("dankzij", "onbekend")),
            str(data.get("route", "")),
        )
        try:
            await melden.note_uitkomst(deps.desk, given, wie)
        except Ongeldig as error:
            return await pagina.show(request, actie_id, wie, Mis(str(error), open="uitkomst"))
        return naar(f"/acties/{actie_id}", gedaan="uitkomst")


def _moderating(router: APIRouter, ui: Ui, pagina: ActiePagina) -> None:
    @router.get("/acties/{actie_id}/antwoorden")
    async def replies(request: Request, actie_id: str, wie: Lezer) -> Response:
        """The replies under the posts, for a page that is open."""
        actie = (await pagina.stand(actie_id, wie)).actie
        found = await moderatie.read(ui.deps, actie)
        return ui.fragment(request, "_reacties.html", moderatie=found, actie=actie, modereert=wie.mag("modereren"))

    @router.post("/acties/{actie_id}/antwoorden/{reactie_id}/verberg")
    async def hide(request: Request, actie_id: str, reactie_id: str, wie: Moderator) -> Response:
        try:
            await modereren.hide_reply(ui.deps.desk, actie_id, reactie_id, wie)
        except NietGevonden:
            raise
        except DeskError as error:
            return await pagina.show(request, actie_id, wie, Mis(str(error), status=error.status))
        return naar(f"/acties/{actie_id}", gedaan="verborgen", anker="antwoorden")
