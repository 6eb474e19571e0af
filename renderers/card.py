"""The card of a poster: the QR, what it is for, and the address for who types. The one part that differs per link."""

import re
from dataclasses import dataclass, replace
from functools import partial

from PIL import Image, ImageDraw

from renderers import qr
from renderers.formats import Rect
from renderers.sheet import Sheet
from renderers.text import Blok, fit
from renderers.tokens import INKT, INKT_ZACHT
from renderers.words import Inhoud

OWN = "vet"
"""The letters of the address; the line above it is the same for every link."""
STEP = 16
"""Cards grow in steps of so many pixels. With room for wide letters (an H is wider than most) in every code, links
whose letters differ in width still share one poster."""
_CODE = re.compile("[^/]+$")


@dataclass(frozen=True, slots=True)
class Card:
    """The QR and the lines below it, and the room they take with a margin around."""

    picture: Image.Image
    blocks: tuple[Blok, ...]
    width: int
    height: int


def make(sheet: Sheet, words: Inhoud, box: Rect) -> Card | None:
    """What fits this box: no line may cost the QR its reach, and without room there is no card."""
    width = box.w - 2 * sheet.gap(0.27)
    widest = max(words.adres, _CODE.sub(lambda code: "H" * len(code[0]), words.adres), key=partial(_advance, sheet))
    lines = [
        _caption(sheet, words.qr_tekst, "gewoon", (width, box.h // 4)),
        _address(sheet, words.adres, widest, (width, box.h // 4)),
    ]
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
    picture = qr.draw(words.qr_url, side, f"{sheet.formaat.naam}: vak 'qr'")
    widths = [
        sheet.fonts.width(block.weight, widest if line == words.adres else line, block.size)
        for block in blocks
        for line in block.lines
    ]
    margin = 2 * sheet.gap(0.2)
    wide = round(max(picture.width, *widths, 0)) + margin
    tall = picture.height + sum(block.height + gap for block in blocks) + margin
    return Card(picture, tuple(blocks), min(box.w, _stepped(wide)), min(box.h, _stepped(tall)))


def ground(sheet: Sheet, card: Card, image: Image.Image, box: Rect) -> None:
    """Draw what links share: the line that says what the QR is for."""
    pen = ImageDraw.Draw(image)
    for block, y in _lines(sheet, card, box):
        if block.weight != OWN:
            sheet.write(pen, block, (box.x + box.w // 2, y), INKT_ZACHT, "m")


def draw(sheet: Sheet, card: Card, image: Image.Image, box: Rect) -> None:
    """Draw what differs per link: the QR and the address."""
    pen = ImageDraw.Draw(image)
    image.paste(card.picture, (box.x + (box.w - card.picture.width) // 2, _top(sheet, card, box)))
    for block, y in _lines(sheet, card, box):
        if block.weight == OWN:
            sheet.write(pen, block, (box.x + box.w // 2, y), INKT, "m")


def shared(sheet: Sheet, card: Card, box: Rect) -> object:
    """What decides the ground: cards of which this is equal have the same."""
    return [line for line in _lines(sheet, card, box) if line[0].weight != OWN]


def _top(sheet: Sheet, card: Card, box: Rect) -> int:
    lines = sum(block.height + sheet.gap(0.17) for block in card.blocks)
    return box.y + max(0, (box.h - card.picture.height - lines) // 2)


def _lines(sheet: Sheet, card: Card, box: Rect) -> list[tuple[Blok, int]]:
    """The lines below the QR with the top of each."""
    y = _top(sheet, card, box) + card.picture.height
    placed = []
    for block in card.blocks:
        placed.append((block, y))
        y += block.height + sheet.gap(0.17)
    return placed


def _caption(sheet: Sheet, text: str, weight: str, box: tuple[int, int]) -> Blok | None:
    """One line if it can be, else as many as fit."""
    sizes = sheet.sizes("klein")
    return sheet.line(text, weight, box[0], sizes) or fit(sheet.fonts, text, weight, 1.2, box, sizes)


def _address(sheet: Sheet, adres: str, widest: str, box: tuple[int, int]) -> Blok | None:
    """The address in letters in which any other code of its length fits as well, where that is one line."""
    block = _caption(sheet, widest, OWN, box)
    if block is None or len(block.lines) > 1:
        return _caption(sheet, adres, OWN, box)
    return replace(block, lines=(adres,))


def _advance(sheet: Sheet, text: str) -> float:
    return sheet.fonts.advance(OWN, text)


def _stepped(length: int) -> int:
    return -(-length // STEP) * STEP
