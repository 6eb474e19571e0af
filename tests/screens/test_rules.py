"""Which scherm shows which actie, and what may be claimed afterwards."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.acties.model import SOORTEN
from hub.content import Cirkel
from hub.screens import rules
from hub.screens.model import Getoond, Plaatsing, Scherm
from tests.builders import NU, een_view

DOM = (52.0907, 5.1214)
AMSTERDAM = (52.3731, 4.8925)


def een_scherm(**anders: Any) -> Scherm:
    velden: dict[str, Any] = {
        "id": "s1",
        "naam": "Station Utrecht",
        "gemeente": "GM0344",
        "punt": DOM,
        "breedte": 1080,
        "hoogte": 1920,
        "soort": "station",
        "beheerder": "Perronbeheer",
        "echt": False,
        "aan": True,
        "vastgelegd": False,
        "gemaakt_op": NU,
        "laatst_gezien": None,
    }
    return Scherm(**{**velden, **anders})


@pytest.mark.parametrize(
    ("scherm", "view", "raak"),
    [
        ({"gemeente": "GM0344", "punt": None}, {"cirkel": None}, True),
        ({"gemeente": "GM0363", "punt": None}, {"gemeenten": ("GM0344", "GM0363"), "cirkel": None}, True),
        ({"gemeente": "GM0363", "punt": None}, {"cirkel": None}, False),
        ({"gemeente": "GM0363", "punt": None}, {}, False),
        ({"gemeente": "GM0355", "punt": (52.0907, 5.1814)}, {"cirkel": Cirkel(*DOM, 5000)}, True),
        ({"gemeente": "GM0355", "punt": (52.0907, 5.1814)}, {"cirkel": Cirkel(*DOM, 4000)}, False),
        ({"gemeente": "GM0363", "punt": AMSTERDAM}, {"cirkel": Cirkel(*DOM, 5000)}, False),
        ({"gemeente": "GM1680", "punt": None}, {"niveau": "landelijk", "cirkel": None}, True),
    ],
)
def test_an_area_is_the_named_gemeenten_and_what_lies_in_the_circle(
    scherm: dict[str, Any], view: dict[str, Any], raak: bool
) -> None:
    basis = een_view(voorbeeld=True, gemeenten=("GM0344",))
    assert rules.serves(een_scherm(**scherm), replace(basis, **view)) is raak


@pytest.mark.parametrize("oefening", [True, False])
@pytest.mark.parametrize("echt", [True, False])
@pytest.mark.parametrize("voorbeeld", [True, False])
def test_an_oefening_never_meets_a_real_scherm_and_a_real_actie_only_its_own_kind(
    oefening: bool, echt: bool, voorbeeld: bool
) -> None:
    mag = {
        (True, False, False): True,
        (True, False, True): True,
        (False, True, False): True,
        (False, False, True): True,
    }
    view = een_view(oefening=oefening, voorbeeld=voorbeeld)
    assert rules.serves(een_scherm(echt=echt), view) is mag.get((oefening, echt, voorbeeld), False)


@pytest.mark.parametrize("soort", ["weg", "strip"])
def test_roads_and_transit_show_missing_persons_only(soort: str) -> None:
    assert rules.serves(een_scherm(soort=soort), een_view(voorbeeld=True))
    assert not rules.serves(een_scherm(soort=soort), een_view(voorbeeld=True, type="overval"))
    assert rules.serves(een_scherm(), een_view(voorbeeld=True, type="overval"))


def test_a_scherm_that_is_off_serves_nothing() -> None:
    assert not rules.serves(een_scherm(aan=False), een_view(voorbeeld=True))


def test_a_missing_person_in_need_goes_first_then_the_newest() -> None:
    vermist = een_view(id="a", gestart_op=NU - timedelta(hours=2))
    nieuwer = een_view(id="b", gestart_op=NU - timedelta(hours=1))
    roof = een_view(id="c", type="straatroof", gestart_op=NU)
    buurt = een_view(id="d", soort="buurtonderzoek", gestart_op=NU)
    acties = [Getoond(view, None) for view in (buurt, vermist, roof, nieuwer)]
    volgorde = []
    while (gekozen := rules.choose(acties)) is not None:
        volgorde.append(gekozen.view.id)
        acties.remove(gekozen)
    assert volgorde == ["b", "a", "c", "d"]
    assert "tijdkritisch" in SOORTEN


def test_what_decides_between_two_acties_can_be_told() -> None:
    vermist = een_view(id="a", gestart_op=NU - timedelta(hours=2))
    nieuwer = een_view(id="b", gestart_op=NU - timedelta(hours=1))
    roof = een_view(id="c", type="straatroof", gestart_op=NU)
    buurt = een_view(id="d", soort="buurtonderzoek", gestart_op=NU)
    even_nieuw = een_view(id="e", type="straatroof", gestart_op=NU)
    assert rules.goes_first(nieuwer, vermist) == (True, "nieuwste")
    assert rules.goes_first(roof, vermist) == (False, "vermist-persoon")
    assert rules.goes_first(roof, buurt) == (True, "tijdkritisch")
    assert rules.goes_first(even_nieuw, roof) == (True, "nieuwste")


@pytest.mark.parametrize("seconden", [5, 20, 300, 3600])
def test_a_lease_never_outlives_itself_and_is_stable_between_polls(seconden: int) -> None:
    vensters = set()
    for stap in range(seconden):
        nu = NU + timedelta(seconds=stap)
        begin, einde = rules.lease_window(nu, seconden)
        assert begin <= nu < einde <= nu + timedelta(seconds=seconden)
        assert (einde - nu).total_seconds() >= seconden * 0.6
        vensters.add(begin)
    assert len(vensters) <= 4


def een_plaatsing(**anders: Any) -> Plaatsing:
    velden: dict[str, Any] = {
        "scherm_id": "s1",
        "actie_id": "a1",
        "link_code": "ABCDEFGH",
        "van_op": NU - timedelta(hours=1),
        "tot_op": NU,
        "opgehaald_op": NU - timedelta(minutes=50),
        "neutraal_op": None,
        "gemeld_op": None,
    }
    return Plaatsing(**{**velden, **anders})


@pytest.mark.parametrize(
    ("plaatsing", "na", "verwacht"),
    [
        ({"tot_op": None}, 0, ("zichtbaar", "", None, None)),
        ({"opgehaald_op": None}, 0, ("verdwenen", "nooit", 0, None)),
        ({}, 10, ("zichtbaar", "", None, 300)),
        ({}, 299.9, ("zichtbaar", "", None, 300)),
        ({}, 300, ("verdwenen", "lease", 300, None)),
        ({"neutraal_op": NU + timedelta(seconds=4)}, 10, ("verdwenen", "speler", 4, None)),
        ({"gemeld_op": NU + timedelta(seconds=2)}, 10, ("verdwenen", "speler", 2, None)),
        (
            {"neutraal_op": NU + timedelta(seconds=4), "gemeld_op": NU + timedelta(seconds=2)},
            10,
            ("verdwenen", "speler", 2, None),
        ),
        # A player that keeps pictures longer than the lease tells the truth when it comes back.
        ({"neutraal_op": NU + timedelta(seconds=600)}, 700, ("verdwenen", "speler", 600, None)),
    ],
)
def test_the_receipt_claims_only_what_is_proven(
    plaatsing: dict[str, Any], na: float, verwacht: tuple[str, str, int | None, int | None]
) -> None:
    plaats = rules.plaats(een_scherm(), een_plaatsing(**plaatsing), now=NU + timedelta(seconds=na), lease_seconden=300)
    staat, bewijs, verdwenen, uiterlijk = verwacht
    assert (plaats.soort, plaats.naam, plaats.staat, plaats.bewijs) == ("scherm", "Station Utrecht", staat, bewijs)
    assert plaats.verdwenen_op == (None if verdwenen is None else NU + timedelta(seconds=verdwenen))
    assert plaats.uiterlijk == (None if uiterlijk is None else NU + timedelta(seconds=uiterlijk))
    assert ("Perronbeheer" in plaats.toelichting) is (staat == "zichtbaar")


@pytest.mark.parametrize(
    ("maat", "goed"),
    [((64, 64), True), ((3840, 3840), True), ((63, 64), False), ((64, 3841), False), ((0, 0), False)],
)
def test_sizes_have_limits(maat: tuple[int, int], goed: bool) -> None:
    assert (rules.size_fault(*maat) == "") is goed
