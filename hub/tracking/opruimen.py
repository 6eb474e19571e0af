"""Retention of tracking: old kliks and events become hourly counts, old reacties lose their reference.

Each function handles one portion in the transaction it is called in and returns how many rows it handled, so
that the writer is never held for long: call it again until it returns 0.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from hub.kit.config import Bewaren
from hub.tracking.tables import GebeurtenisRij, KlikRij, ReactieRij, TellingRij

PORTION: Final = 5_000
CHUNK: Final = 500

Sleutel = tuple[str, str, str, str, bool, datetime]
"""Primary key of an hourly count: actie, soort, waarde, link, after the end, hour."""


def purge_kliks(session: Session, bewaren: Bewaren, now: datetime) -> int:
    """Roll kliks older than `kliks_dagen` into hourly counts and delete them."""
    old = (
        select(KlikRij.nr, KlikRij.actie_id, KlikRij.klasse, KlikRij.code, KlikRij.na_einde, KlikRij.op)
        .where(KlikRij.op < now - timedelta(days=bewaren.kliks_dagen))
        .limit(PORTION)
    )
    rows = session.execute(old).all()
    hours = Counter[Sleutel](
        (actie_id, "klik", klasse, code, einde, _hour(op)) for _, actie_id, klasse, code, einde, op in rows
    )
    _roll(session, hours)
    for part in _chunks(rows):
        session.execute(delete(KlikRij).where(KlikRij.nr.in_([row.nr for row in part])))
    return len(rows)


def purge_gebeurtenissen(session: Session, bewaren: Bewaren, now: datetime) -> int:
    """The same for what readers did on the page."""
    old = (
        select(
            GebeurtenisRij.id,
            GebeurtenisRij.actie_id,
            GebeurtenisRij.soort,
            GebeurtenisRij.waarde,
            GebeurtenisRij.link_code,
            GebeurtenisRij.op,
        )
        .where(GebeurtenisRij.op < now - timedelta(days=bewaren.kliks_dagen))
        .limit(PORTION)
    )
    rows = session.execute(old).all()
    hours = Counter[Sleutel](
        (actie_id, soort, waarde, code, False, _hour(op)) for _, actie_id, soort, waarde, code, op in rows
    )
    _roll(session, hours)
    for part in _chunks(rows):
        session.execute(delete(GebeurtenisRij).where(GebeurtenisRij.id.in_([row.id for row in part])))
    return len(rows)


def purge_reacties(session: Session, bewaren: Bewaren, now: datetime) -> int:
    """Take reference, name and exact time out of reacties older than `reacties_dagen`; the rest stays."""
    old = (
        select(ReactieRij)
        .where(ReactieRij.op < now - timedelta(days=bewaren.reacties_dagen))
        .where(or_(ReactieRij.ref != "", ReactieRij.genoteerd_door != ""))
        .limit(PORTION)
    )
    rows = session.scalars(old).all()
    for row in rows:
        row.ref = row.genoteerd_door = ""
        row.op = _hour(row.op)
    session.flush()
    return len(rows)


def _roll(session: Session, hours: Counter[Sleutel]) -> None:
    for key, aantal in hours.items():
        if (known := session.get(TellingRij, key)) is not None:
            known.aantal += aantal
            continue
        actie_id, soort, waarde, code, einde, uur = key
        session.add(
            TellingRij(
                actie_id=actie_id,
                soort=soort,
                waarde=waarde,
                link_code=code,
                na_einde=einde,
                uur=uur,
                aantal=aantal,
            )
        )
    session.flush()


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _chunks(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)]
