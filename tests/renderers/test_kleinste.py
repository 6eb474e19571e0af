"""The smallest schermen: where one may be registered, a poster can be read."""

from math import ceil

import pytest

from hub.content import Link, PosterRequest
from hub.screens import rules
from hub.screens.model import MAAT_MAX, MAAT_MIN, POSTER_BEELDPUNTEN, POSTER_BREEDTE, Uiterlijk
from hub.screens.poort import Afgewezen, Poort
from renderers.poster import PosterRenderer
from tests.renderers.conftest import KORT, een_actie

GENOEMD = [(128, 128), (192, 96), (96, 192), (256, 64)]
BREEDTES = [POSTER_BREEDTE, 112, 128, 144, 171, 192, 224, 256, 320, 512, 1024, 1920, MAAT_MAX]


def _poster(renderer: PosterRenderer, link: Link, maat: tuple[int, int], soort: str, *, oefening: bool) -> str:
    """The format of the poster with the fewest words."""
    request = PosterRequest("", een_actie(**KORT, oefening=oefening), link=link, voorbeeld=oefening)
    return Poort(renderer).poster(request, Uiterlijk(soort), *maat).keus.formaat


@pytest.mark.parametrize("soort", ["station", "weg"])
@pytest.mark.parametrize("maat", GENOEMD)
def test_the_sizes_that_people_are_told_carry_an_oefening_too(
    renderer: PosterRenderer, link: Link, maat: tuple[int, int], soort: str
) -> None:
    assert rules.poster_fault(*maat) == ""
    assert f"{maat[0]} × {maat[1]}" in rules.poster_fault(MAAT_MIN, MAAT_MIN)
    assert _poster(renderer, link, maat, soort, oefening=True)


@pytest.mark.parametrize("soort", ["station", "weg"])
def test_every_size_that_may_be_registered_has_a_poster(renderer: PosterRenderer, link: Link, soort: str) -> None:
    for breedte in BREEDTES:
        maat = (breedte, max(MAAT_MIN, ceil(POSTER_BEELDPUNTEN / breedte)))
        assert rules.poster_fault(*maat) == ""
        assert _poster(renderer, link, maat, soort, oefening=False), maat


@pytest.mark.parametrize("maat", [(64, 64), (80, 64), (128, 64), (64, 128)])
def test_what_is_refused_is_too_small_for_an_oefening(
    renderer: PosterRenderer, link: Link, maat: tuple[int, int]
) -> None:
    assert rules.poster_fault(*maat)
    with pytest.raises(Afgewezen):
        _poster(renderer, link, maat, "station", oefening=True)
