"""The life of an actie in the database."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hub.acties import store
from hub.acties.model import Persoon
from hub.acties.rules import NietMogelijk
from hub.acties.tables import VersieRij
from hub.content import Cirkel
from hub.kit.db import Db, newer_signals
from tests.builders import NU, een_invoer


def een_actie(db: Db, **anders: object) -> store.Actie:
    return db.write_sync(lambda s: store.create(s, een_invoer(**anders), wie="Ans", now=NU))


def lopend(db: Db, **anders: object) -> store.Actie:
    actie = een_actie(db, **anders)
    return db.write_sync(lambda s: store.set_fase(s, actie.id, "vrijgeven", now=NU, wie="Bo"))


def test_a_new_actie_is_a_concept_and_reads_back_as_it_was_filled_in(db: Db) -> None:
    invoer = een_invoer(kanalen=("proef-x",))
    actie = db.write_sync(lambda s: store.create(s, invoer, wie="Ans", now=NU))
    assert (actie.fase, actie.versie, actie.nummer, actie.veiligheidsregio) == ("concept", 1, 1, "VR09")
    assert actie.as_invoer() == invoer
    assert db.read_sync(lambda s: store.by_code(s, actie.code)) == actie


def test_a_kenmerk_that_runs_is_refused_with_its_actie_and_free_afterwards(db: Db) -> None:
    first = een_actie(db)
    with pytest.raises(store.KenmerkLoopt) as refused:
        een_actie(db, kenmerk=" MN-2026-0793 ")
    assert refused.value.actie_id == first.id
    db.write_sync(lambda s: store.set_fase(s, first.id, "intrekken", now=NU, reden="anders"))
    assert een_actie(db).nummer == 2


def test_releasing_starts_the_looptijd_and_extending_moves_the_end(db: Db) -> None:
    actie = lopend(db)
    assert (actie.fase, actie.gestart_op, actie.goedgekeurd_door) == ("actief", NU, "Bo")
    assert actie.eindigt_op == NU + timedelta(minutes=60)
    longer = db.write_sync(lambda s: store.extend(s, actie.id, 30, NU))
    assert (longer.eindigt_op, longer.looptijd_minuten) == (NU + timedelta(minutes=90), 90)


def test_an_actie_that_is_made_and_released_at_once_is_told_as_it_is_read_back(db: Db) -> None:
    invoer = een_invoer(persoon=Persoon(81, None), cirkel=Cirkel(52.09, 5.12, 800), kanalen=("proef-x",))

    def work(session: Session) -> tuple[store.Actie, store.Actie]:
        made = store.create(session, invoer, wie="Ans", now=NU)
        return made, store.release(session, made, wie="Bo", now=NU)

    made, released = db.write_sync(work)
    assert (made.fase, released.fase) == ("concept", "actief")
    assert db.read_sync(lambda s: store.get(s, made.id)) == released
    with pytest.raises(NietMogelijk):
        db.write_sync(lambda s: store.release(s, released, wie="Bo", now=NU))


@pytest.mark.parametrize("minuten", [0, -5, 10_080])
def test_extending_beyond_reason_is_refused(db: Db, minuten: int) -> None:
    actie = lopend(db)
    with pytest.raises(NietMogelijk):
        db.write_sync(lambda s: store.extend(s, actie.id, minuten, NU))


def test_an_actie_that_is_over_is_not_extended(db: Db) -> None:
    actie = lopend(db)
    with pytest.raises(NietMogelijk):
        db.write_sync(lambda s: store.extend(s, actie.id, 30, NU + timedelta(minutes=60)))


def test_a_correction_is_a_new_versie_and_the_old_one_stays(db: Db) -> None:
    actie = lopend(db)
    change = {"titel": "Sanne (10) vermist", "persoon": Persoon(10, True), "cirkel": Cirkel(52.1, 5.2, 900)}
    newer = db.write_sync(lambda s: store.add_versie(s, actie.id, change, wie="Bo", now=NU, reden="leeftijd"))
    assert (newer.versie, newer.titel, newer.persoon.leeftijd) == (2, "Sanne (10) vermist", 10)
    assert newer.cirkel == Cirkel(52.1, 5.2, 900)
    assert newer.bericht == actie.bericht
    assert db.read_sync(lambda s: s.query(VersieRij).count()) == 2


def test_a_correction_cannot_touch_what_decides_who_sees_it(db: Db) -> None:
    actie = lopend(db)
    with pytest.raises(ValueError, match="niveau"):
        db.write_sync(lambda s: store.add_versie(s, actie.id, {"niveau": "landelijk"}, wie="B", now=NU, reden=""))


def test_an_ended_actie_takes_no_new_versie(db: Db) -> None:
    actie = lopend(db)
    db.write_sync(lambda s: store.set_fase(s, actie.id, "afsluiten", now=NU))
    with pytest.raises(NietMogelijk):
        db.write_sync(lambda s: store.add_versie(s, actie.id, {"titel": "x"}, wie="B", now=NU, reden=""))


def test_a_second_withdrawal_keeps_the_first_moment_and_reason(db: Db) -> None:
    actie = lopend(db)
    db.write_sync(lambda s: store.set_fase(s, actie.id, "intrekken", now=NU, reden="gevonden"))
    later = NU + timedelta(minutes=3)
    again = db.write_sync(lambda s: store.set_fase(s, actie.id, "intrekken", now=later, reden="anders"))
    assert (again.fase, again.beeindigd_op, again.reden) == ("ingetrokken", NU, "gevonden")


def test_erasing_leaves_no_word_about_the_person_in_any_versie(db: Db) -> None:
    actie = lopend(db)
    db.write_sync(lambda s: store.add_versie(s, actie.id, {"titel": "Sanne"}, wie="B", now=NU, reden="Sanne heet zo"))
    db.write_sync(lambda s: store.erase_person(s, actie.id, slottekst="Klaar.", now=NU))
    rows = db.read_sync(lambda s: [vars(row) for row in s.query(VersieRij).all()])
    assert len(rows) == 2
    assert "Sanne" not in str(rows)
    assert "Kanaalstraat" not in str(rows)
    assert {row["leeftijd"] for row in rows} == {None}
    assert {row["slottekst"] for row in rows} == {"Klaar."}


def test_what_is_due_is_found(db: Db) -> None:
    running = lopend(db)
    waiting = een_actie(db, kenmerk="B")
    four_eyes = een_actie(db, kenmerk="C")
    soon = NU + timedelta(seconds=10)
    db.write_sync(lambda s: store.set_fase(s, waiting.id, "vragen", now=NU, vrij_op=soon))
    db.write_sync(lambda s: store.set_fase(s, four_eyes.id, "vragen", now=NU))
    assert db.read_sync(lambda s: store.due_to_release(s, NU)) == []
    assert [a.id for a in db.read_sync(lambda s: store.due_to_release(s, soon))] == [waiting.id]
    assert db.read_sync(lambda s: store.due_to_end(s, NU)) == []
    assert [a.id for a in db.read_sync(lambda s: store.due_to_end(s, NU + timedelta(hours=1)))] == [running.id]


def test_acties_are_found_by_what_is_asked_newest_first(db: Db) -> None:
    a, b = een_actie(db), een_actie(db, kenmerk="B", gemeente="GM0363", oefening=True)

    def ids(**asked: object) -> list[str]:
        return [actie.id for actie in db.read_sync(lambda s: store.find_many(s, **asked))]  # type: ignore[arg-type]

    assert ids() == [b.id, a.id]
    assert ids(oefening=True) == [b.id]
    assert ids(gemeente="GM0344") == [a.id]
    assert ids(veiligheidsregios=("VR13",)) == [b.id]
    assert ids(veiligheidsregios=()) == []
    assert ids(fasen=("actief",)) == []
    assert ids(limit=1) == [b.id]


def test_every_change_signals(db: Db) -> None:
    actie = lopend(db)
    db.write_sync(lambda s: store.extend(s, actie.id, 5, NU))
    db.write_sync(lambda s: store.erase_person(s, actie.id, slottekst="", now=NU))
    seen = db.read_sync(lambda s: [(row.onderwerp, row.sleutel) for row in newer_signals(s, 0)])
    assert seen == [("actie", actie.id)] * 4


def test_an_actie_that_does_not_exist_is_said_so(db: Db) -> None:
    assert db.read_sync(lambda s: store.get(s, "weg")) is None
    with pytest.raises(LookupError):
        db.write_sync(lambda s: store.set_fase(s, "weg", "intrekken", now=NU))
