"""The report of acties and reacties per gemeente: our own count, or the printed table of a year before the hub."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.acties import gemeenten
from hub.acties.tables import ActieRij
from hub.reports.historie import KEY_FIGURES, PER_GEMEENTE, definities, namen
from hub.reports.model import Cel, Inhoud, Kolom, Periode, Rij
from hub.reports.register import report
from hub.reports.tables import ReeksRij
from hub.tracking.tables import ReactieRij

NUMBERS = (
    "aantalActies",
    "aantalActiesMetReacties",
    "aantalReactiesBnNummer",
    "aantalReactiesApp",
    "aantalReactiesOverig",
)
TITLES = dict(
    zip(
        NUMBERS,
        ("Acties", "Acties met reacties", "Reacties via 0800-0011", "Reacties uit de app", "Reacties langs andere weg"),
        strict=True,
    )
)
COUNTED_ROUTES = ("app", "0800-0011")

OWN = "eigen telling van deze hub"
OWN_DEFINITIONS: Mapping[str, tuple[str, str]] = {
    "aantalActies": (
        "Tijdkritische acties die in de periode zijn uitgezet, bij de gemeente waar ze zijn gestart. "
        "Oefeningen tellen niet mee.",
        "uitgezette tijdkritische acties",
    ),
    "aantalActiesMetReacties": (
        "Acties met minstens één reactie uit de app of via 0800-0011, zoals de jaarrapporten tellen. "
        "Wie alleen 112 belde telt hier niet mee.",
        "acties met een reactie via app of 0800-0011",
    ),
    "aantalReactiesBnNummer": ("Genoteerde reacties via 0800-0011 op deze acties.", "reacties met route 0800-0011"),
    "aantalReactiesApp": ("Genoteerde reacties uit de app op deze acties.", "reacties met route app"),
    "aantalReactiesOverig": (
        "Genoteerde reacties via 112, 0800-8844, web, messenger en anders. De jaarrapporten kennen deze niet.",
        "reacties met een andere route",
    ),
}
# Our column, the printed one, the term in definities.csv and the headline figure of the same report.
PRINTED = (
    ("aantalActies", "aantal_acties", "aantal_acties", "t0_acties"),
    ("aantalActiesMetReacties", "aantal_acties_met_reacties", "aantal_acties_met_reacties", "t0_acties_met_reactie"),
    ("aantalReactiesBnNummer", "aantal_reacties_bn_nummer", "reacties_op_bn_nummer", "t0_gebeld_0800_0011"),
    ("aantalReactiesApp", "aantal_reacties_app", "reacties_vanuit_app", "t0_reacties_app"),
)


@report("Acties en reacties per gemeente")
def acties_en_reacties(session: Session, periode: Periode) -> Inhoud:
    """Hoeveel tijdkritische acties er per gemeente waren, en hoe vaak mensen reageerden.

    Elke actie hoort bij de gemeente waar de actie is gestart. Daardoor tellen de rijen op tot het totaal. Lukt dat
    niet, dan staat het verschil in een eigen rij. Over een jaar van voor de hub staat hier de gedrukte tabel.
    """
    if periode.jaar is not None and (printed := _printed(session, periode.jaar)):
        return _historic(session, periode, printed)
    return _own(session, periode)


# -- our own figures -----------------------------------------------------------------------------------------------
def _own(session: Session, periode: Periode) -> Inhoud:
    acties = {actie_id: code for actie_id, code in session.execute(_started(periode))}
    counts: dict[str, Counter[str]] = {code: Counter() for code in acties.values()}
    for code in acties.values():
        counts[code]["aantalActies"] += 1
    for actie_id, routes in _reacties(session, periode).items():
        row = counts[acties[actie_id]]
        row["aantalActiesMetReacties"] += any(routes[route] for route in COUNTED_ROUTES)
        row["aantalReactiesBnNummer"] += routes["0800-0011"]
        row["aantalReactiesApp"] += routes["app"]
        row["aantalReactiesOverig"] += sum(n for route, n in routes.items() if route not in COUNTED_ROUTES)
    total = sum(counts.values(), Counter())
    return Inhoud(
        kolommen=_columns({name: (*OWN_DEFINITIONS[name], OWN) for name in NUMBERS}),
        rijen=_sorted({code: {name: row[name] for name in NUMBERS} for code, row in counts.items()}),
        kop={name: total[name] for name in NUMBERS},
        rest_titel="Gemeente onbekend",
        opmerkingen=_hint(session, periode),
    )


def _started(periode: Periode) -> Select[str, str]:
    start, end = periode.bounds()
    return select(ActieRij.id, ActieRij.gemeente).where(
        ActieRij.oefening.is_(False),
        ActieRij.soort == "tijdkritisch",
        ActieRij.gestart_op >= start,
        ActieRij.gestart_op < end,
    )


def _reacties(session: Session, periode: Periode) -> dict[str, Counter[str]]:
    """Per actie the number of reacties per route."""
    ids = _started(periode).with_only_columns(ActieRij.id)
    found: dict[str, Counter[str]] = {}
    for actie_id, route, number in session.execute(
        select(ReactieRij.actie_id, ReactieRij.route, func.count())
        .where(ReactieRij.actie_id.in_(ids))
        .group_by(ReactieRij.actie_id, ReactieRij.route)
    ):
        found.setdefault(actie_id, Counter())[route] = number
    return found


def _hint(session: Session, periode: Periode) -> tuple[str, ...]:
    """Where the period touches a year that was printed, say how to see that table."""
    years = select(ReeksRij.jaar).where(ReeksRij.reeks == PER_GEMEENTE).distinct()
    touched = [year for year in session.scalars(years) if periode.van.year <= year <= periode.tot.year]
    return tuple(
        f"Over {year} is er een gedrukte tabel. Kies precies dat hele jaar om die te zien." for year in sorted(touched)
    )


# -- the printed table ---------------------------------------------------------------------------------------------
def _printed(session: Session, year: int) -> dict[str, dict[str, float | None]]:
    """Per gemeente the printed cells of this year; empty when nothing was imported."""
    cells = select(ReeksRij).where(ReeksRij.reeks == PER_GEMEENTE, ReeksRij.jaar == year)
    found: dict[str, dict[str, float | None]] = {}
    for cell in session.scalars(cells):
        found.setdefault(cell.gemeente, {})[cell.kolom] = cell.waarde
    return found


def _historic(session: Session, periode: Periode, printed: Mapping[str, Mapping[str, float | None]]) -> Inhoud:
    year = periode.van.year
    source = f"Burgernet in Midden-Nederland, cijfers {year}"
    definitions = {name: (_words(term), source) for name, _, term, _ in PRINTED}
    rows = {
        # An empty cell in this table means none at all.
        code: {name: int(cells.get(column) or 0) for name, column, _, _ in PRINTED}
        for code, cells in printed.items()
    }
    figures = select(ReeksRij.kolom, ReeksRij.waarde).where(ReeksRij.reeks == KEY_FIGURES, ReeksRij.jaar == year)
    headline = {kolom: waarde for kolom, waarde in session.execute(figures)}
    kop: dict[str, Cel] = {
        name: int(value) for name, _, _, figure in PRINTED if (value := headline.get(figure)) is not None
    }
    return Inhoud(
        kolommen=_columns({name: (words, "", bron) for name, (words, bron) in definitions.items()}),
        rijen=_sorted(rows, namen()),
        kop=kop,
        rest_titel="Niet in de tabel (vermoedelijk Weesp)",
        opmerkingen=(
            "Deze cijfers zijn gedrukt in het jaarrapport en hier niet verbeterd. Een lege cel telt als 0.",
            "Het rapport noemt hogere totalen dan de rijen samen. Het verschil past bij één ontbrekende gemeente, "
            "vermoedelijk Weesp.",
            *_also_own(session, periode),
        ),
        peildatum=date(year, 12, 31),
    )


def _words(term: str) -> str:
    found = definities()[term]
    return f"{found.definitie} {found.let_op}".strip()


def _also_own(session: Session, periode: Periode) -> tuple[str, ...]:
    own = len(session.execute(_started(periode)).all())
    return (f"In deze hub staan over dit jaar ook {own} eigen acties; die tellen hier niet mee.",) if own else ()


# -- both ----------------------------------------------------------------------------------------------------------
def _columns(definitions: Mapping[str, tuple[str, str, str]]) -> list[Kolom]:
    """The two columns of words and the figures that this source has."""
    return [
        Kolom("gemeentecode", "Code", "CBS-code van de gemeente.", bron="CBS", optelbaar=False),
        Kolom("gemeente", "Gemeente", "Naam van de gemeente bij die code.", bron="CBS", optelbaar=False),
        *(
            Kolom(name, TITLES[name], definitie, teller or TITLES[name].lower(), "", bron)
            for name, (definitie, teller, bron) in definitions.items()
        ),
    ]


def _sorted(rows: Mapping[str, Mapping[str, Cel]], names: Mapping[str, str] = MappingProxyType({})) -> list[Rij]:
    """Rows of known gemeenten by name; joined on the code, so that a printed misspelling changes nothing.

    `names`: what a gemeente was called in those years, where that is not its name in our list.
    """
    known = {code: names.get(code, found.naam) for code in rows if (found := gemeenten.find(code)) is not None}
    ordered = sorted(known.items(), key=lambda item: item[1].casefold())
    return [{"gemeentecode": code, "gemeente": naam, **rows[code]} for code, naam in ordered]
