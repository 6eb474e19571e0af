"""A verified copy of a database in one SQLite file, made beside a running hub, and the way back.

A copy is one snapshot. It has the schema of the database it was made of, whatever kind that is, so that newer code
can take it in: first into that schema, then upgraded. Rows stream in portions; a large table never fills memory.
"""

import contextlib
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, DateTime, Engine, Integer, MetaData, Table, create_engine, event, func, select, text
from sqlalchemy.engine import Connection

from hub.kit import migrate
from hub.kit.clock import iso
from hub.kit.db import Db, Moment
from hub.kit.paden import reden

PORTIE = 2_000
MERK = "kopie_van"
"""The table that tells a copy from a database that a hub worked in."""
VERSIE = "alembic_version"


class KopieFout(Exception):
    """The copy cannot be made or taken in. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Kopie:
    """A copy: when it was made, its schema, its size and the number of rows per table."""

    op: datetime
    revisie: str
    bytes: int
    rijen: Mapping[str, int]

    @property
    def totaal(self) -> int:
        """How many rows there are in it."""
        return sum(self.rijen.values())


# -- making ----------------------------------------------------------------------------------------
def maak(db: Db, path: Path, now: datetime, *, zonder: Collection[str]) -> Kopie:
    """Copy every table except `zonder` to a new file; it is there whole and verified, or not at all."""
    if path.exists():
        raise KopieFout(f"{path.name} bestaat al. Kies een andere naam; een kopie gaat nooit over iets heen.")
    if not path.parent.is_dir():
        raise KopieFout(f"De map {path.parent} bestaat niet. Maak haar eerst, of kies een andere.")
    part = path.with_name(f".{path.name}.{os.getpid()}.deel")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        revisie, rijen = _fill(db, part, now, zonder)
        _verify(part, rijen)
        _sync(part)
        os.rename(part, path)
        _sync(path.parent)
    except OSError as error:
        raise KopieFout(f"{path.name} is niet te schrijven: {reden(error)}. Kies een andere map.") from error
    finally:
        for leftover in (part, part.with_name(f"{part.name}-journal")):
            leftover.unlink(missing_ok=True)
    return Kopie(now, revisie, path.stat().st_size, rijen)


def _fill(db: Db, part: Path, now: datetime, zonder: Collection[str]) -> tuple[str, dict[str, int]]:
    engine = _plain(part)
    try:
        with snapshot(db.engine) as source:
            revisie = str(source.execute(text(f"SELECT version_num FROM {VERSIE}")).scalar_one())  # noqa: S608 - ours
            migrate.upgrade(engine, revisie)
            with engine.connect() as target:
                rijen = {}
                for there, here in _pairs(source, target):
                    if here.name not in zonder:
                        rijen[here.name] = _stream(source, there, target, here)
                target.exec_driver_sql(f"CREATE TABLE {MERK} (op TEXT NOT NULL, revisie TEXT NOT NULL)")
                target.execute(text(f"INSERT INTO {MERK} VALUES (:op, :revisie)"), {"op": iso(now), "revisie": revisie})  # noqa: S608 - ours
                target.commit()
    finally:
        engine.dispose()
    return revisie, rijen


@contextlib.contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection on which everything is read as it was at one moment."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # Between two portions this transaction is idle while the other file is written.
            connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        else:
            connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")


def _verify(path: Path, rijen: Mapping[str, int]) -> None:
    """Read the copy back as another program would."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
        found = {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in rijen}  # noqa: S608
        whole = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if whole != "ok" or found != dict(rijen):
        raise KopieFout("De kopie is niet gelijk aan de database. Kijk de schijf na en probeer het opnieuw.")


# -- taking in -------------------------------------------------------------------------------------
def lees(path: Path) -> Kopie:
    """What a file holds, if it is a whole copy; raises KopieFout."""
    if not path.is_file():
        raise KopieFout(f"{path} bestaat niet, of is geen bestand. Verbeter het pad.")
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise KopieFout(f"{path.name} is beschadigd. Neem een andere kopie.")
            op, revisie = copy.execute(f"SELECT op, revisie FROM {MERK}").fetchone()  # noqa: S608 - ours
            names = [
                name
                for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if name not in (MERK, VERSIE) and not name.startswith("sqlite_")
            ]
            rijen = {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    except (sqlite3.Error, TypeError) as error:
        raise KopieFout(f"{path.name} is geen kopie van `hub backup`, of niet te lezen.") from error
    if revisie not in migrate.revisions():
        raise KopieFout(f"{path.name} is gemaakt door een nieuwere hub. Werk deze hub eerst bij.")
    return Kopie(datetime.fromisoformat(op), revisie, path.stat().st_size, rijen)


def leeg(engine: Engine) -> bool:
    """Whether there is no table at all in this database."""
    with engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
        return not found.tables


def neem_in(path: Path, kopie: Kopie, target: Connection) -> None:
    """Put the rows of a copy into an empty database, on this connection and in its transaction; newest schema after.

    Nothing is committed here: who calls does that once the hub may be seen by others.
    """
    migrate.run(target, kopie.revisie)
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        with engine.connect() as source:
            for there, here in _pairs(source, target):
                if _stream(source, there, target, here) != kopie.rijen[here.name]:
                    raise KopieFout("Niet elke rij kon worden teruggezet. Er is niets veranderd.")
            _next_numbers(target)
    finally:
        engine.dispose()
    migrate.run(target, "head")


def _next_numbers(target: Connection) -> None:
    """Let counters of PostgreSQL go on after the highest number that came in; SQLite looks by itself."""
    if target.dialect.name != "postgresql":
        return
    for table in _tables(target).values():
        for column in table.primary_key.columns:
            if len(table.primary_key.columns) == 1 and isinstance(column.type, Integer | BigInteger):
                name = {"table": f'"{table.name}"', "column": column.name}
                counter = target.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), name).scalar()
                if counter:
                    highest = target.execute(select(func.max(column))).scalar()
                    values = {"counter": counter, "value": highest or 1, "used": highest is not None}
                    target.execute(text("SELECT setval(CAST(:counter AS regclass), :value, :used)"), values)


# -- both ways -------------------------------------------------------------------------------------
def _pairs(source: Connection, target: Connection) -> list[tuple[Table, Table]]:
    """Each table of the target with the same table of the source, those that others refer to first."""
    there = _tables(source)
    return [(there[table.name], table) for table in _tables(target).values() if table.name in there]


def _tables(connection: Connection) -> dict[str, Table]:
    """The tables as they are in this database now, moments as moments."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, DateTime):
                column.type = Moment()
    return {table.name: table for table in found.sorted_tables if table.name not in (VERSIE, MERK)}


def _stream(source: Connection, there: Table, target: Connection, here: Table) -> int:
    """Copy the rows of one table in portions; returns how many."""
    names = [column.name for column in here.columns]
    count = 0
    query = select(*(there.c[name] for name in names)).execution_options(yield_per=PORTIE)
    for portion in source.execute(query).mappings().partitions():
        target.execute(here.insert(), [dict(row) for row in portion])
        count += len(portion)
    return count


def _plain(path: Path) -> Engine:
    """SQLite for a file that nobody else opens and that is thrown away when this fails."""
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
