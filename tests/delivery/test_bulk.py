"""What is written for many calls at once is to the letter what is written for each of them alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.content import Receipt
from hub.delivery import bulk, claim, store
from hub.delivery.model import Bezorging, Plan
from hub.delivery.tables import BezorgingRij
from hub.kit.db import Db
from tests.builders import NU
from tests.delivery.test_store import POST, state

EIGEN = frozenset({"id", "actie_id", "sleutel"})
"""What differs between any two rows."""
LATER = NU + timedelta(minutes=1)
Doen = Callable[[Session, Sequence[Bezorging]], object]


def queued(db: Db, actie_id: str) -> list[Bezorging]:
    """Of this actie, in the hands of `w`: a first post, one that was tried before, an edit, an edit tried before."""
    plans = [replace(POST, actie_id=actie_id, kanaal=naam) for naam in ("eerste", "nog-eens")]
    plans += [replace(_edit(plan), kanaal=f"{plan.kanaal}-wijzigt") for plan in plans]
    db.write_sync(lambda s: store.plan(s, plans, NU))
    for item in _claim(db):
        if item.kanaal.startswith("nog-eens"):
            db.write_sync(lambda s, item=item: store.intend(s, item, "w", NU, rekening="een ander"))  # type: ignore[misc]
            db.write_sync(lambda s, item=item: store.settle(s, item, "w", "niet-nu", NU, fout="stuk"))  # type: ignore[misc]
        else:
            db.write_sync(lambda s, item=item: store.settle(s, item, "w", "wachten", NU))  # type: ignore[misc]
    return _claim(db)


def _edit(plan: Plan) -> Plan:
    return replace(plan, soort="corrigeren", doet="wijzigt")


def _claim(db: Db) -> list[Bezorging]:
    return db.write_sync(lambda s: claim.claim(s, "w", NU, {}, 4))


def equal(db: Db, samen: Doen, los: Doen, begin: Doen = lambda *_: None) -> list[dict[str, Any]]:
    """The rows after `samen` and after `los`, which must be the same; `begin` comes first on both."""
    left = []
    for actie_id, doen in (("samen", samen), ("los", los)):
        items = queued(db, actie_id)
        assert len(items) == 4
        db.write_sync(lambda s, items=items: begin(s, items))  # type: ignore[misc]
        db.write_sync(lambda s, items=items, doen=doen: doen(s, items))  # type: ignore[misc]
        left.append(db.read_sync(lambda s, actie_id=actie_id: _rows(s, actie_id)))  # type: ignore[misc]
    assert left[0] == left[1]
    return left[0]


def _rows(session: Session, actie_id: str) -> list[dict[str, Any]]:
    table = BezorgingRij.__table__
    rows = session.execute(select(table).where(table.c.actie_id == actie_id).order_by(table.c.kanaal)).mappings()
    return [{naam: value for naam, value in row.items() if naam not in EIGEN} for row in rows]


def intend(session: Session, items: Sequence[Bezorging]) -> None:
    for item in items:
        assert store.intend(session, item, "w", LATER, rekening="de onze")


def test_the_intent_of_many_is_that_of_each(db: Db) -> None:
    def samen(session: Session, items: Sequence[Bezorging]) -> None:
        assert bulk.intend(session, [(item, "de onze") for item in items], "w", LATER) == {item.id for item in items}

    rows = equal(db, samen, intend)
    assert {row["staat"] for row in rows} == {"verzenden"}
    assert {row["gestart_op"] for row in rows} == {NU, LATER}


def test_the_outcome_of_many_posts_is_that_of_each(db: Db) -> None:
    made = Receipt("1", url="https://netwerk.example/1", extra={"soort": "bericht"})

    def samen(session: Session, items: Sequence[Bezorging]) -> None:
        posts = [bulk.Bevestigd(item, made, "netwerk", "let op") for item in items if item.doet == "maakt"]
        bulk.confirm(session, posts, "w", LATER)

    def los(session: Session, items: Sequence[Bezorging]) -> None:
        for item in items:
            if item.doet == "maakt":
                store.settle(session, item, "w", "bevestigd", LATER, receipt=made, bewijs="netwerk", fout="let op")

    rows = equal(db, samen, los, intend)
    assert sorted(row["staat"] for row in rows) == ["verzenden", "verzenden", "verzonden", "verzonden"]


def test_what_another_took_over_is_left_alone_by_both(db: Db) -> None:
    items = [replace(item, fence=item.fence - 1) for item in queued(db, "a")]
    assert db.write_sync(lambda s: bulk.intend(s, [(item, "") for item in items], "w", LATER)) == set()
    assert not any(db.write_sync(lambda s: [store.intend(s, item, "w", LATER) for item in items]))
    assert {state(db, item.id) for item in items} == {"geclaimd"}
