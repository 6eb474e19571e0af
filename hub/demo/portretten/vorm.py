"""Smooth solid shapes as signed distances: the clay the portraits are modelled in.

Units are decimetres of a grown-up head: x to the viewer's right, y up, z towards the viewer.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Veld = npt.NDArray[np.floating[Any]]
Punt = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Punten:
    """Three equally long arrays of coordinates."""

    x: Veld
    y: Veld
    z: Veld

    def gedraaid(self, yaw: float, pitch: float, roll: float, om: Punt) -> "Punten":
        """The same points seen from a head that is turned (radians) about the point `om`."""
        x, y, z = self.x - om[0], self.y - om[1], self.z - om[2]
        c, s = float(np.cos(roll)), float(np.sin(roll))
        x, y = c * x + s * y, -s * x + c * y
        c, s = float(np.cos(pitch)), float(np.sin(pitch))
        y, z = c * y + s * z, -s * y + c * z
        c, s = float(np.cos(yaw)), float(np.sin(yaw))
        x, z = c * x - s * z, s * x + c * z
        return Punten(x + om[0], y + om[1], z + om[2])

    def __getitem__(self, keuze: npt.NDArray[np.bool_]) -> "Punten":
        return Punten(self.x[keuze], self.y[keuze], self.z[keuze])


def terug(p: Veld, yaw: float, pitch: float, roll: float, om: Punt) -> Veld:
    """From head coordinates back to the picture: the inverse of `Punten.gedraaid`."""
    q = p - np.array(om)
    x, y, z = q[..., 0], q[..., 1], q[..., 2]
    c, s = np.cos(yaw), np.sin(yaw)
    x, z = c * x + s * z, -s * x + c * z
    c, s = np.cos(pitch), np.sin(pitch)
    y, z = c * y - s * z, s * y + c * z
    c, s = np.cos(roll), np.sin(roll)
    x, y = c * x - s * y, s * x + c * y
    uit: Veld = np.stack([x, y, z], axis=-1) + np.array(om)
    return uit


def ellipsoide(x: Veld, y: Veld, z: Veld, midden: Punt, straal: Punt) -> Veld:
    """Distance to an ellipsoid (close approximation)."""
    a, b, c = x - midden[0], y - midden[1], z - midden[2]
    rx, ry, rz = straal
    k0 = np.sqrt((a / rx) ** 2 + (b / ry) ** 2 + (c / rz) ** 2)
    k1 = np.sqrt((a / rx**2) ** 2 + (b / ry**2) ** 2 + (c / rz**2) ** 2)
    uit: Veld = (k0 * (k0 - 1.0) / np.maximum(k1, 1e-4)).astype(np.float32)
    return uit


def staaf(x: Veld, y: Veld, z: Veld, van: Punt, tot: Punt, r: tuple[float, float]) -> Veld:
    """Distance to a rod whose radius runs from r[0] to r[1]."""
    dx, dy, dz = (tot[i] - van[i] for i in range(3))
    a, b, c = x - van[0], y - van[1], z - van[2]
    t = np.clip((a * dx + b * dy + c * dz) / (dx * dx + dy * dy + dz * dz), 0.0, 1.0)
    afstand = np.sqrt((a - t * dx) ** 2 + (b - t * dy) ** 2 + (c - t * dz) ** 2)
    uit: Veld = (afstand - (r[0] + t * (r[1] - r[0]))).astype(np.float32)
    return uit


def smelt(a: Veld, b: Veld, k: float) -> Veld:
    """Union of two shapes with a soft seam of width k."""
    h = np.maximum(k - np.abs(a - b), 0.0) / k
    return (np.minimum(a, b) - h * h * (k * 0.25)).astype(np.float32)


def snij(a: Veld, b: Veld, k: float) -> Veld:
    """Shape a with shape b taken out of it, edges rounded over k."""
    return -smelt(-a, b, k)


def bult(waarde: Veld, breedte: float) -> Veld:
    """A Gaussian bump: 1 at zero, gone after about two widths."""
    uit: Veld = np.exp(-((waarde / np.float32(breedte)) ** 2)).astype(np.float32)
    return uit


def trap(waarde: Veld, van: float, tot: float) -> Veld:
    """Smooth step from 0 at `van` to 1 at `tot`."""
    t = np.clip((waarde - van) / (tot - van), 0.0, 1.0)
    uit: Veld = (t * t * (3.0 - 2.0 * t)).astype(np.float32)
    return uit
