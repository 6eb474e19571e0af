"""Reads the designed formats: one YAML file in the folder of formats is one format, nothing else changes.

Sizes of letters are pixels of the design; a poster asked at another size scales them. Boxes are fractions of
the drawing area: left, top, width, height.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from renderers.errors import PosterError

OPMAKEN = ("met_foto", "zonder_foto", "rustig")
VAKKEN = frozenset("veld band foto kop verhaal paneel nummer qr merk afzender".split())
LETTERS = frozenset("label toelichting kop affiche feiten tekst vraag nummer klein".split())
_KEYS = frozenset(
    "titel breedte hoogte familie kijkafstand_m pixels_per_mm scherm foto qr marge letters".split()
) | frozenset(OPMAKEN)

Vak = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in whole pixels."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """First column to the right of it."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.y + self.h

    def part(self, vak: Vak) -> "Rect":
        """The given fraction of this rectangle, edges rounded so that neighbours touch."""
        left, top = round(vak[0] * self.w), round(vak[1] * self.h)
        right, bottom = round((vak[0] + vak[2]) * self.w), round((vak[1] + vak[3]) * self.h)
        return Rect(self.x + left, self.y + top, right - left, bottom - top)

    def shrunk(self, left: int, top: int, right: int, bottom: int) -> "Rect":
        """This rectangle without so many pixels on each side."""
        return Rect(self.x + left, self.y + top, self.w - left - right, self.h - top - bottom)


@dataclass(frozen=True, slots=True)
class Formaat:
    """One designed format; `letters` gives the smallest and largest size of each kind of text."""

    naam: str
    titel: str
    breedte: int
    hoogte: int
    familie: str
    kijkafstand_m: float
    pixels_per_mm: float
    scherm: bool
    foto: bool
    qr: bool
    marge: int
    letters: Mapping[str, tuple[int, int]]
    opmaken: Mapping[str, Mapping[str, Vak]]
    digest: str

    def scale(self, area: Rect) -> float:
        """How much smaller or larger than the design a drawing area is."""
        return min(area.w / self.breedte, area.h / self.hoogte)

    def distance(self, width: int, height: int) -> tuple[float, float]:
        """How badly this format suits a size: first by shape, then by size."""
        shape = abs(math.log((width / height) / (self.breedte / self.hoogte)))
        size = abs(math.log((width * height) / (self.breedte * self.hoogte)))
        return (round(shape, 3), size)


def load_formats(folder: Path) -> dict[str, Formaat]:
    """Every format of the folder by name, in alphabetical order."""
    found = {path.stem: _load(path) for path in sorted(folder.glob("*.yaml"))}
    if not found:
        raise PosterError(f"Geen schermformaten gevonden in {folder}: er hoort ten minste één .yaml te staan.")
    return found


def _load(path: Path) -> Formaat:
    data = path.read_bytes()
    raw = yaml.safe_load(data)
    if not isinstance(raw, dict):
        raise PosterError(f"{path.name}: dit is geen lijst van instellingen.")
    _known(path, "instelling", raw, _KEYS)
    try:
        letters = _pairs(raw["letters"])
        opmaken = {naam: _boxes(path, naam, raw[naam]) for naam in OPMAKEN if naam in raw}
        formaat = Formaat(
            naam=path.stem,
            titel=str(raw["titel"]),
            breedte=int(raw["breedte"]),
            hoogte=int(raw["hoogte"]),
            familie=str(raw["familie"]),
            kijkafstand_m=float(raw["kijkafstand_m"]),
            pixels_per_mm=float(raw["pixels_per_mm"]),
            scherm=bool(raw["scherm"]),
            foto=bool(raw["foto"]),
            qr=bool(raw["qr"]),
            marge=int(raw["marge"]),
            letters=letters,
            opmaken=opmaken,
            digest=hashlib.sha256(data).hexdigest(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PosterError(f"{path.name}: {error} ontbreekt of klopt niet.") from error
    _known(path, "lettersoort", letters, LETTERS)
    needed = {"zonder_foto", "rustig"} | ({"met_foto"} if formaat.foto else set())
    if needed - set(opmaken):
        raise PosterError(f"{path.name}: opmaak {', '.join(sorted(needed - set(opmaken)))} ontbreekt.")
    return formaat


def _pairs(raw: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    pairs = {str(name): (int(value[0]), int(value[1])) for name, value in raw.items()}
    if LETTERS - set(pairs):
        raise KeyError(f"letters: {', '.join(sorted(LETTERS - set(pairs)))}")
    return pairs


def _boxes(path: Path, opmaak: str, raw: Mapping[str, Any]) -> dict[str, Vak]:
    _known(path, f"vak in {opmaak}", raw, VAKKEN)
    boxes: dict[str, Vak] = {}
    for naam, value in raw.items():
        x, y, w, h = (float(part) for part in value)
        if min(x, y) < 0 or min(w, h) <= 0 or x + w > 1.0001 or y + h > 1.0001:
            raise PosterError(f"{path.name}: vak {naam} in {opmaak} valt buiten het beeld.")
        boxes[str(naam)] = (x, y, w, h)
    return boxes


def _known(path: Path, what: str, given: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise PosterError(
            f"{path.name}: onbekende {what} {', '.join(map(str, unknown))}; bekend zijn {', '.join(sorted(allowed))}."
        )
