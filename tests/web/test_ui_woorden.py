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
