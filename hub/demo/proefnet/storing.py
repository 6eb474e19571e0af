"""Ways in which proefnet can misbehave towards one account, to be switched on and off while it runs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeGuard, get_args

from aiohttp import web

from hub.kit.clock import monotonic

Soort = Literal["traag", "429", "antwoord-kwijt", "verzoek-kwijt", "plat", "bestand-blijft", "niet-weg"]
SOORTEN: tuple[str, ...] = get_args(Soort)

Afhandeling = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_soort(naam: str) -> TypeGuard[Soort]:
    """Whether proefnet knows a fault of this name."""
    return naam in SOORTEN


@dataclass(slots=True)
class Storing:
    """One fault. It ends by itself after `aantal` calls or `duur` seconds, whichever is set and comes first.

    `seconden` is the delay of `traag`, the `Retry-After` of `429` and the duration of `plat`. With `bestand-blijft`
    the file of a post that is removed or changed stays until the fault is off; with `niet-weg` a removal is refused.
    """

    soort: Soort
    seconden: float
    aantal: int | None
    tot: float | None

    def klaar(self, nu: float) -> bool:
        """Whether this fault has run its course at the monotonic time `nu`."""
        return (self.aantal is not None and self.aantal <= 0) or (self.tot is not None and nu >= self.tot)


class Storingen:
    """The faults that are on, at most one per account."""

    def __init__(self, monotoon: Callable[[], float] = monotonic) -> None:
        self._per_account: dict[str, Storing] = {}
        self._monotoon = monotoon

    def zet(self, account: str, soort: Soort, seconden: float, aantal: int | None) -> None:
        """Switch a fault on; it replaces the one that was on."""
        tot = self._monotoon() + seconden if soort == "plat" and aantal is None else None
        self._per_account[account] = Storing(soort, seconden, aantal, tot)

    def wis(self, account: str) -> None:
        """Switch the fault of this account off."""
        self._per_account.pop(account, None)

    def actief(self, account: str) -> Storing | None:
        """The fault that is on for this account now."""
        storing = self._per_account.get(account)
        if storing is not None and storing.klaar(self._monotoon()):
            self.wis(account)
            return None
        return storing

    def blijft(self, account: str) -> bool:
        """Whether files outlive their posts on this account now."""
        storing = self.actief(account)
        return storing is not None and storing.soort == "bestand-blijft"

    async def voer_uit(self, account: str, verzoek: web.Request, afhandeling: Afhandeling) -> web.StreamResponse:
        """Handle one call of the account's owner, with the fault that is on (if any)."""
        storing = self.actief(account)
        if storing is None or not _treft(storing.soort, verzoek.method):
            return await afhandeling(verzoek)
        if storing.aantal is not None:
            storing.aantal -= 1
        if storing.soort == "429":
            return web.json_response(
                {"fout": "te veel verzoeken", "verwerkt": False},
                status=429,
                headers={"Retry-After": f"{storing.seconden:g}"},
            )
        if storing.soort == "plat":
            return web.json_response({"fout": "netwerk ligt plat", "verwerkt": False}, status=503)
        if storing.soort == "traag":
            await asyncio.sleep(storing.seconden)
            return await afhandeling(verzoek)
        if storing.soort == "niet-weg":
            return web.json_response({"fout": "te oud om te verwijderen", "verwerkt": False}, status=409)
        antwoord: web.StreamResponse = web.Response()
        if storing.soort == "antwoord-kwijt":
            antwoord = await afhandeling(verzoek)
        # The work is done and committed, or the call got lost on its way; now the line goes dead before a byte of
        # the answer leaves.
        if verzoek.transport is not None:
            verzoek.transport.abort()
        return antwoord


def _treft(soort: Soort, methode: str) -> bool:
    """Whether this fault touches this call; a lost call or answer only matters where a post was made or changed."""
    if soort == "bestand-blijft":
        return False
    if soort == "niet-weg":
        return methode == "DELETE"
    return methode not in ("GET", "PUT") or soort not in ("antwoord-kwijt", "verzoek-kwijt")
