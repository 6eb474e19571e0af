"""Reads answers as fast as they come, over connections that stay open, and counts them."""

import asyncio
import itertools
import time

import uvloop

CONNECTIONS = 16
_END = b"\r\n\r\n"


class Lezer(asyncio.BufferedProtocol):
    """One connection that always has a request under way, each for a code of its own."""

    read = 0

    def __init__(self, way: str, codes: "itertools.count[int]") -> None:
        self._way, self._codes = way, codes
        self._buffer = memoryview(bytearray(1 << 20))
        self._left = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Ask for the first."""
        self._transport = transport
        self._ask()

    def get_buffer(self, _hint: int) -> memoryview:
        """Where bytes go; they are counted and forgotten."""
        return self._buffer

    def buffer_updated(self, count: int) -> None:
        """The end of an answer is where the next is asked for."""
        if self._left:
            self._left -= count
        else:
            head, found, _ = bytes(self._buffer[: min(count, 2048)]).partition(_END)
            assert found, "the head of an answer comes in one piece"
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            self._left = len(head) + len(_END) + length - count
        if not self._left:
            self.read += 1
            self._ask()

    def _ask(self) -> None:
        self._transport.write(b"GET /%s/%08d HTTP/1.1\r\nHost: bench\r\n\r\n" % (self._way.encode(), next(self._codes)))

    def stop(self) -> None:
        """Leave, halfway an answer or not."""
        self._transport.abort()


def per_second(port: int, way: str, seconds: float) -> float:
    """Answers per second of this way of serving."""

    async def run() -> float:
        loop, codes = asyncio.get_running_loop(), itertools.count(10_000_000)
        made = [await loop.create_connection(lambda: Lezer(way, codes), "127.0.0.1", port) for _ in range(CONNECTIONS)]
        await asyncio.sleep(seconds / 10)
        before, start = sum(lezer.read for _, lezer in made), time.monotonic()
        await asyncio.sleep(seconds)
        done = (sum(lezer.read for _, lezer in made) - before) / (time.monotonic() - start)
        for _, lezer in made:
            lezer.stop()
        return done

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run())
