"""Ask the accounts whether they let the hub in, and warn while there is time to do something about it."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hub.content import Checks, NeedsAttention, Refused
from hub.delivery.claim import begun
from hub.desk.basis import Basis
from hub.desk.kanaalbeheer import need_kanaal, said
from hub.kanalen import store
from hub.kanalen.accounts import Rekening
from hub.kanalen.gezondheid import Ruimte, warnings
from hub.kanalen.model import Kanaal
from hub.kanalen.rules import window_room
from hub.toegang import audit
from hub.toegang.model import Wie

ELK = timedelta(hours=1)
ELK_BETAALD = timedelta(hours=24)
"""Where the netwerk bills each look at the account, once a day is enough."""
ELK_ZONDER_TOEGANG = timedelta(minutes=15)
TEGELIJK = 4
GEDULD = 10.0
"""Seconds that a person waits for an answer at most."""
GEEN_ANTWOORD = "Het netwerk gaf geen antwoord. Klopt het adres? De hub vraagt het straks opnieuw."


async def check_kanaal(desk: Basis, naam: str, wie: Wie) -> Kanaal:
    """Ask now whether the account lets us in, for a person who waits for it; nothing is ever posted for this."""
    kanaal = await need_kanaal(desk, naam, wie)
    account = (await desk.accounts.load([naam]))[naam]
    if not checkable(account):
        return kanaal
    await desk.db.write(
        lambda s: audit.write(
            s, wie=wie.naam, deed="kanaal gecontroleerd", now=desk.clock.now(), bijzonderheden={"kanaal": naam}
        )
    )
    if not await _ask(desk, naam, account):
        await desk.db.write(lambda s: store.note_no_entry(s, naam, GEEN_ANTWOORD))
    return await need_kanaal(desk, naam, wie)


def checkable(account: Rekening | Exception) -> bool:
    """Whether this account can be asked who it is."""
    return not isinstance(account, Exception) and "controleren" in account.channel.can()


class Bewaker:
    """Asks every account once in a while, and keeps what to warn about up to date. One round of it is `run_once`."""

    def __init__(self, desk: Basis) -> None:
        self._desk = desk
        self._asked: dict[str, datetime] = {}

    async def run_once(self) -> None:
        """Ask those whose turn it is, a few at a time, then note the warnings that changed."""
        desk = self._desk
        now = desk.clock.now()
        kanalen = {kanaal.naam: kanaal for kanaal in await desk.db.read(store.every) if kanaal.aan}
        accounts = await desk.accounts.load(kanalen.keys())
        gate = asyncio.Semaphore(TEGELIJK)

        async def look(naam: str, account: Rekening | Exception) -> None:
            self._asked[naam] = now
            async with gate:
                await _ask(desk, naam, account)

        due = [naam for naam, account in accounts.items() if self._due(kanalen[naam], account, now)]
        await asyncio.gather(*(look(naam, accounts[naam]) for naam in due))
        budgets = await desk.budgets(accounts)

        def note(session: Session) -> None:
            for kanaal in store.some(session, kanalen).values():
                left = room(session, accounts[kanaal.naam], kanaal, now)
                found = " ".join(warnings(kanaal.controle, budgets.get(kanaal.naam), left, now))
                if found != kanaal.waarschuwing:
                    store.note_warning(session, kanaal.naam, found)

        await desk.db.write(note)

    def _due(self, kanaal: Kanaal, account: Rekening | Exception, now: datetime) -> bool:
        if isinstance(account, Exception) or not checkable(account):
            return False
        asked = [moment for moment in (self._asked.get(kanaal.naam), kanaal.controle.op) if moment is not None]
        every = ELK_BETAALD if account.kosten is not None else ELK_ZONDER_TOEGANG if kanaal.controle.mist else ELK
        # A clock that was set back is no reason to stop asking.
        return not any(timedelta(0) <= now - moment < every for moment in asked)


def room(session: Session, account: Rekening | Exception, kanaal: Kanaal, now: datetime) -> Ruimte | None:
    """How many posts this account may still make now; None where there is no limit of our own."""
    limits = None if isinstance(account, Exception) else account.channel.limits
    recent: Iterable[datetime] = begun(session, kanaal.naam, limits, now) if limits is not None else ()
    left = window_room(limits, len(list(recent)))
    return Ruimte(left, limits.per_venster) if left is not None and limits and limits.per_venster else None


async def _ask(desk: Basis, naam: str, account: Rekening | Exception) -> bool:
    """Whether the account gave an answer, yes or no; it is noted with the kanaal."""
    if isinstance(account, Exception) or not isinstance(account.channel, Checks):
        return False
    try:
        async with asyncio.timeout(GEDULD):
            gezond = await account.channel.check()
    except (NeedsAttention, Refused) as error:
        mist = said(error)
        await desk.db.write(lambda s: store.note_no_entry(s, naam, mist))
        return True
    except Exception:
        # Out of reach for a moment proves nothing; that it stays so is one of the warnings.
        return False
    await desk.db.write(lambda s: store.note_checked(s, naam, gezond, desk.clock.now()))
    return True
