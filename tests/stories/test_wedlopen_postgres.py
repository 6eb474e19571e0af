"""Two hubs on one PostgreSQL: what one does the other shows, and what one leaves behind the other takes over."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest
import yaml

from hub.app import PARTS
from hub.commands.proces import Hub
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.desk.schermen import register_scherm
from hub.kit import config as settings
from hub.kit.clock import SystemClock
from hub.screens.model import Scherm, SchermInvoer
from hub.toegang.model import Wie
from tests import postgres
from tests.builders import een_invoer
from tests.stories.conftest import ACCOUNTS, Proefnet, Until

MELDKAMER, ADVISEUR = Wie("meldkamer", "meldkamer"), Wie("adviseur", "adviseur")
LEASE = 2.0


@pytest.fixture
async def hubs(config_pad: Path) -> AsyncIterator[tuple[Hub, Hub]]:
    """Two hubs with boards and workers on one new database."""
    content = yaml.safe_load(config_pad.read_text(encoding="utf-8"))
    content["database_url"] = postgres.fresh("twee_hubs")
    content["bezorging"]["lease_seconden"] = LEASE
    config_pad.write_text(yaml.safe_dump(content), encoding="utf-8")
    made = [Hub(settings.load(config_pad), PARTS, SystemClock()) for _ in range(2)]
    for hub in made:
        await hub.start()
    yield made[0], made[1]
    for hub in made:
        if hub.db.submit(lambda _s: True).exception() is None:
            await hub.stop()


def toont(hub: Hub, scherm: Scherm) -> str:
    """What this hub has on its board for a scherm."""
    state = hub.screens.state_of(scherm.id)
    return state.stand.soort if state is not None else ""


async def rijen(hub: Hub, actie_id: str, soort: str) -> list[Bezorging]:
    return [row for row in await hub.db.read(lambda s: delivery.of_actie(s, actie_id)) if row.soort == soort]


async def test_what_starts_and_ends_on_one_hub_does_so_on_the_boards_of_the_other(
    hubs: tuple[Hub, Hub], proefnet: Proefnet, until: Until
) -> None:
    een, ander = hubs
    scherm, _ = await register_scherm(een.desk, SchermInvoer("Hal", "GM0344", None, 1080, 1920, "station"), ADVISEUR)
    made = (await een.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie
    codes = [row.korte_link.code for row in await rijen(een, made.id, "publiceren") if row.korte_link]

    async def everywhere() -> bool:
        lit = toont(een, scherm) == toont(ander, scherm) == "actief"
        return lit and all(hub.links.lookup(code) for hub in hubs for code in codes)

    async def posted() -> bool:
        return all(row.staat == "verzonden" for row in await rijen(een, made.id, "publiceren"))

    async def dark() -> bool:
        return "actief" not in (toont(een, scherm), toont(ander, scherm))

    await until(everywhere)
    await until(posted)
    assert len(codes) == len(ACCOUNTS)
    assert [(await proefnet.tellingen(naam))["gemaakt"] for naam in ACCOUNTS] == [1, 1, 1]
    await ander.desk.withdraw(made.id, "gevonden", MELDKAMER)
    await until(dark)

    async def closed() -> bool:
        return all(row.staat == "verzonden" for row in await rijen(een, made.id, "sluiten"))

    await until(closed)
    for naam in ACCOUNTS:
        [over] = await proefnet.berichten(naam)
        assert "Sanne" not in over["tekst"]
        assert (await proefnet.tellingen(naam))["gemaakt"] == 2  # the post, and the closing message


async def test_a_hub_that_stops_without_goodbye_leaves_nothing_behind(
    hubs: tuple[Hub, Hub], proefnet: Proefnet, until: Until
) -> None:
    een, ander = hubs
    for naam in ACCOUNTS:
        await proefnet.storing(naam, "traag", seconden=30)
    made = (await een.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie
    verzenden = {"verzenden"}

    async def sending() -> bool:
        return {row.staat for row in await rijen(een, made.id, "publiceren")} == verzenden

    await until(sending)
    # The process that calls dies: no heartbeat, no worker, no answer heard.
    dood = next((hub for hub in hubs if hub.worker._running), een)
    levend = ander if dood is een else een
    await _sterf(dood)
    for naam in ACCOUNTS:
        await proefnet.storing(naam, "geen")

    async def taken_over() -> bool:
        rows = await rijen(levend, made.id, "publiceren")
        return all(row.staat not in ("geclaimd", "verzenden") for row in rows)

    begin = monotonic()
    await until(taken_over)
    assert monotonic() - begin < 15
    await levend.desk.withdraw(made.id, "gevonden", MELDKAMER)

    async def nobody() -> bool:
        posts = [post for naam in ACCOUNTS for post in await proefnet.berichten(naam)]
        return not any("Sanne" in post["tekst"] for post in posts)

    await until(nobody)
    for naam in ACCOUNTS:
        assert (await proefnet.tellingen(naam))["gemaakt"] <= 2  # the post, and the closing message


async def _sterf(hub: Hub) -> None:
    """As a kill: what was awaited is dropped, nothing is said to the database."""
    if hub._scheduler is not None:
        hub._scheduler.shutdown(wait=False)
    await asyncio.to_thread(hub.db.close)
    tasks = [hub.hartslag._task, hub.worker._loop_task, *hub.worker._running]
    for task in filter(None, tasks):
        task.cancel()
    await asyncio.gather(*filter(None, tasks), return_exceptions=True)
    await hub.screens.stop()
    await hub.accounts.close()
