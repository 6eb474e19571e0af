"""Who is drawn for first, and what is dropped."""

import asyncio
import threading
from collections.abc import Sequence

from hub.screens.rij import BATCH, Rij, Werk


class Tekenaars:
    """Draws words in capitals; holds every thread until `door` is set."""

    def __init__(self) -> None:
        self.door = threading.Event()
        self.gedaan: list[list[str]] = []

    def __call__(self, batch: Sequence[Werk[str, str]]) -> list[str | Exception | None]:
        self.door.wait(10)
        self.gedaan.append([werk.opdracht for werk in batch])
        return [werk.opdracht.upper() if werk.nodig() else None for werk in batch]


def _keep(_werk: Werk[str, str], answer: str | Exception | None) -> str | None:
    return answer if isinstance(answer, str) else None


def _add(rij: Rij[str, str], woord: str, groep: str = "een", *, later: bool = True) -> "asyncio.Future[str | None]":
    return rij.picture((woord, 1, 1), groep, woord, lambda: True, later=later)


async def test_those_a_viewer_waits_for_come_first_and_the_rest_in_batches_of_one_actie() -> None:
    tekenaars = Tekenaars()
    rij = Rij(tekenaars, _keep)
    bezet = [_add(rij, f"bezet{number}") for number in range(rij.threads)]
    await asyncio.sleep(0)
    later = [_add(rij, f"later{number}", "een" if number % 2 else "twee") for number in range(60)]
    nu = _add(rij, "nu", later=False)
    await asyncio.sleep(0)
    _add(rij, "later7", later=False)
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
    rij = Rij(tekenaars, _keep)
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


async def test_a_sweep_leaves_what_came_in_the_place_of_what_went() -> None:
    tekenaars = Tekenaars()
    rij = Rij(tekenaars, _keep)
    bezet = [_add(rij, f"bezet{number}", "ander") for number in range(rij.threads)]
    await asyncio.sleep(0)
    oud = rij.picture(("oud", 1, 1), "een", "oud", lambda: False, later=False)
    nieuw = _add(rij, "nieuw")
    rij.sweep("een")
    assert await oud is None
    tekenaars.door.set()
    assert await nieuw == "NIEUW"
    await asyncio.gather(*bezet)
    rij.pool.shutdown()


def _told(_werk: Werk[str, str], answer: str | Exception | None) -> str:
    return f"fout: {answer}" if isinstance(answer, Exception) else "getekend"


async def test_when_drawing_a_batch_fails_as_a_whole_all_of_it_is_told_and_the_next_is_drawn() -> None:
    def draw(batch: Sequence[Werk[str, str]]) -> list[str | Exception | None]:
        if batch[0].groep == "stuk":
            raise MemoryError("vol")
        return [werk.opdracht for werk in batch]

    rij = Rij(draw, _told)
    stuk, daarna = [_add(rij, f"stuk{number}", "stuk") for number in range(3)], _add(rij, "heel", "heel")
    assert await asyncio.gather(*stuk) == ["fout: vol"] * 3
    assert await daarna == "getekend"
    await rij.close()


async def test_without_a_thread_to_draw_in_nobody_waits_for_ever() -> None:
    rij = Rij(Tekenaars(), _told)
    await rij.close()
    for _ in range(2):
        assert "shutdown" in str(await _add(rij, "laat"))
