"""Copies of a database that is being written: whole, and with everything that was acknowledged before they began."""

import random
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from hub.acties.tables import ActieRij
from hub.kit import kopie, migrate
from hub.kit.databases import open_db
from hub.kit.db import Db, signal
from hub.kit.kopie import KopieFout
from hub.toegang import audit
from hub.toegang.tables import AuditRij
from tests import postgres
from tests.builders import NU


@pytest.fixture(params=["sqlite", "postgresql"])
def bron(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind."""
    return f"sqlite:///{tmp_path / 'bron.db'}" if request.param == "sqlite" else postgres.fresh("kopieen")


class Schrijvers:
    """Threads that write for as long as the block lasts; `bevestigd` are the numbers that were acknowledged."""

    def __init__(self, db: Db, draden: int = 3) -> None:
        self.db, self.bevestigd, self._stop = db, [0], threading.Event()
        self._draden = [threading.Thread(target=self._schrijf) for _ in range(draden)]

    def _schrijf(self) -> None:
        while not self._stop.is_set():
            self.db.write_sync(self._regel)
            self.bevestigd[0] += 1

    def _regel(self, session: object) -> None:
        audit.write(session, wie="noor", deed="x" * random.randint(1, 60), now=NU)  # type: ignore[arg-type]

    def __enter__(self) -> "Schrijvers":
        for draad in self._draden:
            draad.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for draad in self._draden:
            draad.join()


def rows(path: Path) -> tuple[str, int, int]:
    """Whether a file is whole, and count and highest number of its audit lines."""
    with closing(sqlite3.connect(path)) as found:
        whole = found.execute("PRAGMA integrity_check").fetchone()[0]
        return (whole, *found.execute("SELECT count(*), coalesce(max(nr), 0) FROM audit").fetchone())


def copy_files(path: Path, to: Path) -> None:
    """Database and write-ahead log as they lie on the disk, the log last and perhaps torn, as after a power cut.

    A reader keeps the log from being emptied halfway, as a snapshot of the whole disk would.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM audit").fetchone()
        for suffix in ("", "-wal"):
            Path(f"{to}{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_files_copied_while_written_hold_every_acknowledged_row(tmp_path: Path, rounds: Callable[[int], int]) -> None:
    db = open_db(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate.upgrade(db.engine)
    kans, broken, missing = random.Random(3), 0, 0
    with Schrijvers(db) as schrijvers:
        for number in range(rounds(500)):
            target = schrijvers.bevestigd[0] + kans.randrange(60)
            while schrijvers.bevestigd[0] < target:
                db.read_sync(lambda s: s.execute(text("SELECT 1")).close())
            before = schrijvers.bevestigd[0]
            copy = tmp_path / f"{number}.db"
            copy_files(tmp_path / "hub.db", copy)
            whole, count, _ = rows(copy)
            broken += whole != "ok"
            missing += count < before
            for left in tmp_path.glob(f"{number}.db*"):
                left.unlink()
    db.close()
    assert (broken, missing) == (0, 0)


def test_a_copy_beside_writers_is_one_moment(bron: str, tmp_path: Path) -> None:
    db = open_db(bron)
    migrate.upgrade(db.engine)
    with Schrijvers(db) as schrijvers:
        for number in range(3):
            while (before := schrijvers.bevestigd[0]) < 20 * (number + 1):
                db.read_sync(lambda s: s.execute(text("SELECT 1")).close())
            made = kopie.maak(db, tmp_path / f"{number}.db", NU, zonder=("foto",))
            whole, count, highest = rows(tmp_path / f"{number}.db")
            assert (whole, count) == ("ok", highest)
            assert before <= count == made.rijen["audit"]
            assert (tmp_path / f"{number}.db").stat().st_mode & 0o777 == 0o600
    db.close()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("naar", ["sqlite", "postgresql"])
def test_every_row_comes_back_in_either_kind_and_numbers_go_on(bron: str, naar: str, tmp_path: Path) -> None:
    db = open_db(bron)
    migrate.upgrade(db.engine)
    for number in range(kopie.PORTIE // 100):
        db.write_sync(lambda s, number=number: audit.write(s, wie="noor", deed=f"é{number}", now=NU))
    db.write_sync(lambda s: signal(s, "actie", "a"))
    made = kopie.maak(db, tmp_path / "kopie.db", NU, zonder=("sessie",))
    before = db.read_sync(lambda s: [(r.nr, r.op, r.deed, r.som) for r in s.scalars(select(AuditRij))])
    db.close()
    assert kopie.lees(tmp_path / "kopie.db").rijen["audit"] == made.rijen["audit"] == len(before)
    back = open_db(f"sqlite:///{tmp_path / 'terug.db'}" if naar == "sqlite" else postgres.fresh("terug"))
    with back.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        kopie.neem_in(tmp_path / "kopie.db", kopie.lees(tmp_path / "kopie.db"), connection)
        connection.exec_driver_sql("COMMIT")
        connection.rollback()
    assert migrate.revision(back.engine) == migrate.newest()
    assert back.read_sync(lambda s: [(r.nr, r.op, r.deed, r.som) for r in s.scalars(select(AuditRij))]) == before
    assert back.read_sync(audit.first_broken) is None
    back.write_sync(lambda s: signal(s, "actie", "b"))
    assert back.read_sync(lambda s: s.execute(text("SELECT count(*) FROM signaal")).scalar_one()) == 2
    back.close()


def test_a_copy_of_older_code_is_upgraded(tmp_path: Path) -> None:
    db = open_db(f"sqlite:///{tmp_path / 'oud.db'}")
    migrate.upgrade(db.engine, "0001")
    with db.engine.connect() as connection:
        connection.exec_driver_sql(
            "INSERT INTO actie (id, code, nummer, kenmerk, soort, type, niveau, gemeente, veiligheidsregio, oefening, "
            "fase, versie, looptijd_minuten, bron, gemaakt_door, goedgekeurd_door, gemaakt_op, reden) VALUES ('a', "
            "'K7M2QX', 1, 'MN-1', 'tijdkritisch', 'overig', 'lokaal', 'GM0344', 'VR09', 1, 'concept', 1, 60, 'hub', "
            "'noor', '', '2026-03-01 12:00:00.000000', '')"
        )
    made = kopie.maak(db, tmp_path / "kopie.db", NU, zonder=())
    db.close()
    assert made.revisie == "0001"
    back = open_db(f"sqlite:///{tmp_path / 'nieuw.db'}")
    with back.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        kopie.neem_in(tmp_path / "kopie.db", made, connection)
        connection.exec_driver_sql("COMMIT")
        connection.rollback()
    assert migrate.revision(back.engine) == migrate.newest()
    back.write_sync(lambda s: s.execute(update(ActieRij).values(herinnerd_op=NU)).close())
    assert back.read_sync(lambda s: s.scalars(select(ActieRij.kenmerk)).all()) == ["MN-1"]
    back.close()


def test_what_is_no_whole_copy_is_refused(tmp_path: Path) -> None:
    db = open_db(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate.upgrade(db.engine)
    kopie.maak(db, tmp_path / "kopie.db", NU, zonder=())
    with pytest.raises(KopieFout, match="bestaat al"):
        kopie.maak(db, tmp_path / "kopie.db", NU, zonder=())
    with pytest.raises(KopieFout, match="Maak haar eerst"):
        kopie.maak(db, tmp_path / "weg" / "kopie.db", NU, zonder=())
    db.close()
    with pytest.raises(KopieFout, match="geen kopie"):
        kopie.lees(tmp_path / "hub.db")
    with pytest.raises(KopieFout, match="bestaat niet, of is geen bestand"):
        kopie.lees(tmp_path / "weg.db")
    with closing(sqlite3.connect(tmp_path / "kopie.db")) as copy:
        copy.execute("UPDATE kopie_van SET revisie = '9999'")
        copy.commit()
    with pytest.raises(KopieFout, match="nieuwere hub"):
        kopie.lees(tmp_path / "kopie.db")
    whole = (tmp_path / "kopie.db").read_bytes()
    (tmp_path / "kopie.db").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(KopieFout):
        kopie.lees(tmp_path / "kopie.db")
