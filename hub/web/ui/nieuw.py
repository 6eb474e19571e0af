"""Start an actie: what, who and where, then look at exactly what will be posted; a fault costs nothing typed."""

import asyncio
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData, UploadFile

from hub.acties import fotos, gemeenten, rules
from hub.acties import store as acties
from hub.acties.model import NIVEAUS, SOORTEN, TYPES, Invoer
from hub.desk.errors import Conflict, Geweigerd, Ongeldig
from hub.kanalen import store as kanalen
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.ui import formulier, woorden
from hub.web.ui.bewaring import Bewaring
from hub.web.ui.formulier import Fout, Velden
from hub.web.ui.galerij import gekozen
from hub.web.ui.kader import Ui, naar
from hub.web.ui.voorbeeld import Overzicht, Voorbeelden

MAX_BESTAND = 12_000_000
Starter = Annotated[Wie, Depends(auth.wie("acties", pagina=True))]


@dataclass(frozen=True, slots=True)
class KanaalKeuze:
    """One kanaal to choose, with what it cannot do."""

    naam: str
    netwerk: str
    mist: tuple[str, ...]
    uit: str


class Nieuw:
    """The form of a new actie and its live preview."""

    def __init__(self, ui: Ui, bewaring: Bewaring, voorbeelden: Voorbeelden) -> None:
        self._ui, self._deps = ui, ui.deps
        self.bewaring, self.voorbeelden = bewaring, voorbeelden

    async def form(
        self,
        request: Request,
        wie: Wie,
        velden: Velden,
        found: list[Fout],
        overzicht: Overzicht | None = None,
        status: int = 200,
    ) -> Response:
        """The page with everything that was typed."""
        now = self._deps.clock.now()
        return await self._ui.page(
            request,
            "nieuw.html",
            titel="Nieuwe actie",
            sectie="acties",
            v=velden,
            fouten=found,
            overzicht=overzicht,
            soorten={naam: titel for naam, titel in SOORTEN.items() if wie.mag_soort(naam)},
            types=TYPES,
            niveaus=NIVEAUS,
            gemeenten=gemeenten.current(now.date()),
            kanaalkeuzes=await self._choices(),
            foto_klaar=self.bewaring.foto(wie.naam, velden.foto_bewaard) is not None,
            status=status,
        )

    async def _choices(self) -> tuple[KanaalKeuze, ...]:
        """Every kanaal that is on, with what is missing, before it is chosen."""
        found = []
        for kanaal in await self._deps.db.read(kanalen.every):
            if not kanaal.aan:
                continue
            titel, mist = kanaal.netwerk, woorden.ONBRUIKBAAR
            try:
                channel = await self._deps.accounts.get(kanaal.naam, kanaal.netwerk)
                titel, mist = channel.titel, woorden.mist(channel.can())
            except Exception:  # noqa: S110 - an account that cannot be built is shown as such
                pass
            found.append(KanaalKeuze(kanaal.naam, titel, mist, kanaal.gepauzeerd))
        return tuple(found)

    async def take_foto(self, wie: Wie, data: FormData, velden: Velden) -> tuple[Velden, list[Fout]]:
        """Keep a chosen photo at once, cleaned, so that no later fault can cost it."""
        upload = data.get("foto")
        chosen = isinstance(upload, UploadFile) and bool(upload.filename)
        raw = await upload.read() if chosen and isinstance(upload, UploadFile) else b""
        await data.close()
        if not chosen:
            return velden, []
        try:
            clean = await asyncio.get_running_loop().run_in_executor(None, fotos.clean, raw)
        except fotos.FotoGeweigerd as error:
            return velden, [formulier.fout("foto", str(error))]
        return replace(velden, foto_bewaard=self.bewaring.keep_foto(wie.naam, clean.jpeg)), []

    def photo_faults(self, velden: Velden, made: Invoer) -> list[Fout]:
        """Whether the policy lets this photo be stored with this actie."""
        if not velden.foto_bewaard:
            return []
        besluit = rules.foto_uploaden(
            niveau=made.niveau,
            type=made.type,
            minderjarig=rules.is_minderjarig(made.type, made.persoon),
            toestemming=velden.toestemming == "ja",
        )
        return [] if besluit.mag else [formulier.fout("foto", besluit.uitleg)]

    async def preview(self, wie: Wie, velden: Velden, made: Invoer) -> Overzicht | None:
        """The previews, as soon as there is a place to speak of."""
        if gemeenten.find(made.gemeente) is None:
            return None
        actie = self.voorbeelden.with_photo(
            self._deps.desk.provisional(made, wie), velden.foto_bewaard, velden.toestemming == "ja"
        )
        return await self.voorbeelden.overview(actie, wie, foto=velden.foto_bewaard, focus=velden.focus)

    async def store(self, wie: Wie, velden: Velden, made: Invoer) -> tuple[str, list[Fout]]:
        """Keep it as a concept with its photo; the id, or the faults the desk found."""
        foto = self.bewaring.foto(wie.naam, velden.foto_bewaard) if velden.foto_bewaard else None
        try:
            opened = await self._deps.desk.open(made, wie)
            if foto is not None:
                await self._deps.desk.add_foto(
                    opened.actie.id, foto, focus=velden.focus, toestemming=velden.toestemming == "ja", wie=wie
                )
                self.bewaring.drop_foto(velden.foto_bewaard)
        except Ongeldig as error:
            return "", formulier.fouten(error.fouten)
        except Conflict as error:
            return "", [formulier.fout("kenmerk", str(error))]
        except Geweigerd as error:
            veld = {"rol-soort": "soort", "rol-gebied": "gemeente"}.get(error.regel, "foto")
            return "", [formulier.fout(veld, str(error))]
        return opened.actie.id, []


def add(router: APIRouter, ui: Ui, bewaring: Bewaring, voorbeelden: Voorbeelden) -> None:
    """The routes under /acties/nieuw, /acties/voorbeeld and /acties/foto."""
    nieuw = Nieuw(ui, bewaring, voorbeelden)
    _form(router, ui, nieuw)
    _preview(router, ui, nieuw)


def _form(router: APIRouter, ui: Ui, nieuw: Nieuw) -> None:
    @router.get("/acties/nieuw")
    async def empty(request: Request, wie: Starter, van: str = "", oefening: str = "") -> Response:
        velden = Velden(soort=_first_soort(wie), looptijd=str(ui.deps.config.looptijd_minuten), oefening=oefening)
        source = await ui.deps.db.read(lambda s: acties.get(s, van)) if van else None
        if source is not None and wie.mag_gebied(source.gemeente, source.veiligheidsregio):
            velden = replace(formulier.of_actie(source), kenmerk="")
        return await nieuw.form(request, wie, velden, [])

    @router.post("/acties/nieuw", max_body_size=MAX_BESTAND)
    async def fill(request: Request, wie: Starter) -> Response:
        data = await request.form()
        velden, found = await nieuw.take_foto(wie, data, formulier.read(data))
        knop = str(data.get("knop", ""))
        if knop == "foto-weg":
            nieuw.bewaring.drop_foto(velden.foto_bewaard)
            return await nieuw.form(request, wie, replace(velden, foto_bewaard=""), [])
        made, faults = formulier.invoer(velden, ui.deps.clock.now().date())
        faults = [*faults, *found, *nieuw.photo_faults(velden, made)]
        if knop != "verder" or faults:
            preview = await nieuw.preview(wie, velden, made)
            asked = faults if knop == "verder" else found
            return await nieuw.form(request, wie, velden, asked, preview, 400 if asked else 200)
        actie_id, faults = await nieuw.store(wie, velden, made)
        if faults:
            return await nieuw.form(request, wie, velden, faults, await nieuw.preview(wie, velden, made), 400)
        return naar(f"/acties/{actie_id}", gedaan="concept")


def _preview(router: APIRouter, ui: Ui, nieuw: Nieuw) -> None:
    bewaring, voorbeelden = nieuw.bewaring, nieuw.voorbeelden

    @router.post("/acties/voorbeeld", max_body_size=MAX_BESTAND)
    async def live(request: Request, wie: Starter) -> Response:
        """The previews alone, while someone types."""
        data = await request.form()
        velden = formulier.read(data)
        await data.close()
        made, _ = formulier.invoer(velden, ui.deps.clock.now().date())
        overzicht = await nieuw.preview(wie, velden, made)
        return ui.fragment(request, "_overzicht.html", overzicht=overzicht, fotofouten=nieuw.photo_faults(velden, made))

    @router.get("/acties/voorbeeld/{schets}/{formaat}.jpg")
    async def picture(
        request: Request, schets: str, formaat: str, wie: Starter, foto: str = "", thema: str = "", heel: str = ""
    ) -> Response:
        found = bewaring.schets(wie.naam, schets)
        drawn = None
        if found is not None:
            gone = request.is_disconnected
            drawn = await voorbeelden.picture(found, formaat, foto == "ja", gone, gekozen(thema), heel=heel == "ja")
        if drawn is None:
            return Response(status_code=404)
        return Response(drawn.data, media_type=drawn.media_type, headers={"Cache-Control": "no-store"})

    @router.post("/acties/foto", max_body_size=MAX_BESTAND)
    async def take(request: Request, wie: Starter) -> Response:
        """Keep a photo for a form that is still open; answers with its name."""
        velden, found = await nieuw.take_foto(wie, await request.form(), Velden())
        melding = found[0].melding if found else "De foto is nagekeken. Verborgen gegevens zijn eruit."
        return JSONResponse({"foto": velden.foto_bewaard, "melding": melding}, 400 if found else 200)

    @router.get("/acties/foto/{naam}.jpg")
    async def kept(naam: str, wie: Starter) -> Response:
        data = bewaring.foto(wie.naam, naam)
        if data is None:
            return Response(status_code=404)
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _first_soort(wie: Wie) -> str:
    return next((naam for naam in SOORTEN if wie.mag_soort(naam)), "tijdkritisch")
