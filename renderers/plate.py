"""A number plate as people know it from the road: the one thing to compare when a vehicle is sought.

Yellow with black characters in the shape of 520 by 110 mm (Regeling kentekens en kentekenplaten), without the country
mark: it is a drawing and not a plate. Along a road it is white.
"""

from renderers import story
from renderers.canvas import Canvas
from renderers.errors import PosterError
from renderers.fonts import CAP
from renderers.formats import Rect
from renderers.text import Blok
from renderers.tokens import KENTEKEN, WIT, ZWART
from renderers.words import Inhoud

SHAPE = 520 / 110
_PART = 0.42
"""Of the height of the box the plate takes at most."""
_SMALLEST = 1.5
"""A plate is at least so many times as high as the smallest headline letter."""


def room(canvas: Canvas, box: Rect) -> Rect:
    """Width of the plate and the height it takes with the white above it (`y`)."""
    gap = canvas.gap(0.45)
    high = min(round(box.h * _PART), round(box.w / SHAPE))
    return Rect(0, gap, round(high * SHAPE), high + gap)


def headline(canvas: Canvas, words: Inhoud, box: Rect) -> Blok | None:
    """The headline as it fits above the plate, without saying it twice; None where the plate would be too small."""
    plate = room(canvas, box)
    if plate.h - plate.y < _SMALLEST * canvas.sizes("affiche")[0]:
        return None
    spare = Rect(box.x, box.y, box.w, box.h - plate.h)
    koppen = [kop for kop in words.koppen if words.kenteken not in kop] or words.koppen
    try:
        return story.headline(canvas, koppen, spare, "kop", "affiche")
    except PosterError:
        return None


def draw(canvas: Canvas, kenteken: str, box: Rect) -> None:
    """The plate, filling this box."""
    edge = max(2, round(box.h * 0.045))
    outside = (box.x, box.y, box.right - 1, box.bottom - 1)
    # Along a road a yellow plate with a black edge is a sign that sends traffic another way.
    ground = WIT if canvas.formaat.weg else KENTEKEN
    canvas.pen.rounded_rectangle(outside, radius=round(box.h * 0.14), fill=ground, outline=ZWART, width=edge)
    size = min(round(box.h * 0.68 / CAP), int((box.w - 4 * edge) * 0.94 / canvas.fonts.advance("zwaar", kenteken)))
    text = Blok((kenteken,), size, "zwaar", 1.0)
    canvas.block(text, box.x + box.w // 2, box.y + round((box.h - size * CAP) / 2), ZWART, "m")
