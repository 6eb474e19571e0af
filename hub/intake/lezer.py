"""Reads the sources of config.yaml while the hub runs, each at its own interval."""

import asyncio
from datetime import datetime, timedelta

from hub.intake.balie import IntakeDesk
from hub.intake.poll import Samenvatting, run_intake
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.config import Bron, Config
from hub.kit.db import Db


class Bronlezer:
    """Call `tick` often; it reads only what is due. A source that is slow or down holds up no other."""

    def __init__(self, desk: IntakeDesk, db: Db, config: Config, clock: Clock) -> None:
        self._desk, self._db, self._config, self._clock = desk, db, config, clock
        self._next: dict[str, datetime] = {}
        self._last: dict[str, str] = {}

    async def tick(self) -> list[Samenvatting]:
        """Read every source whose interval is over and say what happened."""
        now = self._clock.now()
        due = [bron for bron in self._config.bronnen if self._next.get(bron.naam, now) <= now]
        for bron in due:
            self._next[bron.naam] = now + timedelta(seconds=bron.interval_seconden)
        return list(await asyncio.gather(*(self._read(bron) for bron in due)))

    async def _read(self, bron: Bron) -> Samenvatting:
        sender = self._config.compatibel.sender
        summary = await run_intake(self._desk, self._db, bron, bron.url, self._clock, sender=sender)
        stand = summary.uitkomst.stand
        # Once per change: a source that is down for a night would fill the log.
        if stand != self._last.get(bron.naam):
            log.get("intake").info("bron", bron=bron.naam, stand=stand)
        self._last[bron.naam] = stand
        return summary
