"""QR codes that scan from a distance: short, whole-pixel modules, black on white, a quiet zone of four."""

import re
from functools import lru_cache

import qrcode
from PIL import Image, ImageChops
from qrcode.constants import ERROR_CORRECT_M

from renderers.errors import PosterError
from renderers.linear import Family

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


def symbol(url: str) -> Image.Image:
    """The symbol with its quiet zone, one pixel per module; level M."""
    text = payload(url)
    if not _ALPHANUMERIC.fullmatch(text):
        return _encoded(text)
    family, side = _family(*_start(text))
    return Image.frombytes("1", (side, side), family.symbol(text).to_bytes(side * -(-side // 8), "big"))


def modules(url: str) -> int:
    """Modules on a side, quiet zone included."""
    text = payload(url)
    return _family(*_start(text))[1] if _ALPHANUMERIC.fullmatch(text) else _encoded(text).width


def dark(url: str, side: int, vak: str) -> Image.Image:
    """A mask of the dark modules, of at most `side` pixels; every module has the same whole number of pixels."""
    count = modules(url)
    pixels = side // count
    if pixels < SMALLEST:
        raise PosterError(f"{vak}: te klein voor een QR-code ({side} pixels, nodig {SMALLEST * count}).")
    return ImageChops.invert(symbol(url)).resize((count * pixels, count * pixels), Image.Resampling.NEAREST)


@lru_cache(maxsize=16)
def _family(start: str, length: int) -> tuple[Family, int]:
    """Texts of one length with the same start, and the side of their symbols."""
    first = start + "0" * (length - len(start))
    return Family(first, lambda text: int.from_bytes(_encoded(text).tobytes(), "big")), _encoded(first).width


def _start(text: str) -> tuple[str, int]:
    """What short links share: everything before their code; and how long they are."""
    return text[: text.rfind("/") + 1], len(text)


def _encoded(text: str) -> Image.Image:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, mask_pattern=MASK)
    # The text as one piece: where it is split would depend on where its digits stand.
    code.add_data(text, optimize=0)
    code.make(fit=True)
    rows = code.get_matrix()
    small = Image.new("1", (len(rows), len(rows)))
    small.putdata([0 if cell else 255 for row in rows for cell in row])
    return small
