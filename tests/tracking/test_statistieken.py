"""Figures that add up by construction, with a row for what belongs nowhere."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.kit.config import Bewaren
from hub.kit.db import Db
from hub.kit.ids import row_id
from hub.tracking.gebeurtenissen import note_gebeurtenis
from hub.tracking.opruimen import purge_gebeurtenissen, purge_kliks, purge_reacties
from hub.tracking.reacties import note_reactie
from hub.tracking.statistieken import as_json, statistieken
from hub.tracking.tables import GebeurtenisRij, KlikRij, MetingRij, ReactieRij
from tests.builders import NU
from tests.tracking.bouw import ACTIE, add_link

SUMMED = ("kliks", "kliksGedeeld", "nagloei", "gezien", "deelintenties", "reacties")


def klik(db: Db, code: str, klasse: str = "mens", *, times: int = 1, na_einde: bool = False, op: datetime = NU) -> None:
    for _ in range(times):
        db.write_sync(
            lambda session: session.add(
                KlikRij(code=code, actie_id=ACTIE, klasse=klasse, na_einde=na_einde, apparaat="", op=op)
            )
        )


def event(db: Db, soort: str, waarde: str = "", code: str = "", op: datetime = NU) -> None:
    db.write_sync(
        lambda session: note_gebeurtenis(
            session, id=row_id(), actie_id=ACTIE, soort=soort, waarde=waarde, link_code=code, now=op
        )
    )


def figures(db: Db) -> dict[str, Any]:
    return db.read_sync(lambda session: as_json(statistieken(session, ACTIE)))


def named(rows: list[dict[str, Any]], key: str) -> Mapping[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


@pytest.fixture
def busy(db: Db) -> Db:
    """An actie that was read, scanned, shared, answered and passed on."""
    x, screen = add_link(db, "proef-x"), add_link(db, "Utrecht CS", plek="scherm")
    passed_on = add_link(db, "whatsapp", plek="deel", generatie=2, herkomst="kanaal:proef-x")
    loose = add_link(db, "folder", plek="los")
    klik(db, x, times=5)
    klik(db, x, "preview", times=3)
    klik(db, x, "bot")
    klik(db, x, na_einde=True, times=2)
    klik(db, screen, times=4)
    klik(db, passed_on, times=6)
    klik(db, loose)
    klik(db, "WEG00000")
    event(db, "deelintentie", "whatsapp", x)
    event(db, "deelintentie", "mail", passed_on)
    event(db, "deelintentie", "whatsapp")
    event(db, "gezien", code=screen)
    event(db, "bron", "nieuws")
    for kanaal, code in (("proef-x", ""), ("", screen), ("", "")):
        db.write_sync(
            lambda session, kanaal=kanaal, code=code: note_reactie(
                session, actie_id=ACTIE, route="112", kanaal=kanaal, link_code=code, wie="centralist", now=NU
            )
        )
    return db


def test_each_place_has_its_own_figures(busy: Db) -> None:
    found = figures(busy)
    x = named(found["kanalen"], "kanaal")["proef-x"]
    assert (x["kliks"], x["kliksGedeeld"], x["nagloei"], x["deelintenties"], x["reacties"]) == (
        11,
        6,
        2,
        2,
        1,
    )
    assert x["kliksAnders"] == {"preview": 3, "prefetch": 0, "bot": 1, "onbekend": 0, "eigen": 0}
    screen = named(found["schermen"], "scherm")["Utrecht CS"]
    assert (screen["scans"], screen["kliks"], screen["reacties"], screen["gezien"]) == (4, 4, 1, 1)
    assert (found["overig"]["kliks"], found["overig"]["deelintenties"], found["overig"]["reacties"]) == (
        2,
        1,
        1,
    )


def test_totals_are_the_sum_of_the_rows(busy: Db) -> None:
    found = figures(busy)
    rows = [*found["kanalen"], *found["schermen"], found["overig"]]
    for name in SUMMED:
        assert found["totaal"][name] == sum(row[name] for row in rows), name
    assert found["totaal"]["scans"] == 4
    others = found["totaal"]["kliksAnders"]
    assert found["totaal"]["kliks"] + found["totaal"]["nagloei"] == found["klassen"]["mens"]
    assert others == {klasse: aantal for klasse, aantal in found["klassen"].items() if klasse != "mens"}


def test_passing_on_is_shown_per_step(busy: Db) -> None:
    found = figures(busy)
    assert found["generaties"] == [
        {"generatie": 1, "kliks": 11, "deelintenties": 2},
        {"generatie": 2, "kliks": 6, "deelintenties": 1},
    ]
    assert found["totaal"]["deelbevestigd"] == 1
    assert found["deelknoppen"] == {"mail": 1, "whatsapp": 2}
    assert found["bronnen"] == {"nieuws": 1}
    assert found["routes"] == {"112": 3}


def test_every_figure_has_a_definition(busy: Db) -> None:
    found = figures(busy)
    names = set(SUMMED) | {"scans", "kliksAnders", "bereik", "deelbevestigd", "ongeteld", "overig", "bronnen"}
    assert names <= set(found["definities"])
    assert all(item["teller"] and item["bron"] and item["uitleg"] for item in found["definities"].values())


def test_reach_is_the_newest_value_of_each_counter_and_is_never_summed_over_networks(db: Db) -> None:
    def measured(kanaal: str, ref: str, naam: str, waarde: int | None, minutes: int) -> None:
        row = MetingRij(
            id=row_id(),
            actie_id=ACTIE,
            kanaal=kanaal,
            ref=ref,
            naam=naam,
            waarde=waarde,
            op=NU + timedelta(minutes=minutes),
        )
        db.write_sync(lambda session: session.add(row))

    measured("proef-x", "1", "impressies", 100, 0)
    measured("proef-x", "1", "impressies", 90, 15)
    measured("proef-x", "2", "impressies", 7, 5)
    measured("proef-telegram", "9", "weergaven", None, 5)
    found = figures(db)
    x, telegram = (named(found["kanalen"], "kanaal")[naam]["bereik"] for naam in ("proef-x", "proef-telegram"))
    assert x == [{"naam": "impressies", "waarde": 97, "op": "2026-03-01T13:20:00.000Z"}]
    assert telegram[0]["waarde"] is None
    assert found["totaal"]["bereik"] == []


def test_an_actie_that_nobody_saw_has_zeros(db: Db) -> None:
    found = figures(db)
    assert (found["kanalen"], found["schermen"]) == ([], [])
    assert found["totaal"]["kliks"] == found["ongeteld"] == 0


def test_purging_changes_no_figure(busy: Db) -> None:
    before = figures(busy)
    later, rules = NU + timedelta(days=91), Bewaren()
    assert busy.write_sync(lambda session: purge_kliks(session, rules, later)) == 23
    assert busy.write_sync(lambda session: purge_gebeurtenissen(session, rules, later)) == 5
    assert busy.write_sync(lambda session: purge_kliks(session, rules, later)) == 0
    assert busy.read_sync(lambda session: session.query(KlikRij).count() + session.query(GebeurtenisRij).count()) == 0
    assert figures(busy) == before


def test_purging_twice_in_one_hour_adds_up(db: Db) -> None:
    code, rules = add_link(db), Bewaren(kliks_dagen=1)
    klik(db, code, times=2, op=NU)
    assert db.write_sync(lambda session: purge_kliks(session, rules, NU + timedelta(days=1, seconds=1))) == 2
    klik(db, code, op=NU + timedelta(minutes=10))
    assert db.write_sync(lambda session: purge_kliks(session, rules, NU + timedelta(days=2))) == 1
    assert figures(db)["totaal"]["kliks"] == 3


def test_what_is_not_old_enough_stays(busy: Db) -> None:
    later = NU + timedelta(days=89)
    assert busy.write_sync(lambda session: purge_kliks(session, Bewaren(), later)) == 0
    assert busy.write_sync(lambda session: purge_gebeurtenissen(session, Bewaren(), later)) == 0
    assert busy.write_sync(lambda session: purge_reacties(session, Bewaren(), later)) == 0


def test_old_reacties_lose_their_reference_and_still_count(busy: Db) -> None:
    before = figures(busy)
    later = NU + timedelta(days=366)
    assert busy.write_sync(lambda session: purge_reacties(session, Bewaren(), later)) == 3
    rows = busy.read_sync(lambda session: session.query(ReactieRij).all())
    assert {(row.ref, row.genoteerd_door, row.op.minute) for row in rows} == {("", "", 0)}
    assert figures(busy)["routes"] == before["routes"]
