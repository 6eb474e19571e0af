"""Proof by players, kept before anything is claimed: first fetch of an actie, departure, and proof of play."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db
from hub.kit.samen import Samen
from hub.screens import store
from hub.screens.stand import SchermStand

LIMIT = 5_000
"""Facts in one write: it must not hold up a withdrawal for long."""


@dataclass(frozen=True, slots=True)
class Vertoning:
    """One showing as a player reports it."""

    render: str
    actie_id: str | None
    begin_op: datetime
    seconden: int
    bron: str = ""


@dataclass(frozen=True, slots=True)
class Feit:
    """What one player proves: it is about to receive `getoond` (empty: no person), and does not show `weg` any more.

    `gemeld`: it says so itself; otherwise it fetched something else.
    """

    scherm_id: str
    getoond: str
    weg: frozenset[str]
    gemeld: bool = False


class Proof:
    """Writes proof through the shared commits; each fact once, after that it is known in memory."""

    def __init__(self, db: Db, clock: Clock) -> None:
        self._db = db

        def vastleggen(session: Session, feiten: Sequence[Feit]) -> list[bool]:
            now = clock.now()
            loopt = store.fetched(session, [(feit.scherm_id, feit.getoond) for feit in feiten if feit.getoond], now)
            gelukt = [not feit.getoond or (feit.scherm_id, feit.getoond) in loopt for feit in feiten]
            weg = [feit for feit, goed in zip(feiten, gelukt, strict=True) if goed]
            store.left(session, [(feit.scherm_id, actie_id, feit.gemeld) for feit in weg for actie_id in feit.weg], now)
            return gelukt

        self._samen = Samen(db, vastleggen, limit=LIMIT)
        self._log = log.get("schermen")

    async def fetched(self, state: SchermStand, actie_id: str, weg: frozenset[str] = frozenset()) -> bool:
        """Make the first fetch durable; only when True may it leave.

        `weg`: ended acties of which the player has no picture any more once it has this one, in the same commit.
        """
        weg -= {actie_id}
        if actie_id in state.opgehaald:
            await self.left(state, weg)
            return True
        scherm_id = state.scherm.id
        try:
            kept = await self._samen(Feit(scherm_id, actie_id, weg))
        except Exception as error:
            self._log.error("ophalen niet vastgelegd", scherm=scherm_id, fout=type(error).__name__)
            return False
        if kept:
            state.opgehaald.add(actie_id)
            state.te_bewijzen -= weg
        return kept

    async def left(self, state: SchermStand, actie_ids: frozenset[str], *, gemeld: bool = False) -> None:
        """Note that the player has something else now. A failed write is tried again at the next poll."""
        if not actie_ids:
            return
        scherm_id = state.scherm.id
        try:
            await self._samen(Feit(scherm_id, "", actie_ids, gemeld))
        except Exception as error:
            self._log.error("verdwijnen niet vastgelegd", scherm=scherm_id, fout=type(error).__name__)
            return
        if gemeld:
            state.te_melden -= actie_ids
        else:
            state.te_bewijzen -= actie_ids

    async def played(self, state: SchermStand, vertoningen: Sequence[Vertoning]) -> None:
        """Keep what the player says it showed."""
        scherm_id = state.scherm.id

        def keep(session: Session) -> None:
            for item in vertoningen:
                store.played(
                    session,
                    scherm_id,
                    actie_id=item.actie_id,
                    render=item.render,
                    begin_op=item.begin_op,
                    seconden=item.seconden,
                    bron=item.bron,
                )

        await self._db.write(keep)
