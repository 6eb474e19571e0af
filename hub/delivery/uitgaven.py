"""What the posts of a period cost, per kanaal."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from hub.delivery.tables import BezorgingRij


def spent(session: Session, namen: Collection[str], begin: datetime, end: datetime) -> dict[str, int]:
    """Of these kanalen, all that was or will be posted: what waits has its money set aside. A post that was refused
    or never made costs nothing; one whose outcome is unknown counts."""
    rij = BezorgingRij
    began = and_(rij.gestart_op >= begin, rij.gestart_op < end)
    waits = and_(rij.gestart_op.is_(None), rij.gemaakt_op >= begin, rij.gemaakt_op < end)
    rows = (
        select(rij.kanaal, func.sum(rij.prijs))
        .where(rij.kanaal.in_(namen), or_(began, waits), rij.staat.not_in(("vervallen", "mislukt")))
        .group_by(rij.kanaal)
    )
    return {kanaal: int(total) for kanaal, total in session.execute(rows)}
