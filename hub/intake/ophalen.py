"""Fetches a feed from a file or a web address, within a time and a size, and never wanders into a private network."""

import asyncio
import ipaddress
import socket
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from hub.content import Timeouts

MAX_BYTES = 5_000_000
MAX_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
STANDARD = Timeouts(connect=5.0, total=20.0)


class NietBereikbaar(Exception):
    """The source gave nothing usable; the message says in Dutch why, without the address itself."""


async def fetch(source: str, timeouts: Timeouts = STANDARD) -> bytes:
    """The bytes behind a path, a file: address or an http(s) address; raises NietBereikbaar."""
    parts = urlsplit(source)
    if parts.scheme in ("http", "https"):
        return await _fetch_url(source, timeouts)
    path = Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(source)
    return await asyncio.get_running_loop().run_in_executor(None, _read_file, path)


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NietBereikbaar(f"Het bestand {path.name} bestaat niet.") from error
    except OSError as error:
        raise NietBereikbaar(f"Het bestand {path.name} is niet te lezen.") from error
    _check_size(len(body))
    return body


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise NietBereikbaar(f"De feed is groter dan {MAX_BYTES // 1_000_000} MB.")


async def _fetch_url(url: str, timeouts: Timeouts) -> bytes:
    limits = aiohttp.ClientTimeout(total=timeouts.total, connect=timeouts.connect)
    try:
        async with asyncio.timeout(timeouts.total):
            return await _follow(url, limits)
    except TimeoutError as error:
        raise NietBereikbaar(f"Geen antwoord binnen {timeouts.total:g} seconden.") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NietBereikbaar("Geen verbinding. Klopt het adres?") from error


async def _follow(url: str, limits: aiohttp.ClientTimeout) -> bytes:
    """Walk the redirects by hand: the operator chose the first address, nobody chose the next ones."""
    may_loop = _is_loopback(urlsplit(url).hostname or "")
    for step in range(MAX_REDIRECTS + 1):
        resolver = ThreadedResolver() if step == 0 else PublicResolver(may_loop)
        if step > 0:
            _refuse_private_literal(url, may_loop)
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=limits, trust_env=False) as client,
            client.get(url, allow_redirects=False, headers={"Accept": "application/json"}) as answer,
        ):
            if answer.status not in REDIRECTS:
                return await _body(answer)
            url = urljoin(url, answer.headers.get("Location", ""))
        if urlsplit(url).scheme not in ("http", "https"):
            raise NietBereikbaar("De bron verwijst naar een adres dat geen webadres is.")
    raise NietBereikbaar("De bron verwijst te vaak door.")


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    if answer.status == 204:
        return b"[]"
    if answer.status != 200:
        raise NietBereikbaar(f"De bron antwoordt met status {answer.status}.")
    body = bytearray()
    # Counted after unpacking, so that a small packed body cannot grow into a large one.
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        _check_size(len(body))
    return bytes(body)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _allowed(address: str, may_loop: bool) -> bool:
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return bool(mapped.is_global and not mapped.is_multicast) or (may_loop and bool(mapped.is_loopback))


def _refuse_private_literal(url: str, may_loop: bool) -> None:
    """An address in digits never reaches a resolver, so it is judged here."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    if not _allowed(host, may_loop):
        raise NietBereikbaar("De bron verwijst door naar een adres binnen een afgesloten netwerk.")


class PublicResolver(AbstractResolver):
    """Looks names up and refuses private addresses at that very moment, so that no second look-up differs."""

    def __init__(self, may_loop: bool) -> None:
        self._inner = ThreadedResolver()
        self._may_loop = may_loop

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not all(_allowed(entry["host"], self._may_loop) for entry in found):
            raise NietBereikbaar("De bron verwijst door naar een adres binnen een afgesloten netwerk.")
        return found

    async def close(self) -> None:
        await self._inner.close()
