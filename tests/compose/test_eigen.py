"""Own texts of a kanaal: what they may hold, that they go before every file, and that a series knows them apart."""

from pathlib import Path

import pytest

from hub.compose import eigen
from hub.compose.compose import _fields, _values
from hub.compose.templates import Reeks, SjabloonFout, Templates
from tests.builders import een_view

POSTS = Path(__file__).resolve().parents[2] / "templates" / "posts"
TEMPLATES = Templates(POSTS)
KOP = "{% block kop %}{{ titel }} {% endblock %}\n"


def test_the_help_names_every_field_and_no_other() -> None:
    assert set(eigen.VELDEN) == set(_values(een_view(), "")) | set(_fields(een_view(), True))


@pytest.mark.parametrize("path", sorted(POSTS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_standard_text_may_be_kept_as_it_is(path: Path) -> None:
    assert eigen.fault(TEMPLATES, path.stem, path.read_text(encoding="utf-8")) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Schrijf een tekst"),
        ("x" * 4001, "4001 tekens"),
        (KOP + "\n{{ titell }}", "Regel 3: `titell` bestaat niet"),
        (KOP + "{{ titel", "Regel 2: dit is niet te lezen"),
        (KOP + "{% for a in titel %}x{% endfor %}", "Regel 2: dit kan hier niet"),
        (KOP + "{% set a = titel ~ titel %}", "Regel 2: dit kan hier niet"),
        (KOP + "{% include 'basis.txt' %}", "Regel 2: dit kan hier niet"),
        (KOP + "{{ titel.__class__ }}", "Regel 2: dit kan hier niet"),
        (KOP + "{{ 9 ** 9 }}", "Regel 2: dit kan hier niet"),
        (KOP + "{{ titel|replace('a', bericht) }}", "Regel 2: `|replace` kan niet"),
        (KOP + "{{ self.kop() }}", "Regel 2: hier kan alleen {{ super() }}"),
        (KOP + "{{ titel() }}", "Regel 2: hier kan alleen {{ super() }}"),
        (KOP + "{% if titel < 3 %}x{% endif %}", "Regel 2: vergelijken kan alleen"),
        (KOP + "{{ super() }}" * 9, "hooguit 8 keer"),
        ("{% extends eerder %}", "Regel 1: deze tekst kan niet op iets anders voortbouwen"),
        ("{% extends titel %}", "Regel 1: deze tekst kan niet op iets anders voortbouwen"),
        ("{% extends '../geheim.txt' %}", "Regel 1: deze tekst kan niet op iets anders voortbouwen"),
        ("{{ titel }}", "Regel 1: zet boven de titel een regel {% block kop %}"),
        ("{{" + "(" * 3900 + "}}", "Regel 1"),
    ],
)
def test_what_cannot_be_in_a_text_is_told_with_its_line(text: str, said: str) -> None:
    assert said in eigen.fault(TEMPLATES, "overval", text)


def test_a_text_that_only_python_refuses_is_a_fault_of_that_text() -> None:
    deep = "{% if titel %}" * 150 + "x" + "{% endif %}" * 150
    with pytest.raises(SjabloonFout):
        TEMPLATES.render("sluiten", "x", "hoofd", {"titel": "T"}, {"sluiten": deep})


def test_an_own_text_goes_before_every_file_and_a_correction_says_so_in_it() -> None:
    own = {"overval": KOP + "{{ link }}"}
    eerder = TEMPLATES.pick("overval", "x", "hoofd", own)
    values = {"titel": "Gezocht", "link": "https://hub.example/A1B2C3D4", "eerder": eerder}
    assert TEMPLATES.render("overval", "x", "hoofd", values, own) == "Gezocht https://hub.example/A1B2C3D4"
    assert TEMPLATES.render("correctie", "x", "hoofd", values, own).startswith(
        "Correctie op een eerder bericht. Gezocht"
    )


def test_a_series_knows_an_own_text_from_a_file_and_from_another_own_text() -> None:
    series = Reeks(Templates(POSTS))
    values = {"titel": "Gezocht", "link": "https://hub.example/A1B2C3D4", "slottekst": "Klaar.", "code": "A"}
    values |= {"afzender": "Proef"}
    for own in ({}, {"sluiten": "Een {{ link }}"}, {"sluiten": "Twee {{ link }}"}, {"fout": "Drie"}):
        alone = TEMPLATES.render("sluiten", "x", "hoofd", values, own)
        assert series.render("sluiten", "x", "hoofd", values, own) == alone


def test_an_error_names_the_text_and_not_all_its_words() -> None:
    with pytest.raises(SjabloonFout, match=r"^In het sjabloon eigen tekst overval klopt iets niet: [^\n]*$"):
        TEMPLATES.render("overval", "x", "hoofd", {"oefening": True}, {"overval": "{{ oefening|zin }}\nveel woorden"})
