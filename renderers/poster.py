"""Draws posters: `PosterRenderer(formats_dir, fonts_dir).render(request)` gives a finished JPEG.

The same request gives the same bytes within one build; `signature` names them before they are drawn.
"""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image as Picture
from PIL import __version__ as pillow_version

from hub.content import FormaatInfo, Foto, Image, Keuring, Link, PosterRequest
from renderers import card, keuring, layout, qr, splice
from renderers.base import Base, Bases, best
from renderers.canvas import Canvas
from renderers.errors import PosterError
from renderers.fonts import Fonts
from renderers.formats import Formaat, Rect, load_formats
from renderers.layout import Plan
from renderers.photo import Photos
from renderers.proefvel import proef
from renderers.sheet import Sheet
from renderers.tokens import THEMAS
from renderers.words import Inhoud, with_link, without_link

VERSION = "5"
MAX_SIDE = 8192


class PosterRenderer:
    """The renderer of hub.content for every format in one folder. Safe to call from several threads."""

    def __init__(self, formats_dir: Path, fonts_dir: Path) -> None:
        self._fonts = Fonts(fonts_dir)
        self._formats = load_formats(formats_dir)
        self._photos = Photos()
        self._bases = Bases()
        self._keuringen = keuring.Keuringen()
        # The words of one poster come back for every link and size of it, and where they go for every link.
        self._plain = lru_cache(maxsize=64)(lambda request: self._told(request))
        self._planned = lru_cache(maxsize=64)(self._laid_out)
        parts = [pillow_version, self._fonts.digest, *(known.digest for known in self._formats.values())]
        self.version = f"{VERSION}.{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:12]}"

    def formats(self) -> Mapping[str, tuple[int, int]]:
        """Every designed format with its size in pixels."""
        return {naam: (known.breedte, known.hoogte) for naam, known in self._formats.items()}

    def about(self, naam: str) -> FormaatInfo:
        """What people should know of one format."""
        known = self._formats[naam]
        return FormaatInfo(
            naam=naam,
            titel=known.titel,
            familie=known.familie,
            breedte=known.breedte,
            hoogte=known.hoogte,
            pixels_per_mm=known.pixels_per_mm,
            kijkafstand_m=known.kijkafstand_m,
            scherm=known.scherm,
            weg=known.weg,
            qr=known.qr,
        )

    def nearest(self, width: int, height: int, soort: str = "") -> str:
        """The format that suits a screen of this size and soort best."""
        return self.choices(width, height, soort)[0]

    def choices(self, width: int, height: int, soort: str = "") -> Sequence[str]:
        """The formats for screens of this soort, best first: by shape, then by size."""
        fit = [known for known in self._formats.values() if known.scherm and known.weg == (soort == "weg")]
        return [known.naam for known in sorted(fit, key=lambda known: known.distance(width, height))]

    def signature(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> str:
        """A hash over everything that decides the bytes: what it says, photo, size, letters, version."""
        formaat, size = self._size(request.formaat, width, height)
        return self._name(formaat, size, self._fotos(request, formaat), self._words(request))

    def render(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Image:
        """The poster at its design size, or laid out anew for exactly the given size."""
        formaat, size = self._size(request.formaat, width, height)
        words = self._words(request)
        return Image(self._drawn(request, formaat, size, words).joined(), "image/jpeg", *size, words.alt)

    def pieces(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> splice.Pieces:
        """The bytes of `render` in pieces; the posters of one actie that differ in their link share most of them."""
        formaat, size = self._size(request.formaat, width, height)
        return self._drawn(request, formaat, size, self._words(request))

    def keur(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Keuring:
        """Whether this poster may leave, and if not what to tell the adviseur; judged once for all its links."""
        formaat, size = self._size(request.formaat, width, height)
        words, fotos = self._words(request), self._fotos(request, formaat)

        def judge() -> Keuring:
            try:
                plan = self._laid(formaat, size, words, bool(fotos))
                vel = proef(formaat, self._fonts, size, words, plan, bool(fotos))
                jpeg = self._drawn(request, formaat, size, words).joined()
            except PosterError as error:
                return keuring.niet_gezet(formaat, error)
            return keuring.keur(keuring.Render(formaat, size, words, plan, vel, jpeg))

        return self._keuringen.get(keuring.named(words, formaat.naam, size, self._photos.digest(fotos)), judge)

    def _drawn(self, request: PosterRequest, formaat: Formaat, size: tuple[int, int], words: Inhoud) -> splice.Pieces:
        fotos = self._fotos(request, formaat)
        # What all links of this poster share, as the name of what is kept for them.
        same = dataclasses.replace(words, qr_url=qr.alike(words.qr_url), alt="")
        plan = self._planned(formaat.naam, size, same, bool(fotos))

        def draw() -> Picture.Image:
            return self._canvas(formaat, size, words, fotos, plan).image

        if plan.card is None or not formaat.scherm:
            # What is posted or shared has one link, so nothing is gained by keeping what links have in common.
            whole = draw()
            if plan.card is not None:
                plan.card.spot.paste(whole, qr.symbol(words.qr_url))
            return splice.Pieces((best(whole, lambda quality: splice.encode(whole, quality), len),))
        spot = plan.card.spot
        facts = (formaat.naam, size, self._photos.digest(fotos), same)
        return self._bases.get(facts, lambda: Base(draw(), spot)).jpeg(qr.symbol(words.qr_url))

    def frame(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Picture.Image:
        """The pixels of `render` drawn whole, before they are coded: what a splice is compared with."""
        formaat, size = self._size(request.formaat, width, height)
        words, fotos = self._words(request), self._fotos(request, formaat)
        plan = self._laid(formaat, size, words, bool(fotos))
        canvas = self._canvas(formaat, size, words, fotos, plan)
        if plan.card is not None:
            plan.card.spot.paste(canvas.image, qr.symbol(words.qr_url))
        return canvas.image

    def _canvas(
        self, formaat: Formaat, size: tuple[int, int], words: Inhoud, fotos: Sequence[Foto], plan: Plan
    ) -> Canvas:
        """The poster with an empty place for its QR."""
        canvas = Canvas(formaat, self._fonts, *size, THEMAS[words.thema])
        layout.draw(canvas, words, plan.boxes, (lambda w, h: self._photos.cut(fotos, w, h)) if fotos else None)
        if plan.card is not None:
            card.ground(canvas, plan.card, canvas.image)
        return canvas

    def forget_photos(self) -> None:
        """Drop every remembered cut of a photo and every poster in the making; call it when a photo is withdrawn."""
        self._photos.forget()
        self._bases.forget()
        self._keuringen.forget()
        self._plain.cache_clear()
        self._planned.cache_clear()

    def _laid(self, formaat: Formaat, size: tuple[int, int], words: Inhoud, with_photo: bool) -> Plan:
        """Where everything goes; worked out once for all links."""
        same = dataclasses.replace(words, qr_url=qr.alike(words.qr_url), alt="")
        return self._planned(formaat.naam, size, same, with_photo)

    def _laid_out(self, naam: str, size: tuple[int, int], words: Inhoud, with_photo: bool) -> Plan:
        return layout.plan(Sheet(self._formats[naam], self._fonts, Rect(0, 0, *size)), words, with_photo)

    def _told(self, request: PosterRequest) -> Inhoud:
        formaat = self._formats[request.formaat]
        return without_link(request, self._fonts, weg=formaat.weg, kijktijd_s=formaat.kijktijd_s)

    def _words(self, request: PosterRequest) -> Inhoud:
        plain = self._plain(dataclasses.replace(request, foto=None, meer_fotos=(), link=None))
        formaat, actie = self._formats[request.formaat], request.actie
        if not formaat.qr:
            return plain
        if formaat.scherm or actie is None:
            return with_link(plain, request.link)
        # What is posted or shared carries the address of the page, so that all kanalen share one picture.
        return with_link(plain, Link(actie.pagina_url, actie.code))

    def _fotos(self, request: PosterRequest, formaat: Formaat) -> tuple[Foto, ...]:
        """The photos, only where one may appear: a running actie in a format that has a place for it."""
        shown = request.actie is not None and request.actie.stand == "actief" and formaat.foto
        return (request.foto, *request.meer_fotos) if shown and request.foto is not None else ()

    def _name(self, formaat: Formaat, size: tuple[int, int], fotos: Sequence[Foto], what: object) -> str:
        facts = (self.version, formaat.naam, size, self._photos.digest(fotos), what)
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def _size(self, naam: str, width: int | None, height: int | None) -> tuple[Formaat, tuple[int, int]]:
        formaat = self._formats.get(naam)
        if formaat is None:
            raise PosterError(f"Onbekend formaat '{naam}'; bekend zijn {', '.join(self._formats)}.")
        size = (width or formaat.breedte, height or formaat.hoogte)
        if not (32 <= min(size) and max(size) <= MAX_SIDE):
            raise PosterError(f"{naam}: {size[0]}x{size[1]} kan niet; elke zijde is 32 tot {MAX_SIDE} pixels.")
        return formaat, size
