"""Kanalen as people set them up: made, changed, resumed, and tried with a proefbericht."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.acties import gemeenten, proefbericht, rules
from hub.acties.model import NIVEAUS, TYPES
from hub.content import ChannelError, Image, Post, Retracts, veilig_adres
from hub.desk.basis import Basis
from hub.desk.errors import Conflict, DeskError, Geweigerd, NietGevonden, Ongeldig
from hub.kanalen import stilte, store
from hub.kanalen.model import Kanaal, KanaalInvoer
from hub.kanalen.registry import check_settings
from hub.kit import log
from hub.kit.clock import nl_moment
from hub.kit.ids import row_id
from hub.toegang import audit
from hub.toegang.model import Wie

WEBADRES = "Een adres begint met https:// en wijst naar de server van het netwerk."
NAAM = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


class NetwerkFout(DeskError):
    """The netwerk did not do what a person asked for now; the message says what it answered."""

    status = 502


@dataclass(frozen=True, slots=True)
class Proef:
    """What became of a proefbericht. `weggehaald` None: this netwerk cannot be asked to remove it."""

    url: str
    weggehaald: bool | None
    melding: str


async def make_kanaal(desk: Basis, invoer: KanaalInvoer, wie: Wie) -> Kanaal:
    """A new kanaal; raises Ongeldig with all faults, Conflict when the name is taken."""
    if await desk.db.read(lambda s: store.get(s, invoer.naam)) is not None:
        raise Conflict(f"Er is al een kanaal met de naam {invoer.naam}. Kies een andere naam.")
    return await _save(desk, invoer, wie, faults(desk, invoer))


async def change_kanaal(desk: Basis, invoer: KanaalInvoer, wie: Wie) -> Kanaal:
    """Change a kanaal; settings left out or empty keep their value."""
    before = await need_kanaal(desk, invoer.naam, wie)
    known = await desk.db.read(lambda s: store.settings_of(s, desk.vault, invoer.naam))
    found = faults(desk, invoer, known)
    if invoer.netwerk != before.netwerk:
        found.append(("netwerk", "Het netwerk van een kanaal blijft. Maak een nieuw kanaal."))
    found += _moved_secrets(desk, invoer, known)
    return await _save(desk, invoer, wie, found, known)


async def resume_kanaal(desk: Basis, naam: str, wie: Wie) -> None:
    """A person solved what was wrong: the kanaal sends again."""
    await need_kanaal(desk, naam, wie)
    now = desk.clock.now()

    def work(session: Session) -> None:
        store.resume(session, naam)
        audit.write(session, wie=wie.naam, deed="kanaal hervat", now=now, bijzonderheden={"kanaal": naam})

    await desk.db.write(work)


async def try_kanaal(desk: Basis, naam: str, wie: Wie) -> Proef:
    """Post a proefbericht and take it away again; never on an `echt` kanaal, because it is an oefening."""
    kanaal = await need_kanaal(desk, naam, wie)
    meeting = rules.ontmoet(oefening=True, echt=kanaal.echt, voorbeeld=desk.config.voorbeeld)
    if not meeting.mag:
        raise Geweigerd(meeting.regel, meeting.uitleg)
    now = desk.clock.now()
    await desk.db.write(
        lambda s: audit.write(s, wie=wie.naam, deed="proefbericht", now=now, bijzonderheden={"kanaal": naam})
    )
    text = (
        f"OEFENING – PROEFBERICHT van {desk.config.organisatie.afzender}, {nl_moment(now)}. "
        "Dit is een test van het kanaal. U hoeft niets te doen."
    )
    try:
        channel = await desk.accounts.get(kanaal.naam, kanaal.netwerk)
        image = _card(desk) if getattr(channel, "alleen_met_beeld", False) else None
        receipt = await channel.publish(Post(text, image, marker="PROEF"), f"proef-{row_id()}")
    except Exception as error:
        melding = said(error)
        await desk.db.write(lambda s: store.note_failure(s, naam, melding, now))
        raise NetwerkFout(melding) from error
    await desk.db.write(lambda s: store.note_success(s, naam, now))
    if "intrekken" not in channel.can() or not isinstance(channel, Retracts):
        return Proef(receipt.url, None, "Het proefbericht staat er. Haal het zelf weg; dit kanaal kan dat niet.")
    try:
        await channel.retract(receipt)
        gone = await channel.gone(receipt)
    except Exception as error:
        return Proef(receipt.url, False, f"Het proefbericht staat er misschien nog. {said(error)}")
    if gone.bericht is False:
        return Proef(receipt.url, False, "Het proefbericht is nog te zien. Haal het zelf weg.")
    return Proef(receipt.url, True, "Het proefbericht is geplaatst en weer weggehaald.")


def _card(desk: Basis) -> Image:
    """The card that says OEFENING, at the address where a netwerk that takes no bytes fetches it."""
    url = desk.config.adres.rstrip("/") + proefbericht.PAD
    return Image(b"", "image/jpeg", 1200, 630, alt="Oefening. Dit is een proefbericht.", url=url)


async def need_kanaal(desk: Basis, naam: str, wie: Wie) -> Kanaal:
    """The kanaal, if this person may configure its area; raises NietGevonden."""
    kanaal = await desk.db.read(lambda s: store.get(s, naam))
    if kanaal is None or not may_configure(kanaal.gebied, wie):
        raise NietGevonden("Dit kanaal bestaat niet.")
    return kanaal


def may_configure(gebied: Iterable[str], wie: Wie) -> bool:
    """Whether the area of a kanaal lies within the regions of this person; everywhere is for who is unlimited."""
    codes = list(gebied)
    return not wie.regios or (bool(codes) and all(_in_area(code, wie) for code in codes))


def faults(desk: Basis, invoer: KanaalInvoer, known: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """All faults as (field, Dutch sentence); `known` are the settings that an existing kanaal already has."""
    found = []
    if not NAAM.fullmatch(invoer.naam):
        found.append(("naam", "Gebruik 2 tot 40 kleine letters, cijfers en streepjes."))
    names = desk.accounts.registry.names()
    if invoer.netwerk not in names:
        found.append(("netwerk", f"Dit netwerk bestaat niet. Kies uit: {', '.join(names)}."))
    else:
        filled = {**(known or {}), **{name: value for name, value in invoer.instellingen.items() if value}}
        settings = desk.accounts.registry.settings(invoer.netwerk)
        found += [("instellingen", sentence) for sentence in check_settings(settings, filled)]
        given = {name: value for name, value in invoer.instellingen.items() if name.lower().endswith("url") and value}
        found += [("instellingen", f"`{name}`: {WEBADRES}") for name, value in given.items() if not veilig_adres(value)]
    for code in invoer.gebied:
        place = gemeenten.find(code)
        if place is None or place.geldig_tot is not None:
            found.append(("gemeenten", f"{_short(code)} is geen gemeente. Een code ziet eruit als GM0344."))
    if wrong := stilte.fault(invoer.stilte):
        found.append(("stilte", wrong))
    found += [("types", _choose(value, TYPES)) for value in invoer.types if value not in TYPES]
    found += [("niveaus", _choose(value, NIVEAUS)) for value in invoer.niveaus if value not in NIVEAUS]
    return found


async def _save(
    desk: Basis,
    invoer: KanaalInvoer,
    wie: Wie,
    found: list[tuple[str, str]],
    known: Mapping[str, str] | None = None,
) -> Kanaal:
    found = found or await _unusable(desk, invoer, known or {})
    if found:
        raise Ongeldig(found)
    if not may_configure(invoer.gebied, wie):
        raise Geweigerd("rol-gebied", "Dit kanaal gaat verder dan uw gebied. Kies gemeenten uit uw gebied.")
    if invoer.echt and desk.config.voorbeeld:
        raise Geweigerd(
            "voorbeeld",
            "Een kanaal kan pas echt zijn als organisatie, contact en kort domein zijn ingesteld in config.yaml.",
        )
    now = desk.clock.now()

    def work(session: Session) -> Kanaal:
        try:
            kanaal = store.save(session, desk.vault, invoer, now)
        except store.KanaalVast as error:
            raise Conflict(str(error)) from error
        details = {"kanaal": invoer.naam, "aan": invoer.aan, "echt": invoer.echt}
        audit.write(session, wie=wie.naam, deed="kanaal ingesteld", now=now, bijzonderheden=details)
        return kanaal

    return await desk.db.write(work)


async def _unusable(desk: Basis, invoer: KanaalInvoer, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Settings that the channel itself cannot work with; it is made once to find out, and connects to nothing."""
    filled = {**known, **{name: value for name, value in invoer.instellingen.items() if value}}
    try:
        await desk.accounts.build(invoer.netwerk, filled).close()
    except Exception as error:
        log.get("desk").error("kanaal is niet te maken", kanaal=invoer.naam, fout=type(error).__name__)
        return [("instellingen", "Met deze instellingen werkt het kanaal niet. Kijk de waarden na.")]
    return []


def _moved_secrets(desk: Basis, invoer: KanaalInvoer, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """A kept secret never goes along to another server: who changes an address gives the secret again."""
    settings = desk.accounts.registry.settings(invoer.netwerk) if invoer.netwerk else ()
    given = invoer.instellingen
    moved = [
        s.naam
        for s in settings
        if not s.geheim and s.naam.lower().endswith("url") and given.get(s.naam, "") not in ("", known.get(s.naam))
    ]
    kept = [s.naam for s in settings if s.geheim and known.get(s.naam) and not given.get(s.naam)]
    if not moved:
        return []
    return [
        ("instellingen", f"Vul ook `{name}` opnieuw in, want `{moved[0]}` wijst nu naar een ander adres.")
        for name in kept
    ]


def said(error: Exception) -> str:
    """What a channel said, without secrets; of an error it did not foresee only the kind."""
    if isinstance(error, ChannelError):
        return log.redact(str(error))
    return f"Het netwerk gaf een onverwachte fout ({type(error).__name__})."


def _in_area(code: str, wie: Wie) -> bool:
    place = gemeenten.find(code)
    return wie.mag_gebied(code, place.veiligheidsregio if place else "")


def _choose(value: str, known: Iterable[str]) -> str:
    return f"{_short(value)} bestaat niet. Kies uit: {', '.join(known)}."


def _short(value: str) -> str:
    return f"‘{''.join(c for c in value if c.isprintable())[:40]}’"
