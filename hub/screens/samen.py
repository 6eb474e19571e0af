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
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, fact: T) -> bool:
        """Wait until this is on disk, together with everything else that came in meanwhile."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((fact, answer))
        if self._writing is None:
            self._writing = loop.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LIMIT], self._waiting[LIMIT:]
                facts = [fact for fact, _ in batch]
                try:
                    kept = await self._db.write(lambda session, facts=facts: self._work(session, facts))  # type: ignore[misc]
                except Exception as error:
                    _settle(batch, lambda answer, _, error=error: answer.set_exception(error))  # type: ignore[misc]
                else:
                    _settle(batch, lambda answer, fact, kept=kept: answer.set_result(fact in kept))  # type: ignore[misc]
        finally:
            self._writing = None


def _settle(
    batch: Sequence[tuple[T, "asyncio.Future[bool]"]], say: Callable[["asyncio.Future[bool]", T], None]
) -> None:
    """Answer those who still wait: a player may have hung up."""
    for fact, answer in batch:
        if not answer.done():
            say(answer, fact)
