"""Schermen: where they are, when they were last heard of, and what each shows now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from hub.acties import gemeenten
from hub.content import Thema
from hub.desk import schermen as beheer
from hub.desk.errors import DeskError, Ongeldig
from hub.screens import store
from hub.screens.model import SOORTEN, THEMAS, Scherm, SchermInvoer
from hub.screens.renders import smaller
from hub.toegang.model import Wie
from hub.tracking.links import WERVING
from hub.tracking.statistieken import statistieken
from hub.web import auth
from hub.web.ui import woorden
from hub.web.ui.formulier import Fout
from hub.web.ui.kader import Ui, naar
from hub.web.ui.woorden import Teken
from hub.web.zicht import in_own_area

Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
Adviseur = Annotated[Wie, Depends(auth.wie("adviseur", pagina=True))]
STIL = 300
"""Seconds without a word from a player after which the page asks for attention."""
KLEIN = 320
TITELS = {
    "naam": "Naam",
    "gemeente": "Gemeente",
    "punt": "Plaats",
    "breedte": "Maat",
    "soort": "Soort",
    "thema": "Kleuren",
}


@dataclass(frozen=True, slots=True)
class SchermKaart:
    """One scherm; `w` and `h` are the size of its preview. `bezwaren`: why the best poster of a running actie is not
    on it; `geen_poster`: nor is any other.

    `scans`: how often its QR was scanned to join; None while there is no page to join on.
    """

    scherm: Scherm
    plaats: str
    soort: str
    gezien: Teken
    w: int
    h: int
    bezwaren: tuple[str, ...]
    geen_poster: bool
    scans: int | None


@dataclass(frozen=True, slots=True)
class SchermVelden:
    """The form of a new scherm as typed."""

    naam: str = ""
    gemeente: str = ""
    lat: str = ""
    lon: str = ""
    breedte: str = "1080"
    hoogte: str = "1920"
    soort: str = "station"
    beheerder: str = ""
    echt: bool = False
    thema: str = "gewoon"
    tweetalig: bool = False


def add(router: APIRouter, ui: Ui) -> None:
    """The routes under /schermen."""
    _looking(router, ui)
    _changing(router, ui)


async def _show(
    ui: Ui,
    request: Request,
    wie: Wie,
    velden: SchermVelden | None = None,
    fouten: list[Fout] | None = None,
    nieuw: tuple[str, str] | None = None,
) -> Response:
    """The list; `nieuw` is the name and address of a scherm, shown this once."""
    now = ui.deps.clock.now()
    every = await ui.deps.db.read(store.all)
    mine = [ui.deps.screens.heard_now(scherm) for scherm in every if in_own_area(scherm.gemeente, wie)]
    scans = await _joined(ui)
    return await ui.page(
        request,
        "schermen.html",
        titel="Schermen",
        sectie="schermen",
        kaarten=[_card(ui, scherm, now, scans) for scherm in mine],
        v=velden or SchermVelden(),
        fouten=fouten or [],
        nieuw=nieuw,
        soorten=SOORTEN,
        themas=THEMAS,
        gemeenten=gemeenten.current(now.date()),
        mag=wie.mag("adviseur"),
        status=400 if fouten else 200,
    )


def _looking(router: APIRouter, ui: Ui) -> None:
    @router.get("/schermen")
    async def every(request: Request, wie: Lezer) -> Response:
        return await _show(ui, request, wie)

    @router.get("/schermen/{scherm_id}/beeld.jpg")
    async def picture(scherm_id: str, wie: Lezer) -> Response:
        """What the scherm shows now. Looking here proves nothing about the player."""
        scherm = await beheer.need_scherm(ui.deps.desk, scherm_id, wie)
        state = ui.deps.screens.state_of(scherm_id)
        if state is None:
            return Response(status_code=404)
        beeld = await ui.deps.screens.image(state, scherm.breedte, scherm.hoogte, levert=False)
        # Not drawn anew at this size: another size has other letters, and may be turned down where its own is not.
        small = await ui.deps.atelier.aside(smaller, beeld.data, *_small(scherm))
        return Response(small, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _changing(router: APIRouter, ui: Ui) -> None:
    desk = ui.deps.desk

    @router.post("/schermen")
    async def register(request: Request, wie: Adviseur) -> Response:
        velden = _read(await request.form())
        invoer, fouten = _invoer(velden, ui)
        if fouten:
            fouten += [f for f in _faults(Ongeldig(beheer.faults(invoer))) if f.veld not in {x.veld for x in fouten}]
            return await _show(ui, request, wie, velden, fouten)
        try:
            scherm, token = await beheer.register_scherm(desk, invoer, wie)
        except DeskError as error:
            return await _show(ui, request, wie, velden, _faults(error))
        return await _show(ui, request, wie, nieuw=(scherm.naam, _address(ui, token)))

    @router.post("/schermen/{scherm_id}/nieuw-adres")
    async def rotate(request: Request, scherm_id: str, wie: Adviseur) -> Response:
        scherm = await beheer.need_scherm(desk, scherm_id, wie)
        token = await beheer.rotate(desk, scherm_id, wie)
        return await _show(ui, request, wie, nieuw=(scherm.naam, _address(ui, token)))

    @router.post("/schermen/{scherm_id}/schakel")
    async def switch(request: Request, scherm_id: str, wie: Adviseur) -> Response:
        aan = (await request.form()).get("aan") == "ja"
        await beheer.switch(desk, scherm_id, aan, wie)
        return naar("/schermen", gedaan="scherm")

    @router.post("/schermen/{scherm_id}/uiterlijk")
    async def restyle(request: Request, scherm_id: str, wie: Adviseur) -> Response:
        form = await request.form()
        thema, tweetalig = cast(Thema, str(form.get("thema", ""))), form.get("tweetalig") == "ja"
        await beheer.restyle(desk, scherm_id, wie, thema=thema, tweetalig=tweetalig)
        return naar("/schermen", gedaan="scherm")


async def _joined(ui: Ui) -> Mapping[str, int] | None:
    """How often the QR of each scherm at rest was scanned, by name; None while there is no page to join on."""
    if not ui.deps.config.deelnemen_url:
        return None
    counts = await ui.deps.db.read(lambda session: statistieken(session, WERVING))
    return {rij.naam: rij.rechtstreeks for rij in counts.schermen}


def _card(ui: Ui, scherm: Scherm, now: datetime, scans: Mapping[str, int] | None) -> SchermKaart:
    place = gemeenten.find(scherm.gemeente)
    width, height = _small(scherm)
    state = ui.deps.screens.state_of(scherm.id)
    keuze = ui.deps.screens.keuze(state) if state is not None else None
    geen_poster = keuze is not None and not keuze.formaat
    return SchermKaart(
        scherm=scherm,
        plaats=place.naam if place else scherm.gemeente,
        soort=SOORTEN.get(scherm.soort, scherm.soort),
        gezien=woorden.GEEN_POSTER if geen_poster else _sign(scherm, now),
        w=width,
        h=height,
        bezwaren=keuze.uitleg if keuze is not None else (),
        geen_poster=geen_poster,
        scans=None if scans is None or not scherm.link_code else scans.get(scherm.naam, 0),
    )


def _sign(scherm: Scherm, now: datetime) -> Teken:
    seen = woorden.geleden(scherm.laatst_gezien, now)
    if not scherm.aan:
        return Teken("streep", "Staat uit", "rust")
    if scherm.laatst_gezien is None:
        return Teken("klok", "Nog nooit gezien", "rust")
    return Teken("let-op", f"Stil, gezien {seen}", "let-op") if _quiet(scherm, now) else Teken("vink", f"Gezien {seen}")


def _quiet(scherm: Scherm, now: datetime) -> bool:
    return scherm.laatst_gezien is not None and (now - scherm.laatst_gezien).total_seconds() > STIL


def _small(scherm: Scherm) -> tuple[int, int]:
    """A size with the same shape, at most KLEIN on its longest side and never too small to draw."""
    scale = min(1.0, KLEIN / max(scherm.breedte, scherm.hoogte))
    return max(64, round(scherm.breedte * scale)), max(64, round(scherm.hoogte * scale))


def _address(ui: Ui, token: str) -> str:
    return f"{ui.deps.config.adres.rstrip('/')}/s/{token}/"


def _read(data: FormData) -> SchermVelden:
    names = ("naam", "gemeente", "lat", "lon", "breedte", "hoogte", "soort", "beheerder")
    return SchermVelden(
        **{naam: str(data.get(naam, "")) for naam in names},
        echt=data.get("echt") == "ja",
        thema=str(data.get("thema", "gewoon")),
        tweetalig=data.get("tweetalig") == "ja",
    )


def _invoer(velden: SchermVelden, ui: Ui) -> tuple[SchermInvoer, list[Fout]]:
    """The scherm these fields mean; texts that are no number are faults of their own."""
    fouten: list[Fout] = []
    today = ui.deps.clock.now().date()
    place = gemeenten.find(velden.gemeente.strip().upper()) or gemeenten.find_by_name(velden.gemeente, today)
    sizes = []
    for veld, titel, typed in (("breedte", "Breedte", velden.breedte), ("hoogte", "Hoogte", velden.hoogte)):
        fits = typed.strip().isascii() and typed.strip().isdigit() and len(typed.strip()) < 6
        sizes.append(int(typed) if fits else 0)
        if not fits:
            fouten.append(Fout(veld, titel, "Vul een heel getal in, bijvoorbeeld 1080."))
    if place is None:
        fouten.append(Fout("gemeente", "Gemeente", "Deze gemeente kent de hub niet. Kies een naam uit de lijst."))
    punt = None
    if velden.lat.strip() or velden.lon.strip():
        try:
            punt = (float(velden.lat.replace(",", ".")), float(velden.lon.replace(",", ".")))
        except ValueError:
            fouten.append(Fout("lat", "Plaats", "Vul beide getallen in, bijvoorbeeld 52,09 en 5,12."))
    return SchermInvoer(
        naam=velden.naam,
        gemeente=place.code if place else velden.gemeente,
        punt=punt,
        breedte=sizes[0],
        hoogte=sizes[1],
        soort=velden.soort,
        beheerder=velden.beheerder,
        echt=velden.echt,
        thema=cast(Thema, velden.thema),
        tweetalig=velden.tweetalig,
    ), fouten


def _faults(error: DeskError) -> list[Fout]:
    if isinstance(error, Ongeldig):
        where = {"punt": "lat"}
        return [Fout(where.get(veld, veld), TITELS.get(veld, veld), melding) for veld, melding in error.fouten]
    return [Fout("naam" if error.status == 409 else "gemeente", "Scherm", str(error))]
