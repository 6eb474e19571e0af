"""Kill -9 and freeze while delivering: nothing lost, nothing twice, and what is unknown is listed."""

from collections.abc import Callable

import pytest

from bench import crash
from bench.faults.points import POINTS

Rounds = Callable[[int], int]


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("database", "stops"), [("sqlite", 0), ("postgresql", 100)])
def test_a_hub_that_is_killed_while_delivering_loses_nothing_and_posts_nothing_twice(
    database: str, stops: int, rounds: Rounds
) -> None:
    counts, unknown = crash.run(rounds(10_000), rounds(200), database=database, stops=stops and rounds(stops))
    assert (counts.verloren, counts.dubbel) == (0, 0)
    assert counts.bezorgingen >= rounds(10_000)
    assert unknown.ever == counts.onbekend + counts.vanzelfOpgelost


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_hub_that_dies_at_any_named_point_loses_nothing_and_posts_nothing_twice(rounds: Rounds) -> None:
    times = rounds(50)
    counts = crash.at_points([f"{point}:{1 + number % 2}" for number in range(times) for point in POINTS])
    assert (counts.kills, counts.verloren, counts.dubbel) == (times * len(POINTS), 0, 0)
