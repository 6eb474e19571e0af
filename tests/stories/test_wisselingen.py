"""Generated interleavings: whatever happens in whatever order, nothing twice and nothing left behind.

Real database, desk, worker and look-up; only the network is in memory, and each call ends when and how the
interleaving says. A person answers honestly what stands on the network.
"""

import asyncio
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from hub.compose.templates import Templates
from hub.content import Timeouts
from hub.delivery import claim
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.reconcile import Reconciler
from hub.delivery.worker import Worker
from hub.desk import melden
from hub.desk.desk import Desk
from hub.desk.errors import Conflict
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.config import Config
from hub.kit.databases import open_db
from hub.kit.db import Base
from hub.kit.processen import Hartslag
from hub.kit.secrets import Vault
from hub.toegang.model import Wie
from tests.builders import Klok, een_invoer
from tests.stories.wisselnet import AFLOPEN, KAN, NETTEN, Net

WIE = Wie("meldkamer", "meldkamer")
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "posts"
KLAAR = ("verzonden", "vervallen", "mislukt")


@pytest.fixture(scope="module")
def leeg() -> Iterator[Path]:
    """A folder with an empty database to copy, and a netwerk that leads to the network in memory."""
    with tempfile.TemporaryDirectory() as name:
        db = open_db(f"sqlite:///{name}/hub.db")
        Base.metadata.create_all(db.engine)
        db.close()
        (Path(name) / "wisselnetten").mkdir()
        (Path(name) / "wisselnetten" / "wissel.py").write_text("from tests.stories.wisselnet import Channel\n")
        yield Path(name)


class Verloop:
    """One actie, one network, and a series of events chosen by `kans`."""

    def __init__(self, map_: Path, kans: random.Random) -> None:
        self.kans, self.klok, self.net = kans, Klok(), Net()
        NETTEN[str(map_)] = self.net
        self.db = open_db(f"sqlite:///{map_ / 'hub.db'}")
        vault = Vault([Fernet.generate_key()])
        for naam in KAN:
            invoer = KanaalInvoer(naam, "wissel", {"net": str(map_), "account": naam})
            self.db.write_sync(lambda s, i=invoer: kanalen.save(s, vault, i, self.klok.now()))
        accounts = Accounts(self.db, Registry(map_ / "wisselnetten"), vault, Timeouts(1, 1))
        self.desk = Desk(self.db, accounts, Templates(TEMPLATES), vault, Config(), self.klok)
        self.zoeker = Reconciler(self.db, accounts, self.klok, seconden=1, minuten=1)
        self.accounts, self.actie_id, self.versie = accounts, "", 1
        self.worker = self._worker()

    def _worker(self) -> Worker:
        async def no_image(_item: Bezorging) -> None:
            return None

        hartslag = Hartslag(self.db, self.klok, soort="serve", lease=10)
        return Worker(self.db, self.accounts, no_image, self.klok, hartslag, gelijktijdig=2, voorbeeld=True)

    def rows(self) -> list[Bezorging]:
        found = self.db.read_sync(lambda s: delivery.of_actie(s, self.actie_id))
        return sorted(found, key=lambda row: (row.kanaal, row.versie, row.soort))

    def fase(self) -> str:
        return self.db.read_sync(lambda s: self.desk._need(s, self.actie_id)).fase

    async def rust(self) -> None:
        """Wait until every bezorging that runs stands before the network."""
        while len(self.net.oproepen) < len(self.worker._running):
            await asyncio.sleep(0)

    # -- events ------------------------------------------------------------------------------------
    async def ronde(self) -> None:
        await self.worker.round()
        await self.rust()

    async def einde(self) -> None:
        if self.net.oproepen:
            oproep = self.net.oproepen.pop(self.kans.randrange(len(self.net.oproepen)))
            before = len(self.worker._running)
            oproep.einde.set_result(self.kans.choice(AFLOPEN))
            while len(self.worker._running) >= before:
                await asyncio.sleep(0)

    async def crash(self) -> None:
        """A new worker takes over; what was under way had its fate, but the old one may not tell."""
        old, self.worker = self.worker, self._worker()
        await self.db.write(lambda s: claim.recover(s, self.klok.now()))
        for oproep in self.net.oproepen:
            oproep.einde.set_result(self.kans.choice(AFLOPEN))
        self.net.oproepen.clear()
        await old.drain()

    async def corrigeer(self) -> None:
        if self.fase() == "actief":
            nieuw = self.versie + 1
            await self.desk.correct(self.actie_id, {"titel": f"Sanne vermist, versie {nieuw}"}, WIE)
            self.versie = nieuw

    async def verleng(self) -> None:
        if self.fase() == "actief":
            await self.desk.extend(self.actie_id, 5, WIE)

    async def trek_in(self) -> None:
        await self.desk.withdraw(self.actie_id, self.kans.choice(("gevonden", "fout")), WIE)

    async def sluit(self) -> None:
        await self.desk.close(self.actie_id, WIE)

    async def zoek(self) -> None:
        await self.zoeker.run_once()

    async def tijd(self) -> None:
        self.klok.verder(seconds=self.kans.choice((1, 5, 61)))

    async def hervat(self) -> None:
        for naam in KAN:
            await self.db.write(lambda s, n=naam: kanalen.resume(s, n))

    async def mens(self) -> None:
        """A person answers one open question, honestly."""
        if not (open_ := [row for row in self.rows() if row.staat in ("taak", "onbekend", "mislukt", "geparkeerd")]):
            return
        row = self.kans.choice(open_)
        answer = self._antwoord(row)
        if answer:
            try:
                await melden.answer_bezorging(self.desk, row.id, answer, WIE)
            except Conflict:
                assert row.staat in ("mislukt", "onbekend", "geparkeerd")

    def _antwoord(self, row: Bezorging) -> str:
        if row.staat in ("mislukt", "geparkeerd"):
            return self.kans.choice(("", "opnieuw"))
        if row.soort == "intrekken":
            source = next(item for item in self.rows() if item.id == row.van_id)
            if (found := self.net.met(source.sleutel)) is not None:
                found.weg = True
            return "staat-er-niet"
        if row.doet == "wijzigt":
            return self._met_de_hand(row)
        if self.net.met(row.sleutel):
            return "staat-er"
        return self.kans.choice(("staat-er-niet", "opnieuw")) if row.staat == "onbekend" else "staat-er-niet"

    def _met_de_hand(self, row: Bezorging) -> str:
        """The hub cannot edit this post, so a person does; never with words that are no longer the newest."""
        source = next(item for item in self.rows() if item.id == row.van_id)
        found = self.net.met(source.sleutel)
        if found is None or row.versie < self.versie or self.fase() != "actief":
            return "staat-er-niet"
        found.tekst = row.tekst
        return "staat-er"

    # -- the whole ---------------------------------------------------------------------------------
    async def loop(self, stappen: int) -> None:
        self.actie_id = (await self.desk.open(een_invoer(publiceren=True), WIE)).actie.id
        deeds: dict[Callable[[], Any], int] = {
            self.ronde: 8, self.einde: 12, self.crash: 1, self.corrigeer: 3, self.verleng: 1,
            self.trek_in: 1, self.sluit: 1, self.zoek: 3, self.tijd: 4, self.mens: 3, self.hervat: 1,
        }  # fmt: skip
        for _ in range(stappen):
            [deed] = self.kans.choices(list(deeds), list(deeds.values()))
            await deed()
            await self.check()

    async def check(self) -> None:
        """What must hold at every moment."""
        doubles = Counter(b.sleutel for b in self.net.berichten)
        assert all(count == 1 for count in doubles.values()), doubles
        if self.fase() == "ingetrokken":
            bewijs = await self.desk.receipt(self.actie_id, WIE)
            posts = [p for p in bewijs.plaatsen if p.soort == "bericht"]
            if all(p.staat == "verdwenen" for p in posts):
                assert not self.noemt_persoon(), bewijs

    def noemt_persoon(self) -> list[str]:
        return [b.tekst for b in self.net.zichtbaar() if "Sanne" in b.tekst]

    async def tot_rust(self) -> None:
        """The network works, the person is there: everything ends."""
        self.kans = random.Random(0)
        for _ in range(400):
            await self.hervat()
            await self.ronde()
            for oproep in self.net.oproepen:
                oproep.einde.set_result("goed")
            self.net.oproepen.clear()
            await self.worker.drain()
            await self.zoek()
            for row in self.rows():
                if row.staat in ("taak", "onbekend") and not self.net.oproepen:
                    await self.mens()
            await self.check()
            if all(row.staat in KLAAR for row in self.rows()):
                return
            self.klok.verder(seconds=20)
        raise AssertionError([(r.kanaal, r.soort, r.versie, r.staat, r.fout) for r in self.rows()])

    async def slot(self) -> None:
        """What must hold when all is quiet."""
        for kanaal in KAN:
            sluiten = [row for row in self.rows() if (row.kanaal, row.soort) == (kanaal, "sluiten")]
            over = [row.id for row in sluiten[-1:] if row.staat == "verzonden"]
            assert [row.id for row in sluiten if self.net.met(row.sleutel)] == over, sluiten
        if self.fase() == "ingetrokken":
            assert self.noemt_persoon() == []
            bewijs = await self.desk.receipt(self.actie_id, WIE)
            assert all(p.staat == "verdwenen" for p in bewijs.plaatsen if p.soort == "bericht"), bewijs
        elif self.fase() == "actief":
            titel = f"versie {self.versie}" if self.versie > 1 else "Sanne (9)"
            assert all(titel in b.tekst for b in self.net.zichtbaar("bewerkt"))


async def doorloop(map_: Path, seed: int) -> None:
    verloop = Verloop(map_, random.Random(seed))
    try:
        await verloop.loop(40)
        await verloop.tot_rust()
        await verloop.slot()
    finally:
        await verloop.accounts.close()
        verloop.db.close()


@pytest.mark.timeout(1800)
async def test_nothing_twice_and_nothing_left_behind_in_any_order(
    leeg: Path, tmp_path: Path, rounds: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(leeg))
    for seed in range(rounds(1000)):
        folder = tmp_path / str(seed)
        shutil.copytree(leeg, folder)
        try:
            await doorloop(folder, seed)
        except BaseException as error:
            error.add_note(f"zaad {seed}")
            raise
