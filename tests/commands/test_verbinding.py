"""A connection ends when the head of its request does not."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn

from hub.commands import server
from hub.commands.verbinding import MAX_KOP, Verbinding
from hub.web.headers import Receive, Scope, Send


class Gehaast(Verbinding):
    """The same, with no patience."""

    kop_seconden = 0.2


async def groet(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body", False):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def poort() -> AsyncIterator[int]:
    """A server with impatient connections on a free port."""
    listener = server.bind("127.0.0.1", 0)
    config = uvicorn.Config(groet, http=Gehaast, lifespan="off", log_level="critical")
    web = uvicorn.Server(config)
    serving = asyncio.create_task(web._serve(sockets=[listener]))
    yield listener.getsockname()[1]
    web.should_exit = True
    await serving


async def ask(poort: int, *parts: bytes) -> bytes:
    """Send these parts and return what comes back until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", poort)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_head_that_grows_without_end_is_cut_off(poort: int) -> None:
    assert await ask(poort, b"GET / HTTP/1.1\r\nHost: x\r\nX: ", *[b"a" * MAX_KOP] * 3) == b""


async def test_a_head_that_takes_too_long_is_cut_off(poort: int) -> None:
    assert await ask(poort, b"GET / HTTP/1.1\r\n") == b""
    assert await ask(poort) == b""


async def test_a_large_body_is_no_head_and_every_request_of_a_connection_is_answered(poort: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s\r\n"
    body = b"a" * MAX_KOP * 4
    answers = await ask(
        poort,
        head % (len(body), b"") + body,
        head % (len(body), b"Connection: close\r\n"),
        body,
    )
    assert answers.count(b"204 No Content") == 2
