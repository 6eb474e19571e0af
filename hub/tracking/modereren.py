"""Replies under posts about a person: closed or limited as soon as the post is out, tried again until it holds.

This comes after the post and never holds one up: a row of the post itself is not touched.
"""

import random
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hub.content import Moderates, NotNow, Refused, moderaties
from hub.delivery.model import Bezorging
from hub.kanalen.accounts import Accounts, Rekening
from hub.kanalen.model import Kanaal
from hub.kanalen.rules import waits
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db
from hub.tracking import nazorg
from hub.tracking.ronde import Ronde

BEGIN, LANGST = 2.0, 300.0
GEDULD = 1.5
"""Seconds after which a slow kanaal no longer holds up the next round of the others."""
STRAKS = timedelta(hours=1)
"""When an account that cannot close replies is looked at again: it may be given that right."""


def wait(poging: int, after: float | None, willekeur: float) -> timedelta:
    """How long to wait after failed try number `poging` (from 1), or as long as the netwerk asked. Pure."""
    own = min(LANGST, BEGIN * 2.0 ** min(poging, 10)) * (0.5 + willekeur / 2)
    return timedelta(seconds=min(max(own, after or 0.0), 3 * LANGST))


class Moderator:
    """Closes replies under posts about a person, kanalen side by side."""

    def __init__(self, db: Db, accounts: Accounts, clock: Clock, *, geduld: float = GEDULD) -> None:
        self._db, self._clock = db, clock
        self._ronde = Ronde(db, accounts, clock, "modereren", geduld=geduld)

    async def run_once(self) -> int:
        """One round over the posts whose replies are still open; returns of how many they are closed now."""
        now = self._clock.now()
        posts = await self._db.read(lambda s: nazorg.to_close(s, now))
        return await self._ronde.langs(posts, lambda kanaal: _may_ask(kanaal, now), self._close)

    async def stop(self) -> None:
        """Leave what is under way; replies that are open are found again at the next start."""
        await self._ronde.stop()

    async def _close(self, account: Rekening, post: Bezorging) -> bool:
        channel = account.channel
        if not isinstance(channel, Moderates) or "sluiten" not in moderaties(channel):
            await self._db.write(lambda s: self._later(s, post))
            return False
        try:
            await channel.close_replies(post.receipt)
        except Exception as error:
            problem = error
            await self._db.write(lambda s: self._failed(s, post, problem))
            raise
        now = self._clock.now()
        await self._db.write(lambda s: _closed(s, post, now))
        return True

    def _later(self, session: Session, post: Bezorging) -> None:
        nazorg.row_of(session, post.id).weer_op = self._clock.now() + STRAKS

    def _failed(self, session: Session, post: Bezorging, error: Exception) -> None:
        """What the netwerk refuses for good stays refused; all else is tried again."""
        row = nazorg.row_of(session, post.id)
        row.pogingen += 1
        row.fout = log.redact(str(error)) or type(error).__name__
        if isinstance(error, Refused):
            row.reacties = nazorg.GEWEIGERD
            return
        after = error.after if isinstance(error, NotNow) else None
        row.weer_op = self._clock.now() + wait(row.pogingen, after, random.random())  # noqa: S311 - guards nothing


def _closed(session: Session, post: Bezorging, now: datetime) -> None:
    row = nazorg.row_of(session, post.id)
    row.reacties, row.dicht_op, row.fout = nazorg.DICHT, now, ""


def _may_ask(kanaal: Kanaal, now: datetime) -> bool:
    """As for a removal: a stop of posts does not stop what protects people, a kanaal at rest is left alone."""
    return not kanaal.gepauzeerd and waits(kanaal.rem, now, weg=True) is None
