"""The measures of a poster without its pixels: how large letters and gaps are, and what frames leave over."""

import math
from typing import Literal

from PIL import ImageDraw

from renderers.fonts import CAP, Fonts
from renderers.formats import Formaat, Rect
from renderers.text import Blok, block_height
from renderers.tokens import Colour

Align = Literal["l", "m", "r"]

_READABLE = {"feiten": 10, "tekst": 10, "toelichting": 9, "klein": 8}
"""Smallest letters in pixels: on a tiny sheet these texts are left out rather than drawn as dust."""
LOW = 3.4
"""A sheet so many times wider than high has no height to lose: its frames stand at the ends."""
EXAMPLE_LETTER = 0.76
"""Letters of the strip of a voorbeeld, as a part of its height."""
_GROWING = frozenset("kop affiche feiten tekst vraag nummer".split())


class Sheet:
    """`whole` is all of it, `area` what frames leave over, `scale` the size of that against the design."""

    def __init__(self, formaat: Formaat, fonts: Fonts, area: Rect) -> None:
        self.formaat = formaat
        self.fonts = fonts
        self.whole = area
        self.area = area

    @property
    def low(self) -> bool:
        """Whether this is a strip of a line or two."""
        return self.whole.w > LOW * self.whole.h

    @property
    def end(self) -> int:
        """Width of a plate at the end of a strip, with a word that reads upwards."""
        return round(self.whole.h * 0.2)

    @property
    def scale(self) -> float:
        """Pixels here per pixel of the design."""
        return self.formaat.scale(self.area)

    @property
    def _stretch(self) -> float:
        """How much larger than in the design letters may grow, on a sheet much wider or taller than it."""
        wide, high = self.area.w / self.formaat.breedte, self.area.h / self.formaat.hoogte
        return min(1.6, max(1.0, 0.8 * max(wide, high) / min(wide, high)))

    def px(self, design: float) -> int:
        """A length of the design on this sheet, at least one pixel."""
        return max(1, round(design * self.scale))

    def gap(self, part: float) -> int:
        """White space as a part of the margin of the design."""
        return self.px(part * self.formaat.marge)

    def sizes(self, kind: str) -> tuple[int, int]:
        """Smallest and largest letter size of a kind of text on this sheet."""
        small, large = self.formaat.letters[kind]
        # A frame takes room, never legibility: the smallest letters follow the whole sheet.
        least = max(_READABLE.get(kind, 6), math.ceil(small * self.formaat.scale(self.whole) - 0.02))
        return least, max(least, round(large * self.scale * (self._stretch if kind in _GROWING else 1)))

    def line(self, text: str, weight: str, width: int, sizes: tuple[int, int]) -> Blok | None:
        """One line as large as fits the width, or None."""
        small, large = sizes
        size = min(large, int(width / max(self.fonts.advance(weight, text), 0.01)))
        return Blok((text,), size, weight, 1.0) if size >= small else None

    def line_height(self, block: Blok) -> int:
        """Height of the capitals alone: what a single line needs to look centred."""
        return block_height(len(block.lines), block.size, block.leading) - round(0.24 * block.size)

    def write(self, pen: ImageDraw.ImageDraw, block: Blok, at: tuple[int, int], colour: Colour, align: Align) -> None:
        """Lines of text in letters of this sheet; `at` is the edge they align to and the top of the first capital."""
        font = self.fonts.font(block.weight, block.size)
        for number, line in enumerate(block.lines):
            place = (at[0] - self.bearing(block, line, align), self.base_line(block, at[1], number))
            pen.text(place, line, fill=colour, font=font, anchor=f"{align}s", language="nl")

    def bearing(self, block: Blok, line: str, align: Align) -> int:
        """White that the font puts before a first letter: without it large lines start on the margin by eye."""
        return round(self.fonts.bearing(block.weight, line[:1]) * block.size) if align == "l" else 0

    def base_line(self, block: Blok, top: int, number: int) -> int:
        """Where the letters of a line of this block stand; `top` is that of its first capital."""
        return round(top + block.size * CAP + number * block.leading * block.size)

    def exercise_area(self) -> Rect:
        """What the frame of an oefening leaves over."""
        if self.low:
            edge = max(3, round(self.area.h * 0.03))
            return self.area.shrunk(self.end, edge, self.end, edge)
        root = (self.area.w * self.area.h) ** 0.5
        side, bar = max(5, round(root * 0.03)), max(16, round(root * 0.062))
        return self.area.shrunk(side, bar, side, bar)

    def example_area(self) -> Rect:
        """What lies below the strip of a voorbeeld, or beside it."""
        if self.low:
            return self.area.shrunk(self.end, 0, 0, 0)
        wanted = max(24, round((self.area.w * self.area.h) ** 0.5 * 0.038))
        # As legible as what is smallest on the poster: whoever reads that must read this.
        least = math.ceil(self.sizes("klein")[0] / EXAMPLE_LETTER)
        return self.area.shrunk(0, max(14, least, min(wanted, round(self.area.h * 0.1))), 0, 0)
