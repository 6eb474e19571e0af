"""Rings people: about a post that they must take away themselves, and about an actie that is about to end.

When is decided by the functions without a database. That a ring is due is written down before it goes out, so that
all processes together ring at most once per interval; a ring that fails is logged and comes again with the next.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from hub.acties import rules
from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.tables import ActieRij
from hub.content import Post
from hub.delivery.tables import BezorgingRij
from hub.desk.basis import Basis
from hub.desk.vragen import VASTGELOPEN
from hub.kanalen import store as kanalen
from hub.kit import log
from hub.kit.clock import nl_time
from hub.toegang.model import Wie


@dataclass(frozen=True, slots=True)
class Oproep:
    """One ring: words without a name or a photo, and a key that no other ring has."""

    tekst: str
    sleutel: str
    oefening: bool


def may_ring(gebeld_op: datetime | None, now: datetime, minuten: float) -> bool:
    """At once the first time, then each time the interval is over; a ring still to come was noted by a wrong clock."""
    return gebeld_op is None or gebeld_op > now or now - gebeld_op >= timedelta(minutes=minuten)


def remind_at(gestart_op: datetime, eindigt_op: datetime, minuten: int) -> datetime:
    """When people hear that an actie is about to end; of a short one not before it is halfway."""
    return max(eindigt_op - timedelta(minutes=minuten), gestart_op + (eindigt_op - gestart_op) / 2)


def removal_words(kenmerk: str, kanalen_: Iterable[str], adres: str) -> str:
    """What a ring about a removal says."""
    *rest, last = sorted(kanalen_)
    waar = f"{', '.join(rest)} en {last}" if rest else last
    return f"Haal het bericht van {kenmerk} weg op {waar}: {adres}/taken"


def ending_words(kenmerk: str, eindigt_op: datetime, actie_id: str, adres: str) -> str:
    """What a ring about the end of the looptijd says."""
    return f"{kenmerk} stopt om {nl_time(eindigt_op)[:5]}. Langer laten duren? {adres}/acties/{actie_id}"


def ending(session: Session, now: datetime, minuten: int, wie: Wie) -> list[Actie]:
    """Running acties that end soon and that this person may extend or close, the first to end first."""
    found = [
        actie
        for actie in acties.ending(session, now + timedelta(minutes=minuten))
        if _soon(actie, now, minuten) and wie.mag_gebied(actie.gemeente, actie.veiligheidsregio)
    ]
    return [actie for actie in found if wie.mag("meldkamer") or (wie.mag("acties") and wie.mag_soort(actie.soort))]


def _soon(actie: Actie, now: datetime, minuten: int) -> bool:
    if actie.gestart_op is None or actie.eindigt_op is None:
        return False
    return remind_at(actie.gestart_op, actie.eindigt_op, minuten) <= now < actie.eindigt_op


class Beller:
    """Rings through the kanalen of `bezorging.bel_kanalen`. A slow kanaal holds up no other ring."""

    def __init__(self, desk: Basis) -> None:
        self._desk, self._log = desk, log.get("bellen")
        self._under_way: set[asyncio.Task[None]] = set()

    async def ring_due(self) -> int:
        """Ring about every removal that waits for a person and whose interval is over; returns how many."""
        interval = self._desk.config.bezorging.bel_minuten
        now = self._desk.clock.now()
        before = now - timedelta(minutes=interval)
        if not await self._desk.db.read(lambda s: s.scalars(_waiting(before, now)).first()):
            return 0
        calls = await self._desk.db.write(self._note_removals)
        self._send(calls)
        return len(calls)

    async def remind_due(self) -> int:
        """Ring once about every actie that is about to end; an extension makes it ring again."""
        until = self._desk.clock.now() + timedelta(minutes=self._desk.config.herinnering_minuten)
        if not await self._desk.db.read(lambda s: acties.ending(s, until, ook_herinnerd=False)):
            return 0
        calls = await self._desk.db.write(self._note_endings)
        self._send(calls)
        return len(calls)

    async def settled(self) -> None:
        """Wait for the rings that are under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _note_removals(self, session: Session) -> list[Oproep]:
        """Write that each is rung now, in the transaction in which it is still due. One ring per actie."""
        now, config = self._desk.clock.now(), self._desk.config
        interval = config.bezorging.bel_minuten
        due: dict[str, list[BezorgingRij]] = {}
        for row in session.scalars(_waiting(now - timedelta(minutes=interval), now)):
            if may_ring(row.gebeld_op, now, interval):
                row.gebeld, row.gebeld_op = row.gebeld + 1, now
                due.setdefault(row.actie_id, []).append(row)
        return [
            Oproep(
                removal_words(actie.kenmerk, {row.kanaal for row in rows}, config.adres),
                f"bel-{rows[0].id[:24]}-{rows[0].gebeld}",
                actie.oefening,
            )
            for actie_id, rows in due.items()
            if (actie := session.get(ActieRij, actie_id)) is not None
        ]

    def _note_endings(self, session: Session) -> list[Oproep]:
        now, config = self._desk.clock.now(), self._desk.config
        until = now + timedelta(minutes=config.herinnering_minuten)
        calls = []
        for actie in acties.ending(session, until, ook_herinnerd=False):
            if actie.eindigt_op is not None and _soon(actie, now, config.herinnering_minuten):
                acties.note_reminded(session, actie.id, now)
                words = ending_words(actie.kenmerk, actie.eindigt_op, actie.id, config.adres)
                key = f"eind-{actie.id[:18]}-{int(actie.eindigt_op.timestamp())}"
                calls.append(Oproep(words, key, actie.oefening))
        return calls

    def _send(self, calls: Sequence[Oproep]) -> None:
        for oproep in calls:
            for naam in self._desk.config.bezorging.bel_kanalen:
                task = asyncio.create_task(self._ring(naam, oproep))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def _ring(self, naam: str, oproep: Oproep) -> None:
        """Ring through one kanaal; whatever is wrong with it stops no other."""
        try:
            if reason := await self._call(naam, oproep):
                self._log.error("bellen kan niet", kanaal=naam, reden=reason)
        except Exception as error:
            self._log.error("bellen lukte niet", kanaal=naam, fout=log.redact(str(error)))

    async def _call(self, naam: str, oproep: Oproep) -> str:
        """Why this kanaal cannot ring about this, or an empty string once it has."""
        desk = self._desk
        kanaal = await desk.db.read(lambda s: kanalen.get(s, naam))
        if kanaal is None or not kanaal.aan:
            return "Dit kanaal bestaat niet of staat uit."
        meeting = rules.ontmoet(oefening=oproep.oefening, echt=kanaal.echt, voorbeeld=desk.config.voorbeeld)
        if not meeting.mag:
            return meeting.uitleg
        channel = await desk.accounts.get(kanaal.naam, kanaal.netwerk)
        if getattr(channel, "handmatig", False):
            return "Dit kanaal wordt met de hand bijgehouden en kan niemand roepen."
        words = f"OEFENING. {oproep.tekst}" if oproep.oefening else oproep.tekst
        await channel.publish(Post(text=words), oproep.sleutel)
        return ""


def _waiting(before: datetime, now: datetime) -> Select[BezorgingRij]:
    """Removals that wait for a person and were not rung about between `before` and `now`."""
    rung = BezorgingRij.gebeld_op
    due = or_(rung.is_(None), rung <= before, rung > now)
    stuck = (BezorgingRij.soort == "intrekken", BezorgingRij.staat.in_(VASTGELOPEN))
    return select(BezorgingRij).where(*stuck, due).order_by(BezorgingRij.gemaakt_op)
