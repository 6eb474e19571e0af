"""Posters and QR codes the way one would write them first, to measure ours against."""

import base64
import ctypes
import ctypes.util
import html
import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import qrcode
from PIL import Image, ImageDraw, ImageFont

from hub.content import ActieView, Foto, Link, PosterRequest

FONT = Path(__file__).resolve().parent.parent / "static" / "fonts" / "NotoSans-Bold.ttf"
ADRES = "https://hub.example"
START = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)

ACTIE = ActieView(
    id="bench",
    code="BENCH",
    versie=1,
    soort="tijdkritisch",
    type="vermist-persoon",
    niveau="regionaal",
    fase="actief",
    titel="Noor (9) vermist in Utrecht",
    bericht="Noor is vanmiddag niet thuisgekomen van school. Kijkt u mee uit?",
    signalement="Donker krullend haar, gele regenjas, blauwe rugzak met sterren.",
    laatst_gezien="Kanaalstraat in Lombok, rond 15.10 uur",
    leeftijd=9,
    minderjarig=True,
    gemeente="GM0344",
    plaats="Utrecht",
    gemeenten=("GM0344",),
    cirkel=None,
    gestart_op=START,
    eindigt_op=START + timedelta(hours=1),
    oefening=False,
    voorbeeld=False,
    pagina_url=f"{ADRES}/a/BENCH",
    afzender="Meldkamer Verzonnen",
)


def request(formaat: str, foto: Foto, code: str = "7KM3XQ2Z") -> PosterRequest:
    """A poster of a missing girl who does not exist."""
    return PosterRequest(formaat, ACTIE, foto, Link(f"{ADRES}/{code}", code))


def plain(asked: PosterRequest, size: tuple[int, int]) -> bytes:
    """The same words, photo and QR at this size: the whole photo decoded and scaled with LANCZOS, a new font for every
    trial size, `qrcode` with its automatic mask, Pillow's default PNG."""
    actie, foto, link = asked.actie, asked.foto, asked.link
    assert actie is not None
    assert foto is not None
    assert link is not None
    width, height = size
    scale = min(size) / 1080
    poster = Image.new("RGB", size, "white")
    photo = Image.open(io.BytesIO(foto.data)).convert("RGB")
    wide = width > height
    part = (round(0.42 * width), height) if wide else (width, round(0.42 * height))
    poster.paste(photo.resize(part, Image.Resampling.LANCZOS), (0, 0))
    draw = ImageDraw.Draw(poster)
    left, top = (part[0], 0) if wide else (0, part[1])
    edge = round(50 * scale)
    right, room = width - edge, height - top
    rows = [(0.05, 0.33, actie.titel), (0.37, 0.7, f"{actie.bericht} {actie.signalement} {actie.laatst_gezien}")]
    for begin, end, text in rows:
        fitted(draw, text, (left + edge, top + round(begin * room), right, top + round(end * room)), scale)
    side = round(0.28 * min(size))
    fitted(draw, "Bel 112", (left + edge, top + round(0.74 * room), right - side, top + round(0.95 * room)), scale)
    poster.paste(plain_qr(link.url).resize((side, side)), (right - side, height - edge - side))
    out = io.BytesIO()
    poster.save(out, "PNG")
    return out.getvalue()


def fitted(draw: ImageDraw.ImageDraw, text: str, box: tuple[int, int, int, int], scale: float) -> None:
    """Try sizes from large to small, loading the font and measuring all words each time."""
    for size in range(round(140 * scale), round(20 * scale), -max(1, round(2 * scale))):
        font = ImageFont.truetype(FONT, max(6, size))
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if draw.textlength(longer, font=font) <= box[2] - box[0]:
                lines[-1] = longer
            else:
                lines.append(word)
        wide = max(draw.textlength(line, font=font) for line in lines)
        if len(lines) * size * 1.25 <= box[3] - box[1] and wide <= box[2] - box[0]:
            break
    for number, line in enumerate(lines):
        draw.text((box[0], box[1] + number * size * 1.25), line, font=font, fill="black")


def plain_symbol(text: str) -> list[list[bool]]:
    """The modules by `qrcode`, which tries all masks."""
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make(fit=True)
    return code.get_matrix()


def plain_qr(text: str) -> Image.Image:
    """The same as a picture."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    return code.make_image().get_image().convert("RGB")


def synthetic_photo(width: int, height: int) -> bytes:
    """A JPEG with soft shapes and some grain, like a camera makes; shows nothing and nobody."""
    random = np.random.default_rng(12)
    coarse = Image.fromarray(random.integers(0, 255, (24, 32, 3), dtype=np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = random.integers(-6, 7, (height, width, 1), dtype=np.int16)
    pixels = np.clip(np.asarray(coarse, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=88)
    return out.getvalue()


def encoder_in_c() -> Callable[[str], int]:
    """Gives the width of the symbol that libqrencode makes of a text, level M, its own choice of mask."""
    found = ctypes.util.find_library("qrencode")
    if found is None:
        raise ModuleNotFoundError("libqrencode is not on this machine", name="libqrencode4")
    library = ctypes.CDLL(found)

    class Symbol(ctypes.Structure):
        _fields_ = (("version", ctypes.c_int), ("width", ctypes.c_int), ("data", ctypes.POINTER(ctypes.c_ubyte)))

    library.QRcode_encodeString.restype = ctypes.POINTER(Symbol)
    library.QRcode_free.argtypes = [ctypes.POINTER(Symbol)]
    level_m, bytes_or_better = 1, 2

    def width(text: str) -> int:
        made = library.QRcode_encodeString(text.encode(), 0, level_m, bytes_or_better, 1)
        found: int = made.contents.width
        library.QRcode_free(made)
        return found

    return width


PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: N; src: url(FONT) }
* { margin: 0 } body { width: 1920px; height: 1080px; font: 40px N; position: relative; overflow: hidden }
.foto { width: 810px; height: 1080px; object-fit: cover } div { position: absolute; left: 860px; line-height: 1.25 }
</style><img class="foto" src="foto.jpg">
<div style="top:54px; width:1000px; height:302px">TITEL</div>
<div style="top:400px; width:1000px; height:356px">TEKST</div>
<div style="top:800px; width:660px; height:226px">Bel 112</div>
<img style="position:absolute; left:1568px; top:728px; width:302px; image-rendering:pixelated" src="QR">"""

FIT = """async () => {
  await document.fonts.ready
  for (const img of document.images) await img.decode()
  for (const box of document.querySelectorAll("div")) {
    let low = 20, high = 140
    while (low < high) {
      const size = Math.ceil((low + high) / 2)
      box.style.fontSize = size + "px"
      if (box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth) low = size; else high = size - 1
    }
    box.style.fontSize = low + "px"
  }
}"""


@contextmanager
def chromium_page(folder: Path, asked: PosterRequest) -> Iterator[Callable[[], bytes]]:
    """A warm page of the system's Chromium; each call lays the poster out anew and gives a screenshot of it, a PNG."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        raise ModuleNotFoundError("Chromium is not on this machine", name="chromium")
    actie, foto, link = asked.actie, asked.foto, asked.link
    assert actie is not None
    assert foto is not None
    assert link is not None
    (folder / "foto.jpg").write_bytes(foto.data)
    text = f"{actie.bericht} {actie.signalement} {actie.laatst_gezien}"

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})

        def shot() -> bytes:
            code = io.BytesIO()
            plain_qr(link.url).save(code, "PNG")
            made = PAGE.replace("FONT", FONT.as_uri()).replace("TITEL", html.escape(actie.titel))
            made = made.replace("TEKST", html.escape(text))
            made = made.replace("QR", f"data:image/png;base64,{base64.b64encode(code.getvalue()).decode()}")
            (folder / "poster.html").write_text(made)
            page.goto((folder / "poster.html").as_uri())
            page.evaluate(FIT)
            return page.screenshot()

        yield shot
        browser.close()
