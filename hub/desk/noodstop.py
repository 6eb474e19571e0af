"""Stopping in one move: the whole hub, or one kanaal. Posts wait and keep their place; removals always go on."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from hub.desk.basis import Basis
from hub.desk.errors import Ongeldig
from hub.desk.kanaalbeheer import need_kanaal
from hub.kanalen import stops, store
from hub.kanalen.stops import Stop
from hub.toegang import audit
from hub.toegang.model import Wie

LANGSTE_REDEN = 200
ZONDER_REDEN = "geen reden opgegeven"
"""A person in a hurry needs no words; an integrator says why."""


async def stop_hub(desk: Basis, reden: str, wie: Wie) -> Stop:
    """Nothing is placed, changed or closed with a message from now on; a second pull changes nothing."""
    why = _reason(reden)

    def work(session: Session) -> Stop:
        now = desk.clock.now()
        if stops.pull(session, why, wie.naam, now):
            _audit(session, desk, wie, "noodstop aan", {"reden": why})
        found = stops.stopped(session)
        return found or Stop(stops.NOODSTOP, why, wie.naam, now)

    return await desk.db.write(work)


async def release_hub(desk: Basis, wie: Wie) -> Stop | None:
    """The hub goes on; returns the stop that still holds it, if another does."""

    def work(session: Session) -> Stop | None:
        held = stops.stopped(session)
        if held is not None and stops.release(session, naam=held.naam):
            _audit(session, desk, wie, f"{held.naam} uit", {})
        return stops.stopped(session)

    return await desk.db.write(work)


async def stop_kanaal(desk: Basis, naam: str, reden: str, wie: Wie) -> None:
    """Nothing is placed, changed or closed with a message on this kanaal from now on."""
    await need_kanaal(desk, naam, wie)
    why = _reason(reden)
    await desk.db.write(_halt(desk, naam, why, wie, "kanaal stilgezet"))


async def release_kanaal(desk: Basis, naam: str, wie: Wie) -> None:
    """The kanaal goes on with what waited."""
    await need_kanaal(desk, naam, wie)
    await desk.db.write(_halt(desk, naam, "", wie, "kanaal vrijgegeven"))


def _halt(desk: Basis, naam: str, reden: str, wie: Wie, deed: str) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        kanaal = store.get(session, naam)
        if kanaal is not None and bool(kanaal.rem.gestopt) != bool(reden):
            store.halt(session, naam, reden)
            _audit(session, desk, wie, deed, {"kanaal": naam, **({"reden": reden} if reden else {})})

    return work


def _reason(reden: str) -> str:
    why = " ".join(reden.split())
    if len(why) > LANGSTE_REDEN:
        raise Ongeldig([("reden", f"Houd de reden korter dan {LANGSTE_REDEN} tekens.")])
    return why or ZONDER_REDEN


def _audit(session: Session, desk: Basis, wie: Wie, deed: str, details: Mapping[str, object]) -> None:
    audit.write(session, wie=wie.naam, deed=deed, now=desk.clock.now(), bijzonderheden=details)
