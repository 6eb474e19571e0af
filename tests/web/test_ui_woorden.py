"""How the pages say things."""

import pytest

from hub.web.ui import woorden


@pytest.mark.parametrize(
    ("naam", "woord"),
    [
        ("vindIkLeuks", "vind ik leuk"),
        ("weergaven", "weergaven"),
        ("linkKliks", "link kliks"),
        ("quote_count", "quote count"),
    ],
)
def test_a_native_counter_is_readable(naam: str, woord: str) -> None:
    assert woorden.teller(naam) == woord


@pytest.mark.parametrize(
    ("seconden", "woorden_"),
    [
        (0.0, "meteen"),
        (0.7, "binnen 0,7 seconden"),
        (1, "binnen 1 seconde"),
        (1.02, "binnen 1,1 seconden"),
        (44.3, "binnen 45 seconden"),
        (200, "binnen 4 min"),
    ],
)
def test_how_soon_it_was_is_said_in_full_words(seconden: float, woorden_: str) -> None:
    assert woorden.binnen(seconden) == woorden_
