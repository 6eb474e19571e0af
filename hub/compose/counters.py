"""Counting text the way a netwerk does; a counter is one line in `COUNTERS`."""

from collections.abc import Callable, Mapping

Counter = Callable[[str], int]


def _utf16(text: str) -> int:
    """UTF-16 units: most emoji count twice. A safe upper bound of what Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


COUNTERS: Mapping[str, Counter] = {"plain": len, "telegram": _utf16}
"""`plain` counts characters (code points), `telegram` counts UTF-16 units."""


def count(name: str, text: str) -> int:
    """The length of a text by the counter of this name; raises KeyError for a counter nobody knows."""
    return COUNTERS[name](text)
