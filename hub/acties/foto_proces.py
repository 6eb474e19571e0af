"""A process that reads one photo on stdin and writes its size and a clean JPEG on stdout.

It runs with bounded memory and CPU and may write no file, because decoders of strangers' files are where
bombs and old bugs live. Its exit code is the reason of a refusal. Standard library and Pillow only: it
starts without the hub.
"""

import io
import resource
import struct
import sys
from collections.abc import Iterator

from PIL import Image, ImageOps, UnidentifiedImageError

HEADER = struct.Struct(">II")
MAX_BYTES_IN = 10_000_000
MAX_BYTES_OUT = 1_000_000
MAX_PIXELS = 24_000_000
MAX_SIDE = 2000
MIN_SIDE = 32
MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 3
FORMATS = ("JPEG", "PNG", "WEBP")

LEEG, TE_GROOT, GEEN_FOTO, TE_VEEL_PIXELS, KAPOT, TE_KLEIN, GEHEUGEN = 10, 11, 12, 13, 14, 15, 16
ONLEESBAAR = 17
SENTENCES = {
    LEEG: "Dit bestand is leeg. Kies een ander bestand.",
    TE_GROOT: "Dit bestand is groter dan 10 MB. Maak de foto kleiner.",
    GEEN_FOTO: "Dit is geen foto die de hub kent. Kies een JPEG, PNG of WebP.",
    TE_VEEL_PIXELS: "Deze foto heeft meer dan 24 miljoen pixels. Maak hem kleiner.",
    KAPOT: "Dit bestand is beschadigd of niet compleet. Kies het opnieuw, of sla het opnieuw op.",
    TE_KLEIN: "Deze foto is kleiner dan 32 bij 32 pixels. Kies een grotere foto.",
    GEHEUGEN: "Deze foto kost te veel geheugen om te lezen. Maak hem kleiner.",
    ONLEESBAAR: "Deze foto kan niet worden gelezen. Sla hem opnieuw op als JPEG en probeer het nog eens.",
}

# SOI, EOI, APP0 (JFIF), DQT, SOF0, SOF1, SOF2, DHT, SOS: all a picture needs and nothing that can tell tales.
ALLOWED_MARKERS = frozenset({0xD8, 0xD9, 0xE0, 0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDA})


class Refusal(Exception):
    """Why this photo is not used, as exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def redraw(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and bytes of a new JPEG that holds the pixels of `data` and nothing else of it."""
    if not data:
        raise Refusal(LEEG)
    if len(data) > MAX_BYTES_IN:
        raise Refusal(TE_GROOT)
    try:
        canvas = _fresh(data)
    except UnidentifiedImageError:
        raise Refusal(GEEN_FOTO) from None
    except MemoryError:
        raise Refusal(GEHEUGEN) from None
    except (OSError, ValueError, SyntaxError, struct.error, EOFError, ArithmeticError, LookupError):
        raise Refusal(KAPOT) from None
    jpeg = _encode(canvas)
    if set(markers(jpeg)) - ALLOWED_MARKERS:
        raise Refusal(ONLEESBAAR)
    return canvas.width, canvas.height, jpeg


def markers(jpeg: bytes) -> Iterator[int]:
    """The markers of a JPEG in order, up to and including the end of the picture."""
    position = 2
    yield 0xD8
    while position + 4 <= len(jpeg):
        marker = jpeg[position + 1]
        yield marker
        position += 2 + int.from_bytes(jpeg[position + 2 : position + 4], "big")
        if marker == 0xDA:
            position = _after_scan(jpeg, position)
        if jpeg[position : position + 2] == b"\xff\xd9":
            yield 0xD9
            return


def _after_scan(jpeg: bytes, position: int) -> int:
    """Where the next marker starts after compressed data (an 0xFF there is followed by 0x00)."""
    while (position := jpeg.find(b"\xff", position)) >= 0:
        if jpeg[position + 1 : position + 2] not in (b"\x00", b"\xff"):
            return position
        position += 1
    return len(jpeg)


def _fresh(data: bytes) -> Image.Image:
    """The pixels, upright and at most MAX_SIDE, on a canvas that never met the file."""
    Image.MAX_IMAGE_PIXELS = None  # Pillow only warns up to 179 Mpx; the line below refuses far earlier.
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Refusal(TE_VEEL_PIXELS)
        if min(image.size) < MIN_SIDE:
            raise Refusal(TE_KLEIN)
        image.draft(None, (MAX_SIDE, MAX_SIDE))
        image.load()
        orientation = image.getexif().get(0x0112, 1)
        pixels = _opaque(image)
    pixels.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    # Turned after shrinking: the turned copy of a 24 Mpx picture would not fit in the memory limit.
    exif = pixels.getexif()
    exif[0x0112] = orientation
    ImageOps.exif_transpose(pixels, in_place=True)
    canvas = Image.new("RGB", pixels.size, "white")
    canvas.paste(pixels)
    return canvas


def _opaque(image: Image.Image) -> Image.Image:
    """The picture in RGB; what was see-through becomes white, sixteen bits become eight."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    see_through = image.convert("RGBA")
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(see_through, mask=see_through.getchannel("A"))
    return canvas


def _encode(canvas: Image.Image) -> bytes:
    """The best JPEG that stays within MAX_BYTES_OUT: less quality first, then fewer pixels."""
    while True:
        for quality in (90, 84, 76, 66):
            out = io.BytesIO()
            canvas.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
            if out.tell() <= MAX_BYTES_OUT:
                return out.getvalue()
        canvas.thumbnail((canvas.width * 3 // 4, canvas.height * 3 // 4), Image.Resampling.LANCZOS)


def main() -> int:
    """Read, redraw, write; returns the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        width, height, jpeg = redraw(sys.stdin.buffer.read(MAX_BYTES_IN + 1))
    except Refusal as refusal:
        return refusal.code
    sys.stdout.buffer.write(HEADER.pack(width, height) + jpeg)
    return 0


if __name__ == "__main__":
    sys.exit(main())
