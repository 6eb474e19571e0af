"""The proxy does to the line what each fault says, counts, and leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from email.utils import format_datetime
from ssl import create_default_context

import aiohttp
import pytest

from bench.faults.proxy import (
    MB,
    Big,
    Blackhole,
    Drip,
    Fault,
    HtmlError,
    Nothing,
    Proxy,
    Redirect,
    Refuse,
    ResetAfter,
    Status,
    Swallow,
    Tls,
    TooMany,
    Truncated,
    WrongLength,
)
from tests.builders import NU
from tests.contracts.wire import Wire

GEDULDIG, KORT = aiohttp.ClientTimeout(total=20), aiohttp.ClientTimeout(total=1.0)
"""For an answer that comes, also on a busy machine; and for one of which it is known that it does not."""


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A server that always answers 201 with a number."""
    async with Wire() as wire:
        wire.answer({"status": 201, "json": {"id": "41"}})
        yield wire


@pytest.fixture
async def proxy(wire: Wire) -> AsyncIterator[Proxy]:
    """The proxy in front of it."""
    async with Proxy(wire.url) as proxy:
        yield proxy


async def ask(proxy: Proxy, wait: aiohttp.ClientTimeout = GEDULDIG) -> tuple[int, bytes, "dict[str, str]"]:
    """One POST with a body."""
    async with (
        aiohttp.ClientSession(timeout=wait) as session,
        session.post(f"{proxy.url}/posts", data=b"hallo", allow_redirects=False) as answer,
    ):
        return answer.status, await answer.read(), dict(answer.headers)


async def test_without_a_fault_request_and_reply_pass_unchanged(proxy: Proxy, wire: Wire) -> None:
    status, body, _ = await ask(proxy)
    assert (status, body) == (201, b'{"id": "41"}')
    assert wire.bodies == ["hallo"]
    assert (proxy.connections, proxy.requests, proxy.reached) == (1, 1, 1)


async def test_a_body_in_chunks_passes_too(proxy: Proxy, wire: Wire) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"hal"
        yield b"lo"

    async with aiohttp.ClientSession() as session, session.post(f"{proxy.url}/posts", data=pieces()) as answer:
        assert answer.status == 201
    assert wire.bodies == ["hallo"]


@pytest.mark.parametrize("fault", [Refuse(), Blackhole()], ids=repr)
async def test_no_connection_is_made_and_afterwards_it_is(proxy: Proxy, wire: Wire, fault: Fault) -> None:
    proxy.fault = fault
    with pytest.raises((aiohttp.ClientConnectorError, TimeoutError)):
        await ask(proxy, KORT)
    assert (proxy.connections, wire.calls) == (0, [])
    proxy.fault = Nothing()
    assert (await ask(proxy))[0] == 201


@pytest.mark.parametrize(
    "fault",
    [
        *(ResetAfter(0), ResetAfter(1), ResetAfter(100), Swallow(), Swallow(keep_open=True), Drip(30)),
        *(WrongLength(10), WrongLength(-2)),
    ],
    ids=repr,
)
async def test_the_request_arrives_and_the_reply_is_lost(proxy: Proxy, wire: Wire, fault: Fault) -> None:
    proxy.fault = fault
    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await ask(proxy, KORT)
    assert wire.calls == ["POST /posts"]


async def test_a_reply_can_be_cut_short_or_far_too_long(proxy: Proxy, wire: Wire) -> None:
    for fault, length in ((Truncated(), 6), (Big(), 10 * MB)):
        proxy.fault = fault
        assert len((await ask(proxy))[1]) == length
    assert len(wire.calls) == 2


async def test_somebody_in_between_answers_and_nothing_arrives(proxy: Proxy, wire: Wire) -> None:
    moment = format_datetime(NU, usegmt=True)
    for fault, expected in (
        (HtmlError(), 503),
        (HtmlError(200), 200),
        (TooMany(moment), 429),
        (Status(413), 413),
        (Redirect(), 301),
    ):
        proxy.fault = fault
        status, _, headers = await ask(proxy)
        assert (status, fault.reaches) == (expected, False)
        assert headers.get("Retry-After") == (moment if status == 429 else None)
        assert headers.get("Location") == (f"{proxy.url}/posts" if status == 301 else None)
    assert (proxy.requests, proxy.reached, wire.calls) == (5, 0, [])


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [("expired", "expired"), ("self-signed", "self-signed"), ("wrong-host", "IP address mismatch")],
)
async def test_a_bad_certificate_is_seen_and_nothing_is_sent(proxy: Proxy, kind: str, complaint: str) -> None:
    trusting = create_default_context(cadata=proxy.ca_pem.decode())
    proxy.fault = Tls("good")
    async with aiohttp.ClientSession() as session:
        async with session.post(proxy.url, ssl=trusting) as answer:
            assert answer.status == 201
        proxy.fault = Tls(kind)  # type: ignore[arg-type]
        with pytest.raises(aiohttp.ClientConnectorCertificateError, match=complaint):
            await session.post(proxy.url, ssl=trusting)
    assert proxy.reached == 1


async def test_a_silent_connection_ends_with_the_proxy(wire: Wire) -> None:
    async with Proxy(wire.url) as proxy:
        proxy.fault = Swallow(keep_open=True)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rpartition(":")[2]))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        while not wire.calls:
            await asyncio.sleep(0.01)
    assert await reader.read() == b""
    writer.close()
