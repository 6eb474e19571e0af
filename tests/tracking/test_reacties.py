"""Reacties and the outcome: checked values, no doubles, late edits welcome."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from hub.kit.databases import open_db
from hub.kit.db import Base, Db
from hub.tracking.gebeurtenissen import note_gebeurtenis
from hub.tracking.reacties import (
    OngeldigeReactie,
    Uitkomst,
    antwoorden,
    get_uitkomst,
    note_reactie,
    note_replies,
    set_uitkomst,
    unknown,
)
from hub.tracking.tables import ReactieRij
from tests.builders import NU
from tests.tracking.bouw import ACTIE


def note(db: Db, **values: str) -> str:
    filled = {"route": "112", "bron": "whatsapp"} | values
    return db.write_sync(lambda session: note_reactie(session, actie_id=ACTIE, now=NU, **filled))


def test_a_reactie_is_kept_with_route_and_source(db: Db) -> None:
    id = note(db, wie="centralist-1")
    row = db.read_sync(lambda session: session.get_one(ReactieRij, id))
    assert (row.route, row.bron, row.genoteerd_door, row.op) == ("112", "whatsapp", "centralist-1", NU)


def test_the_same_reply_of_a_netwerk_is_one_reactie(db: Db) -> None:
    assert note(db, kanaal="proef-x", ref="r-1") == note(db, kanaal="proef-x", ref="r-1")
    assert note(db, kanaal="proef-x", ref="r-2") != note(db, kanaal="proef-telegram", ref="r-2")
    assert note(db) != note(db)


def test_what_a_reader_tells_on_our_own_page_is_no_reply_on_a_netwerk(db: Db) -> None:
    note(db, route="web", ref="web:1")
    reply = note(db, kanaal="proef-x", ref="r-1")
    assert [each.id for each in db.read_sync(lambda session: antwoorden(session, ACTIE))] == [reply]


def test_all_wrong_values_are_told_at_once(db: Db) -> None:
    with pytest.raises(OngeldigeReactie) as refused:
        note(db, route="fax", bron="krant")
    assert [veld for veld, _ in refused.value.fouten] == ["route", "bron"]
    assert "0800-0011" in str(refused.value)


def test_the_outcome_may_come_late_and_change(db: Db) -> None:
    assert db.read_sync(lambda session: get_uitkomst(session, ACTIE)) is None
    first = Uitkomst(ACTIE, "geen")
    assert db.write_sync(lambda session: set_uitkomst(session, first, wie="m1", now=NU)) is None
    found = Uitkomst(
        ACTIE, "gevonden", "ja", "112", "proef-x", succes_portaal=False, gevonden_op=NU + timedelta(hours=3)
    )
    later = NU + timedelta(days=7)
    before = db.write_sync(lambda session: set_uitkomst(session, found, wie="m2", now=later))
    assert before is not None
    assert before.uitkomst == "geen"
    now_known = db.read_sync(lambda session: get_uitkomst(session, ACTIE))
    assert now_known is not None
    assert (now_known.uitkomst, now_known.route, now_known.gemeld_door, now_known.gemeld_op) == (
        "gevonden",
        "112",
        "m2",
        later,
    )


def test_an_outcome_that_does_not_exist_is_refused(db: Db) -> None:
    with pytest.raises(OngeldigeReactie) as refused:
        db.write_sync(lambda session: set_uitkomst(session, Uitkomst(ACTIE, "zoek", "soms", "fax"), wie="m1", now=NU))
    assert [veld for veld, _ in refused.value.fouten] == ["uitkomst", "dankzijBurger", "route"]


def test_an_event_that_is_sent_twice_counts_once(db: Db) -> None:
    def send() -> bool:
        return db.write_sync(
            lambda session: note_gebeurtenis(
                session, id="a" * 36, actie_id=ACTIE, soort="deelintentie", waarde="x", link_code="", now=NU
            )
        )

    assert [send(), send()] == [True, False]


def test_an_event_of_another_kind_is_refused(db: Db) -> None:
    with pytest.raises(ValueError, match="soort"):
        db.write_sync(
            lambda session: note_gebeurtenis(
                session, id="b", actie_id=ACTIE, soort="volgen", waarde="", link_code="", now=NU
            )
        )


def test_replies_are_looked_up_in_their_own_index(tmp_path: Path) -> None:
    db = open_db(f"sqlite:///{tmp_path / 'hub.db'}")
    Base.metadata.create_all(db.engine)
    asked: list[tuple[str, Any]] = []

    def hear(_c: object, _k: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith("SELECT") and "FROM reactie" in statement:
            asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", hear)
    note(db, kanaal="proef-x", ref="r-1")
    db.write_sync(lambda s: note_replies(s, ACTIE, "proef-x", "mastodon", {"r-1": NU, "r-2": NU}))
    assert db.read_sync(lambda s: unknown(s, ACTIE, "proef-x", {"r-2": NU, "r-3": NU})) == {"r-3": NU}
    event.remove(db.engine, "before_cursor_execute", hear)
    with db.engine.connect() as connection:
        plans = [str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()) for sql, values in asked]
    db.close()
    assert len(plans) == 3
    assert all("ux_reactie_ref" in plan for plan in plans)
