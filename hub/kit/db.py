"""The one way into the database: reads on a snapshot, writes through one thread that shares commits.

All writes of a process go through a single writer thread. What arrives while a commit is under way becomes the next
batch: one transaction, a savepoint per use case (a failing one rolls back alone), one fsync for all. A reply waits
for that commit, so what was acknowledged is on disk. Batches of several processes never overlap: SQLite's write lock
and, on PostgreSQL, a lock of ours see to that. So use cases happen one after another in one order everywhere, and
the serials of `signal` rise in order of commit.

`hub.kit.sqlite` and `hub.kit.postgres` hold what differs; `hub.kit.databases` picks one by its address.
"""

import asyncio
import contextlib
import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Engine,
    Integer,
    String,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from hub.kit import log
from hub.kit.clock import monotonic

T = TypeVar("T")
Listener = Callable[[int], object]
Job = tuple[Callable[[Session], Any], "Vraag[Any]"]
MAX_BATCH = 512
TRIES = 3
"""How often a batch is done that the database undid because this process was held up."""
KEEP_SIGNALS = 100_000


HEAD_START = 0.01
"""Seconds that whoever listens waits at most for what begins with a commit."""
Vast = Callable[[float], object]
"""Called in the thread of the writer as soon as a use case is on disk, before whoever listens hears of it and before
its result is told; with the seconds that it may take."""


class Vraag(Future[T]):
    """A use case that was asked for, and what begins with its commit."""

    vast: Vast | None = None


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


_SIGNAAL = insert(Signaal.__table__).inline()  # type: ignore[arg-type]


def signal(session: Session, onderwerp: str, sleutel: str) -> None:
    """Note inside a write that `sleutel` of `onderwerp` changed; listeners hear of it after the commit."""
    session.connection().execute(_SIGNAAL, {"onderwerp": onderwerp, "sleutel": sleutel})


def forget_signals(session: Session, keep: int = KEEP_SIGNALS) -> None:
    """Delete signals that no board can still be behind on; one that was away longer rebuilds at its start."""
    newest = session.scalar(select(func.max(Signaal.serial))) or 0
    session.execute(delete(Signaal).where(Signaal.serial <= newest - keep))


class Gewijzigd(NamedTuple):
    """One signal as a board reads it."""

    serial: int
    onderwerp: str
    sleutel: str


def newer_signals(session: Session, serial: int) -> list[Gewijzigd]:
    """All signals after `serial`, oldest first."""
    return [Gewijzigd(*row) for row in session.execute(_NEWER, {"known": serial})]


_NEWER = (
    select(Signaal.serial, Signaal.onderwerp, Signaal.sleutel)
    .where(Signaal.serial > bindparam("known"))
    .order_by(Signaal.serial)
)


class Db(ABC):
    """One database: `await read(fn)`, `await write(fn)` and their `_sync` twins for commands and threads.

    `fn` gets a Session, runs in a thread and must return plain data (no rows), because the session is closed when
    the result arrives. Never do network I/O inside `fn`.
    """

    alleen: bool
    """Whether one hub has this database to itself, so that whatever another owner left behind is a leftover."""
    path: Path | None
    """The file, where the database is one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = self.reading = engine
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="db-read")
        self._long_readers = ThreadPoolExecutor(2, thread_name_prefix="db-long")
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._chore: Job | None = None
        self._listeners: list[Listener] = []
        self._lost: list[Callable[[], object]] = []
        self._serial = self._written = 0
        self._open = False
        self._gate = threading.Lock()
        self._closed = False
        self._log = log.get("database")
        self._thread = threading.Thread(target=self._run, name="db-write", daemon=True)

    # -- reading -----------------------------------------------------------------------------------------------
    def read_sync(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` on what was committed and return what it returns."""
        with Session(self.reading, expire_on_commit=False) as session:
            return fn(session)

    async def read(self, fn: Callable[[Session], T]) -> T:
        """As `read_sync`, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_sync, fn)

    async def read_long(self, fn: Callable[[Session], T]) -> T:
        """As `read`, for what may take seconds (a report): in threads of its own, so no withdrawal waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._long_readers, self.read_sync, fn)

    # -- writing -----------------------------------------------------------------------------------------------
    def submit(self, fn: Callable[[Session], T], vast: Vast | None = None) -> "Future[T]":
        """Queue `fn` for the writer; the future resolves after the commit that holds it. `vast`: see Vast."""
        future: Vraag[T] = Vraag()
        future.vast = vast
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

    async def write(self, fn: Callable[[Session], T], vast: Vast | None = None) -> T:
        """As `write_sync` without blocking the loop. Cancelling the caller does not undo the write."""
        return await asyncio.shield(asyncio.wrap_future(self.submit(fn, vast)))

    async def write_aside(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` in a transaction beside the order of all writes, for what touches only rows of its own process.

        Where writers wait for each other this waits for none of them, so that a heartbeat is heard under any load.
        """
        return await self.write(fn)

    # -- hearing of commits ------------------------------------------------------------------------------------
    def listen(self, listener: Listener, lost: Callable[[], object] | None = None) -> None:
        """Call `listener(serial)` after each commit that held a signal; it runs in a thread of the database.

        `lost()` is called when this process can no longer hear of commits of others; the next `listener` ends that.
        """
        self._listeners.append(listener)
        if lost is not None:
            self._lost.append(lost)

    def poll_signals(self) -> None:
        """Notice commits of another process; cheap, called every second beside whatever wakes us sooner."""
        newest = self.read_sync(last_serial)
        if newest > self._serial:
            self._announce(newest)

    # -- what differs per database -----------------------------------------------------------------------------
    @abstractmethod
    def claim(self) -> None:
        """Say that this process serves this database; raises DatabaseError where only one may."""

    @abstractmethod
    def erase(self, tables: Iterable[str]) -> bool:
        """Make what was deleted from these tables leave the disk; False while a reader holds it there."""

    @abstractmethod
    def now(self, session: Session, here: datetime) -> datetime:
        """The instant by which leases count: that of the database where several machines share it, else `here`."""

    @abstractmethod
    def _begin(self, connection: Connection) -> None:
        """Open the transaction of a batch, alone among all writers."""

    @abstractmethod
    def _tell(self, connection: Connection, serial: int) -> None:
        """Tell other processes, as part of the commit, that signals up to `serial` are there."""

    @abstractmethod
    def _still_open(self, connection: Connection, problem: BaseException | None) -> None:
        """Raise `problem` where it ended the transaction of the whole batch."""

    def _cut_off(self, problem: BaseException) -> bool:
        """Whether the database ended a transaction that was not yet to be committed: nothing of it happened."""
        return False

    # -- life --------------------------------------------------------------------------------------------------
    def close(self) -> None:
        """Finish what is queued, then close; safe to call twice."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._readers.shutdown()
        self._long_readers.shutdown()
        self.engine.dispose()

    # -- the writer thread -------------------------------------------------------------------------------------
    def _run(self) -> None:
        while batch := self._next_batch():
            if isinstance(batch[0][0], Chore):
                self._alone(*batch[0])
            else:
                self._commit(batch)

    def _next_batch(self) -> list[Job]:
        job, self._chore = self._chore or self._jobs.get(), None
        if job is None:
            return []
        batch = [job]
        while not isinstance(job[0], Chore) and len(batch) < MAX_BATCH:
            with contextlib.suppress(queue.Empty):
                following = self._jobs.get_nowait()
                if following is None:
                    self._jobs.put(None)  # nothing can be queued behind the end
                    break
                if isinstance(following[0], Chore):
                    # It is next: at the back of the queue a busy hub would never come to it.
                    self._chore = following
                    break
                batch.append(following)
                continue
            break
        return batch

    def _alone(self, chore: Callable[[Session], Any], done: "Future[Any]") -> None:
        """A chore between two batches, without a transaction around it."""
        if not done.set_running_or_notify_cancel():
            return
        try:
            with self.engine.connect() as connection:
                result = chore.run(connection) if isinstance(chore, Chore) else None
        except Exception as error:
            done.set_exception(error)
        else:
            done.set_result(result)

    def _commit(self, batch: list[Job]) -> None:
        outcomes: list[tuple[Vraag[Any], Any, BaseException | None]] = []
        # From here on nobody can cancel: what was cancelled before is not done, what is done is told.
        batch = [job for job in batch if job[1].set_running_or_notify_cancel()]
        newest = self._written
        for keer in range(TRIES):
            try:
                outcomes.clear()
                with self.engine.connect() as connection:
                    newest = self._transaction(connection, batch, outcomes)
                break
            except BaseException as error:
                # Only before COMMIT was asked for is it certain that nothing happened, and may it be done again.
                if keer + 1 < TRIES and self._open and self._cut_off(error):
                    continue
                outcomes = [(future, None, error) for _, future in batch]
                break
        until = monotonic() + HEAD_START
        for future, _, problem in outcomes:
            if problem is None and future.vast is not None:
                left = max(0.0, until - monotonic())
                self._call("wie op de commit wachtte faalde", partial(future.vast, left))
        if newest > self._written:
            # Also when a notification was first: whoever wrote finds the boards changed.
            self._written = newest
            self._announce(newest)
        for future, result, problem in outcomes:
            if problem is None:
                future.set_result(result)
            else:
                future.set_exception(problem)

    def _transaction(
        self,
        connection: Connection,
        batch: list[Job],
        outcomes: list[tuple["Vraag[Any]", Any, BaseException | None]],
    ) -> int:
        """All of a batch in one commit; returns the newest serial in it."""
        try:
            self._open = False
            self._begin(connection)
            self._open = True
            for fn, future in batch:
                outcomes.append((future, *_one(connection, fn)))
                self._still_open(connection, outcomes[-1][2])
            newest = int(connection.execute(_NEWEST).scalar_one())
            if newest > self._written:
                self._tell(connection, newest)
            self._open = False
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            with contextlib.suppress(Exception):
                connection.exec_driver_sql("ROLLBACK")
            raise
        finally:
            # SQLAlchemy opened its own (empty, autocommit) transaction around ours; end it with the batch.
            with contextlib.suppress(Exception):
                connection.rollback()
        return newest

    def _announce(self, serial: int) -> None:
        self._serial = max(serial, self._serial)
        for listener in self._listeners:
            self._call("een luisteraar faalde", partial(listener, serial))

    def _call(self, fault: str, listener: Callable[[], object]) -> None:
        try:
            listener()
        except Exception as error:
            # Who wrote must hear that it is on disk, and the writer must live on.
            self._log.error(fault, fout=type(error).__name__)


class Chore:
    """Work for the writer thread that is no transaction, such as emptying the write-ahead log."""

    def __init__(self, run: Callable[[Connection], Any]) -> None:
        self.run = run

    def __call__(self, _session: Session) -> Any:
        raise AssertionError("this is a mark in the queue; it is never run as a use case")


_NEWEST = text("SELECT coalesce(max(serial), 0) FROM signaal")


def last_serial(session: Session) -> int:
    """The serial of the newest signal; 0 when there was none yet."""
    return int(session.execute(_NEWEST).scalar_one())


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
