"""Both databases keep the promises of a store, hold the longest values, and reach the newest schema."""

import string
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import String, insert, make_url
from sqlalchemy.orm import Session

from hub.acties.validation import MAX_LENGTH, validate
from hub.content import Receipt
from hub.delivery import store
from hub.desk.errors import Ongeldig
from hub.kit.databases import open_db
from hub.kit.db import Base, Db
from hub.kit.log import redact
from hub.kit.migrate import revision, upgrade
from tests import postgres
from tests.builders import NU, een_invoer
from tests.contracts.store_contract import CHECKS, POST, Check, Opener

SOORTEN = ("sqlite", "postgresql")


@pytest.fixture(params=SOORTEN)
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same empty database once per process."""
    opened: list[Db] = []

    def make() -> Db:
        if request.param == "postgresql":
            db = open_db(postgres.shared()) if opened else postgres.emptied()
        else:
            db = open_db(f"sqlite:///{tmp_path / 'hub.db'}")
            Base.metadata.create_all(db.engine)
        opened.append(db)
        return db

    yield make
    for db in opened:
        db.close()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_store_keeps_its_promise(check: Check, opener: Opener) -> None:
    check(opener)


def test_what_a_netwerk_says_fits_whatever_it_says(opener: Opener) -> None:
    """An answer that cannot be stored would leave its bezorging under way for ever."""
    db = opener()
    [made] = db.write_sync(lambda s: store.plan(s, [POST], NU))
    db.write_sync(lambda s: s.execute(store.update(store.BezorgingRij).values(staat="onbekend")))
    lang = Receipt("r" * 5000, "https://voorbeeld.test/" + "u" * 5000, {"x": "nul \0 erin"})
    raar = redact("kapot \0 antwoord \ud800 " + "é" * 5000)
    db.write_sync(lambda s: store.resolve(s, made, "gevonden", NU, receipt=lang, fout=raar, bewijs="netwerk"))
    found = db.read_sync(lambda s: store.get(s, made))
    assert found is not None
    assert (found.ref, found.ref_extra) == (lang.ref, dict(lang.extra))


def test_every_column_of_a_length_holds_a_value_of_that_length(opener: Opener) -> None:
    """In characters, not bytes: the longest name with accents fits where the shortest does."""
    db = opener()
    kenmerk = "é" * MAX_LENGTH["kenmerk"]
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, String) or column.type.length is None:
                continue
            if column.type.length < 80 or column.name in ("som", "vorige"):
                continue
            assert len(kenmerk) <= column.type.length, column
    assert validate(een_invoer(kenmerk=kenmerk)) == []
    assert validate(een_invoer(kenmerk=kenmerk + "e")) != []


def _differences(db: Db) -> list[object]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_two_processes_that_start_together_bring_postgresql_up_to_date() -> None:
    url = postgres.fresh("verhuizing")
    dbs = [open_db(url), open_db(url)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda db: upgrade(db.engine), dbs))
    assert revision(dbs[0].engine)
    assert _differences(dbs[1]) == []
    for db in dbs:
        db.close()
