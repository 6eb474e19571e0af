"""Fetching a feed: from a file or a server on this machine, within limits, never into a private network."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from hub.content import Timeouts
from hub.intake.ophalen import MAX_BYTES, NietBereikbaar, PublicResolver, fetch

BODY = b'{"actions": []}'


@pytest.fixture
async def base() -> AsyncIterator[str]:
    """A server on this machine that answers well, badly, too much, too late or with a signpost."""
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        match request.match_info["what"]:
            case "goed":
                return web.Response(body=BODY)
            case "leeg":
                return web.Response(status=204)
            case "stuk":
                return web.Response(status=503)
            case "groot":
                return web.Response(body=b" " * (MAX_BYTES + 1))
            case "bom":
                packed = gzip.compress(b" " * (MAX_BYTES + 1))
                return web.Response(body=packed, headers={"Content-Encoding": "gzip"})
            case "rond":
                return web.Response(status=307, headers={"Location": "/rond"})
            case "traag":
                await never.wait()
        return web.Response(status=302, headers={"Location": request.query["naar"]})

    app = web.Application()
    app.router.add_get("/{what}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    never.set()
    await runner.cleanup()


async def test_a_file_is_read_by_path_or_by_address(tmp_path: Path) -> None:
    file = tmp_path / "feed 1.json"
    file.write_bytes(BODY)
    assert await fetch(str(file)) == BODY
    assert await fetch(file.as_uri()) == BODY


@pytest.mark.parametrize("name", ["weg.json", "."])
async def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(NietBereikbaar):
        await fetch(str(tmp_path / name))


async def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "groot.json").write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(NietBereikbaar, match="groter dan 5 MB"):
        await fetch(str(tmp_path / "groot.json"))


async def test_a_server_on_this_machine_is_read(base: str) -> None:
    assert await fetch(f"{base}/goed") == BODY
    assert await fetch(f"{base}/leeg") == b"[]"
    assert await fetch(f"{base}/door?naar=/goed") == BODY


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("stuk", "status 503"),
        ("groot", "groter dan 5 MB"),
        ("bom", "groter dan 5 MB"),
        ("door?naar=file:///etc/hostname", "geen webadres"),
        ("door?naar=http://10.0.0.1/", "afgesloten netwerk"),
        ("door?naar=http://169.254.169.254/latest", "afgesloten netwerk"),
        ("door?naar=http://[::ffff:192.168.1.1]/", "afgesloten netwerk"),
    ],
)
async def test_what_cannot_or_may_not_be_fetched(base: str, path: str, why: str) -> None:
    with pytest.raises(NietBereikbaar, match=why):
        await fetch(f"{base}/{path}")


async def test_a_source_that_keeps_pointing_on_ends(base: str) -> None:
    with pytest.raises(NietBereikbaar, match="te vaak"):
        await fetch(f"{base}/rond")


async def test_a_name_is_judged_by_the_address_behind_it() -> None:
    assert await PublicResolver(may_loop=True).resolve("localhost", 80)
    with pytest.raises(NietBereikbaar, match="afgesloten netwerk"):
        await PublicResolver(may_loop=False).resolve("localhost", 80)


async def test_a_slow_source_ends_in_time(base: str) -> None:
    with pytest.raises(NietBereikbaar, match=r"binnen 0\.2 seconden"):
        await fetch(f"{base}/traag", Timeouts(connect=0.1, total=0.2))


async def test_nobody_there_is_not_reachable() -> None:
    with pytest.raises(NietBereikbaar, match="Geen verbinding"):
        await fetch("http://127.0.0.1:1/")
