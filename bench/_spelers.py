"""Players of many schermen in one cheap process, so that a bench measures the hub and not who looks at it.

    python -m bench._spelers

First line in: `{"poort": N, "schermen": [[token, breedte, hoogte], ...]}`. Each player keeps its event stream open
and fetches its picture over a connection of its own when an actie runs. After that every line in is
`{"wacht": "aan" | "weg", "sinds": T}`; the answer is one line `{"momenten": [...], "cpu": S}` once all of them showed
a running actie (its last byte is in) or were told that none runs, after T by the monotonic clock all processes share.
"""

import asyncio
import json
import resource
import sys
import time
from typing import Any

SCRATCH = bytearray(1 << 20)
"""What is read of a picture and thrown away: one piece of memory for all."""


class Player:
    """One scherm: when it was told that nothing runs, and when its picture of a running actie was complete."""

    def __init__(self, port: int, token: str, breedte: int, hoogte: int) -> None:
        self.port = port
        self.stream = f"GET /s/{token}/events HTTP/1.1\r\nHost: h\r\n\r\n".encode()
        self.fetch = f"GET /s/{token}/{breedte}x{hoogte}.jpg HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode()
        self.aan = self.weg = 0.0
        self.actief = True

    def told(self, actief: bool) -> None:
        """An event: fetch when there is something to see."""
        was, self.actief = self.actief, actief
        if not actief:
            # Only the first time: the closing message that follows is another event of the same kind.
            self.weg = time.monotonic() if was else self.weg
            return
        loop = asyncio.get_running_loop()
        self.fetching = loop.create_task(loop.create_connection(lambda: Fetch(self), "127.0.0.1", self.port))


class Stream(asyncio.Protocol):
    """The open event stream of one player."""

    def __init__(self, player: Player) -> None:
        self._player, self._rest = player, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for it."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._player.stream)

    def data_received(self, data: bytes) -> None:
        """Whole events only; what follows the last empty line waits."""
        *events, self._rest = (self._rest + data).split(b"\n\n")
        for event in events:
            if b"data: {" in event:
                self._player.told(b'"actief":true' in event)


class Fetch(asyncio.BufferedProtocol):
    """One picture over one connection."""

    def __init__(self, player: Player) -> None:
        self._player, self._head, self._left, self._actief = player, b"", -1, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for it."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._player.fetch)

    def get_buffer(self, sizehint: int) -> bytearray:
        """Where the next bytes go."""
        return SCRATCH

    def buffer_updated(self, nbytes: int) -> None:
        """Count bytes; look only at the head and at how the picture ends."""
        if self._left < 0:
            self._head += SCRATCH[:nbytes]
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            head = head.lower()
            assert head.startswith(b"http/1.1 200"), head
            self._actief = b"actiehub-stand: actief" in head
            self._left = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]) - len(body)
        else:
            self._left -= nbytes
        if self._left == 0:
            assert SCRATCH[nbytes - 2 : nbytes] == b"\xff\xd9"
            if self._actief:
                self._player.aan = time.monotonic()
            self._transport.close()


async def main() -> None:
    """Serve the lines of the one who started us, until there are no more."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    given: dict[str, Any] = json.loads(await lines.readline())
    players = [Player(given["poort"], *screen) for screen in given["schermen"]]
    for player in players:
        await loop.create_connection(lambda player=player: Stream(player), "127.0.0.1", player.port)  # type: ignore[misc]
    while line := await lines.readline():
        asked: dict[str, Any] = json.loads(line)
        while any(getattr(player, asked["wacht"]) <= asked["sinds"] for player in players):
            await asyncio.sleep(0.02)
        used = resource.getrusage(resource.RUSAGE_SELF)
        momenten = [getattr(player, asked["wacht"]) for player in players]
        sys.stdout.write(json.dumps({"momenten": momenten, "cpu": used.ru_utime + used.ru_stime}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
