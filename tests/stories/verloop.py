"""One generated interleaving: an actie, a network, processes that come and go, and people; see test_wisselingen."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.acties.model import Actie
from hub.acties.rules import NietMogelijk
from hub.compose.templates import Templates
from hub.content import Image, Timeouts
from hub.delivery import na_einde
from hub.delivery import store as delivery
from hub.delivery.meteen import Meteen, Rekeningen
from hub.delivery.model import Bezorging
from hub.delivery.reconcile import Reconciler
from hub.delivery.worker import Worker
from hub.desk import klok, melden
from hub.desk.desk import Desk
from hub.desk.errors import Conflict, Geweigerd
from hub.kanalen import abonnees
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.config import Config
from hub.kit.db import DatabaseError, Db
from hub.kit.processen import Hartslag
from hub.kit.secrets import Vault
from hub.kit.tables import ProcesRij
from hub.toegang.model import Wie
from tests.acties.images import encoded, picture
from tests.builders import Klok, een_invoer
from tests.stories.wisselnet import AFLOPEN, KAN, MET_FOTO, NETTEN, WERKER, ZONDER_FOTO, Bericht, Net, Oproep

AN, BO, CEES = (Wie(naam, "meldkamer") for naam in ("an", "bo", "cees"))
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "posts"
KLAAR = ("verzonden", "vervallen", "mislukt")
VRAAG = ("taak", "onbekend", "mislukt", "geparkeerd")
WEGGEGAAN = ("verzonden", "vervallen", "taak", "geparkeerd")
BEDENKTIJD = 10
FOTO = encoded(picture())
EINDE = ("afgesloten", "ingetrokken")


class Proces:
    """One process of the hub: its own way into the database, desk, worker and look-up."""

    def __init__(self, db: Db, map_: Path, vault: Vault, config: Config, klok: Klok) -> None:
        config = config.model_copy(update={"werkmap": str(map_)})
        self.db = db
        self.accounts = Accounts(db, Registry(map_ / "wisselnetten"), vault, Timeouts(1, 1))
        self.desk = Desk(db, self.accounts, Templates(TEMPLATES), vault, config, klok)
        self.hartslag = Hartslag(db, klok, soort="serve", lease=3600)
        self.zoeker = Reconciler(db, self.accounts, klok, seconden=1, minuten=1)
        calls = map_ / "aanroepen"
        self.worker = Worker(
            db, self.accounts, self._beeld, klok, self.hartslag, folder=calls, gelijktijdig=2, voorbeeld=True,
            getekend=lambda item: item.beeld is not None and not item.beeld.foto,
        )  # fmt: skip
        self.naam = self.hartslag.id

    def meteen(self, rekeningen: Rekeningen) -> Meteen:
        """What the desk of this process starts, leaves by its worker."""
        WERKER.set(self.naam)
        return self.worker.meteen(rekeningen)

    async def _beeld(self, item: Bezorging) -> Image | None:
        return MET_FOTO if item.beeld is not None and item.beeld.foto else ZONDER_FOTO

    async def leeft(self, leeft: bool) -> None:
        """Whether the others take this process for alive: its lease is long, or over."""

        def work(session: Session) -> None:
            session.execute(delete(ProcesRij).where(ProcesRij.id == self.naam))
            if leeft:
                now = self.db.now(session, self.desk.clock.now())
                values = {"soort": "serve", "machine": "een", "pid": 1, "gestart_op": now}
                session.add(ProcesRij(id=self.naam, tot_op=now + timedelta(hours=1), **values))

        await self.db.write(work)


class Verloop:
    """A series of events chosen by `kans`, and what must hold after each of them and when all is quiet."""

    def __init__(self, dbs: list[Db], map_: Path, kans: random.Random) -> None:
        self.kans, self.klok, self.dbs, self.map = kans, Klok(), dbs, map_
        self.net = NETTEN[str(map_)] = Net(self.klok, kans)
        self.beleid = kans.choice(("direct", "direct", "bedenktijd", "vier-ogen"))
        self.config = Config.model_validate(
            {"goedkeuring": {"tijdkritisch": self.beleid, "bedenktijd_seconden": BEDENKTIJD}}
        )
        self.vault = Vault([Fernet.generate_key()])
        for naam in KAN:
            self._kanaal(naam, aan=True)
        self.plekken = {self._abonnee(adres): f"bot/{adres}" for adres in ("71", "72")}
        self.processen: list[Proces] = []
        self.weg: list[Proces] = []
        self.actie_id, self.versie, self.vrij = "", 1, False
        self.schrijvers: set[str] = {AN.naam}
        self.opnieuw: Counter[str] = Counter()
        self.na_einde: int | None = None
        self.mocht: set[str] = set()
        self.gezien = 0
        self.open_weg: set[str] = set()

    def _kanaal(self, naam: str, *, aan: bool) -> None:
        invoer = KanaalInvoer(naam, "wissel", {"net": str(self.map), "account": naam}, foto=naam != "blind", aan=aan)
        self.dbs[0].write_sync(lambda s: kanalen.save(s, self.vault, invoer, self.klok.now()))

    def _abonnee(self, adres: str) -> str:
        now = self.klok.now()
        return self.dbs[0].write_sync(lambda s: abonnees.follow(s, self.vault, "bot", adres, "GM0344", now))

    def proces(self) -> Proces:
        return self.kans.choice([p for p in self.processen if p.naam not in self.net.bevroren])

    async def valt_weg(self) -> None:
        """An ending does not come to its subscribers: the clock does."""
        if self.actie_id and self.actie().fase in EINDE and self.kans.random() < 0.4:
            raise DatabaseError("weg")

    async def nieuw_proces(self) -> Proces:
        db = self.dbs[len(self.weg + self.processen) % len(self.dbs)]
        made = Proces(db, self.map, self.vault, self.config, self.klok)
        if self.kans.random() < 0.7:
            made.desk.meteen = made.meteen
        made.desk.voorrang = self.valt_weg
        await made.leeft(True)
        self.processen.append(made)
        return made

    def rows(self) -> list[Bezorging]:
        """All there is to do; what is for a subscriber as a kanaal of its own."""
        found = self.dbs[0].read_sync(lambda s: delivery.of_actie(s, self.actie_id))
        found = [replace(row, kanaal=self.plekken.get(row.doel, row.kanaal)) for row in found]
        return sorted(found, key=lambda row: (row.kanaal, row.versie, row.soort))

    def actie(self) -> Actie:
        return self.dbs[0].read_sync(lambda s: self.processen[0].desk._need(s, self.actie_id))

    # -- the machine -------------------------------------------------------------------------------
    async def rust(self, proces: Proces) -> None:
        """Wait until every bezorging that this worker runs stands before the network."""
        while True:
            staan = {oproep.taak for oproep in self.net.voor(proces.naam)}
            if not (lopen := [task for task in proces.worker._running if task not in staan]):
                return
            await self._tot_een(lopen)

    async def _tot_een(self, lopen: list[asyncio.Task[None]]) -> None:
        """Wait until one of these ends, or a call arrives."""
        komst = asyncio.get_running_loop().create_future()
        self.net.wachters.append(komst)
        await asyncio.wait([*lopen, komst], return_when=asyncio.FIRST_COMPLETED)

    async def ronde(self) -> None:
        proces = self.proces()
        WERKER.set(proces.naam)
        await proces.worker.round()
        await self.rust(proces)

    async def einde(self) -> None:
        if calls := self.net.af_te_maken():
            await self._eindig(self.kans.choice(calls), self.kans.choice(AFLOPEN))

    async def _eindig(self, oproep: Oproep, afloop: str) -> None:
        self.net.eindig(oproep, afloop)
        taak = oproep.taak
        while taak is not None and not taak.done() and taak not in {other.taak for other in self.net.oproepen}:
            await self._tot_een([taak])

    async def overname(self) -> None:
        await self.proces().worker.take_over()

    async def crash(self) -> None:
        """A process dies between any two steps; what it had under way has its fate, but it can tell nobody."""
        proces = self.proces()
        if self.kans.random() < 0.5:
            WERKER.set(proces.naam)
            await proces.worker.round()
        self.net.dood.add(proces.naam)
        self.processen.remove(proces)
        self.weg.append(proces)
        await proces.leeft(False)
        for oproep in self.net.voor(proces.naam):
            self.net.gebeurt(oproep, self.kans.choice(AFLOPEN))
        alleen = proces.db.alleen
        nieuw = await self.nieuw_proces()
        if alleen or self.kans.random() < 0.5:
            await nieuw.worker.take_over()
        await self.rust(proces)  # between two steps nothing goes on: each of its tasks ended, or calls in vain

    async def bevries(self) -> None:
        """A process stands still for longer than its lease, before or after its calls were heard."""
        vrij = [p for p in self.processen if p.naam not in self.net.bevroren]
        if self.dbs[0].alleen or len(vrij) < 2:
            return
        proces = self.kans.choice(vrij)
        await self.rust(proces)
        self.net.bevroren.add(proces.naam)
        await proces.leeft(False)
        for oproep in self.net.voor(proces.naam):
            if self.kans.random() < 0.5:
                self.net.gebeurt(oproep, self.kans.choice(AFLOPEN))

    async def ontdooi(self) -> None:
        """It goes on where it stood: its late results arrive."""
        for proces in [p for p in self.processen if p.naam in self.net.bevroren]:
            self.net.bevroren.discard(proces.naam)
            await proces.leeft(True)
            for oproep in self.net.voor(proces.naam):
                await self._eindig(oproep, self.kans.choice(AFLOPEN))

    async def zoek(self) -> None:
        await self.proces().zoeker.run_once()

    async def tijd(self) -> None:
        self.klok.verder(seconds=self.kans.choices((1, 5, 61, 1200), (6, 6, 4, 1))[0])
        self.net.tik()

    async def tik(self) -> None:
        desk, actie = self.proces().desk, self.actie()
        if self.beleid == "bedenktijd" and actie.vrij_op is not None and actie.vrij_op <= self.klok.now():
            self.vrij = True
        await klok.release_due(desk)
        await klok.end_due(desk)
        await klok.follow_ended(desk)
        await klok.clean_disk(desk)

    # -- people --------------------------------------------------------------------------------------
    async def plaats(self) -> None:
        """Publish, also what was published before."""
        if self.beleid == "direct" and self.actie().fase not in EINDE:
            self.vrij = True
        await self._mag(self.proces().desk.publish(self.actie_id, self.kans.choice((AN, BO))))

    async def keur_goed(self) -> None:
        wie, eerder = self.kans.choice((AN, BO, CEES)), self.actie().fase
        eigen = self.beleid == "vier-ogen" and wie.naam in self.schrijvers
        if eerder == "wacht-op-goedkeuring" and not eigen:
            self.vrij = True
        done = await self._mag(self.proces().desk.approve(self.actie_id, wie))
        assert not (done and eigen), f"{wie.naam} keurde eigen woorden goed"
        # Another may have put it up for approval at the same moment, after the phase was read above.
        self.vrij = self.vrij or done

    async def corrigeer(self) -> None:
        wie, nieuw = self.kans.choice((AN, BO)), self.versie + 1
        self.schrijvers.add(wie.naam)
        change: dict[str, object] = {"titel": f"Sanne vermist, versie {nieuw}"}
        if self.kans.random() < 0.3:
            change["kanalen"] = self.kans.choice((None, ("bewerkt", "nieuw"), tuple(KAN), ("blind", "hand")))
        if await self._mag(self.proces().desk.correct(self.actie_id, change, wie)):
            self.versie = nieuw

    async def foto(self) -> None:
        await self._mag(self.proces().desk.add_foto(self.actie_id, FOTO, focus=(0.5, 0.5), toestemming=True, wie=BO))
        self.schrijvers.add(BO.naam)
        self.versie = max(self.versie, self.actie().versie)

    async def verleng(self) -> None:
        await self._mag(self.proces().desk.extend(self.actie_id, 5, AN))

    async def sluit(self) -> None:
        await self._mag(self.proces().desk.close(self.actie_id, AN))

    async def trek_in(self) -> None:
        """Never refused, whatever else goes on. From its answer on nothing may begin that was not under way."""
        ended = await self.proces().desk.withdraw(self.actie_id, self.kans.choice(("gevonden", "fout", "anders")), AN)
        assert ended.fase == "ingetrokken"
        if self.na_einde is None:
            self.mocht = {row.sleutel for row in self.rows() if row.staat in ("verzenden", "onbekend")}
            self.na_einde = len(self.net.begonnen)

    async def _mag(self, deed: Awaitable[object]) -> bool:
        """Do what may be refused in this phase."""
        try:
            await deed
        except (Conflict, Geweigerd, NietMogelijk):
            return False
        return True

    async def hervat(self) -> None:
        for naam in KAN:
            await self.dbs[0].write(lambda s, n=naam: kanalen.resume(s, n))

    async def aan_uit(self) -> None:
        self._kanaal(self.kans.choice(list(KAN)), aan=self.kans.random() < 0.6)

    async def tegelijk(self) -> None:
        """Two people, or a person and the clock, at the same moment."""
        deeds = (self.ronde, self.plaats, self.keur_goed, self.corrigeer, self.sluit, self.trek_in, self.tik, self.zoek)
        een, ander = self.kans.sample(deeds, 2)
        await asyncio.gather(een(), ander())

    async def mens(self) -> None:
        """A person answers one open question, honestly, about what has come to rest on the network."""
        if open_ := [row for row in self.rows() if row.staat in VRAAG]:
            await self.antwoord(self.kans.choice(open_))

    async def antwoord(self, vraag: Bezorging) -> None:
        rows = {item.id: item for item in self.rows()}
        row, bron = rows[vraag.id], rows.get(vraag.van_id)
        if row.staat != vraag.staat:
            return  # another answer settled this one as well
        waar = [row.sleutel, *([bron.sleutel, bron.ref] if bron else [])]
        if any(self.net.loopt(item) for item in waar):
            return
        if answer := self._antwoord(row, bron):
            desk = self.proces().desk
            gezegd = await self._mag(melden.answer_bezorging(desk, row.id, answer, CEES))
            assert gezegd or row.staat in ("mislukt", "onbekend", "geparkeerd"), (answer, row)
            self.opnieuw[row.sleutel] += gezegd and answer == "opnieuw"

    def _antwoord(self, row: Bezorging, bron: Bezorging | None) -> str:
        if row.staat in ("mislukt", "geparkeerd"):
            return self.kans.choice(("", "opnieuw")) if row.staat == "mislukt" else "opnieuw"
        if row.soort == "intrekken" and bron is not None:
            for found in self.net.met(bron.sleutel):
                found.weg = True
            geplaatst = any(b.sleutel == bron.sleutel for b in self.net.berichten)
            return "staat-er-niet" if geplaatst or row.kanaal != "hand" else "nooit-geplaatst"
        if row.doet == "wijzigt" and bron is not None:
            return self._met_de_hand(row, bron)
        if row.kanaal == "hand" and self._lopend(row) and not self.net.met(row.sleutel):
            self.net.maak("hand", row.sleutel, row.tekst)
        if self.net.met(row.sleutel):
            return "staat-er"
        return self.kans.choice(("staat-er-niet", "opnieuw")) if row.staat == "onbekend" else "staat-er-niet"

    def _lopend(self, row: Bezorging) -> bool:
        return (row.soort == "sluiten") == (self.actie().fase in EINDE) and self.actie().fase != "wacht-op-goedkeuring"

    def _met_de_hand(self, row: Bezorging, bron: Bezorging) -> str:
        """The hub cannot edit this post, so a person does; never with words that are no longer the newest. What they
        were to place themselves, and did not yet, they place with these words."""
        nieuwste = row.versie == self.versie and self.actie().fase == "actief"
        nog_niet = bron.staat == "taak" and not any(b.sleutel == bron.sleutel for b in self.net.berichten)
        if row.kanaal == "hand" and nieuwste and nog_niet:
            self.net.maak("hand", bron.sleutel, row.tekst)
        found = self.net.met(bron.sleutel)
        if not found or row.versie < self.versie or self.actie().fase != "actief":
            return "staat-er-niet"
        for bericht in found:
            bericht.tekst = row.tekst
        return "staat-er"

    # -- the whole -----------------------------------------------------------------------------------
    async def loop(self, stappen: int) -> None:
        for _ in range(1 if self.dbs[0].alleen else 3):
            await self.nieuw_proces()
        meteen = self.kans.random() < 0.8
        self.vrij = meteen and self.beleid == "direct"
        invoer = een_invoer(publiceren=meteen, kanalen=self.kans.choice((None, None, ("bewerkt", "nieuw", "blind"))))
        self.actie_id = (await self.proces().desk.open(invoer, AN)).actie.id
        deeds: dict[Callable[[], Awaitable[None]], int] = {
            self.ronde: 10, self.einde: 16, self.crash: 1, self.overname: 2, self.bevries: 1, self.ontdooi: 2,
            self.corrigeer: 3, self.foto: 0, self.verleng: 1, self.plaats: 1, self.keur_goed: 2, self.trek_in: 1,
            self.sluit: 1, self.tik: 3, self.zoek: 3, self.tijd: 4, self.mens: 4, self.hervat: 2, self.aan_uit: 1,
            self.tegelijk: 3,
        }  # fmt: skip
        if self.kans.random() < 0.4:
            await self.foto()
        for _ in range(stappen):
            [deed] = self.kans.choices(list(deeds), list(deeds.values()))
            await deed()
            for proces in self.processen:
                if proces.naam not in self.net.bevroren:
                    await self.rust(proces)
            await self.check()

    async def check(self) -> None:
        """What must hold at every moment."""
        made = Counter(b.sleutel for b in self.net.berichten)
        assert all(count <= 1 + self.opnieuw[key] for key, count in made.items()), made
        assert self.vrij or not self.net.begonnen, f"geplaatst zonder vrijgave ({self.beleid})"
        rows = self.rows()
        self._slotberichten(rows)
        if self.na_einde is not None:
            sluiten = {row.sleutel for row in rows if row.soort == "sluiten"}
            late = [o for o in self.net.begonnen[self.na_einde :] if o.deed != "weg"]
            assert all(o.sleutel in self.mocht | sluiten for o in late if o.deed == "maak"), late
        if self.actie().fase == "ingetrokken":
            self._niets_stil(rows)

    def _slotberichten(self, rows: list[Bezorging]) -> None:
        """A closing message names nobody and never goes before the removals of its kanaal."""
        open_ = {row.id: row.kanaal for row in rows if row.soort == "intrekken" and row.staat not in WEGGEGAAN}
        steeds = {kanaal for row_id, kanaal in open_.items() if row_id in self.open_weg}
        sluiten = {row.sleutel for row in rows if row.soort == "sluiten"}
        for oproep in self.net.begonnen[self.gezien :]:
            if oproep.deed == "maak" and oproep.sleutel in sluiten:
                assert oproep.kanaal not in steeds, f"slotbericht te vroeg op {oproep.kanaal}"
        for bericht in self.net.berichten:
            if bericht.sleutel in sluiten:
                assert "Sanne" not in bericht.tekst, bericht
                assert not bericht.foto, bericht
        self.gezien, self.open_weg = len(self.net.begonnen), set(open_)

    def _niets_stil(self, rows: list[Bezorging]) -> None:
        """What still names someone after the withdrawal has a row that says so."""
        per_sleutel, opgegeven = {row.sleutel: row for row in rows}, self.opgegeven(rows)
        for bericht in self.met_persoon():
            bron = per_sleutel[bericht.sleutel]
            if bericht.sleutel in opgegeven or (bron.doel and self.dbs[0].read_sync(na_einde.unfinished)):
                continue
            removals = [row for row in rows if row.van_id == bron.id and row.soort == "intrekken"]
            edits = [row for row in rows if row.van_id == bron.id and row.soort == "corrigeren"]
            bekend = (
                bron.staat in ("onbekend", "taak", "verzenden", "geclaimd")
                or any(row.staat not in ("verzonden", "vervallen") for row in removals)
                or any(row.staat in ("taak", "wachtrij", "geclaimd", "verzenden") for row in edits)
            )
            assert bekend, (bericht, [(r.soort, r.versie, r.staat, r.fout, r.ref) for r in (bron, *removals, *edits)])

    def met_persoon(self) -> list[Bericht]:
        return [b for b in self.net.zichtbaar() if "Sanne" in b.tekst or b.foto]

    def opgegeven(self, rows: list[Bezorging]) -> set[str]:
        """The keys of what stays at a subscriber, where no person can look or take away: the netwerk refused, or it
        was never found back. The receipt says so."""
        weg = {row.van_id for row in rows if row.doel and row.soort == "intrekken" and row.staat == "vervallen"}
        kwijt = {row.id for row in rows if row.doet == "maakt" and row.staat == "vervallen" and row.opgezocht}
        return {row.sleutel for row in rows if row.doel and row.id in weg | kwijt}

    async def tot_rust(self) -> None:
        """The network works, the processes live, the people are there: everything ends."""
        self.kans = self.net.kans = random.Random(0)
        for naam in KAN:
            self._kanaal(naam, aan=True)
        for _ in range(400):
            await self.ontdooi()
            await self.hervat()
            await self.overname()
            await self.tik()
            await self.ronde()
            while calls := self.net.af_te_maken():
                await self._eindig(calls[0], "goed")
            await self.zoek()
            for row in self.rows():
                if row.staat in VRAAG[:2] + VRAAG[3:]:
                    await self.antwoord(row)
            await self.check()
            na_einde_klaar = not self.dbs[0].read_sync(na_einde.unfinished)
            if all(row.staat in KLAAR for row in self.rows()) and na_einde_klaar and not self.net.onderweg:
                return
            self.klok.verder(seconds=20)
            self.net.tik()
        raise AssertionError([(r.kanaal, r.soort, r.versie, r.staat, r.fout) for r in self.rows()])

    async def slot(self) -> None:
        """What must hold when all is quiet."""
        assert not self.net.van_niemand, "a call of no process: no crash would ever have met it"
        rows, fase = self.rows(), self.actie().fase
        opgegeven = self.opgegeven(rows)
        for kanaal in (*KAN, *self.plekken.values()):
            sluiten = [row for row in rows if (row.kanaal, row.soort) == (kanaal, "sluiten")]
            over = [row.id for row in sluiten[-1:] if row.staat == "verzonden"]
            staan = [row for row in sluiten if self.net.met(row.sleutel)]
            assert [row.id for row in staan if row.sleutel not in opgegeven] == over, sluiten
        self._een_per_versie(rows)
        if fase == "ingetrokken":
            assert not [b for b in self.met_persoon() if b.sleutel not in opgegeven]
            bewijs = await self.proces().desk.receipt(self.actie_id, AN)
            staten = {"verdwenen", *(["niet-controleerbaar"] if opgegeven else [])}
            assert {p.staat for p in bewijs.plaatsen if p.soort == "bericht"} <= staten, bewijs
        elif fase == "afgesloten":
            assert not [b for b in self.net.zichtbaar() if b.foto and b.sleutel not in opgegeven]
        elif fase == "actief":
            self._nieuwste_woorden(rows)

    def _nieuwste_woorden(self, rows: list[Bezorging]) -> None:
        """Each post that a netwerk lets us edit says what was said last, or a row tells why not."""
        titel = self.actie().titel
        for kanaal in ("bewerkt", "blind", "verhuist"):
            edits = [row for row in rows if row.kanaal == kanaal and row.soort == "corrigeren"]
            uit = bool(edits) and edits[-1].fout == "Het kanaal staat uit."
            oud = [b for b in self.net.zichtbaar(kanaal) if titel not in b.tekst]
            assert uit or not oud, (oud, [(r.soort, r.versie, r.staat, r.fout) for r in rows if r.kanaal == kanaal])

    def _een_per_versie(self, rows: list[Bezorging]) -> None:
        """At most one post per versie and kanaal, unless a person asked for it again."""
        per: Counter[tuple[int, str]] = Counter()
        extra: Counter[tuple[int, str]] = Counter()
        for row in rows:
            if row.doet == "maakt" and row.soort != "sluiten":
                per[row.versie, row.kanaal] += sum(b.sleutel == row.sleutel for b in self.net.berichten)
                extra[row.versie, row.kanaal] += self.opnieuw[row.sleutel]
        assert all(count <= 1 + extra[key] for key, count in per.items()), per

    async def ruim_op(self) -> None:
        """Nothing of this interleaving goes on."""
        for proces in self.processen + self.weg:
            for task in proces.worker._running:
                task.cancel()
            await proces.worker.drain()
            await proces.accounts.close()
