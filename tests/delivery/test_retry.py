"""Waiting between tries: never a storm, never a wait that a netwerk made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.delivery.retry import LANGSTE_WACHT, MAXIMUM, asked, backoff

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
