"""Short links: one code per place where an actie is spread, the same for everyone who reads there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.kit.db import signal
from hub.kit.ids import short_code
from hub.tracking.tables import LinkRij

PLEKKEN: Final = ("kanaal", "scherm", "deel", "los")
WERVING: Final = ""
"""In the place of an actie: links that lead to where people can join, for as long as their scherm exists."""
HOOGSTE_GENERATIE: Final = 9
ATTEMPTS: Final = 5
_TABLE: Table = LinkRij.__table__  # type: ignore[assignment]
_NEW = insert(_TABLE)
_SAME = select(LinkRij).where(
    LinkRij.actie_id == bindparam("actie"),
    LinkRij.plek == bindparam("op"),
    LinkRij.herkomst == "",
    LinkRij.generatie == 1,
)
_SPOREN = select(LinkRij).where(LinkRij.actie_id == bindparam("actie")).order_by(LinkRij.gemaakt_op)


@dataclass(frozen=True, slots=True)
class Spoor:
    """Where a reader came from: the link that was followed, without anything about the reader."""

    code: str
    actie_id: str
    plek: str
    naam: str
    generatie: int
    herkomst: str

    @property
    def begin(self) -> tuple[str, str]:
        """Plek and name where the chain of sharing began; ("", "") where no kanaal or scherm is known."""
        if self.plek != "deel":
            return self.plek, self.naam
        plek, _, naam = self.herkomst.partition(":")
        return plek, naam

    @property
    def volgende(self) -> int:
        """Generation of a link that is shared from here, capped so that a code says little about a chain."""
        return min(self.generatie + 1, HOOGSTE_GENERATIE)


def mint(
    session: Session,
    *,
    actie_id: str,
    plek: str,
    naam: str,
    doel_url: str,
    now: datetime,
    generatie: int = 1,
    herkomst: str = "",
    code: str = "",
) -> str:
    """The code of this place, made on first use; asking again gives the same code and follows a new address.

    `code` is tried first: the desk composes posts with a code before the transaction that makes the link.
    """
    if plek not in PLEKKEN:
        raise ValueError(f"plek is een van {', '.join(PLEKKEN)}, niet {plek!r}.")
    generatie = max(1, min(generatie, HOOGSTE_GENERATIE))
    same = select(LinkRij).where(
        LinkRij.actie_id == actie_id,
        LinkRij.plek == plek,
        LinkRij.naam == naam,
        LinkRij.herkomst == herkomst,
        LinkRij.generatie == generatie,
    )
    for _ in range(ATTEMPTS):
        if (row := session.scalars(same).one_or_none()) is not None:
            _follow(session, row, doel_url)
            return row.code
        row = LinkRij(
            code=code or short_code(),
            actie_id=actie_id,
            plek=plek,
            naam=naam,
            doel_url=doel_url,
            generatie=generatie,
            herkomst=herkomst,
            gemaakt_op=now,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            # Either the code exists by chance, or someone made this very link a moment ago: look again.
            code = ""
            continue
        signal(session, "link", row.code)
        return row.code
    raise RuntimeError("Er is geen vrije code voor een korte link gevonden.")


def mint_many(
    session: Session,
    *,
    actie_id: str,
    plek: str,
    namen: Iterable[str],
    doel_url: str,
    now: datetime,
    codes: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The code of each of these places by name, as `mint` gives it, in a few statements for thousands.

    `codes`: those that stand in composed words already. When one of them exists by chance nothing is made at all
    (IntegrityError), because those words would lead readers elsewhere.
    """
    known = {row.naam: row for row in session.scalars(_SAME, {"actie": actie_id, "op": plek})}
    for row in known.values():
        _follow(session, row, doel_url)
    made = {naam: row.code for naam, row in known.items()}
    fresh = {naam: codes[naam] if codes else short_code() for naam in namen if naam not in known}
    rows = [
        {
            "code": code,
            "actie_id": actie_id,
            "plek": plek,
            "naam": naam,
            "doel_url": doel_url,
            "generatie": 1,
            "herkomst": "",
            "gemaakt_op": now,
        }
        for naam, code in fresh.items()
    ]
    if not rows:
        return made
    try:
        with session.begin_nested():
            session.connection().execute(_NEW, rows)
    except IntegrityError:
        if codes:
            raise
        # One of so many codes exists by chance: one by one, each finds another.
        return made | {
            naam: mint(session, actie_id=actie_id, plek=plek, naam=naam, doel_url=doel_url, now=now) for naam in fresh
        }
    signal(session, "links", actie_id)
    return made | fresh


def unlead(session: Session, actie_id: str) -> None:
    """Let the codes of this actie lead nowhere, as if nobody had made them, until they get an address again."""
    for row in session.scalars(select(LinkRij).where(LinkRij.actie_id == actie_id, LinkRij.doel_url != "")):
        _follow(session, row, "")


def mint_shared(session: Session, *, actie_id: str, doel: str, via: Spoor | None, doel_url: str, now: datetime) -> str:
    """The code behind a press on share: same target, origin and step give everyone the same code."""
    herkomst = ":".join(via.begin) if via and via.begin[0] else ""
    generatie = via.volgende if via else 2
    return mint(
        session,
        actie_id=actie_id,
        plek="deel",
        naam=doel,
        doel_url=doel_url,
        now=now,
        generatie=generatie,
        herkomst=herkomst,
    )


def spoor(session: Session, code: str, actie_id: str) -> Spoor | None:
    """The link a reader followed to this actie; None for an unknown code or one of another actie."""
    row = session.get(LinkRij, code) if code else None
    return _spoor(row) if row is not None and row.actie_id == actie_id else None


def sporen(session: Session, actie_id: str) -> dict[str, Spoor]:
    """All links of one actie by code, in order of making."""
    rows = session.scalars(_SPOREN, {"actie": actie_id})
    return {row.code: _spoor(row) for row in rows}


def _spoor(row: LinkRij) -> Spoor:
    return Spoor(row.code, row.actie_id, row.plek, row.naam, row.generatie, row.herkomst)


def _follow(session: Session, row: LinkRij, doel_url: str) -> None:
    """Printed codes must survive a change of the public address."""
    if row.doel_url != doel_url:
        row.doel_url = doel_url
        signal(session, "link", row.code)
