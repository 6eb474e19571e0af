"""Colours the lit surfaces: skin with its warmth, eyes, lips, cloth."""

import numpy as np
import numpy.typing as npt

from hub.demo.portretten.gezicht import MOND_Y, OOG_STRAAL, mond_lijn, ooglid_grens
from hub.demo.portretten.licht import HOOFDLICHT, VULLICHT, Oppervlak
from hub.demo.portretten.persoon import Kleur, Persoon, lagen, naar_hoofd
from hub.demo.portretten.ruis import ruis
from hub.demo.portretten.vorm import Punten, Veld, bult, trap

Beeld = Veld
GLANS = {"oog": 0.0, "huid": 0.26, "stof": 0.03, "knoop": 0.25, "haar": 0.0}


def _meng(rgb: Beeld, kleur: Kleur, deel: Veld) -> Beeld:
    m = np.clip(deel, 0.0, 1.0)[:, None]
    return (rgb * (1.0 - m) + np.array(kleur, dtype=np.float32) * m).astype(np.float32)


def _donker(kleur: Kleur, f: float) -> Kleur:
    return (kleur[0] * f, kleur[1] * f, kleur[2] * f)


def _huid(wie: Persoon, q: Punten) -> Beeld:
    g = wie.gezicht
    y = np.where(q.y < 0, q.y / g.onder, q.y).astype(np.float32)
    ax, voor = np.abs(q.x), trap(q.z, 0.3, 0.6)
    rgb = np.tile(np.array(wie.huid, dtype=np.float32), (q.x.size, 1))
    vlek = ruis(q.x * 5.0, q.y * 5.0 + q.z, wie.zaad) - 0.5
    rgb = rgb * (1.0 + 0.05 * vlek[:, None]).astype(np.float32)
    wang = bult(ax - 0.42, 0.24) * bult(y + 0.34, 0.24) * voor
    neus = bult(q.x, 0.13) * bult(y + 0.38 * g.neus_lang, 0.12) * trap(q.z, 0.95, 1.05)
    oor = trap(ax, 0.70 * g.breed, 0.80 * g.breed) * bult(y + 0.2, 0.35)
    kin = bult(q.x, 0.16) * bult(y + 1.0, 0.12) * voor
    rgb = _meng(rgb, wie.blos, 0.30 * wang + 0.26 * neus + 0.32 * oor + 0.14 * kin + 0.10 * vlek * voor)
    kas = bult(ax - g.oog_x + 0.06, 0.17) * bult(y - 0.0, 0.11) * voor
    rgb = _meng(rgb, _donker(wie.blos, 0.72), 0.30 * kas)
    gat = bult(ax - 0.062 * g.neus_breed, 0.030) * bult(y + 0.365 * g.neus_lang + 0.086, 0.017) * trap(q.z, 0.9, 0.98)
    rgb = _meng(rgb, _donker(wie.blos, 0.30), 0.80 * gat)
    return _lippen(wie, _oogrand(wie, rgb, ax, y, voor), q.x, y, voor)


def _oogrand(wie: Persoon, rgb: Beeld, ax: Veld, y: Veld, voor: Veld) -> Beeld:
    """Lash line, rim of the lids, crease."""
    g = wie.gezicht
    boven, onder, u = ooglid_grens(g, ax)
    binnen = trap(np.abs(u), 1.10, 0.96) * voor
    donker = _donker(wie.kapsel.wenkbrauw, 0.45)
    wimper = bult(y - boven - 0.006, 0.011 + 0.004 * np.clip(u, 0, 1).mean(dtype=np.float32)) * binnen
    plooi = bult(y - boven - 0.044, 0.012) * trap(np.abs(u), 1.05, 0.6) * voor
    rgb = _meng(rgb, _donker(wie.blos, 0.42), 0.55 * plooi)
    rgb = _meng(rgb, _donker(wie.blos, 0.80), 0.55 * bult(y - onder + 0.006, 0.012) * binnen)
    rgb = _meng(rgb, donker, 0.28 * bult(y - onder + 0.018, 0.010) * binnen * trap(u, -0.8, 0.4))
    staart = bult(y - g.oog_schuin - 0.002 - 0.02 * (u - 1), 0.010) * trap(u, 0.8, 1.0) * trap(u, 1.25, 1.02) * voor
    return _meng(rgb, donker, 0.88 * wimper + 0.6 * staart)


def _lippen(wie: Persoon, rgb: Beeld, x: Veld, y: Veld, voor: Veld) -> Beeld:
    h, boven, onder = mond_lijn(wie.gezicht, x, y)
    b = wie.gezicht.mond_breed
    rand = 0.012
    op = trap(boven - h, -rand, rand) * trap(h, -0.004, 0.004)
    neer = trap(h - onder, -rand, rand) * trap(h, 0.004, -0.004)
    breed = trap(np.abs(x), b * 1.0, b * 0.86) * voor
    rgb = _meng(rgb, _donker(wie.lippen, 0.90), 0.92 * op * breed)
    rgb = _meng(rgb, wie.lippen, 0.88 * neer * breed)
    lijn = bult(h, 0.0075) * trap(np.abs(x), b * 1.08, b * 0.9) * voor
    rgb = _meng(rgb, _donker(wie.lippen, 0.32), 0.62 * lijn)
    onderlip = bult(y - MOND_Y + 0.10, 0.03) * bult(x, 0.15) * voor
    return _meng(rgb, _donker(wie.huid, 0.75), 0.18 * onderlip)


def _oog(wie: Persoon, p: Punten, q: Punten) -> tuple[Beeld, Veld]:
    """Colour of the eyeballs and how much highlight sits on each spot."""
    g = wie.gezicht
    kant = np.where(q.x >= 0, 1.0, -1.0).astype(np.float32)
    nul = np.zeros(1, dtype=np.float32)
    blik = Punten(nul, nul, np.ones(1, dtype=np.float32)).gedraaid(*wie.kijk, (0.0, 0.0, 0.0))
    r = OOG_STRAAL * g.oog_maat
    dx = q.x - kant * g.oog_x - float(blik.x[0]) * r * 0.92
    dy = q.y - float(blik.y[0]) * r * 0.9 - 0.004
    ver = np.sqrt(dx * dx + dy * dy) / g.oog_maat
    straal = np.arctan2(dy, dx)
    rgb = np.tile(np.array((0.80, 0.77, 0.735), dtype=np.float32), (q.x.size, 1))
    hoek = trap(np.abs(dx), 0.07, 0.16)
    rgb = _meng(rgb, (0.80, 0.62, 0.55), 0.45 * hoek)
    vezel = 0.5 + 0.5 * np.sin(straal * 23.0 + 3.0 * np.sin(straal * 7.0))
    licht = trap(dy, 0.03, -0.05)
    iris = np.array(wie.iris, dtype=np.float32) * (0.62 + 0.25 * vezel * 0.5 + 0.75 * licht)[:, None]
    m = trap(ver, 0.068, 0.060)[:, None]
    rgb = (rgb * (1 - m) + np.clip(iris, 0, 1) * m).astype(np.float32)
    rgb = _meng(rgb, _donker(wie.iris, 0.25), 0.75 * bult(ver - 0.061, 0.008))
    rgb = _meng(rgb, (0.03, 0.025, 0.025), trap(ver, 0.031, 0.025))
    boven, _, _ = ooglid_grens(g, np.abs(q.x))
    schaduw = 1.0 - 0.55 * np.exp(-np.clip(boven - q.y, 0, None) / 0.020)
    rgb = rgb * schaduw[:, None].astype(np.float32)
    glim = trap(np.sqrt((dx + 0.022) ** 2 + (dy - 0.020) ** 2), 0.0145, 0.009)
    zacht = 0.25 * trap(np.sqrt((dx - 0.025) ** 2 + (dy + 0.026) ** 2), 0.022, 0.006)
    return rgb.astype(np.float32), (glim + zacht).astype(np.float32)


def _stof(wie: Persoon, naam: str, p: Punten) -> Beeld:
    rgb = np.tile(np.array(wie.stoffen[naam], dtype=np.float32), (p.x.size, 1))
    soort = wie.patroon.get(naam, "glad")
    n = ruis(p.x * 4.0, p.y * 4.0, wie.zaad + 7) - 0.5
    toon = 1.0 + 0.10 * n
    if soort == "brei":
        golf = p.x + 0.03 * np.sin(p.y * 3.0)
        rij = np.abs(((golf * 17.0) % 1.0) - 0.5) * 2.0
        toon = toon * (0.96 + 0.07 * np.sin((p.y * 38.0 + rij * 1.6) * np.pi) * 0.5 - 0.05 * bult(rij, 0.22))
    if soort == "boord":
        hoek = np.arctan2(p.x, p.z + 0.3)
        toon = toon * (0.92 + 0.14 * np.sin(hoek * 62.0))
    if soort == "tweed":
        toon = toon * (0.88 + 0.34 * ruis(p.x * 55.0, p.y * 55.0, wie.zaad + 3))
        ruit = bult(((p.x * 3.2) % 1.0) - 0.5, 0.06) + bult(((p.y * 3.2) % 1.0) - 0.5, 0.06)
        toon = toon * (1.0 - 0.10 * ruit)
    if soort == "rib":
        toon = toon * (0.92 + 0.12 * np.sin((p.x * 0.9 + p.y * 0.35) * 110.0))
    return (rgb * toon[:, None]).astype(np.float32)


def albedo(wie: Persoon, o: Oppervlak) -> tuple[Beeld, npt.NDArray[np.str_], Veld]:
    """Colour and material of every visible pixel, and the highlights on the eyes."""
    p = o.plek[o.raak]
    alle = lagen(wie, p)
    namen = np.array([naam for naam, _ in alle])
    kies = np.argmin(np.stack([d for _, d in alle]), axis=0)
    stof = namen[kies]
    q = naar_hoofd(wie, p)
    rgb = np.zeros((p.x.size, 3), dtype=np.float32)
    glim = np.zeros(p.x.size, dtype=np.float32)
    for naam in sorted(set(stof.tolist())):
        m = stof == naam
        if naam == "huid":
            rgb[m] = _huid(wie, q[m])
        elif naam == "oog":
            rgb[m], glim[m] = _oog(wie, p[m], q[m])
        elif naam == "haar":
            rgb[m] = np.array(wie.kapsel.donker, dtype=np.float32) * 0.68 + np.array(wie.kapsel.licht) * 0.26
        else:
            rgb[m] = _stof(wie, naam, q[m] if naam in ("pet",) else p[m])
    return rgb, stof, glim


def schilder(wie: Persoon, o: Oppervlak, achtergrond: Beeld) -> Beeld:
    """The lit picture before strokes: linear light inside, sRGB 0..1 out."""
    rgb, stof, glim = albedo(wie, o)
    n, op, sch = o.normaal[o.raak], o.open_[o.raak], o.schaduw[o.raak]
    sleutel = HOOFDLICHT / np.linalg.norm(HOOFDLICHT)
    vul = VULLICHT / np.linalg.norm(VULLICHT)
    nl, nv = n @ sleutel, n @ vul
    huid = (stof == "huid").astype(np.float32)
    lin = np.power(np.clip(rgb, 0.0, 1.0), 2.2)
    uit = np.zeros_like(lin)
    # Red light travels furthest under the skin: its edge of shadow is the softest.
    zacht = np.array((0.42, 0.24, 0.16), dtype=np.float32)
    for i in range(3):
        w = 0.12 + (zacht[i] - 0.12) * huid
        sleuteldeel = np.power(np.clip((nl + w) / (1 + w), 0, 1), 1.15) * (
            1 - (1 - sch) * (0.80 - 0.22 * huid * (i == 0))
        )
        vuldeel = np.clip((nv + 0.3) / 1.3, 0, 1)
        hemel = 0.5 + 0.5 * n[:, 1]
        open_i = np.power(op, (0.62, 0.90, 1.05)[i] * huid + 0.95 * (1 - huid))
        warm, koel, rond = (1.04, 0.99, 0.92)[i], (0.92, 0.97, 1.06)[i], (0.98, 1.0, 1.03)[i]
        uit[:, i] = lin[:, i] * (
            0.90 * warm * sleuteldeel + open_i * (0.16 * koel * vuldeel + rond * (0.09 + 0.12 * hemel))
        )
    half = sleutel + np.array((0, 0, 1.0))
    half /= np.linalg.norm(half)
    spec = np.power(np.clip(n @ half, 0, 1), 26) * sch * op
    kracht = np.array([GLANS.get(s, 0.03) for s in stof], dtype=np.float32)
    uit += (spec * kracht * 0.55)[:, None] + (0.85 * glim * op)[:, None]
    beeld = achtergrond.copy()
    beeld[o.raak] = np.power(np.clip(uit, 0, 1), 1 / 2.2)
    return beeld.astype(np.float32)
