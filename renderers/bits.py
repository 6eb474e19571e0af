"""The bits of a baseline JPEG: its intervals, its Huffman codes, and blocks of one colour as bits.

Only what Pillow writes is read here: one scan with three colours, the standard tables, restart markers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

MARKER = 0xFF
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_SCAN, _HUFFMAN, _QUANTISER = 0xDA, 0xC4, 0xDB
_FRAME = b"\xff\xc0\x00\x11\x08"
_SIZE = re.compile(_FRAME + rb"....", re.DOTALL)
_STUFFED = b"\xff\x00"
NOT_WHITE = "the picture is not white where its QR goes"
_KINDS = (0x00, 0x10, 0x01, 0x11)
_LUMA_DC, _LUMA_AC, _CHROMA_DC, _CHROMA_AC = _KINDS


class Bits(NamedTuple):
    """So many bits, as an integer."""

    value: int
    length: int


@dataclass(frozen=True, slots=True)
class Codes:
    """What a file codes white and black as, and the codes of a block of one grey."""

    white: int
    black: int
    luma: dict[int, Bits]
    luma_end: Bits
    chroma: Bits
    read: tuple[dict[str, int], ...]

    @classmethod
    def of(cls, head: bytes) -> "Codes":
        """Read from everything before the coded pixels."""
        huffman: dict[int, dict[int, Bits]] = {}
        step = 0
        for kind, body in _segments(head):
            if kind == _HUFFMAN:
                huffman |= _huffman(body)
            elif kind == _QUANTISER and body[0] == 0:
                step = body[1]
        grey = joined([huffman[_CHROMA_DC][0], huffman[_CHROMA_AC][0]])
        # Halves are rounded away from zero. White is 127 above the middle, black 128 below it; eight times for a block.
        white, black = (2 * 1016 + step) // (2 * step), -((2 * 1024 + step) // (2 * step))
        read = tuple(
            {format(code.value, f"0{code.length}b"): symbol for symbol, code in huffman[kind].items()}
            for kind in _KINDS
        )
        return cls(white, black, huffman[_LUMA_DC], huffman[_LUMA_AC][0], joined([grey, grey]), read)

    def level(self, dark: int) -> int:
        """What a module is coded as: 1 is dark."""
        return self.black if dark else self.white

    def after(self, interval: bytes, start: Bits, blocks: int) -> Bits:
        """What follows these bits in an interval: so many blocks, read code by code to find where they end."""
        data = interval.replace(_STUFFED, b"\xff")
        text = format(int.from_bytes(data, "big"), f"0{8 * len(data)}b")
        if not text.startswith(format(start.value, f"0{start.length}b")):
            raise ValueError(NOT_WHITE)
        luma, chroma = self.read[:2], self.read[2:]
        at = start.length
        for _ in range(blocks):
            for first, others in (luma, chroma, chroma):
                at = _passed(text, at, first, others)
        return Bits(int(text[start.length : at] or "0", 2), at - start.length)

    def block(self, differs: int) -> Bits:
        """A block of one grey that is so much lighter than the one before."""
        size = abs(differs).bit_length()
        amount = Bits(differs if differs > 0 else differs + (1 << size) - 1, size)
        return joined([self.luma[size], amount, self.luma_end, self.chroma])


def parts(data: bytes) -> tuple[bytes, list[bytes]]:
    """Everything before the coded pixels, and the intervals without their markers."""
    scan = data.index(bytes((MARKER, _SCAN)))
    begin = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    return data[:begin], _RESTART.split(data[begin:-2])


def tables(head: bytes) -> bytes:
    """What decides how pixels are coded: all but the size of the picture."""
    return _SIZE.sub(_FRAME + bytes(4), head, count=1)


def joined(all_bits: Iterable[Bits]) -> Bits:
    """One after the other."""
    value, length = 0, 0
    for more, size in all_bits:
        value, length = value << size | more, length + size
    return Bits(value, length)


def unpadded(interval: bytes) -> Bits:
    """The bits of an interval whose last block has one colour: they end in zeros, and ones fill the byte."""
    data = interval.replace(_STUFFED, b"\xff")
    value, length = int.from_bytes(data, "big"), 8 * len(data)
    ones = (~value & value + 1).bit_length() - 1
    return Bits(value >> ones, length - ones)


def rest(interval: bytes, start: Bits) -> Bits:
    """What follows these bits in an interval of which the last block has one colour."""
    value, length = unpadded(interval)
    left = length - start.length
    if left < 0 or value >> left != start.value:
        raise ValueError(NOT_WHITE)
    return Bits(value & (1 << left) - 1, left)


def closed(value: int, length: int) -> bytes:
    """So many bits as an interval: filled up with ones, and a zero after each byte that would be a marker."""
    pad = -length & 7
    return (value << pad | (1 << pad) - 1).to_bytes(length + pad >> 3, "big").replace(b"\xff", _STUFFED)


def _passed(text: str, at: int, first: dict[str, int], others: dict[str, int]) -> int:
    """Where the numbers of one colour of a block end: an average, then pairs of zeros to skip and bits to read."""
    size, at = _code(text, at, first)
    at += size
    place = 1
    while place < 64:
        symbol, at = _code(text, at, others)
        if symbol == 0:
            break
        place += (symbol >> 4) + 1
        at += symbol & 15
    return at


def _code(text: str, at: int, table: dict[str, int]) -> tuple[int, int]:
    for end in range(at + 1, at + 17):
        symbol = table.get(text[at:end])
        if symbol is not None:
            return symbol, end
    raise ValueError("no code of this file")


def _segments(head: bytes) -> Iterable[tuple[int, bytes]]:
    """Every marker of a head with what belongs to it."""
    at = 2
    while at < len(head):
        size = int.from_bytes(head[at + 2 : at + 4], "big")
        yield head[at + 1], head[at + 4 : at + 2 + size]
        at += 2 + size


def _huffman(body: bytes) -> dict[int, dict[int, Bits]]:
    """The codes of each table in a segment, by what they stand for: counting up within and across lengths."""
    found: dict[int, dict[int, Bits]] = {}
    while body:
        kind, counts, symbols = body[0], body[1:17], body[17:]
        code, at = 0, 0
        found[kind] = {}
        for length, count in enumerate(counts, 1):
            for symbol in symbols[at : at + count]:
                found[kind][symbol] = Bits(code, length)
                code += 1
            at += count
            code <<= 1
        body = symbols[at:]
    return found
