"""Both databases keep the promises of a store, hold the longest values, and reach the newest schema."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.validation import MAX_LENGTH, validate
from hub.content import Receipt
from hub.delivery import store
from hub.delivery.tables import BezorgingRij
from hub.desk import idempotent
from hub.kanalen import stops
from hub.kit.databases import open_db
from hub.kit.db import Base, Db
from hub.kit.log import redact
from hub.kit.migrate import revision, upgrade
from hub.screens import store as screens
from hub.toegang import audit
from hub.tracking import links, reacties
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
    db.write_sync(lambda s: s.execute(update(BezorgingRij).values(staat="onbekend")))
    lang = Receipt("r" * 5000, "https://voorbeeld.test/" + "u" * 5000, {"x": "nul \0 erin"})
    raar = redact("kapot \0 antwoord \ud800 " + "é" * 5000)
    db.write_sync(lambda s: store.resolve(s, made, "gevonden", NU, receipt=lang, fout=raar, bewijs="netwerk"))
    found = db.read_sync(lambda s: store.get(s, made))
    assert found is not None
    assert (found.ref, found.ref_extra) == (lang.ref, dict(lang.extra))


def test_the_longest_values_that_are_let_through_are_stored(opener: Opener) -> None:
    """PostgreSQL enforces the length of a column, in characters, and SQLite does not: both must take these."""
    db, wie, naam = opener(), "ë" * 80, "é" * 80
    invoer = een_invoer(kenmerk="é" * MAX_LENGTH["kenmerk"])
    assert validate(invoer) == []

    def work(session: Session) -> None:
        actie = acties.create(session, invoer, wie=wie, now=NU, bron="b" * 60)
        screens.create(
            session, naam=naam, gemeente="GM0344", punt=None, breedte=64, hoogte=64, soort="station",
            beheerder="ü" * 120, now=NU,
        )  # fmt: skip
        code = links.mint(session, actie_id=actie.id, plek="scherm", naam=naam, doel_url="u" * 3000, now=NU)
        links.mint(session, actie_id=actie.id, plek="deel", naam=naam, doel_url="u", now=NU, herkomst=f"scherm:{naam}")
        reacties.note_reactie(
            session, actie_id=actie.id, route="app", bron="x", kanaal="k" * 40, link_code=code, ref="r" * 120, wie=wie,
            now=NU,
        )  # fmt: skip
        idempotent.remember(session, idempotent.Sleutel("s" * 255, "0" * 64), wie, actie.id, NU)
        audit.write(session, wie=wie, deed="gebruiker ingesteld", now=NU, actie_id=actie.id)
        stops.pull(session, "r" * 3000, wie, NU)

    db.write_sync(work)
    assert [scherm.naam for scherm in db.read_sync(screens.all)] == [naam]


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
