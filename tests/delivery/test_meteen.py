"""The posts that leave with the commit of their start: begun after it, once, and by the rules of every claim."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.content import Image
from hub.delivery import claim, store
from hub.delivery.meteen import Meteen
from hub.delivery.model import Beeld, Bezorging, Plan
from hub.delivery.sending import LAST_LOOK, ImageSource
from hub.delivery.worker import Worker
from hub.kanalen import stops
from hub.kit.clock import monotonic
from hub.kit.db import Db
from hub.kit.processen import Hartslag
from hub.kit.secrets import Vault
from tests import postgres
from tests.builders import Klok, een_invoer
from tests.delivery.test_worker import NETWERK, Bord

POST = Plan("a1", 1, "bord", "publiceren", "maakt", "tijdkritisch", False, "K7M2QX", "tekst")
MET_KAART = replace(POST, beeld=Beeld("kaart-1200x630"))
KAART = Image(b"kaart", "image/jpeg", 1200, 630, "")


class Misgelopen(Exception):
    """What goes wrong in a use case after its posts were claimed."""


class Balie(Bord):
    """A kanaal, the worker of this process, and what the desk does with both."""

    def start_nog(self, actie_id: str) -> None:
        """Another actie that runs."""
        nu, invoer = self.klok.now(), een_invoer(kenmerk=f"MN-2026-{actie_id}")
        self.db.write_sync(partial(acties.create, invoer=invoer, wie="meldkamer", now=nu, actie_id=actie_id))
        self.db.write_sync(lambda s: acties.set_fase(s, actie_id, "vrijgeven", now=nu, wie="meldkamer"))

    def staat(self, bezorging_id: str) -> Bezorging:
        found = self.db.read_sync(lambda s: store.get(s, bezorging_id))
        assert found is not None
        return found

    async def wordt(self, bezorging_id: str, staat: str) -> None:
        """Wait until it is so by the work of the workers themselves."""
        async with asyncio.timeout(20):
            while (row := await self.db.read(lambda s: store.get(s, bezorging_id))) is None or row.staat != staat:
                await asyncio.sleep(0)

    async def rit(self) -> Meteen:
        return self.worker.meteen(await self.accounts.load(["bord"]))

    async def begin(
        self,
        plan: Plan = POST,
        daarna: Callable[[Session], None] = lambda session: None,
        worker: Worker | None = None,
    ) -> str:
        """One use case that plans a post and lets it leave; `daarna` still belongs to its transaction."""
        rit = (worker or self.worker).meteen(await self.accounts.load(["bord"]))

        def work(session: Session) -> str:
            [post] = store.plan_posts(session, [plan], self.klok.now())
            rit.take(session, [post])
            daarna(session)
            return post.id

        return await rit.write(work)

    def ander(self, folder: Path, beeld: ImageSource | None = None) -> tuple[Worker, Hartslag]:
        """The worker of another process on this database, and its heartbeat. `beeld` draws what was begun already."""
        hartslag = Hartslag(self.db, self.klok, soort="work", lease=10)
        made = Worker(
            self.db, self.accounts, beeld or self._broken, self.klok, hartslag, folder=folder, gelijktijdig=2,
            voorbeeld=True, getekend=lambda item: beeld is not None,
        )  # fmt: skip
        return made, hartslag


def folder(tmp_path: Path) -> Path:
    """Where the netwerk of these tests is."""
    made = tmp_path / "netwerken_met_een_balie"
    made.mkdir()
    (made / "bord.py").write_text(NETWERK, encoding="utf-8")
    return made


@contextlib.asynccontextmanager
async def open_balie(db: Db, vault: Vault, tmp_path: Path, klok: Klok) -> AsyncIterator[Balie]:
    """One that works, with an actie that runs."""
    made = Balie(db, vault, folder(tmp_path), klok)
    made.start("a1")
    await made.hartslag.start()
    await made.worker.start()
    yield made
    await made.worker.stop()
    await made.hartslag.stop()


@pytest.fixture
async def balie(
    db: Db, vault: Vault, tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Balie]:
    monkeypatch.syspath_prepend(str(tmp_path))
    async with open_balie(db, vault, tmp_path, klok) as made:
        yield made


async def test_a_post_leaves_with_the_commit_that_planned_it(balie: Balie) -> None:
    post = await balie.begin()
    row = balie.staat(post)
    assert (row.pogingen, row.fence) == (1, 1)
    assert row.staat in ("verzenden", "verzonden")
    await balie.worker.drain()
    assert balie.staat(post).staat == "verzonden"
    assert await balie.geplaatst() == ["tekst"]


async def test_of_a_start_that_is_undone_nothing_leaves(balie: Balie) -> None:
    def mis(_session: Session) -> None:
        raise Misgelopen

    with pytest.raises(Misgelopen):
        await balie.begin(daarna=mis)
    assert balie.db.read_sync(lambda s: store.of_actie(s, "a1")) == []
    post = await balie.begin()
    await balie.worker.drain()
    assert balie.staat(post).staat == "verzonden"
    assert await balie.geplaatst() == ["tekst"]


async def test_a_caller_that_goes_away_does_not_keep_the_post(balie: Balie) -> None:
    loop, taken, on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def wacht(_session: Session) -> None:
        loop.call_soon_threadsafe(taken.set)
        asyncio.run_coroutine_threadsafe(on.wait(), loop).result(10)

    asking = asyncio.create_task(balie.begin(daarna=wacht))
    await taken.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    on.set()
    await balie.worker.stop()
    assert await balie.geplaatst() == ["tekst"]
    assert [row.staat for row in balie.db.read_sync(lambda s: store.of_actie(s, "a1"))] == ["verzonden"]


async def test_between_the_commit_and_the_call_nobody_takes_the_post_for_left_behind(balie: Balie) -> None:
    loop, found = asyncio.get_running_loop(), list[int]()

    def gap(_serial: int) -> None:
        # In the thread of the writer, right after the commit: what it did is not told to who waits for it.
        if not found and balie.db.read_sync(lambda s: claim.held_idle(s, balie.hartslag.id, ())):
            found.append(asyncio.run_coroutine_threadsafe(balie.worker.take_over(), loop).result(10))

    def meteen(session: Session) -> None:
        assert claim.held_idle(session, balie.hartslag.id, ())
        assert balie.worker._give_up(session, balie.klok.now()).total() == 0

    balie.db.listen(gap)
    post = await balie.begin(daarna=meteen)
    await balie.worker.drain()
    assert not any(found)
    assert (balie.staat(post).staat, balie.staat(post).pogingen) == ("verzonden", 1)
    assert await balie.geplaatst() == ["tekst"]


async def test_a_stop_holds_a_post_that_would_leave_with_its_start(balie: Balie) -> None:
    balie.db.write_sync(lambda s: stops.pull(s, "proef", "meldkamer", balie.klok.now()))
    post = await balie.begin()
    assert (balie.staat(post).staat, balie.staat(post).pogingen) == ("wachtrij", 0)
    balie.db.write_sync(stops.release)
    await balie.wordt(post, "verzonden")
    assert await balie.geplaatst() == ["tekst"]


async def test_no_more_leave_than_a_kanaal_takes_at_a_time(balie: Balie) -> None:
    anders = [Plan(a, 1, "bord", "publiceren", "maakt", "tijdkritisch", False, "X", "bezig") for a in ("a2", "a3")]
    rit, nu, found = await balie.rit(), balie.klok.now(), list[str]()

    def work(session: Session) -> None:
        store.plan(session, anders, nu)
        assert len(claim.claim(session, balie.hartslag.id, nu, {}, 2)) == 2
        posts = store.plan_posts(session, [POST], nu)
        rit.take(session, posts)
        found.extend(row.staat for row in store.of_actie(session, "a1"))
        raise Misgelopen

    with pytest.raises(Misgelopen):
        await rit.write(work)
    assert found == ["wachtrij"]


async def test_a_post_that_waited_longer_goes_first(balie: Balie) -> None:
    balie.start_nog("a2")
    first = Plan("a2", 1, "bord", "publiceren", "maakt", "tijdkritisch", False, "X", "eerder")
    rit, nu = await balie.rit(), balie.klok.now()

    def work(session: Session) -> list[str]:
        posts = [*store.plan_posts(session, [first], nu), *store.plan_posts(session, [POST], nu)]
        rit.take(session, posts[1:])
        assert [row.staat for row in (store.get(session, post.id) for post in posts) if row] == ["wachtrij"] * 2
        return [post.id for post in posts]

    for post in await rit.write(work):
        await balie.wordt(post, "verzonden")
    assert sorted(await balie.geplaatst()) == ["eerder", "tekst"]


async def test_a_worker_that_stops_takes_nothing_more(balie: Balie) -> None:
    await balie.worker.stop()
    post = await balie.begin()
    assert balie.staat(post).staat == "wachtrij"
    assert await balie.geplaatst() == []


async def test_a_process_that_dies_between_the_commit_and_the_call_leaves_nothing_in_doubt(
    balie: Balie, tmp_path: Path
) -> None:
    dood, hartslag = balie.ander(tmp_path / "netwerken_met_een_balie" / "aanroepen")
    await hartslag.start()
    await dood.start()
    rit = dood.meteen(await balie.accounts.load(["bord"]))

    def work(session: Session) -> str:
        [post] = store.plan_posts(session, [POST], balie.klok.now())
        rit.take(session, [post])
        row = store.get(session, post.id)
        assert row is not None
        assert row.staat == "verzenden"
        return post.id

    post = await balie.db.write(work)
    calls = dood._sender._aanroepen
    assert calls._file is not None
    os.close(calls._file)  # all that is left of a process that was killed is its file
    calls._file = None
    await hartslag.stop()
    await balie.worker.take_over()
    await balie.wordt(post, "verzonden")
    assert balie.staat(post).pogingen == 2
    assert await balie.geplaatst() == ["tekst"]
    await dood.stop()


async def test_two_processes_send_a_post_once(
    vault: Vault, tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    with contextlib.closing(postgres.emptied()) as db:
        async with open_balie(db, vault, tmp_path, klok) as balie:
            ander, hartslag = balie.ander(tmp_path)
            await hartslag.start()
            post, *_ = await asyncio.gather(balie.begin(), ander.round(), ander.round(), ander.take_over())
            await asyncio.gather(ander.round(), ander.take_over(), balie.worker.drain())
            await ander.drain()
            assert (balie.staat(post).staat, balie.staat(post).pogingen) == ("verzonden", 1)
            assert await balie.geplaatst() == ["tekst"]
            await ander.stop()
            await hartslag.stop()


async def test_a_try_that_the_database_undid_is_done_again_and_leaves_once(
    vault: Vault, tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    with contextlib.closing(postgres.emptied()) as db:
        async with open_balie(db, vault, tmp_path, klok) as balie:
            rit, tries = await balie.rit(), list[str]()

            def work(session: Session) -> str:
                [post] = store.plan_posts(session, [POST], klok.now())
                rit.take(session, [post])
                tries.append(post.id)
                if len(tries) == 1:
                    session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
                return post.id

            post = await rit.write(work)
            await balie.worker.drain()
            assert tries[1:] == [post]
            assert balie.staat(post).staat == "verzonden"
            assert await balie.geplaatst() == ["tekst"]
            assert balie.worker._handen.all() == frozenset()


# -- with a card that was begun before the start -------------------------------------------------------------------
async def test_a_post_of_which_the_card_was_begun_leaves_with_the_commit(balie: Balie, tmp_path: Path) -> None:
    gevraagd = list[str]()

    async def beeld(item: Bezorging) -> Image:
        gevraagd.append(balie.staat(item.id).staat)
        return KAART

    ander, hartslag = balie.ander(tmp_path, beeld)
    post = await balie.begin(MET_KAART, worker=ander)
    await ander.drain()
    assert gevraagd == ["verzenden"]
    assert (balie.staat(post).staat, balie.staat(post).fence) == ("verzonden", 1)
    assert await balie.geplaatst() == ["tekst"]
    await ander.stop()
    await hartslag.stop()


async def test_a_withdrawal_while_a_card_takes_long_stops_its_post(balie: Balie, tmp_path: Path) -> None:
    async def beeld(_item: Bezorging) -> Image:
        nu = balie.klok.now()
        await balie.db.write(lambda s: acties.set_fase(s, "a1", "intrekken", now=nu, wie="meldkamer"))
        over = monotonic() + LAST_LOOK
        while monotonic() <= over:
            await asyncio.sleep(0)
        return KAART

    ander, hartslag = balie.ander(tmp_path, beeld)
    post = await balie.begin(MET_KAART, worker=ander)
    await ander.drain()
    await balie.wordt(post, "vervallen")
    assert await balie.geplaatst() == []
    await ander.stop()
    await hartslag.stop()


async def test_a_card_that_was_begun_and_fails_leaves_no_doubt(balie: Balie, tmp_path: Path) -> None:
    async def beeld(_item: Bezorging) -> Image:
        raise ValueError("de tekenaar viel weg")

    ander, hartslag = balie.ander(tmp_path, beeld)
    post = await balie.begin(MET_KAART, worker=ander)
    await ander.drain()
    assert balie.staat(post).staat in ("wachtrij", "geclaimd")
    assert balie.staat(post).fence > 1
    assert await balie.geplaatst() == []
    await ander.stop()
    await hartslag.stop()


async def test_a_process_that_dies_while_a_card_is_drawn_leaves_nothing_in_doubt(balie: Balie, tmp_path: Path) -> None:
    async def beeld(item: Bezorging) -> Image:
        calls = dood._sender._aanroepen
        assert balie.staat(item.id).staat == "verzenden"
        assert calls._file is not None
        os.close(calls._file)  # all that is left of a process that was killed is its file
        calls._file = None
        raise asyncio.CancelledError

    dood, hartslag = balie.ander(tmp_path / "netwerken_met_een_balie" / "aanroepen", beeld)
    await hartslag.start()
    await dood.start()
    post = await balie.begin(replace(POST, beeld=Beeld("kaart-1200x630")), worker=dood)
    await dood.drain()
    await hartslag.stop()
    await balie.worker.take_over()
    assert balie.staat(post).staat in ("wachtrij", "geclaimd")
    assert await balie.geplaatst() == []
    await dood.stop()


async def test_what_leaves_with_its_start_is_on_disk_as_it_is_in_hand(balie: Balie) -> None:
    rit, nu, taken = await balie.rit(), balie.klok.now(), list[Bezorging]()

    def work(session: Session) -> None:
        planned = store.plan_posts(session, [POST], nu)
        assert planned == store.of_actie(session, "a1")
        rit.take(session, planned)
        taken.extend(rit._claimed)
        [row] = store.of_actie(session, "a1")
        assert replace(row, ref_extra={}) == taken[0]
        assert set(row.ref_extra) == {"rekening"}

    await rit.write(work)
    await balie.worker.drain()
    assert await balie.geplaatst() == ["tekst"]
