"""A QR code as SVG inside a page: sharp at every size, and nothing to fetch, so its address stands in no log."""

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

RUST = 4
"""Modules of quiet zone around the symbol."""
_SVG = Markup(
    '<svg class="ah-qr" role="img" aria-label="{naam}" viewBox="0 0 {zijde} {zijde}" shape-rendering="crispEdges">'
    '<path fill="#fff" d="M0 0h{zijde}v{zijde}H0z"/><path fill="#000" d="{vorm}"/></svg>'
)


def svg(adres: str, naam: str) -> Markup:
    """The symbol of this address, black on white also in dark mode; `naam` says to a screen reader what it is."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=RUST)
    code.add_data(adres)
    rows = code.get_matrix()
    vorm = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return _SVG.format(naam=naam, zijde=len(rows), vorm=vorm)
