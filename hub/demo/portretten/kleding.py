"""Neck, shoulders and what people wear over them, as solids around the origin of the head."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hub.demo.portretten.vorm import Punten, Veld, bult, ellipsoide, smelt, snij, staaf, trap

Laag = tuple[str, Veld]


@dataclass(frozen=True, slots=True)
class Lijf:
    """Build of neck and shoulders, and the name of the outfit."""

    dracht: str
    schouder: float = 1.0
    hals: float = 0.47
    hef: float = 0.20  # raises the whole body: a short neck
    omhoog: float = 0.0  # raises the shoulders alone, for a small child


def hals(lijf: Lijf, p: Punten) -> Veld:
    """Distance to the bare neck and the top of the chest."""
    x, y, z = np.abs(p.x), p.y, p.z
    r = lijf.hals
    d = staaf(x, y, z, (0, -0.5, -0.16), (0, -2.2, -0.42), (r, r + 0.05))
    d = smelt(d, staaf(x, y, z, (0.44, -0.62, -0.10), (0.07, -1.78, 0.02), (0.07, 0.06)), 0.10)
    return smelt(d, romp(lijf, p), 0.10)


def romp(lijf: Lijf, p: Punten) -> Veld:
    """Distance to shoulders, chest and upper arms."""
    s = lijf.schouder
    x, y, z = np.abs(p.x).astype(np.float32), (p.y - lijf.omhoog).astype(np.float32), p.z
    d = staaf(x, y, z, (0.22 * s, -1.74, -0.42), (1.42 * s, -2.16, -0.48), (0.36 * s, 0.40 * s))
    d = smelt(d, ellipsoide(x, y, z, (0, -3.2, -0.30), (1.55 * s, 1.55, 0.86 * s)), 0.30)
    return smelt(d, staaf(x, y, z, (1.55 * s, -2.36, -0.45), (1.85 * s, -4.2, -0.25), (0.42 * s, 0.40)), 0.24)


def _ring(p: Punten, hoogte: float, helling: float, maat: tuple[float, float], dik: tuple[float, float]) -> Veld:
    """A band around the neck: height at the middle, forward slope, its radii and its thickness."""
    a, b = maat
    z = p.z + 0.22
    straal = np.sqrt((p.x / a) ** 2 + (z / b) ** 2) + 1e-4
    uit = (straal - 1.0) * 0.5 * (a + b)
    op = p.y - hoogte + helling * z
    q = np.sqrt((uit / dik[0]) ** 2 + (op / dik[1]) ** 2)
    return ((q - 1.0) * min(dik)).astype(np.float32)


def plooien(p: Punten, sterk: float, ritme: float) -> Veld:
    """Shallow folds that hang from shoulders and armpits."""
    x, y = p.x, p.y
    sterk = sterk * 1.5
    golf = np.sin(x * ritme * 3.7 + 1.7 * np.sin(y * 1.9 + 0.6) + 0.8 * y * np.tanh(x * 2.5))
    diag = np.sin((y * 1.2 + np.abs(x) * 1.5) * ritme * 2.3 + 1.3 * np.sin(x * 2.7))
    mee = trap(y, -1.7, -2.4)
    oksel = bult(np.abs(x) - 1.1, 0.35) * bult(y + 2.7, 0.5)
    diepte = sterk * mee * (0.5 * golf + (0.4 + 1.1 * oksel) * diag)
    klaar: Veld = np.clip(diepte, -0.022, 0.1).astype(np.float32)
    return klaar


def _opening(d: Veld, p: Punten, top: float, onder: float, breed: float) -> Veld:
    """Cuts a V out of the front of a garment, from `top` down to `onder`."""
    t = (p.y - onder) / (top - onder)
    rand = np.abs(p.x) - breed * np.clip(t, 0.0, 1.6)
    v: Veld = np.maximum(np.maximum(rand * 0.9, onder - p.y), -0.15 - p.z)
    return snij(d, v, 0.04)


def _revers(p: Punten, top: float, onder: float, breed: float, flap: float) -> Veld:
    """Extra thickness of the lapels that lie along a V opening."""
    t = np.clip((p.y - onder) / (top - onder), 0.0, 1.3)
    buiten = np.abs(p.x) - breed * t - flap * np.sqrt(t)
    inkeep = bult(p.y - (top - 0.42) + 0.3 * np.abs(p.x), 0.02) * trap(buiten, -0.2, -0.1)
    voor = trap(p.z, -0.2, 0.0) * trap(p.y, onder, onder + 0.08)
    return (trap(buiten, 0.02, -0.02) * voor * (0.045 - 0.03 * inkeep)).astype(np.float32)


def _sluiting(p: Punten, x0: float, top: float) -> Veld:
    """The edge of a front that closes left over right."""
    return (trap(p.x, x0, x0 + 0.025) * trap(p.y, top, top - 0.1) * 0.03 * trap(p.z, 0, 0.2)).astype(np.float32)


def _knopen(p: Punten, x: float, hoogten: tuple[float, ...], romp_: Veld) -> Veld:
    """Round buttons on the front; distances to the nearest."""
    uit = np.full_like(p.x, 9.0)
    for y in hoogten:
        plat = np.sqrt((p.x - x) ** 2 + (p.y - y) ** 2) - 0.062
        uit = np.minimum(uit, np.maximum(plat, np.abs(romp_) - 0.028))
    return np.where(p.z > 0, uit, 9.0).astype(np.float32)


def _regenjas(lijf: Lijf, p: Punten) -> list[Laag]:
    basis = romp(lijf, p)
    jas: Veld = basis - 0.10 - plooien(p, 0.034, 1.0) - _sluiting(p, 0.06, -1.9)
    capuchon = _ring(p, -1.62 + lijf.omhoog, 0.34, (0.62, 0.62), (0.115, 0.24))
    golf = 0.016 * np.sin(np.arctan2(p.x, p.z + 0.22) * 7.0 + p.y * 5.0)
    jas = smelt(jas, capuchon - golf.astype(np.float32), 0.06)
    jas = _opening(jas, p, -1.55 + lijf.omhoog, -2.02 + lijf.omhoog, 0.26)
    trui = smelt(basis - 0.03, _ring(p, -1.62 + lijf.omhoog, 0.34, (0.44, 0.46), (0.06, 0.09)), 0.04)
    knoop = _knopen(p, -0.02, (-2.28, -2.62), basis - 0.11)
    return [("stof", jas), ("stof2", trui), ("knoop", knoop)]


def _trui(lijf: Lijf, p: Punten) -> list[Laag]:
    basis = romp(lijf, p)
    trui: Veld = basis - 0.07 - plooien(p, 0.036, 1.1)
    trui = snij(trui, _ring(p, -1.52 + lijf.omhoog, 0.42, (0.40, 0.42), (0.22, 0.22)), 0.05)
    boord = _ring(p, -1.64 + lijf.omhoog, 0.42, (0.55, 0.56), (0.075, 0.10))
    return [("stof", trui), ("boord", boord)]


def _vest(lijf: Lijf, p: Punten) -> list[Laag]:
    basis = romp(lijf, p)
    vest: Veld = basis - 0.10 - plooien(p, 0.028, 1.0) - _sluiting(p, 0.07, -2.5)
    vest = (
        _opening(vest, p, -1.55 + lijf.omhoog, -2.62, 0.46) - _revers(p, -1.55 + lijf.omhoog, -2.62, 0.46, 0.075) * 0.6
    )
    bloes: Veld = basis - 0.035 - plooien(p, 0.008, 2.0)
    bloes = snij(bloes, ellipsoide(p.x, p.y, p.z, (0, -1.52 + lijf.omhoog, 0.2), (0.24, 0.30, 0.6)), 0.03)
    kraag = _ring(p, -1.62 + lijf.omhoog, 0.46, (0.49, 0.52), (0.045, 0.11))
    kraag = snij(kraag, np.where(p.z > 0, np.abs(p.x) - 0.035, 9.0), 0.03)
    return [
        ("stof", vest),
        ("stof2", bloes),
        ("stof2", kraag),
        ("knoop", _knopen(p, 0.0, (-2.70,), basis - 0.13)),
    ]


def _jas(lijf: Lijf, p: Punten) -> list[Laag]:
    basis = romp(lijf, p)
    jas: Veld = basis - 0.13 - plooien(p, 0.032, 0.9)
    jas = _opening(jas, p, -1.55, -3.0, 0.52) - _revers(p, -1.55, -3.0, 0.52, 0.34)
    jas = snij(jas, _ring(p, -1.58, 0.36, (0.66, 0.68), (0.24, 0.36)), 0.05)
    hoek = np.arctan2(p.x, p.z + 0.22)
    golf = 0.016 * np.sin(hoek * 3.0 + p.y * 22.0) + 0.010 * np.sin(hoek * 5.0 - p.y * 17.0 + 1.0)
    sjaal = _ring(p, -1.50, 0.30, (0.62, 0.64), (0.17, 0.23))
    sjaal = smelt(sjaal, _ring(p, -1.74, 0.46, (0.72, 0.76), (0.16, 0.21)), 0.03)
    slip = np.maximum(np.abs(p.x - 0.16 - 0.10 * (p.y + 2.0)) - 0.25, basis - 0.27)
    slip = np.where((p.z > 0) & (p.y < -1.9), slip, 9.0).astype(np.float32)
    sjaal = smelt(sjaal, slip, 0.08) - golf.astype(np.float32)
    sjaal = smelt(sjaal, _ring(p, -1.62, 0.40, (0.62, 0.64), (0.15, 0.26)), 0.08)
    trui: Veld = basis - 0.05
    return [("stof", jas), ("sjaal", sjaal), ("stof2", trui)]


def _groen(lijf: Lijf, p: Punten) -> list[Laag]:
    basis = romp(lijf, p)
    jas: Veld = basis - 0.12 - plooien(p, 0.034, 0.9) - _sluiting(p, 0.08, -2.4)
    jas = _opening(jas, p, -1.55, -2.55, 0.40)
    kraag = _ring(p, -1.58, 0.40, (0.66, 0.66), (0.075, 0.22))
    kraag = _opening(kraag, p, -1.30, -2.55, 0.42)
    flap = _revers(p, -1.60, -2.30, 0.30, 0.36)
    revers = np.where(flap > 0.01, basis - 0.14 - flap * 0.6, 9.0).astype(np.float32)
    revers = np.where(p.y < -1.66, _opening(revers, p, -1.55, -2.55, 0.40), 9.0).astype(np.float32)
    hemd = basis - 0.04 - plooien(p, 0.006, 2.0)
    boord = _ring(p, -1.60, 0.40, (0.50, 0.52), (0.045, 0.17))
    boord = snij(boord, np.where(p.z > 0, np.abs(p.x) - 0.05, 1.0).astype(np.float32), 0.03)
    knoop = _knopen(p, -0.01, (-2.72,), basis - 0.13)
    return [("stof", jas), ("kraag", smelt(kraag, revers, 0.05)), ("stof2", np.minimum(hemd, boord)), ("knoop", knoop)]


def _mantel(lijf: Lijf, p: Punten) -> list[Laag]:
    basis = romp(lijf, p)
    jas: Veld = basis - 0.09 - plooien(p, 0.028, 0.9) - _sluiting(p, 0.10, -2.4)
    jas = _opening(jas, p, -1.55, -2.75, 0.46) - _revers(p, -1.55, -2.75, 0.46, 0.32)
    return [("stof", jas), ("stof2", basis - 0.02)]


DRACHTEN: dict[str, Callable[[Lijf, Punten], list[Laag]]] = {
    "regenjas": _regenjas,
    "trui": _trui,
    "vest": _vest,
    "jas": _jas,
    "groene jas": _groen,
    "mantel": _mantel,
}
