"""The worker: wakes when something is due, claims it, and has it sent; takes over from processes that died."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.delivery import aanroepen, claim
from hub.delivery.aanroepen import Aanroepen
from hub.delivery.meteen import Handen, Meteen, Rekeningen
from hub.delivery.model import Bezorging
from hub.delivery.sending import ImageSource, Sender
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts, Rekening
from hub.kit import log
from hub.kit.clock import Clock, monotonic
from hub.kit.db import DatabaseError, Db
from hub.kit.processen import Hartslag

POLL_SECONDS = 1.0


class Worker:
    """Runs until stopped; `gelijktijdig` calls per account and lane, over all processes. One worker per process.

    `folder` is the place on this machine where each process keeps which calls it began. `getekend`: whether the picture
    of a post is drawn or under way while its actie starts, so that it need not be asked for twice.
    """

    def __init__(
        self,
        db: Db,
        accounts: Accounts,
        images: ImageSource,
        clock: Clock,
        hartslag: Hartslag,
        *,
        gelijktijdig: int,
        voorbeeld: bool,
        folder: Path,
        getekend: Callable[[Bezorging], bool] = lambda item: False,
    ) -> None:
        self._db, self._accounts, self._clock, self._hartslag = db, accounts, clock, hartslag
        self._folder = folder
        calls = Aanroepen(folder, hartslag.id)
        self._sender = Sender(
            db, images, accounts.adres, clock, hartslag, calls, voorbeeld=voorbeeld, getekend=getekend
        )
        self._gelijktijdig = gelijktijdig
        self._daarna: datetime | None = None
        self._wake = asyncio.Event()
        self._running: dict[asyncio.Task[None], Bezorging] = {}
        self._handen = Handen()
        self._ritten: set[asyncio.Task[Any]] = set()
        self._stopt = False
        self._log = log.get("bezorging")
        self._loop_task: asyncio.Task[None] | None = None
        self._swept = monotonic()
        self.last_round: float | None = None

    async def start(self) -> None:
        """Take over what the dead left behind, then work. The heartbeat runs already."""
        await self.take_over()
        await self.clear_away()
        loop = asyncio.get_running_loop()
        self._db.listen(lambda _serial: loop.call_soon_threadsafe(self._wake.set))
        self._loop_task = asyncio.create_task(self._run(), name="bezorging")

    async def stop(self) -> None:
        """Stop taking new work and wait for the calls that are under way."""
        self._stopt = True
        if self._loop_task is not None:
            self._loop_task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop_task
        if self._ritten:
            await asyncio.wait(self._ritten, timeout=30)
        if self._running:
            await asyncio.wait(self._running, timeout=30)
        now = self._clock.now()
        with contextlib.suppress(SQLAlchemyError, DatabaseError):
            # The loop may have ended while its claim was being committed: of that nothing was sent.
            await self._db.write(lambda s: self._give_up(s, now))
        self._sender.close()

    def _give_up(self, session: Session, now: datetime) -> Counter[str]:
        """In the thread of the writer: nothing is claimed between asking what is in hand and looking what is not."""
        return claim.give_up(session, self._hartslag.id, self._handen.all(), self._sender.begonnen, now)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            self._daarna = None
            try:
                if monotonic() - self._swept >= POLL_SECONDS:
                    await self.take_over()
                await self.round()
                self.last_round = monotonic()
            except Exception as error:
                # A full disk or a locked file must not end the worker; the next round tries again.
                self._log.error("ronde mislukt", fout=log.redact(str(error)))
            pause = self._pause()
            with contextlib.suppress(TimeoutError):
                # Not wait_for: before Python 3.12 that loses a cancellation which arrives together with the wake-up.
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    def _pause(self) -> float:
        """Seconds until the next row is due, at most the safety poll. What was planned since then wakes by itself."""
        if self._daarna is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.02, (self._daarna - self._clock.now()).total_seconds()))

    async def round(self) -> int:
        """Claim what is due and start it; returns how many calls were started."""
        now = self._clock.now()
        if self._hartslag.over:
            return 0

        def look(session: Session) -> tuple[claim.Uitzicht, Mapping[str, tuple[str, bytes]]]:
            found = claim.look(session, now)
            return found, kanalen.sealed(session, found.posts) if found.posts else {}

        uitzicht, sealed = await self._db.read(look)
        self._daarna = uitzicht.daarna
        if not uitzicht.begint:
            return 0
        # Read before the claim: the first calls may begin with the commit that claims them.
        accounts = self._accounts.opened(uitzicht.posts, sealed)
        limits = self._accounts.limits()

        def work(session: Session) -> tuple[list[Bezorging], Mapping[str, bool]]:
            claimed = claim.claim(session, self._hartslag.id, now, limits, self._gelijktijdig)
            return claimed, self._sender.vertrek.at_once(session, claimed, accounts)

        claimed, bedoeld = await self._db.write(work)
        known = [item for item in claimed if item.kanaal in accounts]
        # What may begin already waits for nothing that has to be read.
        self._begin(known, bedoeld, accounts)
        if others := [item for item in claimed if item.kanaal not in accounts]:
            self._begin(others, bedoeld, await self._opened({item.kanaal for item in others}))
        return len(claimed)

    def meteen(self, rekeningen: Rekeningen) -> Meteen:
        """For one use case that makes an actie live: its first posts leave on these accounts with its own commit."""
        limits = {naam: each.channel.limits for naam, each in rekeningen.items() if isinstance(each, Rekening)}

        def take(session: Session, posts: Sequence[Bezorging]) -> tuple[list[Bezorging], Mapping[str, bool]]:
            if self._stopt:
                return [], {}
            first = partial(claim.claim_first, session, self._clock.now(), limits, self._gelijktijdig, posts)
            return self._sender.vertrek.with_start(session, first, rekeningen)

        return Meteen(self._db, self._handen, self._ritten, take, partial(self._begin, accounts=rekeningen))

    def _begin(self, items: Iterable[Bezorging], bedoeld: Mapping[str, bool], accounts: Rekeningen) -> None:
        for item in items:
            self._handen.take([item.id])
            task = asyncio.create_task(self._sender.deliver(item, accounts[item.kanaal], bedoeld.get(item.id)))
            self._running[task] = item
            task.add_done_callback(self._finished)

    async def _opened(self, namen: Collection[str]) -> Rekeningen:
        """The accounts of these kanalen; the reason where one cannot be made or the database does not answer."""
        try:
            return await self._accounts.load(namen) if namen else {}
        except SQLAlchemyError as error:
            return dict.fromkeys(namen, error)

    async def take_over(self) -> int:
        """Give back what dead processes held, and what is ours only by a commit we never heard of.

        Called at the start and then every second; returns how many rows were given back.
        """
        self._swept = monotonic()
        owner, now = self._hartslag.id, self._clock.now()

        def orphans(session: Session) -> tuple[set[str], bool]:
            levend = self._hartslag.others(session, now) | {owner}
            return claim.held_by_others(session, levend), claim.held_idle(session, owner, self._handen.all())

        dead, idle = await self._db.read(orphans)
        if not dead and not idle:
            return 0
        begun = {gone: aanroepen.begun(self._folder, gone) for gone in dead}

        def work(session: Session) -> tuple[Counter[str], frozenset[str]]:
            levend, bezig = self._hartslag.others(session, now) | {owner}, self._handen.all()
            return claim.recover(session, now, levend, begun) + self._give_up(session, now), bezig

        back, bezig = await self._db.write(work)
        # What went out of our hands since then was not looked at: that it began must be known the next time.
        self._sender.begonnen &= bezig | self._handen.all()
        for gone in dead:
            if begun[gone] is not None:
                aanroepen.forget(self._folder, gone)
        if back:
            self._log.warning("werk overgenomen", **back)
            self._wake.set()
        return back.total()

    async def clear_away(self) -> None:
        """Remove what dead processes kept of calls of which nothing is in doubt any more."""
        dead = aanroepen.abandoned(self._folder)
        held = await self._db.read(lambda s: claim.held_by_others(s, ())) if dead else set()
        for gone in dead - held:
            aanroepen.forget(self._folder, gone)

    async def drain(self) -> None:
        """Wait until every call that is under way has settled (used by tests and at shutdown)."""
        while self._running:
            await asyncio.wait(list(self._running))

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._handen.leave([self._running.pop(task).id])
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("bezorging afgebroken", fout=log.redact(str(error)))
