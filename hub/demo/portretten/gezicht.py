"""A head as one smooth solid: skull, jaw, eye sockets, lids, nose, mouth, ears."""

from dataclasses import dataclass

import numpy as np

from hub.demo.portretten.vorm import (
    Punten,
    Veld,
    bult,
    ellipsoide,
    smelt,
    snij,
    staaf,
    trap,
)

OOG_STRAAL = 0.158
MOND_Y = -0.69


@dataclass(frozen=True, slots=True)
class Gezicht:
    """What makes one face differ from another; 1.0 and 0.0 mean an average adult."""

    breed: float = 1.0
    onder: float = 1.0  # length of the face below the eyes
    kaak: float = 0.5  # 0 soft, 1 square
    wang: float = 0.4  # fullness of the cheeks
    kin: float = 0.0
    wenkbrauw: float = 0.5  # bone above the eyes
    oog_x: float = 0.318
    oog_maat: float = 1.0
    oog_boven: float = 0.050
    oog_onder: float = 0.046
    oog_schuin: float = 0.02
    neus_lang: float = 1.0
    neus_breed: float = 1.0
    neus_punt: float = 1.0
    mond_breed: float = 0.255
    lip_boven: float = 0.052
    lip_onder: float = 0.068
    glimlach: float = 0.45
    rimpel: float = 0.0
    oor: float = 1.0


def ooglid_grens(g: Gezicht, ax: Veld) -> tuple[Veld, Veld, Veld]:
    """Height of the upper and lower lid edge at distance ax from the middle, and u in -1..1."""
    u = (ax - g.oog_x) / np.float32(0.152 * g.oog_maat)
    binnen = np.clip(1.0 - u * u, 0.0, 1.0)
    scheef = g.oog_schuin * u
    boven = scheef + g.oog_boven * g.oog_maat * (binnen**0.62) * (1.0 - 0.12 * u)
    onder = scheef - g.oog_onder * g.oog_maat * (binnen**0.85) * (1.0 + 0.18 * u)
    return boven.astype(np.float32), onder.astype(np.float32), u.astype(np.float32)


def mond_lijn(g: Gezicht, x: Veld, y: Veld) -> tuple[Veld, Veld, Veld]:
    """(height above the mouth line, upper lip border, lower lip border) at x."""
    b = g.mond_breed
    h = y - MOND_Y - g.glimlach * 0.72 * x * x + 0.008 * bult(np.abs(x), 0.05) - 0.004
    t = np.clip(1.0 - (x / b) ** 2, 0.0, 1.0)
    boog = 1.0 - 0.24 * bult(x, 0.035) + 0.10 * bult(np.abs(x) - 0.07, 0.05)
    boven = g.lip_boven * t**0.75 * boog
    onder = -g.lip_onder * t**0.9
    return h.astype(np.float32), boven.astype(np.float32), onder.astype(np.float32)


def _schedel(g: Gezicht, ax: Veld, y: Veld, z: Veld) -> Veld:
    b = g.breed
    d = ellipsoide(ax, y, z, (0, 0.30, 0.0), (0.75 * b, 0.85, 0.93))
    d = smelt(d, ellipsoide(ax, y, z, (0, -0.25, 0.28), (0.60 * b, 0.86, 0.64)), 0.22)
    d = smelt(d, ellipsoide(ax, y, z, (0.43 * b, -0.19, 0.55), (0.20, 0.16, 0.22)), 0.18)
    w = 0.17 + 0.09 * g.wang
    d = smelt(d, ellipsoide(ax, y, z, (0.35 * b, -0.44, 0.56), (w, w * 1.1, w)), 0.24)
    k = 0.36 + 0.13 * g.kaak
    r = 0.12 + 0.04 * g.kaak
    d = smelt(d, staaf(ax, y, z, (k * b, -0.62, 0.10), (0.15, -0.98, 0.66), (r, 0.12)), 0.20)
    kin = (0.0, -1.0 - 0.05 * g.kin, 0.735 + 0.03 * g.kin)
    straal = (0.145 + 0.075 * g.kaak, 0.15, 0.165)
    d = smelt(d, ellipsoide(ax, y, z, kin, straal), 0.16)
    bot = 0.075 + 0.035 * g.wenkbrauw
    d = smelt(d, staaf(ax, y, z, (0.06, 0.155, 0.83), (0.46 * b, 0.19, 0.63), (bot, bot)), 0.16)
    return smelt(d, ellipsoide(ax, y, z, (0, -0.68, 0.69), (0.34, 0.30, 0.225)), 0.16)


def _neus(g: Gezicht, d: Veld, ax: Veld, y: Veld, z: Veld) -> Veld:
    n, b, p = g.neus_lang, g.neus_breed, g.neus_punt
    yt = -0.365 * n
    d = smelt(d, staaf(ax, y, z, (0, 0.12, 0.835), (0, yt + 0.04, 1.055), (0.055 * b, 0.075 * b)), 0.13)
    d = smelt(d, ellipsoide(ax, y, z, (0, yt, 1.065), (0.098 * p, 0.09 * p, 0.10 * p)), 0.07)
    vleugel = (0.112 * b, yt - 0.035, 0.955)
    d = smelt(d, ellipsoide(ax, y, z, vleugel, (0.060 * b, 0.060, 0.088)), 0.055)
    d = smelt(d, staaf(ax, y, z, (0, yt - 0.07, 1.05), (0, yt - 0.105, 0.92), (0.03, 0.04)), 0.05)
    gat = (0.060 * b, yt - 0.088, 1.02)
    return snij(d, ellipsoide(ax, y, z, gat, (0.036 * b, 0.026, 0.055)), 0.025)


def _mond(g: Gezicht, d: Veld, x: Veld, y: Veld, z: Veld) -> Veld:
    h, boven, onder = mond_lijn(g, x, y)
    voor = trap(z, 0.55, 0.75)
    rand = trap(np.abs(x), g.mond_breed * 1.05, g.mond_breed * 0.6)
    hoog = np.maximum(boven, 0.012)
    laag = np.minimum(onder, -0.012)
    op = bult(h - 0.52 * hoog, 0.62 * g.lip_boven) * 0.046 * rand
    neer = bult(h - 0.50 * laag, 0.62 * g.lip_onder) * 0.056 * rand
    spleet = bult(h, 0.015) * 0.030 * trap(np.abs(x), g.mond_breed * 1.1, g.mond_breed * 0.8)
    hoek = bult(np.abs(x) - g.mond_breed * 1.04, 0.035) * bult(h, 0.05) * 0.018
    philtrum = bult(x, 0.03) * bult(y + 0.565, 0.055) * 0.016
    kingroef = bult(x, 0.16) * bult(y - MOND_Y + 0.155, 0.05) * 0.030
    return (d - voor * (op + neer - spleet - hoek - philtrum - kingroef)).astype(np.float32)


def groeven(g: Gezicht, ax: Veld, y: Veld) -> Veld:
    """Depth of the folds and wrinkles of the face, faint in the young."""
    t = np.clip((-0.40 - y) / 0.34, 0.0, 1.0)
    plooi = ax - (0.175 + 0.20 * t**1.15 + 0.02 * g.wang)
    sterk = trap(y, -0.80, -0.60) * trap(y, -0.34, -0.46)
    uit = bult(plooi, 0.050) * sterk * (0.010 * g.glimlach + 0.030 * g.rimpel)
    zak = y + 0.115 + 0.55 * (ax - g.oog_x) ** 2 - 0.09 * (ax - g.oog_x)
    uit += bult(zak, 0.022) * bult(ax - g.oog_x + 0.03, 0.14) * (0.004 + 0.020 * g.rimpel)
    if g.rimpel > 0.1:
        golf = y + 0.04 * np.cos(ax * 5.0)
        for hoogte, diepte in ((0.46, 1.0), (0.57, 0.9), (0.67, 0.6)):
            uit += bult(golf - hoogte, 0.014) * bult(ax, 0.36) * 0.011 * g.rimpel * diepte
        for i in (-1.0, 0.0, 1.0):
            straal = y - 0.005 - i * (0.035 + 0.28 * (ax - 0.50))
            uit += bult(straal, 0.010) * bult(ax - 0.555, 0.055) * 0.011 * g.rimpel
        uit += bult(ax - 0.045, 0.012) * bult(y - 0.20, 0.06) * 0.010 * g.rimpel
        wang = ax - 0.40 - 0.10 * np.sin((y + 0.55) * 4.0)
        uit += bult(wang, 0.04) * bult(y + 0.62, 0.14) * 0.008 * g.rimpel
        marionet = ax - g.mond_breed - 0.05 - 0.08 * (MOND_Y - y)
        uit += bult(marionet, 0.035) * bult(y + 0.82, 0.08) * 0.014 * g.rimpel
    return uit.astype(np.float32)


def _oor(g: Gezicht, d: Veld, ax: Veld, y: Veld, z: Veld) -> Veld:
    lx, lz = ax - 0.715 * g.breed, z + 0.10
    a = (lx * 0.52 - lz * 0.854) / g.oor
    b = (lx * 0.854 + lz * 0.52) / g.oor
    h = (y + 0.20 + 0.18 * a) / g.oor * 1.08
    schelp = ellipsoide(a, h, b, (0.11, 0.05, 0.0), (0.17, 0.25, 0.06))
    schelp = smelt(schelp, ellipsoide(a, h, b, (0.045, -0.185, 0.0), (0.065, 0.075, 0.042)), 0.06)
    schelp = snij(schelp, ellipsoide(a, h, b, (0.115, 0.07, 0.070), (0.115, 0.175, 0.066)), 0.03)
    krul = ellipsoide(a, h, b, (0.135, 0.03, 0.015), (0.040, 0.12, 0.026))
    schelp = smelt(schelp, krul, 0.03)
    schelp = snij(schelp, ellipsoide(a, h, b, (0.07, -0.02, 0.06), (0.05, 0.07, 0.05)), 0.03)
    return smelt(d, schelp * g.oor, 0.05)


def hoofd(g: Gezicht, p: Punten) -> tuple[Veld, Veld]:
    """Distances (skin, eyeball) at points in head coordinates."""
    y = np.where(p.y < 0, p.y / g.onder, p.y).astype(np.float32)
    x = (p.x + 0.010 * np.sin(p.y * 3.0)).astype(np.float32)  # nobody is quite symmetrical
    z = p.z
    ax = np.sqrt(x * x + 1e-4).astype(np.float32)
    d = _schedel(g, ax, y, z)
    m = g.oog_maat
    kas = (g.oog_x - 0.03, 0.012, 0.945)
    d = snij(d, ellipsoide(ax, y, z, kas, (0.185 * m, 0.105 * m, 0.15)), 0.13)
    d = _neus(g, d, ax, y, z)
    ex, ez, r = g.oog_x, 0.655, OOG_STRAAL * m
    bol = (np.sqrt((ax - ex) ** 2 + y * y + (z - ez) ** 2) - r).astype(np.float32)
    boven, onder, u = ooglid_grens(g, ax)
    open_ = np.minimum(boven - y, y - onder) - 0.02 * np.maximum(np.abs(u) - 1.0, 0.0)
    schil = smelt(d, bol - 0.017, 0.035)
    schil = schil + 0.012 * bult(y - boven - 0.042, 0.012) * bult(u, 0.85) * trap(z, 0.6, 0.7)
    gat = np.maximum(-(open_), bol - 0.08).astype(np.float32)
    d = snij(schil, np.where(z > 0.5, gat, 1.0).astype(np.float32), 0.012)
    d = _mond(g, d, x, y, z)
    d = d + groeven(g, ax, y) * trap(z, 0.25, 0.5) * trap(y, -1.05, -0.95)
    d = _oor(g, d, ax, y, z) if g.oor > 0 else d
    return d.astype(np.float32), bol
