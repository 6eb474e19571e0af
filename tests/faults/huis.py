"""A running hub that is asked as a program and as a person, in one loop with the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from argon2 import PasswordHasher

from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.kit.clock import Clock
from hub.kit.config import Config
from hub.toegang import keys, users
from hub.toegang.wachtwoorden import Wachtwoorden
from hub.web import auth, site
from tests.web.huis import ACTIE, WACHTWOORD

SNEL = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(slots=True)
class Loket:
    """The web of one hub: `await loket.start(1)` opens actie 1, and asking twice is the same actie."""

    hub: Hub
    client: httpx.AsyncClient
    page: dict[str, str]
    acties: dict[int, str] = field(default_factory=dict)

    async def start(self, number: int) -> httpx.Response:
        """Open and publish an actie; a 201 is remembered as acknowledged."""
        body = {**ACTIE, "kenmerk": f"STORING-{number:04d}", "type": "diefstal-voertuig", "persoon": None}
        answer = await self.client.post("/api/v1/acties", json=body, headers={"Idempotency-Key": f"storing-{number}"})
        if answer.status_code == 201:
            self.acties[number] = answer.json()["id"]
        return answer

    async def withdraw(self, number: int) -> httpx.Response:
        """Withdraw an acknowledged actie."""
        return await self.client.post(f"/api/v1/acties/{self.acties[number]}/intrekkingen", json={"reden": "gevonden"})

    async def get(self, pad: str) -> httpx.Response:
        """Ask as the meldkamer's program."""
        return await self.client.get(pad)

    async def see(self, pad: str) -> httpx.Response:
        """Ask as a person who is logged in."""
        return await self.client.get(pad, headers={**self.page, "Accept": "text/html", "Authorization": ""})

    async def toestand(self) -> dict[str, dict[str, Any]]:
        """Every check by name."""
        return {item["naam"]: item for item in (await self.get("/api/v1/toestand")).json()["punten"]}


@asynccontextmanager
async def loket(config: Config, clock: Clock | None = None) -> AsyncIterator[Loket]:
    """A hub that runs, with the key of a beheerder and somebody who is logged in."""
    async with running(Hub(config, PARTS, clock)) as hub:
        now = hub.clock.now()
        key = await hub.db.write(lambda s: keys.make(s, rol="beheerder", naam="storing", now=now))
        words = Wachtwoorden(SNEL)
        await hub.db.write(
            lambda s: users.make(s, words, naam="wacht", rol="meldkamer", wachtwoord=WACHTWOORD, now=now)
        )
        words.close()
        cookie = await hub.inloggen.login("wacht", WACHTWOORD, "127.0.0.1")
        transport = httpx.ASGITransport(site.build(hub.deps()), raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(transport=transport, base_url=config.adres, headers=headers, timeout=60) as client:
            yield Loket(hub, client, {"Cookie": f"{auth.COOKIE}={cookie}"})
