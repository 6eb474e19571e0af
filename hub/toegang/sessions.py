"""Sessions of people who logged in: in the database, so that one can be revoked, for one shift at most."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.kit.ids import token
from hub.kit.secrets import fingerprint
from hub.toegang.model import Wie
from hub.toegang.tables import GebruikerRij, SessieRij


@dataclass(frozen=True, slots=True)
class Sessie:
    """Who is logged in, until when, and the token that each of their forms must carry."""

    wie: Wie
    gebruiker_id: str
    csrf: str
    geldig_tot: datetime


def start(session: Session, gebruiker_id: str, *, now: datetime, uren: int, oud: str = "") -> str:
    """Begin a session and return the value of its cookie; the session in `oud`, if any, ends."""
    if oud:
        end(session, oud)
    session.execute(delete(SessieRij).where(SessieRij.geldig_tot <= now))
    cookie = token(32)
    session.add(
        SessieRij(
            vingerafdruk=fingerprint(cookie),
            gebruiker_id=gebruiker_id,
            csrf=token(32),
            gemaakt_op=now,
            geldig_tot=now + timedelta(hours=uren),
        )
    )
    session.flush()
    return cookie


def find(session: Session, cookie: str, now: datetime) -> Sessie | None:
    """The session of this cookie, while it lasts and its user is switched on."""
    row = session.get(SessieRij, fingerprint(cookie))
    if row is None or row.geldig_tot <= now:
        return None
    user = session.get(GebruikerRij, row.gebruiker_id)
    if user is None or not user.aan:
        return None
    return Sessie(Wie(user.naam, user.rol, tuple(user.regios.split())), user.id, row.csrf, row.geldig_tot)


def end(session: Session, cookie: str) -> None:
    """Log out: the cookie opens nothing any more."""
    session.execute(delete(SessieRij).where(SessieRij.vingerafdruk == fingerprint(cookie)))


def end_all(session: Session, gebruiker_id: str) -> None:
    """Revoke every session of one user: switched off, or a new password."""
    session.execute(delete(SessieRij).where(SessieRij.gebruiker_id == gebruiker_id))
