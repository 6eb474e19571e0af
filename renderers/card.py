"""The card of a poster: the QR, what it is for, and the address for who types. The one part that differs per link."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from renderers import qr
from renderers.base import Tile
from renderers.fonts import Fonts
from renderers.formats import Rect
from renderers.sheet import Sheet
from renderers.text import Blok, fit
from renderers.tokens import INKT, INKT_ZACHT, WIT, ZWART
from renderers.words import Inhoud

OWN = "vet"
"""The letters of the address; the line above it is the same for every link."""
STEP = 16
"""Cards grow in steps of so many pixels. With room for wide letters (an H is wider than most) in every code, links
whose letters differ in width still share one poster."""
_CODE = re.compile("[0-9A-Z]+$")


@dataclass(frozen=True, slots=True)
class Card:
    """Where the QR (`side` pixels, `module` for each of its modules) and the lines below it go, and the room they
    take with a margin around.

    `fits_all`: any other code of this length could stand in it, so that links share it.
    """

    side: int
    module: int
    blocks: tuple[Blok, ...]
    width: int
    height: int
    fits_all: bool


def shared_words(fonts: Fonts, words: Inhoud) -> Inhoud:
    """Words that are the same for every link whose code fits the room that cards leave for one."""
    wide = replace(words, qr_url=_widened(words.qr_url), adres=_widened(words.adres), alt="")
    return wide if _advance(fonts, words.adres) <= _advance(fonts, wide.adres) else replace(words, alt="")


def make(sheet: Sheet, words: Inhoud, box: Rect) -> Card | None:
    """What fits this box: no line may cost the QR its reach, and without room there is no card."""
    width = box.w - 2 * sheet.gap(0.27)
    widest = max(words.adres, _widened(words.adres), key=lambda adres: _advance(sheet.fonts, adres))
    address = _caption(sheet, widest, OWN, (width, box.h // 4))
    fits_all = address is not None and len(address.lines) == 1
    if not fits_all:
        address = _caption(sheet, words.adres, OWN, (width, box.h // 4))
    lines = [_caption(sheet, words.qr_tekst, "gewoon", (width, box.h // 4)), address]
    modules = qr.modules(words.qr_url)
    wanted = min(qr.COMFORT, min(box.w, box.h) // modules)
    if wanted < qr.SMALLEST:
        return None
    gap = sheet.gap(0.17)
    blocks: list[Blok] = []
    for count in (2, 1, 0):
        blocks = [block for block in lines[2 - count :] if block is not None]
        side = min(box.w, box.h - sum(block.height + gap for block in blocks))
        if side >= wanted * modules:
            break
    module = side // modules
    side = module * modules
    margin = 2 * sheet.gap(0.2)
    widths = [sheet.fonts.width(block.weight, line, block.size) for block in blocks for line in block.lines]
    wide = round(max(side, *widths, 0)) + margin
    tall = side + sum(block.height + gap for block in blocks) + margin
    return Card(side, module, tuple(blocks), min(box.w, _stepped(wide)), min(box.h, _stepped(tall)), fits_all)


def ground(sheet: Sheet, card: Card, image: Image.Image, box: Rect) -> None:
    """Draw what links share: the field of the QR, and the line that says what it is for."""
    pen = ImageDraw.Draw(image)
    left, top = _corner(sheet, card, box)
    pen.rectangle((left, top, left + card.side - 1, top + card.side - 1), fill=WIT)
    for block, y in _lines(sheet, card, box):
        if block.weight != OWN:
            sheet.write(pen, block, (box.x + box.w // 2, y), INKT_ZACHT, "m")


def own_boxes(sheet: Sheet, card: Card, box: Rect) -> list[Rect]:
    """What differs per link lies in these, from top to bottom: the QR without its quiet zone, and the address."""
    left, top = _corner(sheet, card, box)
    quiet = qr.QUIET * card.module
    boxes = [Rect(left, top, card.side, card.side).shrunk(quiet, quiet, quiet, quiet)]
    for block, y in _lines(sheet, card, box):
        if block.weight == OWN:
            # Some letters are taller than a capital, and brackets go deeper than a tail.
            over = -(-block.size // 4)
            top, bottom = max(box.y, y - over), min(box.bottom, y + block.height + over)
            boxes.append(Rect(box.x, top, box.w, bottom - top))
    return boxes


def draw(sheet: Sheet, card: Card, words: Inhoud, tiles: Sequence[Tile], box: Rect) -> None:
    """Draw what differs per link, the dark modules of the QR in the first tile and the address in the last."""
    left, top = _corner(sheet, card, box)
    mask = qr.dark(words.qr_url, card.side, f"{sheet.formaat.naam}: vak 'qr'")
    tiles[0].image.paste(ZWART, (left - tiles[0].left, top - tiles[0].top), mask)
    for block, y in _lines(sheet, card, box):
        if block.weight == OWN:
            lines = (words.adres,) if card.fits_all else block.lines
            middle = box.x + box.w // 2 - tiles[-1].left
            _letters(sheet, tiles[-1].image, replace(block, lines=lines), (middle, y - tiles[-1].top))


def shared(sheet: Sheet, card: Card, box: Rect) -> Hashable:
    """What decides the ground: cards of which this is equal have the same."""
    grey = tuple(line for line in _lines(sheet, card, box) if line[0].weight != OWN)
    return _corner(sheet, card, box), card.side, grey


def _letters(sheet: Sheet, image: Image.Image, block: Blok, at: tuple[int, int]) -> None:
    """Lines of an address with their middle here. Letter by letter: each is drawn once for all links."""
    for number, line in enumerate(block.lines):
        known, code = _split(line)
        parts = [part for part in (known, *code) if part]
        widths = [round(sheet.fonts.width(block.weight, part, block.size)) for part in parts]
        x, base = at[0] - sum(widths) // 2, sheet.base_line(block, at[1], number)
        for part, wide in zip(parts, widths, strict=True):
            mask, (left, top) = sheet.fonts.mask(block.weight, block.size, part)
            image.paste(INKT, (x + left, base + top), mask)
            x += wide


def _split(adres: str) -> tuple[str, str]:
    """What links share, and the code."""
    found = _CODE.search(adres)
    return (adres[: found.start()], found[0]) if found else (adres, "")


def _widened(adres: str) -> str:
    known, code = _split(adres)
    return known + "H" * len(code)


def _corner(sheet: Sheet, card: Card, box: Rect) -> tuple[int, int]:
    return box.x + (box.w - card.side) // 2, _top(sheet, card, box)


def _top(sheet: Sheet, card: Card, box: Rect) -> int:
    lines = sum(block.height + sheet.gap(0.17) for block in card.blocks)
    return box.y + max(0, (box.h - card.side - lines) // 2)


def _lines(sheet: Sheet, card: Card, box: Rect) -> list[tuple[Blok, int]]:
    """The lines below the QR with the top of each."""
    y = _top(sheet, card, box) + card.side
    placed = []
    for block in card.blocks:
        placed.append((block, y))
        y += block.height + sheet.gap(0.17)
    return placed


def _caption(sheet: Sheet, text: str, weight: str, box: tuple[int, int]) -> Blok | None:
    """One line if it can be, else as many as fit."""
    sizes = sheet.sizes("klein")
    return sheet.line(text, weight, box[0], sizes) or fit(sheet.fonts, text, weight, 1.2, box, sizes)


def _advance(fonts: Fonts, text: str) -> float:
    """Width in letter sizes, as `_letters` sets it."""
    known, code = _split(text)
    return sum(fonts.advance(OWN, part) for part in (known, *code) if part)


def _stepped(length: int) -> int:
    return -(-length // STEP) * STEP
