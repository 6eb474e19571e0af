"""Keeping kliks: durable before the redirect leaves, in shared commits, and never longer than a blink.

At most one batch is with the writer; what arrives meanwhile is the next one. There is no timer that collects:
a lone klik waits for one commit, a busy door pays one commit for hundreds. When a commit does not come within
`patience` the redirects leave anyway and `ongeteld` rises; it falls again when that commit turns out to have
succeeded, so that counted + ongeteld is always what was answered.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db
from hub.tracking.board import LinkStand
from hub.tracking.klassen import KLASSEN, classify, device
from hub.tracking.tables import KlikRij, TellerRij

PATIENCE: Final = 0.25
LIMIT: Final = 50_000
"""Kliks that may wait for a stalled disk; beyond that they are answered and noted as uncounted."""

TELLER: Final = "ongeteld:"

__all__ = ["KLASSEN", "Kliks", "classify", "device"]


class Batch:
    """Kliks that share a commit and one answer: True = on disk in time."""

    __slots__ = ("answer", "late", "rows", "settled", "timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        self.rows: list[dict[str, Any]] = []
        self.answer: asyncio.Future[bool] = loop.create_future()
        self.settled: asyncio.Future[None] = loop.create_future()
        self.late = False
        self.timer = loop.call_later(patience, self.give_up)

    def give_up(self) -> None:
        """Let everyone who waits go; the commit itself goes on."""
        if not self.answer.done():
            self.late = True
            self.answer.set_result(False)

    def settle(self, counted: bool) -> None:
        """The commit ended."""
        self.timer.cancel()
        self.settled.set_result(None)
        if not self.answer.done():
            self.answer.set_result(counted)


class Kliks:
    """`await note(...)` from the door, on one event loop."""

    def __init__(self, db: Db, clock: Clock, patience: float = PATIENCE) -> None:
        self._db = db
        self._clock = clock
        self._patience = patience
        self._next: Batch | None = None
        self._busy: Batch | None = None
        self._lost: Counter[str] = Counter()
        self._log = log.get("kliks")

    @property
    def ongeteld(self) -> int:
        """Kliks that were answered without a known commit (yet), beside what the database knows of them."""
        waiting = sum(len(batch.rows) for batch in (self._next, self._busy) if batch is not None and batch.late)
        return self._lost.total() + waiting

    async def note(self, code: str, stand: LinkStand, klasse: str, apparaat: str = "") -> bool:
        """Keep one klik; True once it is on disk, False when it must be answered before that is known."""
        batch = self._next
        if batch is None:
            loop = asyncio.get_running_loop()
            batch = self._next = Batch(loop, self._patience)
            if self._busy is None:
                # After this turn of the loop, so that all requests of the turn share the first batch.
                loop.call_soon(self._send)
        if len(batch.rows) >= LIMIT:
            self._lost[stand.actie_id] += 1
            return False
        batch.rows.append(
            {
                "code": code,
                "actie_id": stand.actie_id,
                "klasse": klasse,
                "apparaat": apparaat,
                "na_einde": stand.einde,
                "op": self._clock.now(),
            }
        )
        if batch.late:
            return False
        return await asyncio.shield(batch.answer)

    async def drain(self) -> None:
        """Wait for every commit that was asked for, then keep how many stayed uncounted; for a clean stop."""
        while (batch := self._busy or self._next) is not None:
            await asyncio.shield(batch.settled)
        if self._lost:
            lost, self._lost = self._lost, Counter()
            await self._db.write(_store([], lost))

    def _send(self) -> None:
        if self._busy is not None or self._next is None:
            return
        batch, self._busy, self._next = self._next, self._next, None
        lost, self._lost = self._lost, Counter()
        loop = asyncio.get_running_loop()
        future = self._db.submit(_store(batch.rows, lost))
        future.add_done_callback(lambda done: loop.call_soon_threadsafe(self._done, batch, lost, done.exception()))

    def _done(self, batch: Batch, lost: Counter[str], problem: BaseException | None) -> None:
        if problem is not None:
            self._log.error("kliks niet vastgelegd", aantal=len(batch.rows), fout=type(problem).__name__)
            self._lost += lost + Counter(row["actie_id"] for row in batch.rows)
        self._busy = None
        batch.settle(problem is None)
        self._send()


def _store(rows: list[dict[str, Any]], lost: Counter[str]) -> Callable[[Session], None]:
    """One insert of many rows without ORM objects, and what earlier commits could not keep."""

    def store(session: Session) -> None:
        if rows:
            session.connection().execute(insert(KlikRij.__table__), rows)  # type: ignore[arg-type]
        for actie_id, aantal in lost.items():
            raise_counter(session, TELLER + actie_id, aantal)

    return store


def raise_counter(session: Session, naam: str, aantal: int) -> None:
    """Add to a named counter, made on first use. The one writer makes look-then-add safe."""
    raised = session.execute(update(TellerRij).where(TellerRij.naam == naam).values(waarde=TellerRij.waarde + aantal))
    if not raised.rowcount:  # type: ignore[attr-defined]
        session.add(TellerRij(naam=naam, waarde=aantal))
        session.flush()
