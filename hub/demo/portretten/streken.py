"""Draws thousands of tapered strokes that follow a form in space and vanish behind it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from hub.demo.portretten.licht import BOVEN, BREED, HOOFDLICHT, HOOG, LINKS
from hub.demo.portretten.persoon import SPIL, Kleur, Persoon
from hub.demo.portretten.vorm import Veld, terug

Lijnen = Veld  # (number, steps, 3)


@dataclass(frozen=True, slots=True)
class Bundel:
    """Strokes in head coordinates with the outward direction of the form under them."""

    lijnen: Lijnen
    normaal: Lijnen
    donker: Kleur
    licht: Kleur
    dikte: float  # at the root, in head units
    glans: float = 0.25
    dekking: float = 1.0
    punt: float = 0.15  # width left at the tip
    marge: float = 0.03  # may lie this far under the surface and still show


def _toon(bundel: Bundel, wie: Persoon, rng: np.random.Generator) -> Veld:
    """Colour per step: light from the form, a gleam across the strand, variety per strand."""
    licht = HOOFDLICHT / np.linalg.norm(HOOFDLICHT)
    draai = terug(np.eye(3), *wie.kijk, (0.0, 0.0, 0.0))
    n = bundel.normaal @ draai
    n /= np.linalg.norm(n, axis=-1, keepdims=True) + 1e-9
    t = np.gradient(bundel.lijnen @ draai, axis=1)
    t /= np.linalg.norm(t, axis=-1, keepdims=True) + 1e-9
    vlak = np.clip((n @ licht + 0.45) / 1.45, 0, 1)
    half = licht + np.array((0, 0, 1.0))
    half /= np.linalg.norm(half)
    dwars = np.sqrt(np.clip(1 - (t @ half) ** 2, 0, 1))
    gleam = dwars**10 * np.clip(n @ half, 0, 1) ** 2
    los = rng.normal(0, 0.11, (len(t), 1))
    diep = 0.55 + 0.45 * dwars
    m = np.clip(0.08 + 0.80 * vlak * diep + bundel.glans * gleam + los, 0, 1.25)[..., None]
    kleur = np.array(bundel.donker) * (1 - m) + np.array(bundel.licht) * m
    uit: Veld = np.clip(kleur * (0.72 + 0.28 * np.clip(vlak, 0, 1)[..., None] * 1.25), 0, 1)
    return uit


def teken(beeld: Image.Image, z: Veld, wie: Persoon, bundel: Bundel) -> None:
    """Draw the strokes onto an RGB image, the farthest first; `z` is the depth at any resolution."""
    rng = np.random.default_rng(wie.zaad + len(bundel.lijnen))
    kleur = (_toon(bundel, wie, rng) * 255).astype(int)
    w, h = beeld.size
    wereld = terug(bundel.lijnen, *wie.kijk, SPIL)
    px = (wereld[..., 0] - LINKS) / BREED * w
    py = (BOVEN - wereld[..., 1]) / HOOG * h
    zh, zw = z.shape
    zx = np.clip((px * zw / w).astype(int), 0, zw - 1)
    zy = np.clip((py * zh / h).astype(int), 0, zh - 1)
    zicht = wereld[..., 2] > z[zy, zx] - bundel.marge
    stappen = bundel.lijnen.shape[1]
    verloop = 1 - (1 - bundel.punt) * np.linspace(0, 1, stappen) ** 1.6
    breed = np.maximum(1, np.round(bundel.dikte / BREED * w * verloop)).astype(int)
    pen = ImageDraw.Draw(beeld, "RGBA")
    dek = int(255 * bundel.dekking)
    for i in np.argsort(wereld[..., 2].mean(axis=1)):
        for j in range(stappen - 1):
            if zicht[i, j] and zicht[i, j + 1]:
                r, g, b = kleur[i, j]
                punten = (px[i, j], py[i, j], px[i, j + 1], py[i, j + 1])
                pen.line(punten, fill=(int(r), int(g), int(b), dek), width=int(breed[j]))
