"""Keeping kliks: durable before the redirect leaves, in shared commits, and never longer than a blink.

At most one batch is with the writer; what arrives meanwhile is the next one. There is no timer that collects:
a lone klik waits for one commit, a busy door pays one commit for hundreds. When a commit does not come within
`patience` the redirects leave anyway and `ongeteld` rises; it falls again when that commit turns out to have
succeeded, so that counted + ongeteld is always what was answered.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from hub.kit import log, samen
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


class Klik(NamedTuple):
    """One klik to keep, and what earlier commits could not keep."""

    rij: dict[str, Any]
    lost: Counter[str] | None


Ronde = samen.Ronde[Klik, None]


class Geduld:
    """Kliks that share a round share one answer: True = on disk in time."""

    __slots__ = ("answer", "late", "ronde", "timer")

    def __init__(self, ronde: Ronde, patience: float) -> None:
        loop = asyncio.get_running_loop()
        self.ronde = ronde
        self.answer: asyncio.Future[bool] = loop.create_future()
        self.late = False
        self.timer = loop.call_later(patience, self.give_up)

    def give_up(self) -> None:
        """Let everyone who waits go; the commit itself goes on."""
        self.late = True
        self.answer.set_result(False)

    def settle(self, counted: bool) -> None:
        """The commit ended."""
        self.timer.cancel()
        if not self.late:
            self.answer.set_result(counted)


class Kliks:
    """`await note(...)` from the door, on one event loop."""

    def __init__(self, db: Db, clock: Clock, patience: float = PATIENCE) -> None:
        self._db = db
        self._clock = clock
        self._patience = patience
        self._samen: samen.Samen[Klik, None] = samen.Samen(db, _store, limit=LIMIT, crowd=True)
        self._geduld: dict[Ronde, Geduld] = {}
        self._lost: Counter[str] = Counter()
        self._log = log.get("kliks")

    @property
    def ongeteld(self) -> int:
        """Kliks that were answered without a known commit (yet), beside what the database knows of them."""
        return self._lost.total() + sum(len(geduld.ronde.items) for geduld in self._geduld.values() if geduld.late)

    async def note(self, code: str, stand: LinkStand, klasse: str, apparaat: str = "") -> bool:
        """Keep one klik; True once it is on disk, False when it must be answered before that is known."""
        if self._samen.waiting >= LIMIT:
            self._lost[stand.actie_id] += 1
            return False
        rij = {
            "code": code,
            "actie_id": stand.actie_id,
            "klasse": klasse,
            "apparaat": apparaat,
            "na_einde": stand.einde,
            "op": self._clock.now(),
        }
        lost = None
        if self._lost:
            lost, self._lost = self._lost, Counter()
        ronde = self._samen.join(Klik(rij, lost))
        geduld = self._geduld.get(ronde)
        if geduld is None:
            geduld = self._geduld[ronde] = Geduld(ronde, self._patience)
            ronde.done.add_done_callback(lambda _: self._settle(geduld))
        if geduld.late:
            return False
        return await asyncio.shield(geduld.answer)

    async def drain(self) -> None:
        """Wait for every commit that was asked for, then keep how many stayed uncounted; for a clean stop."""
        await self._samen.drain()
        if self._lost:
            lost, self._lost = self._lost, Counter()
            await self._db.write(lambda session: _raise(session, lost))

    def _settle(self, geduld: Geduld) -> None:
        ronde = geduld.ronde
        problem = ronde.done.result()[0]
        if problem is not None:
            self._log.error("kliks niet vastgelegd", aantal=len(ronde.items), fout=type(problem).__name__)
            for rij, lost in ronde.items:
                self._lost += Counter({rij["actie_id"]: 1}) + (lost or Counter())
        del self._geduld[ronde]
        geduld.settle(problem is None)


def _store(session: Session, kliks: Sequence[Klik]) -> list[None]:
    """One insert of many rows without ORM objects, and what earlier commits could not keep."""
    session.connection().execute(insert(KlikRij.__table__), [klik.rij for klik in kliks])  # type: ignore[arg-type]
    for klik in kliks:
        if klik.lost:
            _raise(session, klik.lost)
    return [None] * len(kliks)


def _raise(session: Session, lost: Mapping[str, int]) -> None:
    for actie_id, aantal in lost.items():
        raise_counter(session, TELLER + actie_id, aantal)


def raise_counter(session: Session, naam: str, aantal: int) -> None:
    """Add to a named counter, made on first use. The one writer makes look-then-add safe."""
    raised = session.execute(update(TellerRij).where(TellerRij.naam == naam).values(waarde=TellerRij.waarde + aantal))
    if not raised.rowcount:  # type: ignore[attr-defined]
        session.add(TellerRij(naam=naam, waarde=aantal))
        session.flush()
