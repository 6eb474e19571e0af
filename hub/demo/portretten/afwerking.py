"""Turns the lit picture into a pastel: loose strokes, pencil grain along the form, paper."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from hub.demo.portretten.ruis import ruis
from hub.demo.portretten.vorm import Veld

Beeld = Veld


def vaag(veld: Veld, straal: float) -> Veld:
    """Gaussian blur of one channel (0..1)."""
    if veld.ndim == 3:
        return np.stack([vaag(veld[..., i], straal) for i in range(veld.shape[2])], axis=-1)
    return _vaag_rij(_vaag_rij(veld, straal).T, straal).T


def _vaag_rij(veld: Veld, straal: float) -> Veld:
    """Three box passes along the rows: close to a Gaussian."""
    r = max(1, round(straal * 0.9))
    for _ in range(3):
        p = np.pad(veld, ((0, 0), (r + 1, r)), mode="edge").cumsum(axis=1, dtype=np.float64)
        veld = ((p[:, 2 * r + 1 :] - p[:, : -2 * r - 1]) / (2 * r + 1)).astype(np.float32)
    return veld


def achtergrond(
    kleuren: tuple[tuple[float, float, float], tuple[float, float, float]], w: int, h: int, zaad: int
) -> Beeld:
    """Light ground: two tints brushed into each other, lightest around the head."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) / np.float32(w)
    n = ruis(x * 5.0 + 0.8 * y, y * 4.0 - 0.5 * x, zaad + 50)
    ver = np.sqrt((x - 0.42) ** 2 + (y - 0.45) ** 2)
    m = np.clip(0.10 + 0.75 * ver + 0.55 * (n - 0.5), 0, 1)[..., None]
    a, b = (np.array(k, dtype=np.float32) for k in kleuren)
    uit: Veld = (a * (1 - m) + b * m).astype(np.float32)
    return uit


def richtingen(beeld: Beeld, normaal: Veld) -> Veld:
    """Angle of the strokes: along the contours of tone, else around the form, else a hatch."""
    grijs = vaag(beeld.mean(axis=2), 3.0)
    helling: list[Veld] = list(np.gradient(grijs))
    gy, gx = helling
    jxx, jyy, jxy = (vaag(v, 7.0) for v in (gx * gx, gy * gy, gx * gy))
    nx, ny = vaag(normaal[..., 0], 6.0), vaag(-normaal[..., 1], 6.0)
    k = 0.000004
    jxx, jyy, jxy = jxx + k * nx * nx, jyy + k * ny * ny, jxy + k * nx * ny
    # A faint preference for the diagonal of a right-handed hatch where nothing else speaks.
    jxx, jyy, jxy = jxx + 2e-6, jyy + 2e-6, jxy + 1.6e-6
    return (0.5 * np.arctan2(2 * jxy, jxx - jyy) + np.pi / 2).astype(np.float32)


def penseel(beeld: Beeld, hoek: Veld, detail: Veld, maat: float, zaad: int, dek: float) -> Beeld:
    """One layer of strokes of size `maat` (pixels), left out where the picture has finer detail."""
    rng = np.random.default_rng(zaad)
    h, w = hoek.shape
    bron = np.clip(vaag(beeld, maat * 0.32), 0, 1)
    stap = maat * 0.62
    gx, gy = np.meshgrid(np.arange(0, w, stap), np.arange(0, h, stap))
    x = np.clip(gx.ravel() + rng.uniform(-stap, stap, gx.size), 0, w - 1)
    y = np.clip(gy.ravel() + rng.uniform(-stap, stap, gx.size), 0, h - 1)
    xi, yi = x.astype(int), y.astype(int)
    houd = detail[yi, xi] < rng.uniform(0.25, 0.75, x.size)
    x, y, xi, yi = x[houd], y[houd], xi[houd], yi[houd]
    lum = bron[yi, xi] * (1 + rng.normal(0, 0.014, (x.size, 1))) + rng.normal(0, 0.004, (x.size, 3))
    kleur = (np.clip(lum, 0, 1) * 255).astype(int)
    lengte = maat * rng.uniform(1.0, 2.3, x.size) * (1 - 0.6 * detail[yi, xi])
    doek = Image.fromarray((np.clip(beeld, 0, 1) * 255).astype(np.uint8))
    pen = ImageDraw.Draw(doek, "RGBA")
    a = hoek[yi, xi] + rng.normal(0, 0.13, x.size)
    krom = rng.normal(0, 0.22, x.size)
    for i in rng.permutation(x.size):
        punten = []
        for t in (-0.5, -0.2, 0.2, 0.5):
            r = a[i] + krom[i] * t
            punten.append((x[i] + np.cos(r) * lengte[i] * t, y[i] + np.sin(r) * lengte[i] * t))
        r, g, b = kleur[i]
        dik = max(1, round(maat * 0.36))
        pen.line(punten, fill=(int(r), int(g), int(b), int(255 * dek)), width=dik, joint="curve")
    return np.asarray(doek, dtype=np.float32) / np.float32(255)


def nerf(hoek: Veld, zaad: int, stappen: int = 9) -> Veld:
    """Noise smeared along the strokes: the grain of chalk and pencil, around zero."""
    h, w = hoek.shape
    wit = np.random.default_rng(zaad).normal(0, 1, (h, w)).astype(np.float32)
    som = wit.copy()
    gy, gx = np.mgrid[0:h, 0:w].astype(np.float32)
    for teken in (1.0, -1.0):
        x, y = gx.copy(), gy.copy()
        for _ in range(stappen):
            xi = np.clip(x, 0, w - 1).astype(np.int32)
            yi = np.clip(y, 0, h - 1).astype(np.int32)
            a = hoek[yi, xi]
            x, y = x + teken * np.cos(a), y + teken * np.sin(a)
            xi = np.clip(x, 0, w - 1).astype(np.int32)
            yi = np.clip(y, 0, h - 1).astype(np.int32)
            som += wit[yi, xi]
    uit: Veld = (som / np.sqrt(2 * stappen + 1)).astype(np.float32)
    return uit


def papier(w: int, h: int, zaad: int) -> Veld:
    """The tooth of the paper, around zero."""
    rng = np.random.default_rng(zaad)
    fijn = vaag(rng.normal(0, 1, (h, w)).astype(np.float32), 1.0)
    grof = vaag(rng.normal(0, 1, (h, w)).astype(np.float32), 3.0)
    uit: Veld = (fijn / fijn.std() * 0.7 + grof / grof.std() * 0.5).astype(np.float32)
    return uit


def details(beeld: Beeld) -> Veld:
    """Where the drawing must stay precise, 0..1: eyes, mouth, strands."""
    grijs = beeld.mean(axis=2)
    rand = np.abs(grijs - vaag(grijs, 4.0))
    uit: Veld = np.clip(vaag(rand, 5.0) * 13.0, 0, 1).astype(np.float32)
    return uit


def pastel(beeld: Beeld, normaal: Veld, zaad: int, schaal: float) -> Beeld:
    """The finished picture from the lit one; `schaal` is its width over 1200."""
    hoek = richtingen(beeld, normaal)
    # No broad stroke across an outline: it would carry the colour of the ground onto the figure.
    figuur = vaag((np.abs(normaal).sum(axis=2) > 0).astype(np.float32), max(1.5, 24.0 * schaal))
    fijn = np.maximum(details(beeld), 1.0 - np.abs(2.0 * figuur - 1.0)).astype(np.float32)
    uit = beeld
    for maat, dek in ((46.0, 0.62), (26.0, 0.60), (14.0, 0.55)):
        drempel = np.clip(fijn * (maat / 14.0), 0, 1)
        uit = penseel(uit, hoek, drempel.astype(np.float32), max(3.0, maat * schaal), zaad + int(maat), dek)
    behoud = (0.12 + 0.80 * np.clip(fijn * 1.6, 0, 1))[..., None]
    uit = uit * (1 - behoud) + beeld * behoud
    h, w = hoek.shape
    lum = uit.mean(axis=2)
    korrel = 0.013 * nerf(hoek, zaad + 1) * (1 - 0.5 * fijn) + 0.010 * papier(w, h, zaad + 2)
    uit = uit * (1 + korrel * (0.7 + 0.6 * (1 - lum)))[..., None]
    scherp = uit + 0.30 * (uit - vaag(uit, 1.5))
    klaar: Veld = np.clip(scherp, 0, 1).astype(np.float32)
    return klaar


def zachte_rand(beeld: Beeld, z: Veld) -> Beeld:
    """Melts the pixel steps along outlines: a brush has no staircase."""
    sprong = (np.abs(np.gradient(z)[0]) + np.abs(np.gradient(z)[1]) > 0.05).astype(np.float32)
    m = np.clip(vaag(sprong, 1.2) * 2.5, 0, 1)[..., None]
    klaar: Veld = (beeld * (1 - m) + vaag(beeld, 1.6) * m).astype(np.float32)
    return klaar


def slagschaduw(voor: Image.Image, na: Image.Image, raak: npt.NDArray[np.bool_]) -> Image.Image:
    """Lets strokes that were added between `voor` and `na` cast a soft shadow on what lies under them."""
    nieuw = ImageChops.difference(voor, na).convert("L").point(lambda v: 255 if v > 10 else 0)
    d = voor.width // 200
    val = ImageChops.offset(nieuw, d, d * 2).filter(ImageFilter.GaussianBlur(d * 1.6))
    val = ImageChops.multiply(val, Image.fromarray(raak).convert("L").resize(na.size))
    donker = ImageChops.multiply(na, ImageOps.colorize(val, (255, 255, 255), (196, 168, 160)))
    return Image.composite(na, donker, nieuw.filter(ImageFilter.GaussianBlur(1)))
