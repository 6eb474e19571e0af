"""JPEG files that differ in their QR share the rest: only the QR is coded anew, and its bits are put in place.

A restart marker makes the decoder forget what came before, so a JPEG cut into restart intervals can be put together
from intervals that were coded apart. Each template here holds a picture encoded once; `with_symbol` gives the file
that encoding the whole picture with that QR would give, byte for byte.

`BitTemplate` writes the bits itself. A block of one colour has no more than its difference with the block before, so
where the modules of a QR cover whole blocks, its bits come from a table. `TileTemplate` is for any other place: it
has Pillow encode the intervals around the QR.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from operator import add
from typing import NamedTuple

from PIL import Image

from renderers import bits, qr
from renderers.bits import MARKER, Bits

BLOCK = 8
"""Pixels on a side of what JPEG codes as one unit, without subsampling of colour."""
SHORTEST = 12
"""Fewest blocks in an interval of a tile: each one costs some four bytes."""
MODULES = 9
"""So many modules of a row are looked up at once."""
TILE_BYTES = 60
"""More than a block of a QR off the grid takes at the best quality; on the grid that is `CELL_BYTES`."""
CELL_BYTES = 5

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_BLACK = (0, 0, 0)
_END = b"\xff\xd9"


class Spot(NamedTuple):
    """Where a QR goes, without its quiet zone: its corner, its modules on a side, the pixels of one."""

    left: int
    top: int
    modules: int
    module: int

    @property
    def side(self) -> int:
        """Pixels on a side."""
        return self.modules * self.module

    @property
    def box(self) -> Box:
        """All of it."""
        return (self.left, self.top, self.left + self.side, self.top + self.side)

    @property
    def on_grid(self) -> bool:
        """Whether each of its modules covers whole blocks."""
        return not (self.left % BLOCK or self.top % BLOCK or self.module % BLOCK)

    def paste(self, image: Image.Image, symbol: int, left: int = 0, top: int = 0) -> None:
        """Draw the dark modules of this QR on a white place; the picture may begin at another corner than 0, 0."""
        image.paste(_BLACK, (self.left - left, self.top - top), qr.dark(symbol, self.modules, self.module))


@dataclass(frozen=True, slots=True)
class Grid:
    """The intervals a rectangle touches: `rows` of blocks by `columns` of intervals, `interval` blocks each."""

    width: int
    height: int
    interval: int
    columns: range
    rows: range

    @property
    def box(self) -> Box:
        """The pixels of these intervals: left, top, right, bottom. At the edges as far as the picture goes."""
        step = self.interval * BLOCK
        right, bottom = min(self.columns.stop * step, self.width), min(self.rows.stop * BLOCK, self.height)
        return (self.columns.start * step, self.rows.start * BLOCK, right, bottom)

    @property
    def blocks(self) -> int:
        """Blocks in these intervals."""
        return len(self.rows) * len(self.columns) * self.interval

    @property
    def per_row(self) -> int:
        """Intervals side by side in the whole picture."""
        return blocks(self.width) // self.interval

    @property
    def count(self) -> int:
        """Intervals in the whole picture."""
        return self.per_row * blocks(self.height)


def blocks(length: int) -> int:
    """Blocks that cover so many pixels."""
    return -(-length // BLOCK)


def around(width: int, height: int, box: Box) -> Grid:
    """Intervals that divide each row of blocks evenly and cover this rectangle with the fewest blocks."""
    wide = blocks(width)
    made = [_grid(width, height, box, size) for size in _divisors(wide) if size >= min(SHORTEST, wide)]
    return min(made, key=lambda grid: (grid.blocks, -grid.interval))


def cell(picture: Image.Image, spot: Spot) -> Grid | None:
    """The smallest intervals that each hold a whole row of a QR on the grid, where its bits can be put in place.

    The first block of an interval is coded as it is and not as a difference, so it must be another.
    """
    if not spot.on_grid:
        return None
    made = (_grid(picture.width, picture.height, spot.box, size) for size in _divisors(blocks(picture.width)))
    fit = [grid for grid in made if len(grid.columns) == 1 and spot.left > grid.box[0]]
    return next((grid for grid in fit if _plain_end(picture, grid)), fit[0] if fit else None)


def encode(picture: Image.Image, quality: int, interval: int = 0) -> bytes:
    """Baseline JPEG, 4:4:4, standard Huffman tables, a restart marker after every `interval` blocks (0: none)."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling=0, restart_marker_blocks=interval)
    return buffer.getvalue()


class Pieces(NamedTuple):
    """A file that shares most of its bytes: what is its `own` goes between the pieces that are `shared`."""

    shared: tuple[bytes, ...]
    own: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Bytes in the whole file."""
        return sum(map(len, self.shared)) + sum(map(len, self.own))

    def joined(self) -> bytes:
        """The whole file."""
        parts: list[bytes] = [b""] * (len(self.shared) + len(self.own))
        parts[::2] = self.shared
        parts[1::2] = self.own
        return b"".join(parts)


class _Template:
    """A file with holes: the intervals of its grid."""

    def __init__(self, picture: Image.Image, grid: Grid, quality: int) -> None:
        self.head, intervals = bits.parts(encode(picture, quality, grid.interval))
        if len(intervals) != grid.count:
            raise ValueError(f"{len(intervals)} intervals, {grid.count} expected")
        holes = [row * grid.per_row + column for row in grid.rows for column in grid.columns]
        self.found = [intervals[hole] for hole in holes]
        runs = _runs(holes)
        self._runs = tuple(map(len, runs))
        self._markers = [_marker(hole, grid.count) for hole in holes]
        ends = [range(0, 0), *runs, range(grid.count, grid.count)]
        shared = [b"".join(_closed(intervals, range(one.stop, other.start))) for one, other in pairwise(ends)]
        self.shared = (self.head + shared[0], *shared[1:])
        """What all files of this template have in common: the same pieces, so that they are in memory once."""
        self.size = sum(map(len, self.shared)) + sum(map(len, self._markers))

    def filled(self, intervals: Iterable[bytes]) -> Pieces:
        """The file with these intervals in its holes."""
        closed = map(add, intervals, self._markers)
        if len(self._runs) == len(self._markers):
            return Pieces(self.shared, tuple(closed))
        return Pieces(self.shared, tuple(b"".join(islice(closed, count)) for count in self._runs))


class TileTemplate:
    """One picture at one quality, and a QR anywhere in it; `most`: bytes that no file of it exceeds."""

    def __init__(self, picture: Image.Image, spot: Spot, quality: int) -> None:
        self._grid = around(picture.width, picture.height, spot.box)
        self._spot = spot
        self._quality = quality
        self._tile = picture.crop(self._grid.box)
        self._template = _Template(picture, self._grid, quality)
        self._alike = bits.tables(self._template.head)
        touched = blocks(spot.left % BLOCK + spot.side) * len(self._grid.rows)
        self.most = self._template.size + sum(map(len, self._template.found)) + TILE_BYTES * touched

    def with_symbol(self, symbol: int) -> Pieces:
        """The file with this QR."""
        tile = self._tile.copy()
        self._spot.paste(tile, symbol, *self._grid.box[:2])
        head, found = bits.parts(encode(tile, self._quality, self._grid.interval))
        if bits.tables(head) != self._alike or len(found) != len(self._template.found):
            raise ValueError("the tile was not encoded like the picture")
        return self._template.filled(found)


class BitTemplate:
    """One picture at one quality, white where a QR goes that lies on the grid; `most`: as of `TileTemplate`."""

    def __init__(self, picture: Image.Image, spot: Spot, grid: Grid, quality: int) -> None:
        self._template = _Template(picture, grid, quality)
        wide = spot.module // BLOCK
        left, top, right, bottom = grid.box
        trail = right > spot.box[2]
        self._groups, white = _groups(bits.tables(self._template.head), spot.modules, wide, trail)
        before = bits.parts(encode(picture.crop((left, top, spot.left, bottom)), quality, (spot.left - left) // BLOCK))
        leads = [bits.unpadded(lead) for lead in before[1]]
        starts = zip(self._template.found, (bits.joined([lead, white]) for lead in leads), strict=True)
        if _plain_end(picture, grid):
            ends = [bits.rest(found, start) for found, start in starts]
        else:
            codes, count = bits.Codes.of(self._template.head), grid.interval - (spot.box[2] - left) // BLOCK - trail
            ends = [codes.after(found, start, count) for found, start in starts]
        edges = list(zip(leads, ends, strict=True))
        last = spot.modules - 1
        self._rows = [
            (spot.modules * (last - number), edges[number * wide : (number + 1) * wide])
            for number in range(spot.modules)
        ]
        self._mask = (1 << spot.modules) - 1
        inside = sum(map(len, self._template.found))
        self.most = self._template.size + inside + CELL_BYTES * spot.modules * wide * len(grid.rows)

    def with_symbol(self, symbol: int) -> Pieces:
        """The file with this QR."""
        made: list[bytes] = []
        for at, edges in self._rows:
            modules = symbol >> at & self._mask
            row, length = 0, 0
            for shift, mask, table in self._groups:
                # The bit above those of a group is the module before it.
                more, size = table[modules >> shift & mask]
                row, length = row << size | more, length + size
            known: tuple[Bits, Bits] | None = None
            for edge in edges:
                if edge != known:
                    known = edge
                    (before, lead), (after, trail) = edge
                    interval = bits.closed((before << length | row) << trail | after, lead + length + trail)
                made.append(interval)
        return self._template.filled(made)


@lru_cache(maxsize=64)
def _groups(
    tables: bytes, modules: int, wide: int, trail: bool
) -> tuple[tuple[tuple[int, int, tuple[Bits, ...]], ...], Bits]:
    """How the modules of a row become bits, a group of them at a time; and the bits of a row that is all white.

    Per group: how far from the end of the row it stands, which bits choose, and what they become. The last one goes
    back to white where another block follows.
    """
    codes = bits.Codes.of(tables)
    same = [codes.block(0)] * (wide - 1)
    steps = [[bits.joined([codes.block(codes.level(to) - codes.level(of)), *same]) for to in (0, 1)] for of in (0, 1)]
    back = [codes.block(codes.white - codes.level(of)) if trail else Bits(0, 0) for of in (0, 1)]

    def group(size: int, chosen: int, *, last: bool) -> Bits:
        path = pairwise(chosen >> at & 1 for at in range(size, -1, -1))
        return bits.joined([*(steps[of][to] for of, to in path), back[chosen & 1] if last else Bits(0, 0)])

    made = []
    for end in range(modules, 0, -MODULES):
        size = min(MODULES, end)
        table = tuple(group(size, chosen, last=end == modules) for chosen in range(2 << size))
        made.append((modules - end, (2 << size) - 1, table))
    return tuple(reversed(made)), bits.joined(table[0] for _, _, table in reversed(made))


def _divisors(wide: int) -> list[int]:
    return [size for size in range(1, wide + 1) if wide % size == 0]


def _grid(width: int, height: int, box: Box, size: int) -> Grid:
    left, top, right, bottom = box
    step = size * BLOCK
    return Grid(width, height, size, range(left // step, -(-right // step)), range(top // BLOCK, blocks(bottom)))


def _plain_end(picture: Image.Image, grid: Grid) -> bool:
    """Whether the last block of each of these intervals has one colour: its bits then end in two zeros, and can be told
    from the ones that fill the byte behind them. Else they must be read to find their end."""
    _, top, right, bottom = grid.box
    last = picture.crop(((right - 1) // BLOCK * BLOCK, top, right, bottom))
    rows = (last.crop((0, y, last.width, y + BLOCK)).getcolors(1) for y in range(0, last.height, BLOCK))
    return all(colours is not None for colours in rows)


def _runs(holes: Sequence[int]) -> list[range]:
    """Intervals that follow each other, taken together."""
    found: list[range] = []
    for hole in holes:
        if found and found[-1].stop == hole:
            found[-1] = range(found[-1].start, hole + 1)
        else:
            found.append(range(hole, hole + 1))
    return found


def _closed(intervals: list[bytes], which: range) -> list[bytes]:
    return [part for number in which for part in (intervals[number], _marker(number, len(intervals)))]


def _marker(number: int, count: int) -> bytes:
    """What follows an interval: one of eight restart markers in turn, after the last the end of the file."""
    return _END if number == count - 1 else bytes((MARKER, 0xD0 + number % 8))
