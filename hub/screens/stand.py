"""The state of one scherm on the board: what it must show now, and which proof is still awaited."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.content import Link
from hub.screens import rules, source
from hub.screens.model import GEWOON, Getoond, Manifest, Plaatsing, Scherm, Uiterlijk
from hub.screens.renders import Opdracht

Familie = Literal["landelijk", "test"]


class Lopend:
    """One actie on the board. `leeft` turns False the instant its end is known; everything that shows it looks here."""

    __slots__ = ("getoond", "leeft", "som")

    def __init__(self, getoond: Getoond) -> None:
        self.getoond = getoond
        self.leeft = getoond.view.fase == "actief"
        self.som = hashlib.sha256(repr(getoond).encode()).hexdigest()

    def live(self, now: datetime) -> bool:
        """Whether readers may still see it: it runs, and its looptijd is not over."""
        einde = self.getoond.view.eindigt_op
        return self.leeft and (einde is None or now < einde)

    def must_go(self, nieuw: Getoond | None) -> bool:
        """Whether nothing of it may be kept now that this is known: it is over, or a photo of it is no longer there."""
        if nieuw is None or nieuw.view.fase != "actief":
            return True
        foto = self.getoond.foto
        # Further photos come behind those that are there.
        return foto is not None and (nieuw.foto is None or not nieuw.foto.som.startswith(foto.som))

    def of(self, familie: Familie) -> bool:
        """Whether the public posters of this family may show it."""
        view = self.getoond.view
        return view.oefening if familie == "test" else view.niveau == "landelijk" and not view.oefening


@dataclass(frozen=True, slots=True)
class Stand:
    """What a scherm must show: a running actie (`actief`), a closing message (`slot`) or nothing (`rust`).

    At rest `link` is where people can join; without one there is nothing to draw but the neutral picture.
    """

    soort: str
    sleutel: str
    sinds: datetime
    lopend: Lopend | None = None
    link: Link | None = None
    foto: bool = False
    uiterlijk: Uiterlijk = GEWOON

    @property
    def eigen(self) -> bool:
        """Whether it has a picture of its own, beside the neutral one of all."""
        return self.lopend is not None or self.link is not None

    def live(self, now: datetime) -> bool:
        """Whether this is a running actie that may be shown at this instant."""
        return self.soort == "actief" and self.lopend is not None and self.lopend.live(now)

    @property
    def actie_id(self) -> str:
        """The actie this is about; empty at rest."""
        return self.lopend.getoond.view.id if self.lopend else ""

    def opdracht(self, breedte: int, hoogte: int) -> Opdracht:
        """What the renderer has to draw for it."""
        getoond = self.lopend.getoond if self.lopend else None
        view, foto = (getoond.view, getoond.foto) if getoond else (None, None)
        som = foto.som if self.foto and foto else ""
        return Opdracht(self.sleutel, view, som, self.link, breedte, hoogte, self.sinds, self.uiterlijk)


def rest(sinds: datetime, scherm: Scherm, link: Link | None = None) -> Stand:
    """Nothing to show; `link`: where people can join meanwhile."""
    return Stand("rust", _sleutel("rust", scherm.uiterlijk, link), sinds, link=link, uiterlijk=scherm.uiterlijk)


class SchermStand:
    """One scherm on the board.

    `nummer` rises with everything a viewer could see; `serial` is the database's, so it rises over restarts too.
    `opgehaald`: acties whose first fetch is on disk. `te_bewijzen` and `te_melden`: ended acties that were fetched
    and of which no player has fetched something else, or reported them gone. `gezien`: when its player last asked or
    told something; `bewaard`: how much of that is on disk.
    """

    __slots__ = (
        "bewaard",
        "gezien",
        "manifest",
        "nummer",
        "opgehaald",
        "plaatsingen",
        "scherm",
        "serial",
        "som",
        "stand",
        "te_bewijzen",
        "te_melden",
    )

    def __init__(self, som: str, scherm: Scherm, serial: int, now: datetime) -> None:
        self.som = som
        self.scherm = scherm
        self.serial = serial
        self.nummer = 0
        self.stand = rest(now, scherm)
        self.plaatsingen: dict[str, Plaatsing] = {}
        self.opgehaald: set[str] = set()
        self.te_bewijzen: frozenset[str] = frozenset()
        self.te_melden: frozenset[str] = frozenset()
        self.gezien = self.bewaard = scherm.laatst_gezien
        self.manifest: tuple[object, Manifest] | None = None

    def place(self, plaatsingen: Iterable[Plaatsing]) -> None:
        """Take over what the database says; what is known to be fetched stays known."""
        self.plaatsingen = {item.actie_id: item for item in plaatsingen}
        self.opgehaald = {item.actie_id for item in self.plaatsingen.values() if item.opgehaald_op} | (
            self.opgehaald & self.plaatsingen.keys()
        )
        voorbij = [item for item in self.plaatsingen.values() if item.tot_op and item.actie_id in self.opgehaald]
        self.te_bewijzen = frozenset(item.actie_id for item in voorbij if item.neutraal_op is None)
        self.te_melden = frozenset(item.actie_id for item in voorbij if item.gemeld_op is None)

    def place_one(self, item: Plaatsing, sinds: datetime) -> None:
        """Take over one placement that changed, and forget those that were over before `sinds`."""
        for actie_id in [old.actie_id for old in self.plaatsingen.values() if old.tot_op and old.tot_op <= sinds]:
            del self.plaatsingen[actie_id]
            self._expect(actie_id, bewijs=False, melding=False)
            self.opgehaald.discard(actie_id)
        self.plaatsingen[item.actie_id] = item
        if item.opgehaald_op:
            self.opgehaald.add(item.actie_id)
        voorbij = item.tot_op is not None and item.actie_id in self.opgehaald
        self._expect(
            item.actie_id, bewijs=voorbij and item.neutraal_op is None, melding=voorbij and item.gemeld_op is None
        )

    def _expect(self, actie_id: str, *, bewijs: bool, melding: bool) -> None:
        """Which proof is awaited of an actie that ended."""
        deze = frozenset((actie_id,))
        self.te_bewijzen = self.te_bewijzen | deze if bewijs else self.te_bewijzen - deze
        self.te_melden = self.te_melden | deze if melding else self.te_melden - deze

    def turn(self, acties: Mapping[str, Lopend], serial: int, now: datetime, links: "Links") -> bool:
        """Work out anew what to show; True when that differs from before."""
        stand = stand_of(self, acties, now, links)
        if (stand.soort, stand.sleutel, stand.lopend) == (
            self.stand.soort,
            self.stand.sleutel,
            self.stand.lopend,
        ):
            return False
        self.stand = stand
        self.serial = max(serial, self.serial)
        self.nummer += 1
        return True


@dataclass(frozen=True, slots=True)
class Links:
    """Where short links start; `meedoen`: whether there is a place where people can join."""

    basis: str
    meedoen: bool = False

    def at_rest(self, scherm: Scherm) -> Link | None:
        """What the poster at rest of this scherm carries; nothing along a road, where nobody may scan."""
        return link_to(self.basis, scherm.link_code) if self.meedoen and scherm.soort != "weg" else None


def stand_of(state: SchermStand, acties: Mapping[str, Lopend], now: datetime, links: Links) -> Stand:
    """What this scherm must show at this instant."""
    scherm = state.scherm
    rust = rest(now, scherm, links.at_rest(scherm))
    if not scherm.aan:
        return rust
    lopend = {
        item.actie_id: acties[item.actie_id]
        for item in state.plaatsingen.values()
        if item.tot_op is None and item.actie_id in acties and _may_show(scherm, acties[item.actie_id], now)
    }
    if (gekozen := rules.choose([actie.getoond for actie in lopend.values()])) is not None:
        actie = lopend[gekozen.view.id]
        link = link_to(links.basis, state.plaatsingen[gekozen.view.id].link_code)
        foto = source.photo_allowed(gekozen, scherm.soort)
        sleutel = _sleutel(actie.som, scherm.uiterlijk, link, foto)
        return Stand("actief", sleutel, now, actie, link, foto, scherm.uiterlijk)
    return _closing(state, acties, now) or rust


def _may_show(scherm: Scherm, actie: Lopend, now: datetime) -> bool:
    """Looked at again here: the last door before the street must not depend on who called `show`."""
    view = actie.getoond.view
    return actie.live(now) and rules.meets(scherm, view) and rules.suits(scherm, view)


def _closing(state: SchermStand, acties: Mapping[str, Lopend], now: datetime) -> Stand | None:
    """The closing message of what this scherm showed last, for a while."""
    voorbij = [
        (item.tot_op, acties[item.actie_id])
        for item in state.plaatsingen.values()
        if item.tot_op is not None
        and now < item.tot_op + rules.SLOT_DUUR
        and item.actie_id in state.opgehaald
        and item.actie_id in acties
        and acties[item.actie_id].getoond.view.stand == "slot"
    ]
    if not voorbij:
        return None
    moment, actie = max(voorbij, key=lambda paar: paar[0])
    uiterlijk = state.scherm.uiterlijk
    return Stand("slot", _sleutel(actie.som, uiterlijk), moment, actie, uiterlijk=uiterlijk)


def _sleutel(*facts: object) -> str:
    """The same for the same picture, whatever its size."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def link_to(link_basis: str, code: str) -> Link | None:
    """The short link of a placement as a QR code carries it."""
    if not code:
        return None
    url = f"{link_basis}/{code}"
    return Link(url=url, code=code, label=url.partition("://")[2])
