"""Reads the designed formats: one YAML file in the folder of formats is one format, nothing else changes.

What formats of one shape share stands in the file of their `familie`, in the folder `families`; a format may give any
letter or box of its own. Letters are heights of a capital in millimetres per metre of viewing distance (ISO 9241-3),
so that a size is legible by what it is and not by how it looks on the screen of a designer. Boxes are fractions of the
drawing area: left, top, width, height.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from renderers.errors import PosterError
from renderers.fonts import CAP

FAMILIES = "families"
OPMAKEN = ("met_foto", "zonder_foto", "rustig")
VAKKEN = frozenset("veld band foto kop verhaal paneel nummer qr merk".split())
FLOORS: Mapping[str, float] = MappingProxyType(
    {
        "label": 7.0,
        "toelichting": 3.0,
        "kop": 7.0,
        "affiche": 7.0,
        "feiten": 5.0,
        "tekst": 5.0,
        "vraag": 5.0,
        "nummer": 7.0,
        "klein": 3.0,
    }
)
"""Smallest capital per kind of text, in mm per metre: what must be read at a glance 7, what is read 5, else 3."""
_SIZE = frozenset("titel breedte hoogte familie kijkafstand_m pixels_per_mm kijktijd_s scherm foto qr".split())
_SHARED = frozenset({"marge", "letters", *OPMAKEN})
_FAMILY = frozenset({"weg"}) | _SHARED
_NO_QR = 0.25
_JA_NEE = {"ja": True, "nee": False}

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
    """One designed format.

    `letters`: smallest and largest size of each kind of text, in pixels of the design. `kijktijd_s`: how long a
    passer-by has. `weg`: for schermen along a road, where a poster has no QR, no number and at most seven words.
    `scherm`: for schermen; else for posts and pages.
    """

    naam: str
    titel: str
    breedte: int
    hoogte: int
    familie: str
    kijkafstand_m: float
    pixels_per_mm: float
    kijktijd_s: float
    scherm: bool
    weg: bool
    foto: bool
    qr: bool
    marge: float
    letters: Mapping[str, tuple[float, float]]
    opmaken: Mapping[str, Mapping[str, Vak]]
    digest: str

    def scale(self, area: Rect) -> float:
        """How much smaller or larger than the design a sheet is."""
        return min(area.w / self.breedte, area.h / self.hoogte)

    def distance(self, width: int, height: int) -> tuple[float, float]:
        """How badly this format suits a size: first by shape, then by size. One without QR suits its own size only."""
        shape = abs(math.log((width / height) / (self.breedte / self.hoogte)))
        if not self.qr and (width, height) != (self.breedte, self.hoogte):
            shape += _NO_QR
        size = abs(math.log((width * height) / (self.breedte * self.hoogte)))
        return (round(shape, 3), size)


def load_formats(folder: Path) -> dict[str, Formaat]:
    """Every format of the folder by name, in alphabetical order."""
    found = {path.stem: _load(path, folder / FAMILIES) for path in sorted(folder.glob("*.yaml"))}
    if not found:
        raise PosterError(f"Geen schermformaten gevonden in {folder}: er hoort ten minste één .yaml te staan.")
    return found


def pixels(mm_per_meter: float, kijkafstand_m: float, pixels_per_mm: float) -> float:
    """The letter size of which a capital has this height, seen from this distance."""
    return mm_per_meter * kijkafstand_m * pixels_per_mm / CAP


def _load(path: Path, families: Path) -> Formaat:
    own, own_bytes = _read(path)
    _known(path, "instelling", own, _SIZE | _SHARED)
    if _SIZE - set(own):
        raise PosterError(f"{path.name}: {', '.join(sorted(_SIZE - set(own)))} ontbreekt.")
    shared_path = families / f"{own['familie']}.yaml"
    if not shared_path.is_file():
        raise PosterError(f"{path.name}: familie {own['familie']} heeft geen {FAMILIES}/{shared_path.name}.")
    shared, shared_bytes = _read(shared_path)
    _known(shared_path, "instelling", shared, _FAMILY)
    try:
        return _made(path, own, shared, hashlib.sha256(own_bytes + shared_bytes).hexdigest())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PosterError(f"{path.name}: {error} ontbreekt of klopt niet.") from error


def _read(path: Path) -> tuple[dict[str, Any], bytes]:
    data = path.read_bytes()
    raw = yaml.safe_load(data)
    if not isinstance(raw, dict):
        raise PosterError(f"{path.name}: dit is geen lijst van instellingen.")
    return raw, data


def _made(path: Path, own: Mapping[str, Any], shared: Mapping[str, Any], digest: str) -> Formaat:
    afstand, dichtheid = float(own["kijkafstand_m"]), float(own["pixels_per_mm"])
    letters = _letters(path, {**shared.get("letters", {}), **own.get("letters", {})})
    formaat = Formaat(
        naam=path.stem,
        titel=str(own["titel"]),
        breedte=int(own["breedte"]),
        hoogte=int(own["hoogte"]),
        familie=str(own["familie"]),
        kijkafstand_m=afstand,
        pixels_per_mm=dichtheid,
        kijktijd_s=float(own["kijktijd_s"]),
        scherm=_JA_NEE[own["scherm"]],
        weg=_JA_NEE[shared.get("weg", "nee")],
        foto=_JA_NEE[own["foto"]],
        qr=_JA_NEE[own["qr"]],
        marge=float(own.get("marge", shared.get("marge"))) * min(int(own["breedte"]), int(own["hoogte"])),
        letters={
            kind: (pixels(small, afstand, dichtheid), pixels(large, afstand, dichtheid))
            for kind, (small, large) in letters.items()
        },
        opmaken={
            naam: _boxes(path, naam, {**shared.get(naam, {}), **own.get(naam, {})})
            for naam in OPMAKEN
            if naam in own or naam in shared
        },
        digest=digest,
    )
    needed = {"zonder_foto", "rustig"} | ({"met_foto"} if formaat.foto else set())
    if needed - set(formaat.opmaken):
        raise PosterError(f"{path.name}: opmaak {', '.join(sorted(needed - set(formaat.opmaken)))} ontbreekt.")
    return formaat


def _letters(path: Path, raw: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Smallest and largest capital of each kind, in mm per metre; none below its floor."""
    _known(path, "lettersoort", raw, frozenset(FLOORS))
    if set(FLOORS) - set(raw):
        raise KeyError(f"letters: {', '.join(sorted(set(FLOORS) - set(raw)))}")
    pairs = {kind: (float(value[0]), float(value[1])) for kind, value in raw.items()}
    for kind, (small, large) in pairs.items():
        if not FLOORS[kind] <= small <= large:
            raise PosterError(
                f"{path.name}: letters {kind} [{small:g}, {large:g}]: de kleinste is ten minste {FLOORS[kind]:g} "
                "en niet groter dan de grootste (mm per meter)."
            )
    return pairs


def _boxes(path: Path, opmaak: str, raw: Mapping[str, Any]) -> dict[str, Vak]:
    """The boxes of one layout; `nee` leaves out a box of the family."""
    _known(path, f"vak in {opmaak}", raw, VAKKEN)
    boxes: dict[str, Vak] = {}
    for naam, value in raw.items():
        if value == "nee":
            continue
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
