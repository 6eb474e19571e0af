"""The public pages: the living page of an actie, its card, its photo, sharing, and the one question.

Nothing here sets a cookie, loads anything from elsewhere or keeps who asked. What a reader presses is counted per
page view and per step of passing on, never per reader.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from hub.acties import proefbericht, store
from hub.acties.model import BRONNEN
from hub.content import ActieView, Image, PosterRequest, Renderer
from hub.kit.clock import Clock
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.ids import row_id
from hub.kit.secrets import Vault
from hub.tracking import links
from hub.tracking.delen import DEELDOELEN
from hub.tracking.gebeurtenissen import note_gebeurtenis
from hub.tracking.klassen import classify
from hub.tracking.reacties import note_reactie
from hub.tracking.throttle import Throttle
from hub.web.atelier import Atelier
from hub.web.public_cache import Fresh
from hub.web.public_page import CODE, HEADERS, KAART, Blad, Bladen, load
from hub.web.public_words import deeltekst
from hub.web.statisch import Bestanden

READ: Final = ["GET", "HEAD"]
MACHINES: Final = ("bot", "preview", "prefetch")
DRUK: Final = "Er komen nu te veel berichten van uw verbinding. Probeer het over een minuut opnieuw."
VREEMD: Final = "Dit verzoek komt van een andere site. Open de melding zelf en probeer het opnieuw."

Via = Annotated[str, Query(alias="via")]
FormVia = Annotated[str, Form(alias="via")]
Bewijs = Annotated[str, Form(alias="bewijs")]


@dataclass(slots=True)
class Publiek:
    """What the routes share. `kaarten` holds at most one card per actie, the newest."""

    db: Db
    vault: Vault
    config: Config
    clock: Clock
    renderer: Renderer
    atelier: Atelier
    bladen: Bladen
    fresh: Fresh
    throttle: Throttle
    kaarten: dict[str, tuple[ActieView, asyncio.Future[Image]]] = field(default_factory=dict)

    async def blad(self, code: str) -> Blad | None:
        """The page of this code, out of memory while nothing changed."""
        code = code.upper()
        return await self.fresh.get(("blad", code), lambda session: load(session, code))

    async def kaart(self, view: ActieView) -> Image:
        """The photo-less card of this very view; drawn once, whoever asks at the same time waits along."""
        known = self.kaarten.get(view.id)
        if known is None or known[0] != view or (known[1].done() and known[1].exception() is not None):
            request = PosterRequest(KAART, actie=view, voorbeeld=view.voorbeeld, afzender=view.afzender)
            known = (view, asyncio.ensure_future(self.atelier.aside(self.renderer.render, request)))
            if len(self.kaarten) >= 64:
                self.kaarten.pop(next(iter(self.kaarten)))
            self.kaarten[view.id] = known
        return await asyncio.shield(known[1])

    def own(self, request: Request) -> bool:
        """Whether a form was sent from our own page, as far as the browser says."""
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")

    def calm(self, request: Request) -> bool:
        """Whether this address may leave another mark; the address itself is not kept."""
        return self.throttle.allow(request.client.host if request.client else "")

    async def note(self, request: Request, write: Callable[[Session], object]) -> Response | None:
        """Store one press of a reader, or say why not."""
        if not self.own(request):
            return HTMLResponse(self.bladen.melding("Dat kan hier niet", VREEMD), 403, headers=HEADERS)
        if not self.calm(request):
            page = self.bladen.melding("Een ogenblik", DRUK)
            return HTMLResponse(page, 429, headers=HEADERS | {"Retry-After": "60"})
        await self.db.write(write)
        return None

    async def share(self, blad: Blad, doel: str, via: str, bewijs: str, count: bool) -> str:
        """The short link of the next step for this target; counts the press."""
        view = self.bladen.view(blad)
        now = self.clock.now()
        event = self.bladen.event_id(bewijs, view.code, f"deel:{doel}") or row_id()

        def write(session: Session) -> str:
            came = links.spoor(session, via, view.id)
            code = links.mint_shared(session, actie_id=view.id, doel=doel, via=came, doel_url=view.pagina_url, now=now)
            if count:
                note_gebeurtenis(
                    session,
                    id=event,
                    actie_id=view.id,
                    soort="deelintentie",
                    waarde=doel,
                    link_code=came.code if came else "",
                    now=now,
                )
            return code

        return f"{self.config.link_basis}/{await self.db.write(write)}"

    def not_found(self) -> Response:
        """No such actie, said to a person."""
        tekst = "Deze pagina bestaat niet. Klopt het adres dat u intypte?"
        return HTMLResponse(self.bladen.melding("Niet gevonden", tekst), 404, headers=HEADERS)


def public_router(
    *,
    db: Db,
    vault: Vault,
    config: Config,
    clock: Clock,
    renderer: Renderer,
    atelier: Atelier,
    bestanden: Bestanden,
    wortel: Path,
) -> APIRouter:
    """Everything under /a/ and /f/, open to everyone. `wortel` holds templates/ui."""
    bladen = Bladen(config=config, vault=vault, clock=clock, bestanden=bestanden, templates=wortel / "templates" / "ui")
    throttle = Throttle(clock, each=30, each_rate=0.5, total=5000, total_rate=200)
    publiek = Publiek(db, vault, config, clock, renderer, atelier, bladen, Fresh(db), throttle)
    router = APIRouter(tags=["openbaar"], include_in_schema=False)
    _pages(router, publiek)
    _pictures(router, publiek)
    _sharing(router, publiek)
    _question(router, publiek)
    _response(router, publiek)
    _in_view(router, publiek)
    return router


def _pages(router: APIRouter, publiek: Publiek) -> None:
    @router.api_route("/a/{code}", methods=READ)
    async def pagina(code: str, via: Via = "", dank: str = "") -> Response:
        """The living page; after the end the same address says that it is over, with 200."""
        blad = await publiek.blad(code)
        if blad is None:
            return publiek.not_found()
        return HTMLResponse(publiek.bladen.actie(blad, via=_code(via), dank=dank), headers=HEADERS)

    @router.api_route("/a/{code}/stand", methods=READ)
    async def stand(code: str) -> Response:
        """What an open page asks now and then: is this still what stands there?"""
        blad = await publiek.blad(code)
        if blad is None:
            return JSONResponse({"stand": "weg", "versie": 0}, 404, headers=HEADERS)
        view = publiek.bladen.view(blad)
        return JSONResponse({"stand": view.stand, "versie": view.versie}, headers=HEADERS)


def _pictures(router: APIRouter, publiek: Publiek) -> None:
    @router.api_route("/a/{code}/kaart.jpg", methods=READ)
    async def kaart(request: Request, code: str) -> Response:
        """The card that networks show with a link: never a photo, and the closing text after the end."""
        blad = await publiek.blad(code)
        if blad is None:
            return publiek.not_found()
        image = await publiek.kaart(publiek.bladen.view(blad))
        while (now := await publiek.blad(code)) is not None and now != blad:
            # It changed or ended while this was drawn: what readers may no longer see does not leave.
            blad, image = now, await publiek.kaart(publiek.bladen.view(now))
        # Asked again each time and never served stale: a network that looks once more must see that it is over.
        headers = _picture_headers("no-cache") | {"ETag": f'"{publiek.renderer.version}-{_som(image.data)}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(image.data, media_type=image.media_type, headers=headers)

    @router.api_route(proefbericht.PAD, methods=READ)
    async def proefkaart() -> Response:
        """The card of a proefbericht, for a netwerk that fetches its pictures here."""
        image = await publiek.kaart(proefbericht.view(publiek.config))
        return Response(image.data, media_type=image.media_type, headers=_picture_headers("no-cache"))

    @router.api_route("/f/{som}.jpg", methods=READ)
    async def foto(som: str) -> Response:
        """The photo while the actie runs; 410 once it was taken back."""
        found = await publiek.fresh.get(("foto", som), lambda session: _photo(session, publiek.vault, som))
        if found is None or not found[0]:
            return Response(status_code=410 if found else 404, headers=HEADERS)
        lease = publiek.config.schermen_lease.lease_seconden
        return Response(
            found[0], media_type="image/jpeg", headers=_picture_headers(f"private, max-age={min(lease, 60)}")
        )


def _sharing(router: APIRouter, publiek: Publiek) -> None:
    @router.get("/a/{code}/deel/{doel}")
    async def deel(request: Request, code: str, doel: str, via: Via = "", bewijs: str = "") -> Response:
        """On to the composer of this target, with a link of the next step. Machines get there too, uncounted."""
        blad = await publiek.blad(code)
        if blad is None or doel not in DEELDOELEN:
            return publiek.not_found()
        if not blad.actief or not publiek.calm(request):
            return RedirectResponse(_page(code, via), 303, headers=HEADERS)
        person = classify("GET", dict(request.scope["headers"])) not in MACHINES
        url = await publiek.share(blad, doel, _code(via), bewijs, count=person)
        if not DEELDOELEN[doel].adres:
            return HTMLResponse(publiek.bladen.link(blad, url=url, via=_code(via)), headers=HEADERS)
        text = deeltekst(publiek.bladen.view(blad))
        return RedirectResponse(DEELDOELEN[doel].url(text, url), 303, headers=HEADERS)

    @router.post("/a/{code}/deel/{doel}")
    async def deel_link(request: Request, code: str, doel: str, via: FormVia = "", bewijs: Bewijs = "") -> Response:
        """The same as data, for the buttons that copy or use the share sheet of the device."""
        blad = await publiek.blad(code)
        if blad is None or doel not in DEELDOELEN:
            return JSONResponse({"melding": "Niet gevonden."}, 404, headers=HEADERS)
        if not blad.actief:
            return JSONResponse({"melding": "Deze actie is afgesloten."}, 410, headers=HEADERS)
        if not publiek.own(request):
            return JSONResponse({"melding": VREEMD}, 403, headers=HEADERS)
        if not publiek.calm(request):
            return JSONResponse({"melding": DRUK}, 429, headers=HEADERS)
        url = await publiek.share(blad, doel, _code(via), bewijs, count=True)
        text = deeltekst(publiek.bladen.view(blad))
        return JSONResponse({"url": url, "tekst": text, "naar": DEELDOELEN[doel].url(text, url)}, headers=HEADERS)


def _question(router: APIRouter, publiek: Publiek) -> None:
    @router.post("/a/{code}/bron")
    async def bron(
        request: Request, code: str, bron: Annotated[str, Form()], via: FormVia = "", bewijs: Bewijs = ""
    ) -> Response:
        """The answer to the one question: how do you know this melding?"""
        blad = await publiek.blad(code)
        if blad is None:
            return publiek.not_found()
        if bron not in BRONNEN:
            return HTMLResponse(
                publiek.bladen.melding("Kies een antwoord", "Ga terug en kies een van de antwoorden."),
                400,
                headers=HEADERS,
            )
        if not blad.actief:
            return RedirectResponse(_page(code, via), 303, headers=HEADERS)
        now, id = publiek.clock.now(), publiek.bladen.event_id(bewijs, blad.actie.code, "bron") or row_id()

        def write(session: Session) -> None:
            note_gebeurtenis(
                session, id=id, actie_id=blad.actie.id, soort="bron", waarde=bron, link_code=_code(via), now=now
            )

        refused = await publiek.note(request, write)
        return refused or RedirectResponse(_page(code, via, "bron"), 303, headers=HEADERS)


def _response(router: APIRouter, publiek: Publiek) -> None:
    @router.post("/a/{code}/reactie")
    async def reactie(request: Request, code: str, via: FormVia = "", bewijs: Bewijs = "") -> Response:
        """`Ik heb iets gezien`: that somebody responded, without a word of what was seen."""
        blad = await publiek.blad(code)
        if blad is None:
            return publiek.not_found()
        if not blad.actief:
            return RedirectResponse(_page(code, via), 303, headers=HEADERS)
        now, ref = publiek.clock.now(), publiek.bladen.event_id(bewijs, blad.actie.code, "reactie") or row_id()

        def write(session: Session) -> None:
            note_reactie(session, actie_id=blad.actie.id, route="web", link_code=_code(via), ref=f"web:{ref}", now=now)

        refused = await publiek.note(request, write)
        return refused or RedirectResponse(_page(code, via, "reactie"), 303, headers=HEADERS)


def _in_view(router: APIRouter, publiek: Publiek) -> None:
    @router.post("/a/{code}/gezien")
    async def gezien(request: Request, code: str, via: FormVia = "", bewijs: Bewijs = "") -> Response:
        """The page was really in view for a second; without our token it is nobody's page and counts for nothing."""
        blad = await publiek.blad(code)
        id = publiek.bladen.event_id(bewijs, code.upper(), "gezien")
        if blad is not None and blad.actief and id and publiek.own(request) and publiek.calm(request):
            actie_id, now = blad.actie.id, publiek.clock.now()
            await publiek.db.write(
                lambda session: note_gebeurtenis(
                    session, id=id, actie_id=actie_id, soort="gezien", waarde="", link_code=_code(via), now=now
                )
            )
        return Response(status_code=204, headers=HEADERS)


def _code(via: str) -> str:
    """The code of the link that was followed, if it looks like one."""
    return via if CODE.fullmatch(via) else ""


def _page(code: str, via: str, dank: str = "") -> str:
    query = "&".join([f"via={via}"] * bool(_code(via)) + [f"dank={dank}#{dank}"] * bool(dank))
    return f"/a/{code}" + (f"?{query}" if query else "")


def _photo(session: Session, vault: Vault, som: str) -> tuple[bytes] | None:
    """The photo, empty bytes for one that was taken back, None for one that never was."""
    if data := store.foto_public(session, vault, som):
        return (data,)
    return (b"",) if store.foto_gone(session, som) else None


def _picture_headers(cache: str) -> dict[str, str]:
    return HEADERS | {"Cache-Control": cache, "Content-Security-Policy": "default-src 'none'"}


def _som(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
