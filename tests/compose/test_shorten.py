"""Shortening never breaks a word, a number or an address."""

import pytest

from hub.compose.counters import count
from hub.compose.shorten import shorten


@pytest.mark.parametrize(
    ("text", "maximum", "expected"),
    [
        ("kort", 4, "kort"),
        ("een twee drie", 9, "een twee…"),
        ("een twee drie", 8, "een…"),
        ("een, twee drie", 6, "een…"),
        ("Bel 06 12 34 56 78 nu", 12, "Bel…"),
        ("Bel 0800-0011 nu", 12, "Bel…"),
        ("Bel 0800-0011 nu", 14, "Bel 0800-0011…"),
        ("https://ah.example/7Q2MKX9A en meer", 12, ""),
        ("donaudampfschifffahrt", 6, "donau…"),
        ("👨‍👩‍👧👨‍👩‍👧", 7, "👨‍👩‍👧…"),
        ("woord", 0, ""),
        ("woord", -3, ""),
    ],
)
def test_a_text_is_cut_between_words(text: str, maximum: int, expected: str) -> None:
    assert shorten(text, maximum, len) == expected


def test_emoji_count_twice_for_telegram_and_once_plainly() -> None:
    assert (count("plain", "a🚗"), count("telegram", "a🚗")) == (2, 3)
    with pytest.raises(KeyError):
        count("onbekend", "a")
