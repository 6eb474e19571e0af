"""Bezorgingen whose outcome nobody knows: take them to look up, look later, send the same key again."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from hub.delivery.model import HERHAALD, Bezorging
from hub.delivery.rules import next_state
from hub.delivery.store import as_bezorging, due, reached
from hub.delivery.tables import BezorgingRij
from hub.kit.db import signal


def unknown_due(session: Session, now: datetime) -> bool:
    """Whether the outcome of any bezorging may be looked up now."""
    return session.scalar(_unknown(now).with_only_columns(BezorgingRij.id).limit(1)) is not None


def take_unknown(session: Session, now: datetime, hold: timedelta, limit: int = 200) -> list[Bezorging]:
    """Take what may be looked up now, longest waiting first; for `hold` no other process takes it as well."""
    rows = session.scalars(_unknown(now).order_by(BezorgingRij.klaar_op).limit(limit)).all()
    for row in rows:
        row.klaar_op = now + hold
    return [as_bezorging(row) for row in rows]


def _unknown(now: datetime) -> Select[BezorgingRij]:
    return select(BezorgingRij).where(BezorgingRij.staat == "onbekend", due(now))


def repeat(session: Session, item: Bezorging, now: datetime) -> bool:
    """Queue an unknown post again with the same key. False when something happened to it since it was looked up."""
    row = session.get(BezorgingRij, item.id)
    if row is None or row.staat != "onbekend" or row.fence != item.fence:
        return False
    row.staat, row.klaar_op = next_state(row.doet, row.staat, "herhalen"), now
    reached(row, [HERHAALD], now)
    signal(session, "bezorging", row.id)
    return True


def later(session: Session, bezorging_id: str, klaar_op: datetime) -> None:
    """Look up this row again at `klaar_op`, unless a person answered meanwhile."""
    same = (BezorgingRij.id == bezorging_id) & (BezorgingRij.staat == "onbekend")
    session.execute(update(BezorgingRij).where(same).values(klaar_op=klaar_op))
