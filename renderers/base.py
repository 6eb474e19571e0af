"""What all links of one poster share: drawn and encoded once, so that each scherm costs only its own QR."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from PIL import Image

from renderers import splice
from renderers.errors import PosterError
from renderers.splice import BitTemplate, Pieces, Spot, TileTemplate

QUALITIES = (90, 86, 82, 76, 70, 62, 54, 45, 35)
_SMALL = (1920 * 1200, 500_000)
_LARGE_BYTES = 1_500_000

KEEP_BYTES = 64 * 1024 * 1024
"""Eight posters of 1080x1920, or two of 4K."""

Made = TypeVar("Made")


class Base:
    """A poster with an empty place for a QR. Safe to call from several threads.

    Whatever the QR, the quality is the same: the one at which none of them makes the file too heavy.
    """

    def __init__(self, picture: Image.Image, spot: Spot) -> None:
        self._picture = picture
        self._spot = spot
        self._cell = splice.cell(picture, spot)
        self._chosen: BitTemplate | TileTemplate | None = None
        self._lock = Lock()
        self.weight = 4 * picture.width * picture.height

    def jpeg(self, symbol: int) -> Pieces:
        """The file with this QR, at the best quality within the weight screens accept."""
        with self._lock:
            if self._chosen is None:
                self._chosen = best(self._picture, self._template, lambda template: template.most)
        return self._chosen.with_symbol(symbol)

    def _template(self, quality: int) -> BitTemplate | TileTemplate:
        if self._cell is None:
            return TileTemplate(self._picture, self._spot, quality)
        return BitTemplate(self._picture, self._spot, self._cell, quality)


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
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _keep(self, key: Hashable, base: Base) -> None:
        self._kept[key] = base
        while len(self._kept) > 1 and sum(kept.weight for kept in self._kept.values()) > KEEP_BYTES:
            self._kept.popitem(last=False)


def weight_limit(picture: Image.Image) -> int:
    """The most bytes a file of this size may have."""
    area, limit = _SMALL
    return limit if picture.width * picture.height <= area else _LARGE_BYTES


def best(picture: Image.Image, at: Callable[[int], Made], size: Callable[[Made], int]) -> Made:
    """The first of the ladder of qualities that is light enough; `at` makes one, `size` tells its bytes."""
    limit = weight_limit(picture)
    for quality in QUALITIES:
        made = at(quality)
        if size(made) <= limit:
            return made
    raise PosterError(f"{picture.width}x{picture.height}: het beeld blijft zwaarder dan {limit} bytes.")
