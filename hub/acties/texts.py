"""Cleaning and judging of typed text: what cannot be seen is removed, what can deceive is refused.

Removed without a word: zero-width characters, direction marks, soft hyphens and other invisible characters
(a joiner inside an emoji stays), white space around the text. Refused: NUL and other control characters,
characters that turn the reading direction around (a name then reads differently from how it is stored),
halves of characters, and stacks of accents that run over neighbouring lines.
"""

import re
import unicodedata
from collections.abc import Iterator

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029\u000b\u000c]")
_STACK = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4}")
_SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f\u3000 ]+")
_JOINER = "\u200d"

_PHONE = re.compile(r"(?<![\w-])(?:\+31|0031|0)[\s-]?\(?[1-9](?:[\s()-]*\d){7,10}(?!\w)")
_PUBLIC_NUMBERS = re.compile(r"^0?(?:800|900)\d+$")
_NINE_DIGITS = re.compile(r"(?<!\d)\d{9}(?!\d)|(?<!\d)\d{4}[.\s]\d{2}[.\s]\d{3}(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PLATE = re.compile(r"(?<![\w-])(?=[A-Z\d-]*\d)(?=[A-Z\d-]*[A-Z])[A-Z\d]{1,3}-[A-Z\d]{2,3}-[A-Z\d]{1,2}(?![\w-])", re.I)


def clean(text: str, *, lines: bool = False) -> str:
    """The text without what nobody can see, in one spelling of accents. `lines`: line breaks may stay."""
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    text = "".join(_visible(text))
    if not lines:
        return _SPACES.sub(" ", text.replace("\n", " ")).strip()
    kept = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def fault(text: str) -> str:
    """Why a cleaned text cannot be used, as a Dutch sentence; empty when it can."""
    if "\x00" in text:
        return "Er staat een NUL-teken in de tekst. Typ de tekst opnieuw."
    if any(unicodedata.category(c) == "Cc" and c != "\n" for c in text):
        return "Er staat een onzichtbaar stuurteken in de tekst. Typ de tekst opnieuw."
    if _TURNING.search(text):
        return "Er staat een teken in de tekst dat de leesrichting omdraait. Haal dat weg."
    if any(unicodedata.category(c) in ("Cs", "Cn", "Co") for c in text):
        return "Er staat een onbruikbaar teken in de tekst. Typ de tekst opnieuw."
    if _STACK.search(text):
        return "Er staan te veel accenten op één letter."
    return ""


def private_patterns(text: str) -> list[str]:
    """What in a public text looks like private data, as Dutch warnings; an empty list when nothing does."""
    found = []
    if any(_is_bsn(re.sub(r"\D", "", match[0])) for match in _NINE_DIGITS.finditer(text)):
        found.append("Hier lijkt een burgerservicenummer te staan.")
    if any(not _is_public_number(match[0]) for match in _PHONE.finditer(text)):
        found.append("Hier lijkt een telefoonnummer te staan. Mensen bellen 112 of 0800-0011.")
    if _MAIL.search(text):
        found.append("Hier lijkt een e-mailadres te staan.")
    if _PLATE.search(text):
        found.append("Hier lijkt een kenteken te staan. Klopt het, en moet iedereen het zien?")
    return found


def _visible(text: str) -> Iterator[str]:
    for index, character in enumerate(text):
        if unicodedata.category(character) != "Cf" or _TURNING.match(character):
            yield character
        elif character == _JOINER and 0 < index < len(text) - 1 and _pictorial(text[index - 1], text[index + 1]):
            yield character


def _pictorial(before: str, after: str) -> bool:
    """Whether a joiner between these two glues an emoji together."""
    return (before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk")) and unicodedata.category(after) == "So"


def _is_bsn(digits: str) -> bool:
    """The eleven-test of the burgerservicenummer."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return int(digits) > 0 and sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == 0


def _is_public_number(number: str) -> bool:
    digits = re.sub(r"\D", "", number).removeprefix("0031").removeprefix("31")
    return bool(_PUBLIC_NUMBERS.match(digits))
