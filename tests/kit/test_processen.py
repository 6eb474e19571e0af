"""Heartbeats: who lives, who does the chores of all, and when a process must not begin anything any more."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.kit.db import Db
from hub.kit.processen import Hartslag, alive
from hub.kit.tables import ProcesRij
from tests.builders import Klok


def levend(db: Db, klok: Klok) -> list[str]:
    """The ids of the processes that live."""
    return db.read_sync(lambda s: [row.id for row in alive(db, s, klok.now())])


async def test_a_process_is_known_from_its_start_until_it_stops(db: Db, klok: Klok) -> None:
    hartslag = Hartslag(db, klok, soort="serve", lease=10)
    await hartslag.start()
    assert levend(db, klok) == [hartslag.id]
    await hartslag.stop()
    assert levend(db, klok) == []


async def test_the_one_that_lives_longest_does_the_chores_of_all(db: Db, klok: Klok) -> None:
    eerste, tweede = (Hartslag(db, klok, soort=soort, lease=10) for soort in ("serve", "work"))
    await eerste.start()
    await tweede.start()
    # On SQLite there is no second process: whoever has the file is the hub.
    assert (eerste.leidt, tweede.leidt) == (True, db.alleen)
    await eerste.stop()
    await tweede.stop()


async def test_a_process_that_is_silent_for_its_lease_is_dead_to_the_others(db: Db, klok: Klok) -> None:
    stil, ander = Hartslag(db, klok, soort="work", lease=10), Hartslag(db, klok, soort="serve", lease=10)
    await stil.start()
    await ander.start()

    def verloopt(session: Session) -> None:
        session.execute(update(ProcesRij).where(ProcesRij.id == stil.id).values(tot_op=klok.now() - timedelta(days=1)))

    await db.write(verloopt)
    assert db.read_sync(lambda s: ander.others(s, klok.now())) == frozenset()
    await stil.stop()
    await ander.stop()


async def test_a_heartbeat_keeps_a_short_lease_alive(db: Db, klok: Klok) -> None:
    hartslag = Hartslag(db, klok, soort="serve", lease=0.2)
    await hartslag.start()
    until = db.read_sync(lambda s: s.scalars(select(ProcesRij.tot_op)).one())
    klok.nu += timedelta(seconds=1)
    # A busy machine may beat too late once; what counts is that it lives again past the lease it started with.
    async with asyncio.timeout(60):
        while hartslag.over or db.read_sync(lambda s: s.scalars(select(ProcesRij.tot_op)).one()) <= until:
            await asyncio.sleep(0.01)
    await hartslag.stop()


async def test_a_process_that_was_frozen_past_its_lease_knows_it(db: Db, klok: Klok) -> None:
    hartslag = Hartslag(db, klok, soort="work", lease=0.0)
    await hartslag.start()
    # With nothing left of its lease it is over at once; alone on a file nobody else can take over.
    assert hartslag.over is not db.alleen
    await hartslag.stop()
