"""Platform counts and replies: ask each netwerk, by the age of the post, what it counted and who answered.

Counts are kept under the netwerk's own names, each with its own date; replies become reacties without content.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties.model import BRONNEN
from hub.content import Channel, Counts, Listens, Measures, NeedsAttention, NotNow
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.tables import BezorgingRij
from hub.kanalen.accounts import Accounts, Rekening
from hub.kanalen.model import Kanaal
from hub.kanalen.tables import KanaalRij
from hub.kit.clock import Clock
from hub.kit.db import Db
from hub.kit.ids import row_id
from hub.tracking.nazorg import row_of, visible
from hub.tracking.reacties import note_replies, unknown
from hub.tracking.ronde import BEURT, Ronde
from hub.tracking.tables import MetingRij, NazorgRij

SCHEMA = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 180, 360, 1440, 4320, 10080, 40320))
"""When to measure after posting: 15 min, 1, 3, 6, 24, 72 h, 7 d, 28 d."""
LEZEN = (
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(days=1), timedelta(minutes=15)),
    (timedelta(days=3), timedelta(hours=1)),
    (SCHEMA[-1], timedelta(days=1)),
)
"""Until which age of a post its replies are read how often: most of them, and what matters most, come at once."""

MARGE = timedelta(days=1)
SPELING = timedelta(seconds=10)
"""A round that comes a little early counts as on time."""
OVERLAP = timedelta(minutes=10)
"""How far before the last reading replies are asked again: a netwerk shows some later than they were written."""
PORTIE = 500
"""New replies that are kept in one write: in between others write, however many people answer."""


def due(posted: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether a moment of the schedule has passed since the last measurement. Pure."""
    return any(posted + step <= now and (last is None or last < posted + step) for step in SCHEMA)


def listen_due(posted: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether it is time to read replies (again), by the age of the post. Pure."""
    every = next((every for until, every in LEZEN if now - posted <= until), None)
    return every is not None and (last is None or now - last >= every - SPELING)


@dataclass(frozen=True, slots=True)
class Beurt:
    """What to ask about one post now: its counts, its replies since a moment (None: not now)."""

    post: Bezorging
    meten: bool
    sinds: datetime | None


class Meter:
    """Measures posts that are due and reads their replies. `steeds`: at every round, for a demonstration."""

    def __init__(self, db: Db, accounts: Accounts, clock: Clock, *, steeds: bool = False, beurt: float = BEURT) -> None:
        self._db, self._clock, self._steeds = db, clock, steeds
        self._ronde = Ronde(db, accounts, clock, "meten", beurt=beurt)

    async def run_once(self) -> int:
        """One round over all posts that are out; returns of how many all that was asked was answered."""
        now = self._clock.now()
        beurten = await self._db.read(lambda s: {beurt.post.id: beurt for beurt in _turns(s, now, self._steeds)})

        async def ask(account: Rekening, post: Bezorging) -> bool:
            return await self._ask(account, beurten[post.id])

        return await self._ronde.langs([beurt.post for beurt in beurten.values()], _may_ask, ask)

    async def stop(self) -> None:
        """Leave what is under way; what is due is found again at the next start."""
        await self._ronde.stop()

    async def _ask(self, account: Rekening, beurt: Beurt) -> bool:
        """Counts first, then replies: that the one fails says nothing of the other. What was answered is kept."""
        post, channel = beurt.post, account.channel
        errors = list[Exception]()
        asked = False
        if beurt.meten:
            asked = await _tried(self._count(channel, post), errors)
        if beurt.sinds is not None and isinstance(channel, Listens) and "reacties" in channel.can():
            asked = await _tried(self._listen(channel, post, beurt.sinds), errors)
        if errors:
            raise errors[0]
        return asked

    async def _count(self, channel: Channel, post: Bezorging) -> None:
        counts: Counts = {}
        if isinstance(channel, Measures) and "meten" in channel.can():
            counts = (await channel.measure([post.receipt])).get(post.ref, {})
        now = self._clock.now()
        await self._db.write(lambda s: _keep_counts(s, post, counts, now))

    async def _listen(self, channel: Listens, post: Bezorging, sinds: datetime) -> None:
        # What comes in while they are read is not lost: the next time starts from before this.
        now = self._clock.now()
        replies = await channel.replies(post.receipt, sinds)
        moments = {reply.ref: reply.at for reply in replies}
        bron, new = await self._db.read(
            lambda s: (_bron(s, post.kanaal), list(unknown(s, post.actie_id, post.kanaal, moments).items()))
        )
        for begin in range(0, len(new), PORTIE):
            await self._db.write(partial(_keep_replies, post, bron, dict(new[begin : begin + PORTIE])))
        await self._db.write(lambda s: _note_read(s, post, now))


async def _tried(deed: Awaitable[None], errors: list[Exception]) -> bool:
    """Do it; what is wrong with the whole account is raised, what is wrong with this alone is noted."""
    try:
        await deed
    except (NotNow, NeedsAttention):
        raise
    except Exception as error:
        errors.append(error)
    return True


def _may_ask(kanaal: Kanaal) -> bool:
    return kanaal.aan and not kanaal.gepauzeerd


def _turns(session: Session, now: datetime, steeds: bool) -> list[Beurt]:
    """Posts that are out and young enough, of which something is due."""
    found = session.execute(
        select(BezorgingRij, NazorgRij)
        .outerjoin(NazorgRij, NazorgRij.bezorging_id == BezorgingRij.id)
        .where(
            BezorgingRij.soort.in_(("publiceren", "corrigeren")),
            BezorgingRij.staat == "verzonden",
            BezorgingRij.bevestigd_op > now - SCHEMA[-1] - MARGE,
            visible(),
        )
    )
    beurten = [_turn(delivery.as_bezorging(row), nazorg, now, steeds) for row, nazorg in found]
    return [beurt for beurt in beurten if beurt.meten or beurt.sinds is not None]


def _turn(post: Bezorging, nazorg: NazorgRij | None, now: datetime, steeds: bool) -> Beurt:
    """What is due of this post. At each moment of the schedule all replies are read again: some show late."""
    posted, begin = post.bevestigd_op or now, post.gestart_op or post.gemaakt_op
    gemeten, gelezen = (nazorg.gemeten_op, nazorg.gelezen_op) if nazorg else (None, None)
    meten, whole = steeds or due(posted, gemeten, now), steeds or due(posted, gelezen, now)
    if gelezen is None or whole:
        sinds = begin
    else:
        sinds = max(begin, gelezen - OVERLAP)
    return Beurt(post, meten, sinds if whole or listen_due(posted, gelezen, now) else None)


def _keep_counts(session: Session, post: Bezorging, counts: Counts, now: datetime) -> None:
    session.add_all(
        MetingRij(
            id=row_id(), actie_id=post.actie_id, kanaal=post.kanaal, ref=post.ref, naam=naam, waarde=waarde, op=now
        )
        for naam, waarde in counts.items()
    )
    row_of(session, post.id).gemeten_op = now


def _bron(session: Session, kanaal: str) -> str:
    netwerk = session.scalar(select(KanaalRij.netwerk).where(KanaalRij.naam == kanaal))
    return netwerk if netwerk is not None and netwerk in BRONNEN else "onbekend"


def _keep_replies(post: Bezorging, bron: str, replies: Mapping[str, datetime], session: Session) -> None:
    note_replies(session, post.actie_id, post.kanaal, bron, replies)


def _note_read(session: Session, post: Bezorging, now: datetime) -> None:
    row_of(session, post.id).gelezen_op = now
