"""What is typed in the form of an actie: every fault at once, each at its own field and only once."""

from dataclasses import replace
from datetime import date

import pytest

from hub.content import Cirkel
from hub.web.ui.formulier import Velden, invoer

VANDAAG = date(2026, 3, 1)
GOED = Velden(kenmerk="MN-1", gemeente="Utrecht", titel="Man vermist", bericht="Hij is niet thuisgekomen.")


def fouten(**anders: str) -> list[tuple[str, str]]:
    """The faults of a good form with these fields typed differently."""
    return [(fout.veld, fout.melding) for fout in invoer(replace(GOED, **anders), VANDAAG)[1]]


def test_a_wrong_gemeente_is_told_once() -> None:
    uitleg = " is geen gemeente. Kies een naam uit de lijst."
    assert fouten(gemeente="Utrect", buren="Zeits, Utrect") == [
        ("gemeente", "‘Utrect’" + uitleg),
        ("buren", "‘Zeits’" + uitleg),
    ]


def test_what_is_wrong_with_a_circle_is_told_with_the_rest() -> None:
    assert [veld for veld, _ in fouten(gemeente="Utrect", titel="", looptijd="x", straal="ver", lat="y", lon="z")] == [
        "gemeente",
        "titel",
        "looptijd",
        "straal",
        "lat",
        "lon",
    ]


def test_a_radius_is_judged_in_kilometres_also_without_a_place() -> None:
    assert ("straal", "De straal ligt tussen 0,1 en 350 kilometer.") in fouten(gemeente="Utrect", straal="900")


def test_a_point_outside_the_country_is_told_at_the_point() -> None:
    assert fouten(straal="5", lat="5,12", lon="52,09") == [
        ("lat", "Dit punt ligt niet in Nederland. Zijn breedtegraad en lengtegraad verwisseld?")
    ]


@pytest.mark.parametrize(
    ("getypt", "mist"),
    [
        ({"lat": "52,1", "lon": "5,1"}, ["straal"]),
        ({"straal": "5", "lat": "52,1"}, ["lon"]),
        ({"lon": "5"}, ["straal", "lat"]),
    ],
)
def test_half_a_circle_is_not_passed_over(getypt: dict[str, str], mist: list[str]) -> None:
    assert [veld for veld, _ in fouten(**getypt)] == mist


def test_a_preview_has_no_circle_that_nobody_typed() -> None:
    assert invoer(replace(GOED, straal="5", lat="ergens", lon="5,1"), VANDAAG)[0].cirkel is None
    assert invoer(replace(GOED, straal="2,5", lat="52,1", lon="5,1"), VANDAAG)[0].cirkel == Cirkel(52.1, 5.1, 2500)
