"""Platform counts and replies: asked at fixed moments, kept under their own names, never with what people wrote."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from hub.content import NeedsAttention, NotNow, Reply, Unknown
from hub.delivery.tables import BezorgingRij
from hub.kanalen.accounts import Accounts
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.tracking.meten import LEZEN, SCHEMA, Meter, due, listen_due
from hub.tracking.reacties import note_replies
from hub.tracking.statistieken import as_json, statistieken
from hub.tracking.tables import ReactieRij
from tests.builders import NU, Klok
from tests.tracking.bouw import ACTIE
from tests.tracking.netten import Netten, accounts, plaats

HALF_UUR = timedelta(minutes=30)


@pytest.fixture
def netten() -> Netten:
    return Netten()


@pytest.fixture
def rekeningen(db: Db, vault: Vault, tmp_path: Path, netten: Netten) -> Accounts:
    return accounts(db, vault, tmp_path, netten)


@pytest.fixture
def meter(db: Db, vault: Vault, klok: Klok, rekeningen: Accounts) -> Meter:
    """A meter over one post that went out at NU."""
    plaats(db, vault)
    return Meter(db, rekeningen, klok)


def reach(db: Db) -> list[dict[str, object]]:
    found = db.read_sync(lambda session: as_json(statistieken(session, ACTIE)))
    return [stand for rij in found["kanalen"] for stand in rij["bereik"]]


def reacties(db: Db) -> list[ReactieRij]:
    return db.read_sync(lambda session: session.query(ReactieRij).order_by(ReactieRij.op).all())


@pytest.mark.parametrize(
    ("minutes", "last", "measure"),
    [(5, None, False), (15, None, True), (20, 16, False), (61, 16, True), (60 * 24 * 40, 60 * 24 * 28, False)],
)
def test_a_post_is_measured_at_its_moments(minutes: int, last: int | None, measure: bool) -> None:
    before = None if last is None else NU + timedelta(minutes=last)
    assert due(NU, before, NU + timedelta(minutes=minutes)) == measure


def asks(every: timedelta, until: timedelta) -> tuple[int, int]:
    """How often a post is measured and its replies are read by a round that comes this often."""
    now, measured, read, counts, replies = NU, None, None, 0, 0
    while now - NU <= until:
        if due(NU, measured, now):
            measured, counts = now, counts + 1
        if listen_due(NU, read, now):
            read, replies = now, replies + 1
        now += every
    return counts, replies


def test_replies_are_read_each_minute_in_the_first_hour_and_counts_twice() -> None:
    assert asks(timedelta(minutes=1), timedelta(hours=1)) == (2, 61)


def test_in_four_weeks_a_post_is_measured_eight_times_and_read_less_and_less() -> None:
    counts, replies = asks(timedelta(minutes=1), SCHEMA[-1] + timedelta(days=1))
    assert counts == len(SCHEMA)
    assert replies == 61 + 23 * 4 + 48 + 25
    assert not listen_due(NU, None, NU + LEZEN[-1][0] + timedelta(days=1))


async def test_counts_are_kept_with_their_date(db: Db, klok: Klok, meter: Meter, netten: Netten) -> None:
    await meter.run_once()
    assert netten["proef-x"].keer("meten") == 0
    klok.verder(minutes=15)
    assert await meter.run_once() == 1
    assert await meter.run_once() == 0
    netten["proef-x"].views = 90
    klok.verder(minutes=45)
    await meter.run_once()
    assert reach(db) == [{"naam": "weergaven", "waarde": 90, "op": "2026-03-01T14:05:00.000Z"}]


async def test_a_netwerk_that_counts_nothing_is_not_asked_at_every_round(klok: Klok, meter: Meter,
                                                                        netten: Netten) -> None:  # fmt: skip
    netten["proef-x"].kan = frozenset({"reacties"})
    klok.verder(hours=2)
    assert [await meter.run_once() for _ in range(3)] == [1, 0, 0]
    assert netten["proef-x"].gevraagd == [("reacties", "post-1")]


async def test_a_reply_read_twice_is_one_reactie_without_its_words(
    db: Db, klok: Klok, meter: Meter, netten: Netten
) -> None:
    netten["proef-x"].replies.append(Reply("antwoord-1", NU, "ik zag haar bij de brug"))
    for _ in range(2):
        klok.verder(hours=1)
        await meter.run_once()
    [row] = reacties(db)
    assert (row.route, row.bron, row.kanaal, row.op) == ("messenger", "mastodon", "proef-x", NU)
    assert not any("brug" in str(value) for value in vars(row).values())


async def test_only_what_is_new_is_read_again_and_all_of_it_with_each_measurement(
    db: Db, klok: Klok, meter: Meter, netten: Netten
) -> None:
    net = netten["proef-x"]
    await meter.run_once()
    klok.verder(minutes=14)
    await meter.run_once()
    klok.verder(minutes=0.9)
    net.replies.append(Reply("laat-1", NU + timedelta(minutes=1), "Het netwerk toonde dit pas later."))
    await meter.run_once()
    assert net.sinds[-1] == NU + timedelta(minutes=4)
    assert reacties(db) == []
    klok.verder(minutes=0.1)
    await meter.run_once()
    assert net.sinds[-1] < NU + timedelta(minutes=1)
    assert [row.ref for row in reacties(db)] == ["laat-1"]


async def test_a_very_long_reference_of_a_stranger_costs_nobody_his_reactie(
    db: Db, meter: Meter, netten: Netten
) -> None:
    lang = "at://did:web:" + "a" * 240 + ".example/app.bsky.feed.post/3reactie22222"
    netten["proef-x"].replies += [Reply(lang, NU), Reply("kort", NU)]
    assert await meter.run_once() == 1
    assert {row.ref for row in reacties(db)} == {lang, "kort"}


async def test_a_network_that_is_down_is_asked_again(klok: Klok, meter: Meter, netten: Netten) -> None:
    netten["proef-x"].fout["meten"] = ConnectionError("het netwerk is weg")
    klok.verder(hours=1)
    assert await meter.run_once() == 0
    netten["proef-x"].fout.clear()
    assert await meter.run_once() == 1
    assert netten["proef-x"].keer("meten") == 2


async def test_counts_that_fail_do_not_cost_the_replies_and_the_other_way_round(
    db: Db, klok: Klok, meter: Meter, netten: Netten
) -> None:
    net = netten["proef-x"]
    net.replies.append(Reply("antwoord-1", NU))
    net.fout["meten"] = Unknown("onleesbaar")
    klok.verder(hours=1)
    assert await meter.run_once() == 0
    assert len(reacties(db)) == 1
    net.fout = {"reacties": Unknown("onleesbaar")}
    klok.verder(minutes=15)
    assert await meter.run_once() == 0
    assert len(reach(db)) == 1


async def test_one_failing_kanaal_or_post_stops_no_other(
    db: Db, vault: Vault, klok: Klok, meter: Meter, netten: Netten
) -> None:
    plaats(db, vault, versie=2, soort="corrigeren")
    plaats(db, vault, "proef-y")
    netten["proef-x"].fout["meten post-1"] = RuntimeError("een fout die niemand voorzag")
    netten["proef-y"].fout["meten"] = NeedsAttention("token ingetrokken")
    klok.verder(minutes=20)
    assert await meter.run_once() == 1
    assert netten["proef-x"].keer("meten") == 2
    await meter.run_once()
    assert netten["proef-x"].gevraagd[-1] == ("meten", "post-1")
    assert netten["proef-y"].keer("meten") == 1, "een kanaal dat een mens nodig heeft, blijft even met rust"


async def test_kanalen_are_asked_side_by_side(db: Db, vault: Vault, klok: Klok, meter: Meter, netten: Netten) -> None:
    plaats(db, vault, "proef-y")
    klok.verder(minutes=20)
    netten["proef-x"].wacht = netten["proef-y"].wacht = asyncio.Event()

    async def let_go() -> None:
        while not (netten["proef-x"].gevraagd and netten["proef-y"].gevraagd):
            await asyncio.sleep(0)
        netten["proef-x"].wacht.set()  # type: ignore[union-attr]

    async with asyncio.timeout(20):
        done, _ = await asyncio.gather(meter.run_once(), let_go())
    assert done == 2


async def test_a_kanaal_that_hangs_loses_its_turn_and_nothing_else(
    db: Db, vault: Vault, klok: Klok, rekeningen: Accounts, netten: Netten
) -> None:
    plaats(db, vault)
    plaats(db, vault, "proef-y")
    klok.verder(minutes=20)
    netten["proef-x"].wacht = asyncio.Event()
    assert await Meter(db, rekeningen, klok, beurt=3).run_once() == 1
    assert len(reach(db)) == 1


async def test_a_post_on_which_a_turn_was_lost_goes_last_in_the_next(
    db: Db, vault: Vault, klok: Klok, rekeningen: Accounts, netten: Netten
) -> None:
    plaats(db, vault)
    plaats(db, vault, versie=2, soort="corrigeren")
    meter, net = Meter(db, rekeningen, klok, beurt=3), netten["proef-x"]
    net.wacht = asyncio.Event()
    await meter.run_once()
    net.wacht.set()
    klok.verder(minutes=1)
    assert await meter.run_once() == 2
    eerst, daarna, toen = [ref for _, ref in net.gevraagd]
    assert eerst == toen != daarna


async def test_a_netwerk_that_asks_us_to_wait_is_left_alone_for_that_long(
    klok: Klok, meter: Meter, netten: Netten
) -> None:
    netten["proef-x"].fout["reacties"] = NotNow("even wachten", after=300)
    for minutes in (0, 1, 3):
        klok.verder(minutes=minutes)
        await meter.run_once()
    assert netten["proef-x"].keer("reacties") == 1
    klok.verder(minutes=1)
    await meter.run_once()
    assert netten["proef-x"].keer("reacties") == 2


async def test_no_reference_is_asked_for_on_another_account(db: Db, klok: Klok, meter: Meter, netten: Netten) -> None:
    def moved(session: object) -> None:
        for row in session.query(BezorgingRij):  # type: ignore[attr-defined]
            row.ref_extra = '{"rekening": "een ander account"}'

    db.write_sync(moved)
    klok.verder(hours=1)
    assert await meter.run_once() == 0
    assert netten["proef-x"].gevraagd == []


async def test_a_message_to_one_subscriber_is_not_measured(
    db: Db, vault: Vault, klok: Klok, rekeningen: Accounts, netten: Netten
) -> None:
    plaats(db, vault, doel="abonnee-1")
    klok.verder(hours=1)
    assert await Meter(db, rekeningen, klok).run_once() == 0
    assert netten == {}


async def test_thousands_of_replies_are_kept_by_portions_between_which_others_may_write(
    db: Db, meter: Meter, netten: Netten
) -> None:
    netten["proef-x"].replies += [Reply(f"r{number % 1200}", NU) for number in range(1300)]
    await db.write(lambda s: note_replies(s, ACTIE, "proef-x", "mastodon", {"r3": NU}))
    done: list[int] = []

    def hear(_c: object, _k: object, statement: str, values: Sequence[object], *_: object) -> None:
        if statement.startswith("INSERT INTO reactie"):
            done.append(len(values))
        elif statement == "COMMIT" and done[-1:] != [0]:
            done.append(0)

    event.listen(db.engine, "before_cursor_execute", hear)
    assert await meter.run_once() == 1
    assert [size for size in done if size] == [500, 500, 199]
    assert "500, 500" not in str(done), "each portion is a transaction of its own"
    assert len(reacties(db)) == 1200
