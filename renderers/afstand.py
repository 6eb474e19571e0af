"""How a telephone sees the QR of a poster from afar: `gelezen(part, pixels_per_module, blik)` decodes that view.

The rated distance of a QR is its width times 400 divided by its modules (facts of the decoder: 1.8 camera pixels per
module suffice; a preview of 1920 pixels across about 67 degrees, and a safety factor of two). Seen from there a module
is 3.6 camera pixels wide, whatever the size of the poster, so a view needs no more than that.
"""

import io
import random
from typing import NamedTuple

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from hub.content import ActieView, Link, PosterRequest, Renderer
from renderers import qr

MODULES_PER_WIDTH = 400
CAMERA_PIXELS = 3.6
"""Camera pixels per module at the rated distance: twice what the decoder needs."""
AROUND = 0.25
"""How much of what stands around a QR is in the picture, as a part of its side: telephones have to find it."""
CODES = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Blik(NamedTuple):
    """One look through a camera. `nabij`: how many times closer than the rated distance; `hoek` in degrees; `onscherp`
    and `ruis` in pixels and grey levels of the camera; `kwaliteit` of its own JPEG."""

    nabij: float
    hoek: float
    onscherp: float
    ruis: float
    kwaliteit: int
    zaad: int


KEURBLIK = Blik(nabij=1.0, hoek=4.0, onscherp=0.9, ruis=9.0, kwaliteit=55, zaad=1)
"""The worst look that still counts: as far as the rated distance, not held straight, out of focus, in bad light."""


def scanafstand(module_mm: float) -> float:
    """From how many metres a telephone reads a QR with modules of this width."""
    return module_mm * MODULES_PER_WIDTH / 1000


def crop(jpeg: bytes, box: tuple[int, int, int, int]) -> Image.Image:
    """The QR in this box and something of what stands around it, in grey, from the file as it leaves."""
    around = round(AROUND * max(box[2] - box[0], box[3] - box[1]))
    with Image.open(io.BytesIO(jpeg)) as image:
        image.draft("L", image.size)
        left, top = max(0, box[0] - around), max(0, box[1] - around)
        right, bottom = min(image.width, box[2] + around), min(image.height, box[3] + around)
        return image.crop((left, top, right, bottom)).convert("L")


def gelezen(part: Image.Image, pixels_per_module: float, blik: Blik) -> list[str]:
    """What a telephone reads that looks at this part of a poster like this."""
    return [found.text for found in _codes(_seen(part, pixels_per_module, blik))]


def _seen(part: Image.Image, pixels_per_module: float, blik: Blik) -> Image.Image:
    """What the camera makes of it."""
    factor = blik.nabij * CAMERA_PIXELS / pixels_per_module
    size = (max(1, round(part.width * factor)), max(1, round(part.height * factor)))
    # Each pixel of a sensor gathers the light of all it sees.
    view = part.resize(size, Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC)
    view = view.rotate(blik.hoek, Image.Resampling.BICUBIC, expand=True, fillcolor=90)
    view = view.filter(ImageFilter.GaussianBlur(blik.onscherp))
    noise = np.random.default_rng(blik.zaad).normal(0, blik.ruis, (view.height, view.width))
    # A lit screen in daylight: black is grey, white is not all white.
    grey = (20 + 0.8 * np.asarray(view, dtype=np.float64) + noise).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "JPEG", quality=blik.kwaliteit)
    with Image.open(file) as frame:
        frame.load()
        return frame


def vind(jpeg: bytes) -> tuple[tuple[int, int, int, int], str] | None:
    """Where the QR stands in a poster, without its quiet zone, and what it says; None when there is none."""
    with Image.open(io.BytesIO(jpeg)) as image:
        found = _codes(image.convert("L"))
    if not found:
        return None
    at = found[0].position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return (min(across), min(down), max(across), max(down)), found[0].text


def afleesbaarheid(
    renderer: Renderer, formaat: str, tries: int, actie: ActieView | None = None, zaad: int = 0
) -> tuple[int, int]:
    """`(gelezen, geprobeerd)`: how many of so many random codes are read back from a poster of this format.

    Each is looked at from a random distance within the rated one, askew, out of focus and in noise. `actie`: what is
    on the poster; None draws the poster at rest. A format without a QR has tried none. The same arguments give the
    same answer.
    """
    about = renderer.about(formaat)
    if not about.qr:
        return 0, 0
    chance = random.Random(zaad)  # noqa: S311  # A repeatable test, nothing secret.
    read = 0
    for number in range(tries):
        code = "".join(chance.choices(CODES, k=8))
        link = Link(f"https://hub.example/{code}", code, f"hub.example/{code}")
        # What is posted or shared carries the address of the page.
        url = link.url if about.scherm or actie is None else actie.pagina_url
        jpeg = renderer.render(PosterRequest(formaat, actie, link=link)).data
        found = vind(jpeg)
        if found is not None:
            module = (found[0][2] - found[0][0]) / (qr.modules(url) - 2 * qr.QUIET)
            read += gelezen(crop(jpeg, found[0]), module, _random(chance, number)) == [qr.payload(url)]
    return read, tries


def _random(chance: random.Random, number: int) -> Blik:
    return Blik(
        nabij=chance.uniform(1.0, 2.5),
        hoek=chance.uniform(-8, 8),
        onscherp=chance.uniform(0.3, 1.0),
        ruis=chance.uniform(2, 10),
        kwaliteit=chance.randint(50, 85),
        zaad=number,
    )


def _codes(image: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
