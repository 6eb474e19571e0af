"""Whether a call may begin now, asked in the commit that says it begins: the last look before anything is sent."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.content import Channel
from hub.delivery import bulk, store, takeback
from hub.delivery.model import Bezorging
from hub.delivery.rules import still_allowed, when_refused
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Rekening
from hub.kanalen.rules import WAAROM, waits
from hub.kanalen.stops import stopped
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.processen import Hartslag

TOGETHER = 100
"""Intents in one commit: of what is committed when the power fails, nobody knows whether it was sent."""
ATTENTION_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Stand:
    """What must be known of an actie before something of it leaves."""

    fase: str
    eindigt_op: datetime | None


def can(channel: Channel, item: Bezorging) -> bool:
    """Whether this netwerk can do this at all; what it cannot is for a person."""
    if getattr(channel, "handmatig", False):
        return False
    if item.soort == "intrekken":
        return bool(item.van_id) and bool(takeback.steps_of(channel))
    if item.doet == "wijzigt":
        return "corrigeren" in channel.can()
    return True


def draws(item: Bezorging) -> bool:
    """Whether it needs a picture. That of a removal says what goes; what is put in its place has words alone."""
    return item.beeld is not None and item.soort != "intrekken"


class Vertrek:
    """Commits the intent of calls. One per process. `getekend`: whether the picture of a post that is just planned is
    drawn or under way; asked in the thread of the writer."""

    def __init__(
        self,
        hartslag: Hartslag,
        clock: Clock,
        *,
        voorbeeld: bool,
        getekend: Callable[[Bezorging], bool] = lambda item: False,
    ) -> None:
        self._hartslag, self._clock, self._voorbeeld, self._getekend = hartslag, clock, voorbeeld, getekend
        self._owner = hartslag.id
        self._log = log.get("bezorging")

    def at_once(
        self, session: Session, claimed: Sequence[Bezorging], accounts: Mapping[str, Rekening | Exception]
    ) -> dict[str, bool]:
        """Inside the claim: the intent of the first calls that need nothing more; by id whether they may begin.

        Only as many as may share a commit, so that each call follows right after it. On a fault it is none: each
        then gets its intent as any other, and one fault stays the fault of one.
        """
        asked = _ready(claimed, accounts)
        if not asked or self._hartslag.over:
            return {}
        try:
            with session.begin_nested():
                return self._intended(session, asked)
        except Exception as error:
            self._log.error("samen beginnen lukt niet, nu apart", fout=log.redact(str(error)))
            return {}

    def with_start(
        self,
        session: Session,
        first: Callable[[], list[Bezorging]],
        accounts: Mapping[str, Rekening | Exception],
    ) -> tuple[list[Bezorging], dict[str, bool]]:
        """Inside the transaction that planned them: of what `first` lets begin, claim all and intend what is ready.

        What may not leave stays in the queue, where the worker says why. A fault in here undoes no more than this; the
        worker then finds these posts in the queue.
        """
        if self._hartslag.over:
            return [], {}
        try:
            with session.begin_nested():
                posts = first()
                ready = _ready(posts, accounts, self._getekend)
                begun = bulk.depart(session, self._leaving(session, ready), self._owner, self._clock.now())
                looked_at = {post.id for post, _ in ready}
                others = bulk.take(session, [post for post in posts if post.id not in looked_at], self._owner)
                return begun + others, {post.id: True for post in begun}
        except Exception as error:
            self._log.error("meteen beginnen lukt niet, nu in de rij", fout=log.redact(str(error)))
            return [], {}

    def _leaving(self, session: Session, ready: Sequence[tuple[Bezorging, Rekening]]) -> list[tuple[Bezorging, str]]:
        """Which of these may leave, each with its account."""
        if not ready:
            return []
        now = self._clock.now()
        acties = _acties(session, {item.actie_id for item, _ in ready})
        poorten = kanalen.gates(session, {item.kanaal for item, _ in ready})
        return [
            (item, account.som)
            for item, account in ready
            if (actie := acties.get(item.actie_id)) is not None
            and (kanaal := poorten.get(item.kanaal)) is not None
            and not self._refused(item, actie, kanaal, now)
            and not self._must_wait(kanaal, False, now)
        ]

    def _intended(self, session: Session, asked: Sequence[tuple[Bezorging, Rekening]]) -> dict[str, bool]:
        may = self.intend(session, asked)
        return {item.id: one for (item, _), one in zip(asked, may, strict=True)}

    def intend(self, session: Session, asked: Sequence[tuple[Bezorging, Rekening]]) -> list[bool]:
        """One transaction: what is still allowed? Only of that the intent is committed."""
        if self._hartslag.over:
            # All stay as claimed: whoever lives gives them back, certain that nothing was sent.
            return [False] * len(asked)
        now, noodstop = self._clock.now(), stopped(session) is not None
        acties = _acties(session, {item.actie_id for item, _ in asked})
        poorten = kanalen.gates(session, {item.kanaal for item, _ in asked})
        begin = [
            (item, account.som)
            for item, account in asked
            if self._allowed(session, item, acties.get(item.actie_id), poorten.get(item.kanaal), now, noodstop)
        ]
        left = bulk.intend(session, begin, self._owner, now)
        return [item.id in left for item, _ in asked]

    def _allowed(
        self,
        session: Session,
        item: Bezorging,
        actie: Stand | None,
        kanaal: kanalen.Poort | None,
        now: datetime,
        stop: bool,
    ) -> bool:
        """Whether this call may begin; what may not is settled here."""
        if actie is None or kanaal is None:
            store.settle(session, item, self._owner, "vervallen", now, fout="Actie of kanaal bestaat niet meer.")
            return False
        if reason := self._refused(item, actie, kanaal, now):
            event = when_refused(reason, soort=item.soort, doet=item.doet, fase=actie.fase)
            store.settle(session, item, self._owner, event, now, fout=reason)
            return False
        if item.soort != "intrekken" and (why := self._must_wait(kanaal, stop, now)):
            wait = ATTENTION_WAIT if kanaal.gepauzeerd else 0.0
            store.settle(session, item, self._owner, "wachten", now, fout=why, wait=wait)
            return False
        return True

    def _refused(self, item: Bezorging, actie: Stand, kanaal: kanalen.Poort, now: datetime) -> str:
        """Why this may not leave any more."""
        return still_allowed(
            soort=item.soort,
            fase=actie.fase,
            verlopen=actie.eindigt_op is not None and actie.eindigt_op <= now,
            oefening=item.oefening,
            echt=kanaal.echt,
            aan=kanaal.aan,
            voorbeeld=self._voorbeeld,
        )

    def _must_wait(self, kanaal: kanalen.Poort, noodstop: bool, now: datetime) -> str:
        """Why a post may not begin now: what came up after it was claimed counts as well."""
        if kanaal.gepauzeerd:
            return kanaal.gepauzeerd
        found = waits(kanaal.rem, now, noodstop=noodstop)
        return f"Wacht: {WAAROM[found.reden]}." if found else ""


def _ready(
    claimed: Iterable[Bezorging],
    accounts: Mapping[str, Rekening | Exception],
    getekend: Callable[[Bezorging], bool] = lambda item: False,
) -> list[tuple[Bezorging, Rekening]]:
    """What needs nothing more than its intent, as many as may share a commit."""
    asked: list[tuple[Bezorging, Rekening]] = []
    for item in claimed:
        account = accounts.get(item.kanaal)
        if not isinstance(account, Rekening) or item.doel or not can(account.channel, item):
            continue
        if not draws(item) or getekend(item):
            asked.append((item, account))
    return asked[:TOGETHER]


def _acties(session: Session, ids: Collection[str]) -> dict[str, Stand]:
    rows = session.execute(_STAND, {"ids": list(ids)})
    return {actie_id: Stand(fase, eindigt_op) for actie_id, fase, eindigt_op in rows}


_STAND = select(ActieRij.id, ActieRij.fase, ActieRij.eindigt_op).where(
    ActieRij.id.in_(bindparam("ids", expanding=True))
)
