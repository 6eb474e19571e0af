"""Which calls a process began, in a file that outlives a hard stop: what is not in it was certainly not sent.

A line is written before the socket opens; the kernel keeps it when the process is killed, though not when the machine
loses power, so the file names the boot it was written in. Its owner holds a lock on it for as long as it lives:
a process that is only frozen may still send, and then the file proves nothing.
"""

import contextlib
import fcntl
import os
from pathlib import Path

from hub.delivery.model import Bezorging
from hub.kit import log
from hub.kit.ids import token

BOOT = Path("/proc/sys/kernel/random/boot_id")
ENDING = ".aanroepen"
Aanroep = tuple[str, int]
"""A bezorging and the fence of the claim under which it was called."""


class Aanroepen:
    """The file of this process. `begin` before each call; one that cannot be kept is taken away at once."""

    def __init__(self, folder: Path, owner: str) -> None:
        self._path = _path(folder, owner)
        self._log = log.get("bezorging")
        folder.mkdir(parents=True, exist_ok=True)
        self._file: int | None = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._write(_boot())

    def begin(self, item: Bezorging) -> None:
        """Note that this call begins now."""
        self._write(f"{item.id} {item.fence}")

    def close(self) -> None:
        """A tidy stop leaves nothing under way, so nothing to remember."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _write(self, line: str) -> None:
        if self._file is None:
            return
        data = f"{line}\n".encode()
        try:
            if os.write(self._file, data) == len(data):
                return
        except OSError as error:
            self._log.error("het logboek van aanroepen is niet te schrijven", fout=type(error).__name__)
        # A file with a gap would call a post unsent that is out: better none, and every broken call unknown.
        self.close()


def begun(folder: Path, owner: str) -> frozenset[Aanroep] | None:
    """The calls that this dead process began; None when nothing can be said about it."""
    try:
        file = os.open(_path(folder, owner), os.O_RDONLY)
    except OSError:
        return None
    try:
        # Only of a process that is gone for good this lock is free; others may be looking as well.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        first, *lines = _path(folder, owner).read_text(encoding="ascii").splitlines()
        if first != _boot():
            return None
        return frozenset((bezorging_id, int(fence)) for bezorging_id, fence in (line.split(" ") for line in lines))
    except (OSError, ValueError):
        return None
    finally:
        os.close(file)


def abandoned(folder: Path) -> set[str]:
    """The processes that left a file and are gone for good."""
    found = set()
    for path in folder.glob(f"*{ENDING}"):
        with contextlib.suppress(OSError):
            file = os.open(path, os.O_RDONLY)
            try:
                # A file that is being made is locked before it has a first line.
                if os.fstat(file).st_size:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                    found.add(path.name.removesuffix(ENDING))
            finally:
                os.close(file)
    return found


def forget(folder: Path, owner: str) -> None:
    """Remove the file of a process whose work was given back."""
    with contextlib.suppress(OSError):
        _path(folder, owner).unlink(missing_ok=True)


def _path(folder: Path, owner: str) -> Path:
    return folder / f"{owner}{ENDING}"


def _boot() -> str:
    """Which boot of this machine this is; empty lines of two unknown boots must never look alike."""
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return f"onbekend-{token(9)}"
