"""The portraits of the old woman with glasses and the old man with a cap."""

import numpy as np

from hub.demo.tekeningen import haar, huiden, kleding
from hub.demo.tekeningen.doek import Doek
from hub.demo.tekeningen.hoofd import Hoofd, schilder_huid
from hub.demo.tekeningen.kromme import Punt, Punten, haal, hoekig, spiegel, verschuif, vloeiend
from hub.demo.tekeningen.licht import Palet
from hub.demo.tekeningen.trekken import gelaat, oor

_ZILVER = Palet((84, 84, 90), (128, 128, 134), (176, 176, 180), (212, 212, 214), (242, 242, 242))
_VEST = Palet((66, 40, 62), (104, 70, 98), (148, 110, 138), (184, 150, 172), (216, 192, 206))
_BLOES = Palet((150, 140, 138), (190, 182, 178), (224, 218, 212), (242, 238, 232), (252, 250, 246))
_TWEED = Palet((38, 36, 32), (66, 62, 54), (104, 98, 86), (142, 136, 120), (182, 176, 160))
_GROEN = Palet((28, 34, 24), (50, 58, 42), (80, 90, 66), (114, 124, 96), (156, 164, 136))
_HEMD = Palet((104, 116, 132), (146, 158, 172), (190, 200, 210), (218, 224, 230), (242, 244, 246))

OMA = Hoofd(
    huiden.BLOZEND, huiden.VROUW, midden=(600, 666), maat=343, kanteling=2.5, draai=0.04,
    leeftijd=1.0, jukbeen=0.065, neus_lengte=0.48, neus_breedte=0.15, neus_hoogte=0.18, kaak=0.03,
    oog_x=0.275, oog_breedte=0.125, oog_open=0.054, iris=(98, 118, 128), mond_y=0.69,
    mond_breedte=0.225, lip=(204, 126, 120), lip_dikte=0.72, lach=0.035, blos=0.3,
    blos_kleur=(236, 156, 142), wenkbrauw=(148, 138, 132), wenkbrauw_dikte=0.75, wimpers=0.35,
)  # fmt: skip
OPA = Hoofd(
    huiden.BLOZEND, huiden.VOLWASSEN, midden=(600, 654), maat=359, kanteling=-2, draai=-0.05,
    leeftijd=0.85, jukbeen=0.06, neus_lengte=0.5, neus_breedte=0.18, neus_hoogte=0.22, kaak=0.08,
    oog_x=0.275, oog_breedte=0.124, oog_open=0.05, iris=(104, 116, 106), mond_y=0.72,
    mond_breedte=0.24, lip=(196, 122, 112), lip_dikte=0.85, lach=0.05, blos=0.36,
    blos_kleur=(232, 140, 120), wenkbrauw=(150, 142, 134), wenkbrauw_dikte=1.6, wenkbrauw_y=-0.23, wimpers=0.25,
)  # fmt: skip


def _kraag(kant: int, y: float) -> list[Punt]:
    """Return the outline of one half of a shirt collar that meets at a height."""
    punten = [(0, y), (64, y - 44), (132, y - 120), (166, y - 74), (160, y + 20), (104, y + 96), (20, y + 18)]
    return hoekig([(600 + kant * a, b) for a, b in punten], (0, 2, 5))


def _vest(doek: Doek) -> None:
    romp: Punten = [
        (-40, 1600), (0, 1430), (120, 1270), (310, 1170), (450, 1090), (600, 1130), (756, 1090),
        (890, 1170), (1080, 1270), (1200, 1430), (1240, 1600),
    ]  # fmt: skip
    heel = kleding.deel(doek, romp, _BLOES, 90, [
        ([(500, 1220), (520, 1350), (510, 1520)], 36, 8, 10),
        ([(690, 1220), (680, 1350), (700, 1520)], 36, 8, 10)])  # fmt: skip
    kleding.naad(doek, [(600, 1170), (603, 1340), (600, 1520)], 5, (150, 140, 140), 0.7)
    for y in (1250, 1380):
        kleding.knoop(doek, (600, y), 11, _BLOES)
    pand: Punten = [
        (-60, 1620), (-10, 1430), (110, 1265), (300, 1160), (415, 1090), (455, 1120), (470, 1260), (510, 1420),
        (540, 1620),
    ]  # fmt: skip
    for rand in ([(1200 - x, y) for x, y in pand], pand):
        masker = kleding.deel(doek, rand, _VEST, 80, [
            ([(230, 1210), (180, 1360), (220, 1520)], 60, 14, 16),
            ([(970, 1210), (1020, 1360), (980, 1520)], 60, 14, 16),
            ([(360, 1200), (370, 1360), (420, 1520)], 44, -8, 14)])  # fmt: skip
        kleding.ribbels(doek, masker, 13, (136, 108, 132), 0.42)
    for kant in (-1, 1):
        bies = [(600 + kant * x, y) for x, y in ((180, 1120), (160, 1265), (118, 1425), (84, 1620))]
        kleding.naad(doek, bies, 7, (84, 54, 80), 0.5)
    for plek in ((727, 1330), (699, 1452)):
        kleding.knoop(doek, plek, 15, _VEST)
    kleding.mouwen(doek, heel, 340, 1160, (84, 54, 80))
    for kant in (-1, 1):
        kleding.deel(doek, _kraag(kant, 1160), _BLOES, 13)


def _bril(doek: Doek, h: Hoofd) -> None:
    montuur = (84, 56, 50)
    m = h.maat
    for kant in (-1, 1):
        glas: Punten = [(kant * x, y) for x, y in (
            (0.09, -0.06), (0.17, -0.135), (0.34, -0.14), (0.47, -0.09), (0.485, 0.05), (0.4, 0.17),
            (0.24, 0.185), (0.12, 0.1))]  # fmt: skip
        lijn = h.plaats(vloeiend(glas, gesloten=True))
        ruit = doek.masker(lijn, zacht=1)
        rand = doek.masker(haal(np.vstack([lijn, lijn[:1]]), 0.03 * m, 0.001, 0.001), zacht=0.8)
        slag = doek.masker(haal(verschuif(np.vstack([lijn, lijn[:1]]), 5, 9), 0.03 * m, 0.001, 0.001), zacht=4)
        doek.tint(slag, h.huid.schaduw, 0.55)
        doek.leg(ruit, (236, 242, 246), 0.07)
        glans = doek.masker(h.plaats([(kant * 0.28 - 0.14, -0.12), (kant * 0.28 - 0.04, -0.13),
                                      (kant * 0.28 - 0.13, 0.1), (kant * 0.28 - 0.17, 0.04)]), zacht=6)  # fmt: skip
        doek.leg(glans * ruit, (255, 255, 255), 0.2)
        doek.leg(rand, montuur, 0.95)
        licht = haal(verschuif(lijn[8:40], -1, -2), 0.009 * m, 0.4, 0.4)
        doek.leg(doek.masker(licht, zacht=1), (196, 160, 146), 0.6)
        poot = h.plaats([(kant * 0.475, -0.05), (kant * 0.56, -0.07), (kant * 0.66, -0.06)])
        doek.leg(doek.masker(haal(poot, 0.026 * m, 0.01, 0.01), zacht=1), montuur, 0.95)
    brug = h.plaats(vloeiend([(-0.1, -0.045), (0, -0.085), (0.1, -0.045)]))
    doek.leg(doek.masker(haal(brug, 0.026 * m, 0.01, 0.01), zacht=1), montuur, 0.95)


def oma(doek: Doek) -> None:
    """Draw the woman of about eighty: grey waves, glasses, cardigan."""
    h = OMA
    kleding.achtergrond(doek, (222, 216, 204), (176, 170, 160))
    achter: Punten = [
        (0, -1.1), (-0.4, -1.04), (-0.66, -0.8), (-0.78, -0.45), (-0.8, 0.05), (-0.76, 0.45), (-0.5, 0.55),
        (0.5, 0.55), (0.76, 0.45), (0.8, 0.05), (0.78, -0.45), (0.66, -0.8), (0.4, -1.04),
    ]  # fmt: skip
    masker, _ = haar.massa(doek, h, achter, _ZILVER, 100)
    doek.tint(masker, (150, 148, 152), 0.6)
    kleding.hals(doek, h, 100, 1190)
    _vest(doek)
    schilder_huid(doek, h)
    gelaat(doek, h)
    _bril(doek, h)
    _kapsel(doek, h)


def _kapsel(doek: Doek, h: Hoofd) -> None:
    """Draw short grey waves, parted on her left."""
    rand: Punten = [
        (-0.66, 0.3), (-0.8, 0.2), (-0.88, -0.1), (-0.88, -0.5), (-0.75, -0.93), (-0.43, -1.2), (0, -1.29),
        (0.4, -1.18), (0.72, -0.92), (0.88, -0.5), (0.88, -0.1), (0.8, 0.2), (0.66, 0.3), (0.6, 0.02),
        (0.58, -0.3), (0.46, -0.54), (0.24, -0.72), (-0.1, -0.66), (-0.4, -0.5), (-0.57, -0.26), (-0.6, 0.02),
    ]  # fmt: skip
    doek.tint(doek.masker(h.plaats(vloeiend(np.asarray(rand) * (0.95, 1) + (0.02, 0.05), gesloten=True)), zacht=12),
              h.huid.schaduw, 0.45)  # fmt: skip
    massa, toon = haar.massa(doek, h, rand, _ZILVER, 110)
    toon = toon - 0.06
    links: list[Punten] = [
        [(0.3, -1.2), (-0.3, -1.22), (-0.74, -0.92), (-0.88, -0.5), (-0.86, -0.1), (-0.92, 0.12), (-0.7, 0.32)],
        [(0.3, -1.12), (-0.26, -1.1), (-0.64, -0.84), (-0.76, -0.46), (-0.74, -0.12), (-0.8, 0.1), (-0.64, 0.3)],
        [(0.28, -1.0), (-0.2, -0.98), (-0.52, -0.76), (-0.66, -0.44), (-0.66, -0.16), (-0.7, 0.04), (-0.59, 0.2)],
        [(0.27, -0.86), (-0.12, -0.86), (-0.4, -0.66), (-0.58, -0.4), (-0.62, -0.16), (-0.65, -0.02), (-0.57, 0.08)],
        [(0.25, -0.74), (-0.06, -0.74), (-0.34, -0.56), (-0.54, -0.34), (-0.6, -0.14), (-0.62, -0.04), (-0.57, 0.02)],
    ]
    rechts: list[Punten] = [
        [(0.24, -1.22), (0.5, -1.12), (0.76, -0.84), (0.88, -0.46), (0.85, -0.1), (0.9, 0.1), (0.7, 0.32)],
        [(0.24, -1.1), (0.46, -1.0), (0.66, -0.76), (0.76, -0.44), (0.74, -0.12), (0.8, 0.08), (0.64, 0.28)],
        [(0.24, -0.95), (0.4, -0.86), (0.56, -0.66), (0.66, -0.4), (0.65, -0.14), (0.7, 0.02), (0.6, 0.18)],
        [(0.24, -0.76), (0.36, -0.7), (0.5, -0.54), (0.59, -0.34), (0.61, -0.14), (0.63, -0.02), (0.58, 0.08)],
    ]
    for gids in (rechts, links):
        haar.lokken(doek, h, gids, _ZILVER, toon - 0.22, haar.Lok(70, 20, 0.025, 0.4, 0.034), massa)
    haar.lokken(doek, h, rechts, _ZILVER, toon - 0.05, haar.Lok(330, 7, 0.02, 0.5, 0.034))
    haar.lokken(doek, h, links, _ZILVER, toon - 0.05, haar.Lok(460, 7, 0.02, 0.5, 0.034))


def _jack(doek: Doek) -> None:
    romp: Punten = [
        (-140, 1600), (-90, 1400), (40, 1230), (270, 1130), (440, 1050), (600, 1100), (760, 1050),
        (930, 1130), (1160, 1230), (1290, 1400), (1340, 1600),
    ]  # fmt: skip
    heel = kleding.deel(doek, romp, _HEMD, 80)
    kleding.naad(doek, [(600, 1130), (603, 1300), (600, 1520)], 5, (110, 120, 136), 0.7)
    for y in (1240, 1370):
        kleding.knoop(doek, (603, y), 10, _HEMD)
    pand: Punten = [
        (-160, 1620), (-100, 1400), (30, 1225), (260, 1120), (400, 1050), (450, 1100), (490, 1280), (530, 1620),
    ]  # fmt: skip
    for rand in ([(1200 - x, y) for x, y in pand], pand):
        pas = kleding.deel(doek, rand, _GROEN, 90, [
            ([(190, 1190), (150, 1340), (190, 1520)], 64, 15, 16),
            ([(1010, 1190), (1060, 1340), (1010, 1520)], 64, 15, 16)])  # fmt: skip
        kleding.wol(doek, pas, 0.35)
    kleding.mouwen(doek, heel, 385, 1125, (34, 40, 28))
    for kant in (-1, 1):
        kleding.deel(doek, _kraag(kant, 1130), _HEMD, 13)
        revers = hoekig(
            [(600 + kant * x, y) for x, y in (
                (150, 1010), (205, 1060), (282, 1180), (224, 1232), (272, 1266), (116, 1480), (106, 1300),
                (158, 1150))],
            (2, 3, 4, 5),
        )  # fmt: skip
        kleding.wol(doek, kleding.deel(doek, revers, _GROEN, 16), 0.35)


def _pet(doek: Doek, h: Hoofd) -> None:
    bol: Punten = [
        (-0.74, -0.5), (-0.84, -0.72), (-0.8, -0.98), (-0.5, -1.2), (0, -1.28), (0.5, -1.2), (0.8, -0.98),
        (0.84, -0.72), (0.74, -0.5), (0.4, -0.6), (0, -0.64), (-0.4, -0.6),
    ]  # fmt: skip
    klep: Punten = [
        (-0.66, -0.6), (-0.4, -0.74), (0, -0.79), (0.4, -0.74), (0.66, -0.6), (0.69, -0.47), (0.45, -0.43),
        (0, -0.45), (-0.45, -0.43), (-0.69, -0.47),
    ]  # fmt: skip
    doek.tint(doek.masker(h.plaats(vloeiend(np.asarray(klep) * (0.92, 1) + (0.02, 0.11), gesloten=True)), zacht=12),
              h.huid.schaduw, 0.8)  # fmt: skip
    for rand, ronding in ((bol, 90), (klep, 26)):
        punten = [(float(x), float(y)) for x, y in h.plaats(rand)]
        naden: list[kleding.Plooi] = []
        if rand is bol:
            for x in (-0.5, 0.5):
                lijn = h.plaats([(x * 0.2, -1.26), (x * 0.7, -1.0), (x * 1.1, -0.62)])
                naden.append(([(float(a), float(b)) for a, b in lijn], 12, -5, 4))
        masker = kleding.deel(doek, punten, _TWEED, ronding, naden, 0.35)
        kleding.ribbels(doek, masker, 9, (120, 112, 104), 0.5)


def opa(doek: Doek) -> None:
    """Draw the man of about seventy: flat cap, grey moustache."""
    h = OPA
    kleding.achtergrond(doek, (206, 212, 206), (156, 164, 158))
    kleding.hals(doek, h, 132, 1160)
    _jack(doek)
    for kant in (-1, 1):
        oor(doek, h, kant, 0.69)
    schilder_huid(doek, h)
    gelaat(doek, h)
    slaap: Punten = [(-0.72, -0.62), (-0.71, -0.3), (-0.685, 0.02), (-0.64, 0.06), (-0.62, -0.15), (-0.58, -0.62)]
    for rand in (slaap, spiegel(slaap)):
        haar.baard(doek, h, rand, _ZILVER, 260, 0.08)
    snor: Punten = [
        (0, 0.575), (0.1, 0.56), (0.22, 0.595), (0.36, 0.68), (0.37, 0.72), (0.2, 0.73), (0.06, 0.715), (0, 0.7),
        (-0.06, 0.715), (-0.2, 0.73), (-0.37, 0.72), (-0.36, 0.67), (-0.22, 0.595), (-0.1, 0.56),
    ]  # fmt: skip
    haar.baard(doek, h, snor, _ZILVER, 900, 0.075)
    _pet(doek, h)
