"""What the bot answers, and what becomes of subscribers that nobody can reach or hear any more."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from hub.acties import store as acties
from hub.content import Converses
from hub.delivery import store as delivery
from hub.delivery.model import Plan
from hub.delivery.reconcile import NIET_DOORZOEKBAAR
from hub.delivery.tables import BezorgingRij
from hub.desk.bewijs import subscribers
from hub.desk.gesprek import GEEN_TIPS, NIET_AANGEMELD, UITLEG, Antwoord, Gesprek, onbekend
from hub.desk.reservekopie import Teruggespeeld, speel_terug
from hub.kanalen import abonnees
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.tables import AbonneeRij, GehoordRij
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import NU, Klok, een_invoer
from tests.contracts.wire import free_port
from tests.web.huis import maak_deps


@pytest.fixture
def gesprek(db: Db, vault: Vault, klok: Klok) -> Gesprek:
    zet(db, vault, "ophalen")
    return maak_deps(db, vault, klok, Config()).gesprek


def zet(db: Db, vault: Vault, abonnees_: str) -> None:
    """Choose whether people can subscribe to the bot of this kanaal."""
    basis = f"http://127.0.0.1:{free_port()}"
    settings = {"token": "123:AAbedacht", "chatId": "@x", "abonnees": abonnees_, "basisUrl": basis}
    db.write_sync(lambda s: kanalen.save(s, vault, KanaalInvoer("bot", "telegram", settings), NU))


async def bot(gesprek: Gesprek) -> Converses:
    found = await gesprek.bot("bot")
    assert found is not None
    return found


async def zegt(gesprek: Gesprek, nummer: int, tekst: str, chat: int = 77) -> Antwoord:
    message = {"message_id": 4, "date": 1772370300, "chat": {"id": chat, "type": "private"}, "text": tekst}
    return await gesprek.hear("bot", await bot(gesprek), {"update_id": nummer, "message": message})


def aantal(db: Db, rij: Any = AbonneeRij) -> int:
    return db.read_sync(lambda s: s.scalar(select(func.count()).select_from(rij))) or 0


async def test_nothing_is_stored_of_who_only_asks(gesprek: Gesprek, db: Db) -> None:
    gezegd = ["/start", "/gemeente", "/gemeente Utrehct", "Ik zag haar bij het station", "/stop"]
    antwoorden = [(await zegt(gesprek, nummer, tekst)).tekst for nummer, tekst in enumerate(gezegd, start=1)]
    assert antwoorden[:2] == [UITLEG, NIET_AANGEMELD]
    assert "Bedoelt u Utrecht" in antwoorden[2]
    assert antwoorden[3] == GEEN_TIPS
    assert aantal(db) == 0


async def test_who_follows_more_gemeenten_hears_which(gesprek: Gesprek, db: Db) -> None:
    await zegt(gesprek, 1, "/gemeente súdwest fryslan")
    await zegt(gesprek, 2, "/Gemeente@proefbot\nUTRECHT ")
    assert "Utrecht" in (await zegt(gesprek, 3, "/gemeente gouda")).tekst
    assert "U volgt nu: Gouda, " in (await zegt(gesprek, 4, "/gemeente")).tekst
    assert aantal(db) == 1


@pytest.mark.parametrize(
    ("naam", "zin"),
    [("Amsterdm", "Bedoelt u Amsterdam"), ("qqqq", "niet van een dorp of wijk"), ("x" * 4000, "x" * 60 + ".")],
)
def test_a_name_that_is_no_gemeente_gets_what_looks_like_it(naam: str, zin: str) -> None:
    assert zin in onbekend(naam, NU.date())


async def test_a_bot_that_was_switched_off_forgets_everybody_once_nothing_is_left_to_take_back(
    gesprek: Gesprek, db: Db, vault: Vault, klok: Klok
) -> None:
    await zegt(gesprek, 1, "/gemeente Utrecht")
    assert await gesprek.purge() == 0
    zet(db, vault, "uit")
    assert await gesprek.bot("bot") is None
    actie = db.write_sync(lambda s: acties.create(s, een_invoer(), wie="m", now=NU, bron="hub"))
    for event in ("vrijgeven", "intrekken"):
        db.write_sync(lambda s, e=event: acties.set_fase(s, actie.id, e, now=NU, wie="m"))
        assert await gesprek.purge() == (1 if event == "intrekken" else 0)
    assert aantal(db) == 0
    klok.verder(days=3)
    await gesprek.purge()
    assert aantal(db, GehoordRij) == 0


async def test_the_kanaal_itself_comes_before_itssubscribers(db: Db) -> None:
    plans = [plan("publiceren", "maakt", doel) for doel in ("een", "", "twee")]
    db.write_sync(lambda s: delivery.plan(s, plans, NU))
    order = select(BezorgingRij.doel).order_by(BezorgingRij.klaar_op).limit(1)
    assert db.read_sync(lambda s: s.scalar(order)) == ""


def plan(soort: str, doet: str, doel: str, **anders: Any) -> Plan:
    return Plan("a1", 1, "bot", soort, doet, "tijdkritisch", False, "K7M2QX", tekst="t", doel=doel, **anders)


@pytest.mark.parametrize("fout", [NIET_DOORZOEKBAAR, "Opzoeken lukte niet: geen antwoord."])
def test_what_only_the_subscriber_can_see_is_no_task_and_the_receipt_counts_it(db: Db, fout: str) -> None:
    [post] = db.write_sync(lambda s: delivery.plan(s, [plan("publiceren", "maakt", "een")], NU))
    db.write_sync(lambda s: s.execute(update(BezorgingRij).values(staat="onbekend")).close())
    db.write_sync(lambda s: delivery.resolve(s, post, "opgegeven", NU, fout=fout))
    rows = db.read_sync(lambda s: delivery.of_actie(s, "a1"))
    assert [row.staat for row in rows] == ["vervallen"]
    assert [p.staat for p in subscribers(rows, "ingetrokken")] == ["niet-controleerbaar"]


def test_a_post_that_lapsed_before_it_left_stands_nowhere(db: Db) -> None:
    db.write_sync(lambda s: delivery.plan(s, [plan("publiceren", "maakt", "een")], NU))
    db.write_sync(lambda s: delivery.lapse(s, "a1", "De actie is beëindigd."))
    assert subscribers(db.read_sync(lambda s: delivery.of_actie(s, "a1")), "ingetrokken") == []


async def test_a_subscriber_of_another_kanaal_is_another_one(gesprek: Gesprek, db: Db, vault: Vault) -> None:
    await zegt(gesprek, 1, "/gemeente Utrecht")
    assert db.read_sync(lambda s: abonnees.find(s, vault, "ander", "77")) is None


@pytest.mark.parametrize("gaat", ["/stop", "geblokkeerd"])
async def test_who_stopped_after_the_copy_is_no_subscriber_again_once_it_is_put_back(
    db: Db, vault: Vault, klok: Klok, tmp_path: Path, gaat: str
) -> None:
    zet(db, vault, "ophalen")
    deps = maak_deps(db, vault, klok, Config(werkmap=str(tmp_path)))
    desk, gesprek = deps.desk, deps.gesprek
    await zegt(gesprek, 1, "/gemeente Utrecht")
    await zegt(gesprek, 2, "/gemeente Gouda", chat=78)
    kopie = db.read_sync(lambda s: [(r.id, r.kanaal, r.vingerafdruk, r.adres) for r in s.scalars(select(AbonneeRij))])
    if gaat == "/stop":
        await zegt(gesprek, 3, "/stop")
    else:
        mens, robot = ({"id": 77, "first_name": "A", "is_bot": False}, {"id": 1, "first_name": "B", "is_bot": True})
        oud, nieuw = {"user": robot, "status": "member"}, {"user": robot, "status": "kicked", "until_date": 0}
        weg = {"chat": {"id": 77, "type": "private"}, "date": 1772370300, "from": mens}
        weg |= {"old_chat_member": oud, "new_chat_member": nieuw}
        await gesprek.hear("bot", await bot(gesprek), {"update_id": 3, "my_chat_member": weg})
    assert aantal(db) == 1
    blijft = db.read_sync(abonnees.per_kanaal)["bot"]
    terug = [dict(zip(("id", "kanaal", "vingerafdruk", "adres"), r, strict=True)) for r in kopie if r[0] not in blijft]
    db.write_sync(lambda s: s.add_all(AbonneeRij(**each, gemaakt_op=NU) for each in terug))
    assert (aantal(db), [regel.gebeurtenis for regel in desk.journaal.alles()]) == (2, ["afgemeld"])
    assert await speel_terug(desk) == Teruggespeeld((), ())
    assert db.read_sync(abonnees.per_kanaal)["bot"] == blijft


@pytest.mark.parametrize(("verwijdering", "gaat_mee"), [("wachtrij", True), ("verzenden", True), ("verzonden", False)])
async def test_who_stops_takes_along_the_post_whose_removal_is_not_done(
    gesprek: Gesprek, db: Db, verwijdering: str, gaat_mee: bool
) -> None:
    await zegt(gesprek, 1, "/gemeente Utrecht")
    [wie] = db.read_sync(abonnees.per_kanaal)["bot"]
    [post] = db.write_sync(lambda s: delivery.plan(s, [plan("publiceren", "maakt", wie)], NU))
    db.write_sync(lambda s: s.execute(update(BezorgingRij).values(staat="verzonden", ref="12")).close())
    [removal] = db.write_sync(lambda s: delivery.plan(s, [plan("intrekken", "wijzigt", wie, van_id=post)], NU))
    same = update(BezorgingRij).where(BezorgingRij.id == removal).values(staat=verwijdering)
    db.write_sync(lambda s: s.execute(same).close())
    antwoord = await zegt(gesprek, 2, "/stop")
    assert [(receipt.ref, receipt.doel) for receipt in antwoord.weg] == [("12", "77")] * gaat_mee


async def test_a_kanaal_that_gets_another_bot_hears_its_updates_whatever_their_numbers(
    gesprek: Gesprek, db: Db, vault: Vault
) -> None:
    await zegt(gesprek, 900, "/gemeente Utrecht")
    ander = {"token": "456:AAbedacht", "chatId": "@x", "abonnees": "ophalen"}
    assert aantal(db, GehoordRij) == 1
    db.write_sync(lambda s: kanalen.save(s, vault, KanaalInvoer("bot", "telegram", ander), NU))
    assert db.read_sync(lambda s: abonnees.last_heard(s, "bot", NU)) == 0
    assert "Gouda" in (await zegt(gesprek, 900, "/gemeente Gouda", chat=78)).tekst
