"""The story of a poster: headline, facts and text set one below the other in one box, as large as they fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from renderers.canvas import Canvas
from renderers.errors import PosterError
from renderers.formats import Rect
from renderers.text import Blok, fit, fit_ladder
from renderers.tokens import Colour
from renderers.words import Inhoud

KOP_LEADING, TEKST_LEADING = 1.1, 1.32
_SHARES = (0.6, 0.48, 0.36)
"""Parts of the box the headline may take, tried until the text fits without being shortened."""


@dataclass(frozen=True, slots=True)
class Feit:
    """One fact: its label on the left and its value, both at one size."""

    label: Blok
    waarde: Blok


@dataclass(frozen=True, slots=True)
class Verhaal:
    """What was chosen for the box; `height` is what it really takes."""

    kop: Blok | None
    feiten: tuple[Feit, ...]
    kolom: int
    tekst: Blok | None
    gap: int

    @property
    def height(self) -> int:
        """Pixels from the first capital to the last tail."""
        parts = [block.height for block in (self.kop, self.tekst) if block is not None]
        if self.feiten:
            parts.append(facts_height(self.feiten, self.gap))
        return sum(parts) + self.gap * max(0, len(parts) - 1)


def facts_height(feiten: Sequence[Feit], gap: int) -> int:
    """Pixels a list of facts takes."""
    return sum(feit.waarde.height for feit in feiten) + (gap // 3) * (len(feiten) - 1)


def headline(canvas: Canvas, kop: str, box: Rect, vak: str) -> Blok:
    """The headline in its own box; a headline that cannot be legible there is an error naming the box."""
    block = fit(canvas.fonts, kop, "vet", KOP_LEADING, (box.w, box.h), canvas.sizes("kop"))
    if block is None:
        raise PosterError(
            f"{canvas.formaat.naam} ({canvas.image.width}x{canvas.image.height}): de kop past niet leesbaar in vak "
            f"'{vak}'; maak de titel korter."
        )
    return block


def plan(canvas: Canvas, words: Inhoud, box: Rect, with_kop: bool) -> Verhaal:
    """The best setting of the words for this box."""
    gap = canvas.px(30)
    if not with_kop:
        return _below(canvas, words, box, None, gap)
    if not (words.feiten or words.teksten):
        return Verhaal(headline(canvas, words.kop, box, "verhaal"), (), 0, None, gap)
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
    left = box.h - (kop.height + gap if kop is not None else 0)
    feiten: tuple[Feit, ...] = ()
    kolom = 0
    for count in range(len(words.feiten), 0, -1):
        feiten, kolom = _facts(canvas, words.feiten[:count], box.w, left, gap)
        if feiten:
            break
    if feiten:
        left -= facts_height(feiten, gap) + gap
    tekst = fit_ladder(canvas.fonts, words.teksten, "gewoon", TEKST_LEADING, (box.w, left), canvas.sizes("tekst"))
    return Verhaal(kop, feiten, kolom, tekst, gap)


def _facts(
    canvas: Canvas, rows: Sequence[tuple[str, str]], width: int, height: int, gap: int
) -> tuple[tuple[Feit, ...], int]:
    """The facts at their largest size, and the width of the column of labels."""
    small, large = canvas.sizes("feiten")
    for size in range(large, small - 1, -1):
        labels = max(canvas.fonts.width("gewoon", label, size) for label, _ in rows)
        kolom = round(labels + 0.6 * size)
        values = [
            fit(canvas.fonts, value, "half", 1.2, (width - kolom, height), (size, size)) for _, value in rows
        ]
        feiten = tuple(
            Feit(Blok((label,), size, "gewoon", 1.2), value)
            for (label, _), value in zip(rows, values, strict=True)
            if value is not None
        )
        if len(feiten) == len(rows) and facts_height(feiten, gap) <= height:
            return feiten, kolom
    return (), 0


def draw(canvas: Canvas, verhaal: Verhaal, x: int, y: int, inks: tuple[Colour, Colour]) -> None:
    """Set the story with its top left corner here; `inks` are the colours of text and of labels."""
    tekst, zacht = inks
    if verhaal.kop is not None:
        canvas.block(verhaal.kop, x, y, tekst)
        y += verhaal.kop.height + verhaal.gap
    for feit in verhaal.feiten:
        canvas.block(feit.label, x, y, zacht)
        canvas.block(feit.waarde, x + verhaal.kolom, y, tekst)
        y += feit.waarde.height + verhaal.gap // 3
    if verhaal.feiten:
        y += verhaal.gap - verhaal.gap // 3
    if verhaal.tekst is not None:
        canvas.block(verhaal.tekst, x, y, tekst)
