"""What the rest of the hub sees of schermen: plain data, never rows."""

from dataclasses import dataclass
from datetime import datetime

from hub.content import ActieView, Thema

SOORTEN = {
    "station": "Station of perron",
    "abri": "Abri of bushalte",
    "weg": "Scherm langs de weg",
    "strip": "Strip in tram, bus of trein",
    "web": "Website of app",
}
"""Where a scherm hangs, with its title for people; policy decides by it (roads show vermissingen only)."""

THEMAS = {
    "gewoon": "Gewoon",
    "contrast": "Hoog contrast",
    "nacht": "Nacht",
}
"""The colours of the posters on a scherm, with their title for people."""

MAAT_MIN = 64
MAAT_MAX = 3840

POSTER_BREEDTE = 96
POSTER_BEELDPUNTEN = 128 * 128
"""A scherm that is narrower, or has fewer pixels in all, has no room for a poster that can be read: label, headline
and number, with the frame of an oefening around them. The tests draw the smallest."""


@dataclass(frozen=True, slots=True, order=True)
class Uiterlijk:
    """What decides how posters look on a scherm, beside its size: `soort` picks the formats, `thema` the colours.

    `tweetalig`: the fixed words stand there in English as well.
    """

    soort: str = ""
    thema: Thema = "gewoon"
    tweetalig: bool = False


GEWOON = Uiterlijk()
"""How posters look for who is no scherm of ours."""

Plek = tuple[int, int, Uiterlijk]
"""A size and a look: what schermen show that have both in common differs in its link only."""


@dataclass(frozen=True, slots=True)
class Scherm:
    """One registered screen or player; `punt` is latitude and longitude where that is known.

    `link_code`: the short link that its poster at rest carries, where people can join; empty while it has none.
    """

    id: str
    naam: str
    gemeente: str
    punt: tuple[float, float] | None
    breedte: int
    hoogte: int
    soort: str
    beheerder: str
    echt: bool
    aan: bool
    vastgelegd: bool
    gemaakt_op: datetime
    laatst_gezien: datetime | None
    thema: Thema = "gewoon"
    tweetalig: bool = False
    link_code: str = ""

    @property
    def uiterlijk(self) -> Uiterlijk:
        """How posters look on it."""
        return Uiterlijk(self.soort, self.thema, self.tweetalig)

    @property
    def plek(self) -> Plek:
        """Its size and its look."""
        return self.breedte, self.hoogte, self.uiterlijk


@dataclass(frozen=True, slots=True)
class SchermInvoer:
    """What is filled in for a new scherm, by a person or in config.yaml; `punt` is latitude and longitude."""

    naam: str
    gemeente: str
    punt: tuple[float, float] | None
    breedte: int
    hoogte: int
    soort: str
    beheerder: str = ""
    echt: bool = False
    thema: Thema = "gewoon"
    tweetalig: bool = False


@dataclass(frozen=True, slots=True)
class Plaatsing:
    """That a scherm shows an actie, and what has been proven about it so far."""

    scherm_id: str
    actie_id: str
    link_code: str
    van_op: datetime
    tot_op: datetime | None
    opgehaald_op: datetime | None
    neutraal_op: datetime | None
    gemeld_op: datetime | None

    @property
    def verlaten_op(self) -> datetime | None:
        """First proof by the player itself that the actie left the glass."""
        bekend = [moment for moment in (self.neutraal_op, self.gemeld_op) if moment]
        return min(bekend) if bekend else None


@dataclass(frozen=True, slots=True)
class FotoVerwijzing:
    """Which photos an actie has, without them: their hashes and whether consent was given in writing."""

    som: str
    toestemming: bool


@dataclass(frozen=True, slots=True)
class Getoond:
    """An actie as screens need it: what readers may see and which photo goes with it."""

    view: ActieView
    foto: FotoVerwijzing | None


@dataclass(frozen=True, slots=True)
class SchermCijfers:
    """Figures of one scherm for one actie. `donker_na`: seconds between the end and the player's own proof."""

    scherm_id: str
    scherm: str
    link_code: str
    van_op: datetime
    tot_op: datetime | None
    opgehaald_op: datetime | None
    donker_na: float | None
    vertoningen: int
    seconden: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a player may show until when: finished bytes with their signature (base64) and ETag."""

    data: bytes
    handtekening: bytes
    etag: bytes


class NaamBezet(Exception):
    """A scherm with this name exists already; names appear in receipts and must say which one is meant."""


class OnbekendScherm(Exception):
    """No scherm has this id."""
