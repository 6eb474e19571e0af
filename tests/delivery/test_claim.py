"""Which rows may begin: posts wait for a stop, a limit or the breaker and keep their place; removals go on."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from hub.acties import store as acties
from hub.content import Limits, Quota
from hub.delivery import claim, store
from hub.delivery.model import Bezorging, Plan
from hub.delivery.tables import BezorgingRij
from hub.kanalen import stops
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests import postgres
from tests.builders import NU, een_invoer

POST = Plan(
    actie_id="a1", versie=1, kanaal="stad", soort="publiceren", doet="maakt", soort_actie="tijdkritisch",
    oefening=False, marker="K7M2QX",
)  # fmt: skip
STRAKS = NU + timedelta(seconds=40)


@pytest.fixture(autouse=True)
def two_kanalen(db: Db, vault: Vault) -> None:
    for naam in ("stad", "regio"):
        db.write_sync(lambda s, naam=naam: kanalen.save(s, vault, KanaalInvoer(naam, "handmatig"), NU))


def plan(db: Db, *plans: Plan) -> list[str]:
    return db.write_sync(lambda s: store.plan(s, plans, NU))


def force(db: Db, ids: list[str], **values: object) -> None:
    db.write_sync(lambda s: s.execute(update(BezorgingRij).where(BezorgingRij.id.in_(ids)).values(**values)))


def posts(db: Db, count: int, kanaal: str = "stad", begin: int = 0) -> list[str]:
    return plan(db, *(replace(POST, actie_id=f"a{begin + number}", kanaal=kanaal) for number in range(count)))


def removal(db: Db, kanaal: str = "stad") -> str:
    """A removal of a post that is out."""
    post = replace(POST, actie_id="weg", kanaal=kanaal)
    [source] = plan(db, post)
    force(db, [source], staat="verzonden")
    return plan(db, replace(post, soort="intrekken", doet="wijzigt", van_id=source))[0]


def claimed(db: Db, now: datetime = NU, free: int = 4, owner: str = "w", **limits: Limits) -> list[Bezorging]:
    return db.write_sync(lambda s: claim.claim(s, owner, now, limits, free))


def taken(db: Db, now: datetime = NU, **limits: Limits) -> list[tuple[str, str]]:
    return sorted((item.kanaal, item.soort) for item in claimed(db, now, **limits))


HINDERS = {
    "the stop of the hub": lambda s: stops.pull(s, "verkeerde foto", "noor", NU),
    "a hub that was restored": lambda s: stops.pull(s, "teruggezet", "hub", NU, naam=stops.STIL),
    "the stop of a kanaal": lambda s: [kanalen.halt(s, naam, "verkeerde tekst") for naam in ("stad", "regio")],
    "what the netwerk asked": lambda s: [kanalen.hold(s, naam, STRAKS, NU, weg=False) for naam in ("stad", "regio")],
    "a quota that is used up": lambda s: [
        kanalen.note_success(s, naam, NU, quota=Quota(0, STRAKS)) for naam in ("stad", "regio")
    ],
    "the breaker": lambda s: [kanalen.note_trouble(s, naam, NU) for naam in ("stad", "regio") for _ in range(5)],
}


@pytest.mark.parametrize("hinder", HINDERS)
def test_posts_wait_and_keep_their_place_while_removals_go_on(db: Db, hinder: str) -> None:
    waiting = posts(db, 2)
    db.write_sync(HINDERS[hinder])
    removal(db, "stad")
    removal(db, "regio")
    assert taken(db) == [("regio", "intrekken"), ("stad", "intrekken")]
    rows = db.read_sync(lambda s: [store.get(s, id_) for id_ in waiting])
    assert [(row.staat, row.klaar_op, row.pogingen) for row in rows if row] == [("wachtrij", NU, 0)] * 2


def test_a_stop_on_one_kanaal_holds_up_no_other(db: Db) -> None:
    posts(db, 1)
    posts(db, 1, "regio")
    db.write_sync(lambda s: kanalen.halt(s, "stad", "verkeerde tekst"))
    assert taken(db) == [("regio", "publiceren")]
    db.write_sync(lambda s: kanalen.halt(s, "stad", ""))
    assert taken(db) == [("stad", "publiceren")]


def test_either_stop_of_the_hub_holds_it_until_both_are_released(db: Db) -> None:
    assert db.write_sync(lambda s: stops.pull(s, "teruggezet", "hub", NU, naam=stops.STIL))
    assert db.write_sync(lambda s: stops.pull(s, "verkeerde foto", "noor", NU))
    assert not db.write_sync(lambda s: stops.pull(s, "nog eens", "sem", STRAKS))
    first = db.read_sync(stops.stopped)
    assert first == stops.Stop("noodstop", "verkeerde foto", "noor", NU)
    assert db.write_sync(stops.release)
    assert not db.write_sync(stops.release)
    silent = db.read_sync(stops.stopped)
    assert silent is not None
    assert silent.naam == "stil"
    assert db.write_sync(lambda s: stops.release(s, naam=stops.STIL))
    assert db.read_sync(stops.stopped) is None


def test_removals_wait_only_for_what_the_netwerk_asked_of_removals(db: Db) -> None:
    removal(db)
    posts(db, 1)
    db.write_sync(lambda s: kanalen.hold(s, "stad", STRAKS, NU, weg=True))
    assert taken(db) == [("stad", "publiceren")]
    assert taken(db, STRAKS) == [("stad", "intrekken")]


def test_after_its_rest_one_post_tries_the_netwerk_and_its_success_frees_the_rest(db: Db) -> None:
    posts(db, 6)
    db.write_sync(lambda s: [kanalen.note_trouble(s, "stad", NU) for _ in range(5)])
    later = NU + timedelta(seconds=31)
    [probe] = claimed(db, later)
    assert claimed(db, later) == []
    force(db, [probe.id], staat="verzonden")
    db.write_sync(lambda s: kanalen.note_success(s, "stad", later, weg=True))
    assert len(claimed(db, later)) == 1
    db.write_sync(lambda s: kanalen.note_success(s, "stad", later))
    assert len(claimed(db, later)) == 3


def test_calls_of_all_processes_count_for_the_number_at_once(db: Db) -> None:
    posts(db, 6)
    assert [len(claimed(db, owner=owner)) for owner in ("een", "twee", "drie")] == [4, 0, 0]
    removal(db)
    assert len(claimed(db, owner="twee")) == 1


def test_our_own_limit_counts_what_any_process_began_within_the_window(db: Db) -> None:
    begun = posts(db, 2)
    force(db, begun, staat="verzonden", gestart_op=NU - timedelta(seconds=30), eigenaar="ander")
    force(db, posts(db, 1, begin=2), staat="verzonden", gestart_op=NU - timedelta(seconds=61))
    posts(db, 9, begin=3)
    three = Limits(500, 500, per_venster=3, venster_seconden=60)
    assert len(claimed(db, stad=three)) == 1
    assert claimed(db, stad=three) == []
    later = NU + timedelta(seconds=31)
    assert len(claimed(db, later, stad=three)) == 2
    removal(db)
    assert [item.soort for item in claimed(db, later, stad=three)] == ["intrekken"]


def test_an_edit_does_not_count_for_the_limit_on_posts(db: Db) -> None:
    [post] = posts(db, 1)
    force(db, [post], staat="verzonden", gestart_op=NU)
    plan(db, replace(POST, actie_id="a0", versie=2, soort="corrigeren", doet="wijzigt", van_id=post))
    assert taken(db, stad=Limits(500, 500, per_venster=1, venster_seconden=60)) == [("stad", "corrigeren")]


@pytest.mark.parametrize("terug", ["worker-weg", "opgegeven"])
def test_what_comes_back_after_the_end_lapses_though_the_hub_is_stopped(db: Db, terug: str) -> None:
    db.write_sync(lambda s: acties.create(s, een_invoer(), wie="noor", now=NU, actie_id="a0"))
    db.write_sync(lambda s: acties.set_fase(s, "a0", "vrijgeven", now=NU))
    [post] = posts(db, 1)
    [item] = claimed(db)
    if terug == "opgegeven":
        assert db.write_sync(lambda s: store.intend(s, item, "w", NU))
    db.write_sync(lambda s: acties.set_fase(s, "a0", "intrekken", now=NU))
    db.write_sync(lambda s: stops.pull(s, "verkeerde foto", "noor", NU))
    back = claim.recover if terug == "worker-weg" else partial(claim.give_up, owner="w", bezig=(), begonnen=())
    db.write_sync(lambda s: back(s, now=NU))
    assert db.read_sync(lambda s: store.get(s, post).staat) == "vervallen"


def test_quiet_hours_hold_for_the_kanaal_and_for_its_subscribers(db: Db) -> None:
    tot = NU + timedelta(hours=8)
    quiet = replace(POST, niet_voor=tot)
    plan(db, quiet, replace(quiet, doel="abonnee"))
    assert claimed(db) == []
    assert [item.doel for item in claimed(db, tot + timedelta(milliseconds=1))] == ["", "abonnee"]


def test_a_row_that_somebody_holds_by_hand_holds_up_no_other() -> None:
    db = postgres.emptied()
    first, second = plan(db, POST, replace(POST, actie_id="a2"))
    with db.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.execute(select(BezorgingRij.id).where(BezorgingRij.id == first).with_for_update())
        assert [item.id for item in claimed(db)] == [second]
        connection.exec_driver_sql("ROLLBACK")
    assert [item.id for item in claimed(db)] == [first]
    db.close()
