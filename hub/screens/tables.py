"""Tables of screens: the registered schermen, what each has to show, and what each has fetched."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from hub.content import Thema
from hub.kit.db import Base


class SchermRij(Base):
    """One screen or player. Only the fingerprint of its token is kept; the address is shown once.

    `thema` and `tweetalig` decide how its posters look; `link_code` is the short link of its poster at rest.
    """

    __tablename__ = "scherm"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    naam: Mapped[str] = mapped_column(String(80), unique=True)
    token_som: Mapped[str] = mapped_column(String(64), unique=True)
    gemeente: Mapped[str] = mapped_column(String(6))
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    breedte: Mapped[int] = mapped_column(Integer)
    hoogte: Mapped[int] = mapped_column(Integer)
    soort: Mapped[str] = mapped_column(String(12))
    beheerder: Mapped[str] = mapped_column(String(120), default="")
    echt: Mapped[bool] = mapped_column(default=False)
    aan: Mapped[bool] = mapped_column(default=True)
    vastgelegd: Mapped[bool] = mapped_column(default=False)
    gemaakt_op: Mapped[datetime]
    laatst_gezien: Mapped[datetime | None]
    thema: Mapped[Thema] = mapped_column(String(10), default="gewoon", server_default="gewoon")
    tweetalig: Mapped[bool] = mapped_column(default=False, server_default=false())
    link_code: Mapped[str] = mapped_column(String(8), default="", server_default="")


class SchermActieRij(Base):
    """That one scherm shows one actie, with the short link in its QR code.

    `opgehaald_op`: first time a player fetched the person; `neutraal_op`: first fetch of the neutral picture after
    the end; `gemeld_op`: the page reported that the neutral picture is on the glass.
    """

    __tablename__ = "scherm_actie"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    scherm_id: Mapped[str] = mapped_column(ForeignKey("scherm.id"), index=True)
    actie_id: Mapped[str] = mapped_column(String(36), index=True)
    link_code: Mapped[str] = mapped_column(String(8))
    van_op: Mapped[datetime]
    tot_op: Mapped[datetime | None]
    opgehaald_op: Mapped[datetime | None]
    neutraal_op: Mapped[datetime | None]
    gemeld_op: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("scherm_id", "actie_id"),)


class VertoningRij(Base):
    """Proof of play: a render that a player says it showed, from when, for how many seconds."""

    __tablename__ = "vertoning"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    scherm_id: Mapped[str] = mapped_column(String(36), index=True)
    actie_id: Mapped[str | None] = mapped_column(String(36))
    render: Mapped[str] = mapped_column(String(64))
    begin_op: Mapped[datetime]
    seconden: Mapped[int] = mapped_column(Integer)
    bron: Mapped[str] = mapped_column(Text, default="")
