"""The story of a poster: headline, facts and text one below the other, as large as they fit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from renderers.canvas import Canvas
from renderers.errors import PosterError
from renderers.formats import Rect
from renderers.text import Blok, fit, fit_ladder
from renderers.tokens import Colour
from renderers.words import Inhoud

KOP_LEADING, TEKST_LEADING, FEIT_LEADING = 1.1, 1.32, 1.25
_SHARES = (0.6, 0.48, 0.36)
"""Parts of the box the headline may take, tried until the text fits without being shortened."""


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


def facts_height(feiten: Sequence[Feit], gap: int) -> int:
    """Pixels a list of facts takes."""
    return sum(feit.alinea.height for feit in feiten) + (gap // 3) * (len(feiten) - 1)


def headline(canvas: Canvas, kop: str, box: Rect, vak: str, letters: str = "kop") -> Blok:
    """The headline in its own box; a headline that cannot be legible there is an error naming the box."""
    block = fit(canvas.fonts, kop, "vet", KOP_LEADING, (box.w, box.h), canvas.sizes(letters))
    if block is None:
        raise PosterError(
            f"{canvas.formaat.naam} ({canvas.image.width}x{canvas.image.height}): de kop past niet leesbaar "
            f"in vak '{vak}'; maak de titel korter."
        )
    return block


def plan(canvas: Canvas, words: Inhoud, box: Rect, with_kop: bool) -> Verhaal:
    """The best setting of the words for this box."""
    gap = canvas.gap(0.5)
    if not with_kop:
        return _below(canvas, words, box, None, gap)
    if not (words.feiten or words.teksten):
        return Verhaal(headline(canvas, words.kop, box, "verhaal"), (), None, gap)
    best: Verhaal | None = None
    for share in _SHARES:
        part = Rect(box.x, box.y, box.w, round(box.h * share))
        kop = fit(canvas.fonts, words.kop, "vet", KOP_LEADING, (part.w, part.h), canvas.sizes("kop"))
        if kop is None:
            break
        best = _below(canvas, words, box, kop, gap)
        if best.tekst is not None and not best.tekst.lines[-1].endswith("…"):
            return best
    if best is None:
        best = _below(canvas, words, box, headline(canvas, words.kop, box, "verhaal"), gap)
    return best


def _below(canvas: Canvas, words: Inhoud, box: Rect, kop: Blok | None, gap: int) -> Verhaal:
    """Facts, then text, in what the headline leaves."""
    start = Verhaal(kop, (), None, gap)
    left = box.h - start.height - start.after_kop
    feiten: tuple[Feit, ...] = ()
    for count in range(len(words.feiten), 0, -1):
        feiten = _facts(canvas, words.feiten[:count], (box.w, left), gap)
        if feiten:
            left -= facts_height(feiten, gap) + gap
            break
    tekst = fit_ladder(canvas.fonts, words.teksten, "gewoon", TEKST_LEADING, (box.w, left), canvas.sizes("tekst"))
    return Verhaal(kop, feiten, tekst, gap)


def _facts(canvas: Canvas, rows: Sequence[tuple[str, str]], box: tuple[int, int], gap: int) -> tuple[Feit, ...]:
    """The facts in as few lines as they can have, then as large as that allows; none when they do not fit."""
    small, large = canvas.sizes("feiten")
    smallest = _facts_at(canvas, rows, box, small)
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
        y += feit.alinea.height + verhaal.gap // 3
    if verhaal.feiten:
        y += verhaal.gap - verhaal.gap // 3
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
