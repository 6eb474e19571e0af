"""What is looked at beforehand is judged and drawn one at a time, apart from what has to leave or to go."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.content import PosterRequest
from hub.web.atelier import Atelier, Vertrokken
from tests.web.deurbel import bel
from tests.web.huis import Huis, Tekenaar
from tests.web.test_ui_doen import Browser

VRAGEN = [PosterRequest("staand-1080x1920"), PosterRequest("kaart-1200x630")]


class Bezoeker:
    """Who asks, and may go while it takes long."""

    weg = False

    async def gone(self) -> bool:
        await asyncio.sleep(0)
        return self.weg


@pytest.fixture
def tekenaar() -> Tekenaar:
    return Tekenaar()


@pytest.fixture
def atelier(tekenaar: Tekenaar) -> Iterator[Atelier]:
    made = Atelier(tekenaar)
    yield made
    tekenaar.houd.set()
    made.close()


async def test_a_second_visitor_waits_until_the_first_has_every_verdict(atelier: Atelier, tekenaar: Tekenaar) -> None:
    tekenaar.houd.clear()
    first = asyncio.ensure_future(atelier.judge(VRAGEN, Bezoeker().gone))
    await asyncio.to_thread(tekenaar.bezig.wait, 10)
    second = asyncio.ensure_future(atelier.judge(VRAGEN, Bezoeker().gone))
    await asyncio.to_thread(int)
    assert tekenaar.gekeurd == VRAGEN[:1]
    tekenaar.houd.set()
    assert list(await first) == [each.formaat for each in VRAGEN]
    assert await second == await first
    assert tekenaar.gekeurd == [*VRAGEN, *VRAGEN]


async def test_for_a_visitor_who_goes_nothing_more_is_begun(atelier: Atelier, tekenaar: Tekenaar) -> None:
    tekenaar.houd.clear()
    bezoekers = [Bezoeker() for _ in range(3)]
    judging = [asyncio.ensure_future(atelier.judge(VRAGEN, each.gone)) for each in bezoekers]
    picture = asyncio.ensure_future(atelier.draw(VRAGEN[0], 10, 10, bezoekers[0].gone))
    waits = asyncio.ensure_future(atelier.draw(VRAGEN[0], 20, 20, bezoekers[1].gone))
    await asyncio.to_thread(tekenaar.bezig.wait, 10)
    bezoekers[0].weg = bezoekers[1].weg = True
    tekenaar.houd.set()
    done = await asyncio.gather(*judging, picture, waits, return_exceptions=True)
    assert [type(each) for each in done[:2]] == [Vertrokken, Vertrokken]
    assert isinstance(done[4], Vertrokken)
    assert tekenaar.gekeurd == [VRAGEN[0], *VRAGEN], "one for the first, who was still there; all for the last"
    assert len(tekenaar.getekend) <= 1


async def test_a_picture_comes_between_the_verdicts_of_another(atelier: Atelier, tekenaar: Tekenaar) -> None:
    tekenaar.houd.clear()
    judging = asyncio.ensure_future(atelier.judge(VRAGEN, Bezoeker().gone))
    await asyncio.to_thread(tekenaar.bezig.wait, 10)
    picture = asyncio.ensure_future(atelier.draw(VRAGEN[0], 10, 10, Bezoeker().gone))
    await asyncio.to_thread(int)
    tekenaar.houd.set()
    await asyncio.wait({judging, picture}, return_when=asyncio.FIRST_COMPLETED)
    assert picture.done()
    await judging


@pytest.mark.parametrize("onder", ["posters", "posters/staand-1080x1920.jpg"])
def test_a_withdrawal_does_not_wait_for_who_looks_at_posters(huis: Huis, onder: str) -> None:
    meldkamer = Browser(huis, "meldkamer")
    pad = meldkamer.lopend()
    tekenaar, portal = huis.deps.renderer, huis.client.portal
    assert isinstance(tekenaar, Tekenaar)
    assert portal is not None

    async def one_thread() -> None:
        """The one that withdrawals use, so small that anything else in it would be in their way."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))

    portal.call(one_thread)
    tekenaar.bezig.clear()
    tekenaar.houd.clear()
    with ThreadPoolExecutor(2) as people:
        try:
            looking = people.submit(meldkamer.get, f"{pad}/{onder}")
            assert tekenaar.bezig.wait(10)
            withdrawn = people.submit(meldkamer.post, f"{pad}/intrekken", {"reden": "gevonden"})
            assert withdrawn.result(10).status_code == 303
            assert not looking.done()
        finally:
            tekenaar.houd.set()
        looking.result(10)


@pytest.mark.parametrize("pad", ["{}/posters", "{}/posters/staand-1080x1920.jpg", "/api/v1{}/voorbeelden"])
def test_for_who_has_left_before_the_turn_came_nothing_is_done(huis: Huis, pad: str) -> None:
    adres = pad.format(Browser(huis, "meldkamer").lopend())
    tekenaar, portal = huis.deps.renderer, huis.client.portal
    assert isinstance(tekenaar, Tekenaar)
    assert portal is not None
    before = len(tekenaar.gekeurd), len(tekenaar.getekend)
    answer = portal.call(bel, huis.client.app, "GET", adres, huis.kop("meldkamer"))
    assert (answer.status, answer.body) == (499, b"")
    assert (len(tekenaar.gekeurd), len(tekenaar.getekend)) == before


async def test_other_work_on_a_picture_comes_between_the_verdicts_too(atelier: Atelier, tekenaar: Tekenaar) -> None:
    tekenaar.houd.clear()
    judging = asyncio.ensure_future(atelier.judge(VRAGEN, Bezoeker().gone))
    await asyncio.to_thread(tekenaar.bezig.wait, 10)
    name = asyncio.ensure_future(atelier.aside(lambda: threading.current_thread().name))
    await asyncio.to_thread(int)
    tekenaar.houd.set()
    assert (await name).startswith("atelier")
    await judging
