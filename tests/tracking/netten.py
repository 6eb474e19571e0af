"""A fake wire for tests of tracking: what each simulated netwerk knows, and how it answers about our posts."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from sqlalchemy.orm import Session

from hub.content import Counts, Limits, Post, Receipt, Reply, Setting, Timeouts
from hub.delivery import store as delivery
from hub.delivery.model import Plan
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import NU
from tests.tracking.bouw import ACTIE

ALLES = frozenset({"meten", "reacties", "modereren"})


@dataclass
class Netwerk:
    """What a simulated netwerk knows, and what it does when asked; `fout` is raised by the call of that name."""

    kan: frozenset[str] = ALLES
    views: int | None = 100
    replies: list[Reply] = field(default_factory=list)
    fout: dict[str, Exception] = field(default_factory=dict)
    gevraagd: list[tuple[str, str]] = field(default_factory=list)
    sinds: list[datetime] = field(default_factory=list)
    dicht: set[str] = field(default_factory=set)
    verborgen: set[str] = field(default_factory=set)
    wacht: asyncio.Event | None = None
    """Every call waits until this is set."""

    async def vraag(self, naam: str, ref: str) -> None:
        self.gevraagd.append((naam, ref))
        if self.wacht is not None:
            await self.wacht.wait()
        for key in (naam, f"{naam} {ref}"):
            if key in self.fout:
                raise self.fout[key]

    def keer(self, naam: str) -> int:
        """How often this was asked."""
        return sum(1 for asked, _ in self.gevraagd if asked == naam)


class Netten(dict[str, Netwerk]):
    """Every netwerk by the name of its kanaal."""

    def __missing__(self, naam: str) -> Netwerk:
        self[naam] = Netwerk()
        return self[naam]


class NetChannel:
    """One account on a simulated netwerk; which one its settings say."""

    naam: ClassVar[str] = "meetbaar"
    titel: ClassVar[str] = "Meetbaar"
    SETTINGS: ClassVar[tuple[Setting, ...]] = (Setting("account", "Account", "Welk net.", rekening=True),)
    netten: ClassVar[Netten]
    limits = Limits(500, 500)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        self.net = self.netten[instellingen["account"]]

    def can(self) -> frozenset[str]:
        return self.net.kan

    async def publish(self, post: Post, key: str) -> Receipt:
        return Receipt("1")

    async def close(self) -> None:
        return None

    async def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Counts]:
        for receipt in receipts:
            await self.net.vraag("meten", receipt.ref)
        return {receipt.ref: {"weergaven": self.net.views} for receipt in receipts}

    async def replies(self, receipt: Receipt, since: datetime) -> Sequence[Reply]:
        self.net.sinds.append(since)
        await self.net.vraag("reacties", receipt.ref)
        return [reply for reply in self.net.replies if reply.at >= since]

    async def close_replies(self, receipt: Receipt) -> None:
        await self.net.vraag("sluiten", receipt.ref)
        self.net.dicht.add(receipt.ref)

    async def hide_reply(self, reply_ref: str) -> None:
        await self.net.vraag("verbergen", reply_ref)
        self.net.verborgen.add(reply_ref)


class Netwerken(Registry):
    """A registry in which every netwerk is a simulated one."""

    def __init__(self, folder: Path, netten: Netten) -> None:
        super().__init__(folder)
        self._kind = type("Net", (NetChannel,), {"netten": netten})

    def load(self, netwerk: str) -> type[NetChannel]:
        """Always the simulated one."""
        return self._kind


def accounts(db: Db, vault: Vault, folder: Path, netten: Netten) -> Accounts:
    """The accounts of a hub that knows only simulated netwerken."""
    return Accounts(db, Netwerken(folder, netten), vault, Timeouts())


def plaats(
    db: Db, vault: Vault, kanaal: str = "proef-x", *, versie: int = 1, soort: str = "publiceren",
    netwerk: str = "mastodon", doel: str = "", bevestigd_op: datetime = NU,
) -> str:  # fmt: skip
    """A post of the one actie that went out on this kanaal; its reference there is `post-{versie}`."""
    plan = Plan(ACTIE, versie, kanaal, soort, "maakt", "tijdkritisch", oefening=False, marker="K7M2QX", doel=doel)

    def work(session: Session) -> str:
        if kanalen.get(session, kanaal) is None:
            kanalen.save(session, vault, KanaalInvoer(kanaal, netwerk, {"account": kanaal}), NU)
        [id_] = delivery.plan(session, [plan], NU)
        row = session.get_one(BezorgingRij, id_)
        row.staat, row.ref, row.bevestigd_op = "verzonden", f"post-{versie}", bevestigd_op
        return id_

    return db.write_sync(work)
