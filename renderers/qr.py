"""QR codes that scan from a distance: short, whole-pixel modules, black on white, a quiet zone of four."""

import re
from functools import lru_cache

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from renderers.errors import PosterError

QUIET = 4
COMFORT = 8
"""Pixels per module from which lines of text below a QR may cost it some size."""
SMALLEST = 2
"""Fewest pixels per module that a camera can tell apart."""
MASK = 2
"""One mask for all: searching the best of eight takes ten times as long and scans no better."""
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]*")
_ADDRESS = re.compile(r"(?i)(https?://[^/?#]+)(.*)", re.DOTALL)


def payload(url: str) -> str:
    """The address as the QR holds it: all capitals where that changes nothing, for a smaller QR.

    Scheme and host may be written in any case; the path only when it has no small letters of its own.
    """
    found = _ADDRESS.fullmatch(url)
    if found is None:
        return url
    capitals = found.group(1).upper() + found.group(2)
    return capitals if _ALPHANUMERIC.fullmatch(capitals) else url


@lru_cache(maxsize=64)
def symbol(url: str) -> tuple[tuple[bool, ...], ...]:
    """The modules, row by row, without quiet zone; level M."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(payload(url))
    code.make(fit=True)
    return tuple(tuple(bool(cell) for cell in row) for row in code.get_matrix())


def modules(url: str) -> int:
    """Modules on a side, quiet zone included."""
    return len(symbol(url)) + 2 * QUIET


def draw(url: str, side: int, vak: str) -> Image.Image:
    """A square picture of at most `side` pixels in which every module has the same whole number of pixels."""
    rows = symbol(url)
    count = len(rows) + 2 * QUIET
    pixels = side // count
    if pixels < SMALLEST:
        raise PosterError(f"{vak}: te klein voor een QR-code ({side} pixels, nodig {SMALLEST * count}).")
    small = Image.new("L", (count, count), 255)
    small.putdata(
        [255] * (count * QUIET)
        + [value for row in rows for value in (*[255] * QUIET, *(0 if cell else 255 for cell in row), *[255] * QUIET)]
        + [255] * (count * QUIET)
    )
    return small.resize((count * pixels, count * pixels), Image.Resampling.NEAREST).convert("RGB")
