"""Live accounts: the channel object of each kanaal, made on first use and remade when its settings change."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from hub.content import Channel, Limits, Timeouts
from hub.kanalen import store
from hub.kanalen.registry import Registry
from hub.kit.db import Db
from hub.kit.secrets import Vault


@dataclass(frozen=True, slots=True)
class Rekening:
    """An open account: its channel, and the fingerprint of the netwerk and of what says which account it is."""

    channel: Channel
    som: str


class Accounts:
    """Hands out the channel of a kanaal by its name; keeps one object per account."""

    def __init__(self, db: Db, registry: Registry, vault: Vault, timeouts: Timeouts) -> None:
        self._db, self._vault, self._timeouts = db, vault, timeouts
        self.registry = registry
        self._open: dict[str, tuple[str, str, Rekening]] = {}

    async def get(self, naam: str, netwerk: str) -> Channel:
        """The channel of this kanaal, with its current settings."""
        return (await self.rekening(naam, netwerk)).channel

    async def rekening(self, naam: str, netwerk: str) -> Rekening:
        """The channel of this kanaal together with the fingerprint of its account."""
        settings = await self._db.read(lambda s: store.settings_of(s, self._vault, naam))
        mark = repr(sorted(settings.items()))
        known = self._open.get(naam)
        if known is not None and known[:2] == (netwerk, mark):
            return known[2]
        channel = self.build(netwerk, settings)
        # Nothing is awaited between looking and keeping, so that two callers never make two.
        made = Rekening(channel, self._fingerprint(netwerk, settings))
        self._open[naam] = (netwerk, mark, made)
        if known is not None:
            await known[2].channel.close()
        return made

    async def open(self, naam: str) -> None:
        """Make the account of a kanaal, so that its limits are known before anything is sent."""
        kanaal = await self._db.read(lambda s: store.get(s, naam))
        if kanaal is not None:
            await self.rekening(naam, kanaal.netwerk)

    def limits(self) -> dict[str, Limits]:
        """What each account that was made accepts, by the name of its kanaal."""
        return {naam: account.channel.limits for naam, (_, _, account) in self._open.items()}

    def build(self, netwerk: str, settings: Mapping[str, str]) -> Channel:
        """A channel with the given settings, defaults filled in; opens no connection."""
        kind = self.registry.load(netwerk)
        defaults = {setting.naam: setting.standaard for setting in kind.SETTINGS if setting.standaard}
        return kind({**defaults, **settings}, self._timeouts)

    def _fingerprint(self, netwerk: str, settings: Mapping[str, str]) -> str:
        fields = [item for item in self.registry.settings(netwerk) if item.rekening and not item.geheim]
        which = [(item.naam, settings.get(item.naam) or item.standaard) for item in fields]
        return sha256(repr((netwerk, which)).encode()).hexdigest()

    async def close(self) -> None:
        """Close every account."""
        accounts, self._open = list(self._open.values()), {}
        for _, _, account in accounts:
            await account.channel.close()
