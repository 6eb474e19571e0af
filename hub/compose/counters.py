"""Counting text the way a netwerk does; a counter is one line in `COUNTERS`."""

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


COUNTERS: Mapping[str, Counter] = {"plain": len, "telegram": _utf16, "bluesky": _graphemes, "mastodon": _links_as_23}
"""`plain` counts characters (code points), `telegram` UTF-16 units, `bluesky` graphemes and bytes,
`mastodon` characters with a link as 23."""


def count(name: str, text: str) -> int:
    """The length of a text by the counter of this name; raises KeyError for a counter nobody knows."""
    return COUNTERS[name](text)
