"""Reads what outside feeds really send: numbers as strings, strings as numbers, missing keys, one bad entry.

Text is decoded once (a feed may hold HTML entities) and cleaned of tags and control characters. What cannot
be used becomes a fault in plain Dutch; the other entries survive.
"""

import html
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import orjson

from hub.content import Cirkel

T = TypeVar("T")

# Only what looks like a tag: "jonger dan <5 jaar" is text.
TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
# Control characters, and the marks that let text run backwards over what stands before it.
HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
MILLISECONDS_FROM = 1e12
MAX_TEXT = 8000


class FeedOnleesbaar(Exception):
    """The body as a whole is not the promised form; the message says in Dutch what was wrong."""


class BerichtOnbruikbaar(Exception):
    """One entry cannot be used; the message says in Dutch why."""


@dataclass(frozen=True, slots=True)
class Gelezen(Generic[T]):
    """What a body held: usable entries in their own order, and a Dutch sentence per entry that was not."""

    berichten: tuple[T, ...]
    fouten: tuple[str, ...] = ()


def load(body: bytes) -> Any:
    """The JSON of a body, with or without a byte order mark."""
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FeedOnleesbaar(f"De feed is geen geldige JSON (regel {error.lineno}, teken {error.colno}).") from error


def collect(items: Iterable[Any], read: Callable[[dict[str, Any]], T]) -> Gelezen[T]:
    """`read` every entry; a bad one is reported by its place in the feed and the rest goes on."""
    good: list[T] = []
    faults: list[str] = []
    for place, item in enumerate(items, start=1):
        try:
            if not isinstance(item, dict):
                raise BerichtOnbruikbaar("het is geen object")
            good.append(read(item))
        except BerichtOnbruikbaar as error:
            faults.append(f"Bericht {place} is overgeslagen: {error}.")
    return Gelezen(tuple(good), tuple(faults))


def part(value: Any) -> dict[str, Any]:
    """A nested object; an empty one where it is missing, null or something else."""
    return value if isinstance(value, dict) else {}


def clean(value: str) -> str:
    """Text as people read it: entities decoded once, no tags, no hidden characters, single spaces."""
    text = TAG.sub(" ", html.unescape(value))
    return " ".join(HIDDEN.sub("", text).split())[:MAX_TEXT]


def as_text(value: Any) -> str:
    """The cleaned text of a scalar, or of a list of them; empty for null, booleans and objects."""
    if isinstance(value, list):
        return " ".join(filter(None, map(as_text, value)))
    if isinstance(value, bool) or value is None or isinstance(value, dict):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))


def as_number(value: Any) -> float | None:
    """A finite number, also out of a string; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_flag(value: Any, missing: bool) -> bool:
    """A boolean, also as word or digit; `missing` where it says nothing understandable."""
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "ja": True, "false": False, "0": False, "nee": False}.get(
        as_text(value).casefold(), missing
    )


def as_moment(value: Any) -> datetime | None:
    """An instant out of Unix seconds or milliseconds, as number or string."""
    number = as_number(value)
    if number is None or number <= 0:
        return None
    seconds = number / 1000 if number > MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def as_url(value: Any) -> str | None:
    """An absolute web address; anything else (data:, javascript:, relative) is none."""
    url = value.strip() if isinstance(value, str) else ""
    return url if re.fullmatch(r"https?://[^\s<>\"']{1,1000}", url) else None


def as_circle(lat: Any, lon: Any, metres: Any) -> Cirkel | None:
    """A circle on the globe with a radius in metres, or None."""
    numbers = (as_number(lat), as_number(lon), as_number(metres))
    if numbers[0] is None or numbers[1] is None or numbers[2] is None:
        return None
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180 or not 0 < numbers[2] <= 1_000_000:
        return None
    return Cirkel(numbers[0], numbers[1], max(1, round(numbers[2])))


def escape(text: str) -> str:
    """Text for a feed: its readers write it into pages as it is, so `<`, `>` and `&` leave as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
