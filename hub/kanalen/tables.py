"""Tables of kanalen: one account on one netwerk with its credentials and health, and the stops people pulled."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class KanaalRij(Base):
    """`vastgelegd` = provisioned from config.yaml and read-only in the pages. Lists are space-separated codes.

    `gepauzeerd`: the netwerk does not let us in; `gestopt`: a person pulled the stop. `post_na` and `weg_na`: the
    netwerk asked to wait with posts, or with removals. `storingen` counts failures since `storing_sinds`; from
    enough of them the breaker is open until `storing_tot`.

    `gecontroleerd_op`: when the account last answered who it is (`account`), until when its key holds (`geldig_tot`)
    and why it does not let us in (`mist`). `waarschuwing`: what will stop it soon. `stilte`: its quiet hours.
    """

    __tablename__ = "kanaal"
    naam: Mapped[str] = mapped_column(String(40), primary_key=True)
    netwerk: Mapped[str] = mapped_column(String(40))
    instellingen: Mapped[bytes] = mapped_column(LargeBinary)
    gebied: Mapped[str] = mapped_column(Text, default="")
    types: Mapped[str] = mapped_column(Text, default="")
    niveaus: Mapped[str] = mapped_column(Text, default="")
    foto: Mapped[bool] = mapped_column(default=False)
    echt: Mapped[bool] = mapped_column(default=False)
    aan: Mapped[bool] = mapped_column(default=True)
    automatisch: Mapped[bool] = mapped_column(default=True)
    vastgelegd: Mapped[bool] = mapped_column(default=False)
    gepauzeerd: Mapped[str] = mapped_column(Text, default="")
    gestopt: Mapped[str] = mapped_column(Text, default="", server_default="")
    post_na: Mapped[datetime | None]
    weg_na: Mapped[datetime | None]
    storingen: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    storing_sinds: Mapped[datetime | None]
    storing_tot: Mapped[datetime | None]
    stilte: Mapped[str] = mapped_column(String(11), default="", server_default="")
    gecontroleerd_op: Mapped[datetime | None]
    account: Mapped[str] = mapped_column(Text, default="", server_default="")
    geldig_tot: Mapped[datetime | None]
    mist: Mapped[str] = mapped_column(Text, default="", server_default="")
    waarschuwing: Mapped[str] = mapped_column(Text, default="", server_default="")
    laatste_succes: Mapped[datetime | None]
    laatste_fout: Mapped[str] = mapped_column(Text, default="")
    laatste_fout_op: Mapped[datetime | None]
    gemaakt_op: Mapped[datetime]


class AbonneeRij(Base):
    """Who subscribed to the bot of a kanaal. `adres`, where they are on the netwerk, is encrypted; `vingerafdruk` is
    made from it with a key, to know them again. `id` says nothing about them and is the `doel` of a bezorging."""

    __tablename__ = "abonnee"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kanaal: Mapped[str] = mapped_column(String(40))
    vingerafdruk: Mapped[str] = mapped_column(String(64))
    adres: Mapped[bytes] = mapped_column(LargeBinary)
    gemaakt_op: Mapped[datetime]
    __table_args__ = (UniqueConstraint("kanaal", "vingerafdruk"),)


class AbonneeGemeenteRij(Base):
    """A gemeente that a subscriber follows."""

    __tablename__ = "abonnee_gemeente"
    abonnee_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    gemeente: Mapped[str] = mapped_column(String(6), primary_key=True)
    __table_args__ = (Index("ix_abonnee_gemeente", "gemeente"),)


class GehoordRij(Base):
    """The number of an update that the bot of a kanaal dealt with, so that a repeat of it does nothing."""

    __tablename__ = "gehoord"
    kanaal: Mapped[str] = mapped_column(String(40), primary_key=True)
    nummer: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    op: Mapped[datetime]


class SjabloonRij(Base):
    """A version of a text that a kanaal has of its own; the one that is `geldig` is used, none: the file."""

    __tablename__ = "sjabloon"
    kanaal: Mapped[str] = mapped_column(String(40), primary_key=True)
    stem: Mapped[str] = mapped_column(String(40), primary_key=True)
    versie: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    tekst: Mapped[str] = mapped_column(Text)
    door: Mapped[str] = mapped_column(String(120))
    op: Mapped[datetime]
    geldig: Mapped[bool]


class StopRij(Base):
    """A stop on the whole hub: while `noodstop` is here nothing is placed or changed, only taken away."""

    __tablename__ = "stop"
    naam: Mapped[str] = mapped_column(String(20), primary_key=True)
    reden: Mapped[str] = mapped_column(Text)
    door: Mapped[str] = mapped_column(String(120))
    op: Mapped[datetime]
