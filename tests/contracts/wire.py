"""A fake wire: a loopback server that plays written-down answers, or breaks the line in a chosen way."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self
from urllib.parse import unquote_plus

from aiohttp import web

Fault = Literal["reset", "swallowed", "silent", "trickle", "endless"]

_SHORT = 0.02
"""Seconds between two bytes of an answer that never ends."""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Wire:
    """`async with Wire() as wire`: play exchanges, give one answer to everything, or fail.

    `vooraf`: what a netwerk is asked before the call that counts (a login, an upload). It is always answered as
    written, whatever else goes wrong, and is not counted. `seen`: every request, with its body. `poured`: bytes of an
    answer without end that left.
    """

    def __init__(self, vooraf: Sequence[Mapping[str, Any]] = ()) -> None:
        self._vooraf = vooraf
        self.calls: list[str] = []
        self.seen: list[tuple[web.Request, bytes]] = []
        self.bodies: list[str] = []
        self.surprises: list[str] = []
        self._left: list[Mapping[str, Any]] = []
        self._always: Mapping[str, Any] | None = None
        self._fault: Fault | None = None
        self.poured = 0
        self._settings: Mapping[str, str] = {}

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._over = asyncio.Event()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        await self._runner.cleanup()

    def play(self, exchanges: Sequence[Mapping[str, Any]], settings: Mapping[str, str]) -> None:
        """Answer these requests, each once; any other request is a surprise."""
        self._left, self._settings = list(exchanges), settings

    def answer(self, answer: Mapping[str, Any]) -> None:
        """Give the same answer to whatever is asked."""
        self._always = answer

    def fail(self, fault: Fault) -> None:
        """Read each request and then break the line."""
        self._fault = fault

    def pad(self, path: str) -> str:
        """A written path with the values of the settings in it."""
        for naam, waarde in self._settings.items():
            path = path.replace("{" + naam + "}", waarde)
        return path

    def left(self) -> list[str]:
        """Exchanges that were never asked for."""
        return [_title(exchange["verzoek"]) for exchange in self._left]

    def fill(self, value: Any) -> Any:
        """Put this server's address where `{basis}` stands in texts, also deep inside."""
        if isinstance(value, str):
            return value.replace("{basis}", getattr(self, "url", ""))
        if isinstance(value, Mapping):
            return {key: self.fill(inner) for key, inner in value.items()}
        return [self.fill(inner) for inner in value] if isinstance(value, list) else value

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.seen.append((request, raw))
        body = unquote_plus(raw.decode("utf-8", "replace"))
        if (before := self._before(request, body)) is not None:
            return self._respond(before)
        self.calls.append(f"{request.method} {request.path}")
        self.bodies.append(body)
        if self._fault is not None:
            return await self._break(request, self._fault)
        if self._always is not None:
            return self._respond(self._always)
        for exchange in self._left:
            if self._matches(exchange["verzoek"], request, body):
                self._left.remove(exchange)
                return self._respond(exchange["antwoord"])
        self.surprises.append(f"{self.calls[-1]}?{request.query_string} {body[:300]}")
        return web.Response(status=599)

    def _before(self, request: web.Request, body: str) -> Mapping[str, Any] | None:
        """The answer to what is asked before the call that counts, unless it is among what is played."""
        if any(self._matches(exchange["verzoek"], request, body) for exchange in self._left):
            return None
        found = (x["antwoord"] for x in self._vooraf if self._matches(x["verzoek"], request, body))
        return next(found, None)

    def _matches(self, expected: Mapping[str, Any], request: web.Request, body: str) -> bool:
        path = self.pad(expected["pad"])
        heads = [request.headers.get(naam, "") for naam in ("Authorization", "Idempotency-Key")]
        sent = " ".join([body, unquote_plus(request.query_string), *heads])
        return (
            request.method == expected["methode"]
            and request.path == path
            and all(part in sent for part in expected.get("bevat", []))
        )

    def _respond(self, answer: Mapping[str, Any]) -> web.Response:
        headers = dict(answer.get("kop", {}))
        if "json" in answer:
            return web.json_response(self.fill(answer["json"]), status=answer["status"], headers=headers)
        text, kind = str(answer.get("tekst", "")), str(answer.get("soort", "text/html"))
        return web.Response(text=text, content_type=kind, status=answer["status"], headers=headers)

    async def _break(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        transport = request.transport
        if fault == "reset" and transport is not None:
            # Without lingering the kernel sends RST instead of a tidy end.
            raw = transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            transport.abort()
        elif fault == "swallowed" and transport is not None:
            transport.close()
        elif fault == "silent":
            await self._over.wait()
        elif fault == "endless":
            return await self._pour(request)
        else:
            return await self._trickle(request)
        return web.Response()

    async def _pour(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError):  # who asked hangs up
            while not self._over.is_set():
                await answer.write(b" " * 2**20)
                self.poured += 2**20
        return answer

    async def _trickle(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        while not self._over.is_set():
            await answer.write(b" ")
            try:
                await asyncio.wait_for(self._over.wait(), _SHORT)
            except TimeoutError:
                continue
        return answer


def _title(request: Mapping[str, Any]) -> str:
    return f"{request['methode']} {request['pad']}"
