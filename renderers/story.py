"""The story of a poster: headline, facts and text one below the other, as large as they fit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from renderers.canvas import Canvas
from renderers.errors import PosterError
from renderers.formats import Rect
from renderers.text import NBSP, Blok, fit, fit_ladder
from renderers.tokens import Colour
from renderers.words import Inhoud

KOP_LEADING, TEKST_LEADING, FEIT_LEADING = 1.1, 1.32, 1.25
SIGNALEMENT = "Signalement"
_AGE = re.compile(r" ?\(\d+\)")
_SHARES = (0.6, 0.48, 0.36, 0.28)
"""Parts of the box the headline may take, tried until the text fits without being shortened."""
_CALMER = 0.85
"""A headline a little smaller that takes a quarter fewer lines is read sooner."""
_SHORT_TEXT, _LOST_TEXT, _SHORT_KOP, _LOST_FACT, _SHORT_SIGNALEMENT, _LOST_SIGNALEMENT = 1, 2, 3, 4, 8, 16
"""What it costs to leave something out, a headline at each step down its ladder: the place and what helps recognise
someone go last."""


@dataclass(frozen=True, slots=True)
class Feit:
    """One fact: a paragraph that opens with its label in a softer colour."""

    label: str
    alinea: Blok


@dataclass(frozen=True, slots=True)
class Verhaal:
    """What was chosen for the box; `height` is what it really takes."""

    kop: Blok | None
    feiten: tuple[Feit, ...]
    tekst: Blok | None
    gap: int

    @property
    def after_kop(self) -> int:
        """The distance below the headline grows with its letters."""
        return max(self.gap, round(0.34 * self.kop.size)) if self.kop is not None else 0

    @property
    def height(self) -> int:
        """Pixels from the first capital to the last tail; nothing when there is nothing to tell."""
        below = [self.tekst.height] if self.tekst is not None else []
        if self.feiten:
            below.append(facts_height(self.feiten, self.gap))
        total = sum(below) + self.gap * max(0, len(below) - 1)
        if self.kop is None:
            return total
        return self.kop.height + (self.after_kop + total if below else 0)


def row_gap(gap: int) -> int:
    """Pixels between one fact and the next: enough to see that a new one begins."""
    return round(gap * 0.55)


def facts_height(feiten: Sequence[Feit], gap: int) -> int:
    """Pixels a list of facts takes."""
    return sum(feit.alinea.height for feit in feiten) + row_gap(gap) * (len(feiten) - 1)


def headline(canvas: Canvas, koppen: Sequence[str], box: Rect, vak: str, letters: str = "kop") -> Blok:
    """The headline in its own box: the first of these that is legible there; none is an error naming the box."""
    for kop in koppen:
        block = _set_kop(canvas, kop, (box.w, box.h), canvas.sizes(letters))
        if block is not None:
            return block
    raise PosterError(
        f"{canvas.formaat.naam} ({canvas.image.width}x{canvas.image.height}): de kop past niet leesbaar "
        f"in vak '{vak}'; maak de titel korter."
    )


def plan(canvas: Canvas, words: Inhoud, box: Rect, with_kop: bool) -> Verhaal:
    """The best setting of the words for this box: first what loses least, then the largest headline."""
    gap = canvas.gap(0.5)
    if not with_kop:
        return _best(canvas, words, box, {None: 0}, gap)
    if not (words.feiten or words.signalement or words.teksten):
        return Verhaal(headline(canvas, words.koppen, box, "verhaal"), (), None, gap)
    sizes = canvas.sizes("kop")
    if words.stand != "actief":
        # Nothing else asks for attention: the headline may be as large as that of a poster without a photo.
        sizes = (sizes[0], max(sizes[1], canvas.sizes("affiche")[1]))
    tried: dict[Blok | None, int] = {}
    for step, kop in enumerate(words.koppen):
        for share in _SHARES:
            block = _set_kop(canvas, kop, (box.w, round(box.h * share)), sizes)
            if block is not None:
                tried.setdefault(block, _SHORT_KOP * step)
    return _best(canvas, words, box, tried or {headline(canvas, words.koppen, box, "verhaal"): 0}, gap)


def _set_kop(canvas: Canvas, kop: str, box: tuple[int, int], sizes: tuple[int, int]) -> Blok | None:
    """The headline; an age between brackets that would stand alone on a line goes with the name before it."""
    block = _calm(canvas, kop, box, sizes)
    if block is not None and any(_AGE.fullmatch(line) for line in block.lines):
        joined = _AGE.sub(lambda found: NBSP + found.group(0).strip(), kop)
        return _calm(canvas, joined, box, sizes) or block
    return block


def _calm(canvas: Canvas, kop: str, box: tuple[int, int], sizes: tuple[int, int]) -> Blok | None:
    """As large as it fits, or a little smaller where that takes a quarter fewer lines."""
    block = fit(canvas.fonts, kop, "vet", KOP_LEADING, box, sizes)
    if block is None or sizes[0] > (smaller := round(_CALMER * block.size)):
        return block
    fewer = fit(canvas.fonts, kop, "vet", KOP_LEADING, box, (sizes[0], smaller))
    return fewer if fewer is not None and len(fewer.lines) <= 0.75 * len(block.lines) else block


def _best(canvas: Canvas, words: Inhoud, box: Rect, heads: Mapping[Blok | None, int], gap: int) -> Verhaal:
    """The setting that loses least; `heads` are the headlines to try and what each loses already."""
    best: tuple[int, Verhaal] | None = None
    for kop, lost in heads.items():
        if best is not None and best[0] <= lost:
            continue
        for largest in _fact_sizes(canvas):
            loss, found = _below(canvas, words, box, Verhaal(kop, (), None, gap), largest)
            if best is None or lost + loss < best[0]:
                best = (lost + loss, found)
            if loss == 0:
                break
    if best is None:
        raise PosterError(f"{canvas.formaat.naam}: er is geen kop om te zetten.")
    return best[1]


def _fact_sizes(canvas: Canvas) -> tuple[int, ...]:
    """Largest letters the facts may have, tried from large to small."""
    small, large = canvas.sizes("feiten")
    return tuple(dict.fromkeys((large, (small + large) // 2, small)))


def _below(canvas: Canvas, words: Inhoud, box: Rect, start: Verhaal, largest: int) -> tuple[int, Verhaal]:
    """Facts, then text, in what the headline leaves; and how much of the words was lost."""
    left = box.h - start.height - start.after_kop
    small, large = canvas.sizes("tekst")
    loss, feiten = _facts(canvas, words, (box.w, left), start.gap, (canvas.sizes("feiten")[0], largest))
    if feiten:
        left -= facts_height(feiten, start.gap) + start.gap
        # What helps recognise someone is never set smaller than what happened.
        large = max(small, min(large, feiten[0].alinea.size))
    tekst = _text(canvas, words, (box.w, left), (small, large))
    if tekst is None:
        loss += _LOST_TEXT if words.teksten else 0
    elif " ".join(tekst.lines) != words.teksten[0]:
        loss += _SHORT_TEXT
    return loss, Verhaal(start.kop, feiten, tekst, start.gap)


def _text(canvas: Canvas, words: Inhoud, box: tuple[int, int], sizes: tuple[int, int]) -> Blok | None:
    """As many whole sentences as fit."""
    return fit_ladder(canvas.fonts, words.teksten, "gewoon", TEKST_LEADING, box, sizes)


def _facts(
    canvas: Canvas, words: Inhoud, box: tuple[int, int], gap: int, sizes: tuple[int, int]
) -> tuple[int, tuple[Feit, ...]]:
    """The facts, above all where someone was seen and what helps recognise them; and what it cost."""
    known = ((SIGNALEMENT, words.signalement),) if words.signalement else ()
    for count in range(len(words.feiten), min(1, len(words.feiten)) - 1, -1):
        feiten = _rows(canvas, (*words.feiten[:count], *known), box, gap, sizes)
        if feiten:
            return _LOST_FACT * (len(words.feiten) - count), feiten
    first = words.feiten[:1]
    for short in words.signalementen[1:]:
        feiten = _rows(canvas, (*first, (SIGNALEMENT, short)), box, gap, sizes)
        if feiten:
            return _SHORT_SIGNALEMENT, feiten
    feiten = _rows(canvas, first, box, gap, sizes)
    if feiten:
        return _LOST_SIGNALEMENT * bool(known), feiten
    for short in words.signalementen:
        feiten = _rows(canvas, ((SIGNALEMENT, short),), box, gap, sizes)
        if feiten:
            return _LOST_FACT * len(words.feiten) + _SHORT_SIGNALEMENT * (short != words.signalement), feiten
    return _LOST_SIGNALEMENT * bool(known) + _LOST_FACT * bool(first), ()


def _rows(
    canvas: Canvas, rows: Sequence[tuple[str, str]], box: tuple[int, int], gap: int, sizes: tuple[int, int]
) -> tuple[Feit, ...]:
    """The rows in as few lines as they can have, then as large as that allows; none when they do not fit."""
    small, large = sizes
    smallest = _facts_at(canvas, rows, box, small) if rows else ()
    if not smallest or facts_height(smallest, gap) > box[1]:
        return ()
    for size in range(large, small, -1):
        feiten = _facts_at(canvas, rows, box, size)
        if feiten and facts_height(feiten, gap) <= box[1] and _lines(feiten) == _lines(smallest):
            return feiten
    return smallest


def _lines(feiten: Sequence[Feit]) -> int:
    return sum(len(feit.alinea.lines) for feit in feiten)


def _facts_at(canvas: Canvas, rows: Sequence[tuple[str, str]], box: tuple[int, int], size: int) -> tuple[Feit, ...]:
    feiten = []
    for label, value in rows:
        alinea = fit(canvas.fonts, f"{label} {value}", "half", FEIT_LEADING, box, (size, size))
        if alinea is None or not alinea.lines[0].startswith(label):
            return ()
        feiten.append(Feit(label, alinea))
    return tuple(feiten)


def draw(canvas: Canvas, verhaal: Verhaal, x: int, y: int, inks: tuple[Colour, Colour]) -> None:
    """Set the story with its top left corner here; `inks` are the colours of text and of labels."""
    tekst = inks[0]
    if verhaal.kop is not None:
        canvas.block(verhaal.kop, x, y, tekst)
        y += verhaal.kop.height + verhaal.after_kop
    for feit in verhaal.feiten:
        _draw_fact(canvas, feit, x, y, inks)
        y += feit.alinea.height + row_gap(verhaal.gap)
    if verhaal.feiten:
        y += verhaal.gap - row_gap(verhaal.gap)
    if verhaal.tekst is not None:
        canvas.block(verhaal.tekst, x, y, tekst)


def _draw_fact(canvas: Canvas, feit: Feit, x: int, y: int, inks: tuple[Colour, Colour]) -> None:
    tekst, zacht = inks
    alinea = feit.alinea
    canvas.block(replace(alinea, lines=(feit.label,)), x, y, zacht)
    beside = alinea.lines[0].removeprefix(feit.label).strip(" ")
    indent = round(canvas.fonts.width(alinea.weight, f"{feit.label} ", alinea.size))
    canvas.block(replace(alinea, lines=(beside,)), x + indent, y, tekst)
    canvas.block(replace(alinea, lines=alinea.lines[1:]), x, y + round(alinea.leading * alinea.size), tekst)
