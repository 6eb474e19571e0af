"""Live accounts: the channel object of each kanaal, made on first use and remade when its settings change."""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from hub.content import Channel, Limits, Timeouts
from hub.kanalen import abonnees, budget, store
from hub.kanalen.budget import Kosten
from hub.kanalen.registry import Registry
from hub.kit import log
from hub.kit.db import Db
from hub.kit.secrets import Vault

UITLOOP = 30
"""How many times the longest call an account that was remade stays open: none can be under way on it by then."""


@dataclass(frozen=True, slots=True)
class Rekening:
    """An open account: its channel, the fingerprint of the netwerk and of what says which account it is, and what a
    post costs where the netwerk bills; `kosten_fout`: why that cannot be told, which only keeps new acties away."""

    channel: Channel
    som: str
    kosten: Kosten | None = None
    kosten_fout: str = ""


class Accounts:
    """Hands out the channel of a kanaal by its name; keeps one object per account."""

    def __init__(self, db: Db, registry: Registry, vault: Vault, timeouts: Timeouts) -> None:
        self._db, self._vault, self._timeouts = db, vault, timeouts
        self._log = log.get("kanalen")
        self.registry = registry
        self._open: dict[str, tuple[str, bytes, Rekening]] = {}
        self._retired: dict[asyncio.Task[None], Channel] = {}

    async def get(self, naam: str, netwerk: str) -> Channel:
        """The channel of this kanaal, with its current settings."""
        return (await self.rekening(naam, netwerk)).channel

    async def rekening(self, naam: str, netwerk: str) -> Rekening:
        """The channel of this kanaal together with the fingerprint of its account."""
        sealed = await self._db.read(lambda s: store.sealed(s, [naam]))
        return self._made(naam, netwerk, sealed[naam][1] if naam in sealed else b"")

    async def load(self, namen: Collection[str]) -> dict[str, Rekening | Exception]:
        """The accounts of these kanalen, in one look for all; the reason instead where one cannot be made."""
        return self.opened(namen, await self._db.read(lambda s: store.sealed(s, namen)))

    def opened(self, namen: Iterable[str], sealed: Mapping[str, tuple[str, bytes]]) -> dict[str, Rekening | Exception]:
        """As `load`, with what was just read of them."""
        found: dict[str, Rekening | Exception] = {}
        for naam in namen:
            try:
                found[naam] = self._made(naam, *sealed.get(naam, ("", b"")))
            except Exception as error:
                found[naam] = error
        return found

    def _made(self, naam: str, netwerk: str, sealed: bytes) -> Rekening:
        """The account with these encrypted settings: the one there is, or made now."""
        known = self._open.get(naam)
        if known is not None and known[:2] == (netwerk, sealed):
            return known[2]
        settings: dict[str, str] = json.loads(self._vault.decrypt(sealed)) if sealed else {}
        channel, som = self.build(netwerk, settings), self._fingerprint(netwerk, settings)
        made = Rekening(channel, som, *_costs(self._filled(netwerk, settings)))
        self._open[naam] = (netwerk, sealed, made)
        if known is not None:
            self._retire(known[2].channel)
        return made

    def _retire(self, channel: Channel) -> None:
        """Close it later: calls may still be under way on it, and nobody should wait for it to close."""

        async def later() -> None:
            await asyncio.sleep(self._timeouts.total * UITLOOP)
            await channel.close()

        task = asyncio.get_running_loop().create_task(later())
        self._retired[task] = channel
        task.add_done_callback(self._let_go)

    def _let_go(self, closed: "asyncio.Task[None]") -> None:
        self._retired.pop(closed, None)
        if not closed.cancelled() and (problem := closed.exception()) is not None:
            self._log.error("oude rekening niet gesloten", fout=type(problem).__name__)

    async def adres(self, doel: str) -> str:
        """Where a subscriber is on the netwerk; empty once they are forgotten."""
        return await self._db.read(lambda s: abonnees.adres(s, self._vault, doel))

    def limits(self) -> dict[str, Limits]:
        """What each account that was made accepts, by the name of its kanaal."""
        return {naam: account.channel.limits for naam, (_, _, account) in self._open.items()}

    def build(self, netwerk: str, settings: Mapping[str, str]) -> Channel:
        """A channel with the given settings, defaults filled in; opens no connection."""
        return self.registry.load(netwerk)(self._filled(netwerk, settings), self._timeouts)

    def _filled(self, netwerk: str, settings: Mapping[str, str]) -> dict[str, str]:
        defaults = {item.naam: item.standaard for item in self.registry.settings(netwerk) if item.standaard}
        return {**defaults, **settings}

    def _fingerprint(self, netwerk: str, settings: Mapping[str, str]) -> str:
        fields = [item for item in self.registry.settings(netwerk) if item.rekening and not item.geheim]
        which = [(item.naam, settings.get(item.naam) or item.standaard) for item in fields]
        return sha256(repr((netwerk, which)).encode()).hexdigest()

    async def close(self) -> None:
        """Close every account."""
        waiting = [channel for task, channel in self._retired.items() if task.cancel()]
        channels = [*waiting, *(account.channel for _, _, account in self._open.values())]
        self._retired, self._open = {}, {}
        for channel in channels:
            await channel.close()


def _costs(settings: Mapping[str, str]) -> tuple[Kosten | None, str]:
    """What a post costs, or why that cannot be told: with a wrong amount a post can still be taken away."""
    try:
        return budget.read(settings), ""
    except ValueError as error:
        return None, str(error)
