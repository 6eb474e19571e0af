"""An intent whose call never began: the post waits again, unless something else happened since."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from hub.acties import store as acties
from hub.content import Image, Limits, NotNow, Opgezegd, Post, Receipt
from hub.delivery import claim, store
from hub.delivery.aanroepen import Aanroepen
from hub.delivery.afloop import Afloop, settle_all
from hub.delivery.model import Bezorging, Plan
from hub.delivery.sending import Sender
from hub.delivery.takeback import Uitslag
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Rekening
from hub.kanalen.model import KanaalInvoer
from hub.kit.db import Db
from hub.kit.processen import Hartslag
from hub.kit.secrets import Vault
from tests import postgres
from tests.builders import NU, Klok, een_invoer
from tests.delivery.test_store import POST, claimed, plan, removal, state

KORT = 1.0
"""A lease that a test can wait for, and a busy machine can keep."""


@pytest.fixture
def bedoeld(db: Db) -> Bezorging:
    """A post of which the worker `w` committed the intent."""
    plan(db, POST)
    [item] = claimed(db)
    assert db.write_sync(lambda s: store.intend(s, item, "w", NU))
    return item


def test_it_waits_again_whether_or_not_another_took_it_for_unknown(db: Db, bedoeld: Bezorging) -> None:
    assert db.write_sync(lambda s: store.not_sent(s, bedoeld, "w", NU))
    assert state(db, bedoeld.id) == "wachtrij"
    [again] = claimed(db)
    assert db.write_sync(lambda s: store.intend(s, again, "w", NU))
    db.write_sync(lambda s: claim.recover(s, NU, ["ander"]))
    assert state(db, again.id) == "onbekend"
    assert db.write_sync(lambda s: store.not_sent(s, again, "w", NU))
    assert state(db, again.id) == "wachtrij"


def test_it_says_nothing_about_a_later_try_or_an_answer(db: Db, bedoeld: Bezorging) -> None:
    db.write_sync(lambda s: claim.recover(s, NU, ["ander"]))
    db.write_sync(lambda s: store.resolve(s, bedoeld.id, "staat-er", NU))
    assert not db.write_sync(lambda s: store.not_sent(s, bedoeld, "w", NU))
    assert state(db, bedoeld.id) == "verzonden"


@pytest.mark.parametrize("zonder_bewijs", [False, True])
def test_the_reference_that_a_frozen_process_brings_is_kept_and_its_removal_goes_on(
    db: Db, bedoeld: Bezorging, *, zonder_bewijs: bool
) -> None:
    db.write_sync(lambda s: claim.recover(s, NU, ["ander"]))
    [weg] = plan(db, removal(bedoeld.id, POST))
    assert claimed(db) == []
    uitslag = Uitslag(Receipt("4711", "https://netwerk.example/4711"), "" if zonder_bewijs else "netwerk")
    afloop = Afloop(bedoeld, "bevestigd", "", 0.0, uitslag, pause=False, hinder="")
    for _ in range(2):
        db.write_sync(lambda s: settle_all(s, [afloop], "w", NU))
        row = db.read_sync(lambda s: store.get(s, bedoeld.id))
        assert row is not None
        assert (row.staat, row.ref, row.bewijs) == ("verzonden", "4711", "netwerk")
    assert [item.id for item in claimed(db)] == [weg]


def test_an_outcome_that_is_stored_twice_is_stored_once(db: Db, bedoeld: Bezorging) -> None:
    assert db.write_sync(lambda s: store.settle(s, bedoeld, "w", "niet-nu", NU))
    assert not db.write_sync(lambda s: store.settle(s, bedoeld, "w", "niet-nu", NU))
    assert state(db, bedoeld.id) == "wachtrij"


class Bevroren:
    """A netwerk that is called by a process which freezes first, so that another takes its work over."""

    limits = Limits(500, 500)

    def __init__(self, db: Db) -> None:
        self.db = db

    def can(self) -> frozenset[str]:
        return frozenset({"terugzoeken"})

    async def publish(self, post: Post, key: str) -> Receipt:
        await self.db.write(lambda s: claim.recover(s, NU))
        raise NotNow("De verbinding kwam niet tot stand.")


class Meldt(Bevroren):
    """A netwerk that says when its post leaves, and looks what was noted before that and after."""

    meldt_vertrek = True

    def __init__(self, db: Db, calls: Path) -> None:
        super().__init__(db)
        self.calls, self.genoteerd = calls, list[int]()

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = lambda: None) -> Receipt:
        self._kijk()
        vertrek()
        self._kijk()
        return Receipt("1")

    def _kijk(self) -> None:
        [file] = self.calls.glob("*.aanroepen")
        self.genoteerd.append(len(file.read_text("ascii").splitlines()) - 1)


async def bezorg(db: Db, klok: Klok, vault: Vault, calls_map: Path, kanaal: Bevroren, lease: float = 10) -> Bezorging:
    """Deliver one post of a running actie on this netwerk."""
    actie = db.write_sync(lambda s: acties.create(s, een_invoer(), wie="m", now=NU))
    db.write_sync(lambda s: acties.set_fase(s, actie.id, "vrijgeven", now=NU, wie="m"))
    db.write_sync(lambda s: kanalen.save(s, vault, KanaalInvoer("k", "stuk"), NU))
    post = Plan(actie.id, 1, "k", "publiceren", "maakt", "tijdkritisch", False, actie.code)
    db.write_sync(lambda s: store.plan(s, [post], NU))
    hartslag = Hartslag(db, klok, soort="work", lease=lease)
    [item] = db.write_sync(lambda s: claim.claim(s, hartslag.id, NU, {}, 1))
    calls = Aanroepen(calls_map, hartslag.id)
    sender = Sender(db, geen_beeld, geen_adres, klok, hartslag, calls, voorbeeld=True)
    await sender.deliver(item, Rekening(kanaal, "som"))  # type: ignore[arg-type]
    calls.close()
    return item


async def test_a_late_certainty_that_nothing_was_sent_takes_the_doubt_away(
    db: Db, klok: Klok, vault: Vault, tmp_path: Path
) -> None:
    item = await bezorg(db, klok, vault, tmp_path, Bevroren(db))
    assert state(db, item.id) == "wachtrij"


async def test_a_call_counts_as_begun_when_the_netwerk_says_that_its_post_leaves(
    db: Db, klok: Klok, vault: Vault, tmp_path: Path
) -> None:
    kanaal = Meldt(db, tmp_path)
    item = await bezorg(db, klok, vault, tmp_path, kanaal)
    assert kanaal.genoteerd == [0, 1]
    assert state(db, item.id) == "verzonden"


class Stilgevallen(Bevroren):
    """A netwerk whose upload outlasts the lease of the process."""

    meldt_vertrek = True

    def __init__(self, db: Db) -> None:
        super().__init__(db)
        self.begonnen = self.geplaatst = 0

    async def publish(self, post: Post, key: str, vertrek: Callable[[], None] = lambda: None) -> Receipt:
        self.begonnen += 1
        end = asyncio.get_running_loop().time() + 2 * KORT
        while asyncio.get_running_loop().time() < end:
            await self.db.read(lambda s: None)
        vertrek()
        self.geplaatst += 1
        return Receipt("1")


async def test_a_post_does_not_leave_when_others_may_take_its_process_for_dead(
    klok: Klok, vault: Vault, tmp_path: Path
) -> None:
    db = postgres.emptied()
    kanaal = Stilgevallen(db)
    item = await bezorg(db, klok, vault, tmp_path, kanaal, lease=KORT)
    assert (kanaal.begonnen, kanaal.geplaatst, state(db, item.id)) == (1, 0, "wachtrij")
    db.close()


class Weigert(Bevroren):
    """A netwerk that says of the kanaal itself that nobody is there any more."""

    async def publish(self, post: Post, key: str) -> Receipt:
        raise Opgezegd("chat not found")


async def test_a_kanaal_that_is_no_more_takes_no_post_of_another_with_it(
    db: Db, klok: Klok, vault: Vault, tmp_path: Path
) -> None:
    [other] = db.write_sync(lambda s: store.plan(s, [POST], NU, klaar_op=NU + timedelta(seconds=30)))
    item = await bezorg(db, klok, vault, tmp_path, Weigert(db))
    assert (state(db, item.id), state(db, other)) == ("mislukt", "wachtrij")


async def geen_adres(_doel: str) -> str:
    return ""


async def geen_beeld(_item: Bezorging) -> Image | None:
    return None
