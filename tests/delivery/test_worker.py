"""The worker before the socket opens: a picture that cannot be drawn never holds a bezorging up for ever."""

from collections.abc import Collection
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.content import Timeouts
from hub.delivery import claim, store
from hub.delivery.aanroepen import Aanroepen
from hub.delivery.model import Beeld, Bezorging, Plan
from hub.delivery.tables import BezorgingRij
from hub.delivery.vertrek import Vertrek
from hub.delivery.worker import Worker
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts, Rekening
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.db import Db
from hub.kit.processen import Hartslag
from hub.kit.secrets import Vault
from tests.builders import Klok, een_invoer

NETWERK = """
from hub.content import Limits, Receipt, Setting, Weg

class Channel:
    naam, titel = "bord", "Bord"
    SETTINGS = (Setting("account", "Account", "", "stad", rekening=True), Setting("token", "Token", "", geheim=True))
    limits = Limits(500, 500)

    def __init__(self, instellingen, timeouts):
        self.geplaatst, self.weg = [], []

    def can(self):
        return frozenset({"intrekken"})

    async def publish(self, post, key):
        self.geplaatst.append(post)
        return Receipt(str(len(self.geplaatst)), "")

    async def retract(self, receipt):
        self.weg.append(receipt.ref)

    async def gone(self, receipt):
        return Weg(True, True)

    async def close(self):
        return None
"""


class Bord:
    """One kanaal on a netwerk that takes everything, and a worker that can draw no picture."""

    def __init__(self, db: Db, vault: Vault, folder: Path, klok: Klok) -> None:
        self.db, self.vault, self.klok = db, vault, klok
        self.accounts = Accounts(db, Registry(folder), vault, Timeouts(1, 1))
        self.hartslag = hartslag = Hartslag(db, klok, soort="serve", lease=10)
        self.worker = Worker(
            db, self.accounts, self._broken, klok, hartslag, folder=folder / "aanroepen", gelijktijdig=2, voorbeeld=True
        )
        self.instellingen(account="stad", token="een")

    @staticmethod
    async def _broken(item: Bezorging) -> None:
        if item.beeld is not None:
            raise ValueError("dit formaat bestaat niet meer")

    def instellingen(self, **waarden: str) -> None:
        """Fill in the settings of the kanaal."""
        invoer = KanaalInvoer("bord", "bord", waarden)
        self.db.write_sync(partial(kanalen.save, vault=self.vault, invoer=invoer, now=self.klok.now()))

    def start(self, actie_id: str) -> None:
        """An actie that runs."""
        nu = self.klok.now()
        self.db.write_sync(partial(acties.create, invoer=een_invoer(), wie="meldkamer", now=nu, actie_id=actie_id))
        self.db.write_sync(lambda s: acties.set_fase(s, actie_id, "vrijgeven", now=nu, wie="meldkamer"))

    def plan(self, soort: str, doet: str, beeld: Beeld | None = None, van_id: str = "") -> str:
        """One bezorging for the actie."""
        plan = Plan("a1", 1, "bord", soort, doet, "tijdkritisch", False, "K7M2QX", "tekst", beeld=beeld, van_id=van_id)
        return self.db.write_sync(lambda s: store.plan(s, [plan], self.klok.now()))[0]

    async def werk(self, bezorging_id: str, rondes: int = 1) -> Bezorging:
        """Let the worker go round, ten seconds apart."""
        for _ in range(rondes):
            await self.worker.round()
            await self.worker.drain()
            self.klok.verder(seconds=10)
        found = self.db.read_sync(lambda s: store.get(s, bezorging_id))
        assert found is not None
        return found

    async def geplaatst(self) -> list[str]:
        """The words of what stands on the netwerk."""
        return [post.text for post in (await self.accounts.get("bord", "bord")).geplaatst]  # type: ignore[attr-defined]


@pytest.fixture
def bord(db: Db, vault: Vault, tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch) -> Bord:
    folder = tmp_path / "netwerken_met_een_bord"
    folder.mkdir()
    (folder / "bord.py").write_text(NETWERK, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    made = Bord(db, vault, folder, klok)
    made.start("a1")
    return made


async def test_a_post_whose_picture_cannot_be_drawn_becomes_a_task_after_five_tries(bord: Bord) -> None:
    post = bord.plan("publiceren", "maakt", Beeld("verdwenen-formaat"))
    assert (await bord.werk(post, rondes=4)).staat == "wachtrij"
    row = await bord.werk(post)
    assert (row.staat, row.pogingen) == ("taak", 5)
    assert "afbeelding" in row.fout
    assert await bord.geplaatst() == []


async def test_a_closing_message_whose_picture_cannot_be_drawn_goes_out_in_words_at_once(bord: Bord) -> None:
    await bord.werk(bord.plan("publiceren", "maakt"))
    bord.db.write_sync(lambda s: acties.set_fase(s, "a1", "afsluiten", now=bord.klok.now()))
    assert (await bord.werk(bord.plan("sluiten", "maakt", Beeld("verdwenen-formaat")))).staat == "verzonden"
    assert len(await bord.geplaatst()) == 2


async def test_a_post_on_an_account_of_before_is_a_task_and_never_removed_elsewhere(bord: Bord) -> None:
    post = bord.plan("publiceren", "maakt")
    await bord.werk(post)
    bord.instellingen(account="dorp", token="een")
    row = await bord.werk(bord.plan("intrekken", "wijzigt", van_id=post))
    assert row.staat == "taak"
    assert "eerder ingestelde rekening" in row.fout
    assert (await bord.accounts.get("bord", "bord")).weg == []  # type: ignore[attr-defined]


async def test_a_new_token_for_the_same_account_stands_in_no_way(bord: Bord) -> None:
    post = bord.plan("publiceren", "maakt")
    await bord.werk(post)
    bord.instellingen(account="stad", token="twee")
    assert (await bord.werk(bord.plan("intrekken", "wijzigt", van_id=post))).staat == "verzonden"


async def test_a_refused_post_that_is_tried_again_goes_out_with_the_corrected_words(bord: Bord) -> None:
    post = bord.plan("publiceren", "maakt")
    edit = bord.plan("corrigeren", "wijzigt", van_id=post)
    row = update(BezorgingRij)
    bord.db.write_sync(lambda s: s.execute(row.where(BezorgingRij.id == post).values(staat="mislukt")))
    bord.db.write_sync(lambda s: s.execute(row.where(BezorgingRij.id == edit).values(tekst="beter")))
    assert (await bord.werk(edit)).staat == "vervallen"
    bord.db.write_sync(lambda s: store.resolve(s, post, "opnieuw", bord.klok.now()))
    assert (await bord.werk(post)).staat == "verzonden"
    assert await bord.geplaatst() == ["beter"]


async def test_a_stop_gives_back_the_call_of_which_the_commit_was_never_heard(bord: Bord) -> None:
    post = bord.plan("publiceren", "maakt")
    accounts = await bord.accounts.load(["bord"])
    vertrek = Vertrek(bord.hartslag, bord.klok, voorbeeld=True)

    def claimed(session: Session) -> dict[str, bool]:
        return vertrek.at_once(session, claim.claim(session, bord.hartslag.id, bord.klok.now(), {}, 2), accounts)

    assert await bord.db.write(claimed) == {post: True}
    await bord.worker.stop()
    row = bord.db.read_sync(lambda s: store.get(s, post))
    assert row is not None
    assert row.staat == "wachtrij"


async def test_a_start_clears_away_what_dead_processes_kept_of_their_calls_unless_something_is_in_doubt(
    bord: Bord, tmp_path: Path
) -> None:
    folder = tmp_path / "netwerken_met_een_bord" / "aanroepen"
    bord.plan("publiceren", "maakt")
    [item] = bord.db.write_sync(lambda s: claim.claim(s, "met-werk", bord.klok.now(), {}, 2))
    bord.db.write_sync(lambda s: store.intend(s, item, "met-werk", bord.klok.now()))
    for owner in ("met-werk", "zonder-werk"):
        (folder / f"{owner}.aanroepen").write_text("een-andere-start\n", encoding="ascii")
    (folder / "begint-net.aanroepen").touch()
    levend = Aanroepen(folder, "levend")
    await bord.worker.clear_away()
    left = {file.name.removesuffix(".aanroepen") for file in folder.iterdir()}
    assert left == {bord.hartslag.id, "levend", "met-werk", "begint-net"}
    levend.close()


class Traag(Accounts):
    """Accounts of which some are opened only when all calls under way are over."""

    worker: Worker
    geplaatst = 0

    async def load(self, namen: Collection[str]) -> dict[str, Rekening | Exception]:
        await self.worker.drain()
        self.geplaatst = len((await self.get("ander", "bord")).geplaatst)  # type: ignore[attr-defined]
        return await super().load(namen)


async def test_a_post_waits_for_no_other_account_to_be_opened(bord: Bord, tmp_path: Path) -> None:
    post = bord.plan("publiceren", "maakt")
    await bord.werk(post)
    weg, nu = bord.plan("intrekken", "wijzigt", van_id=post), bord.klok.now()
    bord.db.write_sync(lambda s: kanalen.save(s, bord.vault, KanaalInvoer("ander", "bord", {"account": "stad"}), nu))
    plan = Plan("a1", 1, "ander", "publiceren", "maakt", "tijdkritisch", False, "K7M2QX", "tekst")
    bord.db.write_sync(lambda s: store.plan(s, [plan], nu))
    accounts = Traag(bord.db, bord.accounts.registry, bord.vault, Timeouts(1, 1))
    hartslag = Hartslag(bord.db, bord.klok, soort="serve", lease=10)
    accounts.worker = Worker(
        bord.db, accounts, Bord._broken, bord.klok, hartslag, folder=tmp_path, gelijktijdig=2, voorbeeld=True
    )
    assert await accounts.worker.round() == 2
    assert accounts.geplaatst == 1
    await accounts.worker.stop()
    row = bord.db.read_sync(lambda s: store.get(s, weg))
    assert row is not None
    assert row.staat == "verzonden"
