"""What goes wrong under the database, without needing root: the same on every machine.

    with Disk(folder / "hub.db") as disk:      # before the file is opened, in this process
        disk.fault = "full"                    # or "read-only", "fsync"; "" ends it
    limit_files(process.pid, 0)                # a child process: the system refuses its writes
    with held(folder / "hub.db"):              # another process has the database
    for copy in truncations(db, folder):       # the log as a power cut may leave it

`Disk` stands between SQLite and the file system and answers as SQLite does on ENOSPC, EROFS and a failing fsync.
"""

import _sqlite3
import ctypes
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Self

PAGE = 4096
Kind = Literal["", "full", "read-only", "fsync"]
FULL, IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE = 13, 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8
_METHODS = (
    *("xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock", "xCheckReservedLock"),
    *("xFileControl", "xSectorSize", "xDeviceCharacteristics", "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap"),
    *("xFetch", "xUnfetch"),
)
_POINTER, _LONG, _INT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int
_OPEN = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER)
_WRITE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _LONG)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _POINTER, _LONG)
_SYNC = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)
_SIZE = ctypes.CFUNCTYPE(_INT, _POINTER, ctypes.POINTER(_LONG))


class _Vfs(ctypes.Structure):
    """The head of `sqlite3_vfs`: how SQLite opens files."""

    _fields_ = (
        ("iVersion", _INT),
        ("szOsFile", _INT),
        ("mxPathname", _INT),
        ("pNext", _POINTER),
        ("zName", ctypes.c_char_p),
        ("pAppData", _POINTER),
        ("xOpen", _POINTER),
    )


class _Methods(ctypes.Structure):
    """`sqlite3_io_methods`: what SQLite does with an open file."""

    _fields_ = (("iVersion", _INT), *((name, _POINTER) for name in _METHODS))


_KEPT: list[object] = []
"""What SQLite may still call for files that stay open after a Disk is gone."""


class Disk:
    """The disk under one SQLite database of this process. Enter before the database is opened."""

    fault: Kind = ""

    def __init__(self, path: Path) -> None:
        self._path = str(path.resolve()).encode()
        # The extension module finds the very SQLite that Python uses, wherever that is.
        find = ctypes.CDLL(_sqlite3.__file__).sqlite3_vfs_find
        find.restype = _POINTER
        self._vfs = _Vfs.from_address(find(None))
        self._tables: dict[int, _Methods] = {}

    def __enter__(self) -> Self:
        self._original = int(self._vfs.xOpen)
        opening = _OPEN(self._open)
        _KEPT.extend((self, opening))
        self._vfs.xOpen = ctypes.cast(opening, _POINTER)
        return self

    def __exit__(self, *_: object) -> None:
        self.fault = ""
        self._vfs.xOpen = self._original

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        # The name goes on as the pointer it is: SQLite keeps it as long as the file is open.
        code: int = _OPEN(self._original)(vfs, name, file, flags, out)
        # The first word of an open file is the table of its methods.
        first = _POINTER.from_address(file)
        if code == 0 and first.value and name is not None and ctypes.string_at(name).startswith(self._path):
            first.value = ctypes.addressof(self._table(first.value))
        return code

    def _table(self, original: int) -> _Methods:
        """The methods of a file with those that a fault touches replaced."""
        if original not in self._tables:
            methods = _Methods.from_buffer_copy(_Methods.from_address(original))
            write, truncate = _WRITE(methods.xWrite), _TRUNCATE(methods.xTruncate)
            sync, size = _SYNC(methods.xSync), _SIZE(methods.xFileSize)

            def on_write(file: int, data: int, amount: int, offset: int) -> int:
                now = _LONG()
                if self.fault == "full" and size(file, ctypes.byref(now)) == 0 and offset + amount > now.value:
                    return FULL
                return IOERR_WRITE if self.fault == "read-only" else int(write(file, data, amount, offset))

            def on_truncate(file: int, length: int) -> int:
                return IOERR_TRUNCATE if self.fault == "read-only" else int(truncate(file, length))

            def on_sync(file: int, flags: int) -> int:
                return IOERR_FSYNC if self.fault == "fsync" else int(sync(file, flags))

            replaced: dict[str, Any] = {
                "xWrite": _WRITE(on_write),
                "xTruncate": _TRUNCATE(on_truncate),
                "xSync": _SYNC(on_sync),
            }
            for name, function in replaced.items():
                setattr(methods, name, ctypes.cast(function, _POINTER))
            _KEPT.append(replaced)
            self._tables[original] = methods
        return self._tables[original]


def limit_files(pid: int, size: int | None) -> None:
    """Let no file of this process of ours grow beyond `size` bytes; 0: it can write to no file at all; None: ends it.

    Stands for a disk that is full or was remounted read-only, as the operating system tells it (EFBIG).
    """
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process holds the database with BEGIN EXCLUSIVE for the length of the block."""
    command = [sys.executable, "-c", _HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError(f"{path.name} is not to be had")
        try:
            yield
        finally:
            process.communicate()


def log_of(path: Path) -> Path:
    """The write-ahead log of a database."""
    return path.with_name(f"{path.name}-wal")


def snapshot(path: Path, copy: Path) -> Path:
    """Database and log as they stand on disk at this moment, also under load: what a power cut would leave.

    A reader keeps the log from starting anew between the two copies, as no power cut could do either.
    """
    reader = sqlite3.connect(path, isolation_level=None)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        shutil.copyfile(path, copy)
        shutil.copyfile(log_of(path), log_of(copy))
    finally:
        reader.close()
    return copy


def truncations(path: Path, folder: Path, step: int = PAGE) -> Iterator[tuple[int, Path]]:
    """(length, copy) with the log cut off after every `step` bytes; each copy takes the place of the one before."""
    whole = log_of(path).read_bytes()
    copy = folder / f"afgekapt-{path.name}"
    for length in range(0, len(whole) + step, step):
        for left in folder.glob(f"{copy.name}*"):
            left.unlink()
        shutil.copyfile(path, copy)
        log_of(copy).write_bytes(whole[:length])
        yield min(length, len(whole)), copy
