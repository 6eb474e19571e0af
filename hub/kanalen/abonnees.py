"""Subscribers of a bot in the database: who follows which gemeenten, known by a fingerprint, reached by an address.

The address is personal data: encrypted here, and nowhere else. Who leaves is erased with all that was known of them.
"""

import hmac
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.content import ActieView
from hub.kanalen.tables import AbonneeGemeenteRij, AbonneeRij, GehoordRij
from hub.kit.ids import row_id
from hub.kit.secrets import Vault

GEHOORD_BEWAREN = timedelta(days=2)
"""A netwerk repeats an update for a day at most; after a quiet week Telegram numbers them anew."""


def first_time(session: Session, kanaal: str, nummer: int, now: datetime) -> bool:
    """Whether this update was not dealt with before; from now on it was."""
    forget_numbers(session, now)
    if session.get(GehoordRij, (kanaal, nummer)) is not None:
        return False
    session.add(GehoordRij(kanaal=kanaal, nummer=nummer, op=now))
    session.flush()
    return True


def forget_numbers(session: Session, now: datetime) -> None:
    """Forget the numbers of updates that no netwerk repeats any more."""
    session.execute(delete(GehoordRij).where(GehoordRij.op < now - GEHOORD_BEWAREN))


def last_heard(session: Session, kanaal: str, now: datetime) -> int:
    """The highest number of an update of this kanaal that was dealt with lately; 0 when there was none."""
    recent = (GehoordRij.kanaal == kanaal) & (GehoordRij.op >= now - GEHOORD_BEWAREN)
    return session.scalar(select(func.max(GehoordRij.nummer)).where(recent)) or 0


def find(session: Session, vault: Vault, kanaal: str, adres: str) -> str | None:
    """The id of the subscriber at this address, or None."""
    known = AbonneeRij.vingerafdruk.in_(_fingerprints(vault, kanaal, adres))
    return session.scalar(select(AbonneeRij.id).where(AbonneeRij.kanaal == kanaal, known))


def follow(session: Session, vault: Vault, kanaal: str, adres: str, gemeente: str, now: datetime) -> str:
    """Have who is at this address follow a gemeente, also; returns the id of the subscriber."""
    abonnee_id = find(session, vault, kanaal, adres)
    if abonnee_id is None:
        abonnee_id = row_id()
        mark, sealed = _fingerprints(vault, kanaal, adres)[0], vault.encrypt(adres.encode())
        session.add(AbonneeRij(id=abonnee_id, kanaal=kanaal, vingerafdruk=mark, adres=sealed, gemaakt_op=now))
    if session.get(AbonneeGemeenteRij, (abonnee_id, gemeente)) is None:
        session.add(AbonneeGemeenteRij(abonnee_id=abonnee_id, gemeente=gemeente))
    session.flush()
    return abonnee_id


def followed(session: Session, abonnee_id: str) -> Sequence[str]:
    """The codes of the gemeenten that a subscriber follows."""
    rij = AbonneeGemeenteRij
    return session.scalars(select(rij.gemeente).where(rij.abonnee_id == abonnee_id).order_by(rij.gemeente)).all()


def adres(session: Session, vault: Vault, abonnee_id: str) -> str:
    """Where a subscriber is on the netwerk; empty once they are forgotten."""
    row = session.get(AbonneeRij, abonnee_id)
    return vault.decrypt(row.adres).decode() if row is not None else ""


def reached(session: Session, kanalen: Collection[str], view: ActieView) -> dict[str, list[str]]:
    """Per kanaal the subscribers that an actie is for: they follow a gemeente of its area, or it is for the country."""
    rows = select(AbonneeRij.kanaal, AbonneeRij.id).where(AbonneeRij.kanaal.in_(kanalen)).order_by(AbonneeRij.id)
    if view.niveau != "landelijk":
        area = AbonneeGemeenteRij.gemeente.in_({view.gemeente, *view.gemeenten})
        rows = rows.where(AbonneeRij.id.in_(select(AbonneeGemeenteRij.abonnee_id).where(area)))
    found: dict[str, list[str]] = {}
    for kanaal, abonnee_id in session.execute(rows):
        found.setdefault(kanaal, []).append(abonnee_id)
    return found


def per_kanaal(session: Session) -> dict[str, list[str]]:
    """All subscribers there are."""
    found: dict[str, list[str]] = {}
    for kanaal, abonnee_id in session.execute(select(AbonneeRij.kanaal, AbonneeRij.id)):
        found.setdefault(kanaal, []).append(abonnee_id)
    return found


def known(session: Session, ids: Collection[str]) -> list[str]:
    """Those of these ids that are a subscriber now."""
    wanted = set(ids)
    return [abonnee_id for abonnee_id in session.scalars(select(AbonneeRij.id)) if abonnee_id in wanted]


def reseal(session: Session, oud: Vault, nieuw: Vault) -> int:
    """The addresses encrypted anew, and known again by the new key; returns how many."""
    rows = session.scalars(select(AbonneeRij)).all()
    for row in rows:
        adres = oud.decrypt(row.adres)
        row.adres, row.vingerafdruk = nieuw.encrypt(adres), _fingerprints(nieuw, row.kanaal, adres.decode())[0]
    return len(rows)


def erase(session: Session, abonnee_id: str) -> None:
    """Forget everything about a subscriber."""
    session.execute(delete(AbonneeGemeenteRij).where(AbonneeGemeenteRij.abonnee_id == abonnee_id))
    session.execute(delete(AbonneeRij).where(AbonneeRij.id == abonnee_id))


def _fingerprints(vault: Vault, kanaal: str, adres: str) -> list[str]:
    """By the newest key first; without the key nobody can tell whether a known address is among them."""
    return [hmac.new(key, f"{kanaal}|{adres}".encode(), sha256).hexdigest() for key in vault.derived("abonnees")]
