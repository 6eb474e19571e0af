"""What is still to be drawn: what a viewer waits for comes first, what is about an actie that ended is dropped."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

THREADS = 1
"""Drawing is done under one lock of the interpreter: a second thread would draw no faster and hold up the loop."""
BATCH = 24
"""Pictures of one actie that a thread draws in one go: the photo is read once, the loop is woken once, and those who
wait for them share a commit."""

Key = tuple[str, int, int]
Taak = TypeVar("Taak")
Uit = TypeVar("Uit")


@dataclass(slots=True, eq=False)
class Werk(Generic[Taak, Uit]):
    """One picture to draw; `nodig` says whether it is still wanted, `groep` which actie it is about."""

    key: Key
    groep: str
    opdracht: Taak
    nodig: Callable[[], bool]
    klaar: "asyncio.Future[Uit | None]"


Tekenen = Callable[[Sequence[Werk[Taak, Uit]]], list["Uit | Exception | None"]]
Bewaren = Callable[[Werk[Taak, Uit], "Uit | Exception | None"], "Uit | None"]


class Rij(Generic[Taak, Uit]):
    """Used from the event loop; `draw` runs in a bounded pool of threads, `keep` says on the loop what became of it."""

    def __init__(self, draw: Tekenen[Taak, Uit], keep: Bewaren[Taak, Uit]) -> None:
        self._draw = draw
        self._keep = keep
        self.threads = THREADS
        self.pool = ThreadPoolExecutor(THREADS + 1, thread_name_prefix="render")
        self._nu: dict[Key, Werk[Taak, Uit]] = {}
        self._later: dict[Key, Werk[Taak, Uit]] = {}
        self._bezig = 0
        self._onderweg: dict[Key, asyncio.Future[Uit | None]] = {}

    def picture(
        self, key: Key, groep: str, opdracht: Taak, nodig: Callable[[], bool], *, later: bool
    ) -> "asyncio.Future[Uit | None]":
        """The picture, None when it was no longer wanted; who asks for the same one waits for the same drawing.

        Always wait through asyncio.shield. `later`: nobody waits for it yet.
        """
        if (found := self._onderweg.get(key)) is not None:
            if not later and (werk := self._later.pop(key, None)) is not None:
                self._nu[key] = werk
            return found
        klaar: asyncio.Future[Uit | None] = asyncio.get_running_loop().create_future()
        self._onderweg[key] = klaar
        (self._later if later else self._nu)[key] = Werk(key, groep, opdracht, nodig, klaar)
        self._go()
        return klaar

    def drop(self, groep: str) -> None:
        """Nobody wants these any more."""
        self._drop(lambda werk: werk.groep == groep)

    def sweep(self, groep: str) -> None:
        """Drop those of these that are no longer wanted; who waits for what came in their place still gets it."""
        self._drop(lambda werk: werk.groep == groep and not werk.nodig())

    def _drop(self, which: Callable[[Werk[Taak, Uit]], bool]) -> None:
        for rij in (self._nu, self._later):
            for key in [key for key, werk in rij.items() if which(werk)]:
                self._say(rij.pop(key), None)

    async def close(self) -> None:
        """Let what is being drawn finish, then stop the threads."""
        await asyncio.gather(*self._onderweg.values(), return_exceptions=True)
        self.pool.shutdown()

    def _go(self) -> None:
        while self._bezig < self.threads and (self._nu or self._later):
            batch = self._batch(self._nu or self._later)
            try:
                done = asyncio.get_running_loop().run_in_executor(self.pool, self._draw, batch)
            except RuntimeError as error:
                # The machine has no thread to give, or the pool is closed: nobody may wait for that for ever.
                self._say_all(batch, [error] * len(batch))
                continue
            self._bezig += 1
            done.add_done_callback(lambda done, batch=batch: self._done(batch, done))  # type: ignore[misc]

    def _batch(self, rij: dict[Key, Werk[Taak, Uit]]) -> list[Werk[Taak, Uit]]:
        """The oldest, and others of the same actie; never more than a fair share, so that all threads have work."""
        size = min(BATCH, -(-len(rij) // self.threads))
        groep = next(iter(rij.values())).groep
        keys = []
        for key, werk in rij.items():
            if werk.groep == groep:
                keys.append(key)
            if len(keys) == size:
                break
        return [rij.pop(key) for key in keys]

    def _done(self, batch: Sequence[Werk[Taak, Uit]], done: "asyncio.Future[list[Uit | Exception | None]]") -> None:
        self._bezig -= 1
        try:
            answers = done.result()
        except Exception as error:
            answers = [error] * len(batch)
        self._say_all(batch, answers)
        self._go()

    def _say_all(self, batch: Sequence[Werk[Taak, Uit]], answers: Sequence[Uit | Exception | None]) -> None:
        for werk, answer in zip(batch, answers, strict=True):
            self._say(werk, answer)

    def _say(self, werk: Werk[Taak, Uit], answer: Uit | Exception | None) -> None:
        del self._onderweg[werk.key]
        kept = self._keep(werk, answer)
        if not werk.klaar.done():
            werk.klaar.set_result(kept)
