"""How the pages say things: the sign and word of each state, ages and lengths of time, numbers the Dutch way."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from hub.content import Plaats


@dataclass(frozen=True, slots=True)
class Teken:
    """A sign beside a word: colour (`klasse`) is never the only difference."""

    icoon: str
    woord: str
    klasse: str = ""


GEEN_POSTER = Teken("let-op", "Geen poster past hier", "alarm")


_KLAAR = {
    "publiceren": "Geplaatst",
    "corrigeren": "Gewijzigd",
    "intrekken": "Verwijderd",
    "sluiten": "Slotbericht geplaatst",
}
_BEZIG = {
    "publiceren": "Wordt geplaatst",
    "corrigeren": "Wordt gewijzigd",
    "intrekken": "Wordt verwijderd",
    "sluiten": "Slotbericht gaat uit",
}
_STATEN = {
    "wachtrij": Teken("klok", "In de wachtrij", "rust"),
    "geclaimd": Teken("klok", "Begint", "bezig"),
    "onbekend": Teken("vraag", "Onbekend: de hub zoekt het op", "let-op"),
    "mislukt": Teken("kruis", "Mislukt", "alarm"),
    "vervallen": Teken("streep", "Vervallen", "rust"),
    "taak": Teken("hand", "Taak voor u", "let-op"),
    "geparkeerd": Teken("kruis", "Loopt vast: kijk ernaar", "alarm"),
}
_PLAATSEN = {
    "verdwenen": Teken("vink", "Verdwenen"),
    "zichtbaar": Teken("oog", "Nog zichtbaar", "alarm"),
    "taak": Teken("hand", "Nog zichtbaar, taak", "alarm"),
    "niet-controleerbaar": Teken("vraag", "Niet te controleren", "let-op"),
}
NIET_BEKEND = Teken("vraag", "Niet bekend of dit geplaatst is", "let-op")
NOOIT_GEPLAATST = Teken("streep", "Nooit geplaatst", "rust")
_TELLERS = {"vindIkLeuks": "vind ik leuk", "likes": "vind ik leuk", "views": "weergaven", "shares": "gedeeld"}
BEWIJZEN = {
    "hub": "de hub zelf",
    "netwerk": "nagevraagd bij het netwerk",
    "speler": "gemeld door de speler",
    "nooit": "nooit opgehaald",
    "lease": "bewaartermijn voorbij",
    "bestand": "het adres geeft ‘niet gevonden’",
    "persoon": "bevestigd door een persoon",
}
PLAATSSOORTEN = {
    "bericht": "Bericht",
    "scherm": "Scherm",
    "feed": "Feed",
    "foto": "Foto",
    "render": "Posters",
    "pagina": "Pagina",
    "bestand": "Bestand",
}
_FASEN = {
    "concept": Teken("pen", "Concept", "rust"),
    "wacht-op-goedkeuring": Teken("klok", "Wacht op goedkeuring", "let-op"),
    "actief": Teken("zender", "Loopt"),
    "afgesloten": Teken("vink", "Afgesloten", "rust"),
    "ingetrokken": Teken("stop", "Ingetrokken", "rust"),
}
VAARDIGHEDEN = {
    "intrekken": ("kan worden ingetrokken", "kan niet worden ingetrokken"),
    "corrigeren": ("kan worden gewijzigd", "kan niet worden gewijzigd"),
    "terugzoeken": ("kan worden teruggezocht", "kan niet worden teruggezocht"),
    "herhalen": ("herkent een herhaald bericht", "herkent geen herhaald bericht"),
    "meten": ("telt bereik", "telt geen bereik"),
    "reacties": ("leest reacties", "leest geen reacties"),
    "gesprek": ("heeft abonnees", "heeft geen abonnees"),
    "controleren": ("wordt elk uur gecontroleerd", "kan niet vooraf worden gecontroleerd"),
}
"""Per ability what a person reads where it is there, and where it is missing."""
MODERATIE = {
    ("sluiten", "verbergen"): "kan reacties sluiten en verbergen",
    ("sluiten",): "kan reacties sluiten, maar niet verbergen",
    ("verbergen",): "kan reacties verbergen, maar niet sluiten",
    (): "reacties zijn niet te sluiten of te verbergen",
}
"""The same for what an account can do about replies."""
VOORAF = ("intrekken", "corrigeren", "terugzoeken")
"""Abilities whose absence must be known before a kanaal is chosen."""

ONBRUIKBAAR: tuple[str, ...] = ("is nu niet te gebruiken",)


def fase(naam: str) -> Teken:
    """The sign of a phase."""
    return _FASEN.get(naam, Teken("vraag", naam))


def bezorging(soort: str, staat: str) -> Teken:
    """The sign of a bezorging."""
    if staat == "verzonden":
        return Teken("vink", _KLAAR.get(soort, "Klaar"))
    if staat == "verzenden":
        return Teken("pijl", _BEZIG.get(soort, "Bezig"), "bezig")
    return _STATEN.get(staat, Teken("vraag", staat))


def plaats(item: Plaats) -> Teken:
    """The sign of one line of the receipt."""
    if item.twijfel:
        return NIET_BEKEND
    if item.soort == "bericht" and item.bewijs == "nooit":
        return NOOIT_GEPLAATST
    return _PLAATSEN.get(item.staat, Teken("vraag", item.staat))


def bewijs(item: Plaats) -> str:
    """What proves one line of the receipt."""
    if item.soort == "bericht" and item.bewijs == "nooit":
        return BEWIJZEN["persoon"]
    return BEWIJZEN.get(item.bewijs, item.bewijs)


def mist(kan: frozenset[str]) -> tuple[str, ...]:
    """What an account cannot do, in words; only what matters before it is chosen."""
    return tuple(VAARDIGHEDEN[naam][1] for naam in VOORAF if naam not in kan)


def duur(span: timedelta) -> str:
    """A length of time as people say it: `40 s`, `12 min`, `2 u 5 min`, `3 dagen`."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} u {minutes} min" if minutes else f"{hours} u"
    return f"{hours // 24} dagen"


def binnen(seconds: float) -> str:
    """How soon something was, never told too short: `meteen`, `binnen 0,8 seconden`, `binnen 4 min`."""
    if seconds < 0.05:
        return "meteen"
    if seconds >= 120:
        return f"binnen {duur(timedelta(minutes=ceil(seconds / 60)))}"
    text = getal(ceil(round(seconds * 10, 6)) / 10 if seconds < 10 else ceil(seconds))
    return f"binnen {text} {'seconde' if text == '1' else 'seconden'}"


def geleden(moment: datetime | None, now: datetime) -> str:
    """How long ago: `zojuist`, `12 min geleden`; `nooit` without a moment."""
    if moment is None:
        return "nooit"
    span = now - moment
    return "zojuist" if span < timedelta(seconds=10) else f"{duur(span)} geleden"


def getal(value: int | float | None) -> str:
    """A number with Dutch separators; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def teller(naam: str) -> str:
    """A native counter of a netwerk as people say it: `vindIkLeuks` is `vind ik leuk`."""
    return _TELLERS.get(naam) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", naam).lower()


def aantal(value: int, een: str, meer: str) -> str:
    """`1 kanaal`, `3 kanalen`, `geen kanalen`."""
    return f"geen {meer}" if value == 0 else f"{getal(value)} {een if value == 1 else meer}"
