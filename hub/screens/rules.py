"""Which scherm shows which actie, for how long, and what may be claimed about it afterwards. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from hub.acties import gemeenten
from hub.acties.rules import ontmoet, scherm_mag
from hub.content import ActieView, Plaats
from hub.screens.model import (
    MAAT_MAX,
    MAAT_MIN,
    POSTER_BEELDPUNTEN,
    POSTER_BREEDTE,
    Getoond,
    Plaatsing,
    Scherm,
)

SLOT_DUUR = timedelta(minutes=30)
"""How long the closing message stays on a scherm that showed the actie; then it returns to rest."""

Voorrang = Literal["vermist-persoon", "tijdkritisch", "nieuwste"]
VOORRANG: tuple[Voorrang, ...] = ("vermist-persoon", "tijdkritisch", "nieuwste")
"""What decides between acties on one scherm, the weightiest first."""


def serves(scherm: Scherm, view: ActieView) -> bool:
    """Whether this scherm shows this actie: it is on, lies in the area, and policy lets the two meet."""
    return scherm.aan and in_area(scherm, view) and suits(scherm, view) and meets(scherm, view)


def suits(scherm: Scherm, view: ActieView) -> bool:
    """Whether policy lets this type of actie on this soort scherm (roads and transit: vermissingen only)."""
    return scherm_mag(type=view.type, scherm_soort=scherm.soort).mag


def meets(scherm: Scherm, view: ActieView) -> bool:
    """An oefening never meets an `echt` scherm; a real actie meets a practice scherm only in a voorbeeld hub."""
    return ontmoet(oefening=view.oefening, echt=scherm.echt, voorbeeld=view.voorbeeld).mag


def in_area(scherm: Scherm, view: ActieView) -> bool:
    """Landelijk is everywhere; else the scherm's gemeente is named, or its point lies in the circle."""
    if view.niveau == "landelijk":
        return True
    if scherm.gemeente == view.gemeente or scherm.gemeente in view.gemeenten:
        return True
    return view.cirkel is not None and scherm.punt is not None and gemeenten.in_circle(*scherm.punt, view.cirkel)


def choose(lopend: Sequence[Getoond]) -> Getoond | None:
    """Of several acties on one scherm: a tijdkritisch missing person first, then what is tijdkritisch, then the newest.

    They take no turns: players ask once a minute to once a quarter of an hour, so nobody could say how often the one or
    the other is really seen.
    """
    return max(lopend, key=lambda getoond: _voorrang(getoond.view), default=None)


def goes_first(een: ActieView, ander: ActieView) -> tuple[bool, Voorrang]:
    """Whether the one is shown where both run, and what decides that."""
    links, rechts = _voorrang(een), _voorrang(ander)
    verschil = (waarom for waarom, a, b in zip(VOORRANG, links, rechts, strict=False) if a != b)
    return links > rechts, next(verschil, "nieuwste")


def _voorrang(view: ActieView) -> tuple[bool, bool, float, str]:
    """Compared in the order of VOORRANG; the id decides between two of the same instant."""
    gestart = view.gestart_op.timestamp() if view.gestart_op else 0.0
    return view.soort == "tijdkritisch" and view.over_persoon, view.soort == "tijdkritisch", gestart, view.id


def about_someone(view: ActieView, met_foto: bool) -> bool:
    """Whether a render of this running actie shows or describes a person."""
    return met_foto or view.over_persoon or bool(view.signalement)


def size_fault(breedte: int, hoogte: int) -> str:
    """Why a picture of this size is refused, in Dutch; empty when it is fine."""
    if MAAT_MIN <= min(breedte, hoogte) and max(breedte, hoogte) <= MAAT_MAX:
        return ""
    return f"Een maat is {MAAT_MIN} tot {MAAT_MAX} beeldpunten breed en hoog, in hele getallen."


def poster_fault(breedte: int, hoogte: int) -> str:
    """Why a scherm of this size would never show a poster, in Dutch and with what to do; empty when it can."""
    if breedte >= POSTER_BREEDTE and breedte * hoogte >= POSTER_BEELDPUNTEN:
        return ""
    return (
        f"Op {breedte} × {hoogte} past geen leesbare poster. De kleinste maten zijn 128 × 128, 192 × 96 (liggend), "
        "96 × 192 (staand) en 256 × 64 (strip). Is uw scherm kleiner? Vul dan 256 × 64 in en laat de speler alleen "
        "de tekst tonen (text.txt)."
    )


def lease_window(now: datetime, lease_seconden: int) -> tuple[datetime, datetime]:
    """When a manifest made now was `generated` and until when it may be played.

    Rounded down to a third of the lease, so that polls in between find the same bytes and get a 304; the end is
    never later than a full lease from now.
    """
    stap = lease_seconden / 3
    begin = datetime.fromtimestamp(now.timestamp() // stap * stap, tz=now.tzinfo)
    return begin, begin + timedelta(seconds=lease_seconden)


def plaats(scherm: Scherm, plaatsing: Plaatsing, *, now: datetime, lease_seconden: int) -> Plaats:
    """The receipt line of one scherm: proof by the player, never fetched, lease over, or visible."""
    wie = f"Beheerder: {scherm.beheerder}" if scherm.beheerder else ""
    if plaatsing.tot_op is None:
        return Plaats("scherm", scherm.naam, "zichtbaar", toelichting=wie)
    if plaatsing.opgehaald_op is None:
        return Plaats("scherm", scherm.naam, "verdwenen", plaatsing.tot_op, "nooit")
    if plaatsing.verlaten_op is not None:
        return Plaats("scherm", scherm.naam, "verdwenen", plaatsing.verlaten_op, "speler")
    uiterlijk = plaatsing.tot_op + timedelta(seconds=lease_seconden)
    if now >= uiterlijk:
        return Plaats("scherm", scherm.naam, "verdwenen", uiterlijk, "lease")
    return Plaats("scherm", scherm.naam, "zichtbaar", uiterlijk=uiterlijk, toelichting=wie)
