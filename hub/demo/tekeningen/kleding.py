"""Below the head: background, neck and clothes with folds."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from hub.demo.tekeningen.doek import Doek, Kleur, Veld, kleur, schaal_veld
from hub.demo.tekeningen.hoofd import Hoofd
from hub.demo.tekeningen.kromme import Punten, haal, verschuif, vloeiend
from hub.demo.tekeningen.licht import Palet, stof

Plooi: TypeAlias = tuple[Punten, float, float, float]


def achtergrond(doek: Doek, licht: Kleur, donker: Kleur) -> None:
    """Paint a plain background, lighter at the upper left, with soft brushwork."""
    x, y = doek.rooster()
    afstand = np.hypot((x - 430) / 1000, (y - 420) / 1250)
    ruis = doek.toeval.normal(0, 1, (16, 12)).astype(np.float32)
    wolk = schaal_veld(ruis, (doek.breedte, doek.hoogte))
    deel = np.clip(afstand + wolk * 0.035, 0, 1)[..., None]
    doek.beeld[:] = kleur(licht) * (1 - deel) + kleur(donker) * deel


def plooien(doek: Doek, lijst: Sequence[Plooi]) -> Veld:
    """Return the height of folds: line, thickness, height and softness of each."""
    veld = np.zeros((doek.hoogte, doek.breedte), dtype=np.float32)
    for punten, dikte, hoogte, zacht in lijst:
        veld += doek.masker(haal(vloeiend(punten), dikte, 0.4, 0.5), zacht=zacht) * hoogte
    return veld


def deel(
    doek: Doek,
    rand: Punten,
    palet: Palet,
    ronding: float,
    plooi: Sequence[Plooi] = (),
    slag: float = 0.45,
) -> Veld:
    """Paint one piece of cloth with a soft shadow under it; return its mask."""
    vorm = vloeiend(rand, gesloten=True)
    doek.tint(doek.masker(verschuif(vorm, 7, 9), zacht=11), (60, 52, 60), slag)
    masker = doek.masker(vorm, zacht=0.8)
    stof(doek, masker, palet, ronding, plooien(doek, plooi))
    return masker


def hals(doek: Doek, h: Hoofd, breed: float, onder: float) -> None:
    """Paint the neck down to a height, with the shadow of the chin on it."""
    x, y = h.midden
    m = h.maat
    rand = [
        (x - breed, y + 0.5 * m), (x - breed * 0.98, y + 1.05 * m), (x - breed * 1.25, y + 1.4 * m),
        (x - breed * 2.4, onder), (x + breed * 2.4, onder), (x + breed * 1.25, y + 1.4 * m),
        (x + breed * 0.98, y + 1.05 * m), (x + breed, y + 0.5 * m),
    ]  # fmt: skip
    pees = [
        ([(x - breed * 0.75, y + 1.0 * m), (x - breed * 0.2, onder - 30)], 26, 7.0, 8),
        ([(x + breed * 0.75, y + 1.0 * m), (x + breed * 0.2, onder - 30)], 26, 7.0, 8),
    ]
    masker = deel(doek, rand, h.huid, breed * 0.9, pees, 0.2)
    kin = doek.masker(verschuif(h.contour(), 0.07 * m, 0.2 * m), zacht=0.07 * m)
    doek.tint(masker * kin, h.huid.schaduw, 0.75)
    doek.tint(masker, h.huid.licht, 0.35)


def naad(doek: Doek, punten: Punten, dikte: float, verf: Kleur, dekking: float = 0.6) -> None:
    """Draw a seam, zip or edge as a soft dark line."""
    doek.tint(doek.masker(haal(vloeiend(punten), dikte, 0.1, 0.1), zacht=1.2), verf, dekking)


def mouwen(doek: Doek, binnen: Veld, schouder: float, top: float, verf: Kleur) -> None:
    """Draw the seams of both sleeves on a coat, with the soft dent beside them."""
    for kant in (-1, 1):
        x = 600 + kant * schouder
        rand = [(x, top - 40), (x - kant * 30, top + 90), (x - kant * 26, top + 220), (x + kant * 8, 1560)]
        lijn = vloeiend(rand)
        doek.tint(doek.masker(haal(verschuif(lijn, kant * 14, 0), 56, 0.1, 0.1), zacht=16) * binnen, verf, 0.22)
        doek.tint(doek.masker(haal(lijn, 6, 0.1, 0.1), zacht=1.6) * binnen, verf, 0.5)
        doek.leg(doek.masker(haal(verschuif(lijn, -7, 0), 7, 0.1, 0.1), zacht=3) * binnen, (255, 250, 240), 0.15)


def wol(doek: Doek, masker: Veld, sterkte: float) -> None:
    """Lay the uneven nap of woollen cloth over a piece of clothing."""
    maat = (round(300 * max(doek.schaal, 0.1)), round(750 * max(doek.schaal, 0.1)))
    ruis = doek.toeval.normal(0.4, 0.3, (maat[1], maat[0])).astype(np.float32)
    nop = np.clip(schaal_veld(ruis, (doek.breedte, doek.hoogte)), 0, 1)
    doek.tint(masker * nop, (120, 118, 116), sterkte)


def knoop(doek: Doek, plek: tuple[float, float], straal: float, palet: Palet) -> None:
    """Draw a round button with its shadow."""
    t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    rond = [(plek[0] + straal * float(np.cos(a)), plek[1] + straal * float(np.sin(a))) for a in t]
    deel(doek, rond, palet, straal * 0.7, slag=0.5)


def ribbels(doek: Doek, masker: Veld, stap: float, verf: Kleur, dekking: float) -> None:
    """Lay a knitted texture of small slanting stitches over a piece of cloth."""
    x, y = doek.rooster()
    v = np.sin(x / stap * np.pi * 2) * 0.5 + 0.5
    steek = np.sin((y / stap + np.abs(((x / stap) % 1) - 0.5)) * np.pi * 2) * 0.5 + 0.5
    doek.tint(masker * (0.55 * v + 0.45 * steek).astype(np.float32), verf, dekking)
