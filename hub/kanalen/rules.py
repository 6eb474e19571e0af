"""What stands in the way of a kanaal, and until when: the stop of a person, a limit, a breaker. Pure.

Only posts wait for these. A removal waits for one thing alone: that the netwerk asked to wait with removals. The
breaker hears of posts only, so that a removal neither opens nor needs it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hub.content import Limits, Quota

STORINGEN = 5
BINNEN = timedelta(seconds=60)
RUST = timedelta(seconds=30)
LANGSTE_RUST = timedelta(minutes=5)
LANGSTE_WACHT = timedelta(minutes=15)
"""What a netwerk may ask at most: after this we ask again, whatever it said or our clock did."""


@dataclass(frozen=True, slots=True)
class Storing:
    """The breaker: so many failures since then; from enough of them on it is open until `tot`, then half open."""

    aantal: int = 0
    sinds: datetime | None = None
    tot: datetime | None = None


Stroom = Literal["dicht", "open", "half-open"]
"""A breaker that is `dicht` lets everything through, `open` nothing and `half-open` one post at a time."""


def stroom(storing: Storing, now: datetime) -> Stroom:
    """How the breaker stands."""
    if storing.tot is None:
        return "dicht"
    return "open" if until(storing.tot, now) is not None else "half-open"


def failed(storing: Storing, now: datetime) -> Storing:
    """After one more failure: the fifth in a minute opens the breaker, a failed probe opens it for twice as long.

    Failures of calls that were under way when it opened make it no longer. The minute begins with its first failure
    and does not slide along: two that touch may hold four each, so the ninth in any minute opens it at the latest.
    """
    if storing.tot is not None:
        if stroom(storing, now) == "open":
            return storing
        rest = min(LANGSTE_RUST, RUST * 2 ** min(storing.aantal + 1 - STORINGEN, 10))
        return Storing(storing.aantal + 1, storing.sinds, now + rest)
    if storing.sinds is None or not timedelta(0) <= now - storing.sinds <= BINNEN:
        return Storing(1, now)
    count = storing.aantal + 1
    return Storing(count, storing.sinds, now + RUST if count >= STORINGEN else None)


def until(moment: datetime | None, now: datetime) -> datetime | None:
    """That moment while it is still to come. One that nobody can have asked for comes from a clock that jumped."""
    return moment if moment is not None and now < moment <= now + LANGSTE_WACHT else None


def later(known: datetime | None, asked: datetime, now: datetime) -> datetime:
    """Until when to wait after one more answer: the latest that was asked, never longer than `LANGSTE_WACHT`."""
    asked = min(asked, now + LANGSTE_WACHT)
    current = until(known, now)
    return max(current, asked) if current is not None else asked


def used_up(quota: Quota | None) -> datetime | None:
    """Until when the netwerk allows no more posts, as its answer said; None while it allows some."""
    return quota.tot if quota is not None and quota.over <= 0 else None


@dataclass(frozen=True, slots=True)
class Rem:
    """What a kanaal remembers that holds its posts up, or with `weg_na` its removals."""

    gestopt: str = ""
    post_na: datetime | None = None
    weg_na: datetime | None = None
    storing: Storing = Storing()


@dataclass(frozen=True, slots=True)
class Wacht:
    """Why posts (or removals) wait, and until when; without `tot` it is until a person acts."""

    reden: Literal["noodstop", "gestopt", "limiet", "storing", "venster"]
    tot: datetime | None = None


WAAROM: Mapping[str, str] = {
    "noodstop": "de noodstop van de hub staat aan",
    "gestopt": "dit kanaal is stilgezet",
    "limiet": "het netwerk vraagt om even te wachten",
    "storing": "het netwerk was te vaak niet te bereiken",
    "venster": "dit account mag nu even geen berichten meer plaatsen",
}
"""Each reason to wait, in words."""


def waits(rem: Rem, now: datetime, *, noodstop: bool = False, weg: bool = False) -> Wacht | None:
    """Why nothing may begin on this kanaal now, or None. `noodstop`: the stop of the whole hub is pulled."""
    if weg:
        return _wait("limiet", until(rem.weg_na, now))
    if noodstop:
        return Wacht("noodstop")
    if rem.gestopt:
        return Wacht("gestopt")
    return _wait("limiet", until(rem.post_na, now)) or _wait("storing", until(rem.storing.tot, now))


def room(rem: Rem, now: datetime, *, onderweg: int, gelijktijdig: int, noodstop: bool, weg: bool) -> int:
    """How many more calls may begin on one lane of this kanaal, with `onderweg` under way over all processes."""
    if waits(rem, now, noodstop=noodstop, weg=weg) is not None:
        return 0
    probing = not weg and stroom(rem.storing, now) == "half-open"
    return max(0, (1 if probing else gelijktijdig) - onderweg)


def window_room(limits: Limits | None, begonnen: int) -> int | None:
    """How many more posts our own limit allows, with so many begun within the window; None without a limit."""
    if limits is None or limits.per_venster is None or limits.venster_seconden <= 0:
        return None
    return max(0, limits.per_venster - begonnen)


def window_wait(limits: Limits | None, begonnen: Iterable[datetime], now: datetime) -> Wacht | None:
    """Until when our own limit allows no more posts, given when the latest ones began."""
    if limits is None or limits.per_venster is None or limits.venster_seconden <= 0:
        return None
    length = timedelta(seconds=limits.venster_seconden)
    recent = sorted(moment for moment in begonnen if moment > now - length)
    if len(recent) < limits.per_venster:
        return None
    # The window has room again once so many have left it that one fewer than allowed is in it.
    return Wacht("venster", recent[len(recent) - limits.per_venster] + length)


def _wait(reden: Literal["limiet", "storing"], tot: datetime | None) -> Wacht | None:
    return Wacht(reden, tot) if tot is not None else None
