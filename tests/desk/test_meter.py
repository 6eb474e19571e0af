"""The badge with alarms: pages share a measurement of less than a second old."""

import asyncio
from datetime import timedelta

from hub.desk.meter import Meter
from hub.kit.config import Config
from hub.kit.db import Db
from tests.builders import Klok


async def test_pages_of_one_second_share_a_measurement_and_later_ones_do_not(db: Db, klok: Klok) -> None:
    stil: float | None = None
    meter = Meter(db, Config(), lambda: stil)
    first, *others = await asyncio.gather(*(meter.kort(klok.now()) for _ in range(20)))
    assert first.alarmen >= 1
    assert all(other is first for other in others)
    stil = 0.1
    klok.verder(seconds=0.9)
    assert await meter.kort(klok.now()) is first
    klok.verder(seconds=0.1)
    assert (await meter.kort(klok.now())).alarmen == first.alarmen - 1


async def test_a_clock_that_is_set_back_does_not_keep_an_old_measurement(db: Db, klok: Klok) -> None:
    meter = Meter(db, Config(), lambda: 0.1)
    first = await meter.kort(klok.now())
    klok.nu -= timedelta(hours=1)
    assert await meter.kort(klok.now()) is not first


async def test_who_looks_at_the_checks_themselves_gets_them_as_they_are_now(db: Db, klok: Klok) -> None:
    meter = Meter(db, Config(), lambda: 0.1)
    first = await meter.kort(klok.now())
    now = await meter.nu(klok.now())
    assert now is not first
    assert await meter.kort(klok.now()) is now
