"""A hub is put back from a copy that was made at any moment: no face, no second post, nothing comes back."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from hub.acties import store as acties
from hub.acties.tables import FotoRij
from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.delivery import store as delivery
from hub.delivery.rules import OPEN
from hub.desk import klok, melden, reservekopie
from hub.desk.noodstop import release_hub, stop_hub
from hub.desk.reservekopie import Teruggespeeld
from hub.kanalen import stops
from hub.kit import config as settings
from hub.kit import kopie, migrate
from hub.kit.databases import open_db
from hub.kit.db import Db
from hub.toegang.model import Wie
from hub.web.public_page import load
from tests import postgres
from tests.acties.images import encoded, picture
from tests.builders import een_invoer
from tests.screens.toestel import een_scherm
from tests.stories.conftest import ACCOUNTS, Proefnet, Schuifklok, Until

NOOR, FATMA = Wie("noor", "meldkamer"), Wie("fatma", "beheerder")
FOTO = encoded(picture())


class Kamer:
    """One control room with its hub, which can be put back from a copy into an empty database."""

    def __init__(self, config: Path, proefnet: Proefnet, until: Until, klok: Schuifklok) -> None:
        self.config, self.proefnet, self.until, self.klok = config, proefnet, until, klok
        self.hub: Hub

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Hub]:
        """The hub runs for as long as the block lasts."""
        async with running(Hub(settings.load(self.config), PARTS, self.klok)) as self.hub:
            yield self.hub

    @property
    def db(self) -> Db:
        return self.hub.db

    async def start(self, kenmerk: str = "MN-2026-0793") -> str:
        """An actie with a photo goes out."""
        actie_id = (await self.hub.desk.open(een_invoer(kenmerk=kenmerk), NOOR)).actie.id
        await self.hub.desk.add_foto(actie_id, FOTO, focus=(0.5, 0.4), toestemming=True, wie=NOOR)
        await self.hub.desk.publish(actie_id, NOOR)
        return actie_id

    async def gemaakt(self) -> int:
        """How many posts the netwerken ever made."""
        return sum([(await self.proefnet.tellingen(naam))["gemaakt"] for naam in ACCOUNTS])

    async def staat(self, actie_id: str, soort: str) -> Counter[str]:
        rows = await self.db.read(lambda s: delivery.of_actie(s, actie_id))
        return Counter(row.staat for row in rows if row.soort == soort)

    async def klaar(self, actie_id: str) -> None:
        """Wait until nothing is under way any more."""

        async def quiet() -> bool:
            rows = await self.db.read(lambda s: delivery.of_actie(s, actie_id))
            return not any(row.staat in OPEN for row in rows)

        await self.until(quiet)

    def zet_terug(self, pad: Path, url: str) -> None:
        """Point config.yaml to an empty database and fill it; the hub is stopped."""
        content = yaml.safe_load(self.config.read_text())
        self.config.write_text(yaml.safe_dump(content | {"database_url": url}))
        db = open_db(settings.load(self.config).db_url)
        reservekopie.zet_terug(db, pad, self.klok.now())
        db.close()

    async def gezichten(self, actie_id: str) -> int:
        """In how many places of the hub the person can be seen or recognised."""
        actie = await self.db.read(lambda s: acties.get(s, actie_id))
        if actie is None:
            return 0
        page = await self.db.read(lambda s: load(s, actie.code))
        shown = page is not None and page.actief
        board = self.hub.screens
        on_screen = ["Sanne" in (await board.text(state, levert=False))[0] for state in board.states()]
        return await self.db.read(lambda s: s.scalar(select(func.count(FotoRij.id))) or 0) + shown + sum(on_screen)

    async def staat_er(self, account: str, sleutel: str) -> bool:
        """Whether the post with this key can be seen on the netwerk."""
        vraag = {"sleutel": sleutel, "sinds": "2000-01-01T00:00:00+00:00"}
        kop = {"Authorization": f"Bearer token-{account}"}
        adres = f"{self.proefnet.url}/api/accounts/{account}/posts"
        async with self.proefnet.session.get(adres, params=vraag, headers=kop) as answer:
            return bool((await answer.json())["posts"])

    async def mens(self, actie_id: str) -> None:
        """Someone says of what is not on the netwerken (any more) that it is not there; the hub finds the rest."""
        for row in await self.db.read(lambda s: delivery.of_actie(s, actie_id)):
            if row.staat in ("taak", "onbekend") and row.doet == "maakt":
                if not await self.staat_er(row.kanaal.removeprefix("proef-"), row.sleutel):
                    await melden.answer_bezorging(self.hub.desk, row.id, "staat-er-niet", NOOR)


@pytest.fixture
def kamer(config_pad: Path, proefnet: Proefnet, until: Until, schuifklok: Schuifklok) -> Kamer:
    return Kamer(config_pad, proefnet, until, schuifklok)


async def een_ronde(kamer: Kamer, map_: Path, kans: random.Random) -> tuple[int, int]:
    """A copy at some moment around a send or a withdrawal, and back; returns faces and second posts."""
    before = await kamer.gemaakt()
    pad, withdrawn = map_ / "kopie.db", False
    async with kamer.open() as hub:
        await asyncio.to_thread(een_scherm, hub.db, kamer.klok.now())
        maak = asyncio.to_thread(reservekopie.maak, hub.db, pad, kamer.klok.now())
        if kans.random() < 0.5:
            wanted = before + kans.randrange(3)

            async def so_far() -> bool:
                return await kamer.gemaakt() >= wanted

            actie_id = await kamer.start()
            await kamer.until(so_far)
            await maak
        else:
            actie_id = await kamer.start()
            copy = asyncio.create_task(maak)
            withdrawn = kans.random() < 0.7
            if withdrawn:
                await hub.desk.withdraw(actie_id, "gevonden", NOOR)
            await copy
            if withdrawn and kans.random() < 0.5:
                await kamer.klaar(actie_id)
    kamer.zet_terug(pad, f"sqlite:///{map_ / 'terug.db'}")
    faces = 0
    async with kamer.open() as hub:
        faces += await kamer.gezichten(actie_id)
        await release_hub(hub.desk, FATMA)
        actie = await hub.db.read(lambda s: acties.get(s, actie_id))
        if actie is not None and actie.fase == "wacht-op-goedkeuring":
            await hub.desk.approve(actie_id, FATMA)
        await kamer.mens(actie_id)
        if actie is not None:
            await hub.desk.withdraw(actie_id, "gevonden", FATMA)

            async def gone() -> bool:
                await kamer.mens(actie_id)
                rows = await hub.db.read(lambda s: delivery.of_actie(s, actie_id))
                return all(row.staat in ("verzonden", "vervallen", "mislukt") for row in rows)

            try:
                await kamer.until(gone)
            except TimeoutError as error:
                rows = await hub.db.read(lambda s: delivery.of_actie(s, actie_id))
                error.add_note(str([(r.kanaal, r.soort, r.versie, r.staat, r.fout) for r in rows]))
                raise
        faces += await kamer.gezichten(actie_id)
    seen = [b for naam in ACCOUNTS for b in await kamer.proefnet.berichten(naam)]
    faces += sum("Sanne" in str(b) for b in seen)
    doubles = 0
    for naam in ACCOUNTS:
        counts = await kamer.proefnet.tellingen(naam)
        doubles += counts["dubbel"] + sum(max(0, number - 2) for number in counts["perKenmerk"].values())
    return faces, doubles


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_no_face_and_no_second_post_after_a_restore_at_any_moment(
    kamer: Kamer, tmp_path: Path, rounds: Callable[[int], int]
) -> None:
    kans, faces, doubles = random.Random(20), 0, 0
    for number in range(rounds(100)):
        map_ = tmp_path / f"ronde-{number}"
        map_.mkdir()
        content = yaml.safe_load(kamer.config.read_text())
        content["database_url"] = f"sqlite:///{map_ / 'hub.db'}"
        kamer.config.write_text(yaml.safe_dump(content))
        try:
            found = await een_ronde(kamer, map_, kans)
        except BaseException as error:
            error.add_note(f"ronde {number}")
            raise
        faces, doubles = faces + found[0], doubles + found[1]
    assert (faces, doubles) == (0, 0)


@pytest.mark.parametrize("soort", ["sqlite", "postgresql"])
async def test_after_a_restore_the_hub_is_stil_until_a_person_says_so(
    kamer: Kamer, tmp_path: Path, until: Until, soort: str
) -> None:
    async with kamer.open() as hub:
        await asyncio.to_thread(een_scherm, hub.db, kamer.klok.now())
        actie_id = await kamer.start()

        async def posted() -> bool:
            return await kamer.gemaakt() == 3

        await until(posted)
        await kamer.klaar(actie_id)
        made = await asyncio.to_thread(reservekopie.maak, hub.db, tmp_path / "k.db", kamer.klok.now())
        begonnen = (await hub.db.read(lambda s: hub.desk._need(s, actie_id))).gestart_op
    assert set(made.rijen).isdisjoint(reservekopie.ZONDER)
    url = f"sqlite:///{tmp_path / 'terug.db'}" if soort == "sqlite" else postgres.fresh("stil")
    kamer.zet_terug(tmp_path / "k.db", url)
    async with kamer.open() as hub:
        assert await hub.db.read(stops.stil)
        waits = await hub.db.read(lambda s: hub.desk._need(s, actie_id))
        assert (waits.fase, waits.vrij_op, waits.foto) == ("wacht-op-goedkeuring", None, None)
        assert await kamer.gezichten(actie_id) == 0
        await klok.release_due(hub.desk)
        other = (await hub.desk.open(een_invoer(kenmerk="MN-2026-0800", publiceren=True), NOOR)).actie.id
        assert await kamer.staat(other, "publiceren") == {"wachtrij": 3}
        await release_hub(hub.desk, FATMA)
        await hub.desk.withdraw(other, "fout", NOOR)
        await hub.desk.correct(actie_id, {"titel": "Sanne (9) is nog vermist"}, NOOR)
        again = await hub.desk.approve(actie_id, FATMA)
        assert (again.fase, again.gestart_op) == ("actief", begonnen)
        await kamer.klaar(actie_id)
        assert await kamer.staat(actie_id, "publiceren") == {"verzonden": 3}

        async def renewed() -> bool:
            posts = [b for naam in ACCOUNTS for b in await kamer.proefnet.berichten(naam)]
            return sum("nog vermist" in str(b) for b in posts) == 3

        await until(renewed)
        per_code = [(await kamer.proefnet.tellingen(naam))["perKenmerk"][again.code] for naam in ACCOUNTS]
        assert per_code == [1, 1, 1]


async def test_what_was_withdrawn_after_the_copy_stays_withdrawn(kamer: Kamer, tmp_path: Path, until: Until) -> None:
    async with kamer.open() as hub:
        actie_id = await kamer.start()

        async def posted() -> bool:
            return await kamer.gemaakt() == 3

        await until(posted)
        await kamer.klaar(actie_id)
        await asyncio.to_thread(reservekopie.maak, hub.db, tmp_path / "k.db", kamer.klok.now())
        await hub.desk.withdraw(actie_id, "gevonden", NOOR)
        later = await kamer.start("MN-2026-0801")
        await hub.desk.withdraw(later, "fout", NOOR)
        await kamer.klaar(actie_id)
        await kamer.klaar(later)
        made = await kamer.gemaakt()
        code = (await hub.db.read(lambda s: hub.desk._need(s, later))).code
    kamer.zet_terug(tmp_path / "k.db", f"sqlite:///{tmp_path / 'terug.db'}")
    async with kamer.open() as hub:
        assert (await hub.db.read(lambda s: hub.desk._need(s, actie_id))).fase == "ingetrokken"
        again: Teruggespeeld = await reservekopie.speel_terug(hub.desk)
        assert again.ingetrokken == ()
        assert [regel.code for regel in again.onbekend] == [code]
        await release_hub(hub.desk, FATMA)
        await kamer.klaar(actie_id)
        assert await kamer.staat(actie_id, "intrekken") == {"verzonden": 3}
        assert (await kamer.staat(actie_id, "sluiten"))["verzonden"] == 0
    assert await kamer.gemaakt() == made


async def test_a_crash_while_the_journal_is_played_back_sends_no_second_closing_message(
    kamer: Kamer, tmp_path: Path
) -> None:
    journaal, apart = settings.load(kamer.config).pad("gegevens/intrekkingen.log"), tmp_path / "journaal"
    async with kamer.open() as hub:
        actie_id = await kamer.start()
        await kamer.klaar(actie_id)
        await asyncio.to_thread(reservekopie.maak, hub.db, tmp_path / "k.db", kamer.klok.now())
        await hub.desk.withdraw(actie_id, "gevonden", NOOR)
        await kamer.klaar(actie_id)
        made = await kamer.gemaakt()
    journaal.rename(apart)
    kamer.zet_terug(tmp_path / "k.db", f"sqlite:///{tmp_path / 'terug.db'}")
    async with kamer.open() as hub:
        apart.rename(journaal)
        # The disk gives out as soon as a closing message is to be looked up.
        stuk = "WHEN NEW.staat = 'onbekend' BEGIN SELECT RAISE(FAIL, 'stuk'); END"
        stuk = f"CREATE TRIGGER stuk BEFORE UPDATE ON bezorging {stuk}"
        await hub.db.write(lambda s: s.execute(text(stuk)).close())
        with pytest.raises(SQLAlchemyError):
            await reservekopie.speel_terug(hub.desk)
        await hub.db.write(lambda s: s.execute(text("DROP TRIGGER stuk")).close())
        await reservekopie.speel_terug(hub.desk)
        await release_hub(hub.desk, FATMA)
        await kamer.klaar(actie_id)
        assert await kamer.staat(actie_id, "intrekken") == {"verzonden": 3}
    assert await kamer.gemaakt() == made


async def test_a_correction_that_waited_at_the_copy_reaches_the_netwerken_once_the_actie_is_confirmed(
    kamer: Kamer, tmp_path: Path, until: Until
) -> None:
    async with kamer.open() as hub:
        actie_id = await kamer.start()
        await kamer.klaar(actie_id)
        await stop_hub(hub.desk, "even wachten", FATMA)
        await hub.desk.correct(actie_id, {"titel": "Sanne (9) is nog vermist"}, NOOR)
        await asyncio.to_thread(reservekopie.maak, hub.db, tmp_path / "k.db", kamer.klok.now())
    kamer.zet_terug(tmp_path / "k.db", f"sqlite:///{tmp_path / 'terug.db'}")
    async with kamer.open() as hub:
        assert await kamer.staat(actie_id, "corrigeren") == {"wachtrij": 3}
        for _ in ("noodstop", "stil"):
            await release_hub(hub.desk, FATMA)
        assert not await hub.db.read(stops.stopped)
        await kamer.klaar(actie_id)
        await hub.desk.approve(actie_id, FATMA)

        async def renewed() -> bool:
            posts = [b for naam in ACCOUNTS for b in await kamer.proefnet.berichten(naam)]
            return sum("nog vermist" in str(b) for b in posts) == 3

        await until(renewed)


async def test_what_waits_after_a_restore_ends_with_its_looptijd(kamer: Kamer, tmp_path: Path, until: Until) -> None:
    async with kamer.open() as hub:
        actie_id = await kamer.start()
        await kamer.klaar(actie_id)
        await asyncio.to_thread(reservekopie.maak, hub.db, tmp_path / "k.db", kamer.klok.now())
    kamer.zet_terug(tmp_path / "k.db", f"sqlite:///{tmp_path / 'terug.db'}")
    kamer.klok.verschil = timedelta(minutes=61)
    async with kamer.open() as hub:

        async def over() -> bool:
            return (await hub.db.read(lambda s: hub.desk._need(s, actie_id))).fase == "afgesloten"

        await until(over)


def test_a_database_that_is_not_empty_is_never_overwritten(db: Db, tmp_path: Path, schuifklok: Schuifklok) -> None:
    empty = open_db(f"sqlite:///{tmp_path / 'leeg.db'}")
    migrate.upgrade(empty.engine)
    made = reservekopie.maak(empty, tmp_path / "k.db", schuifklok.now())
    assert made.totaal == 0
    with pytest.raises(kopie.KopieFout, match="niet leeg"):
        reservekopie.zet_terug(db, tmp_path / "k.db", schuifklok.now())
    with pytest.raises(kopie.KopieFout, match="de database zelf"):
        reservekopie.maak(empty, tmp_path / "leeg.db", schuifklok.now())
    empty.close()
