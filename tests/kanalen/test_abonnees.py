"""Subscribers are found again by a fingerprint, reached by area, and leave nothing behind."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from hub.delivery import afmelden
from hub.delivery import store as delivery
from hub.delivery.model import Plan
from hub.delivery.tables import BezorgingRij
from hub.kanalen import abonnees
from hub.kanalen.tables import AbonneeGemeenteRij, AbonneeRij
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import NU, een_view

UTRECHT, GOUDA = "GM0344", "GM0513"
CHAT = "900100200"


def volg(db: Db, vault: Vault, chat: str, gemeente: str, kanaal: str = "bot") -> str:
    return db.write_sync(lambda s: abonnees.follow(s, vault, kanaal, chat, gemeente, NU))


def test_who_follows_twice_is_one_subscriber_with_two_gemeenten(db: Db, vault: Vault) -> None:
    een, twee, weer = (volg(db, vault, CHAT, code) for code in (UTRECHT, GOUDA, UTRECHT))
    assert een == twee == weer
    assert db.read_sync(lambda s: abonnees.followed(s, een)) == [UTRECHT, GOUDA]


def test_a_chat_stands_nowhere_readable_and_is_read_back_with_the_key(db: Db, vault: Vault) -> None:
    abonnee = volg(db, vault, CHAT, UTRECHT)
    row = db.read_sync(lambda s: s.execute(select(AbonneeRij.__table__)).one())
    assert CHAT not in repr(row)
    assert db.read_sync(lambda s: abonnees.adres(s, vault, abonnee)) == CHAT


def test_a_newer_key_still_knows_who_subscribed_before(db: Db) -> None:
    oud, nieuw = Fernet.generate_key(), Fernet.generate_key()
    abonnee = volg(db, Vault([oud]), CHAT, UTRECHT)
    assert db.read_sync(lambda s: abonnees.find(s, Vault([nieuw, oud]), "bot", CHAT)) == abonnee
    assert db.read_sync(lambda s: abonnees.find(s, Vault([nieuw]), "bot", CHAT)) is None


def test_an_actie_reaches_who_follows_its_area_and_a_national_one_everybody(db: Db, vault: Vault) -> None:
    een, twee = volg(db, vault, "1", UTRECHT), volg(db, vault, "2", GOUDA)
    volg(db, vault, "3", UTRECHT, kanaal="ander")
    hier = een_view(gemeente=UTRECHT, gemeenten=(UTRECHT,))
    overal = een_view(niveau="landelijk", gemeente=UTRECHT, gemeenten=(UTRECHT,))
    assert db.read_sync(lambda s: abonnees.reached(s, ["bot"], hier)) == {"bot": [een]}
    assert db.read_sync(lambda s: abonnees.reached(s, ["bot"], overal)) == {"bot": sorted([een, twee])}


def test_an_update_is_dealt_with_once_and_its_number_is_forgotten_after_two_days(db: Db) -> None:
    def gehoord(nummer: int, dagen: int = 0) -> bool:
        return db.write_sync(lambda s: abonnees.first_time(s, "bot", nummer, NU + timedelta(days=dagen)))

    assert [gehoord(7), gehoord(7), gehoord(3)] == [True, False, True]
    assert db.read_sync(lambda s: abonnees.last_heard(s, "bot", NU)) == 7
    assert gehoord(1, dagen=3)
    assert db.read_sync(lambda s: abonnees.last_heard(s, "bot", NU + timedelta(days=3))) == 1


@pytest.mark.parametrize(("doet", "soort"), [("maakt", "publiceren"), ("wijzigt", "intrekken")])
def test_who_leaves_is_erased_and_what_waits_for_them_lapses(db: Db, vault: Vault, doet: str, soort: str) -> None:
    abonnee = volg(db, vault, CHAT, UTRECHT)
    plan = Plan("a1", 1, "bot", soort, doet, "tijdkritisch", False, "K7M2QX", tekst="t", doel=abonnee)
    db.write_sync(lambda s: delivery.plan(s, [plan], NU))
    db.write_sync(lambda s: afmelden.forget(s, abonnee))
    for rij in (AbonneeRij, AbonneeGemeenteRij):
        assert db.read_sync(lambda s, rij=rij: s.scalar(select(func.count()).select_from(rij))) == 0
    staten = db.read_sync(lambda s: s.execute(select(BezorgingRij.staat, BezorgingRij.fout)).all())
    assert staten == [("vervallen", afmelden.AFGEMELD)]
    assert db.read_sync(lambda s: abonnees.adres(s, vault, abonnee)) == ""
