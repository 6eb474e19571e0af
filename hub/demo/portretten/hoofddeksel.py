"""What is worn on the head, or grows on it as one mass: cap, headscarf and the body of the hair."""

import numpy as np

from hub.demo.portretten.vorm import Punten, Veld, bult, ellipsoide, smelt, snij, trap


def haargrens(p: Punten, kaal: float = 0.0) -> Veld:
    """Positive where hair grows on the head: behind the hairline, roughly in head units."""
    y = p.y
    zf = 0.25 + 0.66 * trap(y, 0.24, 0.82 + kaal) - kaal * 0.8 * bult(np.abs(p.x) - 0.38, 0.16) * trap(y, 0.35, 0.6)
    zf = np.where(y < 0.24, -0.16 + 0.41 * trap(y, -0.30, 0.24), zf)
    zf = np.where(y < -0.30, -0.16 - 0.4 * trap(y, -0.5, -0.9), zf)
    return (zf - p.z).astype(np.float32)


def haarmassa(p: Punten, dik: float, breed: float, kaal: float = 0.0) -> Veld:
    """The body of the hair under the strands: a skull cap of thickness `dik` behind the hairline."""
    schedel = ellipsoide(p.x, p.y, p.z, (0, 0.30, 0.0), (0.75 * breed, 0.85, 0.93))
    achter = ellipsoide(p.x, p.y, p.z, (0, -0.2, -0.22), (0.66 * breed, 0.62, 0.62))
    d = smelt(schedel, achter, 0.2) - dik
    return snij(d, haargrens(p, kaal) - 0.05, 0.03 + dik)


def pet(p: Punten) -> Veld:
    """A flat cap of cloth, tipped a little forward."""
    y = (p.y - 0.62 + 0.16 * p.z).astype(np.float32)
    z = p.z
    bol = ellipsoide(p.x, y, z, (0.0, 0.06, -0.04), (0.92, 0.60, 1.09))
    naad = 0.012 * bult(p.x, 0.014) * trap(y, 0.1, 0.2)
    plooi = 0.014 * np.sin(p.x * 9 + 3 * z) * trap(z, 0.2, 0.8) * trap(y, 0.45, 0.1)
    bol = snij(bol + naad.astype(np.float32) - plooi.astype(np.float32), (y + 0.09).astype(np.float32), 0.10)
    zakt = (y + 0.05 + 0.34 * p.x * p.x + 0.25 * np.maximum(z - 0.75, 0.0)).astype(np.float32)
    klep = ellipsoide(p.x, zakt, z, (0.0, 0.05, 0.72), (0.72, 0.06, 0.60))
    return smelt(bol, klep, 0.035)


def hoofddoek(p: Punten) -> tuple[Veld, Veld]:
    """A headscarf (the scarf, the under-cap that shows at the forehead)."""
    x, y, z = p.x, p.y, p.z
    ax = np.abs(x)
    hoek = np.arctan2(x, y + 0.25)
    ovaal = np.sqrt((ax / 0.60) ** 2 + ((y + 0.27) / 0.90) ** 2) + 1e-4
    d = ellipsoide(x, y, z, (0, 0.32, -0.04), (0.84, 0.93, 1.00))
    d = smelt(d, ellipsoide(x, y, z, (0, -0.40, -0.02), (0.78, 0.92, 0.80)), 0.25)
    d = smelt(d, ellipsoide(x, y, z, (0, -1.45, -0.10), (0.78, 0.55, 0.74)), 0.25)
    rand = (ovaal - 1.0) * 0.6
    golf = 0.020 * np.sin(rand * 30.0 + 1.6 * np.sin(hoek * 2.0 + 0.7) + hoek)
    golf = golf * trap(rand, 0.01, 0.15) * (0.4 + 0.6 * trap(y, 0.8, 0.0))
    golf = golf + 0.030 * np.sin((y + 0.62 * x) * 12.0 + 1.2 * np.sin(x * 2.2 + y)) * trap(y, -1.0, -1.35)
    d = d - golf.astype(np.float32) - 0.03 * bult(rand - 0.03, 0.05)
    gat = np.where(z > 0.0, (rand * 0.85), 1.0).astype(np.float32)
    d = snij(d, gat, 0.05)
    onder = ellipsoide(x, y, z, (0, 0.31, -0.02), (0.775, 0.875, 0.955))
    smal = np.where(z > 0.0, (np.sqrt((ax / 0.57) ** 2 + ((y + 0.27) / 0.83) ** 2) - 1.0) * 0.5, 1.0)
    onder = snij(onder, smal.astype(np.float32), 0.02)
    return d.astype(np.float32), np.where(y > 0.0, onder, 9.0).astype(np.float32)


def hoofddoek_slip(p: Punten, romp_: Veld) -> Veld:
    """The ends of the scarf that lie over the shoulders and the chest."""
    x, y = p.x, p.y
    rond = (np.abs(x + 0.06) / 1.08) ** 2.3 + (np.abs(y + 1.5) / 0.93) ** 2.3 - 1.0
    kap = snij(romp_ - 0.23, (-0.4 * rond).astype(np.float32), 0.06)
    golf = 0.026 * np.sin((y + 0.62 * x) * 12.0 + 1.2 * np.sin(x * 2.2 + y))
    return (kap - golf).astype(np.float32)
