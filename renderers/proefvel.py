"""A canvas that notes each line it is told to set, so that the gate judges what a poster really has and on what ground.

It is drawn on by the same code as the poster itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw

from renderers import card, layout
from renderers.canvas import Canvas
from renderers.fonts import Fonts
from renderers.formats import Formaat, Rect
from renderers.layout import Plan
from renderers.sheet import Align
from renderers.text import Blok
from renderers.tokens import THEMAS, Colour, contrast
from renderers.words import Inhoud

CONTRAST = 7.0
GRIJS: Colour = (119, 119, 119)
"""Stands for the photo: no ink is legible on it, as none is on every photo."""
STREPEN = 0.02
"""Part of the ground below a line that may differ: an edge that a letter just touches."""

Vlak = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Regel:
    """One line as it was set.

    `alinea`: all of the block it belongs to. `letter`: its size in pixels. `vlak`: what its ink covers, as left, top,
    right, bottom. `leesbaar`: whether its ink stands out from its ground.
    """

    tekst: str
    alinea: str
    letter: int
    vlak: Vlak
    leesbaar: bool


class Proefvel(Canvas):
    """A canvas with a memory."""

    regels: list[Regel]

    def write(self, pen: ImageDraw.ImageDraw, block: Blok, at: tuple[int, int], colour: Colour, align: Align) -> None:
        """Note where each line goes and on what; the letters themselves say no more and cost the most to draw."""
        font = self.fonts.font(block.weight, block.size)
        for number, line in enumerate(block.lines):
            left, top, right, bottom = font.getbbox(line, anchor=f"{align}s", language="nl")
            base = self.base_line(block, at[1], number)
            x = at[0] - self.bearing(block, line, align)
            vlak = (round(x + left), round(base + top), round(x + right), round(base + bottom))
            if line.strip():
                legible = stands_out(colour, self.image.crop(vlak))
                self.regels.append(Regel(line, " ".join(block.lines), block.size, vlak, legible))

    def upright(self, word: str, box: Rect, colour: Colour) -> int:
        """As any canvas, and note it."""
        ground = self.image.crop((box.x, box.y, box.right, box.bottom))
        size = super().upright(word, box, colour)
        vlak = (box.x, box.y, box.right, box.bottom)
        self.regels.append(Regel(word, word, size, vlak, stands_out(colour, ground)))
        return size


def proef(formaat: Formaat, fonts: Fonts, size: tuple[int, int], words: Inhoud, plan: Plan, foto: bool) -> Proefvel:
    """The poster drawn for its notes, with a grey field for a photo."""
    vel = Proefvel(formaat, fonts, *size, THEMAS[words.thema])
    vel.regels = []
    layout.draw(vel, words, plan.boxes, (lambda w, h: Image.new("RGB", (w, h), GRIJS)) if foto else None)
    if plan.card is not None:
        card.ground(vel, plan.card, vel.image)
    return vel


def stands_out(ink: Colour, ground: Image.Image) -> bool:
    """Whether (nearly) all of the ground has the contrast with this ink that the outdoors ask for."""
    colours: Iterable[tuple[int, Colour]] = ground.getcolors(ground.width * ground.height) or ()  # type: ignore[assignment]
    poor = sum(count for count, colour in colours if contrast(ink, colour) < CONTRAST)
    return poor <= STREPEN * ground.width * ground.height
