"""JPEG files that differ in one rectangle share the rest: encode that rectangle alone and put its bits in place.

A restart marker makes the decoder forget what came before, so a JPEG cut into restart intervals can be put together
from intervals that were encoded apart. `Template` holds a picture encoded once; `with_tiles` gives the file that
encoding the whole picture anew would give, byte for byte, from the pixels of the tiles alone.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from PIL import Image

BLOCK = 8
"""Pixels on a side of what JPEG codes as one unit, without subsampling of colour."""
SHORTEST = 12
"""Fewest blocks in an interval: each one costs some four bytes."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_MARKER = re.compile(rb"\xff[\xd0-\xd7]")
_SCAN = b"\xff\xda"
_END = b"\xff\xd9"
_FRAME = re.compile(rb"\xff\xc0\x00\x11\x08(....)", re.DOTALL)


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


def grids(width: int, height: int, boxes: Sequence[Box]) -> tuple[Grid, ...]:
    """Intervals that divide each row of blocks evenly and cover these rectangles, from top to bottom, with the fewest
    blocks. Where two of them would share a row of blocks one around them all takes their place."""
    wide = blocks(width)
    sizes = [size for size in range(min(SHORTEST, wide), wide + 1) if wide % size == 0]

    def at(size: int) -> tuple[Grid, ...]:
        step = size * BLOCK
        return tuple(
            Grid(width, height, size, range(left // step, -(-right // step)), range(top // BLOCK, blocks(bottom)))
            for left, top, right, bottom in boxes
        )

    found = min(map(at, sizes), key=lambda made: (sum(grid.blocks for grid in made), -made[0].interval))
    if any(one.rows.stop > other.rows.start for one, other in pairwise(found)):
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return grids(width, height, [(min(lefts), min(tops), max(rights), max(bottoms))])
    return found


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


class Template:
    """One picture at one quality, and the places in it where intervals of a tile go."""

    def __init__(self, picture: Image.Image, grids: Sequence[Grid], quality: int) -> None:
        self._grids = grids
        self._quality = quality
        grid = grids[0]
        head, intervals = _parts(encode(picture, quality, grid.interval))
        if len(intervals) != grid.count:
            raise ValueError(f"{len(intervals)} intervals, {grid.count} expected")
        holes = [row * grid.per_row + column for grid in grids for row in grid.rows for column in grid.columns]
        self._alike = _FRAME.sub(b"", head, count=1)
        self._runs: list[tuple[bytes, ...]] = []
        shared, done = [head], 0
        for run in _runs(holes):
            shared.append(b"".join(_closed(intervals, range(done, run.start))))
            self._runs.append(tuple(_marker(hole, grid.count) for hole in run))
            done = run.stop
        shared.append(b"".join(_closed(intervals, range(done, grid.count))))
        self.shared = (shared[0] + shared[1], *shared[2:])
        """What all files of this template have in common: the same pieces, so that they are in memory once."""
        self.size = sum(map(len, self.shared)) + 2 * len(holes)

    def with_tiles(self, tiles: Sequence[Image.Image]) -> Pieces:
        """The file with these pixels in the boxes of the grids."""
        intervals: list[bytes] = []
        for grid, tile in zip(self._grids, tiles, strict=True):
            head, found = _parts(encode(tile, self._quality, grid.interval))
            if _FRAME.sub(b"", head, count=1) != self._alike or len(found) != len(grid.rows) * len(grid.columns):
                raise ValueError("the tile was not encoded like the picture")
            intervals += found
        left = iter(intervals)
        own = (b"".join([part for marker in run for part in (next(left), marker)]) for run in self._runs)
        return Pieces(self.shared, tuple(own))


def _runs(holes: Sequence[int]) -> list[range]:
    """Intervals that follow each other, taken together."""
    found: list[range] = []
    for hole in holes:
        if found and found[-1].stop == hole:
            found[-1] = range(found[-1].start, hole + 1)
        else:
            found.append(range(hole, hole + 1))
    return found


def _parts(data: bytes) -> tuple[bytes, list[bytes]]:
    """Everything before the coded pixels, and the intervals without their markers."""
    scan = data.index(_SCAN)
    begin = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    return data[:begin], _MARKER.split(data[begin : -len(_END)])


def _closed(intervals: list[bytes], which: range) -> list[bytes]:
    return [part for number in which for part in (intervals[number], _marker(number, len(intervals)))]


def _marker(number: int, count: int) -> bytes:
    """What follows an interval: one of eight restart markers in turn, after the last the end of the file."""
    return _END if number == count - 1 else bytes((0xFF, 0xD0 + number % 8))
