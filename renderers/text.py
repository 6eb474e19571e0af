"""Fits text into boxes: Dutch line breaking, the largest size that fits, and shorter texts when none does."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from renderers.fonts import CAP, DESCENT, Fonts

NBSP = "\u00a0"

# A number stays with the word before or after it that gives it meaning.
_UNITS = (
    r"jaar|jarige?|meter|m|cm|km|kilometer|kilo|kg|uur|min|minuten|euro|graden|personen|mensen|dagen|"
    r"januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
)
_PIECES = re.compile(rf"[^-/{NBSP}]+[-/{NBSP}]?|[-/{NBSP}]")
_TIGHT_PIECES = re.compile(r"[^-/]+[-/]?|[-/]")
_GLUE = (
    re.compile(r"(?i)\b(bel|van|om|tot|circa|ongeveer|tel\.?|nr\.?|huisnummer|lijn|maat|perron|de A|de N) (?=\d)"),
    re.compile(rf"(?i)(?<=\d) (?=(?:{_UNITS})\b)"),
    re.compile(r"(?<=\S) (?=112\b)"),
    re.compile(r"(?<=\b[A-Z]) (?=\d)"),
    re.compile(r"(?<=\s)([–-]) "),
)


@dataclass(frozen=True, slots=True)
class Blok:
    """Lines that fit: their letter size, weight and line distance (in letter sizes)."""

    lines: tuple[str, ...]
    size: int
    weight: str
    leading: float

    @property
    def height(self) -> int:
        """From the top of the first capital to the lowest tail, in pixels."""
        return block_height(len(self.lines), self.size, self.leading)


def block_height(lines: int, size: int, leading: float) -> int:
    """Pixels that so many lines take; nothing for no lines."""
    if lines == 0:
        return 0
    return round(size * (CAP + DESCENT + (lines - 1) * leading))


_KOP_GLUE = (
    re.compile(r"\b(?:aan|bij|de|door|een|het|in|met|na|naar|om|op|over|te|ter|uit|van|voor) (?=\S)"),
    re.compile(r"\b(?:[Vv]an|[Dd]e[nr]?|[Tt]e[nr]?|'[ts]) (?=[A-ZÀ-Þ])"),
)
"""In a headline a short word stays with what it is about, and a family name in one piece."""


def glue(text: str) -> str:
    """The text on one line of single spaces, with no-break spaces where Dutch readers expect no break."""
    text = re.sub(r"\s+", " ", text).strip()
    for pattern in _GLUE:
        text = pattern.sub(lambda found: found.group(0).rstrip(" ") + NBSP, text)
    return text


def glue_headline(text: str) -> str:
    """As `glue`, for a headline: no line ends in a lone preposition."""
    text = glue(text)
    for pattern in _KOP_GLUE:
        text = pattern.sub(lambda found: found.group(0).rstrip(" ") + NBSP, text)
    return text


def wrap(fonts: Fonts, text: str, weight: str, limit: float, loose: bool = True) -> tuple[str, ...] | None:
    """Lines no wider than `limit` letter sizes, or None when one word is wider than that.

    `loose` allows a break at a no-break space where nothing else helps.
    """
    space = fonts.advance(weight, " ")
    words, widest = fonts.words(weight, text)
    if widest <= limit:
        return _whole_words(words, space, limit)
    lines: list[str] = []
    line, width = "", 0.0
    for word, apart in _words(fonts, text, weight, limit, loose):
        advance = fonts.advance(weight, word)
        if advance > limit:
            return None
        gap = space if apart else 0.0
        if line and width + gap + advance > limit:
            lines.append(line)
            line, width = word, advance
        elif line:
            line, width = line + (" " if apart else "") + word, width + gap + advance
        else:
            line, width = word, advance
    return (*lines, line) if line else tuple(lines)


def _whole_words(words: Sequence[tuple[str, float]], space: float, limit: float) -> tuple[str, ...]:
    """Lines of words that each fit one."""
    lines: list[str] = []
    line: list[str] = []
    width = 0.0
    for word, advance in words:
        wider = width + space + advance if line else advance
        if wider > limit:
            lines.append(" ".join(line))
            line, wider = [], advance
        line.append(word)
        width = wider
    return (*lines, " ".join(line)) if line else ()


def _words(fonts: Fonts, text: str, weight: str, limit: float, loose: bool) -> Iterator[tuple[str, bool]]:
    """Words, and whether a space goes before them. One too wide for a line comes in its parts."""
    for word in filter(None, text.split(" ")):
        if fonts.advance(weight, word) <= limit:
            yield word, True
            continue
        apart = True
        for piece in (_PIECES if loose else _TIGHT_PIECES).findall(word):
            yield piece.rstrip(NBSP), apart
            apart = piece.endswith(NBSP)


def fit(
    fonts: Fonts, text: str, weight: str, leading: float, box: tuple[int, int], sizes: tuple[int, int]
) -> Blok | None:
    """The text at its largest size within the box (width, height); None when even the smallest is too big."""
    return _fit(fonts, text, weight, leading, box, sizes, loose=False) or (
        _fit(fonts, text, weight, leading, box, sizes, loose=True) if NBSP in text else None
    )


def _fit(
    fonts: Fonts, text: str, weight: str, leading: float, box: tuple[int, int], sizes: tuple[int, int], loose: bool
) -> Blok | None:
    width, height = box

    def at(size: int) -> tuple[str, ...] | None:
        lines = wrap(fonts, text, weight, width / size, loose)
        return lines if lines is not None and block_height(len(lines), size, leading) <= height else None

    small, large = sizes
    best = at(small)
    if best is None:
        return None
    best_size, low, high = small, small + 1, large
    while low <= high:
        middle = (low + high) // 2
        lines = at(middle)
        if lines is None:
            high = middle - 1
        else:
            best, best_size, low = lines, middle, middle + 1
    limit = width / best_size
    lines = _at_pauses(fonts, text, weight, limit, len(best))
    return Blok(lines or _balanced(fonts, text, weight, limit, best, loose), best_size, weight, leading)


def _balanced(
    fonts: Fonts, text: str, weight: str, limit: float, lines: tuple[str, ...], loose: bool
) -> tuple[str, ...]:
    """The same number of lines, as equal in length as can be: no lonely last word."""
    low, high = 0.45 * limit, limit
    for _ in range(7 if len(lines) > 1 else 0):
        middle = (low + high) / 2
        trial = wrap(fonts, text, weight, middle, loose)
        if trial is not None and len(trial) == len(lines):
            lines, high = trial, middle
        else:
            low = middle
    return lines


def _at_pauses(fonts: Fonts, text: str, weight: str, limit: float, count: int) -> tuple[str, ...]:
    """So many lines that part where a reader pauses; nothing when that takes more of them or leaves one short."""
    phrases = re.sub(r"(?<![,;:.]) ", NBSP, text)
    lines = wrap(fonts, phrases, weight, limit, loose=False) if count > 1 else None
    if lines is None or len(lines) != count or " ".join(lines) != phrases:
        return ()
    lines = _balanced(fonts, phrases, weight, limit, lines, loose=False)
    widths = [fonts.advance(weight, line) for line in lines]
    if min(widths) < 0.4 * max(widths):
        return ()
    ends = list(accumulate(len(line) + 1 for line in lines))
    return tuple(text[start : end - 1] for start, end in pairwise([0, *ends]))


def fit_ladder(
    fonts: Fonts,
    texts: Sequence[str],
    weight: str,
    leading: float,
    box: tuple[int, int],
    sizes: tuple[int, int],
) -> Blok | None:
    """The first text of the ladder that fits, at its largest size; None when even the last does not."""
    found = (fit(fonts, text, weight, leading, box, sizes) for text in texts)
    return next((block for block in found if block is not None), None)
