"""How the hub is doing, for pages that only show how many alarms there are: measured once for all of a second."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from hub.desk.toestand import Toestand, opnemen
from hub.kit.config import Config
from hub.kit.db import Db

VERS = timedelta(seconds=1)
"""So old may a measurement be: it writes to the disk, which a page that is opened should not cost every time."""


class Meter:
    """`nu` measures and remembers; `kort` gives what is remembered while it is fresh. The time is the caller's."""

    def __init__(
        self,
        db: Db,
        config: Config,
        hartslag: Callable[[], float | None],
        handmatig: Callable[[str], bool] = lambda netwerk: False,
    ) -> None:
        self._db, self._config, self._hartslag, self._handmatig = db, config, hartslag, handmatig
        self._known: Toestand | None = None
        self._one = asyncio.Lock()

    async def nu(self, now: datetime) -> Toestand:
        """How it is at this moment."""
        self._known = await opnemen(self._db, self._config, now, self._hartslag(), self._handmatig)
        return self._known

    async def kort(self, now: datetime) -> Toestand:
        """How it was less than a second ago; pages that are opened together wait for one measurement."""
        async with self._one:
            known = self._known
            # A clock that was set back makes nothing fresh for ever.
            if known is not None and timedelta(0) <= now - known.meting.op < VERS:
                return known
            return await self.nu(now)
