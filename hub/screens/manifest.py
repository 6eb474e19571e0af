"""The manifest and the text of a scherm: what a player may show until when, signed over its bytes."""

import base64
import hashlib
from datetime import datetime

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.content import BEL_NU, BEL_TIP
from hub.kit.clock import iso
from hub.screens import rules
from hub.screens.model import Manifest
from hub.screens.renders import Beeld
from hub.screens.stand import Stand

DUUR_ACTIEF = 5
"""Seconds per showing of a running actie: the length of a slot bounds how fast push players can take it down."""

DUUR_RUST = 10


def build(
    stand: Stand,
    beeld: Beeld,
    *,
    serial: int,
    url: str,
    now: datetime,
    lease_seconden: int,
    key: Ed25519PrivateKey,
) -> Manifest:
    """What the player of one scherm may show. A running actie has a lease, a neutral picture has none."""
    actief = bool(beeld.actie_id)
    generated, einde = rules.lease_window(now, lease_seconden)
    view = stand.lopend.getoond.view if stand.lopend else None
    if actief and view is not None and view.eindigt_op is not None:
        einde = min(einde, view.eindigt_op)
    data = orjson.dumps(
        {
            "serial": serial,
            "generated": iso(generated if actief else stand.sinds),
            "leaseUntil": iso(einde) if actief else None,
            "items": [
                {
                    "id": beeld.render,
                    "sha256": beeld.som,
                    "bytes": beeld.lengte,
                    "url": url,
                    "w": beeld.breedte,
                    "h": beeld.hoogte,
                    "duration": DUUR_ACTIEF if actief else DUUR_RUST,
                    "notAfter": iso(einde) if actief else None,
                    "containsPerson": actief and view is not None and rules.about_someone(view, stand.foto),
                }
            ],
        }
    )
    return Manifest(data, base64.b64encode(key.sign(data)), etag(data))


def etag(data: bytes) -> bytes:
    """A strong ETag out of the bytes themselves."""
    return b'"' + hashlib.sha256(data).hexdigest()[:32].encode() + b'"'


def text(stand: Stand, actief: bool) -> str:
    """The same message in words, for text lines and tickers; the first line can stand alone."""
    view = stand.lopend.getoond.view if stand.lopend else None
    if view is None:
        return "Er is nu geen actie.\n"
    kop = "OEFENING. " if view.oefening else ""
    kop += "VOORBEELD. " if view.voorbeeld else ""
    if actief:
        regels = [
            f"{kop}{view.titel}",
            view.bericht,
            view.signalement,
            f"Laatst gezien: {view.laatst_gezien}" if view.laatst_gezien else "",
            f"Ziet u de persoon nu? Bel {BEL_NU}." if view.over_persoon else f"Ziet u dit nu? Bel {BEL_NU}.",
            f"Heeft u andere informatie? Bel {BEL_TIP}.",
            stand.link.url if stand.link else view.pagina_url,
        ]
        return "\n".join(regel for regel in regels if regel) + "\n"
    if stand.soort == "slot":
        return f"{kop}{view.slottekst}\n"
    return "Er is nu geen actie.\n"
