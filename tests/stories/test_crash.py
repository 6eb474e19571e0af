"""Kill -9 while delivering: nothing lost, nothing twice, and what is unknown is listed."""

from collections.abc import Callable

import pytest

from bench import crash


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_hub_that_is_killed_while_delivering_loses_nothing_and_posts_nothing_twice(
    rounds: Callable[[int], int],
) -> None:
    counts = crash.run(deliveries=max(40, rounds(200)), kills=max(3, rounds(20)))
    assert counts.verloren == 0
    assert counts.dubbel == 0
    assert counts.bezorgingen >= 40
