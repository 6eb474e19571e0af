"""Handles one message of a source at the desk: start, change, end, or leave alone, and writes down which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import LOPEND, Actie, Invoer
from hub.acties.validation import cleaned
from hub.desk.errors import Conflict, DeskError
from hub.desk.idempotent import Sleutel
from hub.desk.reservekopie import TERUGGEZET
from hub.feeds.eigen import is_ours
from hub.intake import boek
from hub.intake.boek import Gevolg, Regel
from hub.intake.vertalen import Stap
from hub.kanalen.stops import stopped
from hub.kit import log
from hub.kit.config import Bron
from hub.kit.db import Db
from hub.toegang import audit
from hub.toegang.model import Wie

STILSTAND = "de hub staat stil; dit wacht als concept tot iemand het uitzet."


class Opened(Protocol):
    """What the desk answers to `open`."""

    @property
    def actie(self) -> Actie: ...


class IntakeDesk(Protocol):
    """The use cases of the desk that a source needs."""

    async def open(self, invoer: Invoer, wie: Wie, *, sleutel: Sleutel | None = None, bron: str = "hub") -> Opened: ...

    async def correct(self, actie_id: str, wijziging: Mapping[str, object], wie: Wie, reden: str = "") -> Actie: ...

    async def withdraw(self, actie_id: str, reden: str, wie: Wie) -> Actie: ...

    async def close(self, actie_id: str, wie: Wie) -> Actie: ...


VAN_VOOR = "verzonden voor het terugzetten van een kopie; kijk eerst of dit al op de netwerken staat."


@dataclass(frozen=True, slots=True)
class Effect:
    """What handling one step came to."""

    gevolg: Gevolg
    actie_id: str = ""
    toelichting: str = ""


class Balie:
    """The counter where the messages of one source are handed in. `sender`: our own name in Landactiehost."""

    def __init__(self, desk: IntakeDesk, db: Db, bron: Bron, sender: str) -> None:
        self._desk, self._db, self._bron, self._sender = desk, db, bron, sender
        self._wie = Wie(f"bron {bron.naam}", "meldkamer")

    async def known(self, step: Stap) -> bool:
        """Whether this very message was handled before."""
        return await self._db.read(lambda session: boek.known(session, self._bron.naam, step.sleutel))

    async def handle(self, step: Stap, now: datetime, *, over: bool) -> Effect | None:
        """Do what the message asks; None when it broke unexpectedly and will be tried at the next poll.

        `over`: the same body ends it again, so it is not sent out.
        """
        try:
            effect = await self._effect(step, over)
        except Exception as error:
            fault = type(error).__name__
            log.get("intake").error("bericht mislukt", bron=self._bron.naam, id=step.extern_id, fout=fault)
            return None
        await self._db.write(
            lambda session: boek.note(
                session,
                bron=self._bron.naam,
                sleutel=step.sleutel,
                extern_id=step.extern_id,
                gevolg=effect.gevolg,
                now=now,
                verzonden_op=step.verzonden,
                actie_id=effect.actie_id,
                toelichting=effect.toelichting,
            )
        )
        return effect

    async def _effect(self, step: Stap, over: bool) -> Effect:
        ours, line, actie = await self._db.read(lambda session: self._look(session, step))
        if ours or (self._sender and step.sender.casefold() == self._sender.casefold()):
            return Effect("eigen")
        if step.einde:
            return await self._end(step, line, actie)
        if step.weigering or step.invoer is None:
            return Effect("geweigerd", toelichting=step.weigering)
        if line is not None and _too_late(step, line):
            return Effect("overgeslagen", line.actie_id)
        try:
            if line is None or line.voorbij or actie is None:
                return await self._begin(step, replace(step.invoer, publiceren=self._bron.direct and not over))
            return await self._change(step.invoer, actie)
        except DeskError as error:
            return Effect("geweigerd", actie.id if actie else "", str(error))

    def _look(self, session: Session, step: Stap) -> tuple[bool, Regel | None, Actie | None]:
        line = boek.newest(session, self._bron.naam, step.extern_id)
        actie = acties.get(session, line.actie_id) if line and line.actie_id else None
        return is_ours(session, step.extern_id), line, actie

    async def _begin(self, step: Stap, invoer: Invoer) -> Effect:
        """Start it; what a person must decide about first is made ready as a concept, with the reason."""
        reason = await self._db.read(lambda session: _waits(session, step)) if invoer.publiceren else ""
        effect = await self._open(step, replace(invoer, publiceren=invoer.publiceren and not reason))
        return replace(effect, toelichting=effect.toelichting or reason)

    async def _open(self, step: Stap, invoer: Invoer) -> Effect:
        # The key makes a second try after a crash find the first actie instead of making another.
        key = sha256(f"{self._bron.naam}|{step.sleutel}".encode()).hexdigest()
        try:
            opened = await self._desk.open(
                invoer, self._wie, sleutel=Sleutel(f"intake-{key}", key), bron=self._bron.naam
            )
        except Conflict as error:
            taken = error.actie_id
            running = await self._db.read(lambda session: acties.get(session, taken))
            if running is None:
                raise
            if running.bron != self._bron.naam:
                # Linking would let this source change and end what people here started.
                return Effect("overgeslagen", "", "hier loopt al een actie met dit kenmerk die niet van deze bron is.")
            return Effect("nieuw", running.id, "er liep al een actie met dit kenmerk; die is gekoppeld.")
        return Effect("nieuw", opened.actie.id, step.toelichting)

    async def _change(self, invoer: Invoer, actie: Actie) -> Effect:
        """The source's new words in a running actie; what people ended here stays ended."""
        if actie.fase not in LOPEND:
            return Effect("overgeslagen", actie.id, "de actie is hier al beëindigd.")
        new = cleaned(invoer)
        change: dict[str, object] = {
            name: value
            for name, value in (("titel", new.titel), ("bericht", new.bericht), ("cirkel", new.cirkel))
            if value and value != getattr(actie, name)
        }
        if not change:
            return Effect("ongewijzigd", actie.id)
        await self._desk.correct(actie.id, change, self._wie, f"gewijzigd door {self._wie.naam}")
        return Effect("gewijzigd", actie.id)

    async def _end(self, step: Stap, line: Regel | None, actie: Actie | None) -> Effect:
        """An end: before its beginning, twice or late, it always leaves a stone and never starts anything."""
        if line is None or actie is None:
            return Effect("grafsteen")
        if not line.voorbij and step.verzonden < line.verzonden_op:
            return Effect("overgeslagen", actie.id, "dit einde is ouder dan het laatste bericht.")
        if actie.fase in LOPEND:
            if step.intrekken or actie.fase != "actief":
                await self._desk.withdraw(actie.id, "anders", self._wie)
            else:
                await self._desk.close(actie.id, self._wie)
        return Effect("gesloten", actie.id)


def _waits(session: Session, step: Stap) -> str:
    """Why a source may not start this now: the hub is stopped, or this may have gone out before a restore."""
    if stopped(session) is not None:
        return STILSTAND
    back = audit.last(session, TERUGGEZET)
    return VAN_VOOR if back is not None and step.verzonden <= back else ""


def _too_late(step: Stap, line: Regel) -> bool:
    """Whether the source itself has said something newer: an Alert after its Cancel, an older text."""
    return step.verzonden <= line.verzonden_op if line.voorbij else step.verzonden < line.verzonden_op
