"""What will stop a kanaal is said in time, and quiet hours follow the clock on the wall."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.kanalen import stilte
from hub.kanalen.budget import Budget, Kosten
from hub.kanalen.gezondheid import Controle, Ruimte, warnings
from tests.builders import NU

GOED = Controle(NU, "@meldkamer", NU + timedelta(days=60))


def test_an_account_that_works_gives_no_warning() -> None:
    budget = Budget(Kosten(15, 200, 1_000, "altijd"), 800, 0.5)
    assert warnings(GOED, budget, Ruimte(5, 25), NU) == ()
    assert warnings(Controle(), None, None, NU) == ()


@pytest.mark.parametrize(
    ("dagen", "zegt"),
    [(14, "over 14 dagen"), (2, "over 2 dagen"), (1, "binnen twee dagen"), (-1, "is verlopen op")],
)
def test_a_key_that_ends_is_told_two_weeks_before(dagen: int, zegt: str) -> None:
    [zin] = warnings(Controle(NU, "@meldkamer", NU + timedelta(days=dagen)), None, None, NU)
    assert zegt in zin


def test_money_room_and_silence_are_told_before_they_stop_anything() -> None:
    budget = Budget(Kosten(15, 200, 1_000, "altijd"), 801, 0.5)
    stil = Controle(NU - timedelta(hours=6), "@meldkamer")
    assert [zin.split()[0] for zin in warnings(stil, budget, Ruimte(4, 25), NU)] == ["Het", "Dit", "Van"]


@pytest.mark.parametrize(
    ("uren", "soort", "nu", "tot"),
    [
        ("22:00-07:00", "preventie", "2026-03-01T22:30+01:00", "2026-03-02T07:00+01:00"),
        ("22:00-07:00", "buurtonderzoek", "2026-03-02T06:59+01:00", "2026-03-02T07:00+01:00"),
        ("22:00-07:00", "buurtonderzoek", "2026-03-02T07:00+01:00", None),
        ("22:00-07:00", "tijdkritisch", "2026-03-01T22:30+01:00", None),
        ("22:00-07:00", "alarmering", "2026-03-01T22:30+01:00", None),
        ("12:00-13:00", "preventie", "2026-03-01T12:00+01:00", "2026-03-01T13:00+01:00"),
        ("", "preventie", "2026-03-01T03:00+01:00", None),
        ("onzin", "preventie", "2026-03-01T03:00+01:00", None),
        # The night in which the clock goes forward, and the one in which it goes back.
        ("22:00-07:00", "preventie", "2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),
        ("22:00-07:00", "preventie", "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),
        ("22:00-02:30", "preventie", "2026-10-25T02:10+01:00", "2026-10-25T02:30+01:00"),
    ],
)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(uren: str, soort: str, nu: str, tot: str | None) -> None:
    found = stilte.until(uren, soort, datetime.fromisoformat(nu).astimezone(UTC))
    assert found == (datetime.fromisoformat(tot) if tot else None)


@pytest.mark.parametrize("uren", ["22-7", "24:00-07:00", "07:00-07:00", "altijd"])
def test_quiet_hours_that_nobody_can_keep_are_refused(uren: str) -> None:
    assert stilte.fault(uren) == stilte.VOORBEELD
    assert stilte.fault("22:00-07:00") == stilte.fault("") == ""


def test_every_end_of_a_quiet_night_of_two_years_lies_ahead_and_within_a_day() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment < datetime(2028, 1, 1, tzinfo=UTC):
        end = stilte.until("22:00-07:00", "preventie", moment)
        assert end is None or timedelta(0) < end - moment <= timedelta(hours=10)
        assert end is None or stilte.until("22:00-07:00", "preventie", end) is None
        moment += timedelta(minutes=47)
