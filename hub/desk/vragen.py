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
from hub.content import Receipt
from hub.delivery import store as delivery
from hub.delivery.model import REKENING, Bezorging
from hub.delivery.rules import SETTLED, next_state
from hub.delivery.tables import BezorgingRij
from hub.desk.errors import Conflict
from hub.kit.db import signal
from hub.toegang.model import Wie

OPEN = ("onbekend", "taak", "geparkeerd")
NIEUWER = "Er is een nieuwere tekst. Kijk bij Taken en gebruik die."
VASTGELOPEN = ("taak", "geparkeerd")
"""States in which a removal waits for a person, and for nothing else."""


@dataclass(frozen=True, slots=True)
class Vraag:
    """One bezorging that waits, and the post it is about (`bron`).

    `achterhaald`: newer words exist, so only ask whether the old ones were placed.
    """

    rij: Bezorging
    actie: Actie
    achterhaald: bool
    bron: Bezorging | None = None


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
            found.append(_vraag(session, row, actie))
    return found


def get(session: Session, bezorging_id: str) -> Vraag | None:
    """One bezorging with its actie, whether or not it still waits."""
    row = delivery.get(session, bezorging_id)
    actie = acties.get(session, row.actie_id) if row is not None else None
    return _vraag(session, row, actie) if row is not None and actie is not None else None


def stapel(session: Session, wie: Wie) -> Stapel:
    """How much waits for this person."""
    rows = [row for row, actie in _open(session) if wie.mag_gebied(*_area(actie))]
    return Stapel(len(rows), sum(must_go(row.soort, row.staat) for row in rows))


def waiting(session: Session, actie_id: str) -> set[str]:
    """The bezorgingen of this actie that have an open question on the page of tasks."""
    return {row.id for row, _ in _open(session, actie_id)}


def must_go(soort: str, staat: str) -> bool:
    """Whether this is a post that a person must take away."""
    return soort == "intrekken" and staat in VASTGELOPEN


def placing(vraag: Vraag) -> bool:
    """Whether these words are now to be placed by a person: not taken away, not overtaken, not of an ended actie."""
    row = vraag.rij
    if row.staat != "taak" or row.soort == "intrekken" or vraag.achterhaald:
        return False
    return row.soort == "sluiten" or vraag.actie.fase not in EINDE


def changing(vraag: Vraag) -> bool:
    """Whether these words take the place of those of a post that stands there, as far as is known."""
    return vraag.rij.doet == "wijzigt" and not unconfirmed(vraag.bron)


def show(session: Session, ids: Collection[str], now: datetime) -> set[str]:
    """Note that the words of these tasks are about to be seen: from now on a post may have been made of them.

    Returns the ids that are still tasks to place something; what is in no such task must not be shown.
    """
    placing = (BezorgingRij.staat == "taak", BezorgingRij.soort != "intrekken", BezorgingRij.id.in_(ids))
    rows = session.scalars(select(BezorgingRij).where(*placing)).all()
    for row in rows:
        if row.doet == "maakt":  # the post that an edit is about was seen before
            row.gestart_op = row.gestart_op or now
    return {row.id for row in rows}


def lapse_unseen(session: Session, actie_id: str, reden: str, kanalen: Collection[str] | None = None) -> None:
    """Cancel the tasks to place a post whose words nobody has seen, so nobody placed it; edits by hand as well.

    At a subscriber nobody can do anything, so there are no tasks.
    """
    unseen = or_(BezorgingRij.doet == "wijzigt", BezorgingRij.gestart_op.is_(None))
    placing = (BezorgingRij.staat == "taak", BezorgingRij.soort != "intrekken")
    here = (BezorgingRij.actie_id == actie_id, delivery.EIGEN)
    for row in session.scalars(select(BezorgingRij).where(*here, *placing, unseen)):
        if kanalen is not None and row.kanaal not in kanalen:
            continue
        row.staat, row.fout = next_state(row.doet, row.staat, "staat-er-niet"), reden
        signal(session, "bezorging", row.id)


def settle_source(session: Session, removal: Bezorging, now: datetime, *, geplaatst: bool) -> None:
    """Who took a post away, or says it was never placed, has answered whether it was placed."""
    source = session.get(BezorgingRij, removal.van_id)
    if source is not None and source.staat == "taak":
        delivery.resolve(session, source.id, "staat-er" if geplaatst else "staat-er-niet", now, bewijs="persoon")


def by_hand(post: Bezorging) -> bool:
    """Whether people place this post: the hub itself never tried it on a netwerk."""
    return post.doet == "maakt" and REKENING not in post.ref_extra


def unconfirmed(post: Bezorging | None) -> bool:
    """Whether nobody said yet if this post, that people place, was placed."""
    return post is not None and post.staat == "taak" and by_hand(post)


def about(session: Session, row: Bezorging, antwoord: str) -> Bezorging:
    """The bezorging that this answer settles. Who placed words that gave way to newer ones meanwhile, did place the
    post; who says of such words that they are not placed, has not seen the newest. Raises Conflict for the latter."""
    if row.staat == "vervallen" and row.doet == "wijzigt" and _overtaken(session, row):
        source = delivery.get(session, row.van_id)
        if source is None or not unconfirmed(source) or antwoord != "staat-er":
            raise Conflict(NIEUWER)
        return source
    if antwoord == "staat-er-niet" and unconfirmed(row) and row.id in _edited(session, [row.actie_id]):
        raise Conflict(NIEUWER)
    return row


def settle_edited(session: Session, edit: Bezorging, event: str, now: datetime, *, bericht_url: str, door: str) -> None:
    """What was done with the newest words of a post by hand, was done with the post: it stands there, it does not, or
    it stands at another address."""
    source = delivery.get(session, edit.van_id)
    if source is None or not by_hand(source):
        return
    if unconfirmed(source):
        receipt = Receipt(ref="", url=bericht_url) if bericht_url else None
        delivery.resolve(session, source.id, event, now, receipt=receipt, bewijs="persoon", door=door)
    elif bericht_url and (row := session.get(BezorgingRij, source.id)) is not None:
        row.bericht_url = bericht_url


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


def _open(session: Session, actie_id: str = "") -> list[tuple[BezorgingRij, ActieRij]]:
    """One question per post: whether it was placed at all is asked by the task to take it away, and of a post by hand
    by the task with its newest words."""
    query = select(BezorgingRij, ActieRij).join(ActieRij, ActieRij.id == BezorgingRij.actie_id)
    if actie_id:
        query = query.where(BezorgingRij.actie_id == actie_id)
    rows = session.execute(query.where(BezorgingRij.staat.in_(OPEN))).all()
    doubted = {row.actie_id for row, _ in rows if row.staat == "taak" and row.doet == "maakt"}
    removed, edited = _removed(session, doubted), _edited(session, doubted)

    def elsewhere(row: BezorgingRij) -> bool:
        return row.id in removed or (row.id in edited and by_hand(delivery.as_bezorging(row)))

    return [(row, actie) for row, actie in rows if row.staat != "taak" or not elsewhere(row)]


def _removed(session: Session, actie_ids: Collection[str]) -> set[str]:
    """The posts of these acties that are to be taken away."""
    live = (BezorgingRij.soort == "intrekken", BezorgingRij.staat != "vervallen")
    return set(session.scalars(select(BezorgingRij.van_id).where(BezorgingRij.actie_id.in_(actie_ids), *live)))


def _edited(session: Session, actie_ids: Collection[str]) -> set[str]:
    """The posts of these acties that have newer words waiting."""
    live = (BezorgingRij.doet == "wijzigt", BezorgingRij.soort == "corrigeren", BezorgingRij.staat.not_in(SETTLED))
    return set(session.scalars(select(BezorgingRij.van_id).where(BezorgingRij.actie_id.in_(actie_ids), *live)))


def _vraag(session: Session, row: Bezorging, actie: Actie) -> Vraag:
    return Vraag(row, actie, _overtaken(session, row), delivery.get(session, row.van_id) if row.van_id else None)


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
