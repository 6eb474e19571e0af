"""The database cannot be written: what was acknowledged stays, what was not is told, and work goes on by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from bench.faults.storage import Disk, Kind, held
from hub.kit import config as settings
from hub.kit.config import Config
from tests.faults.huis import Loket, loket
from tests.stories.conftest import ACCOUNTS, Proefnet, Until

SOORTEN = [kind for kind in get_args(Kind) if kind]


@pytest.fixture
def config(config_pad: Path) -> Config:
    """The settings of the hub under test."""
    return settings.load(config_pad)


@pytest.fixture
def disk(config: Config, tmp_path: Path) -> Iterator[Disk]:
    """The disk under its database, there before the database is opened."""
    with Disk(tmp_path / "hub.db") as disk:
        yield disk


@pytest.fixture
async def huis(disk: Disk, config: Config) -> AsyncIterator[Loket]:
    """The hub, with its web."""
    async with loket(config) as opened:
        yield opened


async def ready(huis: Loket) -> bool:
    return (await huis.get("/readyz")).status_code == 200


async def tells_what_is_wrong(huis: Loket) -> None:
    """Machines, programs and people hear the same."""
    answer = await huis.get("/readyz")
    assert answer.status_code == 503, answer.text
    assert answer.json()["alarmen"] == ["database"]
    punt = (await huis.toestand())["database"]
    assert punt["stand"] == "alarm"
    shown = await huis.see("/toestand")
    assert shown.status_code == 200
    assert punt["uitleg"] in shown.text


async def everything_is_out_once(huis: Loket, proefnet: Proefnet, until: Until) -> None:
    """Every acknowledged actie stands once on every account: counted at the netwerk."""
    for account in ACCOUNTS:

        async def out(account: str = account) -> bool:
            return bool((await proefnet.tellingen(account))["gemaakt"] >= len(huis.acties))

        await until(out)
        assert (await proefnet.tellingen(account))["gemaakt"] == len(huis.acties)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", SOORTEN)
async def test_a_disk_that_takes_nothing_costs_no_actie_and_is_told(
    huis: Loket, disk: Disk, kind: Kind, proefnet: Proefnet, until: Until, rounds: Callable[[int], int]
) -> None:
    for number in range(rounds(50)):
        kept, refused = 2 * number, 2 * number + 1
        assert (await huis.start(kept)).status_code == 201
        disk.fault = kind  # while the posts of this actie are on their way
        answer = await huis.start(refused)
        assert answer.status_code == 503, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert "niets opslaan" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) > 0
        assert (await huis.withdraw(kept)).status_code == 503
        await tells_what_is_wrong(huis)
        disk.fault = ""
        await until(lambda: ready(huis))
        assert (await huis.start(refused)).status_code == 201
        await everything_is_out_once(huis, proefnet, until)


async def test_after_a_disk_that_was_full_a_withdrawal_still_reaches_everything(
    huis: Loket, disk: Disk, proefnet: Proefnet, until: Until
) -> None:
    assert (await huis.start(1)).status_code == 201
    await everything_is_out_once(huis, proefnet, until)
    disk.fault = "full"
    assert (await huis.withdraw(1)).status_code == 503
    disk.fault = ""
    assert (await huis.withdraw(1)).status_code < 300

    async def gone() -> bool:
        shown = [post["tekst"] for account in ACCOUNTS for post in await proefnet.berichten(account)]
        return all("Sanne" not in text for text in shown)

    await until(gone)


async def test_a_database_that_another_program_holds_makes_everything_wait_and_loses_nothing(
    huis: Loket, proefnet: Proefnet, until: Until, tmp_path: Path
) -> None:
    with held(tmp_path / "hub.db"):
        asked = asyncio.create_task(huis.start(1))
        await tells_what_is_wrong(huis)
        assert not asked.done()
    assert (await asked).status_code == 201
    await until(lambda: ready(huis))
    await everything_is_out_once(huis, proefnet, until)
