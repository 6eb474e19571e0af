"""Every pair of ink and ground on a poster can be read in daylight, and no pair was forgotten."""

import pytest
from coloraide import Color

from renderers import tokens
from renderers.tokens import Colour


@pytest.mark.parametrize("pair", sorted(tokens.PAIRS))
def test_contrast_is_at_least_seven(pair: str) -> None:
    assert tokens.contrast(*tokens.PAIRS[pair]) >= 7


def test_contrast_is_that_of_wcag() -> None:
    assert tokens.contrast(tokens.ZWART, tokens.WIT) == pytest.approx(21)
    assert tokens.contrast((0x77, 0x77, 0x77), tokens.WIT) == pytest.approx(4.48, abs=0.01)


def apca(ink: Colour, ground: Colour) -> float:
    """Lightness contrast (Lc) of text, by the published constants of APCA 0.1.9."""

    def soft(colour: Colour) -> float:
        parts = zip(colour, (0.2126729, 0.7151522, 0.0721750), strict=True)
        y = sum((part / 255) ** 2.4 * share for part, share in parts)
        return float(y + max(0.0, 0.022 - y) ** 1.414)

    text, back = soft(ink), soft(ground)
    if back > text:
        return float(max(0.0, (back**0.56 - text**0.57) * 1.14 - 0.027) * 100)
    return float(max(0.0, (text**0.62 - back**0.65) * 1.14 - 0.027) * 100)


def test_black_on_white_has_the_published_lightness_contrast() -> None:
    assert apca((0, 0, 0), (255, 255, 255)) == pytest.approx(106.04, abs=0.01)
    assert apca((255, 255, 255), (0, 0, 0)) == pytest.approx(107.88, abs=0.01)


@pytest.mark.parametrize("pair", sorted(tokens.PAIRS))
def test_text_has_the_lightness_contrast_that_readers_need(pair: str) -> None:
    assert apca(*tokens.PAIRS[pair]) >= (60 if "zacht" in pair or pair == "kenteken" else 75)


@pytest.mark.parametrize("kind", ["protan", "deutan", "tritan"])
@pytest.mark.parametrize("pair", sorted(tokens.PAIRS))
def test_who_sees_other_colours_reads_it_too(pair: str, kind: str) -> None:
    sides = (Color("srgb", [part / 255 for part in colour]) for colour in tokens.PAIRS[pair])
    ink, ground = (side.filter(kind).clip() for side in sides)
    assert ink.contrast(ground, method="wcag21") >= 4.5


def test_every_theme_has_every_mood() -> None:
    moods = {frozenset(kleuren.paletten) for kleuren in tokens.THEMAS.values()}
    assert moods == {frozenset({"vermist", "zaak", "hulp", "slot", "rust"})}
