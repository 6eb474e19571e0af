"""Quiet hours of a kanaal: until when a post that can wait does so. Pure; times are those of a Dutch clock."""

import re
from datetime import UTC, datetime, time, timedelta

from hub.kit.clock import AMSTERDAM

KAN_WACHTEN = frozenset({"buurtonderzoek", "preventie"})
"""Kinds of actie whose first post keeps quiet hours. All else goes out whatever the hour, and so do removals."""
VOORBEELD = "Schrijf het zo: 22:00-07:00."
_UREN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def fault(uren: str) -> str:
    """What is wrong with these quiet hours, in a sentence; empty when nothing is, or there are none."""
    if not uren:
        return ""
    span = _span(uren)
    return VOORBEELD if span is None or span[0] == span[1] else ""


def until(uren: str, soort: str, now: datetime) -> datetime | None:
    """Until when a first post of this kind waits; None when it may go now.

    The end is what the clock on the wall says, so that a night in which it is put forward or back ends right too.
    """
    span = _span(uren)
    if span is None or soort not in KAN_WACHTEN:
        return None
    begin, end = span
    here = now.astimezone(AMSTERDAM)
    # The wall clock without its offset: at a change of the hour it may pass a moment twice, and is quiet both times.
    wall = here.time().replace(tzinfo=None, fold=0)
    quiet = begin <= wall < end if begin < end else wall >= begin or wall < end
    if not quiet:
        return None
    day = here.date() if wall < end else here.date() + timedelta(days=1)
    # Of an end that the clock shows twice, or skips, the later moment.
    both = (datetime.combine(day, end, AMSTERDAM).replace(fold=fold) for fold in (0, 1))
    return max(moment.astimezone(UTC) for moment in both)


def ends(uren: str, now: datetime) -> dict[str, datetime]:
    """By kind of actie that waits now: until when."""
    if not uren:
        return {}
    return {soort: moment for soort in KAN_WACHTEN if (moment := until(uren, soort, now)) is not None}


def _span(uren: str) -> tuple[time, time] | None:
    found = _UREN.fullmatch(uren)
    if found is None:
        return None
    first, second, third, fourth = (int(part) for part in found.groups())
    return time(first, second), time(third, fourth)
