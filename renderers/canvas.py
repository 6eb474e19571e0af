"""The sheet a poster is drawn on: blocks of text, fields of colour, and the edges a render may carry."""

from PIL import Image, ImageDraw

from renderers import shapes
from renderers.fonts import CAP, Fonts
from renderers.formats import Formaat, Rect
from renderers.sheet import EXAMPLE_LETTER, Align, Sheet
from renderers.text import Blok
from renderers.tokens import INKT, OEFENING, OEFENING_LICHT, THEMAS, VOORBEELD, WIT, Colour, Kleuren


class Canvas(Sheet):
    """One poster in the making: a sheet with pixels."""

    def __init__(
        self, formaat: Formaat, fonts: Fonts, width: int, height: int, kleuren: Kleuren = THEMAS["gewoon"]
    ) -> None:
        super().__init__(formaat, fonts, Rect(0, 0, width, height))
        self.kleuren = kleuren
        self.image = Image.new("RGB", (width, height), kleuren.papier.vlak)
        self.pen = ImageDraw.Draw(self.image)

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
        self.write(self.pen, block, (x, y), colour, align)

    def exercise_frame(self) -> None:
        """A thick striped frame with the word OEFENING above and below; the rest is drawn inside it."""
        whole = self.area
        root = (whole.w * whole.h) ** 0.5
        inner = self.exercise_area()
        period = max(8, 2 * (round(root * 0.045) // 2))
        self.image.paste(shapes.stripes(whole.w, whole.h, period, OEFENING, OEFENING_LICHT), (0, 0))
        if self.low:
            for left in (whole.x, inner.right):
                plate = Rect(left, whole.y, self.end, whole.h)
                self.fill(plate, OEFENING)
                self.upright("OEFENING", plate, WIT)
        else:
            self._exercise_words(whole, inner.y - whole.y)
        self.area = inner
        self.fill(self.area, self.kleuren.papier.vlak)

    def _exercise_words(self, whole: Rect, bar: int) -> None:
        """The word above and below, more than once where it would be lost."""
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

    def upright(self, word: str, box: Rect, colour: Colour) -> int:
        """One word that reads upwards, in the middle of a plate at the end of a strip; gives its letter size."""
        size = min(round(box.w * 0.8), int(box.h * 0.86 / self.fonts.advance("zwaar", word)))
        font = self.fonts.font("zwaar", size)
        wide, high = round(self.fonts.width("zwaar", word, size)), round(size * CAP)
        mask = Image.new("L", (wide, high))
        ImageDraw.Draw(mask).text((0, high), word, fill=255, font=font, anchor="ls", language="nl")
        turned = mask.transpose(Image.Transpose.ROTATE_90)
        self.stamp(turned, box.x + (box.w - high) // 2, box.y + (box.h - wide) // 2, colour, box)
        return size

    def example_strip(self) -> None:
        """A strip that says at a glance this is no real actie; the rest is drawn below it."""
        whole = self.area
        below = self.example_area()
        if self.low:
            plate = Rect(whole.x, whole.y, below.x - whole.x, whole.h)
            self.fill(plate, VOORBEELD)
            self.upright("VOORBEELD", plate, INKT)
            self.area = below
            return
        height = below.y - whole.y
        strip = Rect(whole.x, whole.y, whole.w, height)
        self.fill(strip, VOORBEELD)
        size = round(height * EXAMPLE_LETTER)
        for text in ("VOORBEELD – dit is geen echte actie", "VOORBEELD"):
            if self.fonts.width("zwaar", text, size) < whole.w * 0.96:
                top = strip.y + round((height - size * CAP) / 2)
                self.block(Blok((text,), size, "zwaar", 1.0), strip.x + strip.w // 2, top, INKT, "m")
                break
        self.area = below
