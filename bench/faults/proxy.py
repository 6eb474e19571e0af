"""A proxy on 127.0.0.1 that breaks the line to an HTTP server in one chosen way.

    async with Proxy("http://127.0.0.1:8010") as proxy:
        proxy.fault = Swallow()
        ...  # call proxy.url
        assert (proxy.requests, proxy.reached) == (1, 1)

A fault holds from the next connection until another is set; `Nothing()` lets all through. `reaches` tells of a fault
whether the request still arrives at the server behind the proxy, so that a test knows what the truth is.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

import trustme

MB = 2**20
_PIECE = 65_536
_RST = struct.pack("ii", 1, 0)
"""Without lingering the kernel sends RST instead of a tidy end."""
Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a reply: first line, headers and the body without any transfer coding."""

    start: str
    headers: tuple[Header, ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The value of a header, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def encode(self, length: int | None = None) -> bytes:
        """The bytes on the line; `length` is what Content-Length claims when that is not the truth."""
        own = ("connection", "content-length", "transfer-encoding")
        headers = [(key, value) for key, value in self.headers if key.lower() not in own]
        claimed = len(self.body) if length is None else length
        headers += [("Content-Length", str(claimed)), ("Connection", "close")]
        head = "".join(f"{key}: {value}\r\n" for key, value in headers)
        return f"{self.start}\r\n{head}\r\n".encode("latin-1") + self.body


class Line:
    """One connection of a client, with the request that came over it."""

    def __init__(self, proxy: "Proxy", request: Message, writer: asyncio.StreamWriter) -> None:
        self.proxy, self.request, self._writer = proxy, request, writer

    async def ask(self) -> Message:
        """Pass the request on, counted, and return the whole reply."""
        self.proxy.reached += 1
        return await self.pass_on()

    async def pass_on(self) -> Message:
        """Pass the request on and return the whole reply."""
        reader, writer = await asyncio.open_connection(*self.proxy.upstream)
        try:
            writer.write(self.request.encode())
            return await _read(reader, bodiless=self.request.start.startswith("HEAD "))
        finally:
            writer.close()

    async def send(self, data: bytes) -> None:
        """Send bytes to the client."""
        for at in range(0, len(data), _PIECE):
            self._writer.write(data[at : at + _PIECE])
            await self._writer.drain()

    async def reply(self, status: str, text: str, kind: str = "text/html", *headers: Header) -> None:
        """Answer in place of the server."""
        message = Message(f"HTTP/1.1 {status}", (("Content-Type", kind), *headers), text.encode())
        await self.send(message.encode())

    def reset(self) -> None:
        """Break the connection off, as a crashed machine or a strict firewall does."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        self._writer.transport.abort()


class Fault:
    """What happens to a request; this one lets it through. Subclass it for a fault of your own."""

    reaches: ClassVar[bool] = True
    """Whether the request still arrives at the server."""

    async def play(self, line: Line) -> None:
        """Do to this request what the fault stands for."""
        await line.send((await line.ask()).encode())


@dataclass(frozen=True, slots=True)
class Nothing(Fault):
    """All goes well."""


# -- no connection ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Refuse(Fault):
    """Nobody listens: the connection is refused at once."""

    reaches = False


@dataclass(frozen=True, slots=True)
class Blackhole(Fault):
    """The connection is never made and never refused, as behind a firewall that drops everything."""

    reaches = False


@dataclass(frozen=True, slots=True)
class Tls(Fault):
    """The server speaks TLS (the address becomes https) with a certificate of this kind, good or bad.

    A client that trusts `proxy.ca_pem` sees the fault itself; any other sees a stranger's certificate.
    """

    kind: Literal["good", "expired", "self-signed", "wrong-host"]

    @property
    def reaches(self) -> bool:  # type: ignore[override]
        """Only a good certificate lets a request through."""
        return self.kind == "good"


# -- the request arrives, the reply does not --------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ResetAfter(Fault):
    """The connection breaks after so many bytes of the reply."""

    bytes: int

    async def play(self, line: Line) -> None:
        reply = await line.ask()
        await line.send(reply.encode()[: self.bytes])
        line.reset()


@dataclass(frozen=True, slots=True)
class Swallow(Fault):
    """The reply is dropped; the connection is closed, or kept open in silence."""

    keep_open: bool = False

    async def play(self, line: Line) -> None:
        await line.ask()
        if self.keep_open:
            await line.proxy.stopping.wait()


@dataclass(frozen=True, slots=True)
class Drip(Fault):
    """The reply comes byte by byte, with so many seconds in between."""

    seconds: float

    async def play(self, line: Line) -> None:
        for byte in (await line.ask()).encode():
            await line.send(bytes([byte]))
            await asyncio.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class WrongLength(Fault):
    """Content-Length claims so many bytes more (or, negative, fewer) than there are."""

    by: int = 10

    async def play(self, line: Line) -> None:
        reply = await line.ask()
        await line.send(reply.encode(length=max(0, len(reply.body) + self.by)))


@dataclass(frozen=True, slots=True)
class Truncated(Fault):
    """The first half of the reply, as if it were whole."""

    async def play(self, line: Line) -> None:
        reply = await line.ask()
        await line.send(Message(reply.start, reply.headers, reply.body[: len(reply.body) // 2]).encode())


@dataclass(frozen=True, slots=True)
class Big(Fault):
    """The reply has the status of the real one, and a body of so many bytes that says nothing."""

    bytes: int = 10 * MB

    async def play(self, line: Line) -> None:
        reply = await line.ask()
        await line.send(Message(reply.start, reply.headers, b" " * self.bytes).encode())


# -- somebody in between answers --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class HtmlError(Fault):
    """A page for people in place of an answer, with 503 or, worse, with 200."""

    status: Literal[200, 503] = 503
    reaches = False

    async def play(self, line: Line) -> None:
        words = "OK" if self.status == 200 else "Service Unavailable"
        await line.reply(f"{self.status} {words}", f"<html><h1>{words}</h1><p>Even geduld.</p></html>")


@dataclass(frozen=True, slots=True)
class TooMany(Fault):
    """429, with this Retry-After: seconds, an HTTP date, something absurd, or none."""

    retry_after: str | None = None
    reaches = False

    async def play(self, line: Line) -> None:
        headers = () if self.retry_after is None else (("Retry-After", self.retry_after),)
        await line.reply("429 Too Many Requests", "{}", "application/json", *headers)


@dataclass(frozen=True, slots=True)
class Status(Fault):
    """An empty answer with this status."""

    status: int
    reaches = False

    async def play(self, line: Line) -> None:
        await line.reply(f"{self.status} Status", "{}", "application/json")


@dataclass(frozen=True, slots=True)
class Redirect(Fault):
    """301 to the same address, for ever, or to another host (given as an address)."""

    to: str = ""
    reaches = False

    async def play(self, line: Line) -> None:
        path = line.request.start.split(" ")[1]
        await line.reply("301 Moved Permanently", "", "text/html", ("Location", f"{self.to or line.proxy.url}{path}"))


# -- the proxy ---------------------------------------------------------------------------------------------------
class Proxy:
    """Stands in front of `upstream` (http://host:port) and counts what passes. Stops with its `async with` block.

    Requests whose path holds one of `spares` pass untouched and uncounted, as long as there is a connection.
    """

    def __init__(self, upstream: str, spares: Sequence[str] = ()) -> None:
        self._spares = spares
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.stopping = asyncio.Event()
        self._ca, self._fault = trustme.CA(), Fault()
        self._busy: set[asyncio.Task[None]] = set()
        self._fresh: set[socket.socket] = set()
        self._sockets: list[socket.socket] = []
        self._accepting: asyncio.Task[None] | None = None
        self.forget()

    def forget(self) -> None:
        """Count from nought again: connections made, requests read, and those passed on to the server."""
        self.connections = self.requests = self.reached = 0

    async def __aenter__(self) -> Self:
        # Bound but never listening: it keeps the port ours while nobody listens on it.
        self._holder = _bound(0)
        self._port = int(self._holder.getsockname()[1])
        self.fault = Nothing()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stopping.set()
        self._deafen()
        self._holder.close()
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        for client in self._fresh:
            client.close()

    @property
    def url(self) -> str:
        """Where clients find the proxy."""
        return f"{'https' if isinstance(self._fault, Tls) else 'http'}://127.0.0.1:{self._port}"

    @property
    def ca_pem(self) -> bytes:
        """The authority that signed the certificates of `Tls`, for a client that should trust it."""
        return self._ca.cert_pem.bytes()

    @property
    def fault(self) -> Fault:
        """What happens to the connections from now on."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._deafen()
        self._fault = fault
        if isinstance(fault, Refuse):
            return
        listener = _bound(self._port)
        self._sockets.append(listener)
        if isinstance(fault, Blackhole):
            listener.listen(0)
            self._fill()
            return
        listener.listen(1024)
        context = _context(self._ca, fault.kind) if isinstance(fault, Tls) else None
        self._accepting = asyncio.get_running_loop().create_task(self._accept(listener, fault, context))

    def _deafen(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
        self._accepting = None
        while self._sockets:
            self._sockets.pop().close()

    def _fill(self) -> None:
        """Once the queue of a listener is full, the kernel drops every further attempt without a word."""
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self._port))
            self._sockets.append(filler)

    async def _accept(self, listener: socket.socket, fault: Fault, context: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(listener)
            self.connections += 1
            self._fresh.add(client)
            task = loop.create_task(self._serve(client, fault, context))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    async def _serve(self, client: socket.socket, fault: Fault, context: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        # A client that hangs up, or does not trust us, is what faults are for.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, client, ssl=context)
            self._fresh.discard(client)
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
            try:
                request = await _read(reader)
                line = Line(self, request, writer)
                if any(path in request.start for path in self._spares):
                    await line.send((await line.pass_on()).encode())
                    return
                self.requests += 1
                await fault.play(line)
            finally:
                writer.close()


def _bound(port: int) -> socket.socket:
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", port))
    found.setblocking(False)
    return found


async def _read(reader: asyncio.StreamReader, *, bodiless: bool = False) -> Message:
    """One message, whole; a reply without a length ends with its connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    start, *lines = head.rstrip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    message = Message(start, tuple((key, value.strip()) for key, _, value in pairs))
    if bodiless:
        return message
    if message.header("transfer-encoding").lower() == "chunked":
        body = await _chunks(reader)
    elif length := message.header("content-length"):
        body = await reader.readexactly(int(length))
    else:
        body = await reader.read() if start.startswith("HTTP/") else b""
    return Message(start, message.headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body


def _context(ca: trustme.CA, kind: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    now = datetime.now(UTC)
    make: dict[str, Callable[[], trustme.LeafCert]] = {
        "good": lambda: ca.issue_cert("127.0.0.1"),
        "expired": lambda: ca.issue_cert(
            "127.0.0.1", not_before=now - timedelta(days=30), not_after=now - timedelta(days=1)
        ),
        "wrong-host": lambda: ca.issue_cert("elders.example"),
    }
    if kind in make:
        make[kind]().configure_cert(context)
        return context
    own = trustme.CA()
    with own.cert_pem.tempfile() as certificate, own.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    return context
