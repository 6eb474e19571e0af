"""Answers of the door: status, headers and bytes straight onto the ASGI wire, without a framework in between."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

BODY_LIMIT = 64 * 1024

VEILIG: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
"""On every answer of the door."""

DICHT = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
"""For everything that is not the live page."""

NIET_BEWAREN = (b"cache-control", b"no-store")


class TeGroot(Exception):
    """The request body is larger than anything we ask for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One finished answer. Content-Length follows from the body, also for HEAD, which sends the headers alone."""

    status: int
    body: bytes
    headers: Headers

    async def send(self, send: Send, method: str = "GET") -> None:
        """Put it on the wire."""
        head = [(b"content-length", b"%d" % len(self.body)), *self.headers, *VEILIG]
        if self.status == 304:
            head = head[1:]
        await send({"type": "http.response.start", "status": self.status, "headers": head})
        body = b"" if method == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body, "more_body": False})


def plain_text(status: int, words: str, *more: tuple[bytes, bytes]) -> Reply:
    """A short Dutch sentence; never kept by anyone."""
    headers = ((b"content-type", b"text/plain; charset=utf-8"), NIET_BEWAREN, DICHT, *more)
    return Reply(status, words.encode() + b"\n", headers)


def json(value: object, status: int = 200) -> Reply:
    """A small JSON answer that is never kept."""
    return Reply(status, orjson.dumps(value), ((b"content-type", b"application/json"), NIET_BEWAREN, DICHT))


def not_modified(*headers: tuple[bytes, bytes]) -> Reply:
    """The other side has these bytes already."""
    return Reply(304, b"", headers)


def header(scope: Scope, name: bytes) -> bytes:
    """One request header, empty when absent."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Whether the other side says it has exactly this.

    `*` counts as no match: a player that sends it with everything would keep a withdrawn picture for ever.
    """
    if if_none_match == etag:
        return True
    if etag not in if_none_match:
        return False
    return any(part.strip().removeprefix(b"W/") == etag for part in if_none_match.split(b","))


async def body_of(receive: Receive) -> bytes:
    """The whole request body; raises TeGroot beyond the limit."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_LIMIT:
            raise TeGroot
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
