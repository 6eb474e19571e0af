"""Light: shape a surface from its height and colour it from shadow to shine."""

from dataclasses import dataclass

import numpy as np

from hub.demo.tekeningen.doek import Doek, Kleur, Veld, kleur

_LICHT = np.array([-0.52, -0.58, 0.63], dtype=np.float32)
_STAND = (0.0, 0.3, 0.58, 0.82, 1.0)


@dataclass(frozen=True)
class Palet:
    """Five colours of one material, from deep shadow to shine."""

    diep: Kleur
    schaduw: Kleur
    midden: Kleur
    licht: Kleur
    glans: Kleur

    def verf(self, toon: Veld) -> Veld:
        """Return the picture for tones of 0-1."""
        tinten = (self.diep, self.schaduw, self.midden, self.licht, self.glans)
        lijst = np.stack([kleur(k) for k in tinten])
        kanalen = [np.interp(toon, _STAND, lijst[:, k]) for k in range(3)]
        return np.stack(kanalen, axis=-1).astype(np.float32)


def belicht(hoogte: Veld, schaal: float) -> Veld:
    """Return how much light (0-1) a surface catches; height in units."""
    dy, dx = np.gradient(hoogte * schaal)
    lengte = np.sqrt(dx * dx + dy * dy + 1)
    toon = (-dx * _LICHT[0] - dy * _LICHT[1] + _LICHT[2]) / lengte
    omslag: Veld = np.clip((toon + 0.45) / 1.45, 0, 1).astype(np.float32)
    return omslag


def bol(doek: Doek, masker: Veld, ronding: float) -> Veld:
    """Return a height that swells from the mask's edge over so many units."""
    hoogte = np.zeros_like(masker)
    for deel in (0.25, 0.5, 1.0):
        vaag = doek.vervaag(masker, ronding * deel)
        hoogte += np.clip(vaag * 2 - 1, 0, 1) * ronding * deel
    return hoogte


def stof(doek: Doek, masker: Veld, palet: Palet, ronding: float, plooi: Veld | None = None) -> Veld:
    """Paint a rounded mass in a palette and return its tones, for strokes upon it."""
    hoogte = bol(doek, masker, ronding)
    if plooi is not None:
        hoogte = hoogte + plooi
    toon = belicht(hoogte, doek.schaal)
    doek.leg(masker, palet.verf(toon))
    return toon
