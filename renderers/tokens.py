"""The colours of posters, and the pairs of them that carry text.

Neutral on purpose: no blue-and-orange of the police, no amber, no stripes of road works. `PAIRS` lists every
ink-on-ground combination the renderer uses; a test holds each of them to a contrast of at least 7:1.
"""

from dataclasses import dataclass

Colour = tuple[int, int, int]


def _hex(value: str) -> Colour:
    return (int(value[0:2], 16), int(value[2:4], 16), int(value[4:6], 16))


WIT = _hex("FFFFFF")
ZWART = _hex("000000")
INKT = _hex("1B1420")
INKT_ZACHT = _hex("4B4350")
PAPIER = _hex("FCFAF6")
OEFENING = _hex("5B1A86")
OEFENING_LICHT = _hex("F1E6FA")
VOORBEELD = _hex("DCC9EC")


@dataclass(frozen=True, slots=True)
class Palet:
    """One mood: the ground colour, a second tone for what is drawn on it, and the inks for text on both."""

    vlak: Colour
    toon: Colour
    tekst: Colour
    zacht: Colour


PALETTEN = {
    "vermist": Palet(_hex("8E0F36"), _hex("7A0B2D"), WIT, _hex("FFE3EA")),
    "zaak": Palet(_hex("2B2140"), _hex("3A2E54"), WIT, _hex("E9E2F5")),
    "hulp": Palet(_hex("0B4A46"), _hex("093E3B"), WIT, _hex("DDF3EE")),
    "slot": Palet(_hex("14523A"), _hex("18573E"), WIT, _hex("DFF3E6")),
    "rust": Palet(_hex("0B4A46"), _hex("0F5450"), WIT, _hex("DDF3EE")),
}
PANEEL = Palet(INKT, _hex("2A2130"), WIT, _hex("DCD3E0"))

PAIRS: dict[str, tuple[Colour, Colour]] = {
    "tekst op papier": (INKT, PAPIER),
    "zachte tekst op papier": (INKT_ZACHT, PAPIER),
    "tekst op wit": (INKT, WIT),
    "zachte tekst op wit": (INKT_ZACHT, WIT),
    "qr": (ZWART, WIT),
    "oefening": (WIT, OEFENING),
    "voorbeeld": (INKT, VOORBEELD),
} | {
    f"{naam}: {inkt} op {grond}": (getattr(palet, inkt), getattr(palet, grond))
    for naam, palet in [*PALETTEN.items(), ("paneel", PANEEL)]
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
