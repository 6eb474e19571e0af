"""Cuts photos to a box around the point that must stay in view: decoded once for each scale of JPEG."""

import hashlib
import io
import math
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

from PIL import Image, ImageFilter

from hub.content import Foto

HEAD = 0.72
"""Part of the height of an upright photo that a cut shows at least: hair and chin are then both in view. A wider box
gets the photo in its middle, and a blurred and darker copy of it on both sides."""
_EDGE = 0.06
"""Part of its width in which the photo fades into those sides."""
_GAP = 0.008
"""Between photos, as a part of the root of the area they share."""
_BEST_SHAPE = 0.8
"""Width against height that suits a face; photos stand beside or below each other, whichever comes nearest."""
_DECODED = 8
"""Sizes of photos that are kept: those a JPEG is decoded at, of an actie or two."""


class Photos:
    """A small cache of photos and cuts. Holds faces, so it is small, and `forget` empties it."""

    def __init__(self, keep: int = 12) -> None:
        self._keep = keep
        self._cuts: OrderedDict[tuple[str, int, int], Image.Image] = OrderedDict()
        self._decoded: OrderedDict[tuple[str, tuple[int, int]], Image.Image] = OrderedDict()
        self._times_forgotten = 0
        self._lock = Lock()
        self._decoding = Lock()
        self._digest = lru_cache(maxsize=keep)(_digest)

    def digest(self, fotos: Sequence[Foto]) -> str:
        """Identity of photos: their bytes and their focus points; empty for none."""
        return "+".join(map(self._digest, fotos))

    def cut(self, fotos: Sequence[Foto], width: int, height: int) -> Image.Image:
        """The photos filling exactly width x height, never stretched; several beside or below each other."""
        key = (self.digest(fotos), width, height)
        with self._lock:
            before = self._times_forgotten
            if key in self._cuts:
                self._cuts.move_to_end(key)
                return self._cuts[key]
        picture = self._together(fotos, width, height)
        with self._lock:
            if before == self._times_forgotten:
                self._cuts[key] = picture
                while len(self._cuts) > self._keep:
                    self._cuts.popitem(last=False)
        return picture

    def forget(self) -> None:
        """Drop every photo and cut at once (a photo was withdrawn), also the one that is being made."""
        with self._lock:
            self._times_forgotten += 1
            self._cuts.clear()
            self._decoded.clear()
        self._digest.cache_clear()

    def _together(self, fotos: Sequence[Foto], width: int, height: int) -> Image.Image:
        if len(fotos) == 1:
            return self._cut(fotos[0], width, height)
        surface = Image.new("RGB", (width, height), "white")
        for foto, (left, top, right, bottom) in zip(fotos, cells(width, height, len(fotos)), strict=True):
            surface.paste(self._cut(foto, right - left, bottom - top), (left, top))
        return surface

    def _cut(self, foto: Foto, width: int, height: int) -> Image.Image:
        picture = self._at_least(foto, width, height)
        shown = inner_width(picture.size, width, height)
        inner = _part(picture, foto, shown, height)
        return inner if shown == width else _beside_itself(inner, width)

    def _at_least(self, foto: Foto, width: int, height: int) -> Image.Image:
        """The photo decoded no larger than such a cut needs; the same whatever was cut before."""
        with Image.open(io.BytesIO(foto.data)) as source:
            # A JPEG can be decoded at 1/2, 1/4 or 1/8 of its size for a fraction of the time.
            factor = max(inner_width(source.size, width, height) / source.width, height / source.height)
            source.draft("RGB", (round(source.width * factor), round(source.height * factor)))
            key = (self._digest(foto), source.size)
            with self._decoding:
                with self._lock:
                    before, found = self._times_forgotten, self._decoded.get(key)
                if found is not None:
                    return found
                source.load()
                decoded = source if source.mode == "RGB" else source.convert("RGB")
                with self._lock:
                    if before == self._times_forgotten:
                        self._decoded[key] = decoded
                        while len(self._decoded) > _DECODED:
                            self._decoded.popitem(last=False)
        return decoded


def cells(width: int, height: int, count: int) -> list[tuple[int, int, int, int]]:
    """Where so many photos go in a box, as left, top, right, bottom: in a row or in a column."""
    gap = max(2, round(_GAP * (width * height) ** 0.5))
    wide, high = (width - gap * (count - 1)) / count, (height - gap * (count - 1)) / count
    row = abs(math.log(wide / height / _BEST_SHAPE)) <= abs(math.log(width / high / _BEST_SHAPE))
    step = (wide if row else high) + gap
    starts = [round(number * step) for number in range(count)]
    ends = [start - gap for start in (*starts[1:], (width if row else height) + gap)]
    if row:
        return [(start, 0, end, height) for start, end in zip(starts, ends, strict=True)]
    return [(0, start, width, end) for start, end in zip(starts, ends, strict=True)]


def inner_width(photo: tuple[int, int], width: int, height: int) -> int:
    """How much of the width of a box an upright photo fills without losing a head; others fill all of it."""
    if photo[0] >= photo[1]:
        return width
    return min(width, round(height * photo[0] / (photo[1] * HEAD)))


def _digest(foto: Foto) -> str:
    return f"{hashlib.sha256(foto.data).hexdigest()}@{foto.focus_x:.4f},{foto.focus_y:.4f}"


def _part(picture: Image.Image, foto: Foto, width: int, height: int) -> Image.Image:
    """The part around the focus point, which stands halfway, so that hair and chin are both in view."""
    factor = max(width / picture.width, height / picture.height)
    part_w, part_h = width / factor, height / factor
    left = max(min(foto.focus_x * picture.width - part_w / 2, picture.width - part_w), 0.0)
    top = max(min(foto.focus_y * picture.height - part_h / 2, picture.height - part_h), 0.0)
    box = (left, top, min(left + part_w, picture.width), min(top + part_h, picture.height))
    # From a copy less than twice as large the cheaper filter cannot be told from the best.
    kind = Image.Resampling.HAMMING if factor < 1 else Image.Resampling.LANCZOS
    return picture.resize((width, height), kind, box=box)


def _beside_itself(inner: Image.Image, width: int) -> Image.Image:
    """The photo in the middle of a wider box, its sides filled with what it fades into."""
    height = inner.height
    # Blurred small and scaled up: nobody sees the difference, and it costs a hundredth.
    small = inner.resize((max(2, width // 16), max(2, height // 16)), Image.Resampling.BOX)
    ground = small.filter(ImageFilter.GaussianBlur(max(1, small.height // 12))).resize((width, height))
    ground = ground.point([round(value * 0.86) for value in range(256)] * 3)
    edge = max(1, round(inner.width * _EDGE))
    ramp = Image.linear_gradient("L").rotate(90).resize((edge, 1))
    mask = Image.new("L", (inner.width, 1), 255)
    mask.paste(ramp, (0, 0))
    mask.paste(ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (inner.width - edge, 0))
    ground.paste(inner, ((width - inner.width) // 2, 0), mask.resize(inner.size))
    return ground
