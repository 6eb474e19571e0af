"""The texts that a kanaal has of its own, in versions: the newest is used, or none for the standard."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.kanalen.tables import SjabloonRij

_NU = select(SjabloonRij.kanaal, SjabloonRij.stem, SjabloonRij.tekst).where(SjabloonRij.geldig)


@dataclass(frozen=True, slots=True)
class Versie:
    """One version of a text, and who kept it when; `geldig` is the one that is used."""

    versie: int
    tekst: str
    door: str
    op: datetime
    geldig: bool


def current(session: Session) -> dict[str, dict[str, str]]:
    """The own texts in use: by kanaal, then by stem."""
    found: dict[str, dict[str, str]] = {}
    for kanaal, stem, tekst in session.execute(_NU):
        found.setdefault(kanaal, {})[stem] = tekst
    return found


def versies(session: Session, kanaal: str, stem: str) -> list[Versie]:
    """Every version of one text, newest first."""
    rows = session.scalars(
        select(SjabloonRij)
        .where(SjabloonRij.kanaal == kanaal, SjabloonRij.stem == stem)
        .order_by(SjabloonRij.versie.desc())
    )
    return [Versie(row.versie, row.tekst, row.door, row.op, row.geldig) for row in rows]


def keep(session: Session, kanaal: str, stem: str, tekst: str, door: str, now: datetime) -> int:
    """Make this the text in use, as a new version; returns its number."""
    known = versies(session, kanaal, stem)
    versie = known[0].versie + 1 if known else 1
    standard(session, kanaal, stem)
    session.add(SjabloonRij(kanaal=kanaal, stem=stem, versie=versie, tekst=tekst, door=door, op=now, geldig=True))
    session.flush()
    return versie


def standard(session: Session, kanaal: str, stem: str) -> None:
    """Use the file again; the versions stay."""
    session.execute(
        update(SjabloonRij).where(SjabloonRij.kanaal == kanaal, SjabloonRij.stem == stem).values(geldig=False)
    )
