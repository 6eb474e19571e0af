"""What the screens board reads in the database: everything at the start, later only what signals point at."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.kit.config import Config
from hub.kit.db import Signaal, newer_signals
from hub.screens import source, store
from hub.screens.model import Getoond, Plaatsing, Scherm
from hub.screens.rules import SLOT_DUUR

TERUG = timedelta(days=2)
"""How far back the board looks for acties that ended but whose departure no player has proven yet."""

VEEL = 5000
"""More schermen than this in one commit: reading everything is quicker, and a query has a limit to its parameters."""


@dataclass(frozen=True, slots=True)
class Vers:
    """What one look brought. `gevraagd`: the schermen that were asked for, with all they show; `los`: placements
    of any scherm that changed. `alles`: this is all there is, not only changes."""

    serial: int
    acties: dict[str, Getoond | None]
    schermen: list[tuple[str, Scherm]]
    plaatsingen: list[Plaatsing]
    gevraagd: frozenset[str]
    alles: bool
    los: Sequence[Plaatsing] = ()


def everything(session: Session, config: Config, now: datetime) -> Vers:
    """All schermen, what runs on them, and what ended not long ago."""
    # The serial first: a commit in between is then read twice rather than missed.
    serial = session.scalar(select(func.max(Signaal.serial))) or 0
    acties: dict[str, Getoond | None] = {item.view.id: item for item in source.running(session, config)}
    plaatsingen = store.placements(session, sinds=now - TERUG)
    _complete(session, config, acties, plaatsingen, (), now)
    return Vers(serial, acties, store.tokens(session), plaatsingen, frozenset(), True)


def newer(session: Session, config: Config, now: datetime, serial: int, bekend: Collection[str]) -> Vers:
    """What changed after `serial`; `bekend` are the acties the board has already."""
    nieuw = newer_signals(session, serial)
    gevraagd = frozenset(item.sleutel for item in nieuw if item.onderwerp == "scherm")
    if len(gevraagd) > VEEL:
        return everything(session, config, now)
    geplaatst = {item.sleutel for item in nieuw if item.onderwerp == "plaatsing"}
    gewijzigd = {item.sleutel for item in nieuw if item.onderwerp == "actie"}
    acties = {actie_id: source.load(session, actie_id, config) for actie_id in gewijzigd}
    sinds = now - TERUG
    schermen: list[tuple[str, Scherm]] = []
    plaatsingen: list[Plaatsing] = []
    if gevraagd:
        schermen = store.tokens(session, gevraagd)
        plaatsingen = store.placements(session, sinds=sinds, scherm_ids=gevraagd)
    los = store.placements(session, sinds=sinds, actie_ids=geplaatst) if geplaatst else []
    _complete(session, config, acties, [*plaatsingen, *los], bekend, now)
    return Vers(nieuw[-1].serial if nieuw else serial, acties, schermen, plaatsingen, gevraagd, False, los)


def _complete(
    session: Session,
    config: Config,
    acties: dict[str, Getoond | None],
    plaatsingen: Iterable[Plaatsing],
    bekend: Collection[str],
    now: datetime,
) -> None:
    """Add the acties of placements that no signal mentioned, as far as something of them may be seen."""
    te_zien = {item.actie_id for item in plaatsingen if item.tot_op is None or now < item.tot_op + SLOT_DUUR}
    for actie_id in te_zien.difference(acties, bekend):
        acties[actie_id] = source.load(session, actie_id, config)
