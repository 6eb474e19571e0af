"""Grows hair: roots on the head, a direction to follow, and a shape for every hair style."""

import numpy as np

from hub.demo.portretten.hoofddeksel import haargrens
from hub.demo.portretten.persoon import Persoon
from hub.demo.portretten.streken import Bundel, Lijnen
from hub.demo.portretten.vorm import Punten, Veld

Rij = Veld
MIDDEN = np.array((0.0, 0.30, 0.0))
SCHEDEL = np.array((0.75, 0.85, 0.93))


def _straal(wie: Persoon, extra: float | Rij) -> Rij:
    s = SCHEDEL * np.array((wie.gezicht.breed, 1.0, 1.0))
    uit: Rij = s + np.asarray(extra)[..., None] if np.ndim(extra) else s + extra
    return uit


def wortels(wie: Persoon, aantal: int, rng: np.random.Generator, onder: float = -0.75) -> Rij:
    """Random places on the hairy part of the head."""
    v = rng.normal(size=(aantal * 4, 3))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    p = MIDDEN + v * _straal(wie, 0.0)
    laag = p[:, 1] < 0.05
    p[laag] = np.array((0, -0.2, -0.22)) + v[laag] * (np.array((0.66 * wie.gezicht.breed, 0.62, 0.62)) + wie.kapsel.dik)
    q = Punten(p[:, 0].astype(np.float32), p[:, 1].astype(np.float32), p[:, 2].astype(np.float32))
    ok = (haargrens(q, wie.kapsel.kaal) > rng.normal(0.0, 0.03, len(p))) & (p[:, 1] > onder)
    uit: Rij = p[ok][:aantal]
    return uit


def _buiten(p: Rij, straal: Rij, y_min: float = -0.1) -> Rij:
    """Push points that sank into the head back onto the shell."""
    v = p - MIDDEN
    k = np.sqrt(((v / straal) ** 2).sum(axis=-1))
    binnen = (k < 1) & (p[..., 1] > y_min)
    uit: Rij = np.where(binnen[..., None], MIDDEN + v / np.maximum(k, 1e-3)[..., None], p)
    return uit


def groei(
    wie: Persoon, begin: Rij, kruin: Rij, lengte: Rij, laag: Rij, zwaarte: float, veeg: Rij, stappen: int = 14
) -> Lijnen:
    """Let strands run away from the crown over the shell, ever more drawn down and aside."""
    p = _buiten(begin.copy(), _straal(wie, laag * 0.55))
    uit = [p]
    # The crown is a little elsewhere for every strand: one shared point would leave it bare.
    richting = begin - kruin - np.random.default_rng(wie.zaad).normal(0, 0.10, begin.shape)
    richting /= np.linalg.norm(richting, axis=1, keepdims=True) + 1e-6
    for i in range(stappen - 1):
        n = (p - MIDDEN) / _straal(wie, 0.0) ** 2
        n /= np.linalg.norm(n, axis=1, keepdims=True) + 1e-9
        richting = richting + np.array((0, -zwaarte, 0)) * (0.4 + i / stappen) + veeg
        richting = richting - n * (richting * n).sum(axis=1, keepdims=True) * 0.85
        richting /= np.linalg.norm(richting, axis=1, keepdims=True) + 1e-6
        p = p + richting * (lengte / (stappen - 1))[:, None]
        p = _buiten(p, _straal(wie, laag * min(1.0, 0.55 + 0.12 * i)))
        uit.append(p)
    return np.stack(uit, axis=1)


def lokken(gids: Lijnen, per: int, spreiding: float, rng: np.random.Generator) -> Lijnen:
    """Surround every guide by strands that come together at the tip."""
    n, s, _ = gids.shape
    weg = rng.normal(0, spreiding, (n, per, 1, 3))
    naar = np.linspace(1.0, 0.35, s)[None, None, :, None]
    kort = rng.uniform(0.75, 1.0, (n, per, 1, 1))
    t = np.linspace(0, 1, s)[None, None, :, None] * kort
    idx = np.clip((t[..., 0] * (s - 1)).astype(int), 0, s - 2)
    fr = t * (s - 1) - idx[..., None]
    rij = np.arange(n)[:, None, None]
    p = gids[rij, idx] * (1 - fr) + gids[rij, idx + 1] * fr
    uit: Lijnen = (p + weg * naar).reshape(n * per, s, 3)
    return uit


def vorm_normaal(lijnen: Lijnen, rng: np.random.Generator, per: int, ruw: float) -> Lijnen:
    """Outward direction of the hair mass, tilted a little per lock so that locks tell apart."""
    n = (lijnen - np.array((0.0, 0.1, -0.1))) / np.array((0.75, 0.95, 0.93)) ** 2
    n /= np.linalg.norm(n, axis=-1, keepdims=True) + 1e-9
    kantel = np.repeat(rng.normal(0, ruw, (len(lijnen) // per, 1, 3)), per, axis=0)
    uit: Lijnen = n + kantel
    return uit


def _kort(wie: Persoon, rng: np.random.Generator) -> list[Bundel]:
    k = wie.kapsel
    p = wortels(wie, 2300, rng)
    boven = np.clip((p[:, 1] - 0.25) / 0.5, 0, 1)
    lengte = rng.uniform(0.85, 1.15, len(p)) * (0.16 + 0.36 * boven)
    laag = 0.035 + rng.uniform(0.0, 0.11, len(p)) * (0.25 + 0.75 * boven)
    veeg = np.zeros((len(p), 3))
    veeg[:, 0] = 0.13 * boven + rng.normal(0, 0.05, len(p))
    veeg[:, 2] = 0.05 * boven - 0.10 * (1 - boven)
    gids = groei(wie, p, np.array((-0.22, 1.0, -0.42)), lengte, laag, 0.10, veeg)
    lijnen = lokken(gids, 7, 0.016, rng)
    return [Bundel(lijnen, vorm_normaal(lijnen, rng, 7, 0.22), k.donker, k.licht, 0.0085, 0.30, 0.85)]


def _watergolf(wie: Persoon, rng: np.random.Generator) -> list[Bundel]:
    k = wie.kapsel
    p = wortels(wie, 2300, rng, -0.62)
    lengte = rng.uniform(0.85, 1.15, len(p)) * (0.36 + 0.22 * (p[:, 1] > 0.3))
    laag = 0.09 + rng.uniform(0.0, 0.19, len(p))
    veeg = np.zeros((len(p), 3))
    veeg[:, 2] = -0.07
    veeg[:, 0] = 0.05 * np.sign(p[:, 0])
    gids = groei(wie, p, np.array((0.12, 0.72, 0.98)) + rng.normal(0, 0.16, p.shape), lengte, laag, 0.10, veeg, 20)
    n = vorm_normaal(gids, rng, 1, 0.0)
    fase = 9.0 * p[:, :1] + 7.0 * p[:, 1:2] + rng.normal(0, 0.35, (len(p), 1))
    golf = np.sin(np.linspace(0, 13, 20)[None, :] + fase)[..., None]
    dwars = np.cross(n, np.gradient(gids, axis=1))
    dwars /= np.linalg.norm(dwars, axis=-1, keepdims=True) + 1e-9
    gids = gids + n * golf * 0.022 + dwars * golf * 0.030
    lijnen = lokken(gids, 7, 0.015, rng)
    normaal = vorm_normaal(lijnen, rng, 7, 0.12) + np.repeat(np.gradient(golf, axis=1) * dwars, 7, axis=0) * 1.2
    return [Bundel(lijnen, normaal, k.donker, k.licht, 0.0085, 0.25, 0.85)]


def _krullen(wie: Persoon, rng: np.random.Generator) -> list[Bundel]:
    k = wie.kapsel
    uit = []
    for aantal, dun, extra in ((520, 0.75, 0.0), (760, 1.0, 0.10)):
        p = wortels(wie, aantal, rng, -0.6)
        lengte = rng.uniform(0.75, 1.15, len(p)) * (0.95 + 0.40 * np.clip(p[:, 1], 0, 1))
        laag = 0.09 + extra + rng.uniform(0.0, 0.14, len(p))
        veeg = rng.normal(0, 0.06, (len(p), 3))
        veeg[:, 0] += 0.10 * np.sign(p[:, 0])
        veeg[:, 2] -= 0.07
        gids = groei(wie, p, np.array((0.10, 1.10, 0.05)) + rng.normal(0, 0.12, p.shape), lengte, laag, 0.16, veeg, 40)
        gids = _krul(gids, rng)
        gids[..., 0] = _naast_gezicht(gids)
        sprong = np.linalg.norm(np.diff(gids, axis=1), axis=-1).max(axis=1)
        gids = gids[sprong < 0.25]  # a curl that was pushed from one side of the face to the other
        hals = (np.abs(gids[..., 0]) < 0.46) & (gids[..., 1] < -0.78)
        gids = gids[~hals.any(axis=1)]
        lijnen = lokken(gids, 8, 0.013, rng)
        donker = (k.donker[0] * dun, k.donker[1] * dun, k.donker[2] * dun)
        normaal = vorm_normaal(lijnen, rng, 8, 0.30)
        uit.append(Bundel(lijnen, normaal, donker, k.licht, 0.011, 0.55 * dun, marge=0.05))
    return uit


def _krul(gids: Lijnen, rng: np.random.Generator) -> Lijnen:
    """Wind every guide into a ringlet that starts small at the root."""
    n, s, _ = gids.shape
    t = np.linspace(0, 1, s)[None, :]
    as_ = np.gradient(gids, axis=1)
    as_ /= np.linalg.norm(as_, axis=-1, keepdims=True) + 1e-9
    een = np.cross(as_, np.array((0.3, 0.2, 1.0)))
    een /= np.linalg.norm(een, axis=-1, keepdims=True) + 1e-9
    twee = np.cross(as_, een)
    hoek = rng.uniform(0, 6.28, (n, 1)) + t * rng.uniform(26, 38, (n, 1)) * rng.choice((-1, 1), (n, 1))
    r = rng.uniform(0.040, 0.068, (n, 1)) * np.clip(t * 4, 0.15, 1)
    uit: Lijnen = gids + (np.cos(hoek) * r)[..., None] * een + (np.sin(hoek) * r)[..., None] * twee
    return uit


def _naast_gezicht(p: Lijnen) -> Rij:
    """Keep curls out of the face: they fall beside it."""
    x, y, z = p[..., 0], p[..., 1], p[..., 2]
    los = np.random.default_rng(3).normal(0, 0.05, (len(p), 1))
    rand = 0.62 + los - 0.34 * np.clip((y - 0.36) / 0.35, 0, 1) ** 2
    mag = (z > 0.10) & (y < 0.60 + los) & (np.abs(x) < rand)
    uit: Rij = np.where(mag, np.where(x >= 0, 1, -1) * (rand + 0.25 * (rand - np.abs(x))), x)
    return uit


def _gemillimeterd(wie: Persoon, rng: np.random.Generator) -> list[Bundel]:
    k = wie.kapsel
    p = wortels(wie, 9000, rng, -0.65)
    richting = rng.normal(0, 1, p.shape)
    p = _buiten(p, _straal(wie, 0.038 + rng.uniform(0, 0.012, len(p))))
    t = np.linspace(0, 1, 4)[None, :, None]
    krom = np.sin(t * 3.0) * rng.normal(0, 0.012, (len(p), 1, 3))
    lijnen = p[:, None, :] + t * richting[:, None, :] * 0.018 + krom
    return [Bundel(lijnen, vorm_normaal(lijnen, rng, 1, 0.3), k.donker, k.licht, 0.010, 0.1, 0.85, marge=0.06)]


def _opzij(wie: Persoon, rng: np.random.Generator) -> list[Bundel]:
    k = wie.kapsel
    p = wortels(wie, 2600, rng, -0.62)
    p = p[(p[:, 1] < 0.52) & (p[:, 2] > -0.7)]
    lengte = rng.uniform(0.10, 0.20, len(p))
    veeg = np.zeros((len(p), 3))
    veeg[:, 2] = -0.22
    laag = 0.04 + rng.uniform(0, 0.03, len(p))
    gids = groei(wie, p, np.array((0.0, 1.1, 0.5)), lengte, laag, 0.15, veeg, 8)
    lijnen = lokken(gids, 4, 0.014, rng)
    return [Bundel(lijnen, vorm_normaal(lijnen, rng, 4, 0.25), k.donker, k.licht, 0.010, 0.2, marge=0.05)]


STIJLEN = {
    "kort": _kort,
    "watergolf": _watergolf,
    "krullen": _krullen,
    "gemillimeterd": _gemillimeterd,
    "opzij": _opzij,
}


def hoofdhaar(wie: Persoon) -> list[Bundel]:
    """The strands on the head, in the order to draw them."""
    stijl = STIJLEN.get(wie.kapsel.soort)
    return stijl(wie, np.random.default_rng(wie.zaad)) if stijl else []
