"""How acties share schermen: each shows one at a time, the others wait behind it and come back when it ends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hub.content import ActieView
from hub.screens import rules
from hub.screens.board import ScreenBoard
from hub.screens.model import Scherm


@dataclass(frozen=True, slots=True)
class Ander:
    """Another actie on a scherm that is for this one too. `wijkt`: it makes way for this one; `reden`: what decides."""

    actie_id: str
    titel: str
    gestart_op: datetime | None
    wijkt: bool
    reden: rules.Voorrang


def others(board: ScreenBoard, view: ActieView, schermen: Iterable[Scherm]) -> dict[str, Ander]:
    """Which of these schermen, by id, show another actie now; of one that did not start, as if it started now."""
    if view.gestart_op is None:
        view = replace(view, gestart_op=board.now())
    found: dict[str, Ander] = {}
    for scherm in schermen:
        state = board.state_of(scherm.id)
        stand = state.stand if state is not None else None
        if stand is None or stand.lopend is None or not board.live(stand) or stand.actie_id == view.id:
            continue
        daar = stand.lopend.getoond.view
        wijkt, reden = rules.goes_first(view, daar)
        found[scherm.id] = Ander(daar.id, daar.titel or f"actie {daar.code}", daar.gestart_op, wijkt, reden)
    return found


def seen(board: ScreenBoard, actie_id: str) -> frozenset[str]:
    """The schermen, by id, on which this actie can be seen: their player has it, and nothing that ended before it."""
    return frozenset(
        state.scherm.id
        for state in board.states()
        if state.stand.actie_id == actie_id
        and board.live(state.stand)
        and actie_id in state.opgehaald
        and not state.te_bewijzen
        and ((keus := board.keuze(state)) is None or keus.formaat)
    )
