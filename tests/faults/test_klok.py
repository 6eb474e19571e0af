"""The clock of the machine jumps: nothing goes out twice, no removal waits for it, an actie ends when it should."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bench.faults.clock import NACHTEN, SPRONGEN, JumpingClock
from hub.acties import store as acties
from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.delivery import claim, store
from hub.desk import klok
from hub.kit import config as settings
from hub.kit.clock import monotonic
from hub.kit.config import Config
from hub.kit.db import Db
from hub.toegang.model import Wie
from tests.builders import NU, een_invoer
from tests.delivery.test_store import POST
from tests.stories.conftest import ACCOUNTS, Proefnet, Until

MELDKAMER = Wie("meldkamer", "meldkamer")
WEEK = 10_080
"""Minutes; longer than any jump."""
SNEL = 10.0
"""Seconds in which a removal is everywhere, whatever the clock says."""


@pytest.fixture
def config(config_pad: Path) -> Config:
    """The settings of the hub under test."""
    return settings.load(config_pad)


async def made(proefnet: Proefnet) -> list[int]:
    """How many posts each account ever got, as the netwerk counts."""
    return [(await proefnet.tellingen(account))["gemaakt"] for account in ACCOUNTS]


async def shown(proefnet: Proefnet, word: str) -> int:
    """How many posts with this word anyone can still read."""
    posts = [post for account in ACCOUNTS for post in await proefnet.berichten(account)]
    return sum(word in post["tekst"] for post in posts)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_a_clock_that_jumps_posts_nothing_twice_and_holds_up_no_removal(
    config: Config, proefnet: Proefnet, until: Until, rounds: Callable[[int], int]
) -> None:
    clock = JumpingClock()
    async with running(Hub(config, PARTS, clock)) as hub:
        for number in range(max(len(SPRONGEN), rounds(20))):
            sprong, naam = SPRONGEN[number % len(SPRONGEN)], f"Sanne{number}x"
            before = await made(proefnet)

            async def posts(extra: int, was: list[int] = before) -> bool:
                return await made(proefnet) == [count + extra for count in was]

            # One kanaal must try again and one is in the middle of a call while the clock jumps.
            await proefnet.storing("stad", "429", seconden=1, aantal=1)
            await proefnet.storing("regio", "traag", seconden=0.3, aantal=1)
            invoer = een_invoer(kenmerk=f"KLOK-{number}", bericht=naam, looptijd_minuten=WEEK, publiceren=True)
            actie = (await hub.desk.open(invoer, MELDKAMER)).actie
            clock.jump(sprong)
            await until(lambda: posts(1))
            assert await shown(proefnet, naam) == len(ACCOUNTS)
            assert not hub.hartslag.over

            async def gone(naam: str = naam) -> bool:
                return await shown(proefnet, naam) == 0

            await proefnet.storing("burgers", "429", seconden=1, aantal=1)
            begin = monotonic()
            await hub.desk.withdraw(actie.id, "gevonden", MELDKAMER)
            clock.jump(sprong)
            await until(gone)
            assert monotonic() - begin < SNEL
            await until(lambda: posts(2))  # the second is the closing message


@pytest.mark.parametrize("nacht", NACHTEN)
async def test_an_actie_ends_after_its_looptijd_also_in_a_night_with_a_strange_clock(
    config: Config, nacht: str, until: Until
) -> None:
    clock = JumpingClock(NACHTEN[nacht] - timedelta(minutes=30))
    async with running(Hub(config, PARTS, clock)) as hub:
        actie = (await hub.desk.open(een_invoer(looptijd_minuten=60, publiceren=True), MELDKAMER)).actie
        assert actie.gestart_op is not None
        assert actie.eindigt_op == actie.gestart_op + timedelta(minutes=60)

        async def fase() -> str:
            found = await hub.db.read(lambda s: acties.get(s, actie.id))
            return found.fase if found else ""

        async def ended() -> bool:
            return await fase() == "afgesloten"

        clock.set(actie.eindigt_op - timedelta(seconds=30))
        await klok.end_due(hub.desk)
        assert await fase() == "actief"
        clock.set(actie.eindigt_op)
        await until(ended)


def test_a_row_that_a_wrong_clock_put_far_ahead_is_due_and_one_that_waits_its_turn_is_not(db: Db) -> None:
    for kanaal, ahead in (("fout", timedelta(hours=1)), ("wacht", timedelta(seconds=60)), ("beurt", timedelta())):
        plan = replace(POST, actie_id=kanaal, kanaal=kanaal)
        db.write_sync(partial(store.plan, plans=[plan], now=NU, klaar_op=NU + ahead))
    assert db.read_sync(lambda s: claim.any_due(s, NU))
    found = db.write_sync(lambda s: claim.claim(s, "w", NU, {}, 4))
    assert {item.kanaal for item in found} == {"fout", "beurt"}
