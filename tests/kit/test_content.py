"""What a netwerk says about waiting: seconds or a date, and anything else is nothing."""

import math
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.content import Gezondheid, NotNow, Reply, bestand_adres, http_date, retry_after
from tests.builders import NU


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        ("0.5", 0.5),
        ("-3", -3.0),
        ("1000000000", 1e9),
        ("Sun, 01 Mar 2026 13:05:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 13:04:30 GMT", -30.0),
        ("", None),
        ("straks", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_a_retry_after_is_a_number_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(header, NU) == seconds


def test_a_date_says_nothing_without_the_moment_of_the_answer() -> None:
    assert retry_after("Sun, 01 Mar 2026 13:05:30 GMT", None) is None


@given(st.text())
def test_no_header_breaks_the_reading(header: str) -> None:
    seconds = retry_after(header, NU)
    assert seconds is None or math.isfinite(seconds)


@given(st.integers(-(10**6), 10**6))
def test_a_date_is_read_as_it_was_written(seconds: int) -> None:
    assert retry_after(format_datetime(NU + timedelta(seconds=seconds), usegmt=True), NU) == seconds
    assert http_date(format_datetime(NU, usegmt=True)) == NU


def test_only_a_named_time_or_a_limit_concerns_the_whole_account() -> None:
    assert not NotNow("geen verbinding").limited
    assert NotNow("te veel", 7.0).limited
    assert NotNow("te veel", limited=True).limited
    assert not NotNow("nog te zien", 1.0, limited=False).limited


def test_what_a_netwerk_names_can_be_stored() -> None:
    assert Reply("a\0b\ud800", NU).ref == "ab?"
    assert Gezondheid("@a\0").naam == "@a"


@pytest.mark.parametrize(
    ("url", "buiten", "hier"),
    [
        ("https://ergens.nl/7.jpg", True, True),
        ("https://8.8.8.8/7.jpg", True, True),
        ("http://127.0.0.1:9/7.jpg", False, True),
        ("http://2130706433/7.jpg", False, True),
        ("http://localhost./7.jpg", False, True),
        ("http://[::1]/7.jpg", False, True),
        ("http://10.0.0.7/herstart", False, True),
        ("http://169.254.169.254/latest", False, False),
        ("http://[::ffff:169.254.169.254]/latest", False, False),
        ("https://netwerk@ergens.nl/7.jpg", False, False),
        ("file:///etc/passwd", False, False),
        ("", False, False),
    ],
)
def test_a_file_that_a_netwerk_names_is_asked_for_inside_only_by_a_netwerk_inside(
    url: str, buiten: bool, hier: bool
) -> None:
    assert bestand_adres(url, "https://netwerk.nl") is buiten
    assert bestand_adres(url, "http://127.0.0.1:4000") is hier
