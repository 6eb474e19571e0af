"""Why a bezorging in the queue does not go out now, in one sentence for the people who look at its actie."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from hub.content import Limits
from hub.delivery.claim import POST, WEG, begun, lane_of
from hub.delivery.model import Bezorging
from hub.delivery.rules import Buur, may_begin
from hub.kanalen import store as kanalen
from hub.kanalen.model import Kanaal
from hub.kanalen.rules import WAAROM, Wacht, stroom, waits, window_wait
from hub.kanalen.stops import STIL, Stop, stopped
from hub.kit.clock import nl_time

BEURT = "Komt zo aan de beurt."
EERST: Mapping[str, str] = {
    "intrekken": "Wacht tot zeker is wat er met het bericht is, en of het nieuwe er staat.",
    "corrigeren": "Wacht tot het bericht er staat, en tot een eerdere wijziging klaar is.",
    "sluiten": "Wacht tot zeker is wat er met de andere berichten op dit kanaal is.",
}
"""What each soort waits for when it waits for another bezorging of its actie."""


def reasons(session: Session, rows: Sequence[Bezorging], limits: Mapping[str, Limits], now: datetime) -> dict[str, str]:
    """By id: why each row of one actie that is in the queue waits. `rows` are all of that actie."""
    queued = [row for row in rows if row.staat == "wachtrij"]
    if not queued:
        return {}
    known, stop = kanalen.some(session, {row.kanaal for row in queued}), stopped(session)

    families: dict[tuple[str, str], list[Bezorging]] = {}
    for row in rows:
        families.setdefault((row.kanaal, row.doel), []).append(row)

    @cache
    def window(naam: str) -> Wacht | None:
        limit = limits.get(naam)
        return window_wait(limit, begun(session, naam, limit, now), now) if limit else None

    return {
        row.id: _why(row, families[row.kanaal, row.doel], known.get(row.kanaal), stop, window, now) for row in queued
    }


def _why(
    row: Bezorging,
    rows: Collection[Bezorging],
    kanaal: Kanaal | None,
    stop: Stop | None,
    window: Callable[[str], Wacht | None],
    now: datetime,
) -> str:
    buren = [Buur(b.id, b.soort, b.staat, b.van_id, b.versie, b.doet) for b in rows if b.id != row.id]
    if may_begin(row.soort, row.van_id, buren, row.versie) == "wachten":
        return EERST.get(row.soort, BEURT)
    weg = lane_of(row.soort) == WEG
    if kanaal is not None:
        if kanaal.gepauzeerd and not weg:
            return "Wacht op iemand: bij Kanalen is een nieuwe sleutel of een nieuw wachtwoord nodig."
        found = waits(kanaal.rem, now, noodstop=stop is not None, weg=weg)
        if found is None and row.doet == "maakt":
            found = window(row.kanaal)
        if found is not None:
            return _held(found, kanaal, stop)
    if row.klaar_op > now and not row.pogingen and kanaal is not None and kanaal.stilte:
        return (
            f"Wacht tot {nl_time(row.klaar_op)[:5]}: dan zijn de stille uren van dit kanaal ({kanaal.stilte}) voorbij."
        )
    if row.klaar_op > now:
        return f"De hub probeert het opnieuw om {nl_time(row.klaar_op)}."
    if kanaal is not None and lane_of(row.soort) == POST and stroom(kanaal.rem.storing, now) == "half-open":
        return f"Wacht tot één ander bericht is gelukt: {WAAROM['storing']}."
    return BEURT


def _held(found: Wacht, kanaal: Kanaal, stop: Stop | None) -> str:
    """A stop ends when a person says so, the rest at a moment."""
    if found.reden == "noodstop":
        quiet = stop is not None and stop.naam == STIL
        why = "de hub is teruggezet uit een reservekopie" if quiet else WAAROM["noodstop"]
        return f"Wacht tot iemand bij Toestand de hub laat verdergaan: {why}."
    if found.reden == "gestopt":
        return f"Wacht tot iemand het kanaal vrijgeeft: {WAAROM['gestopt']} ({kanaal.rem.gestopt})."
    return f"Wacht tot {nl_time(found.tot)}: {WAAROM[found.reden]}."
