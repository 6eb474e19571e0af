"""Turns messages of a source into steps for the desk: what starts, what changes, what ends, and with which words.

Which word of a source means which of our types stands in actietypen.json. The source's configuration decides
whether it is real or an exercise; the message never does.
"""

import json
import re
import textwrap
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from hub.acties import gemeenten
from hub.acties.gemeenten import Gemeente
from hub.acties.model import TYPES, Invoer, Persoon
from hub.acties.validation import LOOPTIJD_MAX, LOOPTIJD_MIN, MAX_LENGTH, STRAAL_MAX, STRAAL_MIN
from hub.content import Cirkel
from hub.feeds.actions import ActionBericht
from hub.feeds.landactiehost import LandBericht
from hub.kit.config import Bron

WORDS = Path(__file__).with_name("actietypen.json")
LAND_LOOPTIJD = 24 * 60
"""Minutes for a national or regional alert: its source ends it, our clock only catches a source that forgot."""
STANDARD_LOOPTIJD = 60
NEAR_METRES = 20_000
BEFORE_MERGERS = date(2021, 12, 31)
AGE = re.compile(r"\(\s*(\d{1,2})(?:\s*jaar)?\s*\)")


@dataclass(frozen=True, slots=True)
class Stap:
    """One message as the desk can use it. `invoer` is None for an end; `weigering` says why it cannot be used."""

    sleutel: str
    extern_id: str
    sender: str
    verzonden: datetime
    einde: bool
    intrekken: bool = False
    invoer: Invoer | None = None
    weigering: str = ""
    toelichting: str = ""


def from_action(bericht: ActionBericht, bron: Bron, now: datetime) -> Stap:
    """A step out of an action; one that is not active any more is an end."""
    changed = [melding.gewijzigd for melding in bericht.meldingen if melding.gewijzigd]
    basis = Stap(
        sleutel=bericht.sleutel,
        extern_id=bericht.id,
        sender="",
        verzonden=max(changed, default=now),
        einde=not bericht.actief,
    )
    if basis.einde:
        return basis
    gemeente, how = _place(bericht.gemeente, bericht.cirkel, now.date())
    if gemeente is None:
        return replace(basis, weigering=f"De gemeente ‘{bericht.gemeente[:40]}’ is onbekend.")
    type_, unknown = _type(bericht.actie_type)
    title = bericht.laatste.titel or f"{TYPES[type_]} in {gemeente.naam}"
    invoer = Invoer(
        kenmerk=_kenmerk(bron, bericht.id),
        soort="tijdkritisch",
        type=type_,
        niveau="landelijk" if bericht.amber else "lokaal",
        titel=_fit(title, "titel"),
        bericht=_fit(bericht.laatste.tekst or title, "bericht"),
        gemeente=gemeente.code,
        gemeenten=(gemeente.code,),
        cirkel=_circle(bericht.cirkel),
        looptijd_minuten=_duration(bericht, now),
        oefening=bron.modus == "oefening",
        publiceren=bron.direct,
    )
    return replace(basis, invoer=invoer, toelichting=" ".join(filter(None, (how, unknown))))


def from_land(bericht: LandBericht, bron: Bron, now: datetime) -> Stap:
    """A step out of a Landactiehost message; a Cancel takes everything back."""
    basis = Stap(
        sleutel=bericht.sleutel,
        extern_id=bericht.alert_id,
        sender=bericht.sender,
        verzonden=bericht.verzonden,
        einde=bericht.type == "Cancel",
        intrekken=True,
    )
    if basis.einde:
        return basis
    if bericht.staat.casefold() != "actual" and bron.modus == "echt":
        return replace(basis, weigering=f"State is ‘{bericht.staat[:20]}’; zo’n bericht wordt nooit echt.")
    gemeente, how = _place(bericht.gebied or "", bericht.cirkel, now.date())
    title = bericht.titel or "Vermist kind"
    age = AGE.search(title)
    leeftijd = int(age[1]) if age and int(age[1]) < 18 else None
    invoer = Invoer(
        kenmerk=_kenmerk(bron, bericht.alert_id),
        soort="tijdkritisch",
        type="vermist-persoon",
        niveau=bericht.niveau,
        titel=_fit(title, "titel"),
        bericht=_fit(bericht.beschrijving or title, "bericht"),
        persoon=Persoon(leeftijd, True),
        gemeente=gemeente.code if gemeente else bron.gemeente,
        gemeenten=(gemeente.code,) if gemeente else (),
        cirkel=_circle(bericht.cirkel),
        looptijd_minuten=LAND_LOOPTIJD,
        oefening=bron.modus == "oefening",
        publiceren=bron.direct,
    )
    return replace(basis, invoer=invoer, toelichting=how or ("" if gemeente else "Geen gemeente genoemd."))


@cache
def _types() -> dict[str, str]:
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    return {_plain(word): type_ for type_, names in words.items() for word in (type_, *names)}


def _plain(word: str) -> str:
    """Only letters and digits count: `Diefstal van vaar/voertuig` and `DIEFSTAL_VAN_VAAR_VOERTUIG` are one."""
    return " ".join(re.findall(r"[^\W_]+", word.casefold()))


def _type(word: str) -> tuple[str, str]:
    found = _types().get(_plain(word))
    return (found, "") if found else ("overig", f"Het type ‘{word[:40]}’ is onbekend; het werd overig.")


def _place(name: str, cirkel: Cirkel | None, on: date) -> tuple[Gemeente | None, str]:
    """The gemeente by code or name, else the nearest to the circle, with a remark when it is a guess."""
    digits = re.fullmatch(r"(?:GM)?(\d{1,4})", name.strip(), re.IGNORECASE)
    found = gemeenten.find(f"GM{int(digits[1]):04d}") if digits else _named(name, on)
    if found is not None and not found.valid(on):
        found = gemeenten.successor(found.code)
    if found is not None:
        return found, ""
    near = _nearest(cirkel, on) if cirkel else None
    return near, f"Gemeente gekozen bij het gebied: {near.naam}." if near else ""


def _named(name: str, on: date) -> Gemeente | None:
    bare = re.sub(r"^gemeente\s+", "", name.strip(), flags=re.IGNORECASE)
    return gemeenten.find_by_name(bare, on) or gemeenten.find_by_name(bare, BEFORE_MERGERS)


def _nearest(cirkel: Cirkel, on: date) -> Gemeente | None:
    distances = (
        (gemeenten.distance_m(cirkel.lat, cirkel.lon, gemeente.lat, gemeente.lon), gemeente.code)
        for gemeente in gemeenten.current(on)
    )
    metres, code = min(distances)
    return gemeenten.find(code) if metres <= NEAR_METRES else None


def _kenmerk(bron: Bron, extern_id: str) -> str:
    text = re.sub(r"[^\w./:-]+", "-", f"{bron.naam}-{extern_id}").lstrip("./:-")
    return text[: MAX_LENGTH["kenmerk"]]


def _fit(text: str, field: str) -> str:
    return textwrap.shorten(text, MAX_LENGTH[field], placeholder=" …")


def _circle(cirkel: Cirkel | None) -> Cirkel | None:
    """The circle with a radius the hub accepts; none where it lies outside the country."""
    if cirkel is None or not gemeenten.in_nederland(cirkel.lat, cirkel.lon):
        return None
    return Cirkel(cirkel.lat, cirkel.lon, min(max(cirkel.straal_meters, STRAAL_MIN), STRAAL_MAX))


def _duration(bericht: ActionBericht, now: datetime) -> int:
    """Minutes until the planned end, or the planned length when that end has passed already."""
    if bericht.eindigt is None:
        return STANDARD_LOOPTIJD
    start = now if bericht.eindigt > now else bericht.gestart
    if start is None or bericht.eindigt <= start:
        return STANDARD_LOOPTIJD
    minutes = round((bericht.eindigt - start).total_seconds() / 60)
    return min(max(minutes, LOOPTIJD_MIN), LOOPTIJD_MAX)
