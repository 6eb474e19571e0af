"""Smooth pseudo-random fields, the same on every run."""

import numpy as np

from hub.demo.portretten.vorm import Veld


def ruis(x: Veld, y: Veld, zaad: int) -> Veld:
    """Value noise in 0..1, one cell per unit, two octaves."""
    return (0.68 * _laag(x, y, zaad) + 0.32 * _laag(x * 2.03, y * 2.03, zaad + 1)).astype(np.float32)


def _laag(x: Veld, y: Veld, zaad: int) -> Veld:
    tabel = np.random.default_rng(zaad).random((64, 64), dtype=np.float32)
    xi, yi = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    fx, fy = (x - xi).astype(np.float32), (y - yi).astype(np.float32)
    fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
    a, b = tabel[yi % 64, xi % 64], tabel[yi % 64, (xi + 1) % 64]
    c, d = tabel[(yi + 1) % 64, xi % 64], tabel[(yi + 1) % 64, (xi + 1) % 64]
    return ((a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy).astype(np.float32)
