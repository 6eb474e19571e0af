"""Schermen in the database."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from hub.kit.db import Db, newer_signals
from hub.kit.secrets import fingerprint
from hub.screens import store
from hub.screens.model import NaamBezet, OnbekendScherm, SchermInvoer, Uiterlijk
from hub.screens.tables import SchermRij
from tests.builders import Klok, een_view
from tests.screens.toestel import een_scherm, start, stop


def test_only_the_fingerprint_of_a_token_is_kept(db: Db, klok: Klok) -> None:
    scherm, token = een_scherm(db, klok.nu)
    bewaard = db.read_sync(lambda s: s.scalars(select(SchermRij.token_som)).one())
    assert bewaard == fingerprint(token)
    rijen = db.read_sync(lambda s: str(s.execute(select(SchermRij.__table__)).all()))
    assert fingerprint(token) in rijen
    assert token not in rijen
    nieuw = db.write_sync(lambda s: store.rotate(s, scherm.id))
    assert db.read_sync(store.tokens) == [(fingerprint(nieuw), scherm)]


def test_two_schermen_cannot_have_one_name(db: Db, klok: Klok) -> None:
    een_scherm(db, klok.nu)
    with pytest.raises(NaamBezet, match="Station Utrecht"):
        een_scherm(db, klok.nu)
    with pytest.raises(OnbekendScherm):
        db.write_sync(lambda s: store.rotate(s, "geen"))


def test_the_schermen_of_an_actie_follow_from_its_area(db: Db, klok: Klok) -> None:
    een_scherm(db, klok.nu)
    een_scherm(db, klok.nu, "Delfzijl", gemeente="GM0010", punt=None)
    gekozen = db.read_sync(lambda s: store.serving(s, een_view(voorbeeld=True)))
    assert [scherm.naam for scherm in gekozen] == ["Station Utrecht"]


def test_an_actie_can_leave_some_schermen_and_come_back(db: Db, klok: Klok) -> None:
    een, _ = een_scherm(db, klok.nu)
    twee, _ = een_scherm(db, klok.nu, "Tunnel")
    actie = start(db, klok.nu, [een, twee])
    assert db.write_sync(lambda s: store.end(s, actie.id, klok.nu, scherm_ids=[twee.id])) == [twee.id]
    staat = {
        p.naam: p.bewijs for p in db.read_sync(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=9))
    }
    assert staat == {"Station Utrecht": "", "Tunnel": "nooit"}
    db.write_sync(lambda s: store.show(s, actie.id, {twee.id: "ABCDEFGH"}, klok.nu))
    lopend = db.read_sync(lambda s: store.placements(s, sinds=klok.nu))
    assert [p.tot_op for p in lopend] == [None, None]


def test_a_scherm_of_the_configuration_takes_over_another_look_and_keeps_its_address_and_its_code(
    db: Db, klok: Klok
) -> None:
    wanted = SchermInvoer("Perron 5", "GM0344", None, 1080, 1920, "station")
    db.write_sync(lambda s: store.provision(s, [wanted], klok.nu))
    db.write_sync(lambda s: store.invite(s, {"Perron 5": "ABCDEFGH"}))
    db.write_sync(lambda s: store.invite(s, {"Perron 5": "ZZZZZZZZ"}))
    [(before, _)] = db.read_sync(store.tokens)
    other = replace(wanted, thema="nacht", tweetalig=True)
    db.write_sync(lambda s: store.provision(s, [other], klok.nu))
    [(after, scherm)] = db.read_sync(store.tokens)
    assert (scherm.uiterlijk, scherm.link_code) == (Uiterlijk("station", "nacht", True), "ABCDEFGH")
    assert before == after


def test_another_look_is_kept_and_told_to_the_boards(db: Db, klok: Klok) -> None:
    scherm, _ = een_scherm(db, klok.nu)
    before = db.read_sync(lambda s: newer_signals(s, 0)[-1].serial)
    db.write_sync(lambda s: store.restyle(s, scherm.id, "contrast", True))
    assert db.read_sync(store.all) == [replace(scherm, thema="contrast", tweetalig=True)]
    told = db.read_sync(lambda s: [(item.onderwerp, item.sleutel) for item in newer_signals(s, before)])
    assert told == [("scherm", scherm.id)]
    with pytest.raises(OnbekendScherm):
        db.write_sync(lambda s: store.restyle(s, "geen", "contrast", True))


def test_an_actie_that_ended_cannot_be_fetched_any_more(db: Db, klok: Klok) -> None:
    scherm, _ = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm])
    stop(db, actie, klok.nu)
    assert db.write_sync(lambda s: store.fetched(s, [(scherm.id, actie.id)], klok.nu)) == set()
    assert db.write_sync(lambda s: store.fetched(s, [("geen", actie.id)], klok.nu)) == set()
