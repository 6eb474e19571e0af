"""What only PostgreSQL does: it cuts off who holds the pen too long, and nobody loses anything by that."""

import threading
from collections.abc import Iterator
from typing import cast

import psycopg
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from hub.kit.db import TRIES, Db
from hub.kit.postgres import CONNECT_TRIES, FROZEN_MS, _first_time
from hub.tracking.tables import TellerRij
from tests import postgres

TE_LANG = FROZEN_MS / 1000 + 0.5


@pytest.fixture
def pg() -> Iterator[Db]:
    """An empty PostgreSQL."""
    db = postgres.emptied()
    yield db
    db.close()


class Druk:
    """A server that answers only the last of so many questions."""

    def __init__(self, keren: int, fout: type[psycopg.OperationalError]) -> None:
        self.keren, self.gevraagd, self._fout = keren, 0, fout

    def connect(self) -> "Druk":
        self.gevraagd += 1
        if self.gevraagd <= self.keren:
            raise OperationalError("", None, self._fout())
        return self

    def close(self) -> None:
        """As a connection that was given."""


def test_a_server_that_is_too_busy_at_the_start_is_asked_again_and_one_that_refuses_is_not() -> None:
    druk = Druk(CONNECT_TRIES - 1, psycopg.errors.ConnectionTimeout)
    _first_time(cast(Engine, druk))
    assert druk.gevraagd == CONNECT_TRIES
    for keren, fout in ((CONNECT_TRIES, psycopg.errors.ConnectionTimeout), (1, psycopg.OperationalError)):
        weg = Druk(keren, fout)
        with pytest.raises(DBAPIError):
            _first_time(cast(Engine, weg))
        assert weg.gevraagd == keren


def held_up(keren: int, tried: list[int], session: Session) -> None:
    """A use case during which the machine stands still, the first so many times."""
    session.add(TellerRij(naam="een", waarde=1))
    session.flush()
    tried.append(len(tried))
    if len(tried) <= keren:
        threading.Event().wait(TE_LANG)


def test_what_was_cut_off_because_the_machine_was_held_up_is_done_once_after_all(pg: Db) -> None:
    tried: list[int] = []
    pg.write_sync(lambda s: held_up(1, tried, s))
    assert tried == [0, 1]
    assert pg.read_sync(lambda s: s.scalar(select(func.count()).select_from(TellerRij))) == 1


def test_what_is_cut_off_time_after_time_is_told(pg: Db) -> None:
    tried: list[int] = []
    with pytest.raises(DBAPIError):
        pg.write_sync(lambda s: held_up(TRIES, tried, s))
    assert len(tried) == TRIES
    assert pg.read_sync(lambda s: s.scalar(select(func.count()).select_from(TellerRij))) == 0
