"""Tables of kanalen: one account on one netwerk, its area and policy, its encrypted credentials and health."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class KanaalRij(Base):
    """`vastgelegd` = provisioned from config.yaml and read-only in the pages. Lists are space-separated codes."""

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
    laatste_succes: Mapped[datetime | None]
    laatste_fout: Mapped[str] = mapped_column(Text, default="")
    laatste_fout_op: Mapped[datetime | None]
    gemaakt_op: Mapped[datetime]
