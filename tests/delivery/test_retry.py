"""Waiting between tries: never a storm, never a wait that a netwerk made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.content import NotNow
from hub.delivery.retry import LANGSTE_WACHT, LANGSTE_WACHT_WEG, MAXIMUM, asked, backoff, not_now, still_there, too_many

chance = st.floats(0, 1)


@given(st.integers(1, 1000), chance)
def test_a_retry_waits_between_an_eighth_of_a_second_and_the_maximum(poging: int, willekeur: float) -> None:
    assert 0.125 <= backoff(poging, willekeur) <= MAXIMUM


@given(st.floats(allow_nan=False), chance)
def test_an_absurd_retry_after_is_clamped(after: float, willekeur: float) -> None:
    assert 0.5 <= asked(after, willekeur) <= LANGSTE_WACHT + 5


@pytest.mark.parametrize("after", [1.0, 5.0, 60.0])
def test_a_retry_never_comes_before_the_time_the_netwerk_asked_for(after: float) -> None:
    assert asked(after, 0.0) >= after


@given(st.integers(1, 1000), chance)
def test_too_many_calls_without_a_time_never_waits_almost_nothing(poging: int, willekeur: float) -> None:
    whole = min(MAXIMUM, 2.0**poging) if poging < 10 else MAXIMUM
    assert whole / 2 <= too_many(poging, willekeur) <= whole


@pytest.mark.parametrize(
    ("error", "least", "most"),
    [
        (NotNow("geen verbinding"), 0.125, 0.5),
        (NotNow("te veel", limited=True), 1.0, 2.0),
        (NotNow("te veel", 7.0), 7.0, 8.0),
        (NotNow("te veel", -7.0), 0.5, 1.0),
        (NotNow("te veel", 1e9), LANGSTE_WACHT, LANGSTE_WACHT + 5),
    ],
)
@pytest.mark.parametrize("willekeur", [0.0, 0.5, 1.0])
def test_the_wait_follows_what_the_netwerk_said(error: NotNow, least: float, most: float, willekeur: float) -> None:
    assert least <= not_now(error, 1, willekeur, weg=False) <= most


@given(st.floats(allow_nan=False, allow_infinity=False), chance)
def test_a_removal_is_tried_again_within_a_minute_whatever_the_netwerk_asks(after: float, willekeur: float) -> None:
    assert 0.5 <= not_now(NotNow("te veel", after), 1, willekeur, weg=True) <= LANGSTE_WACHT_WEG


def test_a_post_that_stays_to_be_seen_is_asked_for_fast_at_first_and_then_more_slowly() -> None:
    assert [still_there(poging, 1.0, haast=True) for poging in (1, 5)] == [1.0, 1.0]
    assert still_there(8, 1.0, haast=True) == MAXIMUM
    assert still_there(1, 0.0, haast=False) < 1.0
