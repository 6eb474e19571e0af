"""One person to draw, and the solid scene he or she makes."""

from dataclasses import dataclass, field

import numpy as np

from hub.demo.portretten import hoofddeksel as hd
from hub.demo.portretten.gezicht import Gezicht, hoofd
from hub.demo.portretten.kleding import DRACHTEN, Lijf, hals, romp
from hub.demo.portretten.vorm import Punt, Punten, Veld, smelt

Kleur = tuple[float, float, float]
SPIL: Punt = (0.0, -0.62, -0.12)  # where the head turns on the neck


@dataclass(frozen=True, slots=True)
class Kapsel:
    """How the hair grows."""

    soort: str
    donker: Kleur
    licht: Kleur
    dik: float = 0.08
    kaal: float = 0.0
    baard: str = ""
    wenkbrauw: Kleur = (0.2, 0.14, 0.1)


@dataclass(frozen=True, slots=True)
class Persoon:
    """An invented person: face, build, clothes, hair and colours (sRGB, 0..1)."""

    bestand: str
    zaad: int
    gezicht: Gezicht
    lijf: Lijf
    kapsel: Kapsel
    huid: Kleur
    blos: Kleur
    lippen: Kleur
    iris: Kleur
    stoffen: dict[str, Kleur]
    achtergrond: tuple[Kleur, Kleur]
    kijk: tuple[float, float, float] = (0.2, 0.0, 0.0)
    deksel: str = ""
    bril: bool = False
    patroon: dict[str, str] = field(default_factory=dict)


def naar_hoofd(wie: Persoon, p: Punten) -> Punten:
    """Picture coordinates to the coordinates of the turned head."""
    return p.gedraaid(*wie.kijk, SPIL)


def lagen(wie: Persoon, p: Punten) -> list[tuple[str, Veld]]:
    """Every material of the scene with its distance at the points."""
    q = naar_hoofd(wie, p)
    huid, bol = hoofd(wie.gezicht, q)
    r = Punten(p.x, (p.y - wie.lijf.hef).astype(np.float32), p.z)
    huid = smelt(huid, hals(wie.lijf, r), 0.10)
    uit = [("huid", huid), ("oog", bol), *DRACHTEN[wie.lijf.dracht](wie.lijf, r)]
    if wie.kapsel.dik > 0:
        uit.append(("haar", hd.haarmassa(q, wie.kapsel.dik, wie.gezicht.breed, wie.kapsel.kaal)))
    if wie.deksel == "pet":
        uit.append(("pet", hd.pet(q)))
    if wie.deksel == "hoofddoek":
        doek, onder = hd.hoofddoek(q)
        slip = hd.hoofddoek_slip(r, romp(wie.lijf, r))
        uit += [("doek", smelt(doek, slip, 0.10)), ("onderdoek", onder)]
    return uit


def afstand(wie: Persoon, p: Punten) -> Veld:
    """Distance to the nearest material."""
    d = [veld for _, veld in lagen(wie, p)]
    klaar: Veld = np.minimum.reduce(d).astype(np.float32)
    return klaar
