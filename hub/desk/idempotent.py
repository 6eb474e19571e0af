"""A repeated request gets the answer of the first one (Idempotency-Key, kept 48 hours)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.desk.errors import SleutelHergebruikt
from hub.desk.tables import IdempotentieRij

BEWAAR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Sleutel:
    """The key a caller sent and the SHA-256 of the body it came with."""

    waarde: str
    vraag_som: str


def earlier(session: Session, sleutel: Sleutel, wie: str) -> str | None:
    """The actie that was made with this key before; raises SleutelHergebruikt when the question differs."""
    row = session.get(IdempotentieRij, (sleutel.waarde, wie))
    if row is None:
        return None
    if row.vraag_som != sleutel.vraag_som:
        raise SleutelHergebruikt(
            "Deze Idempotency-Key is al gebruikt voor een ander verzoek. Neem per actie een nieuwe sleutel."
        )
    return row.actie_id


def remember(session: Session, sleutel: Sleutel, wie: str, actie_id: str, now: datetime) -> None:
    """Keep the key in the transaction that makes the actie: both are there, or neither."""
    session.add(
        IdempotentieRij(
            sleutel=sleutel.waarde,
            wie=wie,
            vraag_som=sleutel.vraag_som,
            actie_id=actie_id,
            op=now,
        )
    )


def purge(session: Session, now: datetime) -> None:
    """Forget keys older than 48 hours."""
    session.execute(delete(IdempotentieRij).where(IdempotentieRij.op < now - BEWAAR))
