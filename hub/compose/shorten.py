"""Shortening at word borders, so that a text fits and a telephone number or address in it stays whole."""

from collections.abc import Callable, Mapping

import regex

from hub.compose.counters import Counter, addresses

ELLIPSIS = "…"
_BORDER = regex.compile(r"\s+")
_WHOLE = regex.compile(r"://|\d{3}")
_LOOSE = " \n,;:-–("


def shorten(text: str, maximum: int, counter: Counter) -> str:
    """The longest start of `text` that ends between two words and fits with an ellipsis; empty when none does.

    A space between two digits is no border: half a telephone number is worse than none. One word that is longer
    than the room is cut between visible characters, unless it is an address or a number: that one goes.
    """
    if counter(text) <= maximum:
        return text
    best = ""
    for border in _BORDER.finditer(text):
        before, after = text[border.start() - 1 : border.start()], text[border.end() : border.end() + 1]
        if before.isdigit() and after.isdigit():
            continue
        start = text[: border.start()].rstrip(_LOOSE) + ELLIPSIS
        if counter(start) > maximum:
            break
        best = start if len(start) > len(ELLIPSIS) else best
    return best or _cut_word(text, maximum, counter)


def fit(
    render: Callable[[Mapping[str, str]], str],
    fields: Mapping[str, str],
    least: Mapping[str, int],
    maximum: int,
    counter: Counter,
) -> tuple[str, Mapping[str, str]]:
    """Render with shorter and shorter fields until it fits; may still be too long when every field is gone.

    Returns the text and what is left of the fields. `least` names the fields in the order in which they
    give way, each with the length below which it is dropped.
    """
    left = dict(fields)
    text = render(left)
    for name in least:
        while left.get(name) and (over := counter(text) - maximum) > 0:
            room = counter(left[name]) - over
            left[name] = shorten(left[name], room, counter) if room >= least[name] else ""
            text = render(left)
    return text, left


def _cut_word(text: str, maximum: int, counter: Counter) -> str:
    word = _BORDER.split(text, maxsplit=1)[0]
    if _WHOLE.search(word) or addresses(word):
        return ""
    kept = ""
    for visible in regex.findall(r"\X", word):
        if counter(kept + visible + ELLIPSIS) > maximum:
            break
        kept += visible
    return kept + ELLIPSIS if kept else ""
