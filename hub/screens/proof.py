"""Proof by players, kept before anything is claimed: first fetch of an actie, departure, and proof of play."""

import asyncio
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


class Proof:
    """Writes proof through the shared commits; each fact once, after that it is known in memory."""

    def __init__(self, db: Db, clock: Clock) -> None:
        self._db = db

        def opgehaald(session: Session, paren: Sequence[tuple[str, str]]) -> list[bool]:
            loopt = store.fetched(session, paren, clock.now())
            return [paar in loopt for paar in paren]

        def weg(session: Session, items: Sequence[tuple[str, str, bool]]) -> Sequence[object]:
            return list(store.left(session, items, clock.now()))

        self._opgehaald = Samen(db, opgehaald, limit=LIMIT)
        self._weg = Samen(db, weg, limit=LIMIT)
        self._log = log.get("schermen")

    async def fetched(self, state: SchermStand, actie_id: str) -> bool:
        """Make the first fetch durable; only when True may the picture leave."""
        if actie_id in state.opgehaald:
            return True
        scherm_id = state.scherm.id
        try:
            kept = await self._opgehaald((scherm_id, actie_id))
        except Exception as error:
            self._log.error("ophalen niet vastgelegd", scherm=scherm_id, fout=type(error).__name__)
            return False
        if kept:
            state.opgehaald.add(actie_id)
        return kept

    async def left(self, state: SchermStand, actie_ids: frozenset[str], *, gemeld: bool = False) -> None:
        """Note that the player has something else now. A failed write is tried again at the next poll."""
        if not actie_ids:
            return
        scherm_id = state.scherm.id
        try:
            await asyncio.gather(*(self._weg((scherm_id, actie_id, gemeld)) for actie_id in actie_ids))
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
