"""A withdrawal removes every post that is out, whatever was left out or confirmed on the way, and waits for nothing."""

import asyncio
import os
import threading
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from hub.acties.tables import ActieRij
from hub.compose.templates import Templates
from hub.content import Timeouts
from hub.delivery import claim, store
from hub.delivery.model import Bezorging
from hub.delivery.tables import BezorgingRij
from hub.desk import journaal, melden, toestand
from hub.desk.desk import Desk
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.toegang.model import Wie
from tests.builders import Klok, een_invoer

ROOT = Path(__file__).resolve().parents[2]
NOOR = Wie("noor", "meldkamer")
NETWERK = """
from hub.content import Limits

class Channel:
    naam, titel, SETTINGS = "muur", "Muur", ()
    limits = Limits(500, 500)

    def __init__(self, instellingen, timeouts):
        pass

    def can(self):
        return frozenset({"intrekken"})

    async def close(self):
        return None
"""


@pytest.fixture
def desk(db: Db, vault: Vault, tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with two kanalen on a netwerk that can remove posts and not edit them."""
    folder = tmp_path / "netwerken_zonder_wijzigen"
    folder.mkdir()
    (folder / "muur.py").write_text(NETWERK, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for naam in ("noord", "zuid"):
        db.write_sync(partial(kanalen.save, vault=vault, invoer=KanaalInvoer(naam, "muur"), now=klok.now()))
    accounts = Accounts(db, Registry(folder), vault, Timeouts(1, 1))
    return Desk(db, accounts, Templates(ROOT / "templates" / "posts"), vault, Config(werkmap=str(tmp_path)), klok)


def rows(desk: Desk, actie_id: str) -> list[Bezorging]:
    return desk.db.read_sync(lambda s: store.of_actie(s, actie_id))


def all_at(desk: Desk, actie_id: str, staat: str, kanaal: str = "noord") -> None:
    posts = update(BezorgingRij).where(BezorgingRij.actie_id == actie_id, BezorgingRij.doet == "maakt")
    desk.db.write_sync(lambda s: s.execute(posts.where(BezorgingRij.kanaal == kanaal).values(staat=staat)).close())


def without_removal(desk: Desk, actie_id: str) -> list[tuple[str, int]]:
    """What is out, or may be, and that nobody takes away."""
    found = rows(desk, actie_id)
    going = {b.van_id for b in found if b.soort == "intrekken" and b.staat != "vervallen"}
    return [(b.kanaal, b.versie) for b in found if b.staat == "verzonden" and b.id not in going]


async def test_a_post_that_replaced_another_when_it_was_confirmed_is_removed_at_the_end(desk: Desk) -> None:
    actie_id = (await desk.open(een_invoer(publiceren=True), NOOR)).actie.id
    all_at(desk, actie_id, "verzonden")
    # As after a restore: it waits for a person, who changes the words first.
    wacht = update(ActieRij).where(ActieRij.id == actie_id).values(fase="wacht-op-goedkeuring")
    desk.db.write_sync(lambda s: s.execute(wacht).close())
    await desk.correct(actie_id, {"bericht": "Sanne is gezien bij het station."}, NOOR)
    await desk.approve(actie_id, NOOR)
    all_at(desk, actie_id, "verzonden")
    await desk.withdraw(actie_id, "gevonden", NOOR)
    assert without_removal(desk, actie_id) == []


async def test_a_post_that_was_placed_after_its_kanaal_was_left_out_is_removed_at_the_end(desk: Desk) -> None:
    actie_id = (await desk.open(een_invoer(publiceren=True), NOOR)).actie.id
    all_at(desk, actie_id, "mislukt")
    await desk.correct(actie_id, {"kanalen": ("zuid",)}, NOOR)
    desk.db.write_sync(lambda s: claim.claim(s, "w", desk.clock.now(), {}, 4))
    [post] = [b for b in rows(desk, actie_id) if (b.kanaal, b.doet) == ("noord", "maakt")]
    await melden.answer_bezorging(desk, post.id, "opnieuw", NOOR)
    all_at(desk, actie_id, "verzonden")
    await desk.withdraw(actie_id, "gevonden", NOOR)
    assert without_removal(desk, actie_id) == []


async def test_a_disk_that_cannot_be_cleaned_now_does_not_make_a_withdrawal_fail(desk: Desk) -> None:
    actie_id = (await desk.open(een_invoer(publiceren=True), NOOR)).actie.id
    with desk.db.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE foto_weg")
        connection.rollback()
    assert (await desk.withdraw(actie_id, "gevonden", NOOR)).fase == "ingetrokken"
    assert desk.disk_held


async def test_pictures_that_keep_every_thread_busy_keep_no_ending_out_of_the_journal(desk: Desk) -> None:
    actie_id = (await desk.open(een_invoer(publiceren=True), NOOR)).actie.id
    loop, drawn = asyncio.get_running_loop(), threading.Event()
    pictures = [loop.run_in_executor(None, drawn.wait) for _ in range(40)]
    ending = asyncio.create_task(desk.withdraw(actie_id, "gevonden", NOOR))
    try:
        async with asyncio.timeout(20):
            while (await desk._actie(actie_id, NOOR)).fase != "ingetrokken":
                await asyncio.sleep(0)
        assert [regel.actie_id for regel in desk.journaal.alles()] == [actie_id]
    finally:
        drawn.set()
        await asyncio.gather(ending, *pictures)


async def test_after_a_withdrawal_a_post_that_no_removal_is_about_is_a_task_and_an_alarm(
    desk: Desk, klok: Klok
) -> None:
    actie_id = (await desk.open(een_invoer(publiceren=True), NOOR)).actie.id
    all_at(desk, actie_id, "verzonden")
    await desk.withdraw(actie_id, "gevonden", NOOR)
    for weg in (BezorgingRij.kanaal == "zuid", BezorgingRij.soort == "sluiten", BezorgingRij.soort == "intrekken"):
        desk.db.write_sync(lambda s, weg=weg: s.execute(delete(BezorgingRij).where(weg)).close())
    bewijs = await desk.receipt(actie_id, NOOR)
    assert [(p.naam, p.staat) for p in bewijs.plaatsen if p.soort == "bericht"] == [("noord", "taak")]
    assert not bewijs.compleet
    klok.verder(seconds=11)
    state = await toestand.opnemen(desk.db, desk.config, klok.now(), 0.1)
    [punt] = [p for p in state.punten if p.naam == "intrekkingen"]
    assert (punt.stand, punt.waarde) == ("alarm", 1)


async def test_a_post_without_a_photo_may_stay_when_its_actie_is_closed(desk: Desk, klok: Klok) -> None:
    actie_id = (await desk.open(een_invoer(publiceren=True), NOOR)).actie.id
    all_at(desk, actie_id, "verzonden")
    await desk.close(actie_id, NOOR)
    assert [p for p in (await desk.receipt(actie_id, NOOR)).plaatsen if p.soort == "bericht"] == []
    klok.verder(seconds=11)
    state = await toestand.opnemen(desk.db, desk.config, klok.now(), 0.1)
    assert [p.stand for p in state.punten if p.naam == "intrekkingen"] == ["goed"]


async def test_a_withdrawal_waits_less_than_a_second_for_a_disk_that_hangs(desk: Desk) -> None:
    actie_id = (await desk.open(een_invoer(publiceren=True), NOOR)).actie.id
    all_at(desk, actie_id, "verzonden")
    desk.journaal.path.parent.mkdir(parents=True)
    os.mkfifo(desk.journaal.path)
    full = os.open(desk.journaal.path, os.O_RDWR | os.O_NONBLOCK)
    try:
        while True:
            os.write(full, b"\n" * 4096)
    except BlockingIOError:
        # What it waits is a fixed time; how long the rest takes is up to the machine that runs the tests.
        assert journaal.WACHT < 1
    async with asyncio.timeout(60):
        await desk.withdraw(actie_id, "gevonden", NOOR)
    os.read(full, 65536)
    os.close(full)
    assert desk.journaal.gemist
    assert [b.kanaal for b in rows(desk, actie_id) if b.soort == "intrekken"] == ["noord"]
