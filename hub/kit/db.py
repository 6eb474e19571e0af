"""The one way into the database: reads on a snapshot, writes through one thread that shares commits.

On SQLite all writes go through a single writer thread. What arrives while a commit is under way becomes the next
batch: one `BEGIN IMMEDIATE`, a savepoint per use case (a failing one rolls back alone), one fsync for all. A reply
waits for that commit, so what was acknowledged is on disk (WAL, synchronous=FULL). After the commit `signal`s reach
the listeners in this process; a process that writes beside us is noticed by `poll_signals`.
"""

import asyncio
import contextlib
import fcntl
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Engine,
    Integer,
    String,
    create_engine,
    delete,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from hub.kit import log

T = TypeVar("T")
Listener = Callable[[int], object]
MAX_BATCH = 512
KEEP_SIGNALS = 100_000
BUSY_MS = 30_000
CHECKPOINT_MS = 200
"""How long the writer waits for another process, and how short for readers when it empties the write-ahead log."""


class DatabaseError(Exception):
    """The database cannot be used as configured. The message says which setting and what to do."""


class Moment(TypeDecorator[datetime]):
    """An instant in a column: aware in Python, UTC in the database; refuses a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Een tijdstip zonder tijdzone mag niet in de database.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Parent of every table; the slices define their own tables in `tables.py`."""

    type_annotation_map = {datetime: Moment()}  # noqa: RUF012 - SQLAlchemy reads this plain class attribute


class Signaal(Base):
    """What changed, in order of commit: boards read everything newer than the serial they know."""

    __tablename__ = "signaal"
    serial: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    onderwerp: Mapped[str] = mapped_column(String(40))
    sleutel: Mapped[str] = mapped_column(String(80))
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads this plain class attribute


def signal(session: Session, onderwerp: str, sleutel: str) -> None:
    """Note inside a write that `sleutel` of `onderwerp` changed; listeners hear of it after the commit."""
    session.add(Signaal(onderwerp=onderwerp, sleutel=sleutel))


def forget_signals(session: Session, keep: int = KEEP_SIGNALS) -> None:
    """Delete signals that no board can still be behind on; one that was away longer rebuilds at its start."""
    newest = session.scalar(select(func.max(Signaal.serial))) or 0
    session.execute(delete(Signaal).where(Signaal.serial <= newest - keep))


def newer_signals(session: Session, serial: int) -> list[Signaal]:
    """All signals after `serial`, oldest first."""
    return list(session.scalars(select(Signaal).where(Signaal.serial > serial).order_by(Signaal.serial)))


class Db:
    """One database: `await read(fn)`, `await write(fn)` and their `_sync` twins for commands and threads.

    `fn` gets a Session, runs in a thread and must return plain data (no rows), because the session is closed when
    the result arrives. Never do network I/O inside `fn`.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            raise DatabaseError(
                "database_url: alleen SQLite wordt nu ondersteund (sqlite:///pad/naar/hub.db). "
                "PostgreSQL staat op de planning."
            )
        self.path = Path(parsed.database or "hub.db")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _own_file(self.path)
        self.engine = _engine(url)
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="db-read")
        self._jobs: queue.SimpleQueue[tuple[Callable[[Session], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._listeners: list[Listener] = []
        self._serial = 0
        self._gate = threading.Lock()
        self._closed = False
        self._log = log.get("database")
        self._lock: int | None = None
        self._thread = threading.Thread(target=self._run, name="db-write", daemon=True)
        self._thread.start()

    # -- reading -----------------------------------------------------------------------------------------------
    def read_sync(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` on a snapshot of the last commit and return what it returns."""
        with Session(self.engine, expire_on_commit=False) as session:
            return fn(session)

    async def read(self, fn: Callable[[Session], T]) -> T:
        """As `read_sync`, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_sync, fn)

    # -- writing -----------------------------------------------------------------------------------------------
    def submit(self, fn: Callable[[Session], T]) -> "Future[T]":
        """Queue `fn` for the writer; the future resolves after the commit that holds it."""
        future: Future[T] = Future()
        with self._gate:
            # Nothing may be queued behind the end: who waits for it would wait for ever.
            if not self._closed:
                self._jobs.put((fn, future))
                return future
        future.set_exception(DatabaseError("De database is al gesloten."))
        return future

    def write_sync(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` in a transaction of its own and wait until it is on disk."""
        return self.submit(fn).result()

    async def write(self, fn: Callable[[Session], T]) -> T:
        """As `write_sync` without blocking the loop. Cancelling the caller does not undo the write."""
        return await asyncio.shield(asyncio.wrap_future(self.submit(fn)))

    def listen(self, listener: Listener) -> None:
        """Call `listener(serial)` after each commit that held a signal; it runs in the writer thread."""
        self._listeners.append(listener)

    def poll_signals(self) -> None:
        """Notice commits of another process (a command beside the server); cheap, called every second."""
        newest = self.read_sync(_last_serial)
        if newest > self._serial:
            self._announce(newest)

    def truncate_wal(self) -> bool:
        """Empty the write-ahead log so that erased pages leave the disk; False while a reader holds it."""
        return self.submit(_TRUNCATE).result()

    # -- life --------------------------------------------------------------------------------------------------
    def claim(self) -> None:
        """Become the one server of this file, or refuse: two of them would post everything twice."""
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

    def close(self) -> None:
        """Finish what is queued, then close; safe to call twice."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._readers.shutdown()
        self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)

    # -- the writer thread -------------------------------------------------------------------------------------
    def _run(self) -> None:
        with self.engine.connect() as connection:
            while batch := self._next_batch():
                if batch[0][0] is _TRUNCATE:
                    _checkpoint(connection, batch[0][1])
                    continue
                self._commit(connection, batch)

    def _next_batch(self) -> list[tuple[Callable[[Session], Any], Future[Any]]]:
        if (job := self._jobs.get()) is None:
            return []
        batch = [job]
        while job[0] is not _TRUNCATE and len(batch) < MAX_BATCH:
            with contextlib.suppress(queue.Empty):
                following = self._jobs.get_nowait()
                if following is None or following[0] is _TRUNCATE:
                    self._jobs.put(following)
                    break
                batch.append(following)
                continue
            break
        return batch

    def _commit(self, connection: Connection, batch: list[tuple[Callable[[Session], Any], Future[Any]]]) -> None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        # From here on nobody can cancel: what was cancelled before is not done, what is done is told.
        batch = [job for job in batch if job[1].set_running_or_notify_cancel()]
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for fn, future in batch:
                outcomes.append((future, *_one(connection, fn)))
                _still_open(connection, outcomes[-1][2])
            newest = connection.execute(text("SELECT coalesce(max(serial), 0) FROM signaal")).scalar_one()
            connection.exec_driver_sql("COMMIT")
        except BaseException as error:
            with contextlib.suppress(Exception):
                connection.exec_driver_sql("ROLLBACK")
            outcomes = [(future, None, error) for _, future in batch]
            newest = self._serial
        finally:
            # SQLAlchemy opened its own (empty, autocommit) transaction around ours; end it with the batch.
            connection.rollback()
        if newest > self._serial:
            self._announce(newest)
        for future, result, problem in outcomes:
            if problem is None:
                future.set_result(result)
            else:
                future.set_exception(problem)

    def _announce(self, serial: int) -> None:
        self._serial = max(serial, self._serial)
        for listener in self._listeners:
            try:
                listener(serial)
            except Exception as error:
                # Who wrote must hear that it is on disk, and the writer must live on.
                self._log.error("een luisteraar faalde", fout=type(error).__name__)


def _TRUNCATE(_session: Session) -> bool:
    """Marks the job that empties the write-ahead log."""
    raise AssertionError("this job is a mark; it is never run as a use case")


def _one(connection: Connection, fn: Callable[[Session], Any]) -> tuple[Any, BaseException | None]:
    """One use case in its own savepoint: its result, or its error with everything it did undone."""
    session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    try:
        result = fn(session)
        session.commit()
    except Exception as error:
        session.rollback()
        return None, error
    finally:
        session.close()
    return result, None


def _still_open(connection: Connection, problem: BaseException | None) -> None:
    """On a full disk SQLite drops the whole transaction by itself; what came next would each commit alone."""
    driver = connection.connection.dbapi_connection
    if problem is not None and driver is not None and not driver.in_transaction:
        raise problem


def _checkpoint(connection: Connection, done: "Future[bool]") -> None:
    """Empty the log, or say at once that a reader holds it: all writes wait while this waits."""
    if not done.set_running_or_notify_cancel():
        return
    try:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={CHECKPOINT_MS}")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        done.set_result(bool(busy is not None and busy[0] == 0))
    except Exception as error:
        done.set_exception(error)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.rollback()


def _last_serial(session: Session) -> int:
    return int(session.execute(text("SELECT coalesce(max(serial), 0) FROM signaal")).scalar_one())


def _own_file(path: Path) -> None:
    """Make the file readable by its owner only before SQLite opens it; its log and index take over that mode."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


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


@contextlib.contextmanager
def opened(url: str) -> Iterator[Db]:
    """A Db for the length of a `with` block."""
    db = Db(url)
    try:
        yield db
    finally:
        db.close()
