"""The one write path: shared commits, a failing use case alone, signals after the commit, one server per file."""

from concurrent.futures import wait
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from hub.kit.db import Base, DatabaseError, Db, newer_signals, signal
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
    other = Db(f"sqlite:///{db.path}")
    other.write_sync(lambda s: add("elders", s))
    other.close()
    db.poll_signals()
    assert len(seen) == 1
    assert [row.sleutel for row in db.read_sync(lambda s: newer_signals(s, 0))] == ["elders"]


def test_the_write_ahead_log_can_be_emptied(db: Db) -> None:
    db.write_sync(lambda s: add("t", s))
    assert db.truncate_wal()
    assert Path(f"{db.path}-wal").stat().st_size == 0


def test_a_second_server_on_the_same_file_is_refused(db: Db) -> None:
    db.claim()
    second = Db(f"sqlite:///{db.path}")
    with pytest.raises(DatabaseError, match="al in gebruik"):
        second.claim()
    second.close()


def test_another_engine_than_sqlite_is_refused_with_the_setting_to_change() -> None:
    with pytest.raises(DatabaseError, match="database_url"):
        Db("postgresql://127.0.0.1/hub")


def test_a_write_after_closing_is_refused_instead_of_lost(tmp_path: Path) -> None:
    db = Db(f"sqlite:///{tmp_path / 'dicht.db'}")
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
    db = Db(f"sqlite:///{tmp_path / 'nieuw.db'}")
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
