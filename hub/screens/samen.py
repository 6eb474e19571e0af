"""Facts that share a commit: a thousand players that fetch at once cost a few writes, not a thousand.

At most one batch is with the writer; what comes meanwhile is the next. A lone fact waits for its own commit only.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from hub.kit.db import Db

LIMIT = 5_000
"""Facts in one write: it must not hold up a withdrawal for long."""

T = TypeVar("T")


class Samen(Generic[T]):
    """`await keep(fact)` on one event loop: whether `work` said that it was kept; raises when the write failed."""

    def __init__(self, db: Db, work: Callable[[Session, Sequence[T]], Collection[T]]) -> None:
        self._db = db
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[bool]]] = []
        self._writing = False

    async def keep(self, fact: T) -> bool:
        """Wait until this is on disk; what comes in while a batch is being written goes together in the next."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((fact, answer))
        if not self._writing:
            self._send()
        return await answer

    def _send(self) -> None:
        """At once, not in a later turn of the loop: a fact keeps its place before what is asked after it."""
        batch, self._waiting = self._waiting[:LIMIT], self._waiting[LIMIT:]
        self._writing = True
        facts = [fact for fact, _ in batch]
        written = asyncio.wrap_future(self._db.submit(lambda session: self._work(session, facts)))
        written.add_done_callback(lambda written: self._done(batch, written))

    def _done(
        self, batch: Sequence[tuple[T, "asyncio.Future[bool]"]], written: "asyncio.Future[Collection[T]]"
    ) -> None:
        self._writing = False
        problem = written.exception()
        kept = () if problem is not None else written.result()
        for fact, answer in batch:
            if answer.done():  # the player hung up
                continue
            if problem is not None:
                answer.set_exception(problem)
            else:
                answer.set_result(fact in kept)
        if self._waiting:
            self._send()
