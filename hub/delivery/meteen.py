"""The first posts of an actie leave with the commit that starts it: no wake-up, no second look, no second commit.

What a use case hands over is claimed inside its own transaction, by the rules of every claim, and of what needs nothing
more the intent is committed with it. It begins after that commit and never before.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import Context, copy_context
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from hub.delivery.model import Bezorging
from hub.kanalen.accounts import Rekening
from hub.kit.db import Db

T = TypeVar("T")
Rekeningen = Mapping[str, Rekening | Exception]
Claimed = tuple[list[Bezorging], Mapping[str, bool]]
"""What was claimed, and of which the intent was committed with it: whether it may begin, by id."""


class Rit(Protocol):
    """One use case and the posts that leave with it."""

    def take(self, session: Session, posts: Sequence[Bezorging]) -> None:
        """Inside the transaction that planned these posts: claim those that may begin."""

    async def write(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a transaction; what it took begins as soon as that is on disk."""


class Straks:
    """Where nothing in this process sends: what was planned waits for the worker that hears of the commit."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def take(self, session: Session, posts: Sequence[Bezorging]) -> None:
        """Nothing begins here."""

    async def write(self, work: Callable[[Session], T]) -> T:
        """As the database does it."""
        return await self._db.write(work)


class Handen:
    """The bezorgingen that this process has in its hands, from before the commit that says so until their outcome.

    Also asked and told in the thread of the writer. One that is settled and claimed again may be held twice.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()

    def take(self, ids: Iterable[str]) -> None:
        """From here on these are in hand."""
        with self._lock:
            self._held.update(ids)

    def leave(self, ids: Iterable[str]) -> None:
        """Whoever held these is done with them."""
        with self._lock:
            for bezorging_id in ids:
                self._held[bezorging_id] -= 1
                if self._held[bezorging_id] <= 0:
                    del self._held[bezorging_id]

    def all(self) -> frozenset[str]:
        """What is in hand now."""
        with self._lock:
            return frozenset(self._held)


class Meteen:
    """A use case in a process with a worker. `claim` runs inside its transaction, `begin` after the commit.

    `under_way` holds the use cases of which the posts have yet to begin.
    """

    def __init__(
        self,
        db: Db,
        handen: Handen,
        under_way: "set[asyncio.Task[Any]]",
        claim: Callable[[Session, Sequence[Bezorging]], Claimed],
        begin: Callable[[Iterable[Bezorging], Mapping[str, bool]], None],
    ) -> None:
        self._db, self._handen, self._under_way = db, handen, under_way
        self._claim, self._begin = claim, begin
        self._claimed: list[Bezorging] = []
        self._bedoeld: Mapping[str, bool] = {}

    def take(self, session: Session, posts: Sequence[Bezorging]) -> None:
        """See Rit; once per try. In the thread of the writer: who gives back what lies idle there, finds these in
        hand."""
        self._claimed, self._bedoeld = self._claim(session, posts)
        self._handen.take(item.id for item in self._claimed)

    async def write(self, work: Callable[[Session], T]) -> T:
        """See Rit. When this fails nothing begins; were it on disk after all, it is given back as not sent."""
        whole = asyncio.get_running_loop().create_task(self._whole(work))
        self._under_way.add(whole)
        whole.add_done_callback(self._under_way.discard)
        # A caller that goes away does not undo the write, so neither may it keep the posts from leaving.
        return await asyncio.shield(whole)

    async def _whole(self, work: Callable[[Session], T]) -> T:
        def anew(session: Session) -> T:
            self._drop()  # of a try that the database undid
            return work(session)

        loop = asyncio.get_running_loop()
        try:
            return await self._db.write(anew, partial(self._out, loop, copy_context()))
        finally:
            self._drop()

    def _out(self, loop: asyncio.AbstractEventLoop, context: Context, left: float) -> None:
        """In the thread of the writer, that tells the boards once this returns: what they read then would take turns
        with the calls that begin, and a post is looked at by more people than any of our pages."""
        gone = threading.Event()
        loop.call_soon_threadsafe(self._leave, gone, context=context)
        gone.wait(left)

    def _leave(self, gone: threading.Event) -> None:
        self._begin(self._claimed, self._bedoeld)
        self._drop()
        asyncio.get_running_loop().call_soon(gone.set)  # behind the first step of each call

    def _drop(self) -> None:
        self._handen.leave(item.id for item in self._claimed)
        self._claimed, self._bedoeld = [], {}
