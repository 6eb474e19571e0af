"""The book of the intake: which messages of a source were handled, with what effect, and how the source is doing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.feeds.tables import BronStandRij, IntakeRij
from hub.kit.ids import row_id

Stand = Literal["goed", "leeg", "niet-bereikbaar", "onleesbaar"]
"""How a poll went. `leeg` and `niet-bereikbaar` are different things, and neither closes an actie."""

Gevolg = Literal["nieuw", "gewijzigd", "ongewijzigd", "gesloten", "grafsteen", "eigen", "overgeslagen", "geweigerd"]
"""What a message did. `grafsteen`: an end without a beginning, which keeps a late beginning from starting."""

LOOPT = ("nieuw", "gewijzigd", "ongewijzigd")
VOORBIJ = ("gesloten", "grafsteen")


@dataclass(frozen=True, slots=True)
class Regel:
    """The newest line of the book about one thing of one source."""

    actie_id: str
    gevolg: str
    verzonden_op: datetime

    @property
    def voorbij(self) -> bool:
        """Whether the source said that it is over."""
        return self.gevolg in VOORBIJ


def known(session: Session, bron: str, sleutel: str) -> bool:
    """Whether this very message was handled before."""
    where = (IntakeRij.bron == bron, IntakeRij.sleutel == sleutel)
    return session.scalar(select(IntakeRij.id).where(*where)) is not None


def newest(session: Session, bron: str, extern_id: str) -> Regel | None:
    """The last thing that mattered for this id: lines that changed nothing are passed over."""
    row = session.scalar(
        select(IntakeRij)
        .where(
            IntakeRij.bron == bron,
            IntakeRij.extern_id == extern_id,
            IntakeRij.gevolg.in_((*LOOPT, *VOORBIJ)),
        )
        # Sent at the same second, an end counts as later than what it ends.
        .order_by(IntakeRij.verzonden_op.desc(), IntakeRij.gevolg.in_(VOORBIJ).desc(), IntakeRij.id.desc())
        .limit(1)
    )
    return Regel(row.actie_id, row.gevolg, row.verzonden_op or row.op) if row else None


def note(
    session: Session,
    *,
    bron: str,
    sleutel: str,
    extern_id: str,
    gevolg: Gevolg,
    now: datetime,
    verzonden_op: datetime,
    actie_id: str = "",
    toelichting: str = "",
) -> None:
    """Write that a message was handled; a second time changes nothing (two readers may meet here)."""
    if known(session, bron, sleutel):
        return
    session.add(
        IntakeRij(
            id=row_id(),
            bron=bron,
            sleutel=sleutel,
            extern_id=extern_id,
            actie_id=actie_id,
            gevolg=gevolg,
            toelichting=toelichting,
            verzonden_op=verzonden_op,
            op=now,
        )
    )


def set_stand(session: Session, bron: str, stand: Stand, toelichting: str, now: datetime) -> None:
    """Keep how the last poll of this source went."""
    row = session.get(BronStandRij, bron) or BronStandRij(bron=bron)
    row.stand, row.toelichting, row.op = stand, toelichting, now
    session.add(row)
