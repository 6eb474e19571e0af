"""PostgreSQL: several processes on one database. One of them writes at a time; all hear of every commit.

A batch holds an advisory lock, so that use cases of all processes happen in one order, as on SQLite. A process that
freezes while it holds the lock is cut off by the server after `FROZEN_MS`, and its batch is undone. Commits are told
with NOTIFY; a lost connection is told to the boards, which show nothing of anyone until they have read anew.
"""

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hub.kit.db import Chore, DatabaseError, Db, last_serial

T = TypeVar("T")
PEN = 7_205_759
"""The advisory lock of whoever writes."""
CHANNEL = "actiehub"
FROZEN_MS, READING_MS = 2_000, 30_000
"""How long a transaction may stand still before the server ends it: one that writes holds up everyone."""
CONNECT_SECONDS, CONNECT_TRIES = 3, 5
LINE: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}
"""A server that vanished without a word is noticed within seconds."""
REFUSALS = (
    ("refused|No such file", "op {waar} draait geen PostgreSQL. Start de server, of verbeter machine en poort."),
    ("[Tt]imeout", "PostgreSQL op {waar} antwoordt niet. Kijk of de server draait en of de firewall hem doorlaat."),
    ("resolve|translate host|not known", "de machine {waar} is niet te vinden. Verbeter de naam."),
    (
        'password|role ".*" does not exist',
        "PostgreSQL op {waar} kent gebruiker {naam} niet, of niet met dit wachtwoord. Verbeter naam of wachtwoord.",
    ),
    ('database ".*" does not exist', "op {waar} bestaat de database {database} niet. Maak hem met createdb."),
    ("too many", "PostgreSQL op {waar} heeft geen plaats voor nog een verbinding. Verhoog max_connections."),
)
"""What the words of a server, or of the network in between, mean."""
STILL_THERE_SECONDS = 1.0
RETRY_SECONDS = 0.25
LOOKS, LOOK_SECONDS = 20, 0.01
"""How often and how long it waits for readers before it may clean up; all writes wait meanwhile."""
_MARK = text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)")
_OLDER_READER = text(
    "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() "
    "AND age(backend_xmin) > age(CAST(:mark AS xid))"
)


class PostgresDb(Db):
    """One database for any number of processes."""

    alleen = False
    path = None

    def __init__(self, url: str) -> None:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
        engine = _engine(parsed)
        try:
            _first_time(engine)
        except DBAPIError as error:
            raise DatabaseError(f"database_url: {_refused(parsed, str(error.orig))}") from error
        super().__init__(engine)
        self.reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="db-aside")
        self._stopping = threading.Event()
        self._ear = threading.Thread(target=self._hear, name="db-listen", daemon=True)
        self._thread.start()

    def listen(self, listener: Callable[[int], object], lost: Callable[[], object] | None = None) -> None:
        """As every database; the first listener opens the connection that hears other processes."""
        super().listen(listener, lost)
        if not self._ear.is_alive():
            self._ear.start()

    def claim(self) -> None:
        """Any number of processes may serve one PostgreSQL."""

    def erase(self, tables: Iterable[str]) -> bool:
        """Vacuum these tables; False while an older reader could still see what was deleted from them."""
        names = ", ".join(f'"{name}"' for name in tables)
        return bool(self.submit(Chore(lambda connection: _vacuum(connection, names))).result())

    def now(self, session: Session, here: datetime) -> datetime:
        """The clock of the server, which all processes share."""
        moment = session.scalar(select(func.clock_timestamp()))
        return moment.astimezone(UTC) if isinstance(moment, datetime) else here

    def close(self) -> None:
        """Stop hearing, then as every database."""
        self._stopping.set()
        if self._ear.is_alive():
            with contextlib.suppress(DBAPIError), self.engine.connect() as connection:
                self._tell(connection, 0)  # ends the wait of our own ear at once
            self._ear.join()
        self._aside.shutdown()
        super().close()

    async def write_aside(self, fn: Callable[[Session], T]) -> T:
        """As every database, without the lock of who writes and in a thread that does nothing else."""
        return await asyncio.get_running_loop().run_in_executor(self._aside, self._write_aside, fn)

    def _write_aside(self, fn: Callable[[Session], T]) -> T:
        beside = self.engine.execution_options(isolation_level="READ COMMITTED")
        with Session(beside, expire_on_commit=False) as session, session.begin():
            return fn(session)

    def _begin(self, connection: Connection) -> None:
        connection.exec_driver_sql(
            f"BEGIN; SET LOCAL idle_in_transaction_session_timeout = {FROZEN_MS}; SELECT pg_advisory_xact_lock({PEN})"
        )

    def _tell(self, connection: Connection, serial: int) -> None:
        connection.exec_driver_sql(f"SELECT pg_notify('{CHANNEL}', '{serial}')")

    def _still_open(self, connection: Connection, problem: BaseException | None) -> None:
        """A broken connection takes the whole batch with it; any other fault only its own savepoint."""
        if isinstance(problem, DBAPIError) and (problem.connection_invalidated or connection.closed):
            raise problem

    def _cut_off(self, problem: BaseException) -> bool:
        """A machine that is too busy looks like one that is frozen; what a person asked must not fail by it."""
        lost = (psycopg.errors.IdleInTransactionSessionTimeout, psycopg.OperationalError)
        return isinstance(problem, DBAPIError) and isinstance(problem.orig, lost)

    # -- hearing of other processes ----------------------------------------------------------------------------
    def _hear(self) -> None:
        """Wait for notifications; after a lost connection everyone reads anew."""
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True, **LINE) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._announce(self.read_sync(last_serial))
                    self._follow(connection)
            except Exception as error:
                self._log.error("database niet bereikbaar", fout=type(error).__name__)
                self._tell_lost()
                self._stopping.wait(RETRY_SECONDS)

    def _follow(self, connection: "psycopg.Connection[Any]") -> None:
        while not self._stopping.is_set():
            heard = [int(notice.payload) for notice in connection.notifies(timeout=STILL_THERE_SECONDS, stop_after=1)]
            if not heard:
                # Nothing came: look ourselves, which also shows whether the line still works.
                row = connection.execute("SELECT coalesce(max(serial), 0) FROM signaal").fetchone()
                heard = [int(row[0])] if row else []
            if heard and heard[-1] > self._serial:
                self._announce(heard[-1])

    def _tell_lost(self) -> None:
        for lost in self._lost:
            with contextlib.suppress(Exception):
                lost()


def _vacuum(connection: Connection, names: str) -> bool:
    """Rewrite the tables without their dead rows, once nobody reads who could still need those."""
    mark = connection.execute(_MARK).scalar_one()
    for _ in range(LOOKS):
        if not connection.execute(_OLDER_READER, {"mark": mark}).scalar_one():
            connection.exec_driver_sql(f"VACUUM (FULL) {names}")
            return True
        time.sleep(LOOK_SECONDS)
    return False


def _first_time(engine: Engine) -> None:
    """Connect at the start: to a server that is too busy to answer more than once, to one that refuses only once."""
    for number in range(1, CONNECT_TRIES + 1):
        try:
            engine.connect().close()
        except DBAPIError as error:
            if number == CONNECT_TRIES or not isinstance(error.orig, psycopg.errors.ConnectionTimeout):
                raise
        else:
            return


def _refused(url: URL, told: str) -> str:
    """Why there is no connection and what to do. Of what the server told only the kind is repeated, never its words."""
    where = f"{url.host or 'deze machine'}{f', poort {url.port}' if url.port else ''}"
    for words, sentence in REFUSALS:
        if re.search(words, told):
            return sentence.format(waar=where, naam=url.username or "van het systeem", database=url.database or "")
    return f"PostgreSQL op {where} laat de hub niet toe. Kijk of naam, wachtwoord en database kloppen."


def _engine(url: URL) -> Engine:
    """Connections that open no transaction by themselves and that a frozen process cannot keep locked."""
    # Without `hide_parameters` an error of the database carries the words of an actie into the log.
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",
        connect_args={
            **LINE,
            "options": f"-c lock_timeout=5s -c idle_in_transaction_session_timeout={READING_MS} -c timezone=UTC",
        },
    )
