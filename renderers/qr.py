"""QR codes that scan from a distance: short, whole-pixel modules, black on white, a quiet zone of four."""

import re
from functools import lru_cache

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from renderers.linear import Family

QUIET = 4
SMALLEST = 2
"""Fewest pixels per module that a camera can tell apart."""
MASK = 2
"""One mask for all: searching the best of eight takes ten times as long and scans no better."""
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]*")
_ADDRESS = re.compile(r"(?i)(https?://[^/?#]+)(.*)", re.DOTALL)
_CODE = re.compile(r"[0-9A-Z]{4,8}")
"""The last part of an address of which there are many."""
_PIXELS = bytes.maketrans(b"01", b"\x00\xff")


def payload(url: str) -> str:
    """The address as the QR holds it: all capitals where that changes nothing, for a smaller QR.

    Scheme and host may be written in any case; the path only when it has no small letters of its own.
    """
    found = _ADDRESS.fullmatch(url)
    if found is None:
        return url
    capitals = found.group(1).upper() + found.group(2)
    return capitals if _ALPHANUMERIC.fullmatch(capitals) else url


def symbol(url: str) -> int:
    """The modules as the bits of one integer, row by row, 1 is dark; level M, without the quiet zone."""
    text = payload(url)
    start, code = _parts(text)
    return family(start, len(code)).symbol(code) if code else _whole(text)[0]


def side(url: str) -> int:
    """Modules on a side, without the quiet zone."""
    return _whole(alike(url))[1]


def modules(url: str) -> int:
    """Modules on a side, quiet zone included."""
    return side(url) + 2 * QUIET


def alike(url: str) -> str:
    """One address for all whose symbols have the same size: those that differ only in the code at their end."""
    start, code = _parts(payload(url))
    return start + "0" * len(code)


def dark(symbol: int, count: int, module: int) -> Image.Image:
    """A mask of the dark modules, `module` pixels each; `count` of them on a side."""
    pixels = format(symbol, f"0{count * count}b").encode().translate(_PIXELS)
    small = Image.frombytes("L", (count, count), pixels)
    return small.resize((count * module, count * module), Image.Resampling.NEAREST)


@lru_cache(maxsize=16)
def family(start: str, length: int) -> Family:
    """Symbols of the addresses that open like this and have a code of so many characters."""
    return Family(start, length, lambda text: _bits(_encoded(text)))


@lru_cache(maxsize=64)
def _whole(text: str) -> tuple[int, int]:
    """The modules of this text and how many there are on a side: who draws it asks for both."""
    rows = _encoded(text)
    return _bits(rows), len(rows)


def _parts(text: str) -> tuple[str, str]:
    """What addresses of many acties share: everything before their code; and the code, if this is one of those."""
    cut = text.rfind("/") + 1
    many = _ALPHANUMERIC.fullmatch(text) or _CODE.fullmatch(text[cut:])
    return (text[:cut], text[cut:]) if many else (text, "")


def _bits(rows: list[list[bool]]) -> int:
    return int("".join("1" if dark else "0" for row in rows for dark in row), 2)


def _encoded(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    # The text as one piece: where it is split would depend on where its digits stand.
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return code.get_matrix()
