"""Brows, beard, moustache and lashes: short strokes planted on the skin."""

import numpy as np
import numpy.typing as npt

from hub.demo.portretten.gezicht import Gezicht, hoofd, mond_lijn, ooglid_grens
from hub.demo.portretten.haar import Rij
from hub.demo.portretten.persoon import Kleur, Persoon
from hub.demo.portretten.streken import Bundel
from hub.demo.portretten.vorm import Punten, Veld


def op_huid(g: Gezicht, x: Rij, y: Rij) -> Rij:
    """Depth of the face at these places, seen straight from the front."""
    fx, fy = x.astype(np.float32), y.astype(np.float32)
    z: Veld = np.full(fx.shape, 1.4, dtype=np.float32)
    for _ in range(60):
        huid, bol = hoofd(g, Punten(fx, fy, z))
        z = z - 0.7 * np.minimum(huid, bol)
    return np.clip(z, -0.6, 1.4).astype(np.float64)


def _plant(
    wie: Persoon, x: Rij, y: Rij, richting: Rij, donker: Kleur, licht: Kleur, dikte: float, krul: float, dek: float
) -> Bundel:
    """Strokes from (x, y) on the skin along `richting`, lifting off a little towards the tip."""
    g = wie.gezicht
    y = np.where(y < 0, y * g.onder, y)
    t = np.linspace(0, 1, 6)[None, :]
    rng = np.random.default_rng(wie.zaad + 5)
    bocht = rng.normal(0, krul, (len(x), 2))
    px = x[:, None] + richting[:, :1] * t + bocht[:, :1] * np.sin(t * 3.1)
    py = y[:, None] + richting[:, 1:2] * t + bocht[:, 1:2] * np.sin(t * 3.1)
    pz = op_huid(g, px.ravel(), py.ravel()).reshape(px.shape)
    rond = np.maximum.accumulate(pz[:, ::-1], axis=1)[:, ::-1]
    pz = 0.5 * pz + 0.5 * rond + 0.006 + richting[:, 2:3] * t
    e = 0.03
    zx = (op_huid(g, x + e, y) - op_huid(g, x - e, y)) / (2 * e)
    zy = (op_huid(g, x, y + e) - op_huid(g, x, y - e)) / (2 * e)
    # Where the face turns out of sight a stroke would leap in depth: leave those out.
    heel = np.ptp(pz, axis=1) < 0.14
    n = np.stack([-np.clip(zx, -3, 3), -np.clip(zy, -3, 3), np.ones_like(zx)], axis=-1)
    normaal = np.repeat(n[:, None, :], 6, axis=1)
    lijnen = np.stack([px, py, pz], axis=-1)
    return Bundel(lijnen[heel], normaal[heel], donker, licht, dikte, 0.15, dek, 0.1, 0.06)


def wenkbrauwen(wie: Persoon, rng: np.random.Generator) -> Bundel:
    """Two brows, fuller at the inside, thinning to the outside."""
    n = 420
    t = rng.beta(1.1, 1.35, n)
    kant = rng.choice((-1.0, 1.0), n)
    oud = wie.gezicht.rimpel
    x = 0.105 + 0.40 * t
    boog = 0.168 + 0.070 * np.sin(np.clip(t * 1.25, 0, 1.4) * 1.9) - 0.055 * t**2
    hoog = np.clip(0.35 + t * 4.5, 0, 1) * (0.022 + 0.020 * wie.gezicht.wenkbrauw) * (1 - 0.70 * t)
    y = boog + rng.uniform(-0.5, 0.5, n) * hoog * 2 - 0.012
    hoek = np.radians(62) * (1 - t) ** 1.6 - np.radians(24) * t + rng.normal(0, 0.16 + 0.25 * oud, n)
    lengte = (0.056 + 0.030 * wie.gezicht.wenkbrauw) * rng.uniform(0.7, 1.2, n) * (1 - 0.30 * t)
    r = np.stack([np.cos(hoek) * lengte * kant, np.sin(hoek) * lengte, np.full(n, 0.008)], axis=-1)
    k = wie.kapsel.wenkbrauw
    licht = (min(1.0, k[0] * 1.35), min(1.0, k[1] * 1.35), min(1.0, k[2] * 1.35))
    donker = (k[0] * 0.75, k[1] * 0.75, k[2] * 0.75)
    return _plant(wie, x * kant, y, r, donker, licht, 0.0072, 0.004, 0.58)


def wimpers(wie: Persoon) -> Bundel:
    """Fine lashes along the upper lid."""
    g = wie.gezicht
    u = np.tile(np.linspace(0.0, 1.02, 15), 2)
    kant = np.repeat((-1.0, 1.0), 15)
    x = g.oog_x + u * 0.152 * g.oog_maat
    boven, _, _ = ooglid_grens(g, x.astype(np.float32))
    hoek = np.radians(90 - 48 * u)
    lengte = 0.024 + 0.014 * np.clip(u, 0, 1)
    r = np.stack([np.cos(hoek) * lengte * kant, np.sin(hoek) * lengte, np.full(30, 0.03)], axis=-1)
    d = wie.kapsel.wenkbrauw
    donker = (d[0] * 0.4, d[1] * 0.4, d[2] * 0.4)
    return _plant(wie, x * kant, boven.astype(np.float64), r, donker, donker, 0.006, 0.001, 0.35)


def _rondom(g: Gezicht, hoek: Rij, y: Rij) -> Rij:
    """The place on the skin at this height, seen from the axis of the head under an angle."""
    s, c, fy = np.sin(hoek).astype(np.float32), np.cos(hoek).astype(np.float32), y.astype(np.float32)
    r: Veld = np.full(hoek.shape, 1.35, dtype=np.float32)
    for _ in range(50):
        huid, _bol = hoofd(g, Punten(r * s, fy, r * c))
        r = r - 0.7 * huid
    return np.stack([r * s, fy, r * c], axis=-1).astype(np.float64)


def _baardplek(g: Gezicht, p: Rij, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Where a beard grows: jaw, chin and upper lip, never on the lips or behind the ear."""
    x, z = p[:, 0], p[:, 2]
    y = np.where(p[:, 1] < 0, p[:, 1] / g.onder, p[:, 1])
    ax = np.abs(x)
    wang = -0.76 + 0.66 * np.clip((ax - 0.18) / 0.46, 0, 1) ** 1.35
    wang = np.where((ax > 0.56) & (z < 0.30), 0.14, wang)
    h, boven, onder = mond_lijn(g, x.astype(np.float32), y.astype(np.float32))
    lip = (h < boven + 0.020) & (h > onder - 0.020) & (ax < g.mond_breed * 1.06)
    snor_ = (h > boven) & (h < 0.155 - 0.25 * ax) & (ax < 0.33) & (ax > 0.012)
    hoek = (ax > g.mond_breed * 1.04) & (ax < 0.38) & (y < -0.58)
    kaal = (h < onder) & (h > onder - 0.07) & (ax > 0.09) & (ax < 0.22) & (rng.random(len(x)) < 0.8)
    achter = -0.02 - 0.30 * np.clip(-y - 0.35, 0, 1) + rng.normal(0, 0.02, len(x))
    uit: npt.NDArray[np.bool_] = ((y < wang + rng.normal(0, 0.04, len(x))) | snor_ | hoek) & ~lip & ~kaal & (z > achter)
    return uit


def baard(wie: Persoon, rng: np.random.Generator) -> list[Bundel]:
    """A short full beard with some grey on the chin."""
    g, k, n = wie.gezicht, wie.kapsel, 34000
    p = _rondom(g, rng.uniform(-1.75, 1.75, n), rng.uniform(-1.16, 0.14, n))
    straal = np.hypot(p[:, 0], p[:, 2])  # under the chin there is nothing to plant on
    p = p[_baardplek(g, p, rng) & (straal > 0.3) & (straal < 1.15) & (np.abs(p[:, 0]) < 0.74)]
    n = len(p)
    plat = p * np.array((1.0, 0.0, 1.0))
    uitwaarts = plat / np.linalg.norm(plat, axis=1, keepdims=True)
    uitwaarts[:, 1] = -0.55 * np.clip((-0.85 - p[:, 1]) / 0.25, 0, 1)
    t = np.linspace(0, 1, 6)[None, :, None]
    neer = np.array((0.0, -1.0, 0.0)) * rng.uniform(0.02, 0.055, (n, 1))
    krul = rng.normal(0, 0.011, (n, 1, 3)) * np.sin(t * 3.3)
    lijnen = p[:, None, :] + t * (neer + uitwaarts * 0.026)[:, None, :] + krul + uitwaarts[:, None, :] * 0.008
    normaal = np.repeat(uitwaarts[:, None, :] + rng.normal(0, 0.25, (n, 1, 3)), 6, axis=1)
    kies = (rng.random(n) < 0.05) & (p[:, 1] < -0.84)
    zwart = Bundel(lijnen[~kies], normaal[~kies], k.donker, k.licht, 0.0075, 0.15, 0.85, 0.1, 0.06)
    grijs = Bundel(lijnen[kies], normaal[kies], (0.28, 0.26, 0.25), (0.60, 0.57, 0.54), 0.0065, 0.1, 0.7, 0.1, 0.06)
    return [zwart, grijs]


def snor(wie: Persoon, rng: np.random.Generator) -> list[Bundel]:
    """A full grey moustache combed to both sides."""
    n, k = 2600, wie.kapsel
    x = rng.normal(0, 0.115, n)
    x = x[np.abs(x) < 0.27]
    ax = np.abs(x)
    top = -0.525 - 0.20 * ax - 0.35 * ax**2
    y = top - rng.uniform(0, 1, len(x)) * (0.105 - 0.16 * ax) + 0.010
    kant = np.where(x >= 0, 1.0, -1.0)
    r = np.stack(
        [kant * (0.035 + 0.42 * ax) * rng.uniform(0.6, 1.1, len(x)), -0.075 - 0.12 * ax + rng.normal(0, 0.012, len(x))],
        axis=-1,
    )
    r = np.concatenate([r, np.full((len(x), 1), 0.035)], axis=1)
    return [_plant(wie, x, y, r, k.donker, k.licht, 0.011, 0.006, 0.85)]


def gezichtsharen(wie: Persoon) -> list[Bundel]:
    """Everything that grows on the face, in the order to draw it."""
    rng = np.random.default_rng(wie.zaad + 100)
    uit = [wenkbrauwen(wie, rng), wimpers(wie)]
    if wie.kapsel.baard == "vol":
        uit += baard(wie, rng)
    if wie.kapsel.baard == "snor":
        uit += snor(wie, rng)
    return uit
