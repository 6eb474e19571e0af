"""Unknown outcomes: look the post up on the netwerk; repeat it only where that cannot make two; else ask a person."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.acties.view import EINDE
from hub.content import Channel, Finds, Receipt, Repeats
from hub.delivery import onbekend, store
from hub.delivery.model import REKENING, Bezorging
from hub.delivery.sending import LOOK_BACK, stamped
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db

SLOWEST = 60.0
HOLD = timedelta(seconds=10)
REST = 2
"""Times the look-up interval that a first try gets to arrive late, before the same post is sent again."""
NIET_GEVONDEN = "Het bericht is niet gevonden. Kijk zelf of het er staat."
ANDERE_REKENING = "Dit bericht ging naar een eerder ingestelde rekening. Kijk daar of het er staat."
NIET_DOORZOEKBAAR = "Dit netwerk kan niet worden doorzocht. Kijk zelf of het bericht er staat."


@dataclass(frozen=True, slots=True)
class Gezien:
    """What a look at the netwerk gave. `gelezen`: its timeline was read; `sleutel_geldig`: how long it knows a key."""

    receipt: Receipt | None = None
    reden: str = NIET_GEVONDEN
    gelezen: bool = False
    doorzoekbaar: bool = True
    sleutel_geldig: timedelta = timedelta()


class Reconciler:
    """Settles bezorgingen in state `onbekend`. `run_once` is called by the ticker; it never overlaps itself."""

    def __init__(self, db: Db, accounts: Accounts, clock: Clock, *, seconden: float, minuten: float) -> None:
        self._db, self._accounts, self._clock = db, accounts, clock
        self._seconden, self._limiet = seconden, timedelta(minutes=minuten)
        self._lock = asyncio.Lock()
        # After a long stop there is time to look again before a person is asked.
        self._begonnen = clock.now()
        self._log = log.get("opzoeken")

    async def run_once(self) -> int:
        """Look up every unknown row that is due; returns how many were settled."""
        if self._lock.locked():
            return 0
        async with self._lock:
            now = self._clock.now()
            if not await self._db.read(lambda s: onbekend.unknown_due(s, now)):
                return 0
            per_kanaal: dict[str, list[Bezorging]] = {}
            for row in await self._db.write(lambda s: onbekend.take_unknown(s, now, HOLD)):
                per_kanaal.setdefault(row.kanaal, []).append(row)
            # Kanalen side by side: one that does not answer must not keep the others unknown.
            return sum(await asyncio.gather(*(self._settle_all(rows, now) for rows in per_kanaal.values())))

    async def _settle_all(self, rows: list[Bezorging], now: datetime) -> int:
        settled = 0
        for row in rows:
            try:
                settled += await self._settle(row, now)
            except Exception as error:
                # Someone answered while we looked, or the disk is full: the next round sees what is left.
                self._log.warning("opzoeken afgebroken", id=row.id, fout=log.redact(str(error)))
        return settled

    async def _settle(self, item: Bezorging, now: datetime) -> bool:
        seen = await self._look(item)
        if seen.receipt is not None:
            await self._db.write(
                lambda s: store.resolve(s, item.id, "gevonden", now, receipt=seen.receipt, bewijs="netwerk")
            )
            return True
        if self._key_holds(item, seen, now) and await self._db.write(lambda s: _repeat(s, item, now)):
            self._log.warning("onbekend bericht gaat nog eens met dezelfde sleutel", id=item.id, kanaal=item.kanaal)
            return True
        since = max(item.gestart_op or item.gemaakt_op, self._begonnen)
        if not seen.doorzoekbaar or now - since > self._limiet:
            await self._db.write(lambda s: store.resolve(s, item.id, "opgegeven", now, fout=seen.reden))
            self._log.warning("onbekende uitkomst is een taak geworden", id=item.id, kanaal=item.kanaal)
            return True
        age = (now - since).total_seconds()
        await self._db.write(
            lambda s: onbekend.later(s, item.id, now + timedelta(seconds=max(self._seconden, min(age / 2, SLOWEST))))
        )
        return False

    def _key_holds(self, item: Bezorging, seen: Gezien, now: datetime) -> bool:
        """Whether sending again makes no second post: the timeline was read, and the netwerk still knows the key.

        What never began here is in doubt because of a restore: it may be out under a key that the copy does not know.
        """
        if item.gestart_op is None:
            return False
        return seen.gelezen and timedelta(seconds=REST * self._seconden) <= now - item.gestart_op < seen.sleutel_geldig

    async def _look(self, item: Bezorging) -> Gezien:
        """Read the timeline, always: a server that promises to know a key was seen to forget it."""
        try:
            kanaal = await self._db.read(lambda s: kanalen.get(s, item.kanaal))
            account = await self._accounts.rekening(item.kanaal, kanaal.netwerk if kanaal else "")
            channel = account.channel
            if item.ref_extra.get(REKENING, account.som) != account.som:
                return Gezien(reden=ANDERE_REKENING, doorzoekbaar=False)
            if not isinstance(channel, Finds) or "terugzoeken" not in channel.can():
                return Gezien(reden=NIET_DOORZOEKBAAR, doorzoekbaar=False)
            since = (item.gestart_op or item.gemaakt_op) - LOOK_BACK
            found = await channel.find(item.sleutel, item.marker, since)
            if found is not None and await self._db.read(lambda s: store.of_another(s, item, found.ref)):
                # Ours may stand behind it, so this says neither that it is there nor that it is not.
                return Gezien()
        except Exception as error:
            return Gezien(reden=f"Opzoeken lukte niet: {log.redact(str(error))}")
        return Gezien(found and stamped(found, account), gelezen=True, sleutel_geldig=_key_time(account.channel))


def _key_time(channel: Channel) -> timedelta:
    """How long this account makes no second post of the same key; nothing where it does not say so."""
    if isinstance(channel, Repeats) and "herhalen" in channel.can():
        return channel.sleutel_geldig
    return timedelta()


def _repeat(session: Session, item: Bezorging, now: datetime) -> bool:
    """Queue it again, if the actie still wants it on the netwerk and nobody took it back."""
    actie = session.get(ActieRij, item.actie_id)
    removal = select(BezorgingRij.id).where(BezorgingRij.van_id == item.id, BezorgingRij.soort == "intrekken")
    if actie is None or session.scalar(removal.limit(1)) is not None:
        return False
    if item.soort == "sluiten":
        wanted = actie.fase in EINDE
    else:
        wanted = actie.fase == "actief" and (actie.eindigt_op is None or actie.eindigt_op > now)
    return wanted and onbekend.repeat(session, item, now)
