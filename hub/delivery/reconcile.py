"""Unknown outcomes: look the post up on the netwerk; never send it again; in the end ask a person."""

import asyncio
from datetime import datetime, timedelta

from hub.content import Finds, Receipt
from hub.delivery import store
from hub.delivery.model import Bezorging
from hub.delivery.sending import stamped
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db

LOOK_BACK = timedelta(minutes=2)
SLOWEST = 60.0


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
            per_kanaal: dict[str, list[Bezorging]] = {}
            for row in await self._db.read(lambda s: store.unknown_due(s, now)):
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
        receipt, reason, can_find = await self._find(item)
        if receipt is not None:
            await self._db.write(
                lambda s: store.resolve(s, item.id, "gevonden", now, receipt=receipt, bewijs="netwerk")
            )
            return True
        since = max(item.gestart_op or item.gemaakt_op, self._begonnen)
        if not can_find or now - since > self._limiet:
            await self._db.write(lambda s: store.resolve(s, item.id, "opgegeven", now, fout=reason))
            self._log.warning("onbekende uitkomst is een taak geworden", id=item.id, kanaal=item.kanaal)
            return True
        age = (now - since).total_seconds()
        await self._db.write(
            lambda s: store.later(s, item.id, now + timedelta(seconds=max(self._seconden, min(age / 2, SLOWEST))))
        )
        return False

    async def _find(self, item: Bezorging) -> tuple[Receipt | None, str, bool]:
        """The post if the netwerk has it, else the reason in words and whether looking again makes sense."""
        try:
            kanaal = await self._db.read(lambda s: kanalen.get(s, item.kanaal))
            account = await self._accounts.rekening(item.kanaal, kanaal.netwerk if kanaal else "")
            channel = account.channel
            if not isinstance(channel, Finds) or "terugzoeken" not in channel.can():
                return None, "Dit netwerk kan niet worden doorzocht. Kijk zelf of het bericht er staat.", False
            since = (item.gestart_op or item.gemaakt_op) - LOOK_BACK
            found = await channel.find(item.sleutel, item.marker, since)
        except Exception as error:
            return None, f"Opzoeken lukte niet: {log.redact(str(error))}", True
        return found and stamped(found, account), "Het bericht is niet gevonden. Kijk zelf of het er staat.", True
