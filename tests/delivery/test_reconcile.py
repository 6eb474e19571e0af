"""Unknown outcomes: each gets its time, and one kanaal in trouble does not keep the others unknown."""

from collections.abc import Sequence
from concurrent.futures import wait
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from hub.content import Receipt, Timeouts
from hub.delivery import claim, onbekend, store
from hub.delivery.model import Plan
from hub.delivery.reconcile import Reconciler
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import Klok

NETWERK = """
from hub.content import Limits, Receipt

class Channel:
    naam, titel, SETTINGS = "stuk", "Stuk", ()
    limits = Limits(500, 500)

    def __init__(self, instellingen, timeouts):
        self.wat = instellingen.get("wat", "")

    def can(self):
        return frozenset({"terugzoeken"})

    async def find(self, key, marker, since):
        if self.wat == "stuk":
            raise RuntimeError("weg")
        return Receipt("42", "") if self.wat == "vindt" else None

    async def close(self):
        return None
"""


@pytest.fixture
def accounts(db: Db, vault: Vault, tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    folder = tmp_path / "netwerken_van_deze_test"
    folder.mkdir()
    (folder / "stuk.py").write_text(NETWERK, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for wat in ("stuk", "vindt", "leeg"):
        keep = partial(kanalen.save, vault=vault, invoer=KanaalInvoer(f"k-{wat}", "stuk", {"wat": wat}), now=klok.now())
        db.write_sync(keep)
    return Accounts(db, Registry(folder), vault, Timeouts(connect=1, total=1))


def unknown(db: Db, kanalen_: Sequence[str], gestart: datetime) -> list[str]:
    plans = [
        Plan(f"a{number}", 1, kanaal, "publiceren", "maakt", "tijdkritisch", False, "K7M2QX")
        for number, kanaal in enumerate(kanalen_)
    ]
    ids = db.write_sync(lambda s: store.plan(s, plans, gestart))
    values = {"staat": "onbekend", "gestart_op": gestart}
    db.write_sync(lambda s: s.execute(update(BezorgingRij).where(BezorgingRij.id.in_(ids)).values(values)))
    return ids


def states(db: Db, ids: list[str]) -> list[str]:
    return [row.staat for row in (db.read_sync(partial(store.get, bezorging_id=id_)) for id_ in ids) if row is not None]


async def test_what_is_put_off_does_not_crowd_out_what_may_be_looked_up(db: Db, accounts: Accounts, klok: Klok) -> None:
    ids = unknown(db, ["k-leeg"] * 210 + ["k-vindt"], klok.now())
    soon = klok.now() + timedelta(seconds=5)
    wait([db.submit(partial(onbekend.later, bezorging_id=id_, klaar_op=soon)) for id_ in ids[:210]])
    assert await Reconciler(db, accounts, klok, seconden=1, minuten=5).run_once() == 1
    assert states(db, ids[-1:]) == ["verzonden"]


async def test_after_a_long_stop_there_is_time_to_look_before_a_person_is_asked(
    db: Db, accounts: Accounts, klok: Klok
) -> None:
    ids = unknown(db, ["k-leeg", "k-stuk"], klok.now() - timedelta(hours=1))
    reconciler = Reconciler(db, accounts, klok, seconden=1, minuten=5)
    await reconciler.run_once()
    assert states(db, ids) == ["onbekend", "onbekend"]
    klok.verder(minutes=6)
    await reconciler.run_once()
    assert states(db, ids) == ["taak", "taak"]


async def test_a_post_that_went_to_another_account_is_not_looked_for_on_this_one(
    db: Db, accounts: Accounts, klok: Klok
) -> None:
    ids = unknown(db, ["k-vindt", "k-vindt"], klok.now())
    som = (await accounts.rekening("k-vindt", "stuk")).som
    for post, rekening in zip(ids, (som, "een andere"), strict=True):
        mine = update(BezorgingRij).where(BezorgingRij.id == post).values(staat="wachtrij")
        db.write_sync(lambda s, mine=mine: s.execute(mine).close())
        [item] = db.write_sync(lambda s: claim.claim(s, "w", klok.now(), {}, 1))
        assert db.write_sync(partial(store.intend, item=item, owner="w", now=klok.now(), rekening=rekening))
        db.write_sync(partial(store.settle, item=item, owner="w", event="onduidelijk", now=klok.now()))
    await Reconciler(db, accounts, klok, seconden=1, minuten=5).run_once()
    assert states(db, ids) == ["verzonden", "taak"]


async def test_a_post_found_by_marker_that_is_another_bezorging_settles_nothing(
    db: Db, accounts: Accounts, klok: Klok
) -> None:
    first, closing = unknown(db, ["k-vindt", "k-vindt"], klok.now())
    reconciler = Reconciler(db, accounts, klok, seconden=1, minuten=5)
    db.write_sync(partial(store.resolve, bezorging_id=first, event="gevonden", now=klok.now(), receipt=Receipt("42")))
    await reconciler.run_once()
    assert states(db, [first, closing]) == ["verzonden", "onbekend"]


def test_a_second_try_starts_the_time_anew(db: Db, klok: Klok) -> None:
    db.write_sync(
        lambda s: store.plan(
            s, [Plan("a1", 1, "k-leeg", "publiceren", "maakt", "tijdkritisch", False, "K7M2QX")], klok.now()
        )
    )
    for _ in range(2):
        [item] = db.write_sync(lambda s: claim.claim(s, "w", klok.now(), {}, 1))
        assert db.write_sync(partial(store.intend, item=item, owner="w", now=klok.now()))
        db.write_sync(partial(store.settle, item=item, owner="w", event="niet-nu", now=klok.now()))
        klok.verder(minutes=20)
    row = db.read_sync(lambda s: store.get(s, item.id))
    assert row is not None
    assert row.gestart_op == klok.now() - timedelta(minutes=20)


def test_a_receipt_is_part_of_what_was_found(db: Db, klok: Klok) -> None:
    [post] = unknown(db, ["k-vindt"], klok.now())
    db.write_sync(lambda s: store.resolve(s, post, "gevonden", klok.now(), receipt=Receipt("42", "https://x.example")))
    row = db.read_sync(lambda s: store.get(s, post))
    assert row is not None
    assert (row.staat, row.receipt.ref) == ("verzonden", "42")


def test_a_receipt_with_what_a_database_refuses_is_kept_all_the_same(db: Db, klok: Klok) -> None:
    """Storing how a call ended is repeated until it works: it may never fail on what a netwerk answered."""
    [post] = unknown(db, ["k-vindt"], klok.now())
    vreemd = Receipt("4\x002", "https://x.example/\0\ud800", {"bestand": "\0\ud800"})
    db.write_sync(lambda s: store.resolve(s, post, "gevonden", klok.now(), receipt=vreemd))
    row = db.read_sync(lambda s: store.get(s, post))
    assert row is not None
    assert (row.staat, row.receipt.ref, row.bericht_url) == ("verzonden", "42", "https://x.example/?")
