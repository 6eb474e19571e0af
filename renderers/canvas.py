"""The sheet a poster is drawn on: blocks of text, fields of colour, and the edges a render may carry."""

from typing import Literal

from PIL import Image, ImageDraw

from renderers import shapes
from renderers.fonts import CAP, Fonts
from renderers.formats import Formaat, Rect
from renderers.text import Blok, block_height
from renderers.tokens import INKT, OEFENING, OEFENING_LICHT, PAPIER, VOORBEELD, WIT, Colour

_READABLE = {"feiten": 10, "tekst": 10, "toelichting": 9, "klein": 8}
"""Smallest letters in pixels: on a tiny sheet these texts are left out rather than drawn as dust."""
_GROWING = frozenset("kop affiche feiten tekst vraag nummer".split())

Align = Literal["l", "m", "r"]


class Canvas:
    """One poster in the making. `area` is what frames leave over, `scale` its size against the design."""

    def __init__(self, formaat: Formaat, fonts: Fonts, width: int, height: int) -> None:
        self.formaat = formaat
        self.fonts = fonts
        self.image = Image.new("RGB", (width, height), PAPIER)
        self.pen = ImageDraw.Draw(self.image)
        self.area = Rect(0, 0, width, height)

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
        least = max(_READABLE.get(kind, 6), round(small * self.scale))
        return least, max(least, round(large * self.scale * (self._stretch if kind in _GROWING else 1)))

    def fill(self, rect: Rect, colour: Colour) -> None:
        """A field of one colour."""
        if rect.w > 0 and rect.h > 0:
            self.pen.rectangle((rect.x, rect.y, rect.right - 1, rect.bottom - 1), fill=colour)

    def stamp(self, mask: Image.Image, x: int, y: int, colour: Colour, clip: Rect) -> None:
        """A shape in one colour, cut off at the edges of `clip`."""
        left, top = max(x, clip.x), max(y, clip.y)
        right, bottom = min(x + mask.width, clip.right), min(y + mask.height, clip.bottom)
        if left < right and top < bottom:
            part = mask.crop((left - x, top - y, right - x, bottom - y))
            self.image.paste(colour, (left, top, right, bottom), part)

    def block(self, block: Blok, x: int, y: int, colour: Colour, align: Align = "l") -> None:
        """Lines of text; `y` is the top of the first capital, `x` the edge they align to."""
        font = self.fonts.font(block.weight, block.size)
        base = y + block.size * CAP
        for number, line in enumerate(block.lines):
            at = (x, round(base + number * block.leading * block.size))
            self.pen.text(at, line, fill=colour, font=font, anchor=f"{align}s", language="nl")

    def line(self, text: str, weight: str, width: int, sizes: tuple[int, int]) -> Blok | None:
        """One line as large as fits the width, or None."""
        small, large = sizes
        size = min(large, int(width / max(self.fonts.advance(weight, text), 0.01)))
        return Blok((text,), size, weight, 1.0) if size >= small else None

    def exercise_frame(self) -> None:
        """A thick striped frame with the word OEFENING above and below; the rest is drawn inside it."""
        whole = self.area
        root = (whole.w * whole.h) ** 0.5
        side, bar = max(5, round(root * 0.03)), max(16, round(root * 0.062))
        period = max(8, 2 * (round(root * 0.045) // 2))
        self.image.paste(shapes.stripes(whole.w, whole.h, period, OEFENING, OEFENING_LICHT), (0, 0))
        size = round(bar * 0.68)
        word = Blok(("OEFENING",), size, "zwaar", 1.0)
        width = round(self.fonts.width("zwaar", "OEFENING", size))
        plate = width + 2 * round(bar * 0.5)
        count = 3 if whole.w > 6 * plate else 1
        for number in range(count):
            middle = whole.x + round(whole.w * (2 * number + 1) / (2 * count))
            for top in (whole.y, whole.bottom - bar):
                self.fill(Rect(middle - plate // 2, top, plate, bar), OEFENING)
                self.block(word, middle, top + round((bar - size * CAP) / 2), WIT, "m")
        self.area = whole.shrunk(side, bar, side, bar)
        self.fill(self.area, PAPIER)

    def example_strip(self) -> None:
        """A strip that says at a glance this is no real actie; the rest is drawn below it."""
        whole = self.area
        wanted = max(24, round((whole.w * whole.h) ** 0.5 * 0.038))
        height = max(14, min(wanted, round(whole.h * 0.1)))
        strip = Rect(whole.x, whole.y, whole.w, height)
        self.fill(strip, VOORBEELD)
        size = round(height * 0.76)
        for text in ("VOORBEELD – dit is geen echte actie", "VOORBEELD"):
            if self.fonts.width("zwaar", text, size) < whole.w * 0.96:
                top = strip.y + round((height - size * CAP) / 2)
                self.block(Blok((text,), size, "zwaar", 1.0), strip.x + strip.w // 2, top, INKT, "m")
                break
        self.area = whole.shrunk(0, height, 0, 0)

    def line_height(self, block: Blok) -> int:
        """Height of the capitals alone: what a single line needs to look centred."""
        return block_height(len(block.lines), block.size, block.leading) - round(0.24 * block.size)
