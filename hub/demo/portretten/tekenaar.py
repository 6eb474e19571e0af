"""Draws one person from solid to finished portrait."""

from functools import partial
from io import BytesIO

import numpy as np
from PIL import Image

from hub.demo.portretten import afwerking, kleur, licht
from hub.demo.portretten.bril import bril
from hub.demo.portretten.gezichtshaar import gezichtsharen
from hub.demo.portretten.haar import hoofdhaar
from hub.demo.portretten.persoon import Persoon, afstand
from hub.demo.portretten.streken import teken
from hub.demo.portretten.vorm import Veld

BREEDTE, HOOGTE = 1200, 1500


def portret(wie: Persoon, breedte: int = BREEDTE) -> Image.Image:
    """The portrait, `breedte` pixels wide (a multiple of 80) and five to four high."""
    w, h = breedte, breedte * 5 // 4
    z = licht.diepte(partial(afstand, wie), w, h)
    vlak = licht.belicht(partial(afstand, wie), z)
    grond = afwerking.achtergrond(wie.achtergrond, w, h, wie.zaad)
    beeld = _op_dubbel(afwerking.zachte_rand(kleur.schilder(wie, vlak, grond), z))
    bundels = gezichtsharen(wie) + hoofdhaar(wie) + (bril(wie) if wie.bril else [])
    voor = beeld.copy()
    for bundel in bundels:
        teken(beeld, z, wie, bundel)
    beeld = afwerking.slagschaduw(voor, beeld, vlak.raak)
    klein = np.asarray(beeld.resize((w, h), Image.Resampling.BOX), dtype=np.float32) / np.float32(255)
    af = afwerking.pastel(klein, vlak.normaal, wie.zaad, w / BREEDTE)
    return Image.fromarray((af * 255 + 0.5).astype(np.uint8))


def _op_dubbel(beeld: Veld) -> Image.Image:
    """Twice the size, so that thin strokes get soft edges when it shrinks again."""
    heel = Image.fromarray((np.clip(beeld, 0, 1) * 255 + 0.5).astype(np.uint8))
    return heel.resize((heel.width * 2, heel.height * 2), Image.Resampling.BICUBIC)


def jpeg(beeld: Image.Image, hoogstens: int = 400_000) -> bytes:
    """As plain JPEG without metadata, at the best quality that fits in `hoogstens` bytes."""
    for kwaliteit in (90, 88, 86, 84, 82, 80, 76):
        doos = BytesIO()
        beeld.save(doos, "JPEG", quality=kwaliteit, optimize=True, progressive=False)
        if doos.tell() <= hoogstens:
            break
    return doos.getvalue()
