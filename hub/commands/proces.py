"""One running hub: opens everything in the right order, keeps it going, and closes it again."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from hub.commands.parts import Parts
from hub.commands.vastgelegd import provision
from hub.compose.templates import Templates
from hub.content import Timeouts
from hub.delivery.reconcile import Reconciler
from hub.delivery.worker import Worker
from hub.desk import klok, reservekopie
from hub.desk.beelden import Beelden, eerste_kaart
from hub.desk.bellen import Beller
from hub.desk.desk import Desk
from hub.desk.gesprek import Gesprek
from hub.desk.gezondheid import Bewaker
from hub.desk.tekenproces import Tekenproces
from hub.intake.lezer import Bronlezer
from hub.kanalen.accounts import Accounts
from hub.kanalen.registry import Registry
from hub.kit import log, migrate
from hub.kit.clock import Clock, SystemClock, monotonic
from hub.kit.config import Config
from hub.kit.databases import open_db
from hub.kit.ernaast import Ernaast
from hub.kit.processen import Hartslag
from hub.kit.secrets import open_vault
from hub.screens.board import ScreenBoard
from hub.toegang.users import Inloggen
from hub.tracking.board import LinkBoard
from hub.tracking.kliks import Kliks
from hub.tracking.meten import Meter
from hub.tracking.modereren import Moderator
from hub.web.atelier import Atelier
from hub.web.deps import Deps
from hub.web.statisch import Bestanden

WANTED_FILES = 20_000
VOORRANG = 0.03
"""Seconds that the posts of a started actie get before its schermen are written down."""


class Hub:
    """Web, worker and ticker of one process. `start` before use, `stop` at the end; `deps` is for the web.

    Without `web` it only works: no boards, nothing to ask it.
    """

    _scheduler: AsyncIOScheduler | None = None

    def __init__(
        self,
        config: Config,
        parts: Parts,
        clock: Clock | None = None,
        *,
        meet_steeds: bool = False,
        web: bool = True,
    ) -> None:
        self.config, self.clock = config, clock or SystemClock()
        self.db = open_db(config.db_url)
        self.vault = open_vault(config.pad(config.sleutelbestand))
        self.registry = Registry(parts.channels)
        limits = config.bezorging
        timeouts = Timeouts(connect=limits.verbinden_seconden, total=limits.totaal_seconden)
        self.accounts = Accounts(self.db, self.registry, self.vault, timeouts)
        self.renderer = parts.renderer()
        self.desk = Desk(self.db, self.accounts, Templates(parts.templates / "posts"), self.vault, config, self.clock)
        self.beller = Beller(self.desk)
        self.gesprek = Gesprek(self.desk)
        self.bewaker = Bewaker(self.desk)
        self.tekenproces = Tekenproces(self.renderer, parts.tekenproces, eerste_kaart(config))
        self.beelden = Beelden(self.db, self.tekenproces, self.vault, config, self.clock)
        self.desk.vooruit, self.desk.voorrang = self.beelden.vooruit, partial(asyncio.sleep, VOORRANG)
        self.atelier = Atelier(self.renderer)
        self.screens = ScreenBoard(self.db, self.renderer, self.vault, config, self.clock)
        self.links = LinkBoard(self.db, self.clock)
        self.kliks = Kliks(self.db, self.clock)
        self.hartslag = Hartslag(
            self.db,
            self.clock,
            soort="serve" if web else "work",
            lease=limits.lease_seconden,
            journaal=str(config.pad(config.bewaren.journaal)),
        )
        self.worker = Worker(
            self.db,
            self.accounts,
            self.beelden.for_post,
            self.clock,
            self.hartslag,
            folder=config.pad(config.sleutelbestand).parent / "aanroepen",
            gelijktijdig=limits.gelijktijdig,
            voorbeeld=config.voorbeeld,
            getekend=self.beelden.begun,
        )
        self.desk.meteen, self.desk.ernaast = self.worker.meteen, self._beside
        self.reconciler = Reconciler(
            self.db,
            self.accounts,
            self.clock,
            seconden=limits.opzoeken_seconden,
            minuten=limits.opzoeken_minuten,
        )
        self.meter = Meter(self.db, self.accounts, self.clock, steeds=meet_steeds)
        self.moderator = Moderator(self.db, self.accounts, self.clock)
        self.sources = Bronlezer(self.desk, self.db, config, self.clock)
        self._meet_steeds, self._web, self._root = meet_steeds, web, parts.root
        self.inloggen = Inloggen(self.db, self.clock, uren=config.bewaren.sessie_uren)
        self._ernaast, self._log = Ernaast(), log.get("hub")

    def deps(self) -> Deps:
        """What the web works with."""
        return Deps(
            db=self.db,
            desk=self.desk,
            gesprek=self.gesprek,
            config=self.config,
            clock=self.clock,
            vault=self.vault,
            registry=self.registry,
            accounts=self.accounts,
            screens=self.screens,
            links=self.links,
            kliks=self.kliks,
            renderer=self.renderer,
            atelier=self.atelier,
            inloggen=self.inloggen,
            bestanden=Bestanden.van(self._root),
            wortel=self._root,
            beeld=self.beelden.for_post,
            hartslag=self._age,
        )

    def _age(self) -> float | None:
        seen = self.worker.last_round
        return None if seen is None else monotonic() - seen

    async def start(self) -> None:
        """Claim the database, bring it up to date, then start what works by itself."""
        raise_file_limit()
        self.db.claim()
        migrate.upgrade(self.db.engine)
        now = self.clock.now()
        await self.db.write(lambda s: provision(s, self.desk, now))
        self.beelden.follow()
        if self._web:
            self.links.start()
            await self.screens.start()
        await self.hartslag.start()
        await self._settle_past()
        await self.worker.start()
        self._tick()
        self.tekenproces.begin()

    async def _settle_past(self) -> None:
        """Before anything is sent: what the journal knows as ended is ended, and the other way round."""
        try:
            if await reservekopie.is_stil(self.db):
                await reservekopie.speel_terug(self.desk)
            await klok.complete_journal(self.desk)
        except OSError as error:
            self.desk.journaal.gemist = True
            self._log.error("het journaal van intrekkingen is niet te lezen of te schrijven", fout=type(error).__name__)

    def _tick(self) -> None:
        """The ticker wakes housekeeping; it holds no work, so a missed tick loses nothing."""
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone="UTC",
        )
        for_all: list[tuple[float, Callable[[], Coroutine[Any, Any, object]]]] = [
            (1, lambda: klok.release_due(self.desk)),
            (1, lambda: klok.light_due(self.desk)),
            (2, lambda: klok.end_due(self.desk)),
            (1, lambda: klok.follow_ended(self.desk)),
            (1, self.beller.ring_due),
            (2, self.beller.remind_due),
            (self.config.bezorging.opzoeken_seconden, self.reconciler.run_once),
            (5, lambda: klok.clean_disk(self.desk)),
            (5 if self._meet_steeds else 60, self.meter.run_once),
            (2, self.moderator.run_once),
            (1, self.sources.tick),
            (1, self.gesprek.tick),
            (60, self.bewaker.run_once),
            (5, lambda: klok.keep(self.desk)),
            (3600, lambda: klok.purge(self.desk)),
            (3600, self.gesprek.purge),
        ]
        for_each: list[tuple[float, Callable[[], Coroutine[Any, Any, object]]]] = [
            (1, self._notice_others),
            (5, lambda: klok.repair_journal(self.desk)),
        ]
        for seconds, work in for_each:
            self._scheduler.add_job(self._quietly, "interval", seconds=seconds, args=[work])
        for seconds, work in for_all:
            self._scheduler.add_job(self._if_leading, "interval", seconds=seconds, args=[work])
        self._scheduler.start()

    async def _if_leading(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Chores of the whole hub are done by the process that has lived longest."""
        if self.hartslag.leidt and not self.hartslag.over:
            await self._quietly(work)

    async def _quietly(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """One failing round is logged and tried again at the next tick."""
        try:
            await work()
        except asyncio.CancelledError:
            # Only the stopping ticker cancels a round, and would print a trace of it; the next start finds the work.
            return
        except Exception as error:
            self._log.error("taak van de klok mislukt", fout=log.redact(str(error)))

    async def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin what nobody waits for; what `stop` cuts off, the clock of the next start does."""
        self._ernaast.begin(work)

    async def _notice_others(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.db.poll_signals)

    async def stop(self) -> None:
        """Finish what is under way; what is not begun waits in the database for the next start."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        await self._ernaast.stop()
        await self.worker.stop()
        await self.hartslag.stop()
        await self.beelden.stop()
        await self.tekenproces.stop()
        self.atelier.close()
        if self._web:
            await self.screens.stop()
        await self.beller.settled()
        await self.gesprek.stop()
        await self.meter.stop()
        await self.moderator.stop()
        await self.accounts.close()
        await self.kliks.drain()
        self.db.close()


@contextlib.asynccontextmanager
async def running(hub: Hub) -> AsyncIterator[Hub]:
    """A started hub for the length of an `async with` block."""
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


def raise_file_limit() -> None:
    """Ten thousand screens are ten thousand open connections; the usual limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
