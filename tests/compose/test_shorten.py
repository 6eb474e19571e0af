"""Shortening never breaks a word, a number or an address."""

import pytest

from hub.compose.counters import addresses, count
from hub.compose.shorten import shorten


@pytest.mark.parametrize(
    ("text", "maximum", "expected"),
    [
        ("kort", 4, "kort"),
        ("een twee drie", 9, "een twee…"),
        ("www.utrecht.nl/meldpunt", 10, ""),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bel 112", 7),
        ("Zie https://meldkamer.gemeente.nl/heel/lang/pad/ABCD2345 nu", 30),
        ("https://ah.nl/7Q2MKX9A", 23),
        ("(https://meldkamer.gemeente.nl/ABCD2345)", 25),
        # What a server may not see as a link counts in full, and never for less than a link.
        ("http://127.0.0.1:8000/heel/lang/pad/ABCD2345", 44),
        ("http://127.0.0.1/", 23),
        ("zie:https://meldkamer.gemeente.nl/ABCD2345", 42),
        ("https://meldkamer.gemeente.nl.voorbeeld.onzin/x", 47),
        ("https://meldkamer.gemeente.nl/x?a=1", 27),
        ("https://a.nl,https://b.nl", 46),
    ],
)
def test_for_mastodon_a_link_counts_as_23(text: str, expected: int) -> None:
    assert count("mastodon", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bel 112 – ‘nu’", 14),
        ("€ … 🚓", 8),
        ("cafe\u0301", 4),
        ("Zie https://ah.example.nl/ABCD2345 nu", 30),
        ("https://a.nl/b", 23),
        ("(https://ah.example.nl/ABCD2345).", 26),
        ("Kijk op burgernet.nl", 31),
        ("om 14.30 uur, 52.09 noord, jan@politie.nl", 41),
        ("http://127.0.0.1:8000/ABCD2345", 30),
    ],
)
def test_for_x_signs_weigh_and_a_link_counts_as_23(text: str, expected: int) -> None:
    assert count("x", text) == expected


def test_an_address_is_seen_with_and_without_http() -> None:
    assert addresses("Kijk op burgernet.nl, of https://ah.example.nl/A") == ("https://ah.example.nl/A", "burgernet.nl")
    assert addresses("Om 14.30 uur bij jan@politie.nl. Bel 112.") == ()
