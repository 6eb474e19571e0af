"""The table of historic figures: what earlier annual reports printed, cell by cell and uncorrected."""

from sqlalchemy import Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class ReeksRij(Base):
    """One printed figure. `gemeente` is empty for a regional or national figure; `waarde` None = empty in print."""

    __tablename__ = "reeks"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    reeks: Mapped[str] = mapped_column(String(60))
    jaar: Mapped[int] = mapped_column(Integer)
    gemeente: Mapped[str] = mapped_column(String(6), default="")
    naam_gedrukt: Mapped[str] = mapped_column(String(80), default="")
    kolom: Mapped[str] = mapped_column(String(60))
    waarde: Mapped[float | None] = mapped_column(Float)
    eenheid: Mapped[str] = mapped_column(String(20), default="")
    opmerking: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (UniqueConstraint("reeks", "jaar", "gemeente", "kolom"),)
