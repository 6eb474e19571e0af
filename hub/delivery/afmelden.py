"""A subscriber who leaves: everything known of them is erased, and what waits for them lapses."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from hub.acties.tables import ActieRij
from hub.content import ChannelError, Receipt, Retracts
from hub.delivery import store
from hub.delivery.rules import OPEN, next_state
from hub.delivery.tables import BezorgingRij
from hub.kanalen import abonnees

AFGEMELD = "Deze abonnee heeft zich afgemeld."
LOOPT = or_(ActieRij.fase == "actief", ActieRij.abonnees_na.is_not(None))
"""Its subscribers have posts that nobody was told to take away yet."""


def forget(session: Session, abonnee_id: str) -> None:
    """Erase a subscriber. What is being sent to them at this moment finds out by itself."""
    if not abonnee_id:
        # Without a subscriber it would be the posts of every kanaal itself that lapse.
        return
    abonnees.erase(session, abonnee_id)
    open_ = BezorgingRij.staat.in_(store.UNSENT) & (BezorgingRij.doel == abonnee_id)
    for row in session.scalars(select(BezorgingRij).where(open_)):
        row.staat, row.fence = next_state(row.doet, row.staat, store.cancelling(row)), row.fence + 1
        row.fout = AFGEMELD


def at_rest(session: Session, kanaal: str) -> bool:
    """Whether nothing on this kanaal is still to be taken back from a subscriber: no actie, no row is open."""
    rij = BezorgingRij
    open_ = (rij.kanaal == kanaal) & (rij.doel != "") & rij.staat.in_((*OPEN, "onbekend"))
    running = session.scalar(select(ActieRij.id).where(LOOPT).limit(1))
    return running is None and session.scalar(select(rij.id).where(open_).limit(1)) is None


def posts_of(session: Session, abonnee_id: str) -> list[Receipt]:
    """The posts that stand in the conversation with a subscriber, of acties that run or ended just now, and those that
    wait to be removed."""
    rij, weg = BezorgingRij, aliased(BezorgingRij)
    removal = select(weg.id).where(weg.van_id == rij.id, weg.soort == "intrekken")
    # A removal that waits lapses with this subscriber, whose address is gone then; so does one that is under way and
    # has to be tried again. To delete a post twice does no harm.
    waits = removal.where(weg.staat.in_((*store.UNSENT, "verzenden"))).exists()
    removed = removal.where(weg.staat == "verzonden").exists()
    must_go = rij.actie_id.in_(select(ActieRij.id).where(LOOPT)) | waits
    mine = (rij.doel == abonnee_id) & (rij.doet == "maakt") & (rij.staat == "verzonden") & (rij.ref != "")
    rows = session.scalars(select(rij).where(must_go, mine, ~removed))
    return [store.as_bezorging(row).receipt for row in rows]


async def take_away(channel: object, receipt: Receipt) -> None:
    """Delete one post for a subscriber who leaves; nobody can do it later, so it is tried once."""
    if isinstance(channel, Retracts):
        try:
            await channel.retract(receipt)
        except ChannelError:
            return
