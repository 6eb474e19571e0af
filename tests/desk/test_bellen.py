"""When people are rung, and what they hear."""

from datetime import timedelta

import pytest

from hub.desk.bellen import ending_words, may_ring, remind_at, removal_words
from tests.builders import NU

HUB = "https://hub.example"


@pytest.mark.parametrize(
    ("geleden", "mag"), [(None, True), (0, False), (119, False), (120, True), (4000, True), (-86400, True)]
)
def test_a_ring_comes_at_once_and_then_once_per_interval(geleden: int | None, mag: bool) -> None:
    gebeld_op = None if geleden is None else NU - timedelta(seconds=geleden)
    assert may_ring(gebeld_op, NU, 2.0) is mag


@pytest.mark.parametrize(("duurt", "na"), [(60, 50), (20, 10), (19, 9.5), (5, 2.5)])
def test_the_reminder_comes_before_the_end_but_not_before_halfway(duurt: int, na: float) -> None:
    assert remind_at(NU, NU + timedelta(minutes=duurt), 10) == NU + timedelta(minutes=na)


def test_a_ring_names_the_kenmerk_and_the_kanalen_and_nothing_else() -> None:
    assert (
        removal_words("MN-2026-0793", ["whatsapp-utrecht"], HUB)
        == "Haal het bericht van MN-2026-0793 weg op whatsapp-utrecht: https://hub.example/taken"
    )
    assert "weg op app, groep en wijk: " in removal_words("MN-1", {"wijk", "app", "groep"}, HUB)


def test_a_reminder_says_when_it_stops_in_dutch_time() -> None:
    words = ending_words("MN-2026-0793", NU + timedelta(minutes=59), "id-1", HUB)
    assert words == "MN-2026-0793 stopt om 15:04. Langer laten duren? https://hub.example/acties/id-1"
