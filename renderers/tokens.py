"""The colours of posters, and the pairs of them that carry text.

Neutral on purpose: no blue-and-orange of the police, no amber, no stripes of road works. `PAIRS` lists every
ink-on-ground combination the renderer uses; a test holds each of them to a contrast of at least 7:1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Colour = tuple[int, int, int]


def _hex(value: str) -> Colour:
    return (int(value[0:2], 16), int(value[2:4], 16), int(value[4:6], 16))


WIT = _hex("FFFFFF")
ZWART = _hex("000000")
INKT = _hex("1B1420")
INKT_ZACHT = _hex("4B4350")
OEFENING = _hex("5B1A86")
OEFENING_LICHT = _hex("F1E6FA")
VOORBEELD = _hex("DCC9EC")
KENTEKEN = _hex("F5C518")


@dataclass(frozen=True, slots=True)
class Palet:
    """One mood: the ground colour, a second tone for what is drawn on it, and the inks for text on both."""

    vlak: Colour
    toon: Colour
    tekst: Colour
    zacht: Colour


@dataclass(frozen=True, slots=True)
class Kleuren:
    """One theme: the paper with its inks, the panel of the number, and a palette per mood.

    The card of the QR is white in every theme: a decoder looks for black on white.
    """

    papier: Palet
    paneel: Palet
    paletten: Mapping[str, Palet]


def _paletten(tekst: str, zacht: Mapping[str, str], **vlakken: tuple[str, str]) -> Mapping[str, Palet]:
    return MappingProxyType(
        {naam: Palet(_hex(vlak), _hex(toon), _hex(tekst), _hex(zacht[naam])) for naam, (vlak, toon) in vlakken.items()}
    )


_ZACHT = {"vermist": "FFE3EA", "zaak": "E9E2F5", "hulp": "DDF3EE", "slot": "DFF3E6", "rust": "DDF3EE"}
_NACHT_ZACHT = {"vermist": "E3C9CF", "zaak": "CFC8DC", "hulp": "BFD8D2", "slot": "C2D8CA", "rust": "BFD8D2"}

THEMAS: Mapping[str, Kleuren] = MappingProxyType(
    {
        "gewoon": Kleuren(
            papier=Palet(_hex("FCFAF6"), _hex("FCFAF6"), INKT, INKT_ZACHT),
            paneel=Palet(INKT, _hex("2A2130"), WIT, _hex("DCD3E0")),
            paletten=_paletten(
                "FFFFFF",
                _ZACHT,
                vermist=("8E0F36", "7A0B2D"),
                zaak=("2B2140", "3A2E54"),
                hulp=("0B4A46", "093E3B"),
                slot=("14523A", "18573E"),
                rust=("0B4A46", "0F5450"),
            ),
        ),
        "contrast": Kleuren(
            papier=Palet(WIT, WIT, ZWART, _hex("1F1A22")),
            paneel=Palet(ZWART, ZWART, WIT, WIT),
            paletten=_paletten(
                "FFFFFF",
                dict.fromkeys(_ZACHT, "FFFFFF"),
                vermist=("5E0722", "53061D"),
                zaak=("1A1230", "221A3A"),
                hulp=("04302D", "063834"),
                slot=("083322", "0A3B28"),
                rust=("04302D", "063834"),
            ),
        ),
        "nacht": Kleuren(
            papier=Palet(_hex("17151B"), _hex("17151B"), _hex("E6E1D9"), _hex("BDB6B0")),
            paneel=Palet(_hex("0C0A0F"), _hex("15121A"), _hex("E6E1D9"), _hex("BDB6B0")),
            paletten=_paletten(
                "EDE8E0",
                _NACHT_ZACHT,
                vermist=("560A22", "4A081D"),
                zaak=("1E1830", "282040"),
                hulp=("083431", "0B3D39"),
                slot=("0D3727", "11402E"),
                rust=("083431", "0B3D39"),
            ),
        ),
    }
)
"""As usual; as strong as can be, for who sees little and for full sun; and dark, for a scherm that must not dazzle."""

PAIRS: dict[str, tuple[Colour, Colour]] = {
    "tekst op de kaart": (INKT, WIT),
    "zachte tekst op de kaart": (INKT_ZACHT, WIT),
    "qr": (ZWART, WIT),
    "oefening": (WIT, OEFENING),
    "voorbeeld": (INKT, VOORBEELD),
    "kenteken": (ZWART, KENTEKEN),
} | {
    f"{thema}, {naam}: {inkt} op {grond}": (getattr(palet, inkt), getattr(palet, grond))
    for thema, kleuren in THEMAS.items()
    for naam, palet in [*kleuren.paletten.items(), ("paneel", kleuren.paneel), ("papier", kleuren.papier)]
    for inkt in ("tekst", "zacht")
    for grond in ("vlak", "toon")
}


def contrast(first: Colour, second: Colour) -> float:
    """Contrast ratio of two colours as WCAG 2 defines it: 1 (equal) to 21 (black on white)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
