"""API keys: shown once, kept as a fingerprint, each with a role and the regions it is limited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.ids import row_id, token
from hub.kit.secrets import fingerprint
from hub.toegang import audit
from hub.toegang.model import ROLLEN, Wie
from hub.toegang.tables import SleutelRij

VOORVOEGSEL = "ah_"
"""Start of every key, so that a scanner can recognise one that leaked."""


@dataclass(frozen=True, slots=True)
class Sleutel:
    """A key as lists show it; the key itself cannot be read back."""

    id: str
    naam: str
    rol: str
    regios: tuple[str, ...]
    aan: bool
    gemaakt_op: datetime


class OnbekendeRol(Exception):
    """There is no such role; the message lists those that exist."""


def check_rol(rol: str) -> None:
    """Raise OnbekendeRol for a role that does not exist."""
    if rol not in ROLLEN:
        raise OnbekendeRol(f"De rol {rol} bestaat niet. Kies uit: {', '.join(ROLLEN)}.")


def make(
    session: Session, *, rol: str, naam: str, regios: Sequence[str] = (), now: datetime, wie: str = "beheerder"
) -> str:
    """Make a key and return it; this is the only moment it exists in clear."""
    check_rol(rol)
    key = VOORVOEGSEL + token(32)
    row = SleutelRij(
        id=row_id(),
        naam=naam,
        rol=rol,
        regios=" ".join(regios),
        vingerafdruk=fingerprint(key),
        aan=True,
        gemaakt_op=now,
    )
    session.add(row)
    details = {"id": row.id, "naam": naam, "rol": rol}
    audit.write(session, wie=wie, deed="sleutel gemaakt", now=now, bijzonderheden=details)
    return key


def find(session: Session, key: str) -> Wie | None:
    """Who holds this key; None when it is unknown or switched off."""
    if not key.startswith(VOORVOEGSEL):
        return None
    # The look-up is by SHA-256 of 32 random bytes: its timing tells nothing about keys that exist.
    row = session.scalar(select(SleutelRij).where(SleutelRij.vingerafdruk == fingerprint(key)))
    if row is None or not row.aan:
        return None
    return Wie(row.naam, row.rol, tuple(row.regios.split()))


def every(session: Session) -> list[Sleutel]:
    """All keys, oldest first."""
    rows = session.scalars(select(SleutelRij).order_by(SleutelRij.gemaakt_op, SleutelRij.id))
    return [Sleutel(r.id, r.naam, r.rol, tuple(r.regios.split()), r.aan, r.gemaakt_op) for r in rows]


def revoke(session: Session, sleutel_id: str, *, now: datetime, wie: str = "beheerder") -> bool:
    """Switch a key off for good; False when there is no such key."""
    row = session.get(SleutelRij, sleutel_id)
    if row is None:
        return False
    row.aan = False
    audit.write(session, wie=wie, deed="sleutel ingetrokken", now=now, bijzonderheden={"id": sleutel_id})
    return True
