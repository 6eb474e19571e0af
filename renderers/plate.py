"""A number plate as people know it from the road: the one thing to compare when a vehicle is sought.

Yellow with black characters in the shape of 520 by 110 mm (Regeling kentekens en kentekenplaten), without the country
mark: it is a drawing and not a plate. Along a road it is white.
"""

from renderers import ladder, story
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
_OF_PHOTO = (0.86, 0.15)
"""Of the width and of the height of the box of a photo a plate takes at most."""


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
    koppen = [kop for kop in (ladder.zonder_kenteken(kop, words.kenteken) for kop in words.koppen) if kop]
    try:
        return story.headline(canvas, koppen, spare, "kop", "affiche")
    except PosterError:
        return None


def below_photo(canvas: Canvas, kenteken: str, foto: Rect) -> Rect | None:
    """Where the plate stands at the foot of the box of a photo; None where it would be less legible than a headline."""
    high = min(round(_OF_PHOTO[1] * foto.h), round(_OF_PHOTO[0] * foto.w / SHAPE))
    wide = round(high * SHAPE)
    box = Rect(foto.x + (foto.w - wide) // 2, foto.bottom - high - round(high * 0.22), wide, high)
    return box if _letters(canvas, kenteken, box) >= canvas.sizes("kop")[0] else None


def draw(canvas: Canvas, kenteken: str, box: Rect) -> None:
    """The plate, filling this box."""
    outside = (box.x, box.y, box.right - 1, box.bottom - 1)
    # Along a road a yellow plate with a black edge is a sign that sends traffic another way.
    ground = WIT if canvas.formaat.weg else KENTEKEN
    canvas.pen.rounded_rectangle(outside, radius=round(box.h * 0.14), fill=ground, outline=ZWART, width=_edge(box))
    size = _letters(canvas, kenteken, box)
    text = Blok((kenteken,), size, "zwaar", 1.0)
    canvas.block(text, box.x + box.w // 2, box.y + round((box.h - size * CAP) / 2), ZWART, "m")


def _edge(box: Rect) -> int:
    return max(2, round(box.h * 0.045))


def _letters(canvas: Canvas, kenteken: str, box: Rect) -> int:
    """The letter size at which the characters fill a plate."""
    wide = (box.w - 4 * _edge(box)) * 0.94
    return min(round(box.h * 0.68 / CAP), int(wide / canvas.fonts.advance("zwaar", kenteken)))
