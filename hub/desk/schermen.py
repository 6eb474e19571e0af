"""Schermen as people set them up: registered, given a new address or look, switched on and off.

A scherm that joins while acties run lights up in the same transaction.
"""

from dataclasses import replace
from math import isfinite

from sqlalchemy.orm import Session

from hub.acties import gemeenten
from hub.acties import store as acties
from hub.acties.view import view
from hub.content import Thema
from hub.desk.basis import Basis
from hub.desk.errors import Conflict, Geweigerd, NietGevonden, Ongeldig
from hub.screens import rules, store
from hub.screens.model import SOORTEN, THEMAS, NaamBezet, Scherm, SchermInvoer
from hub.toegang import audit
from hub.toegang.model import Wie
from hub.tracking import links

LOPEND_MAX = 1000
ONBEKEND_THEMA = f"Deze waarde bestaat niet. Kies uit: {', '.join(THEMAS)}."


async def register_scherm(desk: Basis, invoer: SchermInvoer, wie: Wie) -> tuple[Scherm, str]:
    """A new scherm and the token of its address, which cannot be read back; raises Ongeldig with all faults."""
    if found := faults(invoer):
        raise Ongeldig(found)
    _own_area(invoer.gemeente, wie)
    now = desk.clock.now()

    def work(session: Session) -> tuple[Scherm, str]:
        try:
            scherm, token = store.create(
                session,
                naam=invoer.naam.strip(),
                gemeente=invoer.gemeente,
                punt=invoer.punt,
                breedte=invoer.breedte,
                hoogte=invoer.hoogte,
                soort=invoer.soort,
                beheerder=invoer.beheerder.strip(),
                echt=invoer.echt,
                thema=invoer.thema,
                tweetalig=invoer.tweetalig,
                now=now,
            )
        except NaamBezet as error:
            raise Conflict(str(error)) from error
        audit.write(
            session,
            wie=wie.naam,
            deed="scherm geregistreerd",
            now=now,
            bijzonderheden={"scherm": scherm.naam, "id": scherm.id},
        )
        invite(desk, session)
        light_up(desk, session, scherm)
        return scherm, token

    return await desk.db.write(work)


async def rotate(desk: Basis, scherm_id: str, wie: Wie) -> str:
    """A new token for a scherm; the old address stops at once."""
    await need_scherm(desk, scherm_id, wie)
    now = desk.clock.now()

    def work(session: Session) -> str:
        token = store.rotate(session, scherm_id)
        audit.write(session, wie=wie.naam, deed="scherm kreeg nieuw adres", now=now, bijzonderheden={"id": scherm_id})
        return token

    return await desk.db.write(work)


async def switch(desk: Basis, scherm_id: str, aan: bool, wie: Wie) -> Scherm:
    """Switch a scherm on (it shows what runs) or off (it shows the neutral picture)."""
    await need_scherm(desk, scherm_id, wie)
    now = desk.clock.now()

    def work(session: Session) -> Scherm:
        store.switch(session, scherm_id, aan)
        deed = "scherm aangezet" if aan else "scherm uitgezet"
        audit.write(session, wie=wie.naam, deed=deed, now=now, bijzonderheden={"id": scherm_id})
        changed = store.get(session, scherm_id)
        if changed is None:
            raise NietGevonden("Dit scherm bestaat niet.")
        if aan:
            light_up(desk, session, changed)
        return changed

    return await desk.db.write(work)


async def restyle(desk: Basis, scherm_id: str, wie: Wie, *, thema: Thema | None, tweetalig: bool | None) -> Scherm:
    """Change how posters look on a scherm; None keeps what it was. One of config.yaml changes there."""
    scherm = await need_scherm(desk, scherm_id, wie)
    if scherm.vastgelegd:
        raise Conflict(f"{scherm.naam} staat in config.yaml. Verander het scherm daar en start de hub opnieuw.")
    if thema is not None and thema not in THEMAS:
        raise Ongeldig([("thema", ONBEKEND_THEMA)])
    now = desk.clock.now()

    def work(session: Session) -> Scherm:
        before = store.get(session, scherm_id)
        if before is None:
            raise NietGevonden("Dit scherm bestaat niet.")
        after = replace(
            before, thema=thema or before.thema, tweetalig=before.tweetalig if tweetalig is None else tweetalig
        )
        if after != before:
            store.restyle(session, scherm_id, after.thema, after.tweetalig)
            told = {"id": scherm_id, "thema": after.thema, "tweetalig": after.tweetalig}
            audit.write(session, wie=wie.naam, deed="scherm kreeg ander uiterlijk", now=now, bijzonderheden=told)
        return after

    return await desk.db.write(work)


def light_up(desk: Basis, session: Session, scherm: Scherm) -> int:
    """Put every running actie that this scherm serves on it; returns how many."""
    running = acties.find_many(session, fasen=["actief"], limit=LOPEND_MAX)
    served = [actie for actie in running if rules.serves(scherm, view(actie, desk.config))]
    for actie in served:
        desk.show_on(session, actie, [scherm], desk.clock.now())
    return len(served)


def invite(desk: Basis, session: Session) -> None:
    """Give every scherm a short link to where people can join, if there is such a page. A code stays the same for as
    long as its scherm exists, and follows a page that moves; without a page it leads nowhere."""
    if not desk.config.deelnemen_url:
        links.unlead(session, links.WERVING)
        return
    codes = links.mint_many(
        session,
        actie_id=links.WERVING,
        plek="scherm",
        namen=[scherm.naam for scherm in store.all(session) if not scherm.link_code],
        doel_url=desk.config.deelnemen_url,
        now=desk.clock.now(),
    )
    store.invite(session, codes)


async def need_scherm(desk: Basis, scherm_id: str, wie: Wie) -> Scherm:
    """The scherm, if it lies within the regions of this person; raises NietGevonden."""
    scherm = await desk.db.read(lambda s: store.get(s, scherm_id))
    if scherm is None or not _in_area(scherm.gemeente, wie):
        raise NietGevonden("Dit scherm bestaat niet.")
    return scherm


def faults(invoer: SchermInvoer) -> list[tuple[str, str]]:
    """All faults as (field, Dutch sentence)."""
    found = []
    if not 1 <= len(invoer.naam.strip()) <= 80:
        found.append(("naam", "Een naam heeft 1 tot 80 tekens."))
    if not invoer.naam.isprintable():
        found.append(("naam", "Deze naam bevat tekens die niet kunnen."))
    place = gemeenten.find(invoer.gemeente)
    if place is None or place.geldig_tot is not None:
        found.append(("gemeente", "Dit is geen gemeente. Een code ziet eruit als GM0344."))
    if invoer.punt is not None and not _in_nederland(invoer.punt):
        found.append(("punt", "Dit punt ligt niet in Nederland. Zijn lat en lon verwisseld?"))
    maat = (invoer.breedte, invoer.hoogte)
    if size := rules.size_fault(*maat) or rules.poster_fault(*maat):
        found.append(("breedte", size))
    if invoer.soort not in SOORTEN:
        found.append(("soort", f"Deze waarde bestaat niet. Kies uit: {', '.join(SOORTEN)}."))
    if invoer.thema not in THEMAS:
        found.append(("thema", ONBEKEND_THEMA))
    return found


def _in_nederland(punt: tuple[float, float]) -> bool:
    return all(isfinite(value) for value in punt) and gemeenten.in_nederland(*punt)


def _in_area(gemeente: str, wie: Wie) -> bool:
    place = gemeenten.find(gemeente)
    return wie.mag_gebied(gemeente, place.veiligheidsregio if place else "")


def _own_area(gemeente: str, wie: Wie) -> None:
    if not _in_area(gemeente, wie):
        raise Geweigerd("rol-gebied", "Deze gemeente valt buiten uw gebied.")
