"""What all links of one poster share: drawn and encoded once, so that each scherm costs only its own card."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import NamedTuple

from PIL import Image

from renderers import splice
from renderers.errors import PosterError
from renderers.formats import Rect
from renderers.splice import Pieces

QUALITIES = (90, 86, 82, 76, 70, 62, 54, 45, 35)
_SMALL = (1920 * 1200, 500_000)
_LARGE_BYTES = 1_500_000

BLOCK_BYTES = 28
"""What a block of a QR takes at the best quality. With that much room left, no card is made at a quality that then
turns out too heavy: cards of one poster all have the same."""

KEEP_BYTES = 64 * 1024 * 1024
"""Eight posters of 1080x1920, or two of 4K."""

Encode = Callable[[int], Pieces | None]


class Tile(NamedTuple):
    """A piece of a poster, and where its corner lies in it."""

    image: Image.Image
    left: int
    top: int


class Base:
    """A poster with an empty card, ready to receive cards. Safe to call from several threads."""

    def __init__(self, picture: Image.Image, *boxes: Rect) -> None:
        self._picture = picture
        edges = [(box.x, box.y, box.right, box.bottom) for box in boxes]
        self._grids = splice.grids(picture.width, picture.height, edges)
        self._tiles = [picture.crop(grid.box) for grid in self._grids]
        self._templates: dict[int, splice.Template] = {}
        self._lock = Lock()
        self.weight = 4 * picture.width * picture.height

    def tiles(self) -> list[Tile]:
        """The pixels below what differs per card, to draw on: one for each box, or one around them all."""
        return [Tile(kept.copy(), *grid.box[:2]) for kept, grid in zip(self._tiles, self._grids, strict=True)]

    def jpeg(self, tiles: Sequence[Tile]) -> Pieces:
        """The file with these tiles, at the best quality within the weight screens accept."""
        drawn = [tile.image for tile in tiles]
        limit = weight_limit(self._picture) - BLOCK_BYTES * sum(grid.blocks for grid in self._grids)

        def at(quality: int) -> Pieces | None:
            template = self._template(quality)
            return template.with_tiles(drawn) if template.size <= limit or quality == QUALITIES[-1] else None

        return lightest(self._picture, at)

    def _template(self, quality: int) -> splice.Template:
        with self._lock:
            if quality not in self._templates:
                self._templates[quality] = splice.Template(self._picture, self._grids, quality)
            return self._templates[quality]


class Bases:
    """A small cache of bases. Holds faces, so `forget` empties it, and one that is being drawn then is not kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Base] = OrderedDict()
        self._times_forgotten = 0
        self._lock = Lock()
        self._drawing = Lock()

    def get(self, key: Hashable, draw: Callable[[], Base]) -> Base:
        """The base of this name; drawn by the first who asks, while others wait."""
        if (found := self._found(key)) is not None:
            return found
        with self._drawing:
            if (found := self._found(key)) is not None:
                return found
            before = self._times_forgotten
            made = draw()
            with self._lock:
                if before == self._times_forgotten:
                    self._keep(key, made)
            return made

    def forget(self) -> None:
        """Drop every base at once."""
        with self._lock:
            self._times_forgotten += 1
            self._kept.clear()

    def _found(self, key: Hashable) -> Base | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Hashable, base: Base) -> None:
        self._kept[key] = base
        while len(self._kept) > 1 and sum(kept.weight for kept in self._kept.values()) > KEEP_BYTES:
            self._kept.popitem(last=False)


def weight_limit(picture: Image.Image) -> int:
    """The most bytes a file of this size may have."""
    area, limit = _SMALL
    return limit if picture.width * picture.height <= area else _LARGE_BYTES


def lightest(picture: Image.Image, at: Encode) -> Pieces:
    """The first file of the ladder that is light enough; `at` may answer None where it cannot be."""
    limit = weight_limit(picture)
    for quality in QUALITIES:
        data = at(quality)
        if data is not None and data.size <= limit:
            return data
    raise PosterError(f"{picture.width}x{picture.height}: het beeld blijft zwaarder dan {limit} bytes.")
