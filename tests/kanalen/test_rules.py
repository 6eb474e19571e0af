"""What holds up the posts of a kanaal, cell by cell: stops, limits, the breaker. Removals pass nearly all of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.content import Limits, Quota
from hub.kanalen.rules import (
    BINNEN,
    LANGSTE_RUST,
    LANGSTE_WACHT,
    RUST,
    STORINGEN,
    Rem,
    Storing,
    Wacht,
    failed,
    later,
    room,
    stroom,
    until,
    used_up,
    waits,
    window_room,
    window_wait,
)
from tests.builders import NU


def na(seconden: float) -> timedelta:
    return timedelta(seconds=seconden)


def storingen(*seconden: float) -> Storing:
    """The breaker after failures at these seconds."""
    found = Storing()
    for moment in seconden:
        found = failed(found, NU + na(moment))
    return found


# -- the breaker -----------------------------------------------------------------------------------------------
def test_five_failures_within_a_minute_open_the_breaker_for_half_a_minute() -> None:
    assert stroom(storingen(0, 10, 20, 30), NU + na(31)) == "dicht"
    opened = storingen(0, 10, 20, 30, 40)
    assert stroom(opened, NU + na(41)) == "open"
    assert opened.tot == NU + na(40) + RUST


def test_failures_that_lie_further_apart_leave_it_closed() -> None:
    assert stroom(storingen(*(20 * number for number in range(30))), NU + na(600)) == "dicht"


@given(st.lists(st.floats(0, 61), max_size=80))
def test_no_minute_holds_more_than_eight_failures_before_it_opens(pauzes: list[float]) -> None:
    storing, moment, gezien = Storing(), NU, []
    for pauze in pauzes:
        moment += na(pauze)
        storing = failed(storing, moment)
        if stroom(storing, moment) == "open":
            return
        gezien.append(moment)
        assert sum(moment - eerder < BINNEN for eerder in gezien) <= 2 * (STORINGEN - 1)


@given(st.lists(st.floats(0, 15), min_size=STORINGEN, max_size=STORINGEN))
def test_a_kanaal_that_goes_on_failing_every_quarter_of_a_minute_is_seen_at_the_fifth(pauzes: list[float]) -> None:
    momenten = [sum(pauzes[: number + 1]) for number in range(STORINGEN)]
    assert stroom(storingen(*momenten), NU + na(momenten[-1])) == "open"


def test_after_its_rest_it_is_half_open_and_a_failed_probe_doubles_the_rest() -> None:
    storing, moment, rests = storingen(0, 0, 0, 0, 0), NU, []
    for _ in range(6):
        assert storing.tot is not None
        rests.append((storing.tot - moment).total_seconds())
        moment = storing.tot
        assert stroom(storing, moment) == "half-open"
        storing = failed(storing, moment)
    assert rests == [30, 60, 120, 240, 300, 300]


def test_calls_that_were_under_way_when_it_opened_make_its_rest_no_longer() -> None:
    opened = storingen(0, 0, 0, 0, 0)
    assert failed(failed(opened, NU + na(1)), NU + na(2)) == opened


@given(st.lists(st.floats(0, 400), max_size=80))
def test_the_breaker_never_rests_longer_than_five_minutes(pauzes: list[float]) -> None:
    storing, moment = Storing(), NU
    for pauze in pauzes:
        moment += na(pauze)
        storing = failed(storing, moment)
        assert storing.tot is None or storing.tot <= moment + LANGSTE_RUST
        assert storing.tot is None or storing.aantal >= STORINGEN


@given(st.floats(-(10**6), -1))
def test_a_clock_that_jumps_back_does_not_count_old_failures_or_keep_the_breaker_open(sprong: float) -> None:
    assert failed(storingen(0, 0, 0, 0), NU + na(sprong)) == Storing(1, NU + na(sprong))
    opened = storingen(0, 0, 0, 0, 0)
    assert stroom(opened, NU - LANGSTE_WACHT) == "half-open"
    assert BINNEN > timedelta(0)


# -- what a netwerk asks ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("known", "asked", "tot"),
    [
        (None, 7, 7),
        (3, 7, 7),
        (7, 3, 7),
        (-5, 3, 3),
        (None, 10**9, LANGSTE_WACHT.total_seconds()),
        (10**9, 3, 3),
    ],
)
def test_the_latest_of_what_was_asked_counts_and_nothing_absurd(known: int | None, asked: int, tot: float) -> None:
    assert later(None if known is None else NU + na(known), NU + na(asked), NU) == NU + na(tot)


def test_a_moment_that_is_over_or_that_nobody_asked_for_holds_nothing_up() -> None:
    assert until(NU, NU) is None
    assert until(NU + na(1), NU) == NU + na(1)
    assert until(NU + timedelta(days=1), NU) is None
    assert until(None, NU) is None


def test_only_a_quota_that_is_used_up_makes_posts_wait() -> None:
    assert used_up(None) is None
    assert used_up(Quota(1, NU)) is None
    assert used_up(Quota(0, NU + na(9))) == NU + na(9)


# -- what waits ------------------------------------------------------------------------------------------------
ALLES = Rem("verkeerde tekst", NU + na(60), None, storingen(0, 0, 0, 0, 0))


def test_a_removal_waits_for_nothing_that_holds_up_posts() -> None:
    assert waits(ALLES, NU, noodstop=True, weg=True) is None
    assert room(ALLES, NU, onderweg=1, gelijktijdig=4, noodstop=True, weg=True) == 3


def test_a_removal_waits_only_when_the_netwerk_asked_to_wait_with_removals() -> None:
    rem = Rem(weg_na=NU + na(5))
    assert waits(rem, NU, weg=True) == Wacht("limiet", NU + na(5))
    assert waits(rem, NU) is None
    assert room(rem, NU, onderweg=0, gelijktijdig=4, noodstop=False, weg=True) == 0


@pytest.mark.parametrize(
    ("rem", "noodstop", "reden"),
    [
        (ALLES, True, "noodstop"),
        (ALLES, False, "gestopt"),
        (replace(ALLES, gestopt=""), False, "limiet"),
        (replace(ALLES, gestopt="", post_na=None), False, "storing"),
        (Rem(), True, "noodstop"),
    ],
)
def test_a_post_waits_and_the_reason_that_a_person_can_lift_is_told_first(rem: Rem, noodstop: bool, reden: str) -> None:
    found = waits(rem, NU, noodstop=noodstop)
    assert found is not None
    assert found.reden == reden
    assert room(rem, NU, onderweg=0, gelijktijdig=4, noodstop=noodstop, weg=False) == 0


def test_a_half_open_breaker_lets_one_post_through_at_a_time() -> None:
    rem, later_on = Rem(storing=storingen(0, 0, 0, 0, 0)), NU + RUST
    assert room(rem, later_on, onderweg=0, gelijktijdig=4, noodstop=False, weg=False) == 1
    assert room(rem, later_on, onderweg=1, gelijktijdig=4, noodstop=False, weg=False) == 0
    assert room(rem, later_on, onderweg=1, gelijktijdig=4, noodstop=False, weg=True) == 3


@given(st.integers(0, 50), st.integers(1, 20))
def test_calls_of_all_processes_together_stay_within_the_number_at_once(onderweg: int, gelijktijdig: int) -> None:
    left = room(Rem(), NU, onderweg=onderweg, gelijktijdig=gelijktijdig, noodstop=False, weg=False)
    assert 0 <= left == max(0, gelijktijdig - onderweg)


# -- our own limit ---------------------------------------------------------------------------------------------
DRIE = Limits(500, 500, per_venster=3, venster_seconden=60)


def test_our_own_limit_counts_what_began_within_the_window() -> None:
    assert window_room(None, 99) is None
    assert window_room(Limits(500, 500), 99) is None
    assert [window_room(DRIE, begonnen) for begonnen in (0, 2, 3, 4)] == [3, 1, 0, 0]


def test_a_full_window_has_room_again_when_enough_posts_have_left_it() -> None:
    assert window_wait(DRIE, [NU - na(50), NU - na(30)], NU) is None
    assert window_wait(DRIE, [NU - na(70), NU - na(50), NU - na(30)], NU) is None
    assert window_wait(DRIE, [NU - na(50), NU - na(30), NU], NU) == Wacht("venster", NU + na(10))
    assert window_wait(DRIE, [NU - na(50), NU - na(40), NU - na(30), NU], NU) == Wacht("venster", NU + na(20))
    assert window_wait(Limits(500, 500), [NU], NU) is None
