"""Time: aware and in UTC inside, Dutch clock time for readers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hub.kit import clock

WINTER = datetime(2026, 3, 1, 13, 5, 9, 123456, tzinfo=UTC)
ZOMER = datetime(2026, 7, 1, 13, 5, 9, tzinfo=UTC)


def test_readers_see_dutch_time_in_winter_and_summer() -> None:
    assert (clock.nl_time(WINTER), clock.nl_time(ZOMER)) == ("14:05:09", "15:05:09")
    assert clock.nl_moment(WINTER) == "01-03-2026 14:05"
    assert clock.nl_precise(WINTER).startswith("01-03-2026 14:05:")
    assert (clock.nl_time(None), clock.nl_moment(None), clock.nl_precise(None)) == ("", "", "")


def test_the_api_writes_utc_with_milliseconds() -> None:
    assert clock.iso(WINTER) == "2026-03-01T13:05:09.123Z"
    assert clock.iso(WINTER.astimezone(timezone(timedelta(hours=5)))) == "2026-03-01T13:05:09.123Z"
    assert clock.iso(None) is None


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="tijdzone"):
        clock.as_utc(WINTER.replace(tzinfo=None))


def test_the_systems_clock_is_aware() -> None:
    assert clock.SystemClock().now().utcoffset() == timedelta(0)
    assert clock.monotonic() <= clock.monotonic()
