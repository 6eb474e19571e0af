"""Tables of tracking: short links, kliks, share intents, reacties, the outcome and platform counters.

Nothing here identifies a visitor: no address, no full user agent, no referrer.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class LinkRij(Base):
    """A short link. `plek`: kanaal, scherm, deel (a share button) or los; `naam` is which one. `actie_id` is empty
    for a link to where people can join.

    `generatie` is 1 for what the hub itself spread and rises with each share; `herkomst` of a shared link is
    the place where the chain began (`kanaal:proef-x`). Everyone at the same step has the same code, so it
    names nobody.
    """

    __tablename__ = "link"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    actie_id: Mapped[str] = mapped_column(String(36), index=True)
    doel_url: Mapped[str] = mapped_column(Text)
    plek: Mapped[str] = mapped_column(String(12))
    naam: Mapped[str] = mapped_column(String(80))
    generatie: Mapped[int] = mapped_column(Integer, default=1)
    herkomst: Mapped[str] = mapped_column(String(92), default="")
    gemaakt_op: Mapped[datetime]
    __table_args__ = (UniqueConstraint("actie_id", "plek", "naam", "herkomst", "generatie"),)


class KlikRij(Base):
    """One GET on a short link and its class: mens, preview, prefetch, bot, onbekend or eigen."""

    __tablename__ = "klik"
    nr: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8))
    actie_id: Mapped[str] = mapped_column(String(36))
    klasse: Mapped[str] = mapped_column(String(10))
    apparaat: Mapped[str] = mapped_column(String(10), default="")
    na_einde: Mapped[bool] = mapped_column(default=False)
    op: Mapped[datetime]
    __table_args__ = (Index("ix_klik_actie", "actie_id", "code", "klasse"), Index("ix_klik_op", "op"))


class GebeurtenisRij(Base):
    """What a reader did on the page: `gezien`, `deelintentie` (with the target) or `bron` (the answer)."""

    __tablename__ = "gebeurtenis"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    actie_id: Mapped[str] = mapped_column(String(36), index=True)
    soort: Mapped[str] = mapped_column(String(16))
    waarde: Mapped[str] = mapped_column(String(40), default="")
    link_code: Mapped[str] = mapped_column(String(8), default="")
    op: Mapped[datetime]


class ReactieRij(Base):
    """A citizen's response: route, self-reported source, time. Never its content.

    `ref` is the netwerk's own reference of a reply there, `verborgen_op` when we had it hidden.
    """

    __tablename__ = "reactie"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    actie_id: Mapped[str] = mapped_column(String(36), index=True)
    route: Mapped[str] = mapped_column(String(16))
    bron: Mapped[str] = mapped_column(String(24), default="onbekend")
    kanaal: Mapped[str] = mapped_column(String(40), default="")
    link_code: Mapped[str] = mapped_column(String(8), default="")
    ref: Mapped[str] = mapped_column(Text, default="")
    verborgen_op: Mapped[datetime | None]
    genoteerd_door: Mapped[str] = mapped_column(String(120), default="")
    op: Mapped[datetime]
    __table_args__ = (
        # A reply read from a netwerk twice is one reactie; what a centralist notes has no ref.
        Index(
            "ux_reactie_ref",
            "actie_id",
            "kanaal",
            "ref",
            unique=True,
            sqlite_where=text("ref <> ''"),
            postgresql_where=text("ref <> ''"),
        ),
    )


class UitkomstRij(Base):
    """What came of the actie; may be filled in late, every change is an audit line."""

    __tablename__ = "uitkomst"
    actie_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uitkomst: Mapped[str] = mapped_column(String(16))
    dankzij_burger: Mapped[str] = mapped_column(String(10), default="onbekend")
    route: Mapped[str] = mapped_column(String(16), default="")
    kanaal: Mapped[str] = mapped_column(String(40), default="")
    succes_portaal: Mapped[bool] = mapped_column(default=False)
    gevonden_op: Mapped[datetime | None]
    gemeld_door: Mapped[str] = mapped_column(String(120))
    gemeld_op: Mapped[datetime]


class MetingRij(Base):
    """A snapshot of a native counter of a netwerk, under its own name and with its own date."""

    __tablename__ = "meting"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    actie_id: Mapped[str] = mapped_column(String(36), index=True)
    kanaal: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(Text)
    naam: Mapped[str] = mapped_column(String(40))
    waarde: Mapped[int | None] = mapped_column(BigInteger)
    op: Mapped[datetime]


class NazorgRij(Base):
    """What is still done about a post that is out: counts and replies asked for, replies closed where it must be.

    `reacties` is empty while they have to be closed, then `dicht` or `geweigerd`; `weer_op` is when to try (again),
    `fout` what the netwerk said the last time.
    """

    __tablename__ = "nazorg"
    bezorging_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    gemeten_op: Mapped[datetime | None]
    gelezen_op: Mapped[datetime | None]
    reacties: Mapped[str] = mapped_column(String(10), default="")
    dicht_op: Mapped[datetime | None]
    pogingen: Mapped[int] = mapped_column(Integer, default=0)
    weer_op: Mapped[datetime | None]
    fout: Mapped[str] = mapped_column(Text, default="")


class TellingRij(Base):
    """Kliks and page events of one hour, after their own rows were purged; the figures stay, the rows do not.

    `soort`: klik, or the soort of the event; `waarde`: the class of the klik, or the value of the event.
    """

    __tablename__ = "telling"
    actie_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    soort: Mapped[str] = mapped_column(String(16), primary_key=True)
    waarde: Mapped[str] = mapped_column(String(40), primary_key=True)
    link_code: Mapped[str] = mapped_column(String(8), primary_key=True)
    na_einde: Mapped[bool] = mapped_column(primary_key=True)
    uur: Mapped[datetime] = mapped_column(primary_key=True)
    aantal: Mapped[int] = mapped_column(BigInteger)


class TellerRij(Base):
    """What could not be counted, per actie: kliks that were answered while their commit failed."""

    __tablename__ = "teller"
    naam: Mapped[str] = mapped_column(String(64), primary_key=True)
    waarde: Mapped[int] = mapped_column(BigInteger, default=0)
