"""How a call ended, and what that changes in the rows: of the bezorging, of its kanaal, of an actie that is over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.content import Receipt
from hub.delivery import bulk, store
from hub.delivery.claim import WEG, lane_of, lapse_ended
from hub.delivery.model import Bezorging
from hub.delivery.rules import next_state
from hub.delivery.tables import BezorgingRij
from hub.delivery.takeback import Uitslag
from hub.kanalen import store as kanalen
from hub.kanalen.rules import used_up
from hub.kanalen.tables import KanaalRij
from hub.kit import log
from hub.kit.db import signal

NAIJLEN = timedelta(seconds=60)
"""So long after a call without an answer a netwerk may still do what it was asked."""
NOG_EENS = "Gewijzigd. Het gebeurt straks nog eens, omdat een oudere wijziging nog kan aankomen."
Hinder = Literal["", "limiet", "storing"]
"""What a failed call says about the whole kanaal: it must wait, or it does not answer."""


@dataclass(frozen=True, slots=True)
class Afloop:
    """How one call ended, as it is written down; `pause`: the kanaal waits for a person, `hinder`: what was wrong."""

    item: Bezorging
    event: str
    fout: str
    wait: float
    uitslag: Uitslag
    pause: bool
    hinder: Hinder

    @property
    def gewoon(self) -> bool:
        """A post that was confirmed, with nothing more to it."""
        made, item = self.uitslag.receipt, self.item
        if self.event != "bevestigd" or item.doet != "maakt" or item.van_id or made is None or not made.ref:
            return False
        return bool(self.uitslag.bewijs) and not self.uitslag.stappen and used_up(made.quota) is None


def settle_all(session: Session, afgelopen: Sequence[Afloop], owner: str, now: datetime) -> None:
    """Write down how these calls ended, as far as this worker still holds them."""
    # What happens on one kanaal is told in its order; where nothing but posts were confirmed that has none.
    apart = {afloop.item.kanaal for afloop in afgelopen if not afloop.gewoon}
    rest = [afloop for afloop in afgelopen if afloop.item.kanaal in apart]
    _kept = _fetch(session, (afloop.item for afloop in rest)) if rest else []
    for afloop in rest:
        _settle_one(session, afloop, owner, now)
    done = [
        bulk.Bevestigd(afloop.item, afloop.uitslag.receipt, afloop.uitslag.bewijs, afloop.fout)
        for afloop in afgelopen
        if afloop.item.kanaal not in apart and afloop.uitslag.receipt is not None
    ]
    held = bulk.confirm(session, done, owner, now)
    for each in done:
        if each.item.id not in held:
            _late(session, each.item, "bevestigd", now, each.receipt, each.fout)
    kanalen.note_posted(session, {each.item.kanaal for each in done}, now)
    lapse_ended(session, [afloop.item.actie_id for afloop in afgelopen])


def _fetch(session: Session, items: Iterable[Bezorging]) -> list[object]:
    """Read the rows of these bezorgingen, their acties and kanalen in three queries instead of three each.

    What it returns must be kept while they are worked on: the session itself holds them loosely.
    """
    chosen = list(items)
    ids = {item.id for item in chosen} | {item.van_id for item in chosen if item.van_id}
    return [
        *session.scalars(select(BezorgingRij).where(BezorgingRij.id.in_(ids))),
        *session.scalars(select(ActieRij).where(ActieRij.id.in_({item.actie_id for item in chosen}))),
        *session.scalars(select(KanaalRij).where(KanaalRij.naam.in_({item.kanaal for item in chosen}))),
    ]


def _settle_one(session: Session, afloop: Afloop, owner: str, now: datetime) -> None:
    item, done = afloop.item, afloop.uitslag
    event, fout, wait = afloop.event, afloop.fout, afloop.wait
    if event == "bevestigd" and item.van_id and item.soort == "corrigeren" and _may_be_overwritten(session, item, now):
        event, fout, wait = "nog-eens", NOG_EENS, NAIJLEN.total_seconds()
    held = store.settle(
        session, item, owner, event, now,
        receipt=done.receipt, fout=fout, wait=wait, bewijs=done.bewijs, stappen=done.stappen,
    )  # fmt: skip
    if not held and afloop.event == "niet-nu":
        # Taken over while it was frozen, but its one call certainly delivered nothing: there is no doubt left.
        store.not_sent(session, item, owner, now)
    elif not held:
        _late(session, item, afloop.event, now, done.receipt, afloop.fout)
    if afloop.event == "bevestigd":
        quota = done.receipt.quota if done.receipt else None
        kanalen.note_success(session, item.kanaal, now, weg=lane_of(item.soort) == WEG, quota=quota)
    elif afloop.event not in ("vervallen", "wachten", "handwerk", "nog-te-zien"):
        kanalen.note_failure(session, item.kanaal, afloop.fout, now, pause=afloop.pause)
    _note(session, item, afloop.hinder, now, afloop.wait)


def _may_be_overwritten(session: Session, edit: Bezorging, now: datetime) -> bool:
    """Whether an older edit of the same post may still arrive, of which a call had no answer a moment ago.

    One that was put off for longer than a row waits by itself, was certainly not delivered.
    """
    rij = BezorgingRij
    older = (rij.van_id == edit.van_id) & (rij.soort == "corrigeren") & (rij.versie < edit.versie)
    unsure = rij.gestart_op.is_not(None) & (rij.bevestigd_op.is_(None) | (rij.pogingen > 1))
    lately = (rij.klaar_op > now - NAIJLEN) & (rij.klaar_op <= now + store.LANGSTE_EIGEN_WACHT)
    return session.scalar(select(rij.id).where(older, unsure, lately).limit(1)) is not None


def _late(session: Session, item: Bezorging, event: str, now: datetime, receipt: Receipt | None, fout: str) -> None:
    """The outcome of a call that another took over: of a post that it put in doubt the reference is kept, so that
    there is no doubt left and what waits for it can go on."""
    row = session.get(BezorgingRij, item.id)
    if event == "bevestigd" and row is not None and store.doubted(row, item):
        store.resolve(session, item.id, "gevonden", now, receipt=receipt, fout=fout, bewijs="netwerk")
        return
    if item.soort == "corrigeren" and event in ("bevestigd", "onduidelijk"):
        _late_edit(session, item, event, now)
    log.get("bezorging").warning("uitkomst kwam te laat", id=item.id, kanaal=item.kanaal, gevolg=event)


def _late_edit(session: Session, item: Bezorging, event: str, now: datetime) -> None:
    """What a process that froze half-way changed after all, is changed back: the newest edit is done once more."""
    rij = BezorgingRij
    removed = select(rij.id).where(rij.van_id == item.van_id, rij.soort == "intrekken").limit(1)
    edits = select(rij).where(rij.van_id == item.van_id, rij.soort == "corrigeren", rij.versie > item.versie)
    newest = session.scalar(edits.order_by(rij.versie.desc()).limit(1))
    if newest is None or newest.staat != "verzonden" or session.scalar(removed) is not None:
        return
    wait = NAIJLEN if event == "onduidelijk" else timedelta()
    newest.staat = next_state(newest.doet, newest.staat, "nog-eens")
    newest.fence, newest.fout, newest.klaar_op = newest.fence + 1, NOG_EENS, now + wait
    signal(session, "bezorging", newest.id)


def _note(session: Session, item: Bezorging, hinder: Hinder, now: datetime, wait: float) -> None:
    """What this call says about the kanaal as a whole; removals keep out of the breaker of posts."""
    weg = lane_of(item.soort) == WEG
    if hinder == "limiet":
        kanalen.hold(session, item.kanaal, now + timedelta(seconds=wait), now, weg=weg)
    elif hinder == "storing" and not weg:
        kanalen.note_trouble(session, item.kanaal, now)
