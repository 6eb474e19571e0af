"""The database cannot be written: what was acknowledged stays, what was not is told, and work goes on by itself."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import get_args

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.faults.processes import free_port
from bench.faults.storage import PAGE, Disk, Kind, held, limit_files, log_of, snapshot, truncations
from hub.kit import config as settings
from hub.kit.config import Config
from hub.kit.databases import open_db, opened
from hub.kit.db import Db
from hub.kit.migrate import newest, revision, upgrade
from hub.tracking.tables import TellerRij
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


async def emptied(huis: Loket) -> bool:
    """The log of the database is empty: one that began anew has room of its own, also on a full disk."""
    return await asyncio.to_thread(huis.hub.db.erase, ())


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
        await until(lambda: emptied(huis))
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


def in_use(folder: Path) -> tuple[Db, Path]:
    """A database of which everything since its first page is still in the log."""
    db = open_db(f"sqlite:///{folder / 'vol.db'}")
    upgrade(db.engine)
    return db, folder / "vol.db"


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_first_start_that_was_cut_off_anywhere_starts_anew(tmp_path: Path, rounds: Callable[[int], int]) -> None:
    db, path = in_use(tmp_path)
    source = snapshot(path, tmp_path / "bron.db")
    db.close()
    step = log_of(source).stat().st_size // rounds(100) // PAGE * PAGE
    for length, copy in truncations(source, tmp_path, max(PAGE, step)):
        with opened(f"sqlite:///{copy}") as cut:
            upgrade(cut.engine)
            assert healthy(cut), length
            assert revision(cut.engine) == newest()


@pytest.mark.soak
def test_a_log_that_was_cut_off_anywhere_gives_back_the_first_so_many_writes(
    tmp_path: Path, rounds: Callable[[int], int]
) -> None:
    db, path = in_use(tmp_path)
    db.erase(())
    written = 0
    while not log_of(path).exists() or log_of(path).stat().st_size < rounds(100) * PAGE:
        written += 1
        db.write_sync(partial(note, written))
    source = snapshot(path, tmp_path / "bron.db")
    db.close()
    found = []
    for length, copy in truncations(source, tmp_path):
        with opened(f"sqlite:///{copy}") as cut:
            assert healthy(cut), length
            found.append(cut.read_sync(lambda s: [row.waarde for row in s.scalars(select(TellerRij))]))
    assert all(sorted(rows) == list(range(1, len(rows) + 1)) for rows in found)
    assert [len(rows) for rows in found] == sorted(len(rows) for rows in found)
    assert len(found[-1]) == written


def note(number: int, session: Session) -> None:
    session.add(TellerRij(naam=f"{number:04d}", waarde=number))


def healthy(db: Db) -> bool:
    """What SQLite itself says about every page and index of the file."""
    return bool(db.read_sync(lambda s: s.execute(text("PRAGMA integrity_check")).scalar()) == "ok")


async def test_a_hub_whose_files_the_system_refuses_stays_up_and_goes_on_afterwards(
    config_pad: Path, until: Until
) -> None:
    async with served(config_pad) as (pid, client):

        async def is_ready() -> bool:
            with contextlib.suppress(httpx.TransportError):
                return (await client.get("/readyz")).status_code == 200
            return False

        await until(is_ready)
        limit_files(pid, 0)
        assert (await client.get("/readyz")).json()["alarmen"] == ["database"]
        assert (await client.get("/healthz")).status_code == 200
        limit_files(pid, None)
        await until(is_ready)


@contextlib.asynccontextmanager
async def served(config_pad: Path) -> AsyncIterator[tuple[int, httpx.AsyncClient]]:
    """`hub serve` as a process of its own."""
    port = free_port()
    config_pad.write_text(f"{config_pad.read_text('utf-8')}poort: {port}\n", "utf-8")
    command = [sys.executable, "-m", "hub", "serve", "--config", str(config_pad)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                yield process.pid, client
        finally:
            process.terminate()
