"""A network in memory for generated interleavings: every call waits until the test decides how it ends."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from hub.content import Limits, NeedsAttention, NotNow, Post, Receipt, Refused, Setting, Timeouts, Unknown

AFLOPEN = ("goed", "antwoord-kwijt", "verdwaald", "niet-nu", "geweigerd", "aandacht")
"""How a call can end; `antwoord-kwijt` was done and `verdwaald` was not, and the hub cannot tell them apart."""


@dataclass(eq=False, slots=True)
class Oproep:
    """One call under way."""

    deed: str
    kanaal: str
    einde: "asyncio.Future[str]"


@dataclass(slots=True)
class Bericht:
    """One post on the network."""

    kanaal: str
    sleutel: str
    tekst: str
    weg: bool = False


@dataclass(slots=True)
class Net:
    """What stands on the network, and which calls wait for their end."""

    berichten: list[Bericht] = field(default_factory=list)
    oproepen: list[Oproep] = field(default_factory=list)

    def zichtbaar(self, kanaal: str = "") -> list[Bericht]:
        """What a reader would find."""
        return [b for b in self.berichten if not b.weg and kanaal in ("", b.kanaal)]

    def met(self, sleutel: str) -> Bericht | None:
        """The visible post that was made with this key."""
        return next((b for b in self.zichtbaar() if b.sleutel == sleutel), None)


NETTEN: dict[str, Net] = {}
KAN: Mapping[str, frozenset[str]] = {
    "bewerkt": frozenset({"intrekken", "corrigeren", "terugzoeken"}),
    "nieuw": frozenset({"intrekken", "terugzoeken"}),
    "blind": frozenset({"intrekken", "corrigeren"}),
}


class Channel:
    """One account on the network of this test."""

    naam: ClassVar[str] = "wissel"
    titel: ClassVar[str] = "Wissel"
    SETTINGS: ClassVar[Sequence[Setting]] = ()

    def __init__(self, instellingen: Mapping[str, str], _timeouts: Timeouts) -> None:
        self.limits = Limits(500, 500)
        self._net, self._kanaal = NETTEN[instellingen["net"]], instellingen["account"]

    def can(self) -> frozenset[str]:
        """What this account can do."""
        return KAN[self._kanaal]

    async def _call(self, deed: str, work: Any) -> Any:
        oproep = Oproep(deed, self._kanaal, asyncio.get_running_loop().create_future())
        self._net.oproepen.append(oproep)
        end = await oproep.einde
        result = work() if end in ("goed", "antwoord-kwijt") else None
        if end in ("antwoord-kwijt", "verdwaald"):
            raise Unknown("geen antwoord")
        if end == "niet-nu":
            raise NotNow("druk", 1.0)
        if end == "geweigerd":
            raise Refused("mag niet")
        if end == "aandacht":
            raise NeedsAttention("token verlopen")
        return result

    async def publish(self, post: Post, key: str) -> Receipt:
        """Make a post."""

        def work() -> Receipt:
            self._net.berichten.append(Bericht(self._kanaal, key, post.text))
            return Receipt(str(len(self._net.berichten) - 1), "")

        made: Receipt = await self._call("maak", work)
        return made

    async def retract(self, receipt: Receipt) -> None:
        """Delete a post; one that is gone is fine."""
        await self._call("weg", lambda: setattr(self._net.berichten[int(receipt.ref)], "weg", True))

    async def gone(self, receipt: Receipt) -> bool | None:
        """Whether the post can no longer be seen."""
        return self._net.berichten[int(receipt.ref)].weg

    async def correct(self, receipt: Receipt, post: Post) -> Receipt:
        """Replace the words."""
        await self._call("wijzig", lambda: setattr(self._net.berichten[int(receipt.ref)], "tekst", post.text))
        return receipt

    async def find(self, key: str, _marker: str, _since: datetime) -> Receipt | None:
        """Look a post up by its key."""
        found = self._net.met(key)
        return Receipt(str(self._net.berichten.index(found)), "") if found else None

    async def close(self) -> None:
        """Nothing to close."""
