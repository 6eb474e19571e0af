"""Platform counts and replies: asked at fixed moments, kept under their own names, never with what people wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy.orm import Session

from hub.content import Counts, Limits, Post, Receipt, Reply, Setting, Timeouts
from hub.delivery import store as delivery
from hub.delivery.model import Plan
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.tracking.meten import Meter, due
from hub.tracking.statistieken import as_json, statistieken
from hub.tracking.tables import ReactieRij
from tests.builders import NU, Klok
from tests.tracking.bouw import ACTIE


@dataclass
class Netwerk:
    """What a simulated network knows about our post."""

    views: int | None = 100
    replies: list[Reply] = field(default_factory=list)
    down: bool = False
    asked: int = 0


NETWERK = Netwerk()
"""Reset by the fixture `meter`."""


class Channel:
    """The wire of a test: counts and replies out of `NETWERK`."""

    naam: ClassVar[str] = "meetbaar"
    titel: ClassVar[str] = "Meetbaar"
    SETTINGS: ClassVar[tuple[Setting, ...]] = ()
    limits = Limits(500, 500)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        self.instellingen = instellingen

    def can(self) -> frozenset[str]:
        return frozenset({"meten", "reacties"})

    async def publish(self, post: Post, key: str) -> Receipt:
        return Receipt("1")

    async def close(self) -> None:
        return None

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]:
        NETWERK.asked += 1
        if NETWERK.down:
            raise ConnectionError("het netwerk is weg")
        return {receipt.ref: {"weergaven": NETWERK.views} for receipt in receipts}

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]:
        return NETWERK.replies


class Netwerken(Registry):
    """A registry with that one netwerk."""

    def load(self, netwerk: str) -> type[Channel]:
        """Always the simulated one."""
        return Channel


@pytest.fixture
def meter(db: Db, vault: Vault, klok: Klok, tmp_path: Path) -> Meter:
    """A meter over one post that went out at NU."""
    NETWERK.views, NETWERK.replies, NETWERK.down, NETWERK.asked = 100, [], False, 0
    plan = Plan(ACTIE, 1, "proef-x", "publiceren", "maakt", "tijdkritisch", oefening=False, marker="K7M2QX")

    def post(session: Session) -> None:
        kanalen.save(session, vault, KanaalInvoer("proef-x", "meetbaar"), NU)
        [id] = delivery.plan(session, [plan], NU)
        row = session.get_one(BezorgingRij, id)
        row.staat, row.ref, row.bevestigd_op = "verzonden", "post-1", NU

    db.write_sync(post)
    return Meter(db, Accounts(db, Netwerken(tmp_path), vault, Timeouts()), klok)


def reach(db: Db) -> list[dict[str, object]]:
    found = db.read_sync(lambda session: as_json(statistieken(session, ACTIE)))
    return [stand for rij in found["kanalen"] for stand in rij["bereik"]]


@pytest.mark.parametrize(
    ("minutes", "last", "measure"),
    [(5, None, False), (15, None, True), (20, 16, False), (61, 16, True), (60 * 24 * 40, 60 * 24 * 28, False)],
)
def test_a_post_is_measured_at_its_moments(minutes: int, last: int | None, measure: bool) -> None:
    before = None if last is None else NU + timedelta(minutes=last)
    assert due(NU, before, NU + timedelta(minutes=minutes)) == measure


async def test_counts_are_kept_with_their_date(db: Db, klok: Klok, meter: Meter) -> None:
    assert await meter.run_once() == 0
    klok.verder(minutes=15)
    assert await meter.run_once() == 1
    assert await meter.run_once() == 0
    NETWERK.views = 90
    klok.verder(minutes=45)
    await meter.run_once()
    assert reach(db) == [{"naam": "weergaven", "waarde": 90, "op": "2026-03-01T14:05:00.000Z"}]


async def test_a_reply_read_twice_is_one_reactie_without_its_words(db: Db, klok: Klok, meter: Meter) -> None:
    NETWERK.replies.append(Reply("antwoord-1", NU, "ik zag haar bij de brug"))
    for _ in range(2):
        klok.verder(hours=1)
        await meter.run_once()
    [row] = db.read_sync(lambda session: session.query(ReactieRij).all())
    assert (row.route, row.kanaal, row.op) == ("messenger", "proef-x", NU)
    assert not any("brug" in str(value) for value in vars(row).values())


async def test_a_network_that_is_down_is_asked_again(db: Db, klok: Klok, meter: Meter) -> None:
    NETWERK.down = True
    klok.verder(hours=1)
    assert await meter.run_once() == 0
    NETWERK.down = False
    assert await meter.run_once() == 1
    assert NETWERK.asked == 2
