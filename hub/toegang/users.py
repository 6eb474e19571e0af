"""Users: made by a beheerder, log in with a name and password, locked for longer after each run of failures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.clock import Clock
from hub.kit.db import Db
from hub.kit.ids import row_id
from hub.toegang import audit, sessions
from hub.toegang.keys import check_rol
from hub.toegang.model import Wie
from hub.toegang.pogingen import Pogingen
from hub.toegang.tables import GebruikerRij
from hub.toegang.wachtwoorden import MAX_LENGTE, Wachtwoorden, fault

MAX_MISLUKT = 10
SLOT_EERST = timedelta(seconds=30)
SLOT_HOOGSTENS = timedelta(hours=1)
TEGELIJK_HOOGSTENS = 40
"""Log-ins that may wait for hashing, from all addresses together: some four seconds of work."""


@dataclass(frozen=True, slots=True)
class Gebruiker:
    """A user as lists show it."""

    id: str
    naam: str
    rol: str
    regios: tuple[str, ...]
    aan: bool
    mislukt: int
    geblokkeerd_tot: datetime | None


class GebruikerFout(Exception):
    """This user cannot be made like this; the message says what to do."""


class InlogGeweigerd(Exception):
    """Not logged in. `na_seconden` is how long to wait when there were too many attempts."""

    def __init__(self, melding: str, na_seconden: int = 0) -> None:
        super().__init__(melding)
        self.na_seconden = na_seconden


def make(
    session: Session,
    wachtwoorden: Wachtwoorden,
    *,
    naam: str,
    rol: str,
    wachtwoord: str,
    regios: Sequence[str] = (),
    now: datetime,
    wie: str = "beheerder",
) -> Gebruiker:
    """Add a user, or give an existing one this role, these regions and this password (which ends its sessions)."""
    check_rol(rol)
    if not naam.strip() or len(naam) > 80:
        raise GebruikerFout("Een naam heeft 1 tot 80 tekens.")
    if melding := fault(wachtwoord):
        raise GebruikerFout(melding)
    row = session.scalar(select(GebruikerRij).where(GebruikerRij.naam == naam))
    if row is None:
        row = GebruikerRij(id=row_id(), naam=naam, gemaakt_op=now)
        session.add(row)
    else:
        sessions.end_all(session, row.id)
    row.rol, row.regios, row.aan = rol, " ".join(regios), True
    row.wachtwoord, row.mislukt, row.geblokkeerd_tot = wachtwoorden.hash(wachtwoord), 0, None
    session.flush()
    details = {"naam": naam, "rol": rol}
    audit.write(session, wie=wie, deed="gebruiker ingesteld", now=now, bijzonderheden=details)
    return _gebruiker(row)


def every(session: Session) -> list[Gebruiker]:
    """All users by name."""
    return sorted(
        (_gebruiker(row) for row in session.scalars(select(GebruikerRij))), key=lambda user: user.naam.casefold()
    )


def acting(session: Session, gebruiker_id: str) -> Wie | None:
    """Who this user is now, for what they left behind to be done in their name; None once switched off."""
    row = session.get(GebruikerRij, gebruiker_id)
    return Wie(row.naam, row.rol, tuple(row.regios.split())) if row is not None and row.aan else None


def switch(session: Session, naam: str, aan: bool, *, now: datetime, wie: str = "beheerder") -> bool:
    """Switch a user on or off; off ends all sessions. False when there is no such user."""
    row = session.scalar(select(GebruikerRij).where(GebruikerRij.naam == naam))
    if row is None:
        return False
    row.aan, row.mislukt, row.geblokkeerd_tot = aan, 0, None
    sessions.end_all(session, row.id)
    deed = "gebruiker aangezet" if aan else "gebruiker uitgezet"
    audit.write(session, wie=wie, deed=deed, now=now, bijzonderheden={"naam": naam})
    return True


class Inloggen:
    """The one way to a session: name, password, limits per account and per address."""

    def __init__(self, db: Db, clock: Clock, *, uren: int = 8, wachtwoorden: Wachtwoorden | None = None) -> None:
        self._db, self._clock, self._uren = db, clock, uren
        self.wachtwoorden = wachtwoorden or Wachtwoorden()
        self._pogingen = Pogingen(clock)
        self._bezig = 0

    async def login(self, naam: str, wachtwoord: str, adres: str, oud: str = "") -> str:
        """The cookie of a new session (the one in `oud` ends); raises InlogGeweigerd.

        A wrong name and a wrong password give the same answer after the same time.
        """
        if wait := self._pogingen.wait(adres):
            raise InlogGeweigerd(f"Te veel pogingen. Wacht {wait} seconden en probeer het opnieuw.", wait)
        now = self._clock.now()
        self._pogingen.begin(adres)
        user = await self._db.read(lambda s: _by_name(s, naam))
        right = await self._right(user, wachtwoord)
        # The lock is looked at after hashing: an attempt on a locked account takes as long as any other.
        if user is not None and user.geblokkeerd_tot is not None and user.geblokkeerd_tot > now:
            seconds = max(1, round((user.geblokkeerd_tot - now).total_seconds()))
            raise InlogGeweigerd(f"Dit account is op slot. Probeer het over {seconds} seconden opnieuw.", seconds)
        if user is None or not user.aan or not right:
            if user is not None:
                gebruiker_id = user.id
                await self._db.write(lambda s: _note_failure(s, gebruiker_id, now))
            raise InlogGeweigerd("De naam of het wachtwoord klopt niet.")
        self._pogingen.succeeded(adres)
        gebruiker_id = user.id
        return await self._db.write(lambda s: self._begin(s, gebruiker_id, now, oud))

    async def _right(self, user: "_Account | None", wachtwoord: str) -> bool:
        if self._bezig >= TEGELIJK_HOOGSTENS:
            raise InlogGeweigerd("Er loggen nu te veel mensen tegelijk in. Probeer het over 10 seconden opnieuw.", 10)
        self._bezig += 1
        try:
            return await self.wachtwoorden.matches(user.wachtwoord if user else None, wachtwoord[:MAX_LENGTE])
        finally:
            self._bezig -= 1

    def _begin(self, session: Session, gebruiker_id: str, now: datetime, oud: str) -> str:
        row = session.get_one(GebruikerRij, gebruiker_id)
        row.mislukt, row.geblokkeerd_tot = 0, None
        audit.write(session, wie=row.naam, deed="ingelogd", now=now)
        return sessions.start(session, gebruiker_id, now=now, uren=self._uren, oud=oud)


@dataclass(frozen=True, slots=True)
class _Account:
    id: str
    wachtwoord: str
    aan: bool
    geblokkeerd_tot: datetime | None


def _by_name(session: Session, naam: str) -> _Account | None:
    row = session.scalar(select(GebruikerRij).where(GebruikerRij.naam == naam))
    return _Account(row.id, row.wachtwoord, row.aan, row.geblokkeerd_tot) if row else None


def _note_failure(session: Session, gebruiker_id: str, now: datetime) -> None:
    """From the tenth failure on the account is locked: 30 seconds, then twice as long each time, up to an hour."""
    row = session.get_one(GebruikerRij, gebruiker_id)
    row.mislukt += 1
    if row.mislukt < MAX_MISLUKT:
        return
    doublings = min(row.mislukt - MAX_MISLUKT, 10)
    row.geblokkeerd_tot = now + min(SLOT_EERST * 2**doublings, SLOT_HOOGSTENS)
    details = {"mislukt": row.mislukt}
    audit.write(session, wie=row.naam, deed="account op slot", now=now, bijzonderheden=details)


def _gebruiker(row: GebruikerRij) -> Gebruiker:
    return Gebruiker(row.id, row.naam, row.rol, tuple(row.regios.split()), row.aan, row.mislukt, row.geblokkeerd_tot)
