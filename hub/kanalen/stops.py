"""The stop of the whole hub: while one is there nothing is placed, changed or closed with a message.

What waits keeps its place; removals go on. A stop is pulled by a person (`noodstop`) or by the restore of a backup
(`stil`); either one stops everything, and each is released by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kanalen.tables import StopRij
from hub.kit.db import signal

NOODSTOP = "noodstop"
STIL = "stil"


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop that is pulled: why, by whom and when."""

    naam: str
    reden: str
    door: str
    op: datetime


_STOPS = select(StopRij).order_by(StopRij.naam != NOODSTOP, StopRij.naam)


def stopped(session: Session) -> Stop | None:
    """The stop that holds the hub, or None; the one that a person pulled before any other."""
    rows = session.scalars(_STOPS)
    return next((Stop(row.naam, row.reden, row.door, row.op) for row in rows), None)


def stil(session: Session) -> bool:
    """Whether the hub was put back from a copy and nobody released it since."""
    return session.get(StopRij, STIL) is not None


def pull(session: Session, reden: str, door: str, now: datetime, *, naam: str = NOODSTOP) -> bool:
    """Stop the hub. False when this stop was pulled already: who did that first stays known."""
    if session.get(StopRij, naam) is not None:
        return False
    session.add(StopRij(naam=naam, reden=reden, door=door, op=now))
    session.flush()
    signal(session, "stop", naam)
    return True


def release(session: Session, *, naam: str = NOODSTOP) -> bool:
    """Let the hub go on; False when this stop was not pulled."""
    row = session.get(StopRij, naam)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    signal(session, "stop", naam)
    return True
