"""Shorter words for the same actie: whole sentences, traits and phrases, never half of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderers import ladder

LANG = "Verwarde man van 78 met dementie vermist na een wandeling vanuit verzorgingshuis De Wilgenhoek"


def test_a_title_loses_its_last_phrases_first_and_ends_in_the_facts() -> None:
    assert ladder.koppen(LANG, "Persoon van 78 vermist in Alphen") == (
        LANG,
        "Verwarde man van 78 met dementie vermist na een wandeling",
        "Verwarde man van 78 met dementie vermist",
        "Persoon van 78 vermist in Alphen",
    )


@pytest.mark.parametrize(
    ("titel", "kort"),
    [
        ("Noor (9) vermist in Utrecht", "Noor (9) vermist in Utrecht"),
        ("Jongen van 9 vermist in Utrecht na een wedstrijd van zijn zus", "Jongen van 9 vermist in Utrecht"),
        ("Vrouwmetdementievermist", "Vrouwmetdementievermist"),
        ("Een heel lange titel zonder voorzetsel die maar doorgaat", "Kind vermist"),
        ("Meisje vermist langs N201 bij Utrecht", "Meisje vermist"),
        ("Bus 300: jongen vermist", "Kind vermist"),
    ],
)
def test_along_the_road_six_words_are_left(titel: str, kort: str) -> None:
    assert ladder.weg(titel, "Kind vermist")[0] == kort
    assert ladder.weg(titel, "Kind vermist")[-1] == "Kind vermist"


def test_a_title_is_never_cut_behind_a_word_that_needs_the_next() -> None:
    assert "Auto niet" not in ladder.zinsdelen("Auto niet in beeld gebracht")
    assert ladder.zinsdelen("Twee mannen gezocht na overval") == (
        "Twee mannen gezocht na overval",
        "Twee mannen gezocht",
    )


def test_a_description_is_told_by_whole_traits() -> None:
    assert ladder.trekken("Tenger, ongeveer 1,35 m, groene jas.") == (
        "Tenger, ongeveer 1,35 m, groene jas.",
        "Tenger, ongeveer 1,35 m.",
        "Tenger.",
    )


@given(st.text(alphabet="ab ,.;", max_size=60), st.integers(0, 20))
def test_what_is_left_within_so_many_words_never_has_more(tekst: str, woorden: int) -> None:
    assert all(len(trap.split()) <= woorden for trap in ladder.binnen(ladder.trekken(tekst), woorden)[:1])


@pytest.mark.parametrize(
    ("tekst", "gevonden"),
    [
        ("kenteken 12-ABC-3.", "12-ABC-3"),
        ("AB-12-CD", "AB-12-CD"),
        ("tel 06-12-345", ""),
        ("N-2-34", ""),
        ("x1-ABC-2", ""),
    ],
)
def test_a_number_plate_has_six_letters_and_digits(tekst: str, gevonden: str) -> None:
    assert ladder.kenteken(tekst) == gevonden


def test_a_long_sender_is_told_by_its_first_name() -> None:
    assert ladder.afzenders("Meldkamer Den Haag en gemeente Alphen, OOV") == (
        "Meldkamer Den Haag en gemeente Alphen, OOV",
        "Meldkamer Den Haag en gemeente Alphen",
        "Meldkamer Den Haag",
    )


@pytest.mark.parametrize(
    ("kop", "kort"),
    [
        ("Rode Volvo 12-ABC-3 gestolen", "Rode Volvo gestolen"),
        ("Witte bestelbus gestolen, kenteken 12-ABC-3", "Witte bestelbus gestolen"),
        ("Auto met het kenteken\u00a012-ABC-3 gezien", "Auto gezien"),
        ("12-ABC-3", ""),
        ("Gestolen voertuig in Utrecht", "Gestolen voertuig in Utrecht"),
    ],
)
def test_beside_its_plate_a_headline_does_not_say_it_again(kop: str, kort: str) -> None:
    assert ladder.zonder_kenteken(kop, "12-ABC-3") == kort
