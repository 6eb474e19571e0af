"""Work beside the rest: begun at once, and let go of before its owner is gone."""

import asyncio

from hub.kit.ernaast import Ernaast


async def test_work_beside_the_rest_is_done_without_anybody_waiting() -> None:
    done = asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    Ernaast().begin(work())
    await asyncio.wait_for(done.wait(), 5)


async def test_stop_cuts_off_what_runs_and_waits_until_it_has_let_go() -> None:
    ernaast, steps = Ernaast(), []

    async def work() -> None:
        steps.append("begonnen")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("losgelaten")

    ernaast.begin(work())
    await asyncio.sleep(0)
    await ernaast.stop()
    assert steps == ["begonnen", "losgelaten"]


async def test_work_that_fails_when_cut_off_does_not_keep_stop_from_the_rest() -> None:
    ernaast = Ernaast()

    async def fails() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("mis")

    ernaast.begin(fails())
    await asyncio.sleep(0)
    await ernaast.stop()
