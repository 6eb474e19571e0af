"""What is still done about a post that is out, in the database: when it was asked after, and its replies closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from hub.acties.tables import ActieRij
from hub.content import OVER_PERSOON
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.tables import BezorgingRij
from hub.tracking.tables import NazorgRij

DICHT, GEWEIGERD = "dicht", "geweigerd"
LANG: Final = timedelta(days=28)
"""So long after its end replies under the posts of an actie are still closed."""


@dataclass(frozen=True, slots=True)
class Nazorg:
    """How it stands with the replies under one post; `staat` is empty while they are (still) open."""

    staat: str = ""
    dicht_op: datetime | None = None
    fout: str = ""


def row_of(session: Session, bezorging_id: str) -> NazorgRij:
    """The row of this post, made where there is none."""
    row = session.get(NazorgRij, bezorging_id)
    if row is None:
        row = NazorgRij(bezorging_id=bezorging_id, reacties="", pogingen=0, fout="")
        session.add(row)
    return row


def of_posts(session: Session, bezorging_ids: list[str]) -> Mapping[str, Nazorg]:
    """How it stands with each of these posts."""
    rows = session.scalars(select(NazorgRij).where(NazorgRij.bezorging_id.in_(bezorging_ids)))
    known = {row.bezorging_id: Nazorg(row.reacties, row.dicht_op, row.fout) for row in rows}
    return {id_: known.get(id_, Nazorg()) for id_ in bezorging_ids}


def visible() -> ColumnElement[bool]:
    """Whether a row that was sent is a post for all, and is not being taken away."""
    removal = aliased(BezorgingRij)
    # Within its actie, where an index leads.
    same = removal.actie_id == BezorgingRij.actie_id
    removed = exists().where(same, removal.van_id == BezorgingRij.id, removal.soort == "intrekken")
    return (BezorgingRij.doet == "maakt") & (BezorgingRij.ref != "") & (BezorgingRij.doel == "") & ~removed


def to_close(session: Session, now: datetime) -> list[Bezorging]:
    """Posts about a person of which the replies are open, and it is time to try (again) to close them."""
    running = or_(ActieRij.fase == "actief", ActieRij.beeindigd_op > now - LANG)
    acties = session.scalars(select(ActieRij.id).where(ActieRij.type.in_(OVER_PERSOON), running)).all()
    if not acties:
        return []
    # Asked for every other second: by the index of a few acties, and not by that of all that was ever sent.
    rows = session.scalars(
        select(BezorgingRij)
        .outerjoin(NazorgRij, NazorgRij.bezorging_id == BezorgingRij.id)
        .where(BezorgingRij.actie_id.in_(acties), visible())
        .where(or_(NazorgRij.bezorging_id.is_(None), NazorgRij.reacties == ""))
        .where(or_(NazorgRij.weer_op.is_(None), NazorgRij.weer_op <= now))
    )
    return [delivery.as_bezorging(row) for row in rows if row.staat == "verzonden"]
