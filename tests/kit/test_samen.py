"""Use cases that share one visit to the database."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.db import Db
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


async def test_what_is_asked_together_is_done_together_and_each_hears_its_own(db: Db) -> None:
    werk = Werk()
    samen = Samen(db, werk)
    assert await asyncio.gather(samen("a"), samen("bb"), samen("ccc")) == [1, 2, 3]
    assert werk.samen == [3]
    assert await samen("dddd") == 4
    assert kept(db) == {"a", "bb", "ccc", "dddd"}


async def test_one_that_fails_fails_alone(db: Db) -> None:
    samen = Samen(db, Werk())
    first, broken, last = await asyncio.gather(samen("a"), samen("stuk"), samen("b"), return_exceptions=True)
    assert (first, last) == (1, 1)
    assert isinstance(broken, LookupError)
    assert kept(db) == {"a", "b"}


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
