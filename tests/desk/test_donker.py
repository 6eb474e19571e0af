"""Time to dark: half and 95 of every 100 places, over all and per soort."""

from datetime import timedelta

from hub.content import Plaats
from hub.desk.donker import Duur, TotDonker, tot_donker
from tests.builders import NU


def weg(soort: str, seconden: float, bewijs: str = "netwerk") -> Plaats:
    return Plaats(soort, "x", "verdwenen", NU + timedelta(seconds=seconden), bewijs)


def test_nothing_dark_has_no_figure() -> None:
    assert tot_donker([], NU) == TotDonker(Duur(None, None, 0), {})
    assert tot_donker([Plaats("bericht", "x", "taak"), Plaats("scherm", "y", "zichtbaar")], NU).alle.p50 is None
    assert tot_donker([weg("bericht", 1)], None).alle.aantal == 0


def test_half_and_ninety_five_of_a_hundred_are_those_of_real_places() -> None:
    found = tot_donker([weg("bericht", float(n)) for n in range(1, 101)], NU)
    assert found.alle == Duur(50.0, 95.0, 100)
    assert tot_donker([weg("bericht", 4.0)], NU).alle == Duur(4.0, 4.0, 1)
    assert tot_donker([weg("bericht", 1.0), weg("bericht", 9.0)], NU).alle == Duur(1.0, 9.0, 2)


def test_each_soort_has_its_own_figures() -> None:
    found = tot_donker([weg("bericht", 2.0), weg("scherm", 300.0), weg("scherm", 10.0)], NU)
    assert found.per_soort == {"bericht": Duur(2.0, 2.0, 1), "scherm": Duur(10.0, 300.0, 2)}
    assert found.alle.aantal == 3


def test_a_scherm_that_never_showed_it_does_not_make_the_figures_better() -> None:
    assert tot_donker([weg("scherm", 0.0, "nooit"), weg("scherm", 8.0, "speler")], NU).alle == Duur(8.0, 8.0, 1)


def test_a_player_with_a_slow_clock_is_not_dark_before_the_end() -> None:
    assert tot_donker([weg("scherm", -3.0)], NU).alle.p50 == 0.0
