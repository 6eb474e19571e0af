"""Tables of toegang: who may come in, with which key or session, and what they did."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class GebruikerRij(Base):
    __tablename__ = "gebruiker"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    naam: Mapped[str] = mapped_column(String(80), unique=True)
    rol: Mapped[str] = mapped_column(String(20))
    regios: Mapped[str] = mapped_column(Text, default="")
    wachtwoord: Mapped[str] = mapped_column(Text)
    aan: Mapped[bool] = mapped_column(default=True)
    mislukt: Mapped[int] = mapped_column(Integer, default=0)
    geblokkeerd_tot: Mapped[datetime | None]
    gemaakt_op: Mapped[datetime]


class SleutelRij(Base):
    __tablename__ = "sleutel"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    naam: Mapped[str] = mapped_column(String(80))
    rol: Mapped[str] = mapped_column(String(20))
    regios: Mapped[str] = mapped_column(Text, default="")
    vingerafdruk: Mapped[str] = mapped_column(String(64), unique=True)
    aan: Mapped[bool] = mapped_column(default=True)
    gemaakt_op: Mapped[datetime]


class SessieRij(Base):
    __tablename__ = "sessie"
    vingerafdruk: Mapped[str] = mapped_column(String(64), primary_key=True)
    gebruiker_id: Mapped[str] = mapped_column(ForeignKey("gebruiker.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    gemaakt_op: Mapped[datetime]
    geldig_tot: Mapped[datetime]


class AuditRij(Base):
    """One line per deed; `vorige` and `som` chain the lines so that a change in the middle shows."""

    __tablename__ = "audit"
    nr: Mapped[int] = mapped_column(Integer, primary_key=True)
    op: Mapped[datetime]
    wie: Mapped[str] = mapped_column(String(120))
    deed: Mapped[str] = mapped_column(String(60))
    actie_id: Mapped[str | None] = mapped_column(String(36), index=True)
    bijzonderheden: Mapped[str] = mapped_column(Text, default="{}")
    vorige: Mapped[str] = mapped_column(String(64))
    som: Mapped[str] = mapped_column(String(64))
