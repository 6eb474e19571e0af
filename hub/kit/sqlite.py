"""SQLite: one file, one hub. WAL with synchronous=FULL, secure_delete, every write `BEGIN IMMEDIATE`."""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hub.kit.db import Chore, DatabaseError, Db
from hub.kit.paden import file_fault, folder_fault, reden

BUSY_MS = 30_000
CHECKPOINT_MS = 200
"""How long the writer waits for another process, and how short for readers when it empties the write-ahead log."""


class SqliteDb(Db):
    """The embedded database: everything in one file that one hub serves."""

    alleen = True
    path: Path

    def __init__(self, url: str) -> None:
        self.path = Path(make_url(url).database or "hub.db")
        _own_file(self.path)
        engine = _engine(url)
        _first_time(engine, self.path)
        super().__init__(engine)
        self._lock: int | None = None
        self._thread.start()

    def claim(self) -> None:
        """Become the one server of this file, or refuse: two of them would post everything twice."""
        if self._lock is not None:
            return
        lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise DatabaseError(
                f"{self.path.name} is al in gebruik door een andere hub. Stop die eerst, of kies een andere "
                "database_url of --map."
            ) from error
        self._lock = lock

    def erase(self, tables: Iterable[str]) -> bool:
        """Empty the write-ahead log, so that erased pages leave the disk; False while a reader holds it."""
        return bool(self.submit(Chore(_truncate)).result())

    def now(self, session: Session, here: datetime) -> datetime:
        """One machine, one clock."""
        return here

    def close(self) -> None:
        """As every database, and let the file go."""
        super().close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _begin(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _tell(self, connection: Connection, serial: int) -> None:
        """Another process (a short command beside the hub) looks once a second by itself."""

    def _still_open(self, connection: Connection, problem: BaseException | None) -> None:
        """On a full disk SQLite drops the whole transaction by itself; what came next would each commit alone."""
        driver = connection.connection.dbapi_connection
        if problem is not None and driver is not None and not driver.in_transaction:
            raise problem


def _truncate(connection: Connection) -> bool:
    """Empty the log, or say at once that a reader holds it: all writes wait while this waits."""
    try:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={CHECKPOINT_MS}")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(busy is not None and busy[0] == 0)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.rollback()


def database_fault(path: Path) -> str:
    """Why this file cannot be the database; SQLite also writes beside it. Empty when it can."""
    return file_fault(path) or folder_fault(path.parent)


def _own_file(path: Path) -> None:
    """Make the file readable by its owner only before SQLite opens it; its log and index take over that mode."""
    if fault := database_fault(path):
        raise DatabaseError(f"database_url: {fault}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise DatabaseError(
            f"database_url: {path} is niet te maken: {reden(error)}. Geef de hub rechten, of kies een ander pad."
        ) from error


def _first_time(engine: Engine, path: Path) -> None:
    """Open the file once, so that one of something else is refused before anything is done with it."""
    try:
        engine.connect().close()
    except DBAPIError as error:
        engine.dispose()
        if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise DatabaseError(
                f"database_url: {path} is geen database. Kies een ander bestand; de hub maakt het zelf."
            ) from error
        raise DatabaseError(
            f"database_url: {path} is niet te openen. Kijk of de schijf werkt en niet vol is, en of de hub er mag "
            "schrijven."
        ) from error


def _engine(url: str) -> Engine:
    """SQLite that keeps what it confirmed and wipes what it deleted; the driver opens no transaction by itself."""
    # Without `hide_parameters` an error of the database carries the words of an actie into the log.
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine
