"""Tables of feeds: what outside feeds sent us, and how our own acties are known in each dialect."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class IntakeRij(Base):
    """One message of one source, by its own identity, so that reading it twice changes nothing.

    `verzonden_op` is the source's own time: an Alert older than its Cancel never starts anything.
    """

    __tablename__ = "intake"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bron: Mapped[str] = mapped_column(String(60))
    sleutel: Mapped[str] = mapped_column(String(160))
    extern_id: Mapped[str] = mapped_column(String(80), index=True)
    actie_id: Mapped[str] = mapped_column(String(36), default="")
    gevolg: Mapped[str] = mapped_column(String(24))
    toelichting: Mapped[str] = mapped_column(Text, default="")
    verzonden_op: Mapped[datetime | None]
    op: Mapped[datetime]
    __table_args__ = (UniqueConstraint("bron", "sleutel"),)


class BronStandRij(Base):
    """How the last poll of a source went: `leeg` and `niet-bereikbaar` are different things."""

    __tablename__ = "bron_stand"
    bron: Mapped[str] = mapped_column(String(60), primary_key=True)
    stand: Mapped[str] = mapped_column(String(20))
    toelichting: Mapped[str] = mapped_column(Text, default="")
    op: Mapped[datetime]
