"""Platform counts and replies: ask each netwerk, on a fixed schedule after posting, what it counted.

Counts are kept under the netwerk's own names, each with its own date; replies become reacties without content.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from hub.content import Counts, Listens, Measures, Reply
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db
from hub.kit.ids import row_id
from hub.tracking.reacties import note_reactie
from hub.tracking.tables import MetingRij

SCHEMA = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 180, 360, 1440, 4320, 10080, 40320))
"""When to measure after posting: 15 min, 1, 3, 6, 24, 72 h, 7 d, 28 d."""

MARGE = timedelta(days=1)

BRON_VAN_NETWERK = {"telegram": "telegram", "x": "x", "mastodon": "mastodon", "bluesky": "bluesky"}


def due(posted: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether a moment of the schedule has passed since the last measurement. Pure."""
    return any(posted + step <= now and (last is None or last < posted + step) for step in SCHEMA)


class Meter:
    """Measures posts that are due. `steeds` measures at every round, for a demonstration."""

    def __init__(self, db: Db, accounts: Accounts, clock: Clock, *, steeds: bool = False) -> None:
        self._db, self._accounts, self._clock, self._steeds = db, accounts, clock, steeds
        self._log = log.get("meten")

    async def run_once(self) -> int:
        """One round over all posts that are out; returns how many were measured."""
        now = self._clock.now()
        posts = await self._db.read(lambda s: _due_posts(s, now, self._steeds))
        return sum([await self._measure(post, now) for post in posts])

    async def _measure(self, post: Bezorging, now: datetime) -> bool:
        """Ask one netwerk about one post; a netwerk that does not answer is asked again next round."""
        try:
            kanaal = await self._db.read(lambda s: kanalen.get(s, post.kanaal))
            if kanaal is None or not kanaal.aan:
                return False
            channel = await self._accounts.get(kanaal.naam, kanaal.netwerk)
            counts: Counts = {}
            replies: Sequence[Reply] = ()
            if isinstance(channel, Measures) and "meten" in channel.can():
                counts = (await channel.measure([post.receipt])).get(post.ref, {})
            if isinstance(channel, Listens) and "reacties" in channel.can():
                replies = await channel.replies(post.receipt, post.gestart_op or post.gemaakt_op)
        except Exception as error:
            self._log.warning("meten lukte niet", kanaal=post.kanaal, fout=log.redact(str(error)))
            return False
        bron = BRON_VAN_NETWERK.get(kanaal.netwerk, "onbekend")
        await self._db.write(lambda s: _keep(s, post, counts, replies, bron, now))
        return True


def _due_posts(session: Session, now: datetime, steeds: bool) -> list[Bezorging]:
    """Posts that are out, young enough for the schedule, and past one of its moments since the last measurement."""
    removal = aliased(BezorgingRij)
    removed = exists().where(removal.van_id == BezorgingRij.id, removal.soort == "intrekken")
    ids = session.scalars(
        select(BezorgingRij.id).where(
            BezorgingRij.soort == "publiceren",
            BezorgingRij.staat == "verzonden",
            BezorgingRij.bevestigd_op > now - SCHEMA[-1] - MARGE,
            ~removed,
        )
    )
    newest = select(MetingRij.kanaal, MetingRij.ref, func.max(MetingRij.op)).group_by(MetingRij.kanaal, MetingRij.ref)
    last = {(kanaal, ref): op for kanaal, ref, op in session.execute(newest)}
    posts = [post for post in map(partial(delivery.get, session), ids) if post is not None and post.ref]
    return [p for p in posts if steeds or due(p.bevestigd_op or now, last.get((p.kanaal, p.ref)), now)]


def _keep(
    session: Session, post: Bezorging, counts: Counts, replies: Sequence[Reply], bron: str, now: datetime
) -> None:
    session.add_all(
        MetingRij(
            id=row_id(), actie_id=post.actie_id, kanaal=post.kanaal, ref=post.ref, naam=naam, waarde=waarde, op=now
        )
        for naam, waarde in counts.items()
    )
    for reply in replies:
        note_reactie(
            session,
            actie_id=post.actie_id,
            route="messenger",
            bron=bron,
            kanaal=post.kanaal,
            ref=reply.ref,
            now=reply.at,
        )
