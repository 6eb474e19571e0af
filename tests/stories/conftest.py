"""A whole hub against a simulated network: real database, real worker, real renders; only the wire is proefnet."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp import web

from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.demo.proefnet.server import Server
from hub.kit import config as settings
from hub.kit.clock import SystemClock
from tests.stories.demo_client import demo as demo

ACCOUNTS = ("burgers", "regio", "stad")


@dataclass(frozen=True, slots=True)
class Proefnet:
    """The simulated network: its address, and calls to break it and to count on it."""

    url: str
    session: aiohttp.ClientSession

    async def storing(self, account: str, soort: str, **meer: object) -> None:
        """Switch a fault on for one account (`geen` switches it off)."""
        body = {"account": account, "soort": soort, **meer}
        async with self.session.post(f"{self.url}/api/storing", json=body) as answer:
            answer.raise_for_status()

    async def tellingen(self, account: str) -> dict[str, Any]:
        """What this account made, shows and removed."""
        async with self.session.get(f"{self.url}/api/tellingen") as answer:
            counts: dict[str, Any] = (await answer.json())["accounts"][account]
            return counts

    async def berichten(self, account: str) -> list[dict[str, Any]]:
        """The posts that are visible now, as a reader would find them."""
        async with self.session.get(f"{self.url}/api/tijdlijn") as answer:
            posts: list[dict[str, Any]] = (await answer.json())["accounts"][account]
            return posts


@pytest.fixture
async def proefnet(tmp_path: Path) -> AsyncIterator[Proefnet]:
    """Proefnet on a free port of 127.0.0.1 with three accounts."""
    runner = web.AppRunner(Server(tmp_path / "proefnet").app(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        for naam in ACCOUNTS:
            body = {"naam": naam, "titel": naam, "token": f"token-{naam}"}
            async with session.post(f"{url}/api/accounts", json=body) as answer:
                answer.raise_for_status()
        yield Proefnet(url, session)
    await runner.cleanup()


@pytest.fixture
def config_pad(tmp_path: Path, proefnet: Proefnet) -> Path:
    """config.yaml with a kanaal per account; `regio` places no photos."""
    content = {
        "adres": "http://127.0.0.1:8000",
        "database_url": "sqlite:///hub.db",
        "sleutelbestand": "hub.sleutel",
        "compatibel": {"landactiehost": True},
        "schermen_lease": {"lease_seconden": 5},
        "bezorging": {"totaal_seconden": 2, "verbinden_seconden": 1, "opzoeken_seconden": 0.2},
        "kanalen": [
            {
                "naam": f"proef-{naam}",
                "netwerk": "proef",
                "instellingen": {"basisUrl": proefnet.url, "account": naam, "token": f"token-{naam}"},
                "foto": naam != "regio",
            }
            for naam in ACCOUNTS
        ],
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


class Schuifklok(SystemClock):
    """The real clock, moved forward by `verschil`."""

    def __init__(self) -> None:
        self.verschil = timedelta()

    def now(self) -> datetime:
        """The moved moment."""
        return super().now() + self.verschil


@pytest.fixture
def schuifklok() -> Schuifklok:
    """The clock of the hub under test."""
    return Schuifklok()


@pytest.fixture
async def hub(config_pad: Path, schuifklok: Schuifklok) -> AsyncIterator[Hub]:
    """A hub that runs: worker, boards and clock."""
    async with running(Hub(settings.load(config_pad), PARTS, schuifklok)) as started:
        yield started


Until = Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]


@pytest.fixture
def until() -> Until:
    """Wait until something holds; a test that waits in vain ends by its time-out."""
    import asyncio

    async def wait(condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(40):
            while not await condition():
                await asyncio.sleep(0.02)

    return wait
