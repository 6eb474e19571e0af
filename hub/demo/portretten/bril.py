"""A pair of glasses, drawn in front of the eyes with its thin shadow on the cheeks."""

import numpy as np

from hub.demo.portretten.haar import Rij
from hub.demo.portretten.persoon import Kleur, Persoon
from hub.demo.portretten.streken import Bundel

DONKER: Kleur = (0.17, 0.11, 0.11)
LICHT: Kleur = (0.50, 0.35, 0.30)


def _lijn(punten: Rij, donker: Kleur, licht: Kleur, dikte: float, dek: float, marge: float) -> Bundel:
    naar_voren = np.zeros_like(punten)
    naar_voren[..., 1], naar_voren[..., 2] = 0.5, 0.8
    return Bundel(punten[None], naar_voren[None], donker, licht, dikte, 0.5, dek, 1.0, marge)


def _vlak(x: Rij, y: Rij) -> Rij:
    """Points on the slightly curved front of the glasses."""
    return np.stack([x, y, 1.02 - 0.30 * np.clip(np.abs(x) - 0.08, 0, 1) ** 2 + 0.02 * y], axis=-1)


def bril(wie: Persoon) -> list[Bundel]:
    """Rims, bridge and temples as strokes."""
    huid = wie.huid
    schaduw = (huid[0] * 0.66, huid[1] * 0.58, huid[2] * 0.55)
    hoek = np.linspace(0, 2 * np.pi, 97)
    uit = []
    for kant in (-1.0, 1.0):
        vierkant = 1.0 / (np.abs(np.cos(hoek)) ** 2.7 + np.abs(np.sin(hoek)) ** 2.7) ** (1 / 2.7)
        x = kant * 0.335 + 0.228 * np.cos(hoek) * vierkant
        y = -0.035 + 0.178 * np.sin(hoek) * vierkant
        uit.append(_lijn(_vlak(x + 0.022, y - 0.040), schaduw, schaduw, 0.020, 0.30, 0.4))
        uit.append(_lijn(_vlak(x, y), DONKER, LICHT, 0.027, 0.95, 0.4))
        z = np.linspace(0.93, -0.05, 12)
        poot = np.stack([kant * (0.565 + 0.19 * (0.93 - z) ** 0.8), np.full(12, 0.05), z], axis=-1)
        uit.append(_lijn(poot, DONKER, LICHT, 0.020, 1.0, 0.05))
    t = np.linspace(-1, 1, 17)
    brug = np.stack([0.115 * t, 0.035 + 0.030 * (1 - t**2), np.full(17, 1.03)], axis=-1)
    return [*uit, _lijn(brug, DONKER, LICHT, 0.027, 0.95, 0.4)]
