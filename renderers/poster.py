"""Draws posters: `PosterRenderer(formats_dir, fonts_dir).render(request)` gives a finished JPEG.

The same request gives the same bytes within one build; `signature` names them before they are drawn.
"""

import dataclasses
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path

from PIL import Image as Picture
from PIL import __version__ as pillow_version

from hub.content import Foto, Image, PosterRequest
from renderers import layout
from renderers.canvas import Canvas
from renderers.errors import PosterError
from renderers.fonts import Fonts
from renderers.formats import Formaat, load_formats
from renderers.photo import Photos, digest
from renderers.words import inhoud

VERSION = "2"
MAX_SIDE = 8192
_QUALITIES = (90, 86, 82, 76, 70, 62, 54, 45, 35)
_SMALL = (1920 * 1200, 500_000)
_LARGE_BYTES = 1_500_000


class PosterRenderer:
    """The renderer of hub.content for every format in one folder. Safe to call from several threads."""

    def __init__(self, formats_dir: Path, fonts_dir: Path) -> None:
        self._fonts = Fonts(fonts_dir)
        self._formats = load_formats(formats_dir)
        self._photos = Photos()
        parts = [pillow_version, self._fonts.digest, *(known.digest for known in self._formats.values())]
        self.version = f"{VERSION}.{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:12]}"

    def formats(self) -> Mapping[str, tuple[int, int]]:
        """Every designed format with its size in pixels."""
        return {naam: (known.breedte, known.hoogte) for naam, known in self._formats.items()}

    def nearest(self, width: int, height: int) -> str:
        """The format for screens that suits this size best: first by shape, then by size."""
        screens = [known for known in self._formats.values() if known.scherm]
        return min(screens, key=lambda known: known.distance(width, height)).naam

    def signature(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> str:
        """A hash over everything that decides the bytes: what it says, photo, size, letters, version."""
        formaat, size = self._size(request.formaat, width, height)
        foto = self._foto(request, formaat)
        facts = {
            "renderer": self.version,
            "formaat": formaat.naam,
            "maat": size,
            "foto": digest(foto) if foto else None,
            "inhoud": dataclasses.asdict(inhoud(request, self._fonts)),
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def render(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Image:
        """The poster at its design size, or laid out anew for exactly the given size."""
        formaat, (wide, high) = self._size(request.formaat, width, height)
        words = inhoud(request, self._fonts)
        foto = self._foto(request, formaat)
        canvas = Canvas(formaat, self._fonts, wide, high)
        layout.draw(canvas, words, None if foto is None else lambda w, h: self._photos.cut(foto, w, h))
        return Image(_jpeg(canvas.image), "image/jpeg", wide, high, words.alt)

    def forget_photos(self) -> None:
        """Drop every remembered cut of a photo; call it when a photo is withdrawn."""
        self._photos.forget()

    def _foto(self, request: PosterRequest, formaat: Formaat) -> Foto | None:
        """The photo, only where one may appear: a running actie in a format that has a place for it."""
        shown = request.actie is not None and request.actie.stand == "actief" and formaat.foto
        return request.foto if shown else None

    def _size(self, naam: str, width: int | None, height: int | None) -> tuple[Formaat, tuple[int, int]]:
        formaat = self._formats.get(naam)
        if formaat is None:
            raise PosterError(f"Onbekend formaat '{naam}'; bekend zijn {', '.join(self._formats)}.")
        size = (width or formaat.breedte, height or formaat.hoogte)
        if not (32 <= min(size) and max(size) <= MAX_SIDE):
            raise PosterError(f"{naam}: {size[0]}x{size[1]} kan niet; elke zijde is 32 tot {MAX_SIDE} pixels.")
        return formaat, size


def _jpeg(picture: Picture.Image) -> bytes:
    """Baseline JPEG without metadata, 4:4:4, at the best quality within the weight screens accept."""
    area, limit = _SMALL
    if picture.width * picture.height > area:
        limit = _LARGE_BYTES
    data = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, subsampling=0)
        data = buffer.getvalue()
        if len(data) <= limit:
            return data
    raise PosterError(f"{picture.width}x{picture.height}: het beeld blijft zwaarder dan {limit} bytes.")
