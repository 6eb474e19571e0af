"""Font files made fast to draw from, with the same letters in them."""

import struct
from itertools import pairwise

_PREP = b"prep"
_LONGEST_IDLE = 7
_IDLE = b"\xb0\x00\x21"
"""PUSHB 0, POP: nothing."""
_LOCA_LONG = 50
"""Where the `head` table says how places in `loca` are written."""
_OVERLAP_SIMPLE, _OVERLAP_COMPOUND = 0x40, 0x04
"""In the first byte of the flags of a letter, or of the first part of a letter made of others."""


def unhinted(font: bytes) -> bytes:
    """The font with letters drawn as they were designed.

    FreeType looks for hints of its own where a font has none, for nine milliseconds per size and with stems that no
    longer suit the widths they were spaced for; it does so when `prep`, which runs before a size, has seven bytes or
    less. So that gets longer by doing nothing.
    """
    tables = {tag: font[at : at + length] for tag, (at, length) in _tables(font).items()}
    if len(tables.get(_PREP, b"")) > _LONGEST_IDLE:
        return font
    tables[_PREP] = tables.get(_PREP, b"") + _IDLE * 3
    at = 12 + 16 * len(tables)
    head, body = [font[:4] + struct.pack(">H", len(tables)) + font[6:12]], []
    for tag, table in sorted(tables.items()):
        head.append(struct.pack(">4sIII", tag, 0, at, len(table)))
        body.append(table + bytes(-len(table) % 4))
        at += len(body[-1])
    return b"".join(head + body)


def plain(font: bytes) -> bytes:
    """The font without the mark on each letter that parts of it may overlap.

    A family that came out of a variable font has it everywhere. FreeType then draws each letter sixteen times as
    large, for pixels that differ by less than a tenth of black where two parts meet, and takes six times as long.
    """
    made, tables = bytearray(font), _tables(font)
    glyf, (loca, length) = tables[b"glyf"][0], tables[b"loca"]
    if struct.unpack_from(">h", font, tables[b"head"][0] + _LOCA_LONG)[0]:
        places = struct.unpack_from(f">{length // 4}I", font, loca)
    else:
        places = tuple(2 * half for half in struct.unpack_from(f">{length // 2}H", font, loca))
    for begin, end in pairwise(places):
        contours = struct.unpack_from(">h", font, glyf + begin)[0] if begin < end else 0
        if contours > 0:
            instructions = glyf + begin + 10 + 2 * contours
            made[instructions + 2 + struct.unpack_from(">H", font, instructions)[0]] &= ~_OVERLAP_SIMPLE
        elif contours < 0:
            made[glyf + begin + 10] &= ~_OVERLAP_COMPOUND
    return bytes(made)


def _tables(font: bytes) -> dict[bytes, tuple[int, int]]:
    """Where each table begins and how long it is, by its tag."""
    count = struct.unpack_from(">H", font, 4)[0]
    found = (struct.unpack_from(">4sIII", font, at) for at in range(12, 12 + 16 * count, 16))
    return {tag: (at, length) for tag, _, at, length in found}
