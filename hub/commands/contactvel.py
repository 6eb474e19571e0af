"""The contact sheet: every poster of one case on one picture, each as large as it looks to who stands before it.

A poster of ten metres that is seen from a hundred fills as much of the eye as one of a metre that is seen from ten.
So everything on the sheet has one scale, and a letter that is too small for its place is seen to be too small.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from hub.content import FormaatInfo

SCHAAL = 1.6
"""Pixels of the sheet for each millimetre per metre of viewing distance: capitals of 5 mm per metre are 8 pixels."""
BREEDTE = 3200
BOVEN = 140
"""Room for what stands at the top of the sheet; KOP for the name of a family above its first poster."""
KOP = 44
RAND = 48
TUSSEN = 28
PAPIER, LIJN, INKT, ZACHT = (232, 235, 238), (120, 130, 140), (24, 33, 42), (74, 86, 97)


@dataclass(frozen=True, slots=True)
class Plaat:
    """One poster on the sheet, already as small as it stands there. `regels`: what is said under it."""

    familie: str
    beeld: Picture.Image
    regels: tuple[str, ...]


def plaat(info: FormaatInfo, jpeg: bytes, size: tuple[int, int], bij: str = "") -> Plaat:
    """A poster of this format and size in pixels, brought to the scale of the sheet; `bij` stands below its name."""
    scale = SCHAAL / (info.pixels_per_mm * info.kijkafstand_m) * min(info.breedte / size[0], info.hoogte / size[1])
    wide, high = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    with Picture.open(io.BytesIO(jpeg)) as image:
        image.draft("RGB", (wide, high))
        small = image.convert("RGB").resize((wide, high), Picture.Resampling.LANCZOS)
    afstand = f"{info.kijkafstand_m:g}".replace(".", ",")
    regels = (info.naam, f"{info.titel}, op {afstand} m", *([bij] if bij else []))
    return Plaat(info.familie, small, regels)


class Contactvel:
    """Makes sheets with the letters of this folder."""

    def __init__(self, letters: Path) -> None:
        self._kop = ImageFont.truetype(letters / "NotoSans-Bold.ttf", 40)
        self._familie = ImageFont.truetype(letters / "NotoSans-Bold.ttf", 28)
        self._naam = ImageFont.truetype(letters / "NotoSans-SemiBold.ttf", 20)
        self._klein = ImageFont.truetype(letters / "NotoSans-Regular.ttf", 18)

    def draw(self, titel: str, platen: Iterable[Plaat]) -> bytes:
        """The sheet as a JPEG: family by family, the tallest first."""
        order = sorted(platen, key=lambda item: (item.familie, -item.beeld.height, -item.beeld.width))
        width = max([BREEDTE, *(item.beeld.width + 2 * RAND for item in order)])
        rows = list(self._rows(order, width))
        sheet = Picture.new("RGB", (width, BOVEN + RAND + sum(_high(row) for row in rows)), PAPIER)
        pen = ImageDraw.Draw(sheet)
        pen.text((RAND, RAND - 14), titel, INKT, self._kop)
        pen.text(
            (RAND, RAND + 40),
            "Elke poster is zo groot als hij lijkt voor wie op de genoemde afstand staat.",
            ZACHT,
            self._klein,
        )
        top, familie = BOVEN, ""
        for row in rows:
            familie = self._put(sheet, pen, row, top, familie)
            top += _high(row)
        buffer = io.BytesIO()
        sheet.save(buffer, "JPEG", quality=88)
        return buffer.getvalue()

    def _rows(self, items: Sequence[Plaat], width: int) -> Iterator[list[Plaat]]:
        row: list[Plaat] = []
        used = 2 * RAND
        for item in items:
            if row and used + self._wide(item) > width:
                yield row
                row, used = [], 2 * RAND
            row.append(item)
            used += self._wide(item) + TUSSEN
        yield row

    def _put(self, sheet: Picture.Image, pen: ImageDraw.ImageDraw, row: Sequence[Plaat], top: int, familie: str) -> str:
        """Draw one row; `familie` has its name already, and so has the family that comes back."""
        left, ground = RAND, top + KOP + max(item.beeld.height for item in row)
        for item in row:
            high = ground - item.beeld.height
            if item.familie != familie:
                familie = item.familie
                pen.text((left, high - KOP), familie.capitalize(), INKT, self._familie)
            sheet.paste(item.beeld, (left, high))
            pen.rectangle((left - 1, high - 1, left + item.beeld.width, ground), outline=LIJN)
            for number, text in enumerate(item.regels):
                letter, ink = (self._klein, ZACHT) if number else (self._naam, INKT)
                pen.text((left, ground + 6 + 24 * number), text, ink, letter)
            left += self._wide(item) + TUSSEN
        return familie

    def _wide(self, item: Plaat) -> int:
        words = [self._naam.getlength(item.regels[0]), *(self._klein.getlength(text) for text in item.regels[1:])]
        return round(max(item.beeld.width, self._familie.getlength(item.familie.capitalize()), *words))


def _high(row: Sequence[Plaat]) -> int:
    return KOP + max(item.beeld.height for item in row) + 24 * max(len(item.regels) for item in row) + 32
