"""What the public page says for each type of actie, in plain Dutch, and how it writes a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel.dates import format_datetime

from hub.content import BEL_LATER, BEL_NU, BEL_TIP, ActieView
from hub.kit.clock import AMSTERDAM


@dataclass(frozen=True, slots=True)
class Woorden:
    """`label` stands above the headline, `nu` is the question before 112, `afstand` warns who might step in."""

    label: str
    nu: str
    weet: str
    gezien: str
    afstand: str = ""


AFSTAND: Final = "Blijf op afstand en spreek niemand aan. Kijk goed en bel 112."
DIT: Final = "Ziet u dit nu gebeuren?"
WEET: Final = "Weet u iets?"

_PER_TYPE: Final[dict[str, Woorden]] = {
    "vermist-persoon": Woorden(
        "Vermist", "Ziet u de persoon nu?", "Weet u waar de persoon is?", "Ik heb de persoon gezien"
    ),
    "verdachte-situatie": Woorden("Let op", DIT, WEET, "Ik heb iets gezien", AFSTAND),
    "geweldsmisdrijf": Woorden("Gezocht", "Ziet u de verdachte nu?", WEET, "Ik heb iets gezien", AFSTAND),
    "straatroof": Woorden("Gezocht", "Ziet u de verdachte nu?", WEET, "Ik heb iets gezien", AFSTAND),
    "diefstal-voertuig": Woorden("Gezocht", "Ziet u het voertuig nu?", WEET, "Ik heb het voertuig gezien", AFSTAND),
    "woninginbraak": Woorden("Gezocht", DIT, WEET, "Ik heb iets gezien", AFSTAND),
    "overval": Woorden("Gezocht", "Ziet u de verdachte nu?", WEET, "Ik heb iets gezien", AFSTAND),
    "diefstal-overig": Woorden("Gezocht", DIT, WEET, "Ik heb iets gezien", AFSTAND),
    "winkeldiefstal": Woorden("Gezocht", DIT, WEET, "Ik heb iets gezien", AFSTAND),
    "zedenmisdrijf": Woorden("Getuigen gezocht", DIT, WEET, "Ik heb iets gezien", AFSTAND),
    "verlaten-plaats-ongeval": Woorden(
        "Gezocht", "Ziet u het voertuig nu?", WEET, "Ik heb het voertuig gezien", AFSTAND
    ),
}
_ANDERS: Final = Woorden("Let op", DIT, WEET, "Ik heb iets gezien")
_PREVENTIE: Final = Woorden("Wees alert", DIT, "Geen spoed, wel een vraag?", "Ik heb iets gezien")


def woorden(view: ActieView) -> Woorden:
    """The words of this actie; prevention asks for no search and has words of its own."""
    return _PREVENTIE if view.soort == "preventie" else _PER_TYPE.get(view.type, _ANDERS)


def tipnummer(view: ActieView) -> str:
    """The free number for who knows something; without any haste it is the general number."""
    return BEL_LATER if view.soort == "preventie" else BEL_TIP


def deeltekst(view: ActieView) -> str:
    """The words that go along with a shared link: the headline and what to do."""
    begin = "OEFENING: " if view.oefening else "VOORBEELD: " if view.voorbeeld else ""
    titel = view.titel.rstrip()
    punt = "" if titel.endswith((".", "!", "?")) else "."
    return f"{begin}{titel}{punt} {woorden(view).nu} Bel {BEL_NU}."


def wanneer(moment: datetime | None, now: datetime) -> str:
    """`vandaag om 14.05 uur`, or with the day in full; empty without a moment."""
    if moment is None:
        return ""
    dag = moment.astimezone(AMSTERDAM).date()
    pattern = "'vandaag om' HH.mm 'uur'" if dag == now.astimezone(AMSTERDAM).date() else "EEEE d MMMM 'om' HH.mm 'uur'"
    return format_datetime(moment, pattern, tzinfo=AMSTERDAM, locale="nl_NL")
