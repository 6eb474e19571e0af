"""Every pair of ink and ground on a poster can be read in daylight, and no pair was forgotten."""

import pytest

from renderers import tokens


@pytest.mark.parametrize("pair", sorted(tokens.PAIRS))
def test_contrast_is_at_least_seven(pair: str) -> None:
    assert tokens.contrast(*tokens.PAIRS[pair]) >= 7


def test_contrast_is_that_of_wcag() -> None:
    assert tokens.contrast(tokens.ZWART, tokens.WIT) == pytest.approx(21)
    assert tokens.contrast((0x77, 0x77, 0x77), tokens.WIT) == pytest.approx(4.48, abs=0.01)
