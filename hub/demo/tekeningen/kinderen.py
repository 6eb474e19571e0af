"""The portraits of the girl in the raincoat and the blond boy."""

import numpy as np

from hub.demo.tekeningen import haar, huiden, kleding
from hub.demo.tekeningen.doek import Doek
from hub.demo.tekeningen.hoofd import Hoofd, schilder_huid
from hub.demo.tekeningen.kromme import Punten, haal, spiegel, vloeiend
from hub.demo.tekeningen.licht import Palet
from hub.demo.tekeningen.trekken import gelaat, oor

_GEEL = Palet((128, 78, 10), (196, 138, 22), (238, 186, 40), (252, 214, 84), (255, 240, 170))
_KRUL = Palet((16, 10, 9), (34, 22, 18), (62, 41, 32), (102, 72, 56), (156, 120, 96))
_KRUL_ONDER = Palet((10, 7, 6), (22, 14, 12), (40, 26, 21), (62, 43, 34), (92, 68, 55))
_BLOND = Palet((112, 78, 40), (158, 118, 66), (200, 162, 104), (228, 198, 142), (248, 230, 188))
_BLAUW = Palet((24, 34, 54), (46, 64, 94), (74, 98, 134), (112, 138, 172), (164, 186, 210))
_GRIJS = Palet((96, 96, 104), (150, 150, 158), (200, 200, 204), (230, 230, 230), (248, 248, 246))

MEISJE = Hoofd(
    huiden.TAAN, huiden.KIND, midden=(600, 654), maat=321, kanteling=-3, draai=0.04,
    jukbeen=0.055, neus_lengte=0.375, neus_breedte=0.14, neus_hoogte=0.11, kaak=-0.05, oog_x=0.325,
    oog_breedte=0.168, oog_open=0.092, iris=(74, 46, 28), mond_y=0.61, mond_breedte=0.225,
    lip=(196, 108, 100), lach=0.05, blos=0.42, blos_kleur=(226, 138, 116),
    wenkbrauw=(42, 27, 21), wenkbrauw_dikte=0.9, wenkbrauw_y=-0.245, wimpers=1.0,
)  # fmt: skip
JONGEN = Hoofd(
    huiden.BLOND_LICHT, huiden.JONGEN, midden=(596, 644), maat=343, kanteling=2, draai=-0.05,
    jukbeen=0.045, neus_lengte=0.44, neus_breedte=0.135, neus_hoogte=0.14, kaak=0.02, oog_x=0.295,
    oog_breedte=0.146, oog_open=0.076, iris=(104, 122, 130), mond_y=0.66, mond_breedte=0.225,
    lip=(206, 128, 120), lip_dikte=0.9, lach=0.032, blos=0.3, blos_kleur=(240, 152, 138),
    wenkbrauw=(150, 112, 68), wenkbrauw_dikte=0.95, wimpers=0.6, sproeten=110,
)  # fmt: skip


def _jas(doek: Doek) -> None:
    romp: Punten = [
        (20, 1600), (60, 1420), (140, 1290), (310, 1180), (460, 1090), (600, 1130), (740, 1090),
        (890, 1180), (1060, 1290), (1140, 1420), (1180, 1600),
    ]  # fmt: skip
    plooi: list[kleding.Plooi] = [
        ([(300, 1170), (250, 1320), (260, 1520)], 60, 14, 14),
        ([(200, 1260), (170, 1380), (190, 1520)], 40, 10, 12),
        ([(900, 1170), (960, 1320), (940, 1520)], 60, 14, 14),
        ([(430, 1180), (420, 1330), (470, 1520)], 50, -10, 16),
        ([(780, 1190), (790, 1340), (740, 1520)], 50, -10, 16),
        ([(1000, 1260), (1040, 1400), (1010, 1520)], 40, 9, 12),
    ]
    masker = kleding.deel(doek, romp, _GEEL, 80, plooi)
    for glim in ([(240, 1230), (190, 1290), (160, 1390)], [(385, 1190), (372, 1270), (384, 1380)],
                 [(870, 1200), (900, 1290), (895, 1400)]):  # fmt: skip
        streep = doek.masker(haal(vloeiend(glim), 26, 0.4, 0.6), zacht=8)
        doek.leg(streep * masker, (255, 248, 214), 0.5)
    kleding.naad(doek, [(608, 1120), (612, 1300), (610, 1520)], 9, (120, 72, 10), 0.75)
    kleding.naad(doek, [(664, 1120), (672, 1300), (670, 1520)], 4, (140, 90, 20), 0.6)
    kleding.mouwen(doek, masker, 330, 1165, (150, 92, 14))
    for y in (1270, 1420):
        kleding.knoop(doek, (640, y), 17, _GEEL)


def _capuchon(doek: Doek) -> None:
    achter: Punten = [
        (230, 1240), (240, 1120), (310, 1020), (430, 960), (600, 940), (770, 960), (890, 1020),
        (960, 1120), (970, 1240), (780, 1260), (600, 1270), (420, 1260),
    ]  # fmt: skip
    kleding.deel(doek, achter, _GEEL, 90, [
        ([(290, 1210), (320, 1110), (420, 1020)], 34, 12, 10),
        ([(910, 1210), (880, 1110), (780, 1020)], 34, 12, 10)])  # fmt: skip
    doek.tint(doek.masker(np.array([(400, 1190), (430, 1030), (770, 1030), (800, 1190), (600, 1260)],
                                   dtype=float), zacht=30), (120, 80, 30), 0.7)  # fmt: skip


def _kraag(doek: Doek) -> None:
    links: Punten = [(400, 1075), (450, 1035), (500, 1090), (600, 1165), (590, 1225), (480, 1190), (405, 1130)]
    rechts: Punten = [(1205 - x, y) for x, y in links]
    for rand in (rechts, links):
        kleding.deel(doek, rand, _GEEL, 26)


def meisje(doek: Doek) -> None:
    """Draw the girl of about nine: dark curls, yellow raincoat."""
    h = MEISJE
    kleding.achtergrond(doek, (205, 214, 214), (150, 166, 172))
    _capuchon(doek)
    achter: Punten = [
        (0, -1.46), (-0.5, -1.38), (-0.9, -1.02), (-1.08, -0.5), (-1.12, 0.1), (-1.02, 0.62),
        (-0.7, 0.86), (0, 0.7), (0.7, 0.86), (1.02, 0.62), (1.12, 0.1), (1.08, -0.5), (0.9, -1.02),
        (0.5, -1.38),
    ]  # fmt: skip
    _, toon = haar.massa(doek, h, achter, _KRUL_ONDER, 120)
    haar.krullen(doek, h, haar.strooi(doek, achter, 360), _KRUL, toon, 0.05, 0.34)
    kleding.hals(doek, h, 94, 1190)
    _jas(doek)
    _kraag(doek)
    schilder_huid(doek, h)
    gelaat(doek, h)
    links: Punten = [
        (0.02, -1.3), (-0.5, -1.26), (-0.86, -0.95), (-0.98, -0.4), (-0.98, 0.2), (-0.84, 0.5),
        (-0.74, 0.2), (-0.72, -0.2), (-0.62, -0.5), (-0.4, -0.66), (-0.1, -0.74), (0.06, -0.95),
    ]  # fmt: skip
    for kant in (links, spiegel(links)):
        doek.tint(doek.masker(h.plaats(np.asarray(kant) * (0.97, 1) + (0.02, 0.06)), zacht=14),
                  h.huid.schaduw, 0.5)  # fmt: skip
        _, toon = haar.massa(doek, h, kant, _KRUL_ONDER, 90)
        haar.krullen(doek, h, haar.strooi(doek, kant, 240), _KRUL, toon, 0.045, 0.24)


def _trui(doek: Doek) -> None:
    romp: Punten = [
        (-60, 1600), (-20, 1420), (90, 1260), (290, 1160), (440, 1100), (600, 1140), (756, 1100),
        (905, 1160), (1110, 1260), (1220, 1420), (1260, 1600),
    ]  # fmt: skip
    plooi: list[kleding.Plooi] = [
        ([(260, 1190), (210, 1330), (240, 1520)], 60, 14, 18),
        ([(940, 1190), (1000, 1330), (960, 1520)], 60, 14, 18),
        ([(380, 1210), (440, 1330), (520, 1400)], 40, 9, 16),
        ([(820, 1210), (760, 1330), (690, 1400)], 40, 9, 16),
        ([(330, 1300), (370, 1420), (460, 1500)], 40, 9, 16),
    ]
    masker = kleding.deel(doek, romp, _BLAUW, 100, plooi)
    kleding.ribbels(doek, masker, 7, (160, 168, 186), 0.3)
    kleding.mouwen(doek, masker, 356, 1150, (34, 48, 76))
    shirt: Punten = [(470, 1080), (520, 1150), (600, 1185), (680, 1150), (730, 1080), (600, 1130)]
    kleding.deel(doek, shirt, _GRIJS, 14)
    for rand in (
        [(330, 1150), (400, 1030), (470, 1000), (500, 1060), (530, 1150), (600, 1230), (560, 1290), (440, 1230)],
        [(870, 1150), (800, 1030), (730, 1000), (700, 1060), (670, 1150), (600, 1230), (640, 1290), (760, 1230)],
    ):
        kap = kleding.deel(doek, rand, _BLAUW, 46)
        kleding.ribbels(doek, kap, 7, (160, 168, 186), 0.3)
    for x, y in ((548, 1262), (654, 1262)):
        koord: Punten = [(x, y), (x - 4, y + 70), (x + 3, y + 150)]
        kleding.naad(doek, [(a + 5, b + 5) for a, b in koord], 14, (40, 50, 70), 0.5)
        doek.leg(doek.masker(haal(vloeiend(koord), 10, 0.05, 0.05), zacht=1), (214, 214, 210))


def jongen(doek: Doek) -> None:
    """Draw the boy of about thirteen: short blond hair, blue hooded sweater."""
    h = JONGEN
    kleding.achtergrond(doek, (214, 211, 200), (166, 164, 152))
    kleding.hals(doek, h, 112, 1190)
    _trui(doek)
    for kant in (-1, 1):
        oor(doek, h, kant, 0.72)
    schilder_huid(doek, h)
    gelaat(doek, h)
    rand: Punten = [
        (-0.7, -0.06), (-0.77, -0.4), (-0.71, -0.8), (-0.44, -1.1), (0, -1.23), (0.44, -1.1),
        (0.71, -0.8), (0.77, -0.4), (0.7, -0.06), (0.67, -0.26), (0.64, -0.5), (0.52, -0.62),
        (0.25, -0.6), (-0.05, -0.64), (-0.35, -0.68), (-0.56, -0.64), (-0.65, -0.46), (-0.68, -0.24),
    ]  # fmt: skip
    doek.tint(doek.masker(h.plaats(vloeiend(np.asarray(rand) * (0.95, 1) + (0.015, 0.12), gesloten=True)), zacht=14),
              h.huid.schaduw, 0.36)  # fmt: skip
    _, toon = haar.massa(doek, h, rand, _BLOND, 100)
    toon = toon - 0.08
    zij: list[Punten] = [
        [(-0.5, -1.0), (-0.7, -0.84), (-0.78, -0.5), (-0.7, -0.02)],
        [(-0.48, -0.9), (-0.62, -0.76), (-0.71, -0.5), (-0.68, -0.16)],
        [(-0.46, -0.84), (-0.56, -0.74), (-0.64, -0.58), (-0.64, -0.4)],
    ]
    for gids in (zij, [[(-x, y) for x, y in g] for g in zij]):
        haar.lokken(doek, h, gids, _BLOND, toon - 0.1, haar.Lok(300, 4.5, 0.02, 0.5))
    kuif: list[Punten] = [
        [(-0.2, -1.2), (-0.56, -1.06), (-0.74, -0.8), (-0.68, -0.5)],
        [(-0.16, -1.2), (-0.46, -1.06), (-0.6, -0.78), (-0.48, -0.52)],
        [(-0.1, -1.22), (-0.3, -1.08), (-0.4, -0.76), (-0.24, -0.5)],
        [(0.0, -1.23), (-0.06, -1.1), (-0.14, -0.76), (0.06, -0.48)],
        [(0.08, -1.22), (0.16, -1.1), (0.14, -0.78), (0.32, -0.48)],
        [(0.14, -1.22), (0.36, -1.1), (0.4, -0.8), (0.54, -0.5)],
        [(0.2, -1.2), (0.52, -1.06), (0.64, -0.82), (0.7, -0.5)],
    ]
    haar.lokken(doek, h, kuif, _BLOND, toon - 0.06, haar.Lok(260, 13, 0.05, 0.6))
    haar.lokken(doek, h, kuif, _BLOND, toon, haar.Lok(520, 6, 0.045, 0.55))
