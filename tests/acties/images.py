"""Hostile and ordinary photos, made in code so that no picture needs to be shipped."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Left half dark, right half light, so that a turn can be seen."""
    image = Image.new("L", size, 20)
    image.paste(230, (size[0] // 2, 0, *size))
    return image.convert(mode)


def encoded(image: Image.Image, format: str = "JPEG", **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **how)
    return out.getvalue()


def png(width: int, height: int, rows: int | None = None, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG whose header says width x height; `rows` fewer of them are really there."""
    line = bytes(1 + (width * depth * (3 if colour == 2 else 1) + 7) // 8)
    squeeze = zlib.compressobj(9)
    body = b"".join(squeeze.compress(line) for _ in range(height if rows is None else rows)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg_saying(width: int, height: int) -> bytes:
    """A JPEG whose header claims a size that its data do not have."""
    data = bytearray(encoded(picture()))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def turned(orientation: int) -> bytes:
    """A photo that is dark at the left once turned as its EXIF says, with a place in that EXIF too."""
    upright = picture((96, 64))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "GEHEIM adres"
    exif.get_ifd(0x8825)[2] = (52.0, 5.0, 26.0)
    return encoded(stored, exif=exif)


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("foto.jpg", "geen foto")
    return out.getvalue()


def gif() -> bytes:
    frames = [picture(), picture().rotate(90)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
