"""Cuts a photo to a box around the point that must stay in view, and remembers the last few cuts."""

import hashlib
import io
from collections import OrderedDict
from functools import lru_cache
from threading import Lock

from PIL import Image

from hub.content import Foto

_HEADROOM = 0.5
"""Where the focus point lands in the cut, from the top: halfway, so that hair and chin are both in view."""


class Photos:
    """A small cache of cuts. Holds faces, so it is small, and `forget` empties it."""

    def __init__(self, keep: int = 12) -> None:
        self._keep = keep
        self._cuts: OrderedDict[tuple[str, int, int], Image.Image] = OrderedDict()
        self._lock = Lock()
        self.digest = lru_cache(maxsize=keep)(_digest)

    def cut(self, foto: Foto, width: int, height: int) -> Image.Image:
        """The photo filling exactly width x height; never stretched."""
        key = (self.digest(foto), width, height)
        with self._lock:
            if key in self._cuts:
                self._cuts.move_to_end(key)
                return self._cuts[key]
        picture = _cut(foto, width, height)
        with self._lock:
            self._cuts[key] = picture
            while len(self._cuts) > self._keep:
                self._cuts.popitem(last=False)
        return picture

    def forget(self) -> None:
        """Drop every cut at once (a photo was withdrawn)."""
        with self._lock:
            self._cuts.clear()
        self.digest.cache_clear()


def _digest(foto: Foto) -> str:
    """Identity of a photo: its bytes and its focus point."""
    return f"{hashlib.sha256(foto.data).hexdigest()}@{foto.focus_x:.4f},{foto.focus_y:.4f}"


def _cut(foto: Foto, width: int, height: int) -> Image.Image:
    with Image.open(io.BytesIO(foto.data)) as source:
        factor = max(width / source.width, height / source.height)
        if source.format == "JPEG":
            # A JPEG can be decoded at 1/2, 1/4 or 1/8 of its size for a fraction of the time.
            source.draft("RGB", (round(source.width * factor), round(source.height * factor)))
        picture = source.convert("RGB")
    factor = max(width / picture.width, height / picture.height)
    part_w, part_h = width / factor, height / factor
    left = max(min(foto.focus_x * picture.width - part_w / 2, picture.width - part_w), 0.0)
    top = max(min(foto.focus_y * picture.height - part_h * _HEADROOM, picture.height - part_h), 0.0)
    box = (left, top, min(left + part_w, picture.width), min(top + part_h, picture.height))
    return picture.resize((width, height), Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)
