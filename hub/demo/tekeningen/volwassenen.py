"""The portraits of the bearded man and the young woman with a headscarf."""

import numpy as np

from hub.demo.tekeningen import haar, huiden, kleding
from hub.demo.tekeningen.doek import Doek
from hub.demo.tekeningen.hoofd import Hoofd, schilder_huid
from hub.demo.tekeningen.kromme import Punten, hoekig, verschuif, vloeiend
from hub.demo.tekeningen.licht import Palet, stof
from hub.demo.tekeningen.trekken import gelaat, oor

_ZWART = Palet((10, 8, 9), (22, 18, 18), (42, 35, 34), (72, 62, 60), (118, 106, 102))
_JAS = Palet((16, 20, 26), (32, 40, 50), (56, 68, 82), (88, 102, 116), (132, 146, 158))
_TRUI = Palet((66, 56, 46), (110, 96, 80), (156, 140, 120), (192, 178, 156), (222, 212, 194))
_DOEK = Palet((22, 52, 56), (42, 84, 88), (76, 124, 126), (122, 166, 164), (182, 212, 206))
_MANTEL = Palet((92, 76, 62), (140, 120, 100), (188, 168, 144), (216, 200, 178), (238, 228, 212))

MAN = Hoofd(
    huiden.DONKER, huiden.VOLWASSEN, midden=(600, 624), maat=372, kanteling=1.5, draai=0.045,
    leeftijd=0.38, jukbeen=0.06, neus_lengte=0.47, neus_breedte=0.185, neus_hoogte=0.18, kaak=0.09,
    oog_x=0.285, oog_breedte=0.132, oog_open=0.06, iris=(58, 36, 24), mond_y=0.69,
    mond_breedte=0.26, lip=(184, 140, 138), lip_dikte=1.05, lach=0.042, blos=0.22,
    blos_kleur=(196, 120, 96), wenkbrauw=(22, 16, 15), wenkbrauw_dikte=1.2, wimpers=0.7,
    wit=(226, 216, 204),
)  # fmt: skip
VROUW = Hoofd(
    huiden.OLIJF, huiden.VROUW, midden=(604, 634), maat=354, kanteling=-2.5, draai=-0.04,
    jukbeen=0.05, neus_lengte=0.455, neus_breedte=0.14, neus_hoogte=0.17, kaak=0.01, oog_x=0.28,
    oog_breedte=0.14, oog_open=0.07, iris=(84, 54, 32), mond_y=0.68, mond_breedte=0.235,
    lip=(196, 104, 104), lip_dikte=1.1, lach=0.032, blos=0.36, blos_kleur=(230, 140, 122),
    wenkbrauw=(48, 32, 26), wenkbrauw_dikte=1.0, wimpers=1.25,
)  # fmt: skip


def _winterjas(doek: Doek) -> None:
    romp: Punten = [
        (-160, 1600), (-110, 1380), (20, 1210), (260, 1100), (440, 1020), (600, 1080), (760, 1020),
        (940, 1100), (1180, 1210), (1310, 1380), (1360, 1600),
    ]  # fmt: skip
    jas = kleding.deel(doek, romp, _JAS, 90, [
        ([(170, 1170), (130, 1330), (170, 1520)], 70, 15, 18),
        ([(1030, 1170), (1080, 1330), (1030, 1520)], 70, 15, 18),
        ([(60, 1260), (30, 1400), (50, 1520)], 50, 10, 16)])  # fmt: skip
    kleding.wol(doek, jas, 0.3)
    kleding.mouwen(doek, jas, 400, 1090, (20, 26, 34))
    borst: Punten = [(420, 1060), (500, 1020), (700, 1020), (780, 1060), (700, 1300), (600, 1560), (500, 1300)]
    masker = kleding.deel(doek, borst, _TRUI, 60, slag=0.2)
    kleding.ribbels(doek, masker, 11, (120, 92, 84), 0.4)
    rol: Punten = [(452, 1000), (480, 940), (600, 985), (720, 940), (748, 1000), (735, 1080), (600, 1130), (465, 1080)]
    col = kleding.deel(doek, rol, _TRUI, 46, [([(460, 1025), (600, 1075), (740, 1025)], 26, -9, 6)])
    kleding.ribbels(doek, col, 11, (120, 92, 84), 0.4)
    revers = hoekig(
        [(405, 1000), (455, 985), (478, 1080), (510, 1220), (592, 1570), (500, 1590), (400, 1420), (262, 1262),
         (352, 1232), (286, 1172)],
        (1, 4, 7, 8, 9),
    )  # fmt: skip
    for rand in ([(1200 - x, y) for x, y in revers], revers):
        kleding.wol(doek, kleding.deel(doek, rand, _JAS, 20), 0.3)


def man(doek: Doek) -> None:
    """Draw the man of about forty-five: dark skin, beard, winter coat."""
    h = MAN
    kleding.achtergrond(doek, (216, 212, 206), (160, 158, 156))
    kleding.hals(doek, h, 142, 1150)
    _winterjas(doek)
    for kant in (-1, 1):
        oor(doek, h, kant, 0.685)
    schilder_huid(doek, h)
    _stoppels(doek, h)
    gelaat(doek, h)
    snor: Punten = [
        (0, 0.55), (0.1, 0.54), (0.22, 0.575), (0.34, 0.66), (0.33, 0.72), (0.2, 0.655), (0.08, 0.645),
        (0, 0.65), (-0.08, 0.645), (-0.2, 0.655), (-0.33, 0.72), (-0.34, 0.66), (-0.22, 0.575), (-0.1, 0.54),
    ]  # fmt: skip
    haar.baard(doek, h, snor, _ZWART, 700, 0.05)
    kruin: Punten = [
        (-0.66, 0.02), (-0.72, -0.4), (-0.64, -0.77), (-0.4, -1.02), (0, -1.12), (0.4, -1.02),
        (0.64, -0.77), (0.72, -0.4), (0.66, 0.02), (0.63, -0.2), (0.6, -0.42), (0.5, -0.6),
        (0.3, -0.68), (0, -0.7), (-0.3, -0.68), (-0.5, -0.6), (-0.6, -0.42), (-0.63, -0.2),
    ]  # fmt: skip
    _, toon = haar.massa(doek, h, kruin, _ZWART, 80)
    haar.krullen(doek, h, haar.strooi(doek, kruin, 900), _ZWART, toon, 0.013, 0.035)


def _stoppels(doek: Doek, h: Hoofd) -> None:
    rand: Punten = [
        (-0.655, 0.02), (-0.67, 0.25), (-0.62, 0.5), (-0.54, 0.72), (-0.4, 0.91), (-0.2, 1.05), (0, 1.08),
        (0.2, 1.05), (0.4, 0.91), (0.54, 0.72), (0.62, 0.5), (0.67, 0.25), (0.655, 0.02), (0.59, 0.24),
        (0.5, 0.46), (0.37, 0.62), (0.3, 0.76), (0.14, 0.83), (0, 0.835), (-0.14, 0.83), (-0.3, 0.76),
        (-0.37, 0.62), (-0.5, 0.46), (-0.59, 0.24),
    ]  # fmt: skip
    haar.baard(doek, h, rand, _ZWART, 3200, 0.055)


def _sluier(doek: Doek, h: Hoofd) -> None:
    kap: Punten = [
        (0, -1.22), (-0.41, -1.09), (-0.7, -0.82), (-0.85, -0.4), (-0.85, 0.1), (-0.8, 0.55),
        (-0.74, 0.95), (-0.5, 1.3), (0, 1.42), (0.5, 1.3), (0.74, 0.95), (0.8, 0.55), (0.85, 0.1),
        (0.85, -0.4), (0.7, -0.82), (0.41, -1.09),
    ]  # fmt: skip
    rand = [(float(x), float(y)) for x, y in h.plaats(kap)]
    lijnen: list[Punten] = [
        [(-0.6, -0.9), (-0.76, -0.4), (-0.72, 0.3), (-0.5, 0.9)],
        [(-0.4, -1.02), (-0.7, -0.5), (-0.68, 0.2), (-0.4, 0.98)],
        [(0.55, -0.92), (0.78, -0.4), (0.74, 0.3), (0.5, 0.95)],
        [(-0.2, -1.08), (0.3, -1.0), (0.66, -0.6), (0.74, -0.1)],
        [(-0.3, -1.0), (0.2, -0.92), (0.6, -0.55), (0.7, 0.0)],
    ]
    plooi: list[kleding.Plooi] = []
    for i, lijn in enumerate(lijnen):
        p = [(float(x), float(y)) for x, y in h.plaats(lijn)]
        plooi.append((p, 26 + 6 * (i % 2), 8 - 14.0 * (i % 2), 7))
    _opening(doek, h, rand, plooi)


def _omslag(doek: Doek) -> None:
    """Draw the end of the scarf, wrapped loosely under the chin."""
    onder: Punten = [
        (330, 1130), (360, 1010), (440, 930), (600, 990), (760, 930), (850, 1010), (880, 1130),
        (800, 1230), (600, 1290), (410, 1230),
    ]  # fmt: skip
    kleding.deel(doek, onder, _DOEK, 80, [
        ([(390, 1010), (500, 1110), (640, 1150), (800, 1120)], 40, 16, 10),
        ([(370, 1080), (480, 1180), (640, 1220), (800, 1180)], 36, -14, 10),
        ([(420, 960), (520, 1050), (640, 1085), (780, 1040)], 30, -12, 8),
        ([(450, 945), (560, 1015), (680, 1025), (800, 985)], 26, 10, 7)])  # fmt: skip
    slip: Punten = [
        (820, 960), (870, 1020), (860, 1120), (800, 1220), (740, 1330), (690, 1520), (560, 1540),
        (590, 1350), (640, 1220), (740, 1120),
    ]  # fmt: skip
    kleding.deel(doek, slip, _DOEK, 60, [
        ([(800, 1040), (760, 1180), (690, 1300), (640, 1520)], 36, 14, 9),
        ([(840, 1050), (800, 1180), (730, 1310), (680, 1480)], 24, -12, 8),
        ([(760, 1110), (690, 1220), (630, 1340), (600, 1500)], 24, -10, 8)])  # fmt: skip


def vrouw(doek: Doek) -> None:
    """Draw the young woman of about nineteen with a headscarf."""
    h = VROUW
    kleding.achtergrond(doek, (222, 210, 202), (178, 162, 156))
    romp: Punten = [
        (-60, 1600), (-10, 1420), (110, 1260), (310, 1160), (450, 1090), (600, 1120), (756, 1090),
        (890, 1160), (1090, 1260), (1210, 1420), (1260, 1600),
    ]  # fmt: skip
    jas = kleding.deel(doek, romp, _MANTEL, 85, [
        ([(250, 1200), (200, 1340), (220, 1520)], 60, 14, 16),
        ([(950, 1200), (1010, 1340), (970, 1520)], 60, 14, 16),
        ([(400, 1240), (380, 1380), (420, 1520)], 46, -9, 16)])  # fmt: skip
    kleding.wol(doek, jas, 0.2)
    kleding.mouwen(doek, jas, 340, 1160, (120, 100, 82))
    links = hoekig(
        [(360, 1140), (420, 1110), (500, 1260), (592, 1500), (560, 1580), (430, 1440), (268, 1312), (352, 1282),
         (300, 1216)],
        (3, 6, 7, 8),
    )  # fmt: skip
    for kraag in ([(1200 - x, y) for x, y in links], links):
        kleding.wol(doek, kleding.deel(doek, kraag, _MANTEL, 18), 0.2)
    schilder_huid(doek, h)
    gelaat(doek, h)
    _sluier(doek, h)
    _omslag(doek)


def _opening(doek: Doek, h: Hoofd, rand: Punten, plooi: list[kleding.Plooi]) -> None:
    """Lay the scarf around the face: its shadow on the skin, then the cloth."""
    zoom: Punten = [
        (-0.57, 0.0), (-0.57, -0.3), (-0.47, -0.56), (-0.24, -0.7), (0, -0.73), (0.24, -0.7), (0.47, -0.56),
        (0.57, -0.3), (0.57, 0.0), (0.54, 0.3), (0.48, 0.56), (0.37, 0.78), (0.2, 0.94), (0, 1.0),
        (-0.2, 0.94), (-0.37, 0.78), (-0.48, 0.56), (-0.54, 0.3),
    ]  # fmt: skip
    lijn = h.plaats(vloeiend(zoom, gesloten=True))
    hoofd = doek.masker(h.contour(), zacht=2)
    doek.tint(hoofd * (1 - doek.masker(verschuif(lijn, 16, 22), zacht=18)), h.huid.schaduw, 0.75)
    kap = doek.masker(vloeiend(rand, gesloten=True), zacht=1)
    ring = np.clip(kap - doek.masker(lijn, zacht=1), 0, 1).astype(np.float32)
    stof(doek, ring, _DOEK, 58, kleding.plooien(doek, plooi))
