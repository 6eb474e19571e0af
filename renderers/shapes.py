"""The drawn parts that are neither text nor photo: the mark, the rings behind headlines, the stripes.

Pillow draws curves without smoothing, so each shape is drawn larger and reduced.
"""

from functools import lru_cache

from PIL import Image, ImageDraw

from renderers.tokens import Colour

_FINE = 4


@lru_cache(maxsize=6)
def rings(side: int) -> Image.Image:
    """A mask of rings that spread from the centre, as wide and high as `side`."""
    fine = 2 if side > 400 else _FINE
    mask = Image.new("L", (side * fine, side * fine), 0)
    pen = ImageDraw.Draw(mask)
    middle = side * fine / 2
    for ring in (0.98, 0.72, 0.46):
        outer = middle * ring
        inner = outer - middle * 0.13
        pen.ellipse((middle - outer, middle - outer, middle + outer, middle + outer), fill=255)
        pen.ellipse((middle - inner, middle - inner, middle + inner, middle + inner), fill=0)
    core = middle * 0.17
    pen.ellipse((middle - core, middle - core, middle + core, middle + core), fill=255)
    return mask.resize((side, side), Image.Resampling.BOX)


@lru_cache(maxsize=16)
def mark(side: int) -> Image.Image:
    """The mark as a mask: a dot that is heard all around, open at the lower left."""
    size = side * _FINE
    mask = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(mask)
    x, y = size * 0.26, size * 0.74
    for radius, width in ((0.70, 0.13), (0.43, 0.13)):
        reach = radius * size
        pen.arc((x - reach, y - reach, x + reach, y + reach), 270, 360, fill=255, width=round(width * size))
    core = size * 0.19
    pen.ellipse((x - core, y - core, x + core, y + core), fill=255)
    return mask.resize((side, side), Image.Resampling.BOX)


def stripes(width: int, height: int, period: int, dark: Colour, light: Colour) -> Image.Image:
    """Slanted stripes over a whole surface, repeated from one smooth tile."""
    tile = _stripe_tile(period, dark, light)
    surface = Image.new("RGB", (width, height))
    for y in range(0, height, period):
        for x in range(0, width, period):
            surface.paste(tile, (x, y))
    return surface


@lru_cache(maxsize=16)
def _stripe_tile(period: int, dark: Colour, light: Colour) -> Image.Image:
    """A square that continues itself on all sides."""
    size, half = period * _FINE, period * _FINE // 2
    tile = Image.new("RGB", (size, size), light)
    pen = ImageDraw.Draw(tile)
    for left in (-half, half, 3 * half):
        pen.polygon([(left, 0), (left + half, 0), (left + half - size, size), (left - size, size)], fill=dark)
    return tile.resize((period, period), Image.Resampling.BOX)
