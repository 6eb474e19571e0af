"""The table of the desk: requests that were answered before, so that a repeat gets the same answer."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class IdempotentieRij(Base):
    """One Idempotency-Key of one caller, the hash of what was asked and the actie it made (kept 48 h)."""

    __tablename__ = "idempotentie"
    sleutel: Mapped[str] = mapped_column(String(255), primary_key=True)
    wie: Mapped[str] = mapped_column(String(120), primary_key=True)
    vraag_som: Mapped[str] = mapped_column(String(64))
    actie_id: Mapped[str] = mapped_column(String(36))
    op: Mapped[datetime]
