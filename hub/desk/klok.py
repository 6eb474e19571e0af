"""What the desk does by the clock: release after bedenktijd, end after the looptijd, clean up."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.tables import ActieRij
from hub.acties.view import EINDE
from hub.delivery import na_einde
from hub.desk import dossier, idempotent
from hub.desk.desk import Desk
from hub.desk.journaal import Regel, ontbrekend
from hub.kit import log
from hub.kit.clock import iso
from hub.kit.config import Bewaren
from hub.kit.db import forget_signals
from hub.toegang.model import HUB
from hub.tracking import opruimen

NAAST_ELKAAR = 4
"""So many endings at a time: a person who withdraws an actie waits for the journal behind no more than these."""
EINDE_DOOR = {"ingetrokken": "intrekken", "afgesloten": "afsluiten"}


async def release_due(desk: Desk) -> int:
    """Start every actie whose bedenktijd is over; returns how many."""
    now = desk.clock.now()
    waiting = await desk.db.read(lambda s: acties.due_to_release(s, now))
    for actie in waiting:
        await _by_clock(desk.approve(actie.id, HUB, klok=True), actie.id)
    return len(waiting)


async def light_due(desk: Desk) -> int:
    """Put acties on their schermen that a process started and could not show any more; returns how many."""
    dark = await desk.db.read(acties.due_to_light)
    for actie_id in dark:
        await desk.belicht(actie_id, HUB)
    return len(dark)


async def end_due(desk: Desk) -> int:
    """Close every actie whose looptijd is over: an actie never fades away without a closing message."""
    now = desk.clock.now()
    over = await desk.db.read(lambda s: acties.due_to_end(s, now))
    turn = asyncio.Semaphore(NAAST_ELKAAR)

    async def end(actie_id: str) -> None:
        async with turn:
            await _by_clock(desk.expire(actie_id), actie_id)

    # Side by side: one with thousands of subscribers keeps no other visible.
    await asyncio.gather(*(end(actie.id) for actie in over))
    return len(over)


async def follow_ended(desk: Desk) -> int:
    """Go on with the subscribers of acties that ended, where a process left that undone; returns of how many acties."""
    found = await desk.db.read(na_einde.unfinished)
    for actie_id in found:
        await _by_clock(desk.bij_abonnees(actie_id), actie_id)
    return len(found)


async def _by_clock(deed: Awaitable[object], actie_id: str) -> None:
    """Whatever is wrong with one actie must not hold up the next."""
    try:
        await deed
    except Exception as error:
        log.get("klok").error("de klok kon dit niet", id=actie_id, fout=log.redact(str(error)))


async def clean_disk(desk: Desk) -> bool:
    """Empty the write-ahead log again while an erased photo may still be in it (a reader held it before)."""
    if desk.disk_held or await desk.db.read(acties.disk_dirty):
        await desk.wipe_disk()
        return True
    return False


async def keep(desk: Desk) -> int:
    """Bring dossiers to the archive; returns how many."""
    return await dossier.schrijf(desk)


async def repair_journal(desk: Desk) -> None:
    """Complete the journal when this process missed a line in it; no other process knows that it did."""
    if desk.journaal.gemist:
        await complete_journal(desk)


async def complete_journal(desk: Desk) -> None:
    """Add the endings of which a line could not be written before, or from before there was a journal."""
    desk.journaal.gemist = False
    try:
        await _complete(desk)
    except BaseException:
        desk.journaal.gemist = True
        raise


async def _complete(desk: Desk) -> None:
    ended = await desk.db.read(_endings)
    if missing := ontbrekend(await desk.in_thread(desk.journaal.alles), ended):
        await desk.in_thread(lambda: desk.journaal.noteer(*missing))


def _endings(session: Session) -> list[Regel]:
    columns = (ActieRij.id, ActieRij.code, ActieRij.fase, ActieRij.reden, ActieRij.beeindigd_op)
    found = session.execute(select(*columns).where(ActieRij.fase.in_(EINDE)))
    return [Regel(id_, code, EINDE_DOOR[fase], reden, iso(op) or "") for id_, code, fase, reden, op in found]


async def purge(desk: Desk) -> int:
    """Apply the retention periods, one portion per transaction; returns how many rows went."""
    now, keep = desk.clock.now(), desk.config.bewaren
    await desk.db.write(lambda s: idempotent.purge(s, now))
    await desk.db.write(forget_signals)
    gone = 0
    for step in (opruimen.purge_kliks, opruimen.purge_gebeurtenissen, opruimen.purge_reacties):
        while count := await desk.db.write(partial(_portion, step, keep, now)):
            gone += count
    return gone


def _portion(step: Callable[[Session, Bewaren, datetime], int], keep: Bewaren, now: datetime, session: Session) -> int:
    return step(session, keep, now)
