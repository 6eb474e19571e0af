"""Curves: smooth lines through points and brush strokes that taper at their ends."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Punt: TypeAlias = tuple[float, float]
Punten: TypeAlias = Sequence[Punt]
Lijn: TypeAlias = NDArray[np.float64]


def vloeiend(punten: Punten | Lijn, stappen: int = 12, gesloten: bool = False) -> Lijn:
    """Return a Catmull-Rom curve through the points, as an array of x, y."""
    p = np.asarray(punten, dtype=np.float64)
    if gesloten:
        p = np.vstack([p[-1], p, p[0], p[1]])
    else:
        p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    a, b, c, d = p[:-3, None], p[1:-2, None], p[2:-1, None], p[3:, None]
    t = np.linspace(0, 1, stappen, endpoint=False)[None, :, None]
    kromme = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    uit = kromme[np.any(b != c, axis=2)[:, 0]].reshape(-1, 2)  # a doubled point is a corner
    return uit if gesloten else np.vstack([uit, p[-2]])


def haal(lijn: Lijn, dikte: float, punt_begin: float = 0.15, punt_eind: float = 0.5) -> Lijn:
    """Return the outline of a stroke along the line, thin at both ends.

    The two fractions say over how much of its length the stroke swells and thins.
    """
    richting = np.gradient(lijn, axis=0)
    lengte = np.maximum(np.hypot(richting[:, 0], richting[:, 1]), 1e-6)
    dwars = np.stack([-richting[:, 1], richting[:, 0]], axis=1) / lengte[:, None]
    t = np.linspace(0, 1, len(lijn))
    begin = np.clip(t / max(punt_begin, 1e-6), 0, 1)
    eind = np.clip((1 - t) / max(punt_eind, 1e-6), 0, 1)
    half = 0.5 * dikte * np.sin(0.5 * np.pi * np.minimum(begin, eind))[:, None]
    return np.vstack([lijn + dwars * half, (lijn - dwars * half)[::-1]])


def verschuif(lijn: Lijn, dx: float, dy: float) -> Lijn:
    """Return the line moved, for the shadow or the light beside it."""
    uit: Lijn = lijn + np.array([dx, dy])
    return uit


def hoekig(punten: Punten, hoeken: Sequence[int]) -> list[Punt]:
    """Return the points with some doubled, so that a smooth curve has corners there."""
    return [p for i, p in enumerate(punten) for _ in range(2 if i in hoeken else 1)]


def spiegel(punten: Punten) -> list[Punt]:
    """Return the points mirrored in the line x = 0, in reverse order."""
    return [(-x, y) for x, y in reversed(punten)]
