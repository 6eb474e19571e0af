"""Use cases that are asked for at the same time and that one visit to the database can do for all."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from hub.kit.db import Db

T = TypeVar("T")
R = TypeVar("R")


class Samen(Generic[T, R]):
    """`await samen(item)`: what `work` makes of it, together with whatever else is asked in the meantime.

    There is no timer: a lone item goes at once; what arrives while its commit is under way is the next round, of at
    most `limit`. When
    a round fails each of its items is done alone, so that one fault is the fault of one.
    """

    def __init__(self, db: Db, work: Callable[[Session, Sequence[T]], Sequence[R]], *, limit: int = 1000) -> None:
        self._db, self._work, self._limit = db, work, limit
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._busy = False

    async def __call__(self, item: T) -> R:
        """The outcome for this item, once it is on disk."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, answer))
        if not self._busy:
            self._busy = True
            # After this turn of the loop, so that all who ask in it share the first round.
            loop.call_soon(self._send)
        return await answer

    def _send(self) -> None:
        round_, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
        self._submit(round_)

    def _submit(self, asked: list[tuple[T, asyncio.Future[R]]]) -> None:
        loop = asyncio.get_running_loop()
        future = self._db.submit(lambda session: list(self._work(session, [item for item, _ in asked])))
        future.add_done_callback(lambda done: loop.call_soon_threadsafe(self._settle, asked, done))

    def _settle(self, asked: list[tuple[T, asyncio.Future[R]]], done: "Future[list[R]]") -> None:
        error = done.exception()
        if error is not None and len(asked) > 1:
            for single in asked:
                self._submit([single])
        elif error is not None:
            _tell(asked[0][1], error)
        else:
            for (_, answer), result in zip(asked, done.result(), strict=True):
                if not answer.done():
                    answer.set_result(result)
        if self._waiting:
            self._send()
        else:
            self._busy = False


def _tell(answer: "asyncio.Future[R]", error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
