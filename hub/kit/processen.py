"""Who works on this database: a heartbeat per process, who is alive, and who does the chores of all.

Where several processes share a database, leases count by its clock. A process that froze for longer than its lease
is taken for dead: its work goes to another, and what it says afterwards is refused.
"""

import asyncio
import contextlib
import os
import platform
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.kit import log
from hub.kit.clock import Clock, monotonic
from hub.kit.db import Db
from hub.kit.ids import token
from hub.kit.tables import ProcesRij

FORGET = timedelta(days=1)
"""How long a process that stopped is still listed."""
BEATS_PER_LEASE = 4


def alive(db: Db, session: Session, here: datetime) -> list[ProcesRij]:
    """The processes whose lease is not over, oldest first."""
    rows = select(ProcesRij).where(ProcesRij.tot_op > db.now(session, here))
    return list(session.scalars(rows.order_by(ProcesRij.gestart_op, ProcesRij.id)))


class Hartslag:
    """The heartbeat of this process. `id` owns what it claims; `leidt` says whether it does the chores of all."""

    def __init__(self, db: Db, clock: Clock, *, soort: str, lease: float, journaal: str = "") -> None:
        self._db, self._clock, self._soort, self._journaal = db, clock, soort, journaal
        self._lease = timedelta(seconds=lease)
        self.id = token(9)
        self.leidt = db.alleen
        self._last = monotonic()
        self._task: asyncio.Task[None] | None = None
        self._log = log.get("hartslag")

    @property
    def over(self) -> bool:
        """Whether others may take this process for dead by now; then it must not begin anything."""
        return not self._db.alleen and monotonic() - self._last > self._lease.total_seconds()

    async def start(self) -> None:
        """Be known before any work is claimed, then keep beating."""
        await self._beat()
        self._task = asyncio.create_task(self._forever(), name="hartslag")

    async def stop(self) -> None:
        """Say goodbye, so that another takes over at once."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(SQLAlchemyError):
            await self._db.write_aside(lambda s: s.execute(delete(ProcesRij).where(ProcesRij.id == self.id)) and None)

    def others(self, session: Session, here: datetime) -> frozenset[str]:
        """The other processes that live, whose work must be left alone."""
        if self._db.alleen:
            return frozenset()
        return frozenset(row.id for row in alive(self._db, session, here)) - {self.id}

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / BEATS_PER_LEASE)
            try:
                await self._beat()
            except SQLAlchemyError as error:
                self._log.error("geen hartslag", fout=log.redact(str(error)))

    async def _beat(self) -> None:
        begin = monotonic()
        self.leidt = await self._db.write_aside(self._store)
        # From before the write: a lease must never seem longer to us than to the others.
        self._last = begin

    def _store(self, session: Session) -> bool:
        """Move our lease forward, clear away the dead; returns whether we are the oldest that lives."""
        here = self._clock.now()
        now = self._db.now(session, here)
        row = session.get(ProcesRij, self.id)
        if row is None:
            wie = platform.node()[:120], os.getpid()
            row = ProcesRij(id=self.id, soort=self._soort, machine=wie[0], pid=wie[1], gestart_op=now, tot_op=now)
            row.journaal = self._journaal
            session.add(row)
        row.tot_op = now + self._lease
        session.execute(delete(ProcesRij).where(ProcesRij.tot_op < now - FORGET))
        session.flush()
        return self._db.alleen or [row.id for row in alive(self._db, session, here)][:1] == [self.id]
