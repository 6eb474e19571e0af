"""Gone means gone: after a withdrawal nothing of the person is left in database, log, copy, journal or memory."""

import asyncio
import json
import random
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from PIL import Image
from sqlalchemy import func, inspect, select, text

from hub.acties import store as acties
from hub.acties.model import Persoon
from hub.acties.tables import FotoRij, FotoSleutelRij
from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.delivery import store as delivery
from hub.delivery.rules import OPEN
from hub.desk import dossier, klok, reservekopie
from hub.desk.journaal import Journaal
from hub.desk.tables import DossierRij
from hub.kit import config as settings
from hub.kit.db import Db
from hub.toegang.model import Wie
from tests import postgres
from tests.acties.images import encoded
from tests.builders import een_invoer
from tests.screens.toestel import een_scherm
from tests.stories.conftest import Proefnet, Schuifklok, Until

NOOR = Wie("noor", "meldkamer")
WOORDEN = ("Zwirrelpuk", "Kwastelaar", "Plofsokje", "Mompelhoek")
"""Words that nobody else would write, one in each field about the person."""
INVOER = een_invoer(
    titel="Zwirrelpuk (9) uit Utrecht vermist",
    bericht="Kwastelaar is vanmiddag niet thuisgekomen.",
    signalement="Plofsokje aan beide voeten.",
    laatst_gezien="Mompelhoek, rond 15.10 uur",
    persoon=Persoon(9, True),
)


def change(config: Path, **anders: object) -> None:
    content = yaml.safe_load(config.read_text())
    config.write_text(yaml.safe_dump(content | anders))


def hits(data: Iterable[bytes], marks: Iterable[bytes]) -> int:
    """How often any of the marks is found."""
    found = list(data)
    return sum(item.count(mark) for item in found for mark in marks)


def files(path: Path) -> list[bytes]:
    """A database file with its log and index, as they lie on the disk."""
    return [found.read_bytes() for found in path.parent.glob(f"{path.name}*")]


def dump(db: Db) -> list[bytes]:
    """Every row of every table, as text."""
    with db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        rows = [
            connection.execute(text(f'SELECT t::text FROM "{name}" t')).scalars().all()  # noqa: S608 - names of our own tables
            for name in names
        ]
    return [row.encode() for table in rows for row in table]


async def shown(hub: Hub, proefnet: Proefnet, until: Until) -> tuple[str, list[bytes]]:
    """An actie that stands on every netwerk and on a scherm, and the marks of its photo as it is stored."""
    await asyncio.to_thread(een_scherm, hub.db, hub.clock.now())
    actie_id = (await hub.desk.open(INVOER, NOOR)).actie.id
    noise = Image.frombytes("RGB", (160, 120), random.Random(7).randbytes(160 * 120 * 3))
    await hub.desk.add_foto(actie_id, encoded(noise), focus=(0.5, 0.4), toestemming=True, wie=NOOR)
    await hub.desk.publish(actie_id, NOOR)
    await settled(hub, actie_id, until)
    for state in hub.screens.states():
        assert "Zwirrelpuk" in (await hub.screens.text(state, levert=True))[0]
        await hub.screens.image(state, 108, 192, levert=True)
    (opened,) = await hub.db.read(lambda s: acties.load_fotos(s, hub.vault, actie_id))
    sealed = await hub.db.read(lambda s: s.scalars(select(FotoRij.inhoud)).one())
    key = await hub.db.read(lambda s: s.scalars(select(FotoSleutelRij.sleutel)).one())
    middle = len(opened.data) // 2
    return actie_id, [opened.data[middle : middle + 24], sealed[200:240], key[20:60]]


async def settled(hub: Hub, actie_id: str, until: Until) -> None:
    async def quiet() -> bool:
        rows = await hub.db.read(lambda s: delivery.of_actie(s, actie_id))
        return bool(rows) and not any(row.staat in OPEN for row in rows)

    await until(quiet)


async def test_a_search_for_the_person_finds_nothing_after_the_withdrawal(
    config_pad: Path, proefnet: Proefnet, until: Until, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "archief").mkdir()
    change(config_pad, bewaren={"dossier_map": "archief"})
    words = [word.encode() for word in WOORDEN]
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        assert hub.db.path is not None
        actie_id, photo = await shown(hub, proefnet, until)
        assert hits(files(hub.db.path), words) > 0
        assert hits(files(hub.db.path), photo) > 0
        await asyncio.to_thread(reservekopie.maak, hub.db, tmp_path / "voor.kopie", hub.clock.now())
        await hub.desk.withdraw(actie_id, "gevonden", NOOR)
        await settled(hub, actie_id, until)

        async def clean() -> bool:
            return not await hub.db.read(acties.disk_dirty) and not hub.desk.disk_held

        await until(clean)
        await asyncio.to_thread(reservekopie.maak, hub.db, tmp_path / "na.kopie", hub.clock.now())
        on_disk = files(hub.db.path)
        assert hub.beelden.kept() == []
        assert ["" for state in hub.screens.states() if "puk" in (await hub.screens.text(state, levert=False))[0]] == []
        journal = hub.desk.journaal.path.read_bytes()
    logged = "".join(capfd.readouterr()).encode()
    left = {
        "database, log en index": hits(on_disk, [*words, *photo]),
        "journaal": hits([journal], [*words, *photo]),
        "kopie van erna": hits(files(tmp_path / "na.kopie"), [*words, *photo]),
        "foto en sleutel in de kopie van ervoor": hits(files(tmp_path / "voor.kopie"), photo),
        "logboek": hits([logged], [*words, *photo]),
    }
    assert left == dict.fromkeys(left, 0)
    assert hits(files(tmp_path / "voor.kopie"), words) > 0


async def test_on_postgresql_no_row_names_the_person_and_the_keys_are_rewritten(
    config_pad: Path, proefnet: Proefnet, until: Until, tmp_path: Path
) -> None:
    change(config_pad, database_url=postgres.fresh("weg"))
    words = [word.encode() for word in WOORDEN]
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        actie_id, photo = await shown(hub, proefnet, until)
        marks = [*words, *(mark.hex().encode() for mark in photo)]
        assert hits(dump(hub.db), marks) > 0

        def file_of_keys() -> object:
            with hub.db.engine.connect() as connection:
                return connection.execute(text("SELECT pg_relation_filenode('foto_sleutel')")).scalar_one()

        before = file_of_keys()
        await asyncio.to_thread(reservekopie.maak, hub.db, tmp_path / "voor.kopie", hub.clock.now())
        await hub.desk.withdraw(actie_id, "gevonden", NOOR)
        await settled(hub, actie_id, until)

        async def clean() -> bool:
            return not await hub.db.read(acties.disk_dirty)

        await until(clean)
        assert hits(dump(hub.db), marks) == 0
        assert file_of_keys() != before
    assert hits(files(tmp_path / "voor.kopie"), photo) == 0


async def ended(hub: Hub, proefnet: Proefnet, until: Until) -> str:
    actie_id, _ = await shown(hub, proefnet, until)
    await hub.desk.withdraw(actie_id, "gevonden", NOOR)
    return actie_id


def waiting(hub: Hub) -> Callable[[], Awaitable[int]]:
    return lambda: hub.db.read(lambda s: s.scalar(select(func.count()).select_from(DossierRij)) or 0)


async def test_the_dossier_is_kept_signed_with_the_receipt_and_leaves_the_database(
    config_pad: Path, proefnet: Proefnet, until: Until, tmp_path: Path
) -> None:
    archief = tmp_path / "archief"
    archief.mkdir()
    change(config_pad, bewaren={"dossier_map": "archief"}, schermen_lease={"lease_seconden": 5})
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        actie_id = await ended(hub, proefnet, until)

        async def kept() -> bool:
            await dossier.schrijf(hub.desk)
            return len(list(archief.glob("*"))) == 2

        await until(kept)
        assert await waiting(hub)() == 0
        actie = await hub.db.read(lambda s: hub.desk._need(s, actie_id))
        path = archief / f"{actie.code}-MN-2026-0793.json"
        data = path.read_bytes()
        hub.vault.signing_key().public_key().verify(b64decode((archief / f"{path.name[:-5]}.sig").read_text()), data)
        found = json.loads(data)
    assert path.stat().st_mode & 0o777 == 0o600
    assert found["intrekkingsbewijs"]["compleet"] is True
    assert [v["titel"] for v in found["versies"]] == ["Zwirrelpuk (9) uit Utrecht vermist"]
    assert {b["kanaal"] for b in found["berichten"] if "Zwirrelpuk" in b["tekst"]} == {
        "proef-burgers", "proef-regio", "proef-stad",
    }  # fmt: skip
    assert all(b["berichtUrl"].startswith("http://") for b in found["berichten"])
    assert [regel["deed"] for regel in found["auditregels"]][-1] == "ingetrokken"
    assert "foto" not in found["actie"]


async def test_a_folder_that_is_away_holds_up_no_withdrawal_and_is_tried_again(
    config_pad: Path, proefnet: Proefnet, until: Until, tmp_path: Path, schuifklok: Schuifklok
) -> None:
    change(config_pad, bewaren={"dossier_map": "archief"})
    async with running(Hub(settings.load(config_pad), PARTS, schuifklok)) as hub:
        actie_id = await ended(hub, proefnet, until)
        assert (await hub.db.read(lambda s: hub.desk._need(s, actie_id))).fase == "ingetrokken"
        schuifklok.verschil = timedelta(minutes=61)

        async def tried() -> bool:
            await dossier.schrijf(hub.desk)
            return bool(await hub.db.read(lambda s: s.scalar(select(func.max(DossierRij.fout)))))

        await until(tried)
        assert await waiting(hub)() == 1
        (tmp_path / "archief").mkdir()
        await klok.keep(hub.desk)
        assert await waiting(hub)() == 0
    assert len(list((tmp_path / "archief").glob("*.json"))) == 1


async def test_without_a_folder_nothing_is_kept(config_pad: Path, proefnet: Proefnet, until: Until) -> None:
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        await ended(hub, proefnet, until)
        assert await waiting(hub)() == 0


async def test_a_journal_that_cannot_be_written_stops_no_withdrawal_and_is_completed_later(
    config_pad: Path, proefnet: Proefnet, until: Until, tmp_path: Path
) -> None:
    (tmp_path / "bezet").write_text("geen map")
    change(config_pad, bewaren={"journaal": "bezet/intrekkingen.log"})
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        actie_id = await ended(hub, proefnet, until)
        assert (await hub.db.read(lambda s: hub.desk._need(s, actie_id))).fase == "ingetrokken"
        assert hub.desk.journaal.gemist
        (tmp_path / "bezet").unlink()
        await klok.repair_journal(hub.desk)
    [regel] = Journaal(tmp_path / "bezet" / "intrekkingen.log").alles()
    assert (regel.actie_id, regel.gebeurtenis, regel.reden) == (actie_id, "intrekken", "gevonden")


async def test_the_process_that_missed_a_line_completes_the_journal_also_when_another_does_the_chores(
    config_pad: Path, proefnet: Proefnet, until: Until, tmp_path: Path
) -> None:
    blocked, path = tmp_path / "bezet", tmp_path / "bezet" / "intrekkingen.log"
    change(config_pad, database_url=postgres.fresh("journaal"), bewaren={"journaal": str(path)})
    config = settings.load(config_pad)
    async with running(Hub(config, PARTS)) as leader, running(Hub(config, PARTS)) as other:
        assert [hub.hartslag.leidt for hub in (leader, other)] == [True, False]
        blocked.write_text("geen map")
        actie_id = await ended(other, proefnet, until)
        assert other.desk.journaal.gemist
        blocked.unlink()

        async def complete() -> bool:
            return [regel.actie_id for regel in other.desk.journaal.alles()] == [actie_id]

        await until(complete)
