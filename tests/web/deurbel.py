"""Rings at the door without a socket: one ASGI request, whole or as an open stream."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens.board import ScreenBoard
from hub.tracking.board import LinkBoard
from hub.tracking.kliks import Kliks
from hub.web.door import Door
from tests.builders import Klok
from tests.screens.toestel import CONFIG, Tekenaar


@dataclass
class Antwoord:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


async def binnen(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the door in these tests: it says that it was reached."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"binnen"})


@asynccontextmanager
async def een_deur(
    db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, config: Config = CONFIG, app: Any = binnen
) -> AsyncIterator[tuple[Door, ScreenBoard]]:
    """A door with real boards behind it, for the length of a test."""
    board = ScreenBoard(db, tekenaar, vault, config, klok)
    await board.start()
    links = LinkBoard(db, klok)
    links.start()
    try:
        yield Door(app, board, links, Kliks(db, klok), config), board
    finally:
        tekenaar.houd.set()
        await board.stop()


def scope(method: str, path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    path, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 8000),
    }


class Stroom:
    """An open event stream: `await volgende()` gives the next piece, `ophangen()` hangs up."""

    def __init__(self, door: Door, path: str) -> None:
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._weg = asyncio.Event()
        self._gevraagd = False
        self.status = 0
        self.headers: dict[str, str] = {}
        self.task = asyncio.ensure_future(door(scope("GET", path), self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if not self._gevraagd:
            self._gevraagd = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._weg.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self._out.put(dict(message))

    async def volgende(self) -> str:
        async with asyncio.timeout(10):
            message = await self._out.get()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            return await self.volgende()
        return str(message["body"].decode())

    async def ophangen(self) -> None:
        self._weg.set()
        async with asyncio.timeout(10):
            await self.task


async def bel(door: Door, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Antwoord:
    """One request with its whole answer."""
    uit: list[dict[str, Any]] = []
    vragen = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return vragen.pop() if vragen else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        uit.append(dict(message))

    await door(scope(method, path, headers), receive, send)
    kop = {k.decode(): v.decode() for k, v in uit[0]["headers"]}
    return Antwoord(uit[0]["status"], kop, b"".join(item.get("body", b"") for item in uit[1:]))
