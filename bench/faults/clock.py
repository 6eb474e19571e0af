"""A clock that runs, and jumps where a test says so; the monotonic clock beside it runs on undisturbed.

clock = JumpingClock(NACHTEN["zomertijd"])   # set just before the hour that does not exist
clock.jump(hours=-1)
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hub.kit.clock import SystemClock

NACHTEN: Mapping[str, datetime] = {
    "zomertijd": datetime(2027, 3, 28, 1, tzinfo=UTC),
    "wintertijd": datetime(2027, 10, 31, 1, tzinfo=UTC),
    "schrikkeldag": datetime(2028, 2, 28, 23, tzinfo=UTC),
    "na schrikkeldag": datetime(2028, 2, 29, 23, tzinfo=UTC),
    "oud en nieuw": datetime(2026, 12, 31, 23, tzinfo=UTC),
}
"""Moments at which clocks in the Netherlands do something unusual: 02:00 or 03:00 at a change, else midnight."""
SPRONGEN = (timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1))
"""How far a clock jumps when somebody sets it, or when a machine wakes up with another."""


class JumpingClock(SystemClock):
    """The clock of this machine, moved. `JumpingClock(moment)` starts at that moment."""

    def __init__(self, moment: datetime | None = None) -> None:
        self._moved = timedelta()
        if moment is not None:
            self.set(moment)

    def now(self) -> datetime:
        """The moved moment."""
        return super().now() + self._moved

    def set(self, moment: datetime) -> None:
        """It is that moment now, and the clock runs on from there."""
        self._moved = moment - super().now()

    def jump(self, by: timedelta = timedelta(), /, **more: float) -> None:
        """Put the clock forward, or back: `jump(hours=-1)`, `jump(SPRONGEN[0])`."""
        self._moved += by + timedelta(**more)
