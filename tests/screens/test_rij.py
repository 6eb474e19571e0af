"""Who is drawn for first, what is dropped, and facts that share a commit."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.kit.db import Db
from hub.screens.rij import BATCH, Rij, Werk
from hub.screens.samen import Samen


class Tekenaars:
    """Draws words in capitals; holds every thread until `door` is set."""

    def __init__(self) -> None:
        self.door = threading.Event()
        self.gedaan: list[list[str]] = []

    def __call__(self, batch: Sequence[Werk[str, str]]) -> list[str | Exception | None]:
        self.door.wait(10)
        self.gedaan.append([werk.opdracht for werk in batch])
        return [werk.opdracht.upper() if werk.nodig() else None for werk in batch]


def _add(rij: Rij[str, str], woord: str, groep: str = "een", *, later: bool = True) -> "asyncio.Task[str | None]":
    return asyncio.ensure_future(rij.picture((woord, 1, 1), groep, woord, lambda: True, later=later))


async def test_those_a_viewer_waits_for_come_first_and_the_rest_in_batches_of_one_actie() -> None:
    tekenaars = Tekenaars()
    rij = Rij(tekenaars)
    bezet = [_add(rij, f"bezet{number}") for number in range(rij.threads)]
    await asyncio.sleep(0)
    later = [_add(rij, f"later{number}", "een" if number % 2 else "twee") for number in range(60)]
    nu = _add(rij, "nu", later=False)
    await asyncio.sleep(0)
    rij.hurry(("later7", 1, 1))
    tekenaars.door.set()
    assert await nu == "NU"
    assert await asyncio.gather(*later) == [f"LATER{number}" for number in range(60)]
    await asyncio.gather(*bezet)
    woorden = [woord for batch in tekenaars.gedaan for woord in batch if not woord.startswith("bezet")]
    assert set(woorden[:2]) == {"nu", "later7"}
    assert all(len(batch) <= BATCH for batch in tekenaars.gedaan)
    assert all(len({int(woord[5:]) % 2 for woord in batch}) == 1 for batch in tekenaars.gedaan if "later" in batch[0])
    rij.pool.shutdown()


async def test_a_thousand_pictures_of_an_actie_that_ended_are_dropped_before_any_is_drawn() -> None:
    tekenaars = Tekenaars()
    rij = Rij(tekenaars)
    bezet = [_add(rij, f"bezet{number}", "ander") for number in range(rij.threads)]
    await asyncio.sleep(0)
    weg = [_add(rij, f"weg{number}", later=bool(number % 2)) for number in range(1000)]
    await asyncio.sleep(0)
    rij.drop("een")
    assert set(await asyncio.gather(*weg)) == {None}
    tekenaars.door.set()
    await asyncio.gather(*bezet)
    assert len(tekenaars.gedaan) == rij.threads
    rij.pool.shutdown()


async def test_facts_that_come_together_are_one_write_and_a_failed_one_says_so(db: Db) -> None:
    batches: list[Sequence[int]] = []

    def work(session: Session, facts: Sequence[int]) -> set[int]:
        batches.append(facts)
        if 13 in facts:
            session.execute(text("SELECT * FROM bestaat_niet"))
        return {fact for fact in facts if fact % 2}

    samen = Samen(db, work)
    assert await asyncio.gather(*(samen.keep(number) for number in range(10))) == [False, True] * 5
    assert batches == [[0], list(range(1, 10))]
    with pytest.raises(Exception, match="bestaat_niet"):
        await samen.keep(13)
    assert await samen.keep(3)
