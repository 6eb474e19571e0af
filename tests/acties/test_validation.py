"""What may be filled in: every fault at once, under the names of the API."""

from datetime import date
from typing import Any

import pytest

from hub.acties import gemeenten
from hub.acties.model import NIVEAUS, TYPES, Persoon
from hub.acties.validation import cleaned, validate, warnings
from hub.content import Cirkel
from tests.builders import een_invoer

TODAY = date(2026, 3, 1)


def fields(**filled_in: Any) -> list[str]:
    return [field for field, _ in validate(een_invoer(**filled_in), gemeenten, TODAY)]


def test_a_good_actie_has_no_faults() -> None:
    assert fields() == []
    assert fields(soort="preventie", type="woninginbraak", niveau="lokaal", persoon=Persoon()) == []
    assert fields(soort="alarmering", type="overig", cirkel=None, gemeenten=()) == []


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("niveau", NIVEAUS)
def test_every_type_can_run_on_every_niveau(type: str, niveau: str) -> None:
    assert fields(type=type, niveau=niveau) == []


@pytest.mark.parametrize(
    ("filled_in", "field"),
    [
        ({"kenmerk": ""}, "kenmerk"),
        ({"kenmerk": "x" * 81}, "kenmerk"),
        ({"kenmerk": "<script>"}, "kenmerk"),
        ({"soort": "spoed"}, "soort"),
        ({"type": ""}, "type"),
        ({"type": "Vermist-Persoon"}, "type"),
        ({"niveau": "mondiaal"}, "niveau"),
        ({"titel": " \u200b\t"}, "titel"),
        ({"titel": "x" * 121}, "titel"),
        ({"titel": "a\x00b"}, "titel"),
        ({"titel": "Sanne \u202egnp.exe"}, "titel"),
        ({"titel": "Sanne \u2067x"}, "titel"),
        ({"titel": "half \ud83d"}, "titel"),
        ({"titel": "Z\u0353\u0353\u0353\u0353algo"}, "titel"),
        ({"bericht": ""}, "bericht"),
        ({"bericht": "x" * 2001}, "bericht"),
        ({"bericht": "bel\x07"}, "bericht"),
        ({"bericht": "\x1b[2J weg"}, "bericht"),
        ({"signalement": "x" * 1001}, "signalement"),
        ({"laatst_gezien": "x" * 201}, "laatstGezien"),
        ({"laatst_gezien": "\x00"}, "laatstGezien"),
        ({"persoon": Persoon(-1)}, "persoon.leeftijd"),
        ({"persoon": Persoon(126)}, "persoon.leeftijd"),
        ({"persoon": Persoon(9, False)}, "persoon.minderjarig"),
        ({"persoon": Persoon(30, True)}, "persoon.minderjarig"),
        ({"gemeente": ""}, "gemeente"),
        ({"gemeente": "Utrecht"}, "gemeente"),
        ({"gemeente": "GM9999"}, "gemeente"),
        ({"gemeente": "GM0457"}, "gemeente"),
        ({"gemeenten": ("GM0344", "GM0000")}, "gebied.gemeenten"),
        ({"cirkel": Cirkel(5.12, 52.09, 5000)}, "gebied.cirkel"),
        ({"cirkel": Cirkel(48.85, 2.35, 5000)}, "gebied.cirkel"),
        ({"cirkel": Cirkel(float("nan"), 5.0, 5000)}, "gebied.cirkel"),
        ({"cirkel": Cirkel(float("inf"), 5.0, 5000)}, "gebied.cirkel"),
        ({"cirkel": Cirkel(52.0, 5.0, 0)}, "gebied.cirkel"),
        ({"cirkel": Cirkel(52.0, 5.0, 400_000)}, "gebied.cirkel"),
        ({"looptijd_minuten": 0}, "looptijdMinuten"),
        ({"looptijd_minuten": -60}, "looptijdMinuten"),
        ({"looptijd_minuten": 10_081}, "looptijdMinuten"),
        ({"kanalen": ("proef-x", "../etc")}, "kanalen"),
        ({"kanalen": ("Proef X",)}, "kanalen"),
        ({"soort": "preventie", "type": "overig", "niveau": "lokaal"}, "persoon.leeftijd"),
        ({"soort": "preventie", "type": "overig", "persoon": Persoon()}, "niveau"),
        ({"soort": "preventie", "niveau": "lokaal", "persoon": Persoon()}, "type"),
        ({"soort": "alarmering"}, "type"),
    ],
)
def test_one_fault_is_named_by_its_field(filled_in: dict[str, Any], field: str) -> None:
    assert fields(**filled_in) == [field]


def test_all_faults_are_told_at_once() -> None:
    found = fields(
        kenmerk="",
        soort="x",
        type="x",
        niveau="x",
        titel="",
        bericht="",
        persoon=Persoon(900),
        gemeente="x",
        gemeenten=("x", "y"),
        cirkel=Cirkel(0, 0, 0),
        looptijd_minuten=0,
        kanalen=("!",),
    )
    assert found == [
        *("kenmerk", "titel", "bericht", "soort", "type", "niveau", "persoon.leeftijd", "gemeente"),
        *("gebied.gemeenten", "gebied.gemeenten", "gebied.cirkel", "gebied.cirkel", "looptijdMinuten", "kanalen"),
    ]


def test_a_merged_gemeente_names_its_successor_from_that_day_on() -> None:
    weesp = een_invoer(gemeente="GM0457")
    (fault,) = validate(weesp, gemeenten, TODAY)
    assert fault == (
        "gemeente",
        "Weesp (GM0457) bestaat niet meer sinds 24-03-2022. Kies Amsterdam (GM0363).",
    )
    assert validate(weesp, gemeenten, date(2022, 3, 23)) == []
    assert validate(weesp) == [fault]
    new = een_invoer(gemeente="GM1992")
    assert "bestaat op die dag niet" in validate(new, gemeenten, date(2022, 12, 31))[0][1]


def test_every_message_is_a_sentence_without_what_was_hostile() -> None:
    hostile = een_invoer(gemeente="\x1b[31m\u202e<b>" + "x" * 500, kanalen=("\x00\n",))
    for _, message in validate(hostile, gemeenten, TODAY):
        assert message.isprintable()
        assert message.endswith(".")
        assert len(message) < 200


def test_what_nobody_can_see_is_removed_without_a_word() -> None:
    invoer = een_invoer(
        titel="  Sa\u200bnne\u00ad \u200f(9)\ufeff\n vermist ",
        bericht="een\r\n\r\n\r\n\r\ntwee\u2028drie  \t vier 👨‍👩‍👧 e\u0301",
        signalement="a\u200db",
        gemeenten=("GM0344", " GM0344", "GM0363"),
        kanalen=("a-1", "a-1"),
    )
    clean = cleaned(invoer)
    assert clean.titel == "Sanne (9) vermist"
    assert clean.bericht == "een\n\ntwee\ndrie vier 👨‍👩‍👧 é"
    assert clean.signalement == "ab"
    assert clean.gemeenten == ("GM0344", "GM0363")
    assert clean.kanalen == ("a-1",)
    assert cleaned(clean) == clean


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("BSN 111222333 gevonden", "burgerservicenummer"),
        ("nummer 1112.22.333", "burgerservicenummer"),
        ("bel 06-12345678", "telefoonnummer"),
        ("bel 06 12 34 56 78", "telefoonnummer"),
        ("bel +31 6 12345678", "telefoonnummer"),
        ("bel 030-1234567", "telefoonnummer"),
        ("mail ans@example.org", "e-mailadres"),
        ("auto GB-123-X", "kenteken"),
        ("auto 12-abc-3", "kenteken"),
    ],
)
def test_private_data_in_a_public_text_is_pointed_out(text: str, word: str) -> None:
    (warning,) = warnings(een_invoer(bericht=text))
    assert warning[0] == "bericht"
    assert word in warning[1]
    assert fields(bericht=text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Bel 112 of 0800-0011.",
        "Bel 0900-8844 of 0800 8844",
        "op 01-03-2026 om 15.10 uur",
        "nummer 123456789",
        "lengte 1.80-1.85 m, maat 38-40",
        "tussen 2024 en 2026",
        "rijdt op de A12-N225",
        "nummer 000000000",
    ],
)
def test_ordinary_texts_give_no_warning(text: str) -> None:
    assert warnings(een_invoer(bericht=text)) == []
