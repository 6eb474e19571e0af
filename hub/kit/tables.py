"""The table of running processes: who works on this database now, and until when we believe that."""

from datetime import datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class ProcesRij(Base):
    """One `hub serve` or `hub work`. `tot_op` is moved forward by its heartbeat; past it the process is dead to us.

    `journaal` is the file outside the database in which it writes: with several machines, each has its own.
    """

    __tablename__ = "proces"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    soort: Mapped[str] = mapped_column(String(10))
    machine: Mapped[str] = mapped_column(String(120))
    pid: Mapped[int] = mapped_column(Integer)
    journaal: Mapped[str] = mapped_column(Text, default="", server_default="")
    gestart_op: Mapped[datetime]
    tot_op: Mapped[datetime]
