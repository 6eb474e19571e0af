"""The outer ring of the application: headers on every answer, bodies of a bounded size, HEAD as GET. Pure ASGI."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from prometheus_client import Counter
from starlette.exceptions import HTTPException

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

API_VERSION = "1.0.0"
MAX_LICHAAM = 1_000_000
MAX_FOTO = 12_000_000
"""A form with a photo (10 MB) and its other fields."""
MAX_OPENBAAR = 64_000
"""A form that anyone may send: the log-in, and what a reader presses on the page of an actie."""
UTF8 = re.compile(rb';\s*charset="?utf-?8"?\s*(?=;|$)', re.IGNORECASE)

ANTWOORDEN = Counter("actiehub_antwoorden", "Antwoorden van API en pagina's, per soort status.", ["status"])

# Referrer-Policy is same-origin, not no-referrer: with the latter browsers send `Origin: null` on our own forms.
FIXED: tuple[tuple[bytes, bytes], ...] = (
    (b"api-version", API_VERSION.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)


def policy(nonce: str, *, frames: str = "", framed_by: str = "'none'") -> str:
    """The Content-Security-Policy of a page; `frames` = origins it may embed, `framed_by` = who may embed it."""
    parts = [
        "default-src 'none'",
        f"script-src 'nonce-{nonce}'",
        f"style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        f"frame-ancestors {framed_by}",
    ]
    return "; ".join([*parts, f"frame-src {frames}"] if frames else parts)


class Begrensd:
    """Hands on a body up to its limit; beyond that the reader gets an error that becomes a 413.

    A form in another codec than UTF-8 becomes a 415.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers = dict(reversed(scope["headers"]))  # of a header that is sent twice the first counts, as for the routes
        kind = headers.get(b"content-type", b"").strip().lower()
        self._limit = MAX_FOTO if kind.startswith(b"multipart/form-data") else MAX_LICHAAM
        if scope["path"] == "/inloggen" or scope["path"].startswith(("/a/", "/taak/")):
            self._limit = MAX_OPENBAAR
        # A form names the codec it is read with. Some of Python's take minutes for a megabyte or give half characters.
        self._vreemd = not kind.startswith(b"application/json") and b"charset" in UTF8.sub(b"", kind)
        announced = headers.get(b"content-length", b"0")
        self._seen = 0
        self._announced = int(announced) if announced.isdigit() else 0
        self._receive = receive

    async def __call__(self) -> Message:
        if self._vreemd:
            raise HTTPException(415)
        if self._announced > self._limit:
            raise HTTPException(413)
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            raise HTTPException(413)
        return message


class Headers:
    """Adds what the route did not set itself, and puts a fresh nonce in `request.state.nonce`."""

    def __init__(self, app: App, *, https: bool) -> None:
        self._app = app
        hsts = ((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),) if https else ()
        self._fixed = FIXED + hsts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        head = scope["method"] == "HEAD"
        inner = {**scope, "state": {**scope.get("state", {}), "nonce": nonce}}
        if head:
            inner["method"] = "GET"
        ended = False
        enough = asyncio.Event()

        async def sending(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                ANTWOORDEN.labels(f"{message['status'] // 100}xx").inc()
                await send({**message, "headers": self._with(list(message.get("headers", ())), nonce)})
            elif not head:
                await send(message)
            elif not ended:
                ended = True
                if message.get("more_body", False):
                    enough.set()
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        work = self._app(inner, Begrensd(scope, receive), sending)
        await (_until(enough, work) if head else work)

    def _with(self, given: list[tuple[bytes, bytes]], nonce: str) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in given}
        added = [pair for pair in self._fixed if pair[0] not in present]
        if b"content-security-policy" not in present:
            added.append((b"content-security-policy", policy(nonce).encode()))
        return [*given, *added]


async def _until(enough: asyncio.Event, work: Awaitable[None]) -> None:
    """Run `work`, but stop it once that is enough: a stream whose headers were asked for would never end."""
    task, stop = asyncio.ensure_future(work), asyncio.ensure_future(enough.wait())
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()
        if not task.done():
            task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
