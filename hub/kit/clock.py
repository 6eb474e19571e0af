"""The one place that reads the time: a clock that tests can turn, and the Dutch way of showing an instant."""

import time
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Clock(Protocol):
    """Gives the current instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def monotonic() -> float:
    """Seconds on a clock that never jumps; only differences mean anything."""
    return time.monotonic()


def as_utc(moment: datetime) -> datetime:
    """The same instant in UTC; refuses a naive datetime, because guessing a zone moves an actie by an hour."""
    if moment.tzinfo is None:
        raise ValueError("Een tijdstip zonder tijdzone kan niet; geef bijvoorbeeld 2026-03-01T14:05:00+01:00.")
    return moment.astimezone(UTC)


def iso(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC with milliseconds and `Z`, as the API writes it."""
    if moment is None:
        return None
    return as_utc(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def nl_time(moment: datetime | None) -> str:
    """Clock time in the Netherlands with seconds: `14:05:09`; empty without a moment."""
    return moment.astimezone(AMSTERDAM).strftime("%H:%M:%S") if moment else ""


def nl_precise(moment: datetime | None) -> str:
    """Date and clock time in the Netherlands with seconds: `01-03-2026 14:05:09`; empty without a moment."""
    return moment.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M:%S") if moment else ""


def nl_moment(moment: datetime | None) -> str:
    """Date and clock time in the Netherlands: `01-03-2026 14:05`; empty without a moment."""
    return moment.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M") if moment else ""
