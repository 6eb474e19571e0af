"""The figures of one actie: per kanaal, per scherm and in total, where every total is the sum of its rows.

What belongs to no kanaal and no scherm stands in the row `overig`; nothing is left out and nothing is counted
twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.kit.clock import iso
from hub.tracking.definities import DEFINITIES, Definitie
from hub.tracking.klassen import KLASSEN
from hub.tracking.kliks import TELLER
from hub.tracking.links import Spoor, sporen
from hub.tracking.tables import GebeurtenisRij, KlikRij, MetingRij, ReactieRij, TellerRij, TellingRij

ANDERS: Final = tuple(klasse for klasse in KLASSEN if klasse != "mens")
Plek = tuple[str, str]
OVERIG: Final[Plek] = ("overig", "")


@dataclass(frozen=True, slots=True)
class Bereik:
    """The newest value of one native counter of a netwerk; None where the netwerk does not say."""

    naam: str
    waarde: int | None
    op: datetime


@dataclass(slots=True)
class Rij:
    """The figures of one place. `kliks` includes `kliks_gedeeld`, but not `kliks_anders` or `nagloei`."""

    plek: str
    naam: str
    kliks: int = 0
    kliks_gedeeld: int = 0
    kliks_anders: Counter[str] = field(default_factory=Counter)
    nagloei: int = 0
    deelintenties: int = 0
    gezien: int = 0
    reacties: int = 0
    bereik: tuple[Bereik, ...] = ()

    @property
    def rechtstreeks(self) -> int:
        """Kliks on the place's own link: for a scherm these are the scans."""
        return self.kliks - self.kliks_gedeeld


@dataclass(frozen=True, slots=True)
class Generatie:
    """One step of passing on: opens of links of this generation, and presses on share behind them."""

    generatie: int
    kliks: int
    deelintenties: int


@dataclass(frozen=True, slots=True)
class Statistieken:
    """All figures of one actie and what they mean; `totaal` is the sum of kanalen, schermen and overig."""

    actie_id: str
    kanalen: tuple[Rij, ...]
    schermen: tuple[Rij, ...]
    overig: Rij
    totaal: Rij
    klassen: Mapping[str, int]
    deelbevestigd: int
    deelknoppen: Mapping[str, int]
    generaties: tuple[Generatie, ...]
    bronnen: Mapping[str, int]
    routes: Mapping[str, int]
    ongeteld: int
    definities: Mapping[str, Definitie] = field(default_factory=lambda: DEFINITIES)

    @property
    def scans(self) -> int:
        """Human kliks on the links of schermen."""
        return sum(rij.rechtstreeks for rij in self.schermen)


@dataclass(frozen=True, slots=True)
class Geteld:
    """One group of equal rows: what, on which link, before or after the end, how many."""

    soort: str
    waarde: str
    code: str
    na_einde: bool
    aantal: int


def statistieken(session: Session, actie_id: str) -> Statistieken:
    """Count everything that is known of this actie now."""
    links = sporen(session, actie_id)
    rijen = {plek: Rij(*plek) for spoor in links.values() if (plek := _place(spoor)) != OVERIG}
    rijen.setdefault(OVERIG, Rij(*OVERIG))
    geteld = _counted(session, actie_id)
    for groep in geteld:
        _add(rijen[_place(links.get(groep.code))], groep, links.get(groep.code))
    routes = _reacties(session, actie_id, links, rijen)
    _bereik(session, actie_id, rijen)
    kanalen = tuple(rij for plek, rij in rijen.items() if plek[0] == "kanaal")
    schermen = tuple(rij for plek, rij in rijen.items() if plek[0] == "scherm")
    overig = rijen[OVERIG]
    human = Counter[str]()
    for groep in geteld:
        if groep.soort == "klik" and groep.waarde == "mens":
            human[groep.code] += groep.aantal
    return Statistieken(
        actie_id=actie_id,
        kanalen=tuple(sorted(kanalen, key=lambda rij: rij.naam)),
        schermen=tuple(sorted(schermen, key=lambda rij: rij.naam)),
        overig=overig,
        totaal=_total([*kanalen, *schermen, overig]),
        klassen={klasse: _sum(geteld, "klik", klasse) for klasse in KLASSEN},
        deelbevestigd=sum(1 for code, link in links.items() if link.generatie > 1 and human[code]),
        deelknoppen=_per_value(geteld, "deelintentie"),
        generaties=_generaties(geteld, links),
        bronnen=_per_value(geteld, "bron"),
        routes=routes,
        ongeteld=session.scalar(select(TellerRij.waarde).where(TellerRij.naam == TELLER + actie_id)) or 0,
    )


def as_json(cijfers: Statistieken) -> dict[str, Any]:
    """The body of `GET /acties/{id}/statistieken`."""
    return {
        "kanalen": [{"kanaal": rij.naam, **_row(rij)} for rij in cijfers.kanalen],
        "schermen": [{"scherm": rij.naam, "scans": rij.rechtstreeks, **_row(rij)} for rij in cijfers.schermen],
        "overig": _row(cijfers.overig),
        "totaal": {
            **_row(cijfers.totaal),
            "scans": cijfers.scans,
            "deelbevestigd": cijfers.deelbevestigd,
            "ongeteld": cijfers.ongeteld,
        },
        "klassen": dict(cijfers.klassen),
        "deelknoppen": dict(cijfers.deelknoppen),
        "generaties": [
            {"generatie": stap.generatie, "kliks": stap.kliks, "deelintenties": stap.deelintenties}
            for stap in cijfers.generaties
        ],
        "bronnen": dict(cijfers.bronnen),
        "routes": dict(cijfers.routes),
        "nagloei": cijfers.totaal.nagloei,
        "ongeteld": cijfers.ongeteld,
        "definities": {
            id: {
                "titel": definitie.titel,
                "uitleg": definitie.uitleg,
                "teller": definitie.teller,
                "noemer": definitie.noemer,
                "bron": definitie.bron,
            }
            for id, definitie in cijfers.definities.items()
        },
    }


def _row(rij: Rij) -> dict[str, Any]:
    return {
        "kliks": rij.kliks,
        "kliksGedeeld": rij.kliks_gedeeld,
        "kliksAnders": {klasse: rij.kliks_anders[klasse] for klasse in ANDERS},
        "nagloei": rij.nagloei,
        "gezien": rij.gezien,
        "deelintenties": rij.deelintenties,
        "reacties": rij.reacties,
        "bereik": [{"naam": stand.naam, "waarde": stand.waarde, "op": iso(stand.op)} for stand in rij.bereik],
    }


def _counted(session: Session, actie_id: str) -> list[Geteld]:
    """Rows that still exist and hours that were rolled up, in one shape."""
    klik = (
        select(KlikRij.klasse, KlikRij.code, KlikRij.na_einde, func.count())
        .where(KlikRij.actie_id == actie_id)
        .group_by(KlikRij.klasse, KlikRij.code, KlikRij.na_einde)
    )
    event = (
        select(GebeurtenisRij.soort, GebeurtenisRij.waarde, GebeurtenisRij.link_code, func.count())
        .where(GebeurtenisRij.actie_id == actie_id)
        .group_by(GebeurtenisRij.soort, GebeurtenisRij.waarde, GebeurtenisRij.link_code)
    )
    rolled = (
        select(
            TellingRij.soort,
            TellingRij.waarde,
            TellingRij.link_code,
            TellingRij.na_einde,
            func.sum(TellingRij.aantal),
        )
        .where(TellingRij.actie_id == actie_id)
        .group_by(TellingRij.soort, TellingRij.waarde, TellingRij.link_code, TellingRij.na_einde)
    )
    return [
        *(Geteld("klik", klasse, code, einde, aantal) for klasse, code, einde, aantal in session.execute(klik)),
        *(Geteld(soort, waarde, code, False, aantal) for soort, waarde, code, aantal in session.execute(event)),
        *(Geteld(*groep) for groep in session.execute(rolled)),
    ]


def _place(spoor: Spoor | None) -> Plek:
    """The kanaal or scherm where this link's chain began, else the rest row."""
    if spoor is None or spoor.begin[0] not in ("kanaal", "scherm"):
        return OVERIG
    return spoor.begin


def _add(rij: Rij, groep: Geteld, spoor: Spoor | None) -> None:
    if groep.soort == "deelintentie":
        rij.deelintenties += groep.aantal
    elif groep.soort == "gezien":
        rij.gezien += groep.aantal
    elif groep.soort == "klik" and groep.waarde != "mens":
        rij.kliks_anders[groep.waarde] += groep.aantal
    elif groep.soort == "klik" and groep.na_einde:
        rij.nagloei += groep.aantal
    elif groep.soort == "klik":
        rij.kliks += groep.aantal
        if spoor is not None and spoor.generatie > 1:
            rij.kliks_gedeeld += groep.aantal


def _reacties(session: Session, actie_id: str, links: Mapping[str, Spoor], rijen: dict[Plek, Rij]) -> Mapping[str, int]:
    """Add reacties to their kanaal, else to where the reader came from; returns how many came per route."""
    groups = (
        select(ReactieRij.kanaal, ReactieRij.link_code, ReactieRij.route, func.count())
        .where(ReactieRij.actie_id == actie_id)
        .group_by(ReactieRij.kanaal, ReactieRij.link_code, ReactieRij.route)
    )
    routes = Counter[str]()
    for kanaal, code, route, aantal in session.execute(groups):
        plek = ("kanaal", kanaal) if kanaal else _place(links.get(code))
        rijen.setdefault(plek, Rij(*plek)).reacties += aantal
        routes[route] += aantal
    return routes


def _bereik(session: Session, actie_id: str, rijen: dict[Plek, Rij]) -> None:
    """Newest value per counter and post; posts of one kanaal are added, kanalen never."""
    newest: dict[tuple[str, str, str], MetingRij] = {}
    for row in session.scalars(select(MetingRij).where(MetingRij.actie_id == actie_id).order_by(MetingRij.op)):
        newest[(row.kanaal, row.naam, row.ref)] = row
    grouped: dict[tuple[str, str], list[MetingRij]] = {}
    for (kanaal, naam, _), row in newest.items():
        grouped.setdefault((kanaal, naam), []).append(row)
    for (kanaal, naam), rows in sorted(grouped.items()):
        known = [row.waarde for row in rows if row.waarde is not None]
        stand = Bereik(naam, sum(known) if known else None, max(row.op for row in rows))
        rij = rijen.setdefault(("kanaal", kanaal), Rij("kanaal", kanaal))
        rij.bereik = (*rij.bereik, stand)


def _generaties(geteld: Iterable[Geteld], links: Mapping[str, Spoor]) -> tuple[Generatie, ...]:
    kliks, shares = Counter[int](), Counter[int]()
    for groep in geteld:
        stap = links[groep.code].generatie if groep.code in links else 1
        if groep.soort == "deelintentie":
            shares[stap] += groep.aantal
        elif groep.soort == "klik" and groep.waarde == "mens" and not groep.na_einde:
            kliks[stap] += groep.aantal
    return tuple(Generatie(stap, kliks[stap], shares[stap]) for stap in sorted(kliks.keys() | shares.keys()))


def _per_value(geteld: Iterable[Geteld], soort: str) -> Mapping[str, int]:
    found = Counter[str]()
    for groep in geteld:
        if groep.soort == soort:
            found[groep.waarde] += groep.aantal
    return dict(sorted(found.items()))


def _sum(geteld: Iterable[Geteld], soort: str, waarde: str) -> int:
    return sum(groep.aantal for groep in geteld if groep.soort == soort and groep.waarde == waarde)


def _total(rijen: Iterable[Rij]) -> Rij:
    """The sum of all rows. Bereik is not in it: counters of different networks do not add up."""
    totaal = Rij("totaal", "")
    for rij in rijen:
        totaal.kliks += rij.kliks
        totaal.kliks_gedeeld += rij.kliks_gedeeld
        totaal.kliks_anders += rij.kliks_anders
        totaal.nagloei += rij.nagloei
        totaal.gezien += rij.gezien
        totaal.deelintenties += rij.deelintenties
        totaal.reacties += rij.reacties
    return totaal
