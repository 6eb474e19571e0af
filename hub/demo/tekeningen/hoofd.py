"""The head: its measures, its place on the canvas and the modelled skin."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from hub.demo.tekeningen.doek import Doek, Kleur, Veld
from hub.demo.tekeningen.kromme import Lijn, Punten, vloeiend
from hub.demo.tekeningen.licht import Palet, belicht


@dataclass(frozen=True)
class Hoofd:
    """Measures of a head; one unit is the distance from the eye line to the chin."""

    huid: Palet
    omtrek: Punten
    midden: tuple[float, float] = (600, 630)
    maat: float = 325
    kanteling: float = 0.0
    draai: float = 0.0
    leeftijd: float = 0.0
    jukbeen: float = 0.05
    neus_lengte: float = 0.47
    neus_breedte: float = 0.15
    neus_hoogte: float = 0.2
    kaak: float = 0.05
    oog_x: float = 0.285
    oog_breedte: float = 0.135
    oog_open: float = 0.062
    iris: Kleur = (92, 66, 44)
    mond_y: float = 0.69
    mond_breedte: float = 0.24
    lip: Kleur = (196, 120, 108)
    lip_dikte: float = 1.0
    lach: float = 0.02
    blos: float = 0.35
    blos_kleur: Kleur = (232, 150, 130)
    wenkbrauw: Kleur = (70, 48, 36)
    wenkbrauw_dikte: float = 1.0
    wenkbrauw_y: float = -0.2
    wimpers: float = 1.0
    sproeten: int = 0
    wit: Kleur = field(default=(233, 226, 218))

    @cached_property
    def _kant(self) -> Lijn:
        """Return the right half of the outline, level at crown and chin."""
        p = np.asarray(self.omtrek, dtype=np.float64)
        rond = np.vstack([p[1] * (-1, 1), p, p[-2] * (-1, 1)])
        return vloeiend(rond, 16)[16:-16]

    def breedte(self, y: Veld) -> Veld:
        """Return half the width of the face at each height."""
        kant = self._kant
        return np.interp(y, kant[:, 1], kant[:, 0], left=0.01, right=0.01).astype(np.float32)

    def contour(self) -> Lijn:
        """Return the outline of face and skull on the canvas."""
        kant = self._kant
        return self.plaats(np.vstack([kant, (kant * (-1, 1))[::-1]]))

    def plaats(self, punten: Punten | Lijn) -> Lijn:
        """Return points of the head as points of the canvas."""
        p = np.asarray(punten, dtype=np.float64)
        w = np.maximum(self.breedte(p[:, 1].astype(np.float32)), 0.05)
        diepte = np.sqrt(np.clip(1 - (p[:, 0] / w) ** 2, 0, 1))
        x = p[:, 0] + self.draai * diepte
        hoek = np.deg2rad(self.kanteling)
        c, s = np.cos(hoek), np.sin(hoek)
        return np.stack(
            [
                self.midden[0] + self.maat * (x * c - p[:, 1] * s),
                self.midden[1] + self.maat * (x * s + p[:, 1] * c),
            ],
            axis=1,
        )

    def terug(self, px: Veld, py: Veld) -> tuple[Veld, Veld]:
        """Return pixels of the canvas as places on the head."""
        hoek = np.deg2rad(self.kanteling)
        c, s = np.cos(hoek), np.sin(hoek)
        dx, dy = (px - self.midden[0]) / self.maat, (py - self.midden[1]) / self.maat
        xt, y = dx * c + dy * s, -dx * s + dy * c
        w = np.maximum(self.breedte(y), 0.05)
        x = xt
        for _ in range(4):
            x = xt - self.draai * np.sqrt(np.clip(1 - (x / w) ** 2, 0, 1))
        return x.astype(np.float32), y.astype(np.float32)


def klok(x: Veld, y: Veld, plek: tuple[float, float], sx: float, sy: float) -> Veld:
    """Return a bell-shaped bump at a place of the head."""
    uit: Veld = np.exp(-(((x - plek[0]) / sx) ** 2) - ((y - plek[1]) / sy) ** 2)
    return uit


def _paar(x: Veld, y: Veld, plek: tuple[float, float], sx: float, sy: float) -> Veld:
    return klok(np.abs(x), y, plek, sx, sy)


def _neus(h: Hoofd, x: Veld, y: Veld) -> Veld:
    n, b, e = h.neus_lengte, h.neus_breedte, h.neus_hoogte
    op = np.interp(
        y + 0.035 * np.minimum((x / b) ** 2, 1.6),  # the tip hangs lower than the wings
        [-0.3, -0.08, n * 0.5, n * 0.76, n * 0.9, n * 1.02, n * 1.14],
        [0.0, 0.26, 0.58, 0.72, 0.6, 0.22, 0.0],
    ).astype(np.float32)
    smal = np.interp(y, [-0.1, n * 0.5, n * 0.9], [b * 0.64, b * 0.52, b * 0.6])
    rug = e * op * np.exp(-((np.abs(x) / smal) ** 2))
    punt = 0.56 * e * klok(x, y, (0, n * 0.87), b * 0.6, 0.09)
    vleugel = 0.4 * e * _paar(x, y, (b * 0.72, n * 0.92), b * 0.32, 0.062)
    uit: Veld = (rug + punt + vleugel).astype(np.float32)
    return uit


def _mond(h: Hoofd, x: Veld, y: Veld) -> Veld:
    m, d = h.mond_y, h.lip_dikte
    b = h.mond_breedte
    yk = y + h.lach * 1.2 * np.minimum((x / b) ** 2, 1.1)
    z = 0.05 * klok(x, yk, (0, m), b * 1.25, 0.2)
    z += 0.026 * d * klok(x, yk, (0, m - 0.04), b * 0.75, 0.035)
    z += 0.04 * d * klok(x, yk, (0, m + 0.055), b * 0.7, 0.045)
    z -= 0.03 * klok(x, yk, (0, m + 0.005), b * 0.8, 0.014)
    z -= 0.035 * klok(x, yk, (0, m + 0.145), b * 0.6, 0.05)
    z -= 0.012 * klok(x, y, (0, m - 0.12), 0.03, 0.06)
    z -= 0.016 * _paar(x, yk, (b * 1.1, m), 0.065, 0.065)
    uit: Veld = z.astype(np.float32)
    return uit


def _plooi(x: Veld, y: Veld, van: tuple[float, float], naar: tuple[float, float], s: float) -> Veld:
    """Return a soft groove between two places, on both halves of the face."""
    ax = np.abs(x)
    dx, dy = naar[0] - van[0], naar[1] - van[1]
    t = np.clip(((ax - van[0]) * dx + (y - van[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    af = (ax - van[0] - t * dx) ** 2 + (y - van[1] - t * dy) ** 2
    uit: Veld = (np.exp(-af / (s * s)) * np.sin(np.pi * (0.12 + 0.8 * t))).astype(np.float32)
    return uit


def relief(h: Hoofd, x: Veld, y: Veld) -> Veld:
    """Return the height of the face at each place, in head units."""
    # A little larger than the outline, so that the surface never drops off inside it.
    w = np.maximum(h.breedte((y * 0.975).astype(np.float32)), 0.02) * 1.02
    rond = np.clip(1 - np.abs(x / w) ** 2.35, 0, 1) ** 0.56
    hoog = np.clip(1 - np.abs((y + 0.02) / 1.22) ** 2.6, 0.02, 1) ** 0.5
    z = 0.74 * rond * hoog
    o = h.oog_x
    z -= 0.062 * _paar(x, y, (o - 0.04, -0.03), 0.17, 0.1)
    z += 0.045 * _paar(x, y, (o, -0.005), h.oog_breedte, 0.075)
    z += (0.03 + 0.2 * h.kaak) * _paar(x, y, (o + 0.02, h.wenkbrauw_y + 0.02), 0.2, 0.075)
    z -= 0.02 * _paar(x, y, (o, 0.13), 0.13, 0.03) * (0.4 + h.leeftijd)
    z += h.jukbeen * _paar(x, y, (0.43, 0.24), 0.19, 0.15)
    z -= (0.02 + 0.05 * h.leeftijd) * _paar(x, y, (0.48, 0.56), 0.13, 0.2)
    z -= 0.035 * _paar(x, y, (0.62, -0.28), 0.12, 0.2)
    z += 0.05 * klok(x, y, (0, 0.92), 0.17, 0.1)
    z += _neus(h, x, y) + _mond(h, x, y)
    n = h.neus_lengte
    diep = 0.007 + 0.03 * h.leeftijd
    z -= diep * _plooi(x, y, (h.neus_breedte + 0.03, n * 0.9), (h.mond_breedte + 0.1, 0.74), 0.03)
    uit: Veld = (z * h.maat).astype(np.float32)
    return uit


def schilder_huid(doek: Doek, h: Hoofd) -> Veld:
    """Paint the modelled skin of the face and return the mask of the head."""
    px, py = doek.rooster()
    x, y = h.terug(px, py)
    hoogte = doek.vervaag(relief(h, x, y), 3.0)
    toon = belicht(hoogte, doek.schaal)
    holte = doek.vervaag(hoogte, 22) - hoogte
    toon = np.clip(toon - np.clip(holte, -6, 16) * 0.011, 0, 1)
    masker = doek.masker(h.contour(), zacht=1.2)
    doek.leg(masker, h.huid.verf(toon))
    n = h.neus_lengte
    blos = _paar(x, y, (0.4, 0.34), 0.2, 0.16) + 0.7 * klok(x, y, (0, n * 0.92), 0.13, 0.1)
    blos += 0.35 * klok(x, y, (0, 0.93), 0.15, 0.1)
    doek.tint(masker * np.clip(blos, 0, 1), h.blos_kleur, h.blos)
    kuil = klok(x, y, (0.07, n * 1.13), h.neus_breedte * 1.1, 0.055)
    doek.tint(masker * kuil, h.huid.schaduw, 0.3)
    kas = _paar(x, y, (h.oog_x - 0.09, -0.1), 0.12, 0.07)
    doek.tint(masker * kas, h.huid.schaduw, 0.26)
    onder = klok(x, y, (0, h.mond_y + 0.15), 0.15, 0.035)
    doek.tint(masker * onder, h.huid.schaduw, 0.3)
    return masker
