"""Features: eyes, eyebrows, nostrils, lips, ears and the lines of age."""

import numpy as np

from hub.demo.tekeningen.doek import Doek, Kleur, Verfstreek
from hub.demo.tekeningen.hoofd import Hoofd
from hub.demo.tekeningen.kromme import Lijn, Punten, haal, verschuif, vloeiend
from hub.demo.tekeningen.licht import belicht, bol


def meng(a: Kleur, b: Kleur, deel: float) -> Kleur:
    """Return a colour between two."""
    r, g, bl = (round(x + (y - x) * deel) for x, y in zip(a, b, strict=True))
    return (r, g, bl)


def zachte_haal(doek: Doek, lijn: Lijn, dikte: float, verf: Kleur, dekking: float, zacht: float) -> None:
    """Shade softly along a line."""
    masker = doek.masker(haal(lijn, dikte, 0.4, 0.5), zacht=zacht)
    doek.tint(masker, verf, dekking)


def lijn_op(h: Hoofd, punten: Punten) -> Lijn:
    """Return a smooth line through places of the head."""
    return h.plaats(vloeiend(punten))


def _cirkel(mx: float, my: float, r: float) -> Lijn:
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    return np.stack([mx + r * np.cos(t), my + r * np.sin(t)], axis=1)


def _oogranden(h: Hoofd, kant: int) -> tuple[Punten, Punten]:
    a, o = h.oog_breedte, h.oog_open
    zak = 0.018 * h.leeftijd
    boven = [(-a, 0.016), (-0.62 * a, -0.56 * o), (-0.1 * a, -o), (0.5 * a, -0.8 * o + zak),
             (a, -0.002 + zak)]  # fmt: skip
    onder = [(-a, 0.016), (-0.5 * a, 0.42 * o), (0.1 * a, 0.62 * o), (0.6 * a, 0.46 * o),
             (a, -0.002 + zak)]  # fmt: skip
    plek = kant * h.oog_x
    return [(plek + kant * x, y) for x, y in boven], [(plek + kant * x, y) for x, y in onder]


def oog(doek: Doek, h: Hoofd, kant: int) -> None:
    """Draw one eye; side -1 is left on the picture, 1 is right."""
    boven, onder = _oogranden(h, kant)
    lijn_b, lijn_o = lijn_op(h, boven), lijn_op(h, onder)
    opening = doek.masker(np.vstack([lijn_b, lijn_o[::-1]]), zacht=0.8)
    donker = h.huid.diep
    doek.leg(opening, h.wit)
    a, o, m = h.oog_breedte, h.oog_open, h.maat
    mid = h.plaats([(kant * h.oog_x + 0.004, -0.12 * o)])[0]
    bal = doek.masker(_cirkel(mid[0] - 2, mid[1] + 4, a * 0.72 * m), zacht=a * 0.25 * m)
    doek.tint(opening * (1 - bal), (176, 150, 140), 0.75)
    r = 0.064 * m * a / 0.135
    iris = doek.masker(_cirkel(mid[0], mid[1], r), zacht=1.2) * opening
    doek.leg(iris, meng(h.iris, (16, 12, 10), 0.55))
    doek.leg(doek.masker(_cirkel(mid[0], mid[1], r * 0.82), zacht=2) * opening, h.iris)
    gloed = doek.masker(_cirkel(mid[0] + r * 0.25, mid[1] + r * 0.42, r * 0.42), zacht=r * 0.2)
    doek.leg(gloed * iris, meng(h.iris, (236, 214, 170), 0.42), 0.75)
    doek.leg(doek.masker(_cirkel(mid[0], mid[1], r * 0.42), zacht=1) * opening, (14, 11, 12))
    schaduw = doek.masker(haal(verschuif(lijn_b, 1, 0.011 * m), 0.055 * m, 0.2, 0.2), zacht=3)
    doek.tint(schaduw * opening, (70, 50, 48), 0.62)
    glans = doek.masker(_cirkel(mid[0] - r * 0.34, mid[1] - r * 0.3, r * 0.17), zacht=0.8)
    doek.leg(glans * opening, (255, 252, 246), 0.95)
    binnen = h.plaats([(kant * (h.oog_x - a * 0.93), 0.015)])[0]
    doek.leg(doek.masker(_cirkel(binnen[0], binnen[1], 0.014 * m), zacht=1.5) * opening,
             meng(h.huid.midden, (196, 96, 88), 0.5), 0.8)  # fmt: skip
    rand = verschuif(lijn_o, 0, 0.008 * m)
    doek.leg(doek.masker(haal(rand, 0.014 * m, 0.3, 0.3), zacht=1.2), h.huid.licht, 0.5)
    doek.tint(doek.masker(haal(lijn_o, 0.012 * m, 0.6, 0.2), zacht=1.2), donker, 0.6)
    wimper = meng(donker, (18, 12, 10), 0.6)
    lid = doek.masker(haal(verschuif(lijn_b, 0, -0.002 * m), 0.026 * m * (0.7 + 0.3 * h.wimpers), 0.35, 0.15),
                      zacht=0.9)  # fmt: skip
    doek.leg(lid, wimper, 0.88 - 0.28 * h.leeftijd)
    _wimpers(doek, h, kant, boven, wimper)
    _oogplooien(doek, h, kant, boven, onder)


def _wimpers(doek: Doek, h: Hoofd, kant: int, boven: Punten, verf: Kleur) -> None:
    lijn = vloeiend(boven)
    streken: list[Verfstreek] = []
    for t in np.linspace(0.3, 1.0, 20):
        x, y = lijn[int(t * (len(lijn) - 1))]
        uit = kant * (t - 0.35) * 0.05 * h.wimpers
        lang = (0.006 + 0.014 * t) * h.wimpers * float(doek.toeval.uniform(0.6, 1.1))
        punten = [(x, y), (x + uit * 0.5, y - lang * 0.5), (x + uit, y - lang * 0.95)]
        streken.append((haal(lijn_op(h, punten), 0.007 * h.maat, 0.01, 0.95), verf, 0.5))
    doek.streken(streken)


def _oogplooien(doek: Doek, h: Hoofd, kant: int, boven: Punten, onder: Punten) -> None:
    m, schaduw = h.maat, h.huid.schaduw
    op = 0.036 - 0.012 * h.leeftijd
    plooi = lijn_op(h, [(x * 1.0, y - op - 0.004 * i) for i, (x, y) in enumerate(boven)])
    zachte_haal(doek, plooi, 0.014 * m, h.huid.diep, 0.5, 1.6)
    lid = lijn_op(h, [(x, y - op * 0.5) for x, y in boven[1:4]])
    doek.leg(doek.masker(haal(lid, 0.018 * m, 0.4, 0.4), zacht=3), h.huid.licht, 0.3)
    wal = lijn_op(h, [(x - kant * 0.01, y + 0.055 + 0.02 * h.leeftijd) for x, y in onder])
    zachte_haal(doek, wal, 0.022 * m, schaduw, 0.25 + 0.35 * h.leeftijd, 4)
    if h.leeftijd < 0.5:
        return
    ox = kant * (h.oog_x + h.oog_breedte)
    for dy, eind in ((-0.02, -0.06), (0.01, 0.01), (0.035, 0.08)):
        poot = [(ox + kant * 0.03, dy), (ox + kant * 0.08, (dy + eind) / 2), (ox + kant * 0.14, eind)]
        zachte_haal(doek, lijn_op(h, poot), 0.012 * m, schaduw, 0.45 * h.leeftijd, 1.6)


def wenkbrauw(doek: Doek, h: Hoofd, kant: int) -> None:
    """Draw one eyebrow out of many short hairs."""
    y0, o = h.wenkbrauw_y, h.oog_x
    boog = vloeiend([(o - 0.16, y0 + 0.022), (o - 0.05, y0 - 0.006), (o + 0.08, y0 - 0.025),
                     (o + 0.2, y0 + 0.03)])  # fmt: skip
    dik = 0.036 * h.wenkbrauw_dikte
    basis = haal(h.plaats(boog * (kant, 1)), dik * 1.2 * h.maat, 0.6, 0.7)
    doek.tint(doek.masker(basis, zacht=6), meng(h.wenkbrauw, h.huid.schaduw, 0.3), 0.5)
    streken: list[Verfstreek] = []
    for _ in range(190):
        t = float(doek.toeval.uniform(0, 1))
        x, y = boog[int(t * (len(boog) - 1))]
        breed = dik * (1 - 0.65 * t) * (0.34 + 0.91 * min(t * 3, 1))
        y += float(doek.toeval.normal(0, 0.36)) * breed
        dx = 0.02 + 0.035 * t
        dy = -0.045 * (1 - t) ** 1.5 + 0.022 * t
        lijn = lijn_op(h, [(kant * x, y), (kant * (x + dx * 0.5), y + dy * 0.6),
                           (kant * (x + dx), y + dy * 0.8)])  # fmt: skip
        tint = meng(h.wenkbrauw, h.huid.midden, float(doek.toeval.uniform(0, 0.3)))
        streken.append((haal(lijn, 0.0085 * h.maat, 0.3, 0.7), tint, 0.25 + 0.3 * min(t * 4, 1)))
    doek.streken(streken)


def neus(doek: Doek, h: Hoofd) -> None:
    """Draw what light alone leaves out of the nose: nostrils, wings and cast shadow."""
    n, b, m = h.neus_lengte, h.neus_breedte, h.maat
    for kant in (-1, 1):
        gat = lijn_op(h, [(kant * b * 0.22, n * 1.02), (kant * b * 0.45, n * 0.985),
                          (kant * b * 0.72, n * 1.015)])  # fmt: skip
        zachte_haal(doek, gat, 0.027 * m, h.huid.diep, 0.66, 3)
        vleugel = lijn_op(h, [(kant * b * 0.9, n * 0.82), (kant * b * 1.06, n * 0.93),
                              (kant * b * 0.86, n * 1.02)])  # fmt: skip
        zachte_haal(doek, vleugel, 0.02 * m, h.huid.schaduw, 0.5, 3.2)
    glans = lijn_op(h, [(-0.03, n * 0.3), (-0.032, n * 0.6), (-0.03, n * 0.82)])
    doek.leg(doek.masker(haal(glans, 0.035 * m, 0.5, 0.3), zacht=5), h.huid.glans, 0.3)
    punt = h.plaats([(-0.035, n * 0.88)])[0]
    doek.leg(doek.masker(_cirkel(punt[0], punt[1], 0.024 * m), zacht=5), h.huid.glans, 0.5)


def mond(doek: Doek, h: Hoofd) -> None:
    """Draw the lips as two shaded shapes with a soft parting line."""
    b, y, d, la, m = h.mond_breedte, h.mond_y, h.lip_dikte, h.lach, h.maat
    naad = [(-b, y - la), (-0.5 * b, y + 0.004), (-0.14 * b, y + 0.003), (0, y + 0.008),
            (0.14 * b, y + 0.003), (0.5 * b, y + 0.004), (b, y - la * 0.85)]  # fmt: skip
    boven = [(b, y - la * 0.85), (0.55 * b, y - 0.038 * d - la * 0.3), (0.16 * b, y - 0.066 * d),
             (0, y - 0.052 * d), (-0.16 * b, y - 0.066 * d), (-0.55 * b, y - 0.038 * d - la * 0.3),
             (-b, y - la)]  # fmt: skip
    onder = [(b, y - la * 0.85), (0.6 * b, y + 0.062 * d), (0.2 * b, y + 0.094 * d),
             (-0.2 * b, y + 0.094 * d), (-0.6 * b, y + 0.062 * d), (-b, y - la)]  # fmt: skip
    lijn_n = lijn_op(h, naad)
    vorm_b = np.vstack([lijn_n, lijn_op(h, boven)])
    vorm_o = np.vstack([lijn_n, lijn_op(h, onder)])
    doek.tint(doek.masker(vorm_b, zacht=3), h.lip, 0.85)
    doek.tint(doek.masker(vorm_b, zacht=3), (190, 150, 150), 0.35)
    doek.tint(doek.masker(vorm_o, zacht=3.5), h.lip, 0.62)
    glans = lijn_op(h, [(-0.4 * b, y + 0.045 * d), (-0.1 * b, y + 0.055 * d), (0.2 * b, y + 0.05 * d)])
    doek.leg(doek.masker(haal(glans, 0.024 * m * d, 0.5, 0.5), zacht=4), h.huid.glans, 0.32)
    zachte_haal(doek, lijn_n, 0.016 * m, h.huid.diep, 0.55, 2)
    zachte_haal(doek, lijn_n, 0.007 * m, meng(h.huid.diep, (40, 10, 10), 0.5), 0.75, 0.8)
    for kant in (-1, 1):
        hoek = h.plaats([(kant * b * 1.02, y - la)])[0]
        doek.tint(doek.masker(_cirkel(hoek[0], hoek[1], 0.022 * m), zacht=5), h.huid.schaduw, 0.3)


def oor(doek: Doek, h: Hoofd, kant: int, x: float = 0.7) -> None:
    """Draw one ear, behind the face."""
    rand = [(x - 0.06, -0.12), (x + 0.03, -0.17), (x + 0.11, -0.1), (x + 0.1, 0.1), (x + 0.05, 0.25),
            (x - 0.02, 0.34), (x - 0.07, 0.28)]  # fmt: skip
    vorm = h.plaats(vloeiend([(kant * a, b) for a, b in rand], gesloten=True))
    masker = doek.masker(vorm, zacht=1)
    toon = belicht(bol(doek, masker, 0.07 * h.maat), doek.schaal)
    doek.leg(masker, h.huid.verf(toon * 0.92 if kant < 0 else toon * 0.7))
    doek.tint(masker, h.blos_kleur, 0.25)
    schelp = [(x - 0.02, -0.08), (x + 0.05, -0.09), (x + 0.055, 0.05), (x + 0.0, 0.16), (x - 0.02, 0.2)]
    zachte_haal(doek, lijn_op(h, [(kant * a, b) for a, b in schelp]), 0.03 * h.maat, h.huid.diep, 0.5, 4)


def ouderdom(doek: Doek, h: Hoofd) -> None:
    """Draw the faint lines of age on forehead, cheeks and mouth."""
    k, m, s = h.leeftijd, h.maat, h.huid.schaduw
    if k < 0.25:
        return
    for y, w in ((-0.42, 0.3), (-0.52, 0.34), (-0.61, 0.28)):
        schuin = float(doek.toeval.uniform(-0.01, 0.01))
        lijn = lijn_op(h, [(-w, y + 0.015), (-w * 0.4, y - 0.008 + schuin), (0.02, y + 0.008),
                           (w * 0.5, y - 0.01), (w, y + 0.02)])  # fmt: skip
        zachte_haal(doek, lijn, 0.012 * m, s, 0.42 * k, 2.4)
    n, b = h.neus_lengte, h.mond_breedte
    for kant in (-1, 1):
        groef = lijn_op(h, [(kant * (h.neus_breedte + 0.02), n * 0.9), (kant * (b + 0.01), n * 1.1),
                            (kant * (b + 0.07), h.mond_y + 0.02)])  # fmt: skip
        zachte_haal(doek, groef, 0.022 * m, s, 0.75 * k, 3)
        hoek = lijn_op(h, [(kant * (b + 0.01), h.mond_y), (kant * (b + 0.035), h.mond_y + 0.07),
                           (kant * (b + 0.03), h.mond_y + 0.14)])  # fmt: skip
        zachte_haal(doek, hoek, 0.016 * m, s, 0.5 * k, 3)


def _sproeten(doek: Doek, h: Hoofd) -> None:
    """Sprinkle freckles over nose and cheeks."""
    for _ in range(h.sproeten):
        x = float(doek.toeval.normal(0, 0.27))
        y = 0.3 + abs(x) * 0.12 + float(doek.toeval.normal(0, 0.07))
        plek = h.plaats([(x, y)])[0]
        straal = float(doek.toeval.uniform(0.004, 0.009)) * h.maat
        vlek = doek.masker(_cirkel(plek[0], plek[1], straal), zacht=1.4)
        doek.tint(vlek, (204, 140, 104), float(doek.toeval.uniform(0.2, 0.5)))


def gelaat(doek: Doek, h: Hoofd) -> None:
    """Draw all features of the face, upon the skin."""
    ouderdom(doek, h)
    _sproeten(doek, h)
    neus(doek, h)
    mond(doek, h)
    for kant in (-1, 1):
        oog(doek, h, kant)
        wenkbrauw(doek, h, kant)
