"""The gemeenten as shipped: which exist when, by code, by name and by place."""

from datetime import date

import pytest

from hub.acties import gemeenten
from hub.content import Cirkel

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2021, 12, 31), 352),
        (date(2022, 1, 1), 345),
        (date(2022, 3, 24), 344),
        (date(2023, 1, 1), 342),
        (TODAY, 342),
    ],
)
def test_as_many_exist_as_did_on_that_day(on: date, number: int) -> None:
    assert len(gemeenten.current(on)) == number


def test_everyone_has_a_region_and_an_existing_successor() -> None:
    assert list(gemeenten.regios()) == [f"VR{number:02}" for number in range(1, 26)]
    for gemeente in gemeenten.load().values():
        if gemeente.geldig_tot:
            later = gemeenten.successor(gemeente.code)
            assert later is not None
            assert later.valid(TODAY)
        assert gemeenten.in_nederland(gemeente.lat, gemeente.lon)


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("Utrecht", TODAY, "GM0344"),
        ("  uTRECHT ", TODAY, "GM0344"),
        ("WOUDEBERG", TODAY, "GM0351"),
        ("wijk bij duursteden", TODAY, "GM0352"),
        ("sudwest-fryslan", TODAY, "GM1900"),
        ("Weesp", date(2022, 3, 23), "GM0457"),
        ("Weesp", TODAY, None),
        ("Atlantis", TODAY, None),
        ("", TODAY, None),
    ],
)
def test_names_are_found_however_they_are_typed(name: str, on: date, code: str | None) -> None:
    found = gemeenten.find_by_name(name, on)
    assert (found.code if found else None) == code


def test_a_code_is_valid_until_the_day_of_the_merger() -> None:
    assert gemeenten.valid("GM0457", date(2022, 3, 23))
    assert not gemeenten.valid("GM0457", date(2022, 3, 24))
    assert not gemeenten.valid("GM9999", TODAY)
    assert gemeenten.successor("GM0344") is None
    assert gemeenten.successor("GM9999") is None


def test_distance_and_circle() -> None:
    utrecht_amsterdam = gemeenten.distance_m(52.0907, 5.1214, 52.3731, 4.8922)
    assert utrecht_amsterdam == pytest.approx(35_000, rel=0.02)
    assert gemeenten.distance_m(52, 5, 52, 5) == 0
    edge = Cirkel(52.0907, 5.1214, round(utrecht_amsterdam) + 1)
    assert gemeenten.in_circle(52.3731, 4.8922, edge)
    assert not gemeenten.in_circle(52.3731, 4.8922, Cirkel(52.0907, 5.1214, 30_000))
    assert gemeenten.in_area("GM0344", edge)
    assert not gemeenten.in_area("GM9999", edge)
