"""Kanalen: how each one is doing, what it can and cannot do, and the form that its netwerk describes itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from hub.acties import gemeenten
from hub.acties.gemeenten import fold
from hub.acties.model import NIVEAUS, TYPES
from hub.content import MODERATIES, Channel, Limits, Setting, moderaties, offers
from hub.delivery.claim import begun
from hub.desk import gezondheid, kanaalbeheer, noodstop
from hub.desk.errors import DeskError, NietGevonden, Ongeldig
from hub.kanalen import store
from hub.kanalen.budget import Budget
from hub.kanalen.gezondheid import Ruimte, warnings
from hub.kanalen.model import Kanaal, KanaalInvoer
from hub.kanalen.rules import WAAROM, stroom, waits, window_room, window_wait
from hub.kit.clock import nl_moment, nl_time
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.deps import Deps
from hub.web.ui import woorden
from hub.web.ui.formulier import Fout
from hub.web.ui.kader import Ui, naar
from hub.web.ui.woorden import Teken

Lezer = Annotated[Wie, Depends(auth.wie("lezer", pagina=True))]
Stopper = Annotated[Wie, Depends(auth.wie("noodstop", pagina=True))]
Adviseur = Annotated[Wie, Depends(auth.wie("adviseur", pagina=True))]
TITELS = {
    "naam": "Naam",
    "netwerk": "Netwerk",
    "instellingen": "Instellingen",
    "gemeenten": "Gemeenten",
    "types": "Types",
    "niveaus": "Niveaus",
    "stilte": "Stille uren",
}


@dataclass(frozen=True, slots=True)
class KanaalRegel:
    """One kanaal with its health and abilities. `kan`, `mist` and what it waits for (`wacht`) are in words.

    `verbonden`: as whom the netwerk knows us, and when it said so. `dicht`: why it does not let us in. `straks`: what
    will stop it soon. `vraagbaar`: whether it can be asked.
    """

    kanaal: Kanaal
    titel: str
    gezondheid: Teken
    succes: str
    fout: str
    wacht: tuple[str, ...]
    budget: str
    kan: tuple[str, ...]
    mist: tuple[str, ...]
    handmatig: bool
    gebied: str
    verbonden: str
    dicht: str
    straks: tuple[str, ...]
    vraagbaar: bool


@dataclass(frozen=True, slots=True)
class Veld:
    """One setting in the form: a secret is never shown again, only that it is filled."""

    setting: Setting
    waarde: str
    ingevuld: bool


@dataclass(frozen=True, slots=True)
class KanaalVelden:
    """The form of a kanaal as typed."""

    naam: str = ""
    netwerk: str = ""
    gemeenten: str = ""
    types: tuple[str, ...] = ()
    niveaus: tuple[str, ...] = ()
    foto: bool = False
    echt: bool = False
    aan: bool = True
    automatisch: bool = True
    stilte: str = ""
    instellingen: Mapping[str, str] = field(default_factory=dict)


def add(router: APIRouter, ui: Ui) -> None:
    """The routes under /kanalen."""
    _looking(router, ui)
    _checking(router, ui)
    _form(router, ui)


def _looking(router: APIRouter, ui: Ui) -> None:
    async def show(request: Request, wie: Wie, fout: str = "", status: int = 200) -> Response:
        return await ui.page(
            request,
            "kanalen.html",
            titel="Kanalen",
            sectie="kanalen",
            regels=await lines(ui.deps),
            netwerken=networks(ui.deps),
            mag=wie.mag("adviseur"),
            mag_stoppen=wie.mag("noodstop"),
            fout=fout,
            status=status,
        )

    @router.get("/kanalen")
    async def every(request: Request, wie: Lezer) -> Response:
        return await show(request, wie)

    @router.post("/kanalen/{naam}/hervatten")
    async def resume(naam: str, wie: Adviseur) -> Response:
        await kanaalbeheer.resume_kanaal(ui.deps.desk, naam, wie)
        return naar("/kanalen", gedaan="hervat")

    @router.post("/kanalen/{naam}/noodstop")
    async def stop(naam: str, wie: Stopper, reden: Annotated[str, Form()] = "") -> Response:
        await noodstop.stop_kanaal(ui.deps.desk, naam, reden, wie)
        return naar("/kanalen", gedaan="stilgezet")

    @router.post("/kanalen/{naam}/noodstop/vrij")
    async def release(naam: str, wie: Adviseur) -> Response:
        await noodstop.release_kanaal(ui.deps.desk, naam, wie)
        return naar("/kanalen", gedaan="vrijgegeven")

    @router.post("/kanalen/{naam}/proef")
    async def try_out(request: Request, naam: str, wie: Adviseur) -> Response:
        try:
            proef = await kanaalbeheer.try_kanaal(ui.deps.desk, naam, wie)
        except NietGevonden:
            raise
        except DeskError as error:
            return await show(request, wie, f"{naam}: {error}", error.status)
        if proef.weggehaald:
            return naar("/kanalen", gedaan="proef")
        return await show(request, wie, f"{naam}: {proef.melding}")


def _checking(router: APIRouter, ui: Ui) -> None:
    @router.post("/kanalen/{naam}/controle")
    async def check(naam: str, wie: Adviseur) -> Response:
        await gezondheid.check_kanaal(ui.deps.desk, naam, wie)
        return naar(f"/kanalen/{naam}", anker="stand")


def _form(router: APIRouter, ui: Ui) -> None:
    async def show(
        request: Request,
        velden: KanaalVelden,
        fouten: Sequence[Fout],
        bestaat: bool,
        known: Mapping[str, str],
        vast: bool = False,
    ) -> Response:
        return await ui.page(
            request,
            "kanaal.html",
            titel=f"Kanaal {velden.naam}" if bestaat else "Nieuw kanaal",
            sectie="kanalen",
            v=velden,
            bestaat=bestaat,
            vast=vast,
            r=await _one(ui.deps, velden.naam, bestaat),
            instellingen=settings(ui.deps, velden, known),
            netwerk_titel=networks(ui.deps).get(velden.netwerk, velden.netwerk),
            reacties=about_replies(ui.deps.registry.load(velden.netwerk)),
            types=TYPES,
            niveaus=NIVEAUS,
            fouten=fouten,
            status=400 if fouten else 200,
        )

    @router.get("/kanalen/nieuw")
    async def empty(request: Request, wie: Adviseur, netwerk: str = "") -> Response:
        if not netwerk:
            return naar("/kanalen", anker="kop-nieuw")
        _need_netwerk(ui, netwerk)
        return await show(request, KanaalVelden(netwerk=netwerk), [], False, {})

    @router.post("/kanalen/nieuw")
    async def make(request: Request, wie: Adviseur) -> Response:
        velden = read(await request.form())
        _need_netwerk(ui, velden.netwerk)
        try:
            await kanaalbeheer.make_kanaal(ui.deps.desk, _invoer(velden, ui.deps.clock.now().date()), wie)
        except DeskError as error:
            return await show(request, velden, _faults(error), False, {})
        return await _saved(ui, velden.naam, wie)

    @router.get("/kanalen/{naam}")
    async def filled(request: Request, naam: str, wie: Adviseur) -> Response:
        kanaal = await kanaalbeheer.need_kanaal(ui.deps.desk, naam, wie)
        known = await ui.deps.db.read(lambda s: store.settings_of(s, ui.deps.vault, naam))
        return await show(request, _of_kanaal(kanaal), [], True, known, kanaal.vastgelegd)

    @router.post("/kanalen/{naam}")
    async def change(request: Request, naam: str, wie: Adviseur) -> Response:
        kanaal = await kanaalbeheer.need_kanaal(ui.deps.desk, naam, wie)
        velden = read(await request.form(), naam=naam, netwerk=kanaal.netwerk)
        known = await ui.deps.db.read(lambda s: store.settings_of(s, ui.deps.vault, naam))
        try:
            await kanaalbeheer.change_kanaal(ui.deps.desk, _invoer(velden, ui.deps.clock.now().date()), wie)
        except DeskError as error:
            return await show(request, velden, _faults(error), True, known)
        return await _saved(ui, naam, wie)


def _need_netwerk(ui: Ui, naam: str) -> None:
    if naam not in ui.deps.registry.names():
        raise NietGevonden("Dit netwerk bestaat niet.")


async def lines(deps: Deps) -> list[KanaalRegel]:
    """Every kanaal with its health line."""
    now = deps.clock.now()
    kanalen = await deps.db.read(store.every)
    budgets = await deps.desk.budgets(await deps.accounts.load([kanaal.naam for kanaal in kanalen]))
    return [await _line(deps, kanaal, budgets.get(kanaal.naam), now) for kanaal in kanalen]


async def _saved(ui: Ui, naam: str, wie: Wie) -> Response:
    """What was saved is asked at once whether it works; its own page says so, and has the form to mend it."""
    kanaal = await gezondheid.check_kanaal(ui.deps.desk, naam, wie)
    asked = kanaal.controle.op is not None or kanaal.controle.mist
    return naar(f"/kanalen/{naam}" if asked else "/kanalen", gedaan="kanaal")


async def _one(deps: Deps, naam: str, bestaat: bool) -> KanaalRegel | None:
    """One kanaal with its health line; none for one that is not there yet."""
    kanaal = await deps.db.read(lambda s: store.get(s, naam)) if bestaat else None
    if kanaal is None:
        return None
    budgets = await deps.desk.budgets(await deps.accounts.load([naam]))
    return await _line(deps, kanaal, budgets.get(naam), deps.clock.now())


async def _line(deps: Deps, kanaal: Kanaal, budget: Budget | None, now: datetime) -> KanaalRegel:
    titel, can, handmatig, broken = kanaal.netwerk, frozenset[str](), False, ""
    limits: Limits | None = None
    wijzen: tuple[str, ...] | None = None
    try:
        account = await deps.accounts.rekening(kanaal.naam, kanaal.netwerk)
        channel, broken = account.channel, account.kosten_fout
        wijzen, limits = moderaties(channel), channel.limits
        titel, can, handmatig = channel.titel, channel.can(), bool(getattr(channel, "handmatig", False))
    except Exception:
        broken = "De instellingen kloppen niet. Open het kanaal en vul ze opnieuw in."
    places = [place.naam if (place := gemeenten.find(code)) else code for code in kanaal.gebied]
    recent = await deps.db.read(lambda s: begun(s, kanaal.naam, limits, now) if limits else [])
    wacht = _waiting(kanaal, limits, recent, now)
    left = window_room(limits, len(recent))
    ruimte = Ruimte(left, limits.per_venster) if left is not None and limits and limits.per_venster else None
    straks = warnings(kanaal.controle, budget, ruimte, now) if kanaal.aan else ()
    return KanaalRegel(
        kanaal=kanaal,
        titel=titel,
        gezondheid=_health(kanaal, broken, bool(wacht), bool(straks), budget),
        succes=woorden.geleden(kanaal.laatste_succes, now),
        fout=broken or _last_fault(kanaal, now),
        wacht=wacht,
        budget=budget.zin if budget is not None else "",
        kan=(
            *(yes for naam, (yes, _) in woorden.VAARDIGHEDEN.items() if naam in can),
            *((woorden.MODERATIE[wijzen],) if wijzen else ()),
        ),
        mist=(*woorden.mist(can), *((woorden.MODERATIE[()],) if wijzen == () else ())),
        handmatig=handmatig,
        gebied=", ".join(places) or "Heel Nederland",
        verbonden=_connected(kanaal, now),
        dicht=kanaal.controle.mist,
        straks=straks,
        vraagbaar="controleren" in can,
    )


def _connected(kanaal: Kanaal, now: datetime) -> str:
    """As whom the netwerk knows us; empty while it did not say so, or does not let us in."""
    found = kanaal.controle
    if found.op is None or found.mist:
        return ""
    until = f" De sleutel geldt tot {nl_moment(found.geldig_tot)[:10]}." if found.geldig_tot else ""
    return f"Verbonden als {found.account}, gecontroleerd {woorden.geleden(found.op, now)}.{until}"


def _last_fault(kanaal: Kanaal, now: datetime) -> str:
    return f"{kanaal.laatste_fout} ({woorden.geleden(kanaal.laatste_fout_op, now)})" if kanaal.laatste_fout else ""


def _waiting(kanaal: Kanaal, limits: Limits | None, recent: Sequence[datetime], now: datetime) -> tuple[str, ...]:
    """What this kanaal waits for, in sentences; the stop of the whole hub stands on every page already."""
    rem, found = kanaal.rem, []
    if rem.gestopt:
        found.append(f"Stilgezet: {rem.gestopt}. Weghalen gaat door.")
    elif (post := waits(rem, now) or window_wait(limits, recent, now)) is not None:
        found.append(f"Wacht tot {nl_time(post.tot)}: {WAAROM[post.reden]}.")
    elif stroom(rem.storing, now) == "half-open":
        found.append(f"Probeert het met één bericht: {WAAROM['storing']}.")
    if (weg := waits(rem, now, weg=True)) is not None:
        found.append(f"Weghalen wacht tot {nl_time(weg.tot)}: {WAAROM[weg.reden]}.")
    return tuple(found)


def _health(kanaal: Kanaal, broken: str, waiting: bool, soon: bool, budget: Budget | None) -> Teken:
    if not kanaal.aan:
        return Teken("streep", "Staat uit", "rust")
    if kanaal.rem.gestopt:
        return Teken("stop", "Stilgezet", "alarm")
    if kanaal.gepauzeerd or broken:
        return Teken("let-op", "Gepauzeerd" if kanaal.gepauzeerd else "Niet te gebruiken", "alarm")
    if kanaal.controle.mist:
        return Teken("let-op", "Niet verbonden", "alarm")
    if budget is not None and budget.op:
        return Teken("let-op", "Budget op", "let-op")
    if waiting:
        return Teken("klok", "Wacht", "let-op")
    failed, worked = kanaal.laatste_fout_op, kanaal.laatste_succes
    if failed is not None and (worked is None or failed > worked):
        return Teken("let-op", "Laatste keer mislukt", "let-op")
    if soon:
        return Teken("klok", "Werkt, maar let op", "let-op")
    if worked:
        return Teken("vink", "Werkt")
    return Teken("vink", "Verbonden") if kanaal.controle.op else Teken("klok", "Nog niet gebruikt", "rust")


def about_replies(kind: type[Channel]) -> str:
    """What this netwerk lets us do about replies, in words; empty where a person does the work."""
    if getattr(kind, "handmatig", False):
        return ""
    return woorden.MODERATIE[getattr(kind, "modereert", MODERATIES) if offers(kind, "modereren") else ()]


def networks(deps: Deps) -> dict[str, str]:
    """Name and title of every netwerk."""
    return {naam: deps.registry.load(naam).titel for naam in deps.registry.names()}


def settings(deps: Deps, velden: KanaalVelden, known: Mapping[str, str]) -> list[Veld]:
    """The fields of this netwerk; what was typed wins, a secret stays hidden."""
    return [
        Veld(
            setting,
            "" if setting.geheim else velden.instellingen.get(setting.naam) or known.get(setting.naam, ""),
            bool(known.get(setting.naam)),
        )
        for setting in deps.registry.settings(velden.netwerk)
    ]


def read(data: FormData, naam: str = "", netwerk: str = "") -> KanaalVelden:
    """The form as sent; fields of the netwerk start with `inst-`."""
    return KanaalVelden(
        naam=naam or slug(str(data.get("naam", ""))),
        netwerk=netwerk or str(data.get("netwerk", "")),
        gemeenten=str(data.get("gemeenten", "")),
        types=tuple(str(value) for value in data.getlist("types")),
        niveaus=tuple(str(value) for value in data.getlist("niveaus")),
        foto=data.get("foto") == "ja",
        echt=data.get("echt") == "ja",
        aan=data.get("aan") == "ja",
        automatisch=data.get("automatisch") == "ja",
        stilte=str(data.get("stilte", "")).replace(" ", ""),
        instellingen={key[5:]: str(value) for key, value in data.items() if key.startswith("inst-")},
    )


def _of_kanaal(kanaal: Kanaal) -> KanaalVelden:
    places = [place.naam if (place := gemeenten.find(code)) else code for code in kanaal.gebied]
    return KanaalVelden(
        naam=kanaal.naam,
        netwerk=kanaal.netwerk,
        gemeenten=", ".join(places),
        types=kanaal.types,
        niveaus=kanaal.niveaus,
        foto=kanaal.foto,
        echt=kanaal.echt,
        aan=kanaal.aan,
        automatisch=kanaal.automatisch,
        stilte=kanaal.stilte,
    )


def _invoer(velden: KanaalVelden, today: date) -> KanaalInvoer:
    typed = [part.strip() for part in velden.gemeenten.split(",") if part.strip()]
    found = [(gemeenten.find(part.upper()) or gemeenten.find_by_name(part, today), part) for part in typed]
    return KanaalInvoer(
        naam=velden.naam,
        netwerk=velden.netwerk,
        instellingen=velden.instellingen,
        gebied=tuple(place.code if place else part for place, part in found),
        types=velden.types,
        niveaus=velden.niveaus,
        foto=velden.foto,
        echt=velden.echt,
        aan=velden.aan,
        automatisch=velden.automatisch,
        stilte=velden.stilte,
    )


def slug(naam: str) -> str:
    """The name of a kanaal as it is kept: what a person types, in small letters and digits with dashes between."""
    return re.sub(r"[^a-z0-9]+", "-", fold(naam)).strip("-")


def _faults(error: DeskError) -> list[Fout]:
    if isinstance(error, Ongeldig):
        return [Fout(veld, TITELS.get(veld, veld), melding) for veld, melding in error.fouten]
    return [Fout("naam" if error.status == 409 else "echt", "Kanaal", str(error))]
