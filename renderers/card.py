"""The card of a poster: the QR, what it is for, and the address for who types. Only the QR differs per link."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from renderers import qr
from renderers.formats import Rect
from renderers.sheet import Sheet
from renderers.splice import BLOCK, Spot
from renderers.text import Blok, fit
from renderers.tokens import INKT, INKT_ZACHT, WIT
from renderers.words import Inhoud

_INKS = {"gewoon": INKT_ZACHT, "vet": INKT}
"""Weights of the two lines, what it is for and the address, and the colour of each."""
REACH = 400
"""A QR is scanned from so many times the width of one of its modules."""
STRIP = 200
"""A sheet lower than this is a strip, read from nearby."""


@dataclass(frozen=True, slots=True)
class Card:
    """The white `box` of a card, the `spot` of the QR in it, and its lines with the top of each."""

    box: Rect
    spot: Spot
    lines: tuple[tuple[Blok, int], ...]

    @property
    def module(self) -> int:
        """Pixels of a module of its QR."""
        return self.spot.module


def make(sheet: Sheet, words: Inhoud, given: Rect) -> Card | None:
    """What fits these bounds: a line is left out where it would cost the QR its reach; without room there is no card.

    The card keeps to the right and takes no more than it needs.
    """
    width = given.w - 2 * sheet.gap(0.3)
    texts = zip((words.qr_tekst, words.adres), _INKS, strict=True)
    lines = [
        block for text, weight in texts if text and (block := _caption(sheet, text, weight, (width, given.h // 4)))
    ]
    count = qr.side(words.qr_url)
    tried = [_with_lines(sheet, given, count, lines[first:]) for first in range(len(lines) + 1)]
    cards = [card for card in tried if card is not None]
    reaching = (card for card in cards if card.module >= _wanted(sheet))
    return next(reaching, max(cards, key=lambda card: card.module, default=None))


def ground(sheet: Sheet, card: Card, image: Image.Image) -> None:
    """Draw all but the QR itself."""
    pen = ImageDraw.Draw(image)
    pen.rectangle((card.box.x, card.box.y, card.box.right - 1, card.box.bottom - 1), fill=WIT)
    middle = card.spot.left + card.spot.side // 2
    for block, y in card.lines:
        sheet.write(pen, block, (middle, y), _INKS[block.weight], "m")


def _wanted(sheet: Sheet) -> float:
    """Pixels of a module that is scanned from half the viewing distance; from a low strip a quarter will do."""
    part = 0.5 if sheet.whole.h >= STRIP else 0.25
    millimetres = part * sheet.formaat.kijkafstand_m * 1000 / REACH
    return millimetres * sheet.formaat.pixels_per_mm * sheet.formaat.scale(sheet.whole)


def _with_lines(sheet: Sheet, given: Rect, count: int, blocks: list[Blok]) -> Card | None:
    """The card with these lines; on the grid of JPEG if a little less white above them is all that it takes."""
    gap = sheet.gap(0.17)
    tried = [_placed(sheet, given, count, blocks, less) for less in (gap, gap // 2)]
    return next((card for card in tried if card is not None and card.spot.on_grid), tried[0])


def _placed(sheet: Sheet, given: Rect, count: int, blocks: list[Blok], gap: int) -> Card | None:
    """The largest QR with these lines below it.

    Its modules cover whole blocks of the grid of JPEG, unless that would cost it the reach that it can have.
    """
    whole = count + 2 * qr.QUIET
    below = sum(block.height + gap for block in blocks)
    widths = [sheet.fonts.width(block.weight, line, block.size) for block in blocks for line in block.lines]
    margin = sheet.gap(0.3)

    def at(module: int, step: int) -> Card | None:
        side = module * whole
        wide = min(given.w, round(max(side, *widths, 0)) + 2 * margin)
        left = _snapped(given.right - wide + (wide - side) // 2, given.x, given.right - side, step)
        top = _snapped(given.y + (given.h - below - side) // 2, given.y, given.bottom - below - side, step)
        if left is None or top is None or module < qr.SMALLEST:
            return None
        lines, y = [], top + side
        for block in blocks:
            lines.append((block, y + gap // 2))
            y += block.height + gap
        x = min(max(given.x, left + (side - wide) // 2), given.right - wide)
        upper, lower = max(given.y, top - margin), min(given.bottom, y + margin)
        quiet = qr.QUIET * module
        return Card(Rect(x, upper, wide, lower - upper), Spot(left + quiet, top + quiet, count, module), tuple(lines))

    module = min(given.w, given.h - below) // whole
    rounded = module // BLOCK * BLOCK
    snapped = at(rounded, BLOCK) if rounded >= min(module, _wanted(sheet)) else None
    return snapped or at(module, 1)


def _snapped(wanted: int, least: int, most: int, step: int) -> int | None:
    """The multiple of `step` nearest to what is wanted, within these bounds."""
    low, high = -(-least // step), most // step
    return min(max(round(wanted / step), low), high) * step if low <= high else None


def _caption(sheet: Sheet, text: str, weight: str, box: tuple[int, int]) -> Blok | None:
    """One line if it can be, else as many as fit."""
    sizes = sheet.sizes("klein")
    return sheet.line(text, weight, box[0], sizes) or fit(sheet.fonts, text, weight, 1.2, box, sizes)
