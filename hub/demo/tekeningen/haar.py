"""Hair: masses, locks of strands along guides, curls and beards."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hub.demo.tekeningen.doek import Doek, Kleur, Veld, Verfstreek
from hub.demo.tekeningen.hoofd import Hoofd
from hub.demo.tekeningen.kromme import Lijn, Punten, haal, verschuif, vloeiend
from hub.demo.tekeningen.licht import Palet, stof


@dataclass(frozen=True)
class Lok:
    """How a lock is painted: number of strands, thickness, disorder and opacity."""

    aantal: int
    dikte: float
    wanorde: float = 0.02
    dekking: float = 0.6
    golf: float = 0.0


def massa(doek: Doek, h: Hoofd, rand: Punten, palet: Palet, ronding: float = 60) -> tuple[Veld, Veld]:
    """Paint a mass of hair; return its mask and tones."""
    vorm = h.plaats(vloeiend(rand, gesloten=True))
    masker = doek.masker(vorm, zacht=3)
    return masker, stof(doek, masker, palet, ronding)


def _verf(doek: Doek, palet: Palet, toon: Veld, plek: Lijn, afwijking: float) -> Kleur:
    x = int(np.clip(plek[0] * doek.schaal, 0, doek.breedte - 1))
    y = int(np.clip(plek[1] * doek.schaal, 0, doek.hoogte - 1))
    waarde = np.clip(np.float32(toon[y, x] + afwijking), 0, 1)
    r, g, b = (int(k * 255) for k in palet.verf(np.array([waarde], dtype=np.float32))[0])
    return (r, g, b)


def lokken(
    doek: Doek,
    h: Hoofd,
    gidsen: Sequence[Punten],
    palet: Palet,
    toon: Veld,
    lok: Lok,
    binnen: Veld | None = None,
) -> None:
    """Draw strands that follow the guide lines and everything between them."""
    g = np.asarray(gidsen, dtype=np.float64)
    ruis = doek.toeval
    glad = doek.vervaag(toon, 26)
    streken: list[Verfstreek] = []
    for i in range(lok.aantal):
        fase = i / lok.aantal
        t = float(ruis.uniform(0, len(g) - 1.001))
        k = int(t)
        punten = g[k] + (g[k + 1] - g[k]) * (t - k)
        punten = punten + ruis.normal(0, lok.wanorde, punten.shape) * np.linspace(1.3, 1, len(punten))[:, None]
        if lok.golf:
            golf = lok.golf * np.sin(np.linspace(0, 7, len(punten)) + t * 3)
            punten[:, 0] += golf
        heel = vloeiend(punten, 8)
        lijn = h.plaats(heel[: int(len(heel) * float(ruis.uniform(0.72, 1)))])
        afwijking = -0.16 + 0.34 * fase + float(ruis.normal(0, 0.09))
        verf = _verf(doek, palet, glad, lijn[len(lijn) // 3], afwijking)
        dikte = lok.dikte * (1.5 - fase) * float(ruis.uniform(0.6, 1.3))
        streken.append((haal(lijn, dikte, 0.3, 0.6), verf, lok.dekking))
    doek.streken(streken, binnen)


def krullen(doek: Doek, h: Hoofd, plekken: Lijn, palet: Palet, toon: Veld, straal: float, lengte: float) -> None:
    """Draw curls that hang from the given places, away from the crown."""
    ruis = doek.toeval
    s = np.linspace(0, 1, 30)
    alle: list[Verfstreek] = []
    for i, (x, y) in enumerate(plekken):
        fase = i / len(plekken)
        weg = np.array([x, y + 0.6])
        val = 0.75 * float(np.clip((y + 1.25) / 0.8, 0, 1))  # on the crown curls stand up
        weg = weg / max(float(np.hypot(*weg)), 0.1) * 0.7 + np.array([0, val])
        weg /= np.hypot(*weg)
        dwars = np.array([-weg[1], weg[0]])
        r = straal * float(ruis.uniform(0.65, 1.25))
        hoek = s * float(ruis.uniform(9, 15)) + float(ruis.uniform(0, 6.3))
        lang = lengte * float(ruis.uniform(0.7, 1.3)) * (0.55 + 0.6 * val)
        pad = (
            np.array([x, y])
            + weg * (s * lang)[:, None]
            + dwars * (r * np.sin(hoek))[:, None]
            + weg * (0.55 * r * np.cos(hoek))[:, None]
        )
        lijn = h.plaats(pad)
        dikte = straal * h.maat * float(ruis.uniform(0.5, 0.8))
        basis = -0.2 + 0.22 * fase + float(ruis.normal(0, 0.07))
        verf = [_verf(doek, palet, toon, lijn[15], basis + d) for d in (-0.22, 0.0, 0.13, 0.3)]
        streken: list[Verfstreek] = [
            (haal(verschuif(lijn, 2, 3), dikte * 1.4, 0.2, 0.3), verf[0], 0.55),
            (haal(lijn, dikte, 0.2, 0.3), verf[1], 0.85),
            (haal(verschuif(lijn, -1, -1.5), dikte * 0.5, 0.2, 0.3), verf[2], 0.6),
        ]
        for a in range(0, 26, 8):
            stuk = verschuif(lijn[a : a + 7], -1.5, -2)
            streken.append((haal(stuk, dikte * 0.28, 0.5, 0.5), verf[3], 0.45))
        alle.extend(streken)
    doek.streken(alle)


def strooi(doek: Doek, rand: Punten, aantal: int) -> Lijn:
    """Return so many random places of the head inside an outline, from the top down."""
    vorm = vloeiend(rand, gesloten=True)
    laag, hoog = vorm.min(axis=0), vorm.max(axis=0)
    uit: list[Lijn] = []
    while len(uit) < aantal:
        plek = doek.toeval.uniform(laag, hoog)
        if _binnen(plek, vorm):
            uit.append(plek)
    return np.array(uit)


def _binnen(plek: Lijn, vorm: Lijn) -> bool:
    a, b = vorm, np.roll(vorm, -1, axis=0)
    kruist = (a[:, 1] > plek[1]) != (b[:, 1] > plek[1])
    dy = np.where(b[:, 1] == a[:, 1], 1e-9, b[:, 1] - a[:, 1])
    snij = a[:, 0] + (plek[1] - a[:, 1]) / dy * (b[:, 0] - a[:, 0])
    return bool(np.count_nonzero(kruist & (plek[0] < snij)) % 2)


def baard(doek: Doek, h: Hoofd, rand: Punten, palet: Palet, aantal: int, lang: float) -> None:
    """Draw a beard or moustache: a soft shade and many short curved hairs."""
    vorm = h.plaats(vloeiend(rand, gesloten=True))
    masker = doek.masker(vorm, zacht=9)
    doek.leg(masker, palet.diep, 0.62)
    toon = np.full_like(masker, 0.45)
    lucht = doek.vervaag(doek.beeld.mean(axis=2), 12)
    toon = toon + (lucht - float(lucht[masker > 0.5].mean())) * 1.2
    streken: list[Verfstreek] = []
    plekken = strooi(doek, rand, aantal)
    for i, (x, y) in enumerate(plekken):
        bocht = float(doek.toeval.normal(0, 0.35))
        neer = np.array([x * 0.55 + bocht * 0.25, 0.85])
        neer = neer / np.hypot(*neer) * lang * float(doek.toeval.uniform(0.6, 1.3))
        knik = np.array([neer[1], -neer[0]]) * bocht * 0.6
        p0 = np.array([x, y]) - neer * 0.4
        lijn = h.plaats(vloeiend([p0, p0 + neer * 0.5 + knik, p0 + neer], 6))
        verf = _verf(doek, palet, toon, lijn[len(lijn) // 2],
                     -0.2 + 0.35 * i / aantal + float(doek.toeval.normal(0, 0.12)))  # fmt: skip
        streken.append((haal(lijn, 0.011 * h.maat, 0.2, 0.7), verf, 0.6))
    doek.streken(streken)
