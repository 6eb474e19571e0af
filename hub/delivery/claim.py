"""Who works on which bezorging: take what is due, give back what a dead process held."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from hub.acties.tables import ActieRij
from hub.acties.view import EINDE
from hub.content import Limits
from hub.delivery import bulk
from hub.delivery.aanroepen import Aanroep
from hub.delivery.model import Bezorging
from hub.delivery.rules import OPEN, SETTLED, Buur, may_begin, next_state
from hub.delivery.store import DUE, cancelling, lapse, turn
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kanalen.rules import Rem, room, window_room
from hub.kanalen.stops import stopped
from hub.kit.db import signal

POISON = 3
AAN_DE_BEURT = 40
"""How many due rows of one kanaal and lane are looked at per round: a full queue there holds up no other."""
BEZIG = ("geclaimd", "verzenden")
Families = Mapping[tuple[str, str, str], dict[str, Buur]]
WEG, POST = "weg", "post"
"""The two lanes of a kanaal: what takes something away, and everything that shows something."""
NIET_MEER_NODIG = "Niet meer nodig: er was niets te wijzigen of te sluiten, of een nieuwere versie gaat voor."
_RIJ: Table = BezorgingRij.__table__  # type: ignore[assignment]
_OVER = select(ActieRij.id, ActieRij.fase).where(
    ActieRij.id.in_(bindparam("ids", expanding=True)), ActieRij.fase.in_(bindparam("einde", expanding=True))
)
_SEEN = [_RIJ.c[name] for name in ("id", "actie_id", "kanaal", "doel", "soort", "doet", "staat", "van_id", "versie")]
_LAPSE = update(_RIJ).where(_RIJ.c.id == bindparam("deze")).values(staat=bindparam("nu"), fout=NIET_MEER_NODIG)


def claim(
    session: Session, owner: str, now: datetime, limits: Mapping[str, Limits], gelijktijdig: int
) -> list[Bezorging]:
    """Take the due rows that may begin; what lost its reason lapses.

    At most `gelijktijdig` calls per (kanaal, lane) are under way over all processes. Posts also wait for a stop, the
    breaker, what the netwerk asked, and our own `limits` (those of an account that cannot be made are left out).
    """
    rows = session.execute(_DUE, turn(now)).all()
    ruimte = _Ruimte(session, now, limits, gelijktijdig)
    return _claim(session, owner, rows, _families(session, rows), ruimte)


def claim_first(
    session: Session,
    now: datetime,
    limits: Mapping[str, Limits],
    gelijktijdig: int,
    posts: Sequence[Bezorging],
) -> list[Bezorging]:
    """Which of these new posts of one actie `claim` would let begin, inside the transaction that planned them.

    A kanaal where another post or change is due is left to `claim`: nothing goes before what waited longer.
    """
    new = [post.id for post in posts]
    voor = set(session.scalars(_BEFORE, {"ids": new, **turn(now)}))
    these = [post for post in posts if post.kanaal not in voor and post.klaar_op <= now]
    if not these:
        return []
    ruimte, families = _Ruimte(session, now, limits, gelijktijdig), _families(session, these, new)
    begin = []
    for post in these:
        buren = families[post.actie_id, post.kanaal, post.doel].values()
        if ruimte.has(post) and may_begin(post.soort, post.van_id, buren, post.versie) == "nu":
            ruimte.take(post)
            begin.append(post)
    return begin


def _claim(
    session: Session, owner: str, rows: Sequence[Row[Any]], families: Families, ruimte: "_Ruimte"
) -> list[Bezorging]:
    taken: list[str] = []
    lapsed: list[dict[str, str]] = []
    for row in rows:
        if not ruimte.has(row):
            continue
        family = families[row.actie_id, row.kanaal, row.doel]
        buren = (buur for buur in family.values() if buur.id != row.id)
        begin = may_begin(row.soort, row.van_id, buren, row.versie)
        if begin == "wachten":
            continue
        if begin == "nu":
            ruimte.take(row)
            taken.append(row.id)
        staat = next_state(row.doet, row.staat, "claimen" if begin == "nu" else cancelling(row))
        if begin == "vervalt":
            lapsed.append({"deze": row.id, "nu": staat})
        if len(family) > 1:
            # The others look at it as it is from now on.
            family[row.id] = replace(family[row.id], staat=staat)
    if lapsed:
        session.connection().execute(_LAPSE, lapsed)
        signal(session, "bezorging", lapsed[-1]["deze"])
    return bulk.claimed(session, taken, owner)


class _Ruimte:
    """How much may still begin in this round, per lane and per limit of our own."""

    def __init__(self, session: Session, now: datetime, limits: Mapping[str, Limits], gelijktijdig: int) -> None:
        self._session, self._now, self._limits, self._gelijktijdig = session, now, limits, gelijktijdig
        self._noodstop = stopped(session) is not None
        self._remmen = kanalen.remmen(session)
        self._onderweg = _under_way(session)
        self._lane: dict[tuple[str, str], int] = {}
        self._venster: dict[str, int | None] = {}

    def has(self, row: Row[Any] | Bezorging) -> bool:
        """Whether this row may begin as far as its kanaal is concerned."""
        if self._free(row.kanaal, lane_of(row.soort)) <= 0:
            return False
        left = self._own_limit(row.kanaal) if row.doet == "maakt" else None
        return left is None or left > 0

    def take(self, row: Row[Any] | Bezorging) -> None:
        """This row begins."""
        self._lane[row.kanaal, lane_of(row.soort)] -= 1
        left = self._own_limit(row.kanaal) if row.doet == "maakt" else None
        if left is not None:
            self._venster[row.kanaal] = left - 1

    def _free(self, kanaal: str, lane: str) -> int:
        key = (kanaal, lane)
        if key not in self._lane:
            self._lane[key] = room(
                self._remmen.get(kanaal, Rem()),
                self._now,
                onderweg=self._onderweg[key],
                gelijktijdig=self._gelijktijdig,
                noodstop=self._noodstop,
                weg=lane == WEG,
            )
        return self._lane[key]

    def _own_limit(self, kanaal: str) -> int | None:
        if kanaal not in self._venster:
            limit = self._limits.get(kanaal)
            count = len(begun(self._session, kanaal, limit, self._now)) if limit else 0
            self._venster[kanaal] = window_room(limit, count)
        return self._venster[kanaal]


def begun(session: Session, kanaal: str, limits: Limits, now: datetime) -> list[datetime]:
    """When the posts of this kanaal began that count for our own limit; what is claimed begins now."""
    if window_room(limits, 0) is None:
        return []
    length, rij = timedelta(seconds=limits.venster_seconden), BezorgingRij
    counts = or_(rij.staat == "geclaimd", rij.gestart_op.between(now - length, now + length))
    rows = session.execute(select(rij.staat, rij.gestart_op).where(rij.kanaal == kanaal, rij.doet == "maakt", counts))
    return [now if staat == "geclaimd" or op is None else op for staat, op in rows]


def _under_way(session: Session) -> Counter[tuple[str, str]]:
    """Calls that are claimed or being made by any process, per kanaal and lane."""
    rows = session.execute(_UNDER_WAY)
    found: Counter[tuple[str, str]] = Counter()
    for kanaal, soort, count in rows:
        found[kanaal, lane_of(soort)] += count
    return found


def lane_of(soort: str) -> str:
    """Withdrawals have a lane of their own, so that no queue of posts can hold them up."""
    return WEG if soort == "intrekken" else POST


class Uitzicht(NamedTuple):
    """What one look into the queue finds."""

    begint: bool
    posts: list[str]
    daarna: datetime | None


def _families(session: Session, rows: Iterable[Row[Any] | Bezorging], zonder: Collection[str] = ()) -> Families:
    """Everything about the same acties on the same kanalen and doelen, by (actie, kanaal, doel): one look for all rows.

    A kanaal may have thousands of subscribers, of which few have their turn. `zonder`: rows that are no neighbour of
    each other and need not be read.
    """
    acties, kanalen_, doelen = {row.actie_id for row in rows}, {row.kanaal for row in rows}, {row.doel for row in rows}
    found = defaultdict[tuple[str, str, str], dict[str, Buur]](dict)
    which = {"acties": list(acties), "kanalen": list(kanalen_), "doelen": list(doelen), "zonder": list(zonder)}
    for b in session.execute(_FAMILY, which).all():
        found[b.actie_id, b.kanaal, b.doel][b.id] = Buur(b.id, b.soort, b.staat, b.van_id, b.versie, b.doet)
    return found


def held_by_others(session: Session, levend: Collection[str]) -> set[str]:
    """The processes that are not among the living and still have a bezorging in their hands."""
    held = select(BezorgingRij.eigenaar).where(BezorgingRij.staat.in_(BEZIG), BezorgingRij.eigenaar.not_in(levend))
    return set(session.scalars(held.distinct()))


def recover(
    session: Session,
    now: datetime,
    levend: Collection[str] = (),
    begonnen: Mapping[str, Collection[Aanroep] | None] = MappingProxyType({}),
) -> Counter[str]:
    """After a crash: what was claimed waits again, what was being sent has an unknown outcome.

    `levend` names the processes that still work; theirs is left alone. Of a process in `begonnen` it is known which
    calls it began: any other was not sent and waits again. A row that was alone in the hands of its process at three
    crashes is poison: it is parked for a person.
    """
    rows = session.scalars(
        select(BezorgingRij).where(BezorgingRij.staat.in_(BEZIG), BezorgingRij.eigenaar.not_in(levend))
    ).all()
    held = Counter(row.eigenaar for row in rows)
    outcome: Counter[str] = Counter()
    for row in rows:
        row.gecrasht += held[row.eigenaar] == 1
        event = "gif" if row.staat == "geclaimd" and row.gecrasht >= POISON else "worker-weg"
        calls = begonnen.get(row.eigenaar)
        if row.staat == "verzenden" and calls is not None and (row.id, row.fence) not in calls:
            event = "niet-nu"
        _give_back(row, event, now, "De hub stopte tijdens deze bezorging.")
        outcome[row.staat] += 1
    lapse_ended(session, (row.actie_id for row in rows))
    if rows:
        signal(session, "bezorging", rows[0].id)
    return outcome


def _idle(owner: str, bezig: Collection[str]) -> Select[BezorgingRij]:
    return select(BezorgingRij).where(
        BezorgingRij.staat.in_(BEZIG), BezorgingRij.eigenaar == owner, BezorgingRij.id.not_in(bezig)
    )


def held_idle(session: Session, owner: str, bezig: Collection[str]) -> bool:
    """Whether a row is ours by the database while we do nothing with it."""
    return session.scalars(_idle(owner, bezig).limit(1)).first() is not None


def give_up(
    session: Session, owner: str, bezig: Collection[str], begonnen: Collection[str], now: datetime
) -> Counter[str]:
    """Rows that are ours by the database but not in our hands (`bezig`): a commit whose answer never reached us.

    Nothing was sent of these, because a call begins only after its commit was heard of; of those in `begonnen` the
    call did begin.
    """
    rows = session.scalars(_idle(owner, bezig)).all()
    for row in rows:
        event = "wachten" if row.staat == "geclaimd" else "worker-weg" if row.id in begonnen else "niet-nu"
        _give_back(row, event, now, "De database viel weg voordat deze bezorging begon.")
    lapse_ended(session, (row.actie_id for row in rows))
    return Counter(row.staat for row in rows)


def _give_back(row: BezorgingRij, event: str, now: datetime, fout: str) -> None:
    row.staat = next_state(row.doet, row.staat, event)
    row.eigenaar, row.fence, row.klaar_op, row.fout = "", row.fence + 1, now, fout


def lapse_ended(session: Session, actie_ids: Iterable[str]) -> None:
    """What came back to the queue after the end of its actie must not wait there for its turn to be refused: a stop
    may keep it there, and its removal waits for it."""
    over = session.execute(_OVER, {"ids": list(set(actie_ids)), "einde": list(EINDE)}).all()
    for actie_id, fase in over:
        lapse(session, actie_id, f"De actie is {fase}.")


def posting(session: Session, now: datetime) -> list[str]:
    """The kanalen that have a post due."""
    return list(session.scalars(_POSTING, turn(now)))


def any_due(session: Session, now: datetime) -> bool:
    """Whether it is the turn of any row."""
    return session.scalar(_ANY, turn(now)) is not None


def look(session: Session, now: datetime) -> Uitzicht:
    """Whether there is anything to claim, on which kanalen a post is due, and when the next row is after that."""
    begint = any_due(session, now)
    return Uitzicht(begint, posting(session, now) if begint else [], next_due(session, after=now))


def next_due(session: Session, after: datetime | None = None) -> datetime | None:
    """When the first waiting row is due; with `after` the first one later than that."""
    return session.scalar(_NEXT) if after is None else session.scalar(_NEXT_AFTER, {"after": after})


# -- the queries: made once, because making one takes longer than asking it ----------------------------------------
def _due() -> Select[*tuple[Any, ...]]:
    """Due rows in order of work, some of each kanaal and lane; not those that wait for another post.

    What waits may be many, and would else take the places of what can begin.
    """
    bron = aliased(BezorgingRij)
    lane = (BezorgingRij.kanaal, case((BezorgingRij.soort == "intrekken", ""), else_=BezorgingRij.doet))
    order = (BezorgingRij.voorrang, BezorgingRij.klaar_op)
    waits = exists().where(bron.id == BezorgingRij.van_id, bron.staat.in_((*OPEN, "onbekend")))
    ranked = (
        select(BezorgingRij.id, func.row_number().over(partition_by=lane, order_by=order).label("beurt"))
        .where(BezorgingRij.staat == "wachtrij", DUE, ~waits, ~_waits_for_its_successor())
        .subquery()
    )
    rows = select(*_SEEN, BezorgingRij.stappen).join(ranked, ranked.c.id == BezorgingRij.id)
    # A row that somebody holds by hand on PostgreSQL must not hold up the rest; SQLite knows no locked rows.
    rows = rows.with_for_update(of=BezorgingRij, skip_locked=True)
    return rows.where(ranked.c.beurt <= AAN_DE_BEURT).order_by(*order)


def _waits_for_its_successor() -> ColumnElement[bool]:
    """As the rule of that name, in the query: the removal of a post whose new one is not out, and is to stay."""
    rij, bron, nieuw, weg = BezorgingRij, aliased(BezorgingRij), aliased(BezorgingRij), aliased(BezorgingRij)
    removed = exists().where(weg.actie_id == nieuw.actie_id, weg.van_id == nieuw.id, weg.soort == "intrekken")
    return and_(
        rij.soort == "intrekken",
        exists().where(
            bron.id == rij.van_id,
            nieuw.actie_id == bron.actie_id,
            nieuw.kanaal == bron.kanaal,
            nieuw.doel == bron.doel,
            nieuw.soort == "corrigeren",
            nieuw.doet == "maakt",
            nieuw.versie > bron.versie,
            nieuw.staat.not_in(SETTLED),
            ~removed,
        ),
    )


_WAITING = BezorgingRij.staat == "wachtrij"
_DUE = _due()
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_BEFORE = (
    select(BezorgingRij.kanaal)
    .where(_WAITING, DUE, BezorgingRij.soort != "intrekken", BezorgingRij.id.not_in(_IDS))
    .distinct()
)
_FAMILY = select(*_SEEN).where(
    _RIJ.c.actie_id.in_(bindparam("acties", expanding=True)),
    _RIJ.c.kanaal.in_(bindparam("kanalen", expanding=True)),
    _RIJ.c.doel.in_(bindparam("doelen", expanding=True)),
    _RIJ.c.id.not_in(bindparam("zonder", expanding=True)),
)
_ANY = select(BezorgingRij.id).where(_WAITING, DUE).limit(1)
_POSTING = select(BezorgingRij.kanaal).where(_WAITING, DUE, BezorgingRij.doet == "maakt").distinct()
_NEXT = select(BezorgingRij.klaar_op).where(_WAITING).order_by(BezorgingRij.klaar_op).limit(1)
_NEXT_AFTER = _NEXT.where(BezorgingRij.klaar_op > bindparam("after"))
_UNDER_WAY = (
    select(BezorgingRij.kanaal, BezorgingRij.soort, func.count())
    .where(BezorgingRij.staat.in_(BEZIG))
    .group_by(BezorgingRij.kanaal, BezorgingRij.soort)
)
