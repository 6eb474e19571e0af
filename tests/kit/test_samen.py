"""Use cases that share one visit to the database."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.db import DatabaseError, Db
from hub.kit.samen import Samen
from hub.tracking.tables import TellerRij


class Werk:
    """Writes a counter per name, and remembers how many came together."""

    def __init__(self) -> None:
        self.samen: list[int] = []

    def __call__(self, session: Session, namen: Sequence[str]) -> list[int]:
        self.samen.append(len(namen))
        for naam in namen:
            if naam == "stuk":
                raise LookupError(naam)
            session.add(TellerRij(naam=naam, waarde=1))
        return [len(naam) for naam in namen]


def kept(db: Db) -> set[str]:
    return set(db.read_sync(lambda s: list(s.scalars(select(TellerRij.naam)))))


async def test_the_first_goes_at_once_and_what_comes_meanwhile_is_the_next_round(db: Db) -> None:
    werk = Werk()
    samen = Samen(db, werk)
    assert [*await asyncio.gather(samen("a"), samen("bb"), samen("ccc"))] == [1, 2, 3]
    assert await samen("dddd") == 4
    assert werk.samen == [1, 2, 1]
    assert kept(db) == {"a", "bb", "ccc", "dddd"}


async def test_what_is_asked_keeps_its_place_before_what_others_ask_of_the_writer_afterwards(db: Db) -> None:
    order: list[str] = []

    def work(_session: Session, namen: Sequence[str]) -> Sequence[str]:
        order.extend(namen)
        return namen

    samen = Samen(db, work)
    ronde = samen.join("eerst")
    await db.write(lambda _: order.append("daarna"))
    assert await ronde.done == ["eerst"]
    assert order == ["eerst", "daarna"]


async def test_a_round_is_never_larger_than_its_limit_and_rounds_go_one_by_one(db: Db) -> None:
    werk = Werk()
    samen = Samen(db, werk, limit=3)
    asked = [asyncio.ensure_future(samen(f"naam{number}")) for number in range(8)]
    await asyncio.wait(asked, timeout=0)
    assert samen.waiting == 7
    await samen.drain()
    assert (werk.samen, samen.waiting) == ([1, 3, 3, 1], 0)
    assert await asyncio.gather(*asked) == [5] * 8


async def test_one_that_fails_fails_alone_and_the_rest_waits_for_that(db: Db) -> None:
    werk = Werk()
    samen = Samen(db, werk, limit=3)
    said = await asyncio.gather(*map(samen, ("a", "b", "stuk", "c", "d")), return_exceptions=True)
    assert said[:2] + said[3:] == [1, 1, 1, 1]
    assert isinstance(said[2], LookupError)
    assert werk.samen == [1, 3, 1, 1, 1, 1]
    assert kept(db) == {"a", "b", "c", "d"}


async def test_what_is_asked_in_one_turn_of_the_loop_can_share_the_first_round(db: Db) -> None:
    werk = Werk()
    samen = Samen(db, werk, limit=2, turn=True)
    said = await asyncio.gather(*map(samen, ("a", "b", "stuk", "c")), return_exceptions=True)
    assert [type(one) for one in said] == [int, int, LookupError, int]
    assert werk.samen == [2, 2, 1, 1]


async def test_a_crowd_shares_the_first_round_of_its_turn_and_fails_whole(db: Db) -> None:
    werk = Werk()
    samen = Samen(db, werk, limit=2, crowd=True)
    said = await asyncio.gather(*map(samen, ("a", "b", "stuk", "c", "d")), return_exceptions=True)
    assert [type(one) for one in said] == [int, int, LookupError, LookupError, int]
    assert werk.samen == [2, 2, 1]
    assert kept(db) == {"a", "b", "d"}


async def test_after_the_database_was_closed_nobody_waits_for_ever(db: Db) -> None:
    samen = Samen(db, Werk())
    db.close()
    for _ in range(2):
        with pytest.raises(DatabaseError):
            await samen("a")


async def test_a_caller_that_goes_away_holds_up_nobody(db: Db) -> None:
    samen = Samen(db, Werk())
    gone = asyncio.create_task(samen("a"))
    stays = asyncio.create_task(samen("b"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 1
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert kept(db) == {"a", "b"}
