"""The journal of endings, outside the database: what was taken back stays taken back, also after a restore.

One line per withdrawal or close, and per subscriber who stops, on disk before the database commits it. Nothing about
a person is in it: of a subscriber it holds the number that the hub once drew, which leads nowhere after their /stop.
A line too much is harmless: it names what somebody wanted gone.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.kit import log

TOCH_DOOR = "loopt-door"
"""The looptijd was extended while the hub was about to close the actie: the line before it does not count."""
INTREKKEN = "intrekken"
AFGEMELD = "afgemeld"
"""A subscriber stopped; `actie_id` is their number and `code` the kanaal."""
WACHT = 0.8
"""Seconds to wait for a line at most: within one second of a withdrawal the first post is being taken back."""
LOOKS, LOOK_SECONDS = 50, 0.01
"""How often and how long to wait for another process that is adding a line."""


@dataclass(frozen=True, slots=True)
class Regel:
    """One ending: of which actie, what happened (`intrekken`, `afsluiten`, `verlopen`), why and when."""

    actie_id: str
    code: str
    gebeurtenis: str
    reden: str
    op: str


def lees(data: bytes) -> list[Regel]:
    """All lines, oldest first; one that is torn or not ours is left out."""
    found = []
    for line in data.splitlines():
        with contextlib.suppress(ValueError, TypeError, UnicodeDecodeError):
            regel = Regel(**json.loads(line))
            if all(isinstance(value, str) for value in asdict(regel).values()):
                found.append(regel)
    return found


def beeindigd(regels: Iterable[Regel]) -> dict[str, Regel]:
    """The last ending of each actie by its id; a withdrawal is never undone by what comes after it."""
    over: dict[str, Regel] = {}
    for regel in regels:
        before = over.get(regel.actie_id)
        if regel.gebeurtenis == AFGEMELD or (before is not None and before.gebeurtenis == INTREKKEN):
            continue
        if regel.gebeurtenis == TOCH_DOOR:
            over.pop(regel.actie_id, None)
        else:
            over[regel.actie_id] = regel
    return over


def afgemeld(regels: Iterable[Regel]) -> list[str]:
    """The numbers of the subscribers who stopped."""
    return [regel.actie_id for regel in regels if regel.gebeurtenis == AFGEMELD]


def ontbrekend(regels: Iterable[Regel], nodig: Iterable[Regel]) -> list[Regel]:
    """Of the endings that must be in the journal those that are not; a close is covered by a withdrawal."""
    over = {actie_id: regel.gebeurtenis for actie_id, regel in beeindigd(regels).items()}
    return [r for r in nodig if r.actie_id not in over or INTREKKEN == r.gebeurtenis != over[r.actie_id]]


class Journaal:
    """The file. `gemist`: a line could not be added, so the journal must be completed when it can be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.gemist = False
        # A thread of its own: pictures that are drawn may keep all others busy, and an ending waits for its line.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journaal")

    async def noteer_nu(self, regel: Regel) -> None:
        """As `noteer`, without blocking the loop and ahead of all other work with files."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.noteer, regel)

    async def probeer(self, regel: Regel) -> bool:
        """As `noteer_nu`, but False when it fails or takes too long: no withdrawal waits for the journal."""
        try:
            async with asyncio.timeout(WACHT):
                await self.noteer_nu(regel)
        except (OSError, TimeoutError) as error:
            self.gemist = True
            log.get("journaal").error(
                "niet in het journaal", wat=regel.gebeurtenis, code=regel.code, fout=type(error).__name__
            )
            return False
        return True

    def noteer(self, *regels: Regel) -> None:
        """Add these lines and wait until they are on disk; raises OSError. Several processes may do so at once."""
        data = b"".join(json.dumps(asdict(regel), ensure_ascii=False).encode() + b"\n" for regel in regels)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _lock(handle)
            _write(handle, (b"\n" if _torn(handle) else b"") + data)
            os.fsync(handle)
        finally:
            os.close(handle)
        if new:
            _sync_folder(self.path.parent)

    def alles(self) -> list[Regel]:
        """What stands in it; nothing when there is no journal yet."""
        try:
            return lees(self.path.read_bytes())
        except FileNotFoundError:
            return []


def _lock(handle: int) -> None:
    """Wait for another process, but never for one that froze: a line is one write, which stays whole by itself."""
    for _ in range(LOOKS):
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_SECONDS)


def _torn(handle: int) -> bool:
    """Whether a crash left a line without an end, which the next line may not be glued to."""
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def _write(handle: int, data: bytes) -> None:
    if os.write(handle, data) != len(data):
        raise OSError("De schijf van het journaal is vol.")


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
