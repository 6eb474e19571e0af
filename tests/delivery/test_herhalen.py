"""An unknown post is repeated only where that cannot make a second one; looked up by one process; never forgotten."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from hub.acties import store as acties
from hub.content import Receipt, Timeouts
from hub.delivery import claim, onbekend, store
from hub.delivery.model import Bezorging, Plan
from hub.delivery.reconcile import HOLD, Reconciler
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import Klok, een_invoer

NETWERK = """
from datetime import timedelta

from hub.content import Limits, Receipt

GEVRAAGD = []


class Channel:
    naam, titel, SETTINGS = "kent", "Kent", ()
    limits = Limits(500, 500)
    sleutel_geldig = timedelta(minutes=50)

    def __init__(self, instellingen, timeouts):
        self.wat = instellingen["wat"]

    def can(self):
        return frozenset({"terugzoeken"} if self.wat == "kent-geen" else {"terugzoeken", "herhalen"})

    async def find(self, key, marker, since):
        GEVRAAGD.append(key)
        if self.wat == "stuk":
            raise RuntimeError("weg")
        return Receipt("42", "") if self.wat == "vindt" else None

    async def close(self):
        return None
"""


class Bank:
    """A running actie with one unknown post on a kanaal, and who looks it up."""

    def __init__(self, db: Db, accounts: Accounts, vault: Vault, klok: Klok) -> None:
        self.db, self.accounts, self.vault, self.klok = db, accounts, vault, klok
        self.zoeker = self.nog_een()

    def nog_een(self) -> Reconciler:
        """Look-ups by another process."""
        return Reconciler(self.db, self.accounts, self.klok, seconden=1, minuten=30)

    def onbekend(self, wat: str = "leeg") -> str:
        """A post whose outcome is unknown since now."""
        nu = self.klok.now()
        keep = KanaalInvoer("k1", "kent", {"wat": wat})
        self.db.write_sync(partial(kanalen.save, vault=self.vault, invoer=keep, now=nu))
        self.db.write_sync(partial(acties.create, invoer=een_invoer(), wie="meldkamer", now=nu, actie_id="a1"))
        self.db.write_sync(lambda s: acties.set_fase(s, "a1", "vrijgeven", now=nu, wie="meldkamer"))
        plan = Plan("a1", 1, "k1", "publiceren", "maakt", "tijdkritisch", False, "K7M2QX", "tekst")
        [made] = self.db.write_sync(lambda s: store.plan(s, [plan], nu))
        mine = update(BezorgingRij).where(BezorgingRij.id == made)
        self.db.write_sync(lambda s: s.execute(mine.values(staat="onbekend", gestart_op=nu)).close())
        return made

    async def later(self, bezorging_id: str, **hoe: float) -> Bezorging:
        """Some time passes, and the post is looked up."""
        self.klok.verder(**hoe)
        await self.zoeker.run_once()
        found = self.db.read_sync(lambda s: store.get(s, bezorging_id))
        assert found is not None
        return found


@pytest.fixture
def bank(db: Db, vault: Vault, tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch) -> Bank:
    folder = tmp_path / "netwerken_met_een_sleutel"
    folder.mkdir()
    (folder / "kent.py").write_text(NETWERK, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return Bank(db, Accounts(db, Registry(folder), vault, Timeouts(1, 1)), vault, klok)


async def test_a_post_that_is_not_there_is_queued_again_with_the_same_key(bank: Bank) -> None:
    post = bank.onbekend()
    before = await bank.later(post)
    assert before.staat == "onbekend", "wat laat aankomt krijgt eerst even tijd"
    again = await bank.later(post, seconds=11)
    assert (again.staat, again.sleutel, again.herhaald) == ("wachtrij", before.sleutel, True)


@pytest.mark.parametrize("wat", ["kent-geen", "stuk"])
async def test_without_a_known_key_or_a_timeline_that_was_read_it_is_not(bank: Bank, wat: str) -> None:
    post = bank.onbekend(wat)
    assert (await bank.later(post, seconds=11)).staat == "onbekend"
    assert (await bank.later(post, minutes=31)).staat == "taak"


async def test_a_post_that_is_there_is_never_repeated(bank: Bank) -> None:
    found = await bank.later(bank.onbekend("vindt"), seconds=11)
    assert (found.staat, found.ref, found.herhaald) == ("verzonden", "42", False)


async def test_after_the_netwerk_forgot_the_key_it_is_not_repeated(bank: Bank) -> None:
    assert (await bank.later(bank.onbekend(), minutes=50)).staat == "taak"


async def test_what_a_restore_put_in_doubt_is_not_repeated_because_its_key_may_be_new(bank: Bank) -> None:
    post = bank.onbekend()
    begon = update(BezorgingRij).where(BezorgingRij.id == post).values(gestart_op=None)
    bank.db.write_sync(lambda s: s.execute(begon).close())
    assert (await bank.later(post, seconds=11)).staat == "onbekend"
    assert (await bank.later(post, minutes=31)).staat == "taak"


async def test_after_the_end_of_the_actie_it_is_not_repeated(bank: Bank) -> None:
    post = bank.onbekend()
    bank.db.write_sync(lambda s: acties.set_fase(s, "a1", "intrekken", now=bank.klok.now()))
    assert (await bank.later(post, seconds=11)).staat == "onbekend"


async def test_a_repeated_post_is_in_doubt_when_the_actie_ends_and_not_cancelled(bank: Bank) -> None:
    post = bank.onbekend()
    await bank.later(post, seconds=11)
    bank.db.write_sync(lambda s: acties.set_fase(s, "a1", "intrekken", now=bank.klok.now()))
    bank.db.write_sync(lambda s: store.lapse(s, "a1", "De actie is beëindigd."))
    assert (await bank.later(post)).staat == "onbekend"


async def test_the_moment_of_the_first_try_is_what_counts_for_a_repeated_post(bank: Bank) -> None:
    post = bank.onbekend()
    first = await bank.later(post, seconds=11)
    [item] = bank.db.write_sync(lambda s: claim.claim(s, "w", bank.klok.now(), {}, 1))
    bank.db.write_sync(lambda s: store.intend(s, item, "w", bank.klok.now()))
    assert (await bank.later(post)).gestart_op == first.gestart_op


async def test_two_processes_never_look_up_the_same_post(bank: Bank) -> None:
    bank.onbekend()
    now = bank.klok.now()
    taken = [bank.db.write_sync(lambda s: onbekend.take_unknown(s, now, HOLD)) for _ in range(2)]
    assert [len(rows) for rows in taken] == [1, 0]
    assert await bank.nog_een().run_once() == 0
    bank.klok.verder(seconds=HOLD.total_seconds())
    assert bank.db.read_sync(lambda s: onbekend.unknown_due(s, bank.klok.now()))


async def test_a_late_result_of_a_row_that_was_taken_over_is_refused_and_the_post_is_found(bank: Bank) -> None:
    post = bank.onbekend("vindt")
    row = update(BezorgingRij).where(BezorgingRij.id == post)
    bank.db.write_sync(lambda s: s.execute(row.values(staat="wachtrij")).close())
    [item] = bank.db.write_sync(lambda s: claim.claim(s, "bevroren", bank.klok.now(), {}, 1))
    assert bank.db.write_sync(lambda s: store.intend(s, item, "bevroren", bank.klok.now()))
    bank.db.write_sync(lambda s: claim.recover(s, bank.klok.now()))
    late = partial(store.settle, item=item, owner="bevroren", event="bevestigd", now=bank.klok.now())
    assert bank.db.write_sync(lambda s: late(s, receipt=Receipt("7", ""))) is False
    found = await bank.later(post, seconds=1)
    assert (found.staat, found.ref) == ("verzonden", "42")


async def test_a_step_of_a_removal_that_was_taken_over_is_not_stored(bank: Bank) -> None:
    post = bank.onbekend()
    row = update(BezorgingRij).where(BezorgingRij.id == post)
    bank.db.write_sync(lambda s: s.execute(row.values(staat="verzonden", ref="42", ref_extra='{"a": "1"}')).close())
    plan = Plan("a1", 1, "k1", "intrekken", "wijzigt", "tijdkritisch", False, "K7M2QX", van_id=post)
    bank.db.write_sync(lambda s: store.plan(s, [plan], bank.klok.now()))
    [item] = bank.db.write_sync(lambda s: claim.claim(s, "w", bank.klok.now(), {}, 1))
    bank.db.write_sync(lambda s: store.intend(s, item, "w", bank.klok.now()))
    nieuw = Receipt("42", "", {"a": "2"})
    stap = partial(store.step, item=item, owner="w", stap="geneutraliseerd", now=bank.klok.now(), receipt=nieuw)
    assert bank.db.write_sync(stap)
    assert [r.extra["a"] for r in bank.db.read_sync(lambda s: store.receipts_of(s, post))] == ["2", "1"]
    bank.db.write_sync(lambda s: claim.recover(s, bank.klok.now() + timedelta(seconds=1)))
    assert not bank.db.write_sync(partial(store.step, item=item, owner="w", stap="verwijderd", now=bank.klok.now()))
    left = bank.db.read_sync(lambda s: store.get(s, item.id))
    assert left is not None
    assert list(left.stappen) == ["geneutraliseerd"]


async def test_a_post_is_never_repeated_on_another_account(bank: Bank) -> None:
    post = bank.onbekend()
    assert (await bank.later(post, seconds=11)).herhaald
    nu, first = bank.klok.now(), '{"rekening": "een"}'
    mine = update(BezorgingRij).where(BezorgingRij.id == post).values(ref_extra=first)
    bank.db.write_sync(lambda s: s.execute(mine).close())
    [item] = bank.db.write_sync(lambda s: claim.claim(s, "w", nu, {}, 1))
    assert not bank.db.write_sync(lambda s: store.intend(s, item, "w", nu, rekening="twee"))
    assert (await bank.later(post)).staat == "taak"
