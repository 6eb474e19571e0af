"""Tables of the desk: requests answered before, dossiers on their way to the archive, copies made, phones at a task."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text
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


class DossierRij(Base):
    """What was sent about an ended actie, encrypted with the hub's key, until it is in the archive folder."""

    __tablename__ = "dossier"
    actie_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inhoud: Mapped[bytes] = mapped_column(LargeBinary)
    gemaakt_op: Mapped[datetime]
    fout: Mapped[str] = mapped_column(Text, default="")


class ReservekopieRij(Base):
    """One verified copy of this database: when, where, how big, how many rows."""

    __tablename__ = "reservekopie"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    op: Mapped[datetime]
    bestand: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    rijen: Mapped[int] = mapped_column(Integer)


class TelefoonRij(Base):
    """The phone on which one task is done: fingerprint of its token, who asked for it and until when it opens."""

    __tablename__ = "telefoon"
    bezorging_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    gebruiker_id: Mapped[str] = mapped_column(String(36))
    vingerafdruk: Mapped[str] = mapped_column(String(64), unique=True)
    geldig_tot: Mapped[datetime]
