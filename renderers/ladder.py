"""Shorter and shorter words for the same actie, for when the room is small or the time to read is short.

Each step leaves out a whole sentence, a whole trait or a whole phrase: a poster never breaks off halfway, because half
of "grey hair" could point at somebody else. The last headline is made of the facts alone and has at most 40 characters.
"""

import re
from itertools import takewhile

STAPPEN = (140, 100, 90, 40)
"""Characters that text boards and strips have room for; besides these there is the full text."""
WEG_WOORDEN = 6
"""Words of a headline along the road; with the word above it seven, as many as are read in passing."""
CIJFERS = re.compile(r"\d(?:[ \u00a0./-]?\d){2,}")
"""A row of digits that asks to be remembered, such as that of a road or a bus; nobody who drives can."""

_ZIN = re.compile(r"[.!?](?= [A-ZÀ-Þ])")
_TREK = re.compile(r"[,;.](?= )")
_ZINSDEEL = re.compile(
    r",? (?:aan|bij|door|in|langs|met|na|naar|nabij|naast|om|op|over|rond|sinds|tegen|tijdens|uit|van|vanaf|vanuit|"
    r"voor)\b(?= \S)|[,;:] |(?<=\S) [–-] "
)
_ONAF = re.compile(r"(?:^|\s)(?:niet|geen|zonder|en|of|een|de|het|die|dat)$", re.IGNORECASE)
_KENTEKEN = re.compile(r"(?<![\w-])(?:[A-Z]{1,3}|\d{1,3})(?:-(?:[A-Z]{1,3}|\d{1,3})){2}(?![\w-])")


def zinnen(tekst: str) -> tuple[str, ...]:
    """The whole text, then without its last sentence, and so on down to the first; nothing for no text."""
    ends = [found.end() for found in _ZIN.finditer(tekst)]
    return tuple(tekst[:end] for end in (None, *reversed(ends))) if tekst else ()


def trekken(signalement: str) -> tuple[str, ...]:
    """The whole description of someone, then without its last trait, and so on down to the first."""
    ends = [found.start() for found in _TREK.finditer(signalement)]
    return (signalement, *(f"{signalement[:end]}." for end in reversed(ends))) if signalement else ()


def koppen(titel: str, kern: str) -> tuple[str, ...]:
    """The title; the longest beginning of it for each step that still says something; and the facts alone."""
    begins = zinsdelen(titel)
    steps = (next((one for one in begins if len(one) <= step), "") for step in STAPPEN)
    return tuple(dict.fromkeys(one for one in (titel, *steps, kern) if one))


def weg(titel: str, kern: str, woorden: int = WEG_WOORDEN, kenteken: str = "") -> tuple[str, ...]:
    """Headlines of few words for who drives past: beginnings of the title, then of the facts alone.

    None has a number to remember but the plate that is looked for.
    """
    found = (one for one in (*zinsdelen(titel), *zinsdelen(kern)) if len(one.split()) <= woorden)
    short = [one for one in found if not CIJFERS.search(one.replace(kenteken, ""))]
    return tuple(dict.fromkeys(short)) or (" ".join(kern.split()[:woorden]),)


def zinsdelen(titel: str) -> tuple[str, ...]:
    """Beginnings of a title that end before a preposition or a comma, longest first; none of a single word."""
    cuts = [titel[: found.start()].rstrip(" ,;:") for found in _ZINSDEEL.finditer(titel)]
    return tuple(dict.fromkeys([titel, *(cut for cut in reversed(cuts) if " " in cut and not _ONAF.search(cut))]))


def afzenders(afzender: str) -> tuple[str, ...]:
    """The sender in full, then without what comes after its last comma or "en"."""
    cuts = [found.start() for found in re.finditer(r", | en ", afzender)]
    return (afzender, *(afzender[:cut] for cut in reversed(cuts)))


def kenteken(*teksten: str) -> str:
    """The first Dutch number plate in these texts, such as 12-ABC-3; empty where there is none."""
    for tekst in teksten:
        for found in _KENTEKEN.findall(tekst):
            signs = found.replace("-", "")
            if len(signs) == 6 and not signs.isdigit() and not signs.isalpha():
                return str(found)
    return ""


def zonder_kenteken(kop: str, kenteken: str) -> str:
    """A headline that stands beside its number plate does not say it again."""
    return re.sub(rf"[\s,]*(?:\b(?:met|het|kenteken)\s+)*{re.escape(kenteken)}", "", kop).strip(" ,:")


def binnen(trappen: tuple[str, ...], woorden: int) -> tuple[str, ...]:
    """The steps of a ladder that have no more words than this."""
    return trappen[len(list(takewhile(lambda trap: len(trap.split()) > woorden, trappen))) :]
