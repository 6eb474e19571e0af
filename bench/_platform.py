"""A bare stand-in for proefnet that costs almost nothing, so that a bench measures the hub and not the other side.

    python -m bench._platform SECONDS

Prints its address. Every call is answered after that many seconds; `GET /tellingen` tells at once when which call
arrived, by the monotonic clock that all processes of a machine share, and forgets it.
"""

import asyncio
import json
import sys
import time

OK = b"HTTP/1.1 200 OK"
ANSWERS = {b"POST": b"HTTP/1.1 201 Created", b"PATCH": OK, b"DELETE": b"HTTP/1.1 204 No Content"}
GONE = b"HTTP/1.1 404 Not Found"


class Platform(asyncio.Protocol):
    """One connection; all of them share what was made, what was deleted, and when calls arrived."""

    latency = 0.0
    made: int = 0
    arrived: list[tuple[str, str, float]] = []  # noqa: RUF012 - shared by all connections on purpose

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._read, self._at = transport, b"", 0.0

    def data_received(self, data: bytes) -> None:
        """Answer once the whole call is in."""
        self._at = time.monotonic() if not self._read else self._at
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._read = b""
        method, path = head.split(b" ", 2)[:2]
        if path == b"/tellingen":
            told, Platform.arrived = json.dumps(Platform.arrived).encode(), []
            self._answer(OK, told, close=True)
            return
        Platform.arrived.append((method.decode(), path.decode(), self._at))
        Platform.made += method == b"POST"
        status = ANSWERS.get(method, GONE)
        answer = b"" if status == GONE or method == b"DELETE" else b'{"id": "%d"}' % Platform.made
        asyncio.get_running_loop().call_later(self.latency, self._answer, status, answer, b"onnection: close" in head)

    def _answer(self, status: bytes, body: bytes, close: bool) -> None:
        line = b"Connection: close\r\n" if close else b""
        self._transport.write(b"%s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, line, len(body), body))
        if close:
            self._transport.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def main() -> None:
    """Serve until killed."""
    Platform.latency = float(sys.argv[1])
    server = await asyncio.get_running_loop().create_server(Platform, "127.0.0.1", 0, backlog=4096)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
