"""The audit trail: one line per deed, chained by hashes so that a change in the middle shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from hub.kit.clock import iso
from hub.toegang.tables import AuditRij

BEGIN = "0" * 64
_LAST = select(AuditRij.nr, AuditRij.som).order_by(AuditRij.nr.desc()).limit(1)
_NEW = insert(AuditRij.__table__).inline()  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class AuditRegel:
    """One line: when, who, what, about which actie, with which details (never a photo, tip or secret)."""

    nr: int
    op: datetime
    wie: str
    deed: str
    actie_id: str | None
    bijzonderheden: Mapping[str, object]


def write(
    session: Session,
    *,
    wie: str,
    deed: str,
    now: datetime,
    actie_id: str | None = None,
    bijzonderheden: Mapping[str, object] | None = None,
) -> None:
    """Add a line in the same transaction as the deed itself."""
    last = session.execute(_LAST).first()
    nr, vorige = (last.nr + 1, last.som) if last else (1, BEGIN)
    details = json.dumps(bijzonderheden or {}, ensure_ascii=False, sort_keys=True)
    som = _som(vorige, nr, now, wie, deed, actie_id, details)
    line = {"nr": nr, "op": now, "wie": wie, "deed": deed, "actie_id": actie_id, "bijzonderheden": details}
    session.connection().execute(_NEW, line | {"vorige": vorige, "som": som})


def of_actie(session: Session, actie_id: str) -> list[AuditRegel]:
    """The history of one actie, oldest first."""
    rows = session.scalars(select(AuditRij).where(AuditRij.actie_id == actie_id).order_by(AuditRij.nr))
    return [AuditRegel(r.nr, r.op, r.wie, r.deed, r.actie_id, json.loads(r.bijzonderheden)) for r in rows]


def last(session: Session, deed: str) -> datetime | None:
    """When this deed was done last; None when it never was."""
    return session.scalar(select(func.max(AuditRij.op)).where(AuditRij.deed == deed))


def first_broken(session: Session, laatste: int | None = None) -> int | None:
    """Number of the first line that does not fit the one before it; None when the chain is whole.

    With `laatste` only so many of the newest lines are looked at; the line before those is taken as it is.
    """
    newest = session.scalar(select(func.max(AuditRij.nr))) or 0
    vanaf = 1 if laatste is None else max(1, newest - laatste + 1)
    vorige: str | None = BEGIN if vanaf == 1 else None
    for r in session.execute(select(*AuditRij.__table__.columns).where(AuditRij.nr >= vanaf).order_by(AuditRij.nr)):
        som = _som(r.vorige, r.nr, r.op, r.wie, r.deed, r.actie_id, r.bijzonderheden)
        if vorige not in (None, r.vorige) or r.som != som:
            return int(r.nr)
        vorige = r.som
    return None


def _som(vorige: str, nr: int, op: datetime, wie: str, deed: str, actie_id: str | None, details: str) -> str:
    line = "|".join((vorige, str(nr), iso(op) or "", wie, deed, actie_id or "", details))
    return sha256(line.encode()).hexdigest()
