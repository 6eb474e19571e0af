"""Two lanes per kanaal: however many posts wait and whatever holds them up, a removal goes at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from hub.acties.model import Actie
from hub.commands.proces import Hub
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.desk import noodstop
from hub.kanalen import store as kanalen
from hub.kanalen.rules import stroom
from hub.toegang.model import Wie
from tests.builders import een_invoer
from tests.stories.conftest import ACCOUNTS, Proefnet, Schuifklok, Until

MELDKAMER = Wie("meldkamer", "meldkamer")
ADVISEUR = Wie("adviseur", "adviseur")
WACHTENDEN = 100
Klaar = Callable[[], Awaitable[bool]]


async def started(hub: Hub, kenmerk: str, kanaal: str | None = None) -> Actie:
    """An actie that runs, everywhere or on one kanaal."""
    kanalen = None if kanaal is None else (kanaal,)
    invoer = een_invoer(kenmerk=kenmerk, kanalen=kanalen, publiceren=True)
    return (await hub.desk.open(invoer, MELDKAMER)).actie


async def rows(hub: Hub, actie: Actie, soort: str) -> dict[str, Bezorging]:
    """The bezorgingen of one soort, by kanaal without its prefix."""
    found = await hub.db.read(lambda s: delivery.of_actie(s, actie.id))
    return {row.kanaal.removeprefix("proef-"): row for row in found if row.soort == soort}


def all_in(hub: Hub, actie: Actie, soort: str, staat: str, accounts: Sequence[str] = ACCOUNTS) -> Klaar:
    """Whether the bezorgingen on these accounts have all come to this state."""

    async def look() -> bool:
        found = await rows(hub, actie, soort)
        return all(naam in found and found[naam].staat == staat for naam in accounts)

    return look


def seconds(begin: datetime, moments: Sequence[datetime | None]) -> list[float]:
    """How long after `begin` each of these was."""
    return [(moment - begin).total_seconds() for moment in moments if moment is not None]


async def test_a_hundred_posts_on_a_kanaal_that_says_wait_hold_up_no_removal(
    hub: Hub, proefnet: Proefnet, schuifklok: Schuifklok, until: Until
) -> None:
    out = await started(hub, "MN-UIT")
    await until(all_in(hub, out, "publiceren", "verzonden"))
    await proefnet.storing("stad", "429", seconden=60)
    await asyncio.gather(*(started(hub, f"MN-{number}", "proef-stad") for number in range(WACHTENDEN)))
    half = await started(hub, "MN-HALF")
    await until(all_in(hub, half, "publiceren", "verzonden", ("burgers", "regio")))

    starts: list[float] = []
    done: list[float] = []
    for actie in (out, half):
        await hub.desk.withdraw(actie.id, "gevonden", MELDKAMER)
        await until(all_in(hub, actie, "intrekken", "verzonden", ("burgers", "regio")))
        removals = await rows(hub, actie, "intrekken")
        begin = min(row.gemaakt_op for row in removals.values())
        starts += seconds(begin, [row.gestart_op for row in removals.values()])
        done += seconds(begin, [removals[naam].bevestigd_op for naam in ("burgers", "regio")])
    # Of the second actie nothing ever stood on the kanaal that says wait, so nothing has to go there.
    assert (len(starts), len(done)) == (5, 4)
    assert max(starts) <= 1
    assert max(done) <= 10

    # The netwerk lets us in again: what was withdrawn meanwhile is removed or never sent, what runs goes out.
    assert (await proefnet.tellingen("stad"))["gemaakt"] == 1
    await proefnet.storing("stad", "geen")
    schuifklok.verschil += timedelta(seconds=70)
    await until(all_in(hub, out, "intrekken", "verzonden", ("stad",)))

    async def flowing() -> bool:
        return (await proefnet.tellingen("stad"))["gemaakt"] >= 1 + 2 * hub.config.bezorging.gelijktijdig

    await until(flowing)
    assert (await rows(hub, half, "publiceren"))["stad"].staat == "vervallen"
    assert (await proefnet.tellingen("stad"))["verwijderd"] == 1
    assert not [post for post in await proefnet.berichten("stad") if post["kenmerk"] == half.code]


async def test_a_kanaal_that_is_down_is_left_alone_until_one_post_gets_through(
    hub: Hub, proefnet: Proefnet, schuifklok: Schuifklok, until: Until
) -> None:
    out = await started(hub, "MN-UIT", "proef-stad")
    await until(all_in(hub, out, "publiceren", "verzonden", ("stad",)))
    await proefnet.storing("stad", "plat", seconden=600)
    waiting = [await started(hub, f"MN-{number}", "proef-stad") for number in range(9)]

    async def broken() -> bool:
        found = await hub.db.read(lambda s: kanalen.get(s, "proef-stad"))
        return found is not None and stroom(found.rem.storing, hub.clock.now()) == "open"

    await until(broken)
    await hub.desk.withdraw(out.id, "gevonden", MELDKAMER)

    async def tried() -> bool:
        return (await rows(hub, out, "intrekken"))["stad"].pogingen >= 2

    await until(tried)
    posts = [(await rows(hub, actie, "publiceren"))["stad"] for actie in waiting]
    assert {post.staat for post in posts} == {"wachtrij"}
    await proefnet.storing("stad", "geen")
    schuifklok.verschil += timedelta(seconds=31)
    for actie in waiting:
        await until(all_in(hub, actie, "publiceren", "verzonden", ("stad",)))
    await until(all_in(hub, out, "intrekken", "verzonden", ("stad",)))


async def test_the_stop_of_the_hub_holds_every_post_and_no_removal(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    out = await started(hub, "MN-UIT")
    await until(all_in(hub, out, "publiceren", "verzonden"))
    await noodstop.stop_hub(hub.desk, "verkeerde foto", MELDKAMER)
    waiting = await started(hub, "MN-WACHT")
    await hub.desk.withdraw(out.id, "gevonden", MELDKAMER)
    await until(all_in(hub, out, "intrekken", "verzonden"))
    held = [*(await rows(hub, waiting, "publiceren")).values(), *(await rows(hub, out, "sluiten")).values()]
    assert [(row.staat, row.pogingen) for row in held] == [("wachtrij", 0)] * 6
    assert [(await proefnet.tellingen(account))["gemaakt"] for account in ACCOUNTS] == [1, 1, 1]
    await noodstop.release_hub(hub.desk, ADVISEUR)
    await until(all_in(hub, waiting, "publiceren", "verzonden"))
    await until(all_in(hub, out, "sluiten", "verzonden"))
