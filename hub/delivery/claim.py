"""Who works on which bezorging: take what is due, give back what a dead process held."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from hub.delivery.model import Bezorging
from hub.delivery.rules import OPEN, Buur, may_begin, next_state
from hub.delivery.store import as_bezorging
from hub.delivery.tables import BezorgingRij
from hub.kit.db import signal

POISON = 3
AAN_DE_BEURT = 40
"""How many due rows of one kanaal and lane are looked at per round: a full queue there holds up no other."""
BEZIG = ("geclaimd", "verzenden")


def claim(
    session: Session, owner: str, now: datetime, free: Mapping[tuple[str, str], int], default_free: int
) -> list[Bezorging]:
    """Take the due rows that may begin, at most `free` per (kanaal, lane); what lost its reason lapses."""
    taken: Counter[tuple[str, str]] = Counter()
    claimed, lapsed = [], ""
    for row in session.scalars(_due(now)).all():
        lane = (row.kanaal, lane_of(row.soort))
        if taken[lane] >= free.get(lane, default_free):
            continue
        begin = may_begin(row.soort, row.van_id, _buren(session, row), row.versie)
        if begin == "vervalt":
            row.staat = next_state(row.doet, row.staat, "vervallen")
            row.fout = "Niet meer nodig: er was niets te wijzigen of te sluiten, of een nieuwere versie gaat voor."
            lapsed = row.id
        elif begin == "nu":
            taken[lane] += 1
            row.staat = next_state(row.doet, row.staat, "claimen")
            row.eigenaar, row.fence, row.pogingen = owner, row.fence + 1, row.pogingen + 1
            claimed.append(as_bezorging(row))
    if lapsed:
        signal(session, "bezorging", lapsed)
    return claimed


def _due(now: datetime) -> Select[BezorgingRij]:
    """Due rows in order of work, some of each kanaal and lane; not those whose own post is still under way."""
    bron = aliased(BezorgingRij)
    lane = (BezorgingRij.kanaal, case((BezorgingRij.soort == "intrekken", 0), else_=1))
    order = (BezorgingRij.voorrang, BezorgingRij.klaar_op)
    waits = exists().where(bron.id == BezorgingRij.van_id, bron.staat.in_((*OPEN, "onbekend")))
    ranked = (
        select(BezorgingRij.id, func.row_number().over(partition_by=lane, order_by=order).label("beurt"))
        .where(BezorgingRij.staat == "wachtrij", BezorgingRij.klaar_op <= now, ~waits)
        .subquery()
    )
    due = select(BezorgingRij).join(ranked, ranked.c.id == BezorgingRij.id)
    return due.where(ranked.c.beurt <= AAN_DE_BEURT).order_by(*order)


def lane_of(soort: str) -> str:
    """Withdrawals have a lane of their own, so that no queue of posts can hold them up."""
    return "weg" if soort == "intrekken" else "post"


def _buren(session: Session, row: BezorgingRij) -> list[Buur]:
    rows = session.scalars(
        select(BezorgingRij).where(
            BezorgingRij.actie_id == row.actie_id,
            BezorgingRij.kanaal == row.kanaal,
            BezorgingRij.doel == row.doel,
            BezorgingRij.id != row.id,
        )
    )
    return [Buur(b.id, b.soort, b.staat, b.van_id, b.versie, b.doet) for b in rows]


def held_by_others(session: Session, levend: Collection[str]) -> bool:
    """Whether a bezorging is in the hands of a process that is not among the living."""
    held = select(BezorgingRij.id).where(BezorgingRij.staat.in_(BEZIG), BezorgingRij.eigenaar.not_in(levend))
    return session.scalar(held.limit(1)) is not None


def recover(session: Session, now: datetime, levend: Collection[str] = ()) -> Counter[str]:
    """After a crash: what was claimed waits again, what was being sent has an unknown outcome.

    `levend` names the processes that still work; theirs is left alone. A row that was alone in the hands of its
    process at three crashes is poison: it is parked for a person.
    """
    rows = session.scalars(
        select(BezorgingRij).where(BezorgingRij.staat.in_(BEZIG), BezorgingRij.eigenaar.not_in(levend))
    ).all()
    held = Counter(row.eigenaar for row in rows)
    outcome: Counter[str] = Counter()
    for row in rows:
        row.gecrasht += held[row.eigenaar] == 1
        event = "gif" if row.staat == "geclaimd" and row.gecrasht >= POISON else "worker-weg"
        _give_back(row, event, now, "De hub stopte tijdens deze bezorging.")
        outcome[row.staat] += 1
    if rows:
        signal(session, "bezorging", rows[0].id)
    return outcome


def _idle(owner: str, bezig: Collection[str]) -> Select[BezorgingRij]:
    return select(BezorgingRij).where(
        BezorgingRij.staat.in_(BEZIG), BezorgingRij.eigenaar == owner, BezorgingRij.id.not_in(bezig)
    )


def held_idle(session: Session, owner: str, bezig: Collection[str]) -> bool:
    """Whether a row is ours by the database while we do nothing with it."""
    return session.scalars(_idle(owner, bezig).limit(1)).first() is not None


def give_up(
    session: Session, owner: str, bezig: Collection[str], begonnen: Collection[str], now: datetime
) -> Counter[str]:
    """Rows that are ours by the database but not in our hands (`bezig`): a commit whose answer never reached us.

    Nothing was sent of these, because a call begins only after its commit was heard of; of those in `begonnen` the
    call did begin.
    """
    rows = session.scalars(_idle(owner, bezig)).all()
    for row in rows:
        event = "wachten" if row.staat == "geclaimd" else "worker-weg" if row.id in begonnen else "niet-nu"
        _give_back(row, event, now, "De database viel weg voordat deze bezorging begon.")
    return Counter(row.staat for row in rows)


def _give_back(row: BezorgingRij, event: str, now: datetime, fout: str) -> None:
    row.staat = next_state(row.doet, row.staat, event)
    row.eigenaar, row.fence, row.klaar_op, row.fout = "", row.fence + 1, now, fout


def next_due(session: Session, after: datetime | None = None) -> datetime | None:
    """When the first waiting row is due; with `after` the first one later than that."""
    waiting = select(BezorgingRij.klaar_op).where(BezorgingRij.staat == "wachtrij")
    if after is not None:
        waiting = waiting.where(BezorgingRij.klaar_op > after)
    return session.scalar(waiting.order_by(BezorgingRij.klaar_op).limit(1))
