"""On which schermen an actie is seen now, and which other actie has its place there, in words."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.content import ActieView
from hub.kit.clock import AMSTERDAM
from hub.screens.board import ScreenBoard
from hub.screens.model import SchermCijfers
from hub.screens.verdeling import Ander, others, seen
from hub.web.ui import woorden
from hub.web.ui.woorden import Teken

VOORRANG: Mapping[str, str] = {
    "vermist-persoon": "een tijdkritische vermissing gaat voor",
    "tijdkritisch": "wat tijdkritisch is gaat voor",
    "nieuwste": "de nieuwste gaat voor",
}
"""What decides between two acties on one scherm."""

Fase = Literal["straks", "loopt", "over"]
"""Whether the actie that a sentence is for is yet to start, runs, or ended."""


@dataclass(frozen=True, slots=True)
class SchermRegel:
    """One scherm of this actie."""

    naam: str
    teken: Teken


@dataclass(frozen=True, slots=True)
class OpSchermen:
    """The schermen of an actie: on how many it is seen now (`nu`), of how many (`van`), and what has its place."""

    regels: tuple[SchermRegel, ...]
    nu: int
    van: int
    zinnen: tuple[str, ...]

    @property
    def kort(self) -> str:
        """The numbers in a few words."""
        return f"nu te zien op {self.nu} van {woorden.aantal(self.van, 'scherm', 'schermen')}"


def read(board: ScreenBoard, view: ActieView, cijfers: Sequence[SchermCijfers], now: datetime) -> OpSchermen:
    """How an actie that started stands on its schermen."""
    open_ = [item for item in cijfers if item.tot_op is None]
    loopt = view.stand == "actief"
    hier = open_ if loopt else cijfers
    schermen = [state.scherm for item in hier if (state := board.state_of(item.scherm_id)) is not None]
    anders, nu = others(board, view, schermen), seen(board, view.id)
    uit = {scherm.id for scherm in schermen if not scherm.aan}
    return OpSchermen(
        regels=tuple(
            SchermRegel(item.scherm, _gone(item) if item.tot_op else _sign(item, nu, anders, uit)) for item in cijfers
        ),
        nu=len(nu),
        van=len(open_),
        zinnen=_sentences(anders, len(hier), now, "loopt" if loopt else "over"),
    )


def at_start(anders: Mapping[str, Ander], van: int, now: datetime) -> tuple[str, ...]:
    """What to know before a start, of the `van` schermen that this actie is for: one sentence per other actie."""
    return _sentences(anders, van, now, "straks")


def _sentences(anders: Mapping[str, Ander], van: int, now: datetime, fase: Fase) -> tuple[str, ...]:
    return tuple(
        f"{_where(aantal, van)} {_what(ander, now, fase)}" for ander, aantal in Counter(anders.values()).most_common()
    )


def _where(aantal: int, van: int) -> str:
    if van == 1:
        return "Op dit ene scherm"
    if aantal < van:
        return f"Op {aantal} van de {van} schermen"
    return "Op beide schermen" if van == 2 else f"Op alle {van} schermen"


def _what(ander: Ander, now: datetime, fase: Fase) -> str:
    naam = f"‘{ander.titel}’ ({_since(ander.gestart_op, now)})"
    waarom = VOORRANG[ander.reden]
    if fase == "over":
        return f"staat nu een andere actie: {naam}."
    if fase == "loopt":
        return f"staat nu een andere actie: {naam}, want {waarom}. Stopt die, dan komt deze daar vanzelf terug."
    if ander.wijkt:
        return (
            f"staat nu een andere actie: {naam}. Deze actie komt daarvoor in de plaats, want {waarom}. "
            "De andere loopt door en komt daar vanzelf terug als deze stopt."
        )
    return f"blijft een andere actie staan: {naam}, want {waarom}. Deze actie komt daar pas als die stopt."


def _since(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "loopt"
    lokaal = moment.astimezone(AMSTERDAM)
    dag = "" if lokaal.date() == now.astimezone(AMSTERDAM).date() else f" op {lokaal:%d-%m}"
    return f"gestart{dag} om {lokaal:%H.%M} uur"


def _sign(item: SchermCijfers, nu: Collection[str], anders: Collection[str], uit: Collection[str]) -> Teken:
    if item.scherm_id in nu:
        return Teken("scherm", "Toont de actie")
    if item.scherm_id in uit:
        return Teken("streep", "Staat uit", "rust")
    if item.scherm_id in anders:
        return Teken("klok", "Hier staat nu een andere actie", "let-op")
    return Teken("klok", "Nog niet opgehaald" if item.opgehaald_op is None else "Nu niet te zien", "rust")


def _gone(item: SchermCijfers) -> Teken:
    if item.opgehaald_op is None:
        return Teken("vink", "Nooit getoond", "rust")
    if item.donker_na is not None:
        return Teken("vink", f"Weg na {item.donker_na:.1f} s".replace(".", ","))
    return Teken("oog", "Nog niet bewezen weg", "let-op")
