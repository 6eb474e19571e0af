"""Kliks: on disk before the redirect leaves, never waiting long, and counted + uncounted = answered."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hub.kit.clock import monotonic
from hub.kit.db import Db
from hub.tracking.board import LinkStand
from hub.tracking.kliks import Kliks
from hub.tracking.statistieken import statistieken
from hub.tracking.tables import KlikRij
from tests.builders import Klok
from tests.tracking.bouw import ACTIE, PAGINA

STAND = LinkStand(ACTIE, PAGINA, False, PAGINA)


def stored(db: Db) -> int:
    return db.read_sync(lambda session: session.scalar(select(func.count()).select_from(KlikRij)) or 0)


@contextmanager
def stalled_disk(db: Db) -> Iterator[None]:
    """The writer does nothing for the length of the block."""
    go, held = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        held.set()
        go.wait(20)

    waiting = db.submit(hold)
    held.wait(20)
    try:
        yield
    finally:
        go.set()
        waiting.result(20)


async def test_a_klik_is_on_disk_when_the_answer_leaves(db: Db, klok: Klok) -> None:
    kliks = Kliks(db, klok, patience=20)
    assert await kliks.note("ABCD1234", STAND, "mens", "telefoon")
    row = db.read_sync(lambda session: session.scalars(select(KlikRij)).one())
    assert (row.code, row.actie_id, row.klasse, row.apparaat) == ("ABCD1234", ACTIE, "mens", "telefoon")
    assert (row.na_einde, row.op) == (False, klok.now())


async def test_kliks_that_arrive_together_share_commits_and_none_is_lost(db: Db, klok: Klok) -> None:
    kliks = Kliks(db, klok, patience=20)
    answers = await asyncio.gather(*(kliks.note("ABCD1234", STAND, "mens") for _ in range(500)))
    assert all(answers)
    assert stored(db) == 500


async def test_a_stalled_disk_holds_no_reader_up(db: Db, klok: Klok) -> None:
    kliks = Kliks(db, klok, patience=0.02)
    with stalled_disk(db):
        begin = monotonic()
        answers = await asyncio.gather(*(kliks.note("ABCD1234", STAND, "mens") for _ in range(20)))
        later = await kliks.note("ABCD1234", STAND, "mens")
        assert monotonic() - begin < 5
        assert not any([*answers, later])
        assert kliks.ongeteld == 21
    await kliks.drain()
    assert (kliks.ongeteld, stored(db)) == (0, 21)


async def test_kliks_that_could_not_be_kept_are_counted_as_such(db: Db, klok: Klok) -> None:
    kliks = Kliks(db, klok, patience=20)
    db.write_sync(lambda session: session.execute(text("ALTER TABLE klik RENAME TO weg")) and None)
    assert not await kliks.note("ABCD1234", STAND, "mens")
    assert kliks.ongeteld == 1
    db.write_sync(lambda session: session.execute(text("ALTER TABLE weg RENAME TO klik")) and None)
    assert await kliks.note("ABCD1234", STAND, "mens")
    assert (kliks.ongeteld, stored(db)) == (0, 1)
    assert db.read_sync(lambda session: statistieken(session, ACTIE)).ongeteld == 1


async def test_a_stop_keeps_what_is_still_uncounted(db: Db, klok: Klok) -> None:
    kliks = Kliks(db, klok, patience=20)
    db.write_sync(lambda session: session.execute(text("DROP TABLE klik")) and None)
    assert not await kliks.note("ABCD1234", STAND, "mens")
    await kliks.drain()
    await kliks.drain()
    assert kliks.ongeteld == 0


async def test_a_reader_who_hangs_up_stops_nobody_else(db: Db, klok: Klok) -> None:
    kliks = Kliks(db, klok, patience=20)
    gone = asyncio.ensure_future(kliks.note("ABCD1234", STAND, "mens"))
    stays = asyncio.ensure_future(kliks.note("ABCD1234", STAND, "mens"))
    await asyncio.wait([gone, stays], timeout=0)
    gone.cancel()
    assert await stays
    assert await kliks.note("ABCD1234", STAND, "mens")
    assert stored(db) == 3
