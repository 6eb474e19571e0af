"""The same question a thousand times at once, with one Idempotency-Key: one actie."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest

from bench import crash

AT_ONCE = 100
"""Open connections per client; the rest of the questions wait their turn."""


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("database", "processes"), [("sqlite", 1), ("postgresql", 2)])
async def test_many_equal_questions_at_once_make_one_actie(
    database: str, processes: int, rounds: Callable[[int], int]
) -> None:
    with crash.prepared(1, database) as loop:
        ports = [crash.free_port() for _ in range(processes)]
        loop.team = [loop.start((*crash.SERVE, "--poort", str(port))) for port in ports]
        hubs = [f"http://127.0.0.1:{port}" for port in ports]
        for hub in hubs:
            loop.hub = hub
            loop.ask("GET", "/healthz")
        headers = {"Authorization": f"Bearer {loop.key}", "Idempotency-Key": "een-en-dezelfde"}
        connector = aiohttp.TCPConnector(limit=AT_ONCE)
        async with aiohttp.ClientSession(headers=headers, connector=connector) as client:

            async def ask(number: int) -> tuple[int, str]:
                hub = hubs[number % processes]
                async with client.post(f"{hub}/api/v1/acties", json=crash.actie(0)) as answer:
                    return answer.status, str((await answer.json()).get("id"))

            answers = await asyncio.gather(*(ask(number) for number in range(rounds(1000))))
        listed = loop.ask("GET", "/api/v1/acties")["acties"]
    assert {status for status, _ in answers} == {201}
    assert {actie_id for _, actie_id in answers} == {listed[0]["id"]}
    assert len(listed) == 1
