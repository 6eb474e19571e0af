"""What every test may count on: no settings of this machine, a real database, loops of a measured length."""

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

import hub
from hub.kit.databases import open_db
from hub.kit.db import Base, Db
from hub.kit.secrets import Vault
from tests import postgres
from tests.builders import Klok

for _slice in pkgutil.iter_modules(hub.__path__, "hub."):
    if (Path(hub.__path__[0]) / _slice.name.removeprefix("hub.") / "tables.py").exists():
        importlib.import_module(f"{_slice.name}.tables")


OVER_BOTH = frozenset(
    {
        "test_aanroepen",
        "test_abonnees",
        "test_audit",
        "test_board",
        "test_bulk",
        "test_claim",
        "test_foto_store",
        "test_gezondheid",
        "test_gesprek",
        "test_herhalen",
        "test_kanalen",
        "test_keys",
        "test_kliks",
        "test_links",
        "test_meteen",
        "test_meten",
        "test_modereren",
        "test_na_einde",
        "test_opvolger",
        "test_processen",
        "test_reacties",
        "test_reconcile",
        "test_sleutelwissel",
        "test_statistieken",
        "test_store",
        "test_telefoon",
        "test_teksten",
        "test_uitgaven",
        "test_users",
        "test_vragen",
        "test_worker",
    }
)
"""Test modules that talk to a database through the code of a slice: what they show must hold on both."""


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A HUB_CONFIG of the person who runs the tests must not reach the hub under test."""
    monkeypatch.delenv("HUB_CONFIG", raising=False)


@pytest.fixture
def rounds() -> Callable[[int], int]:
    """`rounds(200)` is 200 in `make soak` and a fiftieth, at least one, in `make test`."""
    whole = os.environ.get("ACTIEHUB_SOAK") == "1"
    return lambda full: full if whole else max(1, full // 50)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The suite of the stores runs over both databases; the rest needs only one that is real."""
    if "db" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in OVER_BOTH:
        metafunc.parametrize("db", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def db(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Db]:
    """An empty, real database with every table: SQLite on disk, or PostgreSQL where the test asks for it."""
    if getattr(request, "param", "sqlite") == "postgresql":
        database = postgres.emptied()
    else:
        database = open_db(f"sqlite:///{tmp_path / 'hub.db'}")
        Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def vault() -> Vault:
    """A vault with a key of its own."""
    return Vault([Fernet.generate_key()])


@pytest.fixture
def klok() -> Klok:
    """A clock that the test turns."""
    return Klok()
