"""What waits for a person: posts to place or take away by hand, and outcomes that the hub cannot find out."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.tables import ActieRij
from hub.acties.view import EINDE
from hub.delivery import store as delivery
from hub.delivery.model import REKENING, Bezorging
from hub.delivery.rules import next_state
from hub.delivery.tables import BezorgingRij
from hub.kit.db import signal
from hub.toegang.model import Wie

OPEN = ("onbekend", "taak", "geparkeerd")
VASTGELOPEN = ("taak", "geparkeerd")
"""States in which a removal waits for a person, and for nothing else."""


@dataclass(frozen=True, slots=True)
class Vraag:
    """One bezorging that waits. `achterhaald`: newer words exist, so only ask whether the old ones were placed."""

    rij: Bezorging
    actie: Actie
    achterhaald: bool


@dataclass(frozen=True, slots=True)
class Stapel:
    """How many questions are open for someone, and how many of them are posts that must go."""

    open: int
    weghalen: int


def open_vragen(session: Session, wie: Wie) -> list[Vraag]:
    """The open questions in the regions of this person: what must go first, then the longest waiting."""
    rows = [delivery.as_bezorging(row) for row, actie in _open(session) if wie.mag_gebied(*_area(actie))]
    found = []
    for row in sorted(rows, key=lambda row: (not must_go(row.soort, row.staat), row.gemaakt_op)):
        if (actie := acties.get(session, row.actie_id)) is not None:
            found.append(Vraag(row, actie, _overtaken(session, row)))
    return found


def get(session: Session, bezorging_id: str) -> Vraag | None:
    """One bezorging with its actie, whether or not it still waits."""
    row = delivery.get(session, bezorging_id)
    actie = acties.get(session, row.actie_id) if row is not None else None
    return Vraag(row, actie, _overtaken(session, row)) if row is not None and actie is not None else None


def stapel(session: Session, wie: Wie) -> Stapel:
    """How much waits for this person."""
    rows = [row for row, actie in _open(session) if wie.mag_gebied(*_area(actie))]
    return Stapel(len(rows), sum(must_go(row.soort, row.staat) for row in rows))


def must_go(soort: str, staat: str) -> bool:
    """Whether this is a post that a person must take away."""
    return soort == "intrekken" and staat in VASTGELOPEN


def placing(vraag: Vraag) -> bool:
    """Whether these words are now to be placed by a person: not taken away, not overtaken, not of an ended actie."""
    row = vraag.rij
    if row.staat != "taak" or row.soort == "intrekken" or vraag.achterhaald:
        return False
    return row.soort == "sluiten" or vraag.actie.fase not in EINDE


def show(session: Session, ids: Collection[str], now: datetime) -> set[str]:
    """Note that the words of these tasks are about to be seen: from now on a post may have been made of them.

    Returns the ids that are still tasks to place something; what is in no such task must not be shown.
    """
    placing = (BezorgingRij.staat == "taak", BezorgingRij.doet == "maakt", BezorgingRij.id.in_(ids))
    rows = session.scalars(select(BezorgingRij).where(*placing)).all()
    for row in rows:
        row.gestart_op = row.gestart_op or now
    return {row.id for row in rows}


def lapse_unseen(session: Session, actie_id: str, reden: str, kanalen: Collection[str] | None = None) -> None:
    """Cancel the tasks to place a post whose words nobody has seen, so nobody placed it; edits by hand as well."""
    unseen = or_(BezorgingRij.doet == "wijzigt", BezorgingRij.gestart_op.is_(None))
    placing = (BezorgingRij.staat == "taak", BezorgingRij.soort != "intrekken")
    for row in session.scalars(select(BezorgingRij).where(BezorgingRij.actie_id == actie_id, *placing, unseen)):
        if kanalen is not None and row.kanaal not in kanalen:
            continue
        row.staat, row.fout = next_state(row.doet, row.staat, "staat-er-niet"), reden
        signal(session, "bezorging", row.id)


def settle_source(session: Session, removal: Bezorging, now: datetime, *, geplaatst: bool) -> None:
    """Who took a post away, or says it was never placed, has answered whether it was placed."""
    source = session.get(BezorgingRij, removal.van_id)
    if source is not None and source.staat == "taak":
        delivery.resolve(session, source.id, "staat-er" if geplaatst else "staat-er-niet", now, bewijs="persoon")


def lapse_closing(session: Session, actie_id: str, kanaal: str) -> None:
    """Where it turns out that nothing was ever to be seen, nobody needs a closing message."""
    same = (BezorgingRij.actie_id == actie_id, BezorgingRij.kanaal == kanaal)
    rows = session.scalars(select(BezorgingRij).where(*same)).all()
    if any(row.soort != "intrekken" and row.staat in ("verzonden", "verzenden", "onbekend") for row in rows):
        return
    if any(row.soort in ("publiceren", "corrigeren") and row.staat in ("taak", "wachtrij", "geclaimd") for row in rows):
        return
    for row in rows:
        # One that was tried may stand on the netwerk: only someone who looks can say that it does not.
        tried = REKENING in json.loads(row.ref_extra)
        if row.soort == "sluiten" and row.staat == "taak" and not tried:
            row.staat, row.fout = next_state(row.doet, row.staat, "staat-er-niet"), "Er was niets te zien."
            signal(session, "bezorging", row.id)


def _open(session: Session) -> list[tuple[BezorgingRij, ActieRij]]:
    query = select(BezorgingRij, ActieRij).join(ActieRij, ActieRij.id == BezorgingRij.actie_id)
    rows = session.execute(query.where(BezorgingRij.staat.in_(OPEN))).all()
    ended = {row.actie_id for row, actie in rows if actie.fase in EINDE}
    removed = set(
        session.scalars(
            select(BezorgingRij.van_id).where(BezorgingRij.soort == "intrekken", BezorgingRij.actie_id.in_(ended))
        )
    )
    # Whether such a post was placed at all is asked by the task to take it away.
    return [(row, actie) for row, actie in rows if not (row.staat == "taak" and row.id in removed)]


def _area(actie: ActieRij) -> tuple[str, str]:
    return actie.gemeente, actie.veiligheidsregio


def _overtaken(session: Session, row: Bezorging) -> bool:
    if row.soort not in ("publiceren", "corrigeren"):
        return False
    newer = select(BezorgingRij.id).where(
        BezorgingRij.actie_id == row.actie_id,
        BezorgingRij.kanaal == row.kanaal,
        BezorgingRij.soort == "corrigeren",
        BezorgingRij.versie > row.versie,
    )
    return session.scalar(newer.limit(1)) is not None
