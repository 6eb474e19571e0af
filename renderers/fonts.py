"""The letters: loads Noto Sans once, measures words once, and refuses to draw without proper shaping."""

import hashlib
import io
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont, features

from renderers.errors import PosterError
from renderers.truetype import plain, unhinted

WEIGHTS = {
    "gewoon": "NotoSans-Regular.ttf",
    "half": "NotoSans-SemiBold.ttf",
    "vet": "NotoSans-Bold.ttf",
    "zwaar": "NotoSans-Black.ttf",
}
CAP = 0.714
"""Height of a capital as a part of the letter size, in Noto Sans."""
DESCENT = 0.24
"""What hangs below the base line (g, j, p), likewise."""

KEEP = 128
"""Sizes of letters in memory. Each holds its whole file, two thirds of a megabyte; to load one takes 0.1 ms."""

_MEASURE = 100
_MARGIN = 1.01
"""Advances are measured at one size and scaled; hinting may add a fraction of a pixel per letter."""


class Fonts:
    """The four weights of one folder. `digest` changes with any byte of them."""

    def __init__(self, folder: Path, check: Callable[[str], bool | None] = features.check) -> None:
        if not (check("raqm") and check("fribidi")):
            raise PosterError(
                "Posters worden niet getekend zonder raqm: installeer libfribidi0 "
                "(Debian: apt-get install libfribidi0) en start opnieuw."
            )
        missing = [name for name in WEIGHTS.values() if not (folder / name).is_file()]
        if missing:
            raise PosterError(f"Letters ontbreken in {folder}: {', '.join(missing)}. Draai eerst `make setup`.")
        self._data = {weight: plain(unhinted((folder / name).read_bytes())) for weight, name in WEIGHTS.items()}
        self.digest = hashlib.sha256(b"".join(self._data.values())).hexdigest()
        # Bounded caches per instance: words of an actie come back in every format of it.
        self.font = lru_cache(maxsize=KEEP)(self._font)
        self.advance = lru_cache(maxsize=8192)(self._advance)
        self.words = lru_cache(maxsize=1024)(self._words)
        self.bearing = lru_cache(maxsize=512)(self._bearing)
        self._has = lru_cache(maxsize=2048)(self._has_glyph)
        self._notdef = self.font("gewoon", _MEASURE).getmask("\U0010fffd")

    def _font(self, weight: str, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(io.BytesIO(self._data[weight]), size, layout_engine=ImageFont.Layout.RAQM)

    def _advance(self, weight: str, text: str) -> float:
        return self.font(weight, _MEASURE).getlength(text, language="nl") * _MARGIN / _MEASURE

    def _bearing(self, weight: str, letter: str) -> float:
        """The white before this letter, in letter sizes; nothing for none."""
        return self.font(weight, _MEASURE).getbbox(letter, anchor="ls")[0] / _MEASURE if letter else 0.0

    def _words(self, weight: str, text: str) -> tuple[tuple[tuple[str, float], ...], float]:
        """The words of a text with the advance of each, and the largest of those."""
        words = tuple((word, self.advance(weight, word)) for word in text.split(" ") if word)
        return words, max((advance for _, advance in words), default=0.0)

    def width(self, weight: str, text: str, size: int) -> float:
        """Width in pixels of a text at a size; each distinct text is shaped once."""
        return self.advance(weight, text) * size

    def drawable(self, text: str) -> str:
        """The text with every character this font lacks replaced by its base letter, or left out (emoji)."""
        out = []
        for char in unicodedata.normalize("NFC", text):
            if char.isspace() or self._has(char):
                out.append(char)
                continue
            base = unicodedata.normalize("NFKD", char)
            out.append("".join(c for c in base if not unicodedata.combining(c) and self._has(c)))
        return "".join(out)

    def _has_glyph(self, char: str) -> bool:
        if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn"):
            return False
        mask = self.font("gewoon", _MEASURE).getmask(char)
        return mask.size != self._notdef.size or bytes(mask) != bytes(self._notdef)
