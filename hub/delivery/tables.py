"""The table of bezorgingen: what must happen on a netwerk, one row per (actie, versie, kanaal, doel, soort)."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.db import Base


class BezorgingRij(Base):
    """`sleutel` is stable over restarts; `tekst` holds the words as composed, `beeld` how to draw the picture.

    `van_id` names the bezorging whose post this one changes or removes. `fence` rises with each claim, so that a
    worker that was thought dead cannot store a late result. `opgezocht`: its outcome was unknown and was settled.

    Of a removal `stappen` says what was reached and when (JSON, step -> instant), `bevestigd_door` who confirmed a
    task, and `gebeld`/`gebeld_op` how often and when last people were rung about it. `prijs`: what this post costs,
    in thousandths. `niet_voor`: the end of the quiet hours that it waits for.
    """

    __tablename__ = "bezorging"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    actie_id: Mapped[str] = mapped_column(String(36))
    versie: Mapped[int] = mapped_column(Integer)
    kanaal: Mapped[str] = mapped_column(String(40))
    doel: Mapped[str] = mapped_column(String(80), default="")
    soort: Mapped[str] = mapped_column(String(12))
    doet: Mapped[str] = mapped_column(String(8))
    staat: Mapped[str] = mapped_column(String(12))
    voorrang: Mapped[int] = mapped_column(Integer)
    oefening: Mapped[bool]
    pogingen: Mapped[int] = mapped_column(Integer, default=0)
    gecrasht: Mapped[int] = mapped_column(Integer, default=0)
    opgezocht: Mapped[bool] = mapped_column(default=False)
    klaar_op: Mapped[datetime]
    eigenaar: Mapped[str] = mapped_column(String(40), default="")
    fence: Mapped[int] = mapped_column(Integer, default=0)
    sleutel: Mapped[str] = mapped_column(String(40))
    marker: Mapped[str] = mapped_column(String(20))
    tekst: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text, default="")
    beeld: Mapped[str] = mapped_column(Text, default="")
    van_id: Mapped[str] = mapped_column(String(36), default="")
    ref: Mapped[str] = mapped_column(Text, default="")
    ref_extra: Mapped[str] = mapped_column(Text, default="{}")
    bericht_url: Mapped[str] = mapped_column(Text, default="")
    fout: Mapped[str] = mapped_column(Text, default="")
    bewijs: Mapped[str] = mapped_column(String(20), default="")
    stappen: Mapped[str] = mapped_column(Text, default="{}", server_default="{}")
    bevestigd_door: Mapped[str] = mapped_column(String(120), default="", server_default="")
    gebeld: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    gebeld_op: Mapped[datetime | None]
    prijs: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    niet_voor: Mapped[datetime | None]
    gemaakt_op: Mapped[datetime]
    gestart_op: Mapped[datetime | None]
    bevestigd_op: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("actie_id", "versie", "kanaal", "doel", "soort"),
        # Of thousands of subscribers the rows of the kanaal itself are found without reading theirs.
        Index("ix_bezorging_actie", "actie_id", "doel"),
        Index("ix_bezorging_werk", "staat", "klaar_op"),
        Index("ix_bezorging_begin", "kanaal", "gestart_op"),
    )
