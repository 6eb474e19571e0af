"""What is asked at the same time and one visit to the database can do for all: items share rounds.

At most one round is with the writer; what comes meanwhile is the next. There is no timer that collects: a lone item
waits for one commit, a busy hub pays one commit for hundreds.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from hub.kit.db import Db

TURNS = 3
"""What arrives together is read in a few turns of the loop, each of some microseconds when there is little."""
T = TypeVar("T")
R = TypeVar("R")


class Ronde(Generic[T, R]):
    """Items that share a commit. `done`: per item what became of it, or the error, once that is on disk."""

    __slots__ = ("done", "items")

    def __init__(self, item: T) -> None:
        self.items = [item]
        self.done: asyncio.Future[list[R | Exception]] = asyncio.get_running_loop().create_future()


class Samen(Generic[T, R]):
    """`await samen(item)` on one event loop: what `work` makes of it; raises what went wrong with it.

    A round holds at most `limit` items. When one fails each of its items is done alone, so that one fault is the
    fault of one. The first round begins with its first item, or with all that is asked in those `turn`s of the loop,
    which takes a commit less. So it does for a `crowd`, thousands of small facts a second, of which a round fails
    whole, because as many single tries would hold up everything else.
    """

    def __init__(
        self,
        db: Db,
        work: Callable[[Session, Sequence[T]], Sequence[R]],
        *,
        limit: int = 1000,
        turn: bool = False,
        crowd: bool = False,
    ) -> None:
        self._db, self._work, self._limit, self._crowd = db, work, limit, crowd
        self._turn = turn or crowd
        self._going = False
        self._busy: Ronde[T, R] | None = None
        self._next: deque[Ronde[T, R]] = deque()

    async def __call__(self, item: T) -> R:
        """The outcome for this item, once it is on disk."""
        ronde = self.join(item)
        place = len(ronde.items) - 1
        # A caller that goes away takes nobody with it.
        outcome = (await asyncio.shield(ronde.done))[place]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def join(self, item: T) -> Ronde[T, R]:
        """The round in which this item goes, as the last of it so far.

        Without `turn` the first goes at once: it keeps its place before what is asked of the writer after it.
        """
        if self._next and len(self._next[-1].items) < self._limit:
            self._next[-1].items.append(item)
        else:
            self._next.append(Ronde(item))
        ronde = self._next[-1]
        if not self._going:
            self._going = True
            self._after(TURNS if self._turn else 0)
        return ronde

    def _after(self, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._after, turns - 1)
        else:
            self._go()

    @property
    def waiting(self) -> int:
        """How many items wait for their round to begin."""
        return sum(len(ronde.items) for ronde in self._next)

    async def drain(self) -> None:
        """Wait until everything that was asked for has its outcome."""
        while self._going:
            await asyncio.shield((self._busy or self._next[0]).done)

    def _go(self) -> None:
        self._busy = ronde = self._next.popleft()
        self._ask(ronde.items).add_done_callback(lambda asked: self._settle(ronde, asked))

    def _ask(self, items: Sequence[T]) -> "asyncio.Future[list[R]]":
        try:
            return asyncio.wrap_future(self._db.submit(lambda session: list(self._work(session, items))))
        except Exception as error:  # the database was closed: whoever waits must hear it
            refused: asyncio.Future[list[R]] = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused

    def _settle(self, ronde: Ronde[T, R], asked: "asyncio.Future[list[R]]") -> None:
        error = asked.exception()
        if isinstance(error, Exception) and not self._crowd and len(ronde.items) > 1:
            singles = asyncio.gather(*(self._ask([item]) for item in ronde.items), return_exceptions=True)
            singles.add_done_callback(lambda singles: self._finish(ronde, [_one(found) for found in singles.result()]))
        elif error is not None:
            self._finish(ronde, [_error(error)] * len(ronde.items))
        else:
            self._finish(ronde, list(asked.result()))

    def _finish(self, ronde: Ronde[T, R], outcomes: "list[R | Exception]") -> None:
        ronde.done.set_result(outcomes)
        self._busy = None
        self._going = bool(self._next)
        if self._going:
            self._go()


def _one(found: "Sequence[R] | BaseException") -> "R | Exception":
    return _error(found) if isinstance(found, BaseException) else found[0]


def _error(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(f"afgebroken: {type(error).__name__}")
