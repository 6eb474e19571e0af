"""Tables of acties: the actie, each versie of its words and area, its photo and the key of that photo."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class ActieRij(Base):
    """An actie as a whole; what readers see stands in its newest versie.

    `abonnees_na`: it ended, and this is the last subscriber whose posts that was done for; empty when that has yet to
    begin, NULL when there is nothing to do. `abonnees_opzoeken`: they may have its closing message already, because
    that was sent after the copy that was put back.
    """

    __tablename__ = "actie"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    nummer: Mapped[int] = mapped_column(Integer, unique=True)
    kenmerk: Mapped[str] = mapped_column(String(80))
    soort: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(30))
    niveau: Mapped[str] = mapped_column(String(12))
    gemeente: Mapped[str] = mapped_column(String(6), index=True)
    veiligheidsregio: Mapped[str] = mapped_column(String(4), index=True)
    oefening: Mapped[bool]
    fase: Mapped[str] = mapped_column(String(30), index=True)
    versie: Mapped[int] = mapped_column(Integer, default=1)
    looptijd_minuten: Mapped[int] = mapped_column(Integer)
    bron: Mapped[str] = mapped_column(String(60), default="hub")
    gemaakt_door: Mapped[str] = mapped_column(String(120))
    goedgekeurd_door: Mapped[str] = mapped_column(String(120), default="")
    gemaakt_op: Mapped[datetime]
    vrij_op: Mapped[datetime | None]
    gestart_op: Mapped[datetime | None]
    eindigt_op: Mapped[datetime | None]
    beeindigd_op: Mapped[datetime | None]
    reden: Mapped[str] = mapped_column(String(20), default="")
    herinnerd_op: Mapped[datetime | None]
    belicht_op: Mapped[datetime | None]
    abonnees_na: Mapped[str | None] = mapped_column(String(80))
    abonnees_opzoeken: Mapped[bool] = mapped_column(default=False, server_default=false())
    __table_args__ = (
        # One running actie per kenmerk: a second POST from another desk must not alarm the public twice.
        Index(
            "ix_actie_kenmerk_lopend",
            "kenmerk",
            unique=True,
            sqlite_where=text("fase IN ('concept', 'wacht-op-goedkeuring', 'actief')"),
            postgresql_where=text("fase IN ('concept', 'wacht-op-goedkeuring', 'actief')"),
        ),
        Index(
            "ix_actie_abonnees",
            "abonnees_na",
            sqlite_where=text("abonnees_na IS NOT NULL"),
            postgresql_where=text("abonnees_na IS NOT NULL"),
        ),
    )


class VersieRij(Base):
    """What was said in one versie. Text about a person is emptied at withdrawal."""

    __tablename__ = "versie"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    actie_id: Mapped[str] = mapped_column(ForeignKey("actie.id"))
    versie: Mapped[int] = mapped_column(Integer)
    titel: Mapped[str] = mapped_column(Text)
    bericht: Mapped[str] = mapped_column(Text)
    signalement: Mapped[str] = mapped_column(Text, default="")
    laatst_gezien: Mapped[str] = mapped_column(Text, default="")
    leeftijd: Mapped[int | None] = mapped_column(Integer)
    minderjarig: Mapped[bool | None]
    gemeenten: Mapped[str] = mapped_column(Text, default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    straal_meters: Mapped[int | None] = mapped_column(Integer)
    kanalen: Mapped[str | None] = mapped_column(Text)
    slottekst: Mapped[str] = mapped_column(Text, default="")
    reden: Mapped[str] = mapped_column(Text, default="")
    gemaakt_door: Mapped[str] = mapped_column(String(120))
    gemaakt_op: Mapped[datetime]
    __table_args__ = (UniqueConstraint("actie_id", "versie"),)


class FotoRij(Base):
    """An encrypted photo. `som` is the SHA-256 of the cleaned JPEG and part of its public address.

    `volgorde`: 0 for the photo of the actie, 1 and up for further photos of the same person.
    """

    __tablename__ = "foto"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    actie_id: Mapped[str] = mapped_column(ForeignKey("actie.id"), index=True)
    vanaf_versie: Mapped[int] = mapped_column(Integer)
    som: Mapped[str] = mapped_column(String(64), index=True)
    volgorde: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    inhoud: Mapped[bytes] = mapped_column(LargeBinary)
    breedte: Mapped[int] = mapped_column(Integer)
    hoogte: Mapped[int] = mapped_column(Integer)
    focus_x: Mapped[float] = mapped_column(Float, default=0.5)
    focus_y: Mapped[float] = mapped_column(Float, default=0.35)
    toestemming_schriftelijk: Mapped[bool]
    toestemming_door: Mapped[str] = mapped_column(String(120))
    gemaakt_op: Mapped[datetime]


class FotoSleutelRij(Base):
    """The key of one photo, itself encrypted; without this row the photo cannot be read by anyone."""

    __tablename__ = "foto_sleutel"
    foto_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sleutel: Mapped[bytes] = mapped_column(LargeBinary)


class FotoWegRij(Base):
    """That a photo existed and when it was erased: the trace that makes its address answer 410."""

    __tablename__ = "foto_weg"
    som: Mapped[str] = mapped_column(String(64), primary_key=True)
    actie_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    gewist_op: Mapped[datetime]
    schijf_leeg_op: Mapped[datetime | None]
