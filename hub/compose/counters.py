"""Counting text the way a netwerk does; a counter is one line in `COUNTERS`."""

import unicodedata
from collections.abc import Callable, Mapping

import regex

Counter = Callable[[str], int]


def _utf16(text: str) -> int:
    """UTF-16 units: most emoji count twice. A safe upper bound of what Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _graphemes(text: str) -> int:
    """What people call characters, or a tenth of the bytes where that is more: Bluesky takes 300 and 3,000."""
    return max(len(regex.findall(r"\X", text)), -(-len(text.encode("utf-8", "surrogatepass")) // 10))


_ADDRESS = regex.compile(r"https?://(?:(?!https?://)\S)*", regex.IGNORECASE)
_SURE = regex.compile(
    r"(?<![^\s(])https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2}|com|net|org)(?=[/\s]|$)(?:/[a-z0-9/_-]*)?",
    regex.IGNORECASE,
)
_LINK = 23


def _links_as_23(text: str) -> int:
    """Characters, a link as 23. What a server may not take for a link counts in full: a safe upper bound."""
    extra = 0
    for found in _ADDRESS.finditer(text):
        sure, length = _SURE.match(text, found.start()), found.end() - found.start()
        extra += _LINK - (sure.end() - sure.start()) if sure else max(0, _LINK - length)
    return len(text) + extra


_BARE = regex.compile(r"(?<![\w@./-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+\p{L}{2,}\b(?:[/?:]\S*)?")
"""What X takes for an address without http in front, where the end is a name of the internet."""
_HEAVY = regex.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
"""What weighs two on X; everything else weighs one."""


def addresses(text: str) -> tuple[str, ...]:
    """Everything in the text that a netwerk may take for an address, with or without http in front."""
    bare = _BARE.findall(_ADDRESS.sub(" ", text))
    return (*_ADDRESS.findall(text), *bare)


def _weight(text: str) -> int:
    return len(text) + len(_HEAVY.findall(text))


def _weighted(text: str) -> int:
    """What X counts: two for an emoji, `€` or `…`, and 23 for a link. A safe upper bound: an emoji of several code
    points counts each of them, and what X may not take for a link counts in full. (The library for this needs
    pkg_resources, which Python's tools have dropped.)"""
    text = unicodedata.normalize("NFC", text)
    rest, links = _ADDRESS.sub(" ", text), 0
    for found in _ADDRESS.finditer(text):
        sure, weight = _SURE.match(text, found.start()), _weight(found.group())
        # The rest of an address that does not stop where it surely is one, counts as text behind it.
        links += _LINK + weight - _weight(sure.group()) if sure else max(_LINK, weight)
        links -= 1  # the space in its place
    bare = sum(max(0, _LINK - _weight(found)) for found in _BARE.findall(rest))
    return _weight(rest) + links + bare


COUNTERS: Mapping[str, Counter] = {
    "plain": len,
    "telegram": _utf16,
    "bluesky": _graphemes,
    "mastodon": _links_as_23,
    "x": _weighted,
}
"""`plain` counts characters (code points), `telegram` UTF-16 units, `bluesky` graphemes and bytes,
`mastodon` characters with a link as 23, `x` weighed characters with a link as 23."""


def count(name: str, text: str) -> int:
    """The length of a text by the counter of this name; raises KeyError for a counter nobody knows."""
    return COUNTERS[name](text)
