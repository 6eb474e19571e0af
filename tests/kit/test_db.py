"""The one write path: shared commits, a failing use case alone, signals after the commit, one server per file."""

import asyncio
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from hub.kit.databases import open_db
from hub.kit.db import Base, Chore, DatabaseError, Db, forget_signals, newer_signals, signal
from hub.kit.migrate import revision, upgrade
from hub.tracking.tables import TellerRij


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TellerRij)) or 0


def add(naam: str, session: Session) -> str:
    session.add(TellerRij(naam=naam, waarde=1))
    signal(session, "actie", naam)
    return naam


def test_writes_that_arrive_together_all_return_their_own_result(db: Db) -> None:
    futures = [db.submit(lambda s, n=number: add(f"t{n}", s)) for number in range(300)]
    wait(futures)
    assert [future.result() for future in futures] == [f"t{number}" for number in range(300)]
    assert db.read_sync(count) == 300


def test_a_failing_use_case_rolls_back_alone(db: Db) -> None:
    def fails(session: Session) -> None:
        add("fout", session)
        session.flush()
        raise RuntimeError("dit gaat mis")

    before = [db.submit(lambda s, n=number: add(f"v{n}", s)) for number in range(20)]
    broken = db.submit(fails)
    after = [db.submit(lambda s, n=number: add(f"n{n}", s)) for number in range(20)]
    wait([*before, broken, *after])
    assert isinstance(broken.exception(), RuntimeError)
    assert db.read_sync(count) == 40


def test_listeners_hear_of_a_change_after_it_can_be_read(db: Db) -> None:
    seen: list[int] = []
    db.listen(lambda _serial: seen.append(db.read_sync(count)))
    db.write_sync(lambda s: add("t", s))
    assert seen == [1]


def test_a_write_without_signal_wakes_nobody(db: Db) -> None:
    seen: list[int] = []
    db.listen(seen.append)
    db.write_sync(lambda s: s.add(TellerRij(naam="stil", waarde=1)))
    assert seen == []


def test_what_another_process_committed_is_noticed(db: Db) -> None:
    seen: list[int] = []
    db.listen(seen.append)
    other = open_db(f"sqlite:///{db.path}")
    other.write_sync(lambda s: add("elders", s))
    other.close()
    db.poll_signals()
    assert len(seen) == 1
    assert [row.sleutel for row in db.read_sync(lambda s: newer_signals(s, 0))] == ["elders"]


def test_the_write_ahead_log_can_be_emptied(db: Db) -> None:
    db.write_sync(lambda s: add("t", s))
    assert db.erase(())
    assert Path(f"{db.path}-wal").stat().st_size == 0


def test_a_reader_that_holds_the_log_does_not_hold_up_the_writers(db: Db) -> None:
    with db.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM signaal").scalar_one()
        db.write_sync(lambda s: add("t", s))
        with ThreadPoolExecutor(1) as pool:
            cleaning = pool.submit(db.erase, ())
            db.submit(lambda s: add("daarna", s)).result(timeout=5)
        assert cleaning.result() is False
        reader.rollback()
    assert db.erase(())


def test_emptying_the_log_keeps_its_turn_in_a_queue_that_never_ends(db: Db) -> None:
    order, go = [], Event()
    first = db.submit(lambda s: go.wait())
    jobs = [
        db.submit(lambda s: order.append("before")),
        db.submit(Chore(lambda connection: order.append("log"))),
        db.submit(lambda s: order.append("after")),
    ]
    go.set()
    wait([first, *jobs], timeout=10)
    assert order == ["before", "log", "after"]


def test_a_listener_that_fails_leaves_the_writer_alive_and_the_others_told(db: Db) -> None:
    def fails(_serial: int) -> None:
        raise RuntimeError("bord stuk")

    seen: list[int] = []
    db.listen(fails)
    db.listen(seen.append)
    assert db.submit(lambda s: add("t", s)).result(timeout=5) == "t"
    assert db.submit(lambda s: add("u", s)).result(timeout=5) == "u"
    assert len(seen) >= 1


def test_a_full_disk_is_told_to_everyone_and_the_next_batch_works(db: Db) -> None:
    def limit(pages: int, session: Session) -> None:
        session.execute(text(f"PRAGMA max_page_count={pages}"))

    db.write_sync(lambda s: limit(1, s))  # SQLite makes this the present size: not one page more
    waiting = [db.submit(lambda s, n=number: add(f"{n}" + "x" * 70, s)) for number in range(2000)]
    done, _ = wait(waiting, timeout=30)
    failed = [future for future in done if future.exception() is not None]
    db.write_sync(lambda s: limit(1_000_000, s))
    assert len(done) == len(waiting)
    assert failed
    assert db.write_sync(lambda s: add("weer ruimte", s)) == "weer ruimte"
    assert db.read_sync(count) == len(done) - len(failed) + 1
    assert db.read_sync(lambda s: len(newer_signals(s, 0))) == db.read_sync(count)


def test_a_use_case_that_is_broken_off_does_not_take_the_writer_with_it(db: Db) -> None:
    def stops(_session: Session) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        db.submit(stops).result(timeout=5)
    assert db.submit(lambda s: add("t", s)).result(timeout=5) == "t"


def test_what_was_cancelled_before_its_turn_is_not_done_and_hurts_no_one(db: Db) -> None:
    gate = Event()
    busy = db.submit(lambda _s: gate.wait(5))
    dropped, kept = db.submit(lambda s: add("weg", s)), db.submit(lambda s: add("blijft", s))
    assert dropped.cancel()
    gate.set()
    assert kept.result(timeout=5) == "blijft"
    assert busy.result()
    assert db.read_sync(count) == 1


def test_emptying_the_log_after_closing_is_refused_instead_of_waiting_for_ever(tmp_path: Path) -> None:
    db = open_db(f"sqlite:///{tmp_path / 'dicht.db'}")
    db.close()
    with pytest.raises(DatabaseError, match="gesloten"):
        db.erase(())


def test_a_second_server_on_the_same_file_is_refused(db: Db) -> None:
    db.claim()
    second = open_db(f"sqlite:///{db.path}")
    with pytest.raises(DatabaseError, match="al in gebruik"):
        second.claim()
    second.close()


def test_an_engine_the_hub_does_not_know_is_refused_with_the_setting_to_change() -> None:
    with pytest.raises(DatabaseError, match="database_url"):
        open_db("mysql://127.0.0.1/hub")


def test_a_write_after_closing_is_refused_instead_of_lost(tmp_path: Path) -> None:
    db = open_db(f"sqlite:///{tmp_path / 'dicht.db'}")
    db.close()
    with pytest.raises(DatabaseError, match="gesloten"):
        db.write_sync(count)


def test_the_schema_compiles_for_postgresql() -> None:
    statements = [
        str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in Base.metadata.sorted_tables
    ]
    assert len(statements) > 20
    assert all("CREATE TABLE" in statement for statement in statements)


def test_migrations_make_exactly_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    db = open_db(f"sqlite:///{tmp_path / 'nieuw.db'}")
    upgrade(db.engine)
    upgrade(db.engine)
    assert revision(db.engine)
    assert _differences(db) == []
    db.close()


def _differences(db: Db) -> list[object]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_the_database_and_its_log_are_for_their_owner_only(db: Db, tmp_path: Path) -> None:
    db.write_sync(lambda s: add("een", s))
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("hub.db*")}
    assert modes == {"hub.db": 0o600, "hub.db-wal": 0o600, "hub.db-shm": 0o600}


def test_an_error_of_the_database_repeats_no_values(db: Db) -> None:
    with pytest.raises(StatementError) as found:
        db.write_sync(lambda s: s.execute(insert(TellerRij).values(naam="een naam", waarde=[])))
    assert "een naam" not in str(found.value)


def test_old_signals_are_forgotten_and_new_ones_stay(db: Db) -> None:
    for number in range(5):
        db.write_sync(partial(add, f"t{number}"))
    db.write_sync(lambda s: forget_signals(s, keep=2))
    assert [row.sleutel for row in db.read_sync(lambda s: newer_signals(s, 0))] == ["t3", "t4"]


@pytest.mark.parametrize("db", ["sqlite", "postgresql"], indirect=True)
async def test_a_read_is_done_at_once_beside_long_ones(db: Db) -> None:
    gate = Event()
    long = [asyncio.ensure_future(db.read_long(lambda s: gate.wait(20) and count(s) == 0)) for _ in range(8)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(5):
            assert await db.read(count) == 0
    finally:
        gate.set()
    assert await asyncio.gather(*long) == [True] * 8
