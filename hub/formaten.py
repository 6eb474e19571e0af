"""What is known of a designed format, and what the check of a poster in it found: part of what `content` names."""

from dataclasses import dataclass


class NietTeTekenen(Exception):
    """A renderer cannot draw this request; the message names the format and what does not fit."""


@dataclass(frozen=True, slots=True)
class FormaatInfo:
    """One designed format as people know it. `breedte` and `hoogte` in pixels; `pixels_per_mm` of what shows it.

    `weg`: for schermen along a road. `scherm`: for schermen; else for posts and pages. `qr`: whether a poster has one.
    """

    naam: str
    titel: str
    familie: str
    breedte: int
    hoogte: int
    pixels_per_mm: float
    kijkafstand_m: float
    scherm: bool
    weg: bool
    qr: bool

    @property
    def breedte_mm(self) -> float:
        """How wide it is where it hangs."""
        return self.breedte / self.pixels_per_mm

    @property
    def hoogte_mm(self) -> float:
        """How high it is where it hangs."""
        return self.hoogte / self.pixels_per_mm


@dataclass(frozen=True, slots=True)
class Keuring:
    """What the check of one render found. `bezwaren` tell the adviseur, in Dutch, why it may not leave; none: it may.
    `opmerkingen` tell what could be better of a poster that does its work: better a QR for who comes near than none.

    `scanafstand_m`: from how far a telephone reads its QR; 0 where it has none.
    """

    formaat: str
    bezwaren: tuple[str, ...] = ()
    opmerkingen: tuple[str, ...] = ()
    scanafstand_m: float = 0.0

    @property
    def goed(self) -> bool:
        """Whether this render may leave."""
        return not self.bezwaren
