"""The address where a netwerk brings what people say: who may come in, and what a repeat does."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from channels.telegram import Channel
from hub.content import Timeouts
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.tables import AbonneeGemeenteRij, GehoordRij
from tests.contracts.wire import free_port
from tests.web.huis import Huis

TOKEN = "123456789:AAbedachtGeheimVanDeBot-0123456789"
KOP, GEHEIM = Channel({"token": TOKEN, "chatId": "@x", "abonnees": "haak"}, Timeouts()).haakgeheim
PAD = "/haken/bot"


@pytest.fixture
def huis(huis: Huis) -> Huis:
    """With a bot that Telegram brings its updates, one that is off, and one without subscribers."""
    basis = {"token": TOKEN, "chatId": "@x", "basisUrl": f"http://127.0.0.1:{free_port()}"}
    for naam, abonnees, aan in (("bot", "haak", True), ("uit", "haak", False), ("zonder", "uit", True)):
        invoer = KanaalInvoer(naam, "telegram", {**basis, "abonnees": abonnees}, aan=aan)
        huis.deps.db.write_sync(lambda s, k=invoer: kanalen.save(s, huis.deps.vault, k, huis.klok.now()))
    return huis


def update(nummer: int, tekst: str = "", **anders: Any) -> dict[str, Any]:
    bericht = {"message_id": 4, "date": 1772370300, "chat": {"id": 77, "type": "private"}, "text": tekst, **anders}
    return {"update_id": nummer, "message": bericht}


def kom(huis: Huis, body: object, pad: str = PAD, geheim: str = GEHEIM) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {KOP: geheim, "Content-Type": "application/json"}
    return int(huis.client.post(pad, content=content, headers=headers).status_code)


def gevolgd(huis: Huis) -> list[str]:
    return list(huis.deps.db.read_sync(lambda s: s.scalars(select(AbonneeGemeenteRij.gemeente)).all()))


@pytest.mark.parametrize(
    ("pad", "geheim"),
    [(PAD, ""), (PAD, "geraden"), (PAD, "é"), ("/haken/uit", GEHEIM), ("/haken/zonder", GEHEIM), ("/haken/x", GEHEIM)],
)
def test_without_the_secret_of_a_bot_that_is_on_there_is_nothing_here(huis: Huis, pad: str, geheim: str) -> None:
    headers = {KOP: geheim.encode(), "Content-Type": "application/json"}
    answer = huis.client.post(pad, content=json.dumps(update(1, "/gemeente Utrecht")).encode(), headers=headers)
    assert answer.status_code == 404
    assert gevolgd(huis) == []


def test_who_guesses_is_braked_and_the_netwerk_beside_it_is_not(huis: Huis) -> None:
    assert [kom(huis, update(1), geheim="geraden") for _ in range(32)][-1] == 429
    assert kom(huis, update(2, "/gemeente Utrecht")) == 200
    assert [huis.client.get(f"/taak/{nummer}").status_code for nummer in range(3)] == [429, 429, 429]
    huis.klok.verder(seconds=60)
    assert [kom(huis, update(1), geheim="geraden"), huis.client.get("/taak/1").status_code] == [404, 410]


def test_a_repeat_of_an_update_changes_nothing(huis: Huis) -> None:
    volgen, stoppen = update(1, "/gemeente Utrecht"), update(2, "/stop")
    assert [kom(huis, volgen), kom(huis, volgen)] == [200, 200]
    assert gevolgd(huis) == ["GM0344"]
    assert [kom(huis, stoppen), kom(huis, volgen)] == [200, 200]
    assert gevolgd(huis) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", [], {}, {"update_id": "een"}, {"update_id": 3, "message": 7}, {"update_id": 4, "poll": {}}],
)
def test_what_is_nothing_for_us_is_not_repeated(huis: Huis, body: object) -> None:
    assert kom(huis, body) == 200


def test_a_group_is_no_person_and_what_is_said_is_kept_nowhere(huis: Huis) -> None:
    assert kom(huis, update(5, "/gemeente Utrecht", chat={"id": -5, "type": "group", "title": "g"})) == 200
    assert kom(huis, update(6, "Ik zag haar bij het station")) == 200
    assert gevolgd(huis) == []
    gehoord = huis.deps.db.read_sync(lambda s: s.execute(select(GehoordRij.__table__)).all())
    assert {rij.nummer for rij in gehoord} == {5, 6}
    assert "station" not in repr(gehoord)


def test_who_blocks_the_bot_is_erased(huis: Huis) -> None:
    van = {"id": 77, "is_bot": False, "first_name": "Bedacht"}
    bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
    oud, nieuw = {"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0}
    lid = {"chat": {"id": 77, "type": "private"}, "from": van, "date": 1772370300}
    kom(huis, update(7, "/gemeente Utrecht"))
    assert gevolgd(huis) == ["GM0344"]
    weg = {"update_id": 8, "my_chat_member": {**lid, "old_chat_member": oud, "new_chat_member": nieuw}}
    assert kom(huis, weg) == 200
    assert gevolgd(huis) == []


def test_a_long_message_with_long_links_holds_nobody_up(huis: Huis) -> None:
    """An answer that is no 200 is brought again for a day, and meanwhile nobody else is heard."""
    link = {"type": "text_link", "offset": 0, "length": 1, "url": f"https://example.nl/{'a' * 2000}"}
    eerder = {"message_id": 3, "date": 1772370300, "chat": {"id": 77, "type": "private"}, "text": "é" * 4096}
    assert kom(huis, update(9, "é" * 4096, entities=[link] * 100, reply_to_message=eerder)) == 200
    assert kom(huis, b'{"message":' * 50_000) == 200


def test_what_no_message_can_be_is_not_read(huis: Huis) -> None:
    assert kom(huis, b" " * 1_000_001) == 413
    assert kom(huis, b" " * 1_000_001, geheim="geraden") == 404
