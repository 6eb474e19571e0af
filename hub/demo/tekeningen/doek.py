"""The canvas: a picture in floating point that masks, strokes and light are laid upon."""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from hub.demo.tekeningen.kromme import Lijn

Veld: TypeAlias = NDArray[np.float32]
Kleur: TypeAlias = tuple[int, int, int]
Verfstreek: TypeAlias = tuple[Lijn, Kleur, float]

BREEDTE, HOOGTE = 1200, 1500


def kleur(waarde: Kleur) -> Veld:
    """Return a colour of 0-255 as an array of 0-1."""
    return (np.asarray(waarde) / 255).astype(np.float32)


def schaal_veld(veld: Veld, maat: tuple[int, int]) -> Veld:
    """Return a field resized smoothly to (width, height)."""
    return np.asarray(Image.fromarray(veld).resize(maat, Image.Resampling.BICUBIC))


def _doos(veld: Veld, straal: int) -> Veld:
    """Return the field averaged over a window along its first axis."""
    som = np.cumsum(np.pad(veld, [(straal + 1, straal), (0, 0)], mode="edge"), axis=0)
    n = 2 * straal + 1
    uit: Veld = (som[n:] - som[:-n]) / np.float32(n)
    return uit


def vervaag(veld: Veld, sigma: float) -> Veld:
    """Return the field blurred (nearly Gaussian); sigma in pixels."""
    if sigma < 0.4:
        return veld
    h, b = veld.shape
    factor = max(1, int(sigma / 3))
    klein = veld
    if factor > 1:
        maat = (max(2, b // factor), max(2, h // factor))
        klein = np.asarray(Image.fromarray(veld).resize(maat, Image.Resampling.BOX))
    straal = max(1, round(sigma / factor * 0.87))
    for _ in range(3):
        klein = _doos(_doos(klein, straal).T, straal).T
    klein = np.ascontiguousarray(klein)
    return schaal_veld(klein, (b, h)) if factor > 1 else klein


def _vak(masker: Veld) -> tuple[slice, slice]:
    """Return the part of the canvas that a mask touches."""
    rijen = np.flatnonzero(masker.max(axis=1) > 0.002)
    kolommen = np.flatnonzero(masker.max(axis=0) > 0.002)
    if not len(rijen):
        return slice(0, 0), slice(0, 0)
    return slice(int(rijen[0]), int(rijen[-1]) + 1), slice(int(kolommen[0]), int(kolommen[-1]) + 1)


class Doek:
    """A canvas of 1200 by 1500 units, held at a scale; points are always in units."""

    def __init__(self, schaal: float, zaad: int) -> None:
        self.schaal = schaal
        self.breedte, self.hoogte = round(BREEDTE * schaal), round(HOOGTE * schaal)
        self.beeld: Veld = np.ones((self.hoogte, self.breedte, 3), dtype=np.float32)
        self.toeval = np.random.default_rng(zaad)

    def rooster(self) -> tuple[Veld, Veld]:
        """Return the x and y of every pixel, in units."""
        y, x = np.mgrid[0 : self.hoogte, 0 : self.breedte].astype(np.float32)
        return (x + 0.5) / self.schaal, (y + 0.5) / self.schaal

    def masker(self, *vormen: Lijn, zacht: float = 0.0) -> Veld:
        """Return where the shapes lie, 0-1, with an edge softened over so many units."""
        sigma = max(zacht * self.schaal, 0.6)
        punten = np.vstack(vormen) * self.schaal
        rand = int(sigma * 3.5) + 3
        x0, y0 = np.maximum(np.floor(punten.min(axis=0)).astype(int) - rand, 0)
        x1, y1 = np.ceil(punten.max(axis=0)).astype(int) + rand
        x1, y1 = min(x1, self.breedte), min(y1, self.hoogte)
        uit: Veld = np.zeros((self.hoogte, self.breedte), dtype=np.float32)
        if x1 - x0 < 2 or y1 - y0 < 2:
            return uit
        beeld = Image.new("L", (int(x1 - x0), int(y1 - y0)))
        pen = ImageDraw.Draw(beeld)
        for vorm in vormen:
            pen.polygon([(float(x - x0), float(y - y0)) for x, y in vorm * self.schaal], fill=255)
        uit[y0:y1, x0:x1] = vervaag((np.asarray(beeld) / 255).astype(np.float32), sigma)
        return uit

    def vervaag(self, veld: Veld, sigma: float) -> Veld:
        """Return the field blurred; sigma in units."""
        return vervaag(veld, sigma * self.schaal)

    def leg(self, masker: Veld, verf: Veld | Kleur, dekking: float = 1.0) -> None:
        """Lay a colour, or a picture, where the mask is."""
        vak = _vak(masker)
        laag = kleur(verf) if isinstance(verf, tuple) else verf[vak]
        m = (masker[vak] * np.float32(dekking))[..., None]
        self.beeld[vak] += (laag - self.beeld[vak]) * m

    def tint(self, masker: Veld, verf: Kleur, dekking: float = 1.0) -> None:
        """Multiply with a colour where the mask is: shade, blush."""
        vak = _vak(masker)
        m = (masker[vak] * np.float32(dekking))[..., None]
        self.beeld[vak] *= 1 - m + kleur(verf) * m

    def streken(self, streken: Iterable[Verfstreek], binnen: Veld | None = None) -> None:
        """Draw strokes (outline, colour, opacity) in order, clipped to a mask if given."""
        vol = (np.clip(self.beeld, 0, 1) * 255 + 0.5).astype(np.uint8)
        beeld = Image.fromarray(vol)
        pen = ImageDraw.Draw(beeld, "RGBA")
        for vorm, verf, dekking in streken:
            punten = [(float(x), float(y)) for x, y in vorm * self.schaal]
            pen.polygon(punten, fill=(*verf, round(255 * min(dekking, 1.0))))
        nieuw = (np.asarray(beeld) / 255).astype(np.float32)
        anders = np.abs(nieuw - vol.astype(np.float32) / 255).max(axis=2) > 0
        self.leg(anders * (1.0 if binnen is None else binnen), nieuw)
