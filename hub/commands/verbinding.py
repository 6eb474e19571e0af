"""One connection of the web server, with an end to the head of a request: its size and its time.

The parser itself takes a head of any length, slower with every byte, for as long as the other side likes.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_KOP = 64 * 1024
KOP_SECONDEN = 20.0


class Verbinding(HttpToolsProtocol):
    """Closes a connection whose request line and headers grow too large or take too long."""

    kop_seconden = KOP_SECONDEN
    _kop: int | None = None
    _wacht: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection: its first head must come soon."""
        super().connection_made(transport)
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side is gone."""
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes in while a head is not complete; a body is counted elsewhere."""
        super().data_received(data)
        if self._kop is None:
            return
        self._kop += len(data)
        if self._kop > MAX_KOP:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """A head begins, the first one or another on the same connection."""
        if self._kop is None:
            self._begin()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._end()
        super().on_headers_complete()

    def _begin(self) -> None:
        self._kop = 0
        self._wacht = self.loop.call_later(self.kop_seconden, self.transport.abort)

    def _end(self) -> None:
        self._kop = None
        if self._wacht is not None:
            self._wacht.cancel()
            self._wacht = None
