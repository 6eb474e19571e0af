"""Proefnet without pictures, over lines as bare as can be: what is left of a bezorging is the hub's own share.

A netwerk decides itself how it calls. The ones that ship use aiohttp, of which a thousand calls take longer here than
all that the hub does for them; `tekst` measures with it.
"""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, cast
from urllib.parse import urlsplit

from channels.proef import Channel as Proef
from hub.content import Post, Receipt, Timeouts, Unknown


class Lijn(asyncio.Protocol):
    """One connection, that carries one call at a time."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self.transport, self._read = cast("asyncio.Transport", transport), b""
        self._answer: asyncio.Future[tuple[bytes, bytes]] | None = None

    def ask(self, call: bytes) -> "asyncio.Future[tuple[bytes, bytes]]":
        """Send a call; the first line of its answer, and the body."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(call)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0) if end else 0
        if self._answer is not None and end and len(body) == length:
            self._answer.set_result((head.split(b"\r\n", 1)[0], body))
            self._read, self._answer = b"", None

    def connection_lost(self, exc: Exception | None) -> None:
        """The outcome of what was asked is unknown."""
        if self._answer is not None:
            self._answer.set_exception(exc or ConnectionResetError())


class Channel(Proef):
    """One account that takes words only; all accounts share their connections, as those of one netwerk may."""

    meldt_vertrek: ClassVar[bool] = False
    _free: ClassVar[deque[Lijn]] = deque()

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        super().__init__(instellingen, timeouts)
        self.limits = replace(self.limits, images=False)
        address = urlsplit(self._posts)
        self._host, self._port = address.hostname or "", address.port or 80
        self._head = f"POST {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: %d\r\n\r\n".encode()

    async def publish(self, post: Post, key: str, *_: object) -> Receipt:
        """Make a post, and nothing that a bench does not need."""
        body = json.dumps({"tekst": post.text, "sleutel": key}).encode()
        if Channel._free:
            line = Channel._free.popleft()
        else:
            _, line = await asyncio.get_running_loop().create_connection(Lijn, self._host, self._port)
        status, made = await line.ask(self._head % len(body) + body)
        Channel._free.append(line)
        if b" 201 " not in status:
            raise Unknown(f"Het netwerk gaf een onverwacht antwoord ({status.decode()}).")
        return Receipt(json.loads(made)["id"])

    async def close(self) -> None:
        """Release the connections of all accounts."""
        while Channel._free:
            Channel._free.popleft().transport.close()
