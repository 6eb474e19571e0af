"""Finds the visible surface of a solid and measures the light on it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.demo.portretten.vorm import Punten, Veld

Afstand = Callable[[Punten], Veld]

# The picture shows this much of the world, whatever the number of pixels.
LINKS, BOVEN, BREED, HOOG = -1.56, 1.58, 3.12, 3.90
ACHTER = -3.0
HOOFDLICHT = np.array([-0.52, 0.52, 0.68], dtype=np.float32)
VULLICHT = np.array([0.75, 0.10, 0.60], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Oppervlak:
    """What the viewer sees at every pixel: place, direction and openness of the surface."""

    raak: npt.NDArray[np.bool_]
    plek: Punten
    normaal: Veld
    open_: Veld
    schaduw: Veld


def raster(breedte: int, hoogte: int) -> tuple[Veld, Veld]:
    """World x and y of every pixel centre."""
    x = LINKS + (np.arange(breedte, dtype=np.float32) + 0.5) * (BREED / breedte)
    y = BOVEN - (np.arange(hoogte, dtype=np.float32) + 0.5) * (HOOG / hoogte)
    gx, gy = np.meshgrid(x, y)
    return gx.astype(np.float32), gy.astype(np.float32)


def _omgeving_max(z: Veld) -> Veld:
    """The nearest depth in the 3x3 surroundings."""
    p = np.pad(z, 1, mode="edge")
    h, w = z.shape
    uit: Veld = np.max([p[i : i + h, j : j + w] for i in range(3) for j in range(3)], axis=0)
    return uit


def diepte(afstand: Afstand, breedte: int, hoogte: int) -> Veld:
    """Depth of the first surface at every pixel; `ACHTER` where there is none."""
    z = np.full((hoogte // 8, breedte // 8), 1.7, dtype=np.float32)
    z = _loop(afstand, *raster(breedte // 8, hoogte // 8), z, 70)
    for k in (4, 2, 1):
        w, h = breedte // k, hoogte // k
        groot = np.repeat(np.repeat(_omgeving_max(z), 2, axis=0), 2, axis=1)
        groot = np.pad(groot, ((0, h - groot.shape[0]), (0, w - groot.shape[1])), mode="edge")
        start = np.where(groot > ACHTER, groot + 0.03, ACHTER).astype(np.float32)
        z = _loop(afstand, *raster(w, h), start, 40)
    return z


def _loop(afstand: Afstand, x: Veld, y: Veld, z: Veld, stappen: int) -> Veld:
    z = z.copy()
    actief = np.argwhere(z.ravel() > ACHTER).ravel()
    fx, fy, fz = x.ravel(), y.ravel(), z.ravel()
    for _ in range(stappen):
        if actief.size == 0:
            break
        d = afstand(Punten(fx[actief], fy[actief], fz[actief]))
        fz[actief] -= 0.8 * d
        weg = fz[actief] < ACHTER
        fz[actief[weg]] = ACHTER
        actief = actief[~weg & (np.abs(d) > 0.0012)]
    if z.size > 20000:
        fz[actief[fz[actief] < -1.6]] = ACHTER
    return fz.reshape(z.shape)


def belicht(afstand: Afstand, z: Veld) -> Oppervlak:
    """Normals, ambient openness and the soft shadow of the key light."""
    h, w = z.shape
    x, y = raster(w, h)
    raak = z > ACHTER
    p = Punten(x[raak], y[raak], z[raak])
    e = np.float32(0.006)
    tekens = ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1))
    n = np.zeros((p.x.size, 3), dtype=np.float32)
    for a, b, c in tekens:
        d = afstand(Punten(p.x + a * e, p.y + b * e, p.z + c * e))
        n += d[:, None] * np.array([a, b, c], dtype=np.float32)
    n /= np.linalg.norm(n, axis=1, keepdims=True) + 1e-9
    dicht = np.zeros(p.x.size, dtype=np.float32)
    for stap, gewicht in ((0.03, 7.0), (0.07, 3.6), (0.14, 1.9), (0.28, 0.9)):
        q = Punten(p.x + n[:, 0] * stap, p.y + n[:, 1] * stap, p.z + n[:, 2] * stap)
        dicht += np.clip(stap - afstand(q), 0.0, None) * np.float32(gewicht)
    open_ = np.exp(-1.15 * dicht).astype(np.float32)
    schaduw = _schaduw(afstand, p, n)
    normaal = np.zeros((h, w, 3), dtype=np.float32)
    normaal[raak] = n
    uit_open, uit_schaduw = np.ones_like(z), np.ones_like(z)
    uit_open[raak], uit_schaduw[raak] = open_, schaduw
    return Oppervlak(raak, Punten(x, y, z), normaal, uit_open, uit_schaduw)


def _schaduw(afstand: Afstand, p: Punten, n: Veld) -> Veld:
    richting = HOOFDLICHT / np.linalg.norm(HOOFDLICHT)
    licht = np.ones(p.x.size, dtype=np.float32)
    t = np.full(p.x.size, 0.05, dtype=np.float32)
    # A different start per place turns bands into a grain that a blur takes away.
    t += np.random.default_rng(1).uniform(0.0, 0.05, t.size).astype(np.float32)
    for _ in range(22):
        q = Punten(
            p.x + n[:, 0] * 0.02 + richting[0] * t,
            p.y + n[:, 1] * 0.02 + richting[1] * t,
            p.z + n[:, 2] * 0.02 + richting[2] * t,
        )
        d = afstand(q)
        licht = np.minimum(licht, np.clip(5.0 * d / t + 0.25, 0.0, 1.0))
        t += np.clip(d * 0.8, 0.025, 0.12)
    return licht.astype(np.float32)
