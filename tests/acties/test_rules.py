"""Phases and policy: one test per cell of each table, with what is expected written out by hand."""

from itertools import product

import pytest

from hub.acties import rules
from hub.acties.model import FASEN, NIVEAUS, TYPES, Persoon

EVENTS = ("vragen", "vrijgeven", "afsluiten", "verlopen", "intrekken")

PHASES = {
    # vragen, vrijgeven, afsluiten, verlopen, intrekken; a dash cannot happen
    "concept": "wacht-op-goedkeuring actief - - ingetrokken",
    "wacht-op-goedkeuring": "- actief - afgesloten ingetrokken",
    "actief": "- - afgesloten afgesloten ingetrokken",
    "afgesloten": "- - - - ingetrokken",
    "ingetrokken": "- - - - ingetrokken",
}


@pytest.mark.parametrize("fase", FASEN)
@pytest.mark.parametrize("event", EVENTS)
def test_each_phase_answers_each_event(fase: str, event: str) -> None:
    expected = PHASES[fase].split()[EVENTS.index(event)]
    if expected != "-":
        assert rules.next_fase(fase, event) == expected
        return
    with pytest.raises(rules.NietMogelijk, match="kan nu niet"):
        rules.next_fase(fase, event)


def test_an_unknown_event_cannot_happen() -> None:
    with pytest.raises(rules.NietMogelijk):
        rules.next_fase("actief", "ontploffen")


# The policy table, cell by cell: niveau, person, written consent -> photo stored, photo shown, rule of showing.
PHOTOS = """
lokaal    kind       zonder  nee  nee  foto-minderjarig-lokaal
lokaal    kind       met     nee  nee  foto-minderjarig-lokaal
lokaal    volwassene zonder  ja   nee  foto-zonder-toestemming
lokaal    volwassene met     ja   ja   foto-met-toestemming
regionaal kind       zonder  ja   nee  foto-zonder-toestemming
regionaal kind       met     ja   ja   foto-met-toestemming
regionaal volwassene zonder  ja   nee  foto-zonder-toestemming
regionaal volwassene met     ja   ja   foto-met-toestemming
landelijk kind       zonder  ja   nee  foto-zonder-toestemming
landelijk kind       met     ja   ja   foto-met-toestemming
landelijk volwassene zonder  ja   nee  foto-zonder-toestemming
landelijk volwassene met     ja   ja   foto-met-toestemming
"""
CELLS = [line.split() for line in PHOTOS.strip().splitlines()]

# kind of scherm -> a missing person, anything else, the photo of a missing person
SCREENS = {
    "station": ("ja", "ja", "ja"),
    "abri": ("ja", "ja", "ja"),
    "weg": ("ja", "nee", "nee"),
    "strip": ("ja", "nee", "ja"),
    "web": ("ja", "ja", "ja"),
}


def asked(niveau: str, person: str, consent: str, type: str = "vermist-persoon") -> dict[str, object]:
    return {
        "niveau": niveau,
        "type": type,
        "minderjarig": person == "kind",
        "toestemming": consent == "met",
    }


@pytest.mark.parametrize(("niveau", "person", "consent", "stored", "shown", "regel"), CELLS)
def test_storing_a_photo(niveau: str, person: str, consent: str, stored: str, shown: str, regel: str) -> None:
    besluit = rules.foto_uploaden(**asked(niveau, person, consent))  # type: ignore[arg-type]
    assert besluit.mag is (stored == "ja")
    if stored == "nee":
        assert besluit.regel == "foto-minderjarig-lokaal"
    elif consent == "zonder":
        assert besluit.regel == "foto-bewaren-zonder-toestemming"
    else:
        assert besluit.regel == "foto-bewaren"


@pytest.mark.parametrize(("niveau", "person", "consent", "stored", "shown", "regel"), CELLS)
def test_a_photo_on_the_page(niveau: str, person: str, consent: str, stored: str, shown: str, regel: str) -> None:
    besluit = rules.foto_op_pagina(**asked(niveau, person, consent))  # type: ignore[arg-type]
    assert (besluit.mag, besluit.regel) == (shown == "ja", regel)


@pytest.mark.parametrize("kanaal", ["foto-ja", "foto-nee"])
@pytest.mark.parametrize(("niveau", "person", "consent", "stored", "shown", "regel"), CELLS)
def test_a_photo_on_a_kanaal(
    niveau: str, person: str, consent: str, stored: str, shown: str, regel: str, kanaal: str
) -> None:
    question = asked(niveau, person, consent)
    besluit = rules.foto_op_kanaal(**question, kanaal_foto=kanaal == "foto-ja")  # type: ignore[arg-type]
    if shown == "ja" and kanaal == "foto-nee":
        assert (besluit.mag, besluit.regel) == (False, "foto-kanaal-uit")
    else:
        assert (besluit.mag, besluit.regel) == (shown == "ja", regel)


@pytest.mark.parametrize("soort", SCREENS)
@pytest.mark.parametrize("type", TYPES)
def test_which_actie_stands_on_which_scherm(soort: str, type: str) -> None:
    missing, else_, _ = SCREENS[soort]
    besluit = rules.scherm_mag(type=type, scherm_soort=soort)
    assert besluit.mag is ((missing if type == "vermist-persoon" else else_) == "ja")
    if not besluit.mag:
        assert besluit.regel == "scherm-alleen-vermissingen"


@pytest.mark.parametrize("soort", SCREENS)
@pytest.mark.parametrize(("niveau", "person", "consent", "stored", "shown", "regel"), CELLS)
def test_a_photo_on_a_scherm(
    niveau: str, person: str, consent: str, stored: str, shown: str, regel: str, soort: str
) -> None:
    question = asked(niveau, person, consent)
    besluit = rules.foto_op_scherm(**question, scherm_soort=soort)  # type: ignore[arg-type]
    assert besluit.mag is (shown == "ja" and SCREENS[soort][2] == "ja")
    if shown == "ja" and soort == "weg":
        assert besluit.regel == "foto-niet-langs-de-weg"


@pytest.mark.parametrize("soort", ["weg", "strip"])
def test_a_suspect_has_no_photo_where_he_may_not_even_be_named(soort: str) -> None:
    question = asked("landelijk", "volwassene", "met", "overval")
    besluit = rules.foto_op_scherm(**question, scherm_soort=soort)  # type: ignore[arg-type]
    assert (besluit.mag, besluit.regel) == (False, "scherm-alleen-vermissingen")


MEETINGS = """
oefening echt  ingericht nee oefening-nooit-echt
oefening echt  voorbeeld nee oefening-nooit-echt
oefening proef ingericht ja  oefening-op-oefenplek
oefening proef voorbeeld ja  oefening-op-oefenplek
menens   echt  ingericht ja  echt-op-echte-plek
menens   echt  voorbeeld nee voorbeeld-nooit-echt
menens   proef ingericht nee echt-niet-op-oefenplek
menens   proef voorbeeld ja  voorbeeld-op-oefenplek
"""


@pytest.mark.parametrize(
    ("actie", "plek", "hub", "mag", "regel"), [line.split() for line in MEETINGS.strip().splitlines()]
)
def test_what_may_meet(actie: str, plek: str, hub: str, mag: str, regel: str) -> None:
    besluit = rules.ontmoet(oefening=actie == "oefening", echt=plek == "echt", voorbeeld=hub == "voorbeeld")
    assert (besluit.mag, besluit.regel) == (mag == "ja", regel)


@pytest.mark.parametrize(
    ("type", "leeftijd", "ticked", "expected"),
    [
        ("vermist-persoon", None, None, True),
        ("vermist-persoon", None, False, True),
        ("vermist-persoon", None, True, True),
        ("vermist-persoon", 0, None, True),
        ("vermist-persoon", 17, None, True),
        ("vermist-persoon", 17, False, True),
        ("vermist-persoon", 18, None, False),
        ("vermist-persoon", 18, False, False),
        ("vermist-persoon", 40, True, True),
        ("overval", None, None, False),
        ("overval", None, False, False),
        ("overval", None, True, True),
        ("overval", 17, None, True),
        ("overval", 18, None, False),
    ],
)
def test_who_counts_as_a_minor(type: str, leeftijd: int | None, ticked: bool | None, expected: bool) -> None:
    assert rules.is_minderjarig(type, Persoon(leeftijd, ticked)) is expected


def test_what_is_not_in_the_table_is_refused() -> None:
    besluiten = [
        rules.foto_uploaden(niveau="wereldwijd", type="overig", minderjarig=False, toestemming=True),
        rules.scherm_mag(type="vermist-persoon", scherm_soort="luchtballon"),
        rules.foto_op_scherm(
            niveau="landelijk",
            type="vermist-persoon",
            minderjarig=False,
            toestemming=True,
            scherm_soort="luchtballon",
        ),
    ]
    assert [(besluit.mag, besluit.regel) for besluit in besluiten] == [(False, "onbekend")] * 3


def test_the_table_has_every_cell_and_no_rule_without_use() -> None:
    photo = set(product(("uploaden", "tonen"), NIVEAUS, ("minderjarig", "volwassen"), ("nee", "ja")))
    screen = set(product(("scherm",), SCREENS, ("vermissing", "anders")))
    meeting = set(product(("ontmoeten",), ("oefening", "menens"), ("echt", "proef"), ("ingericht", "voorbeeld")))
    rest = {("kanaal-foto", "ja"), ("kanaal-foto", "nee"), *product(("scherm-foto",), SCREENS)}
    assert set(rules.BELEID) == photo | screen | meeting | rest
    assert set(rules.BELEID.values()) | {"onbekend"} == set(rules.BESLUITEN)


@pytest.mark.parametrize("besluit", rules.BESLUITEN.values(), ids=str)
def test_every_rule_is_explained_in_a_sentence(besluit: rules.Besluit) -> None:
    assert besluit.uitleg[0].isupper()
    assert besluit.uitleg.endswith(".")
