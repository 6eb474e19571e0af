"""What the posts of a month cost: what waits is set aside, what was never made costs nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from hub.delivery import store, uitgaven
from hub.delivery.model import Plan
from hub.delivery.tables import BezorgingRij
from hub.kit.db import Db
from tests.builders import NU

POST = Plan(
    actie_id="a1", versie=1, kanaal="op-x", soort="publiceren", doet="maakt", soort_actie="tijdkritisch",
    oefening=False, marker="K7M2QX", prijs=215,
)  # fmt: skip
BEGIN, EIND = NU - timedelta(days=1), NU + timedelta(days=29)


def plan(db: Db, *plans: Plan) -> list[str]:
    return db.write_sync(lambda s: store.plan(s, plans, NU))


def put(db: Db, bezorging_id: str, **velden: object) -> None:
    db.write_sync(lambda s: s.execute(update(BezorgingRij).where(BezorgingRij.id == bezorging_id).values(**velden)))


def spent(db: Db) -> dict[str, int]:
    return db.read_sync(lambda s: uitgaven.spent(s, ["op-x", "regio-x"], BEGIN, EIND))


def test_each_kanaal_has_its_own_sum(db: Db) -> None:
    plan(db, POST, replace(POST, actie_id="a2", prijs=30), replace(POST, kanaal="regio-x"), replace(POST, kanaal="nee"))
    assert spent(db) == {"op-x": 245, "regio-x": 215}


@pytest.mark.parametrize(
    ("staat", "kost"),
    [("wachtrij", 215), ("verzenden", 215), ("verzonden", 215), ("onbekend", 215), ("mislukt", 0), ("vervallen", 0)],
)
def test_what_was_never_made_costs_nothing(db: Db, staat: str, kost: int) -> None:
    [made] = plan(db, POST)
    put(db, made, staat=staat)
    assert spent(db).get("op-x", 0) == kost


def test_a_post_counts_in_the_month_in_which_it_left(db: Db) -> None:
    early, late = plan(db, POST, replace(POST, actie_id="a2", prijs=30))
    put(db, early, staat="verzonden", gestart_op=BEGIN - timedelta(seconds=1))
    put(db, late, staat="verzonden", gestart_op=BEGIN, gemaakt_op=BEGIN - timedelta(days=3))
    assert spent(db) == {"op-x": 30}


def test_what_it_cost_stays_known_when_the_words_are_gone(db: Db) -> None:
    [made] = plan(db, POST)
    put(db, made, staat="verzonden", tekst="", gestart_op=NU)
    assert spent(db) == {"op-x": 215}
