"""Reads a source and lets the desk do what is new in it, so that nobody types an actie twice.

Reading the same body again changes nothing. A failed or empty poll closes nothing. One bad message never holds up
the others.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from hub.feeds import actions, landactiehost
from hub.feeds.lezen import FeedOnleesbaar
from hub.intake import boek
from hub.intake.balie import Balie, IntakeDesk
from hub.intake.boek import Stand
from hub.intake.ophalen import NietBereikbaar, fetch
from hub.intake.vertalen import Stap, from_action, from_land
from hub.kit.clock import Clock
from hub.kit.config import Bron
from hub.kit.db import Db

MAX_EXPLAINED = 20


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """What one poll did. `bekend`: messages that were handled before; `meldingen`: Dutch remarks and faults."""

    bron: str
    stand: Stand
    gelezen: int = 0
    nieuw: int = 0
    gewijzigd: int = 0
    ongewijzigd: int = 0
    gesloten: int = 0
    grafsteen: int = 0
    eigen: int = 0
    overgeslagen: int = 0
    geweigerd: int = 0
    bekend: int = 0
    mislukt: int = 0
    meldingen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Samenvatting:
    """The outcome for a person at a terminal. `gelukt` is False when the source could not be read."""

    gelukt: bool
    regels: tuple[str, ...]
    uitkomst: Uitkomst


async def run_intake(desk: IntakeDesk, db: Db, bron: Bron, source: str, clock: Clock, *, sender: str) -> Samenvatting:
    """Fetch `source` (a file or an address) once, handle it as `bron` and say in Dutch what happened."""
    try:
        body: bytes | NietBereikbaar = await fetch(source)
    except NietBereikbaar as error:
        body = error
    outcome = await poll_source(desk, db, bron, body, clock.now(), sender=sender)
    return Samenvatting(outcome.stand in ("goed", "leeg"), _lines(outcome, bron), outcome)


async def poll_source(
    desk: IntakeDesk,
    db: Db,
    bron: Bron,
    body: bytes | NietBereikbaar,
    now: datetime,
    *,
    sender: str,
) -> Uitkomst:
    """Handle one body of a source, or the fact that there was none. `sender`: our own name in Landactiehost."""
    if isinstance(body, NietBereikbaar):
        return await _nothing(db, bron, "niet-bereikbaar", str(body), now)
    try:
        steps, faults = _steps(bron, body, now)
    except FeedOnleesbaar as error:
        return await _nothing(db, bron, "onleesbaar", str(error), now)
    if not steps:
        return await _nothing(db, bron, "onleesbaar" if faults else "leeg", " ".join(faults), now)
    counts: Counter[str] = Counter()
    remarks = list(faults)
    balie = Balie(desk, db, bron, sender)
    ends = [(step.extern_id, step.verzonden) for step in steps if step.einde]
    for step in steps:
        if await balie.known(step):
            counts["bekend"] += 1
            continue
        over = any(id_ == step.extern_id and sent >= step.verzonden for id_, sent in ends)
        effect = await balie.handle(step, now, over=over)
        counts[effect.gevolg if effect else "mislukt"] += 1
        if effect is None:
            remarks.append(f"{step.extern_id}: niet gelukt; de hub probeert het bij de volgende lezing weer.")
        elif effect.toelichting:
            remarks.append(f"{step.extern_id}: {effect.toelichting}")
    note = " ".join(remarks)[:2000]
    await db.write(lambda session: boek.set_stand(session, bron.naam, "goed", note, now))
    return Uitkomst(bron.naam, "goed", gelezen=len(steps), meldingen=tuple(remarks), **counts)


def _steps(bron: Bron, body: bytes, now: datetime) -> tuple[list[Stap], tuple[str, ...]]:
    """The messages of a body as steps in order of sending; at the same second an end comes last."""
    if bron.soort == "actions":
        local = actions.parse(body)
        steps, faults = [from_action(item, bron, now) for item in local.berichten], local.fouten
    else:
        land = landactiehost.parse(body)
        steps, faults = [from_land(item, bron, now) for item in land.berichten], land.fouten
    return sorted(steps, key=lambda step: (step.verzonden, step.einde)), faults


async def _nothing(db: Db, bron: Bron, stand: Stand, why: str, now: datetime) -> Uitkomst:
    await db.write(lambda session: boek.set_stand(session, bron.naam, stand, why, now))
    return Uitkomst(bron.naam, stand, meldingen=(why,) if why else ())


def _lines(outcome: Uitkomst, bron: Bron) -> tuple[str, ...]:
    """The outcome as Dutch lines: one with the figures, then the remarks."""
    why = " ".join(outcome.meldingen)
    if outcome.stand == "leeg":
        return (f"{outcome.bron}: de bron is leeg. Lopende acties blijven lopen.",)
    if outcome.stand != "goed":
        state = "niet bereikbaar" if outcome.stand == "niet-bereikbaar" else "onleesbaar"
        return (f"{outcome.bron}: de bron is {state}. {why} Lopende acties blijven lopen.",)
    figures = ", ".join(
        f"{getattr(outcome, name)} {label}"
        for name, label in (
            ("nieuw", "nieuw"),
            ("gewijzigd", "gewijzigd"),
            ("gesloten", "gesloten"),
            ("bekend", "al bekend"),
            ("ongewijzigd", "zonder verschil"),
            ("grafsteen", "einde zonder begin"),
            ("eigen", "van onszelf"),
            ("overgeslagen", "overgeslagen"),
            ("geweigerd", "geweigerd"),
            ("mislukt", "mislukt"),
        )
        if getattr(outcome, name) or name in ("nieuw", "gewijzigd", "gesloten", "bekend")
    )
    kind = "oefening" if bron.modus == "oefening" else "echt"
    ready = "meteen uitgezet" if bron.direct else "klaargezet als concept"
    head = f"{outcome.bron} ({kind}): {outcome.gelezen} berichten gelezen: {figures}."
    started = (f"Nieuwe acties zijn {ready}.",) if outcome.nieuw else ()
    rest = outcome.meldingen[:MAX_EXPLAINED]
    more = len(outcome.meldingen) - len(rest)
    return (head, *started, *rest, *((f"En nog {more} opmerkingen.",) if more else ()))
