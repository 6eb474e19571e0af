"""Finish: turn the drawing into paint on paper and write it as a picture."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from hub.demo.tekeningen.doek import BREEDTE, HOOGTE, Doek, Veld, schaal_veld, vervaag

_GRENS = 400_000


def _schuif(veld: Veld, dy: int, dx: int) -> Veld:
    """Return the field moved over so many pixels, its edges repeated."""
    h, b = veld.shape[:2]
    uit: Veld = veld[np.clip(np.arange(h) - dy, 0, h - 1)][:, np.clip(np.arange(b) - dx, 0, b - 1)]
    return uit


def _kuwahara(beeld: Veld, straal: int) -> Veld:
    """Return the picture in small brush touches: each place takes its calmest neighbour."""
    grijs = beeld.mean(axis=2)
    gemiddeld = np.stack([vervaag(np.ascontiguousarray(beeld[..., k]), straal * 0.7) for k in range(3)], axis=-1)
    m = vervaag(grijs, straal * 0.7)
    onrust = vervaag(grijs * grijs, straal * 0.7) - m * m
    beste = onrust.copy()
    uit = gemiddeld.copy()
    for dy in (-straal, straal):
        for dx in (-straal, straal):
            o = _schuif(onrust, dy, dx)
            kies = o < beste
            beste = np.where(kies, o, beste)
            uit = np.where(kies[..., None], _schuif(gemiddeld, dy, dx), uit)
    return uit


def werk_af(doek: Doek, verf: float = 0.55) -> Image.Image:
    """Return the finished picture at the size of the canvas's scale, or full size above 1."""
    maat = (round(BREEDTE * min(doek.schaal, 1)), round(HOOGTE * min(doek.schaal, 1)))
    bron = np.clip(doek.beeld, 0, 1)
    beeld = np.stack([schaal_veld(np.ascontiguousarray(bron[..., k]), maat) for k in range(3)], axis=-1)
    beeld = beeld * (1 - verf) + _kuwahara(beeld, 3) * verf
    h, b = beeld.shape[:2]
    korrel = doek.toeval.normal(0, 1, (h, b)).astype(np.float32)
    papier = vervaag(doek.toeval.normal(0, 1, (h, b)).astype(np.float32), 1.6) * 3
    beeld = beeld * (1 + 0.011 * korrel + 0.012 * papier)[..., None]
    uit = Image.fromarray((np.clip(beeld, 0, 1) * 255 + 0.5).astype(np.uint8))
    return uit.filter(ImageFilter.UnsharpMask(radius=1.6, percent=60, threshold=2))


def bewaar(beeld: Image.Image, pad: Path) -> None:
    """Write the picture as a plain sRGB JPEG without metadata, at most 400 kB."""
    for kwaliteit in (88, 84, 80, 74):
        beeld.save(pad, "JPEG", quality=kwaliteit, optimize=True, progressive=True)
        if pad.stat().st_size <= _GRENS:
            return
