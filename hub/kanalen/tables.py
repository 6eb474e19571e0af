"""Tables of kanalen: one account on one netwerk with its credentials and health, and the stops people pulled."""

from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class KanaalRij(Base):
    """`vastgelegd` = provisioned from config.yaml and read-only in the pages. Lists are space-separated codes.

    `gepauzeerd`: the netwerk does not let us in; `gestopt`: a person pulled the stop. `post_na` and `weg_na`: the
    netwerk asked to wait with posts, or with removals. `storingen` counts failures since `storing_sinds`; from
    enough of them the breaker is open until `storing_tot`.
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
    laatste_succes: Mapped[datetime | None]
    laatste_fout: Mapped[str] = mapped_column(Text, default="")
    laatste_fout_op: Mapped[datetime | None]
    gemaakt_op: Mapped[datetime]


class StopRij(Base):
    """A stop on the whole hub: while `noodstop` is here nothing is placed or changed, only taken away."""

    __tablename__ = "stop"
    naam: Mapped[str] = mapped_column(String(20), primary_key=True)
    reden: Mapped[str] = mapped_column(Text)
    door: Mapped[str] = mapped_column(String(120))
    op: Mapped[datetime]
