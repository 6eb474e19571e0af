"""The number plate that is looked for: drawn whole, and only where there is room for it."""

import functools
import io

import pytest
from PIL import Image, ImageChops

from hub.content import Foto, PosterRequest
from renderers.poster import PosterRenderer
from renderers.tokens import KENTEKEN
from tests.renderers.conftest import MakeActie

TITEL = "Witte bestelbus gestolen, kenteken V-123-BX"


def yellow(renderer: PosterRenderer, request: PosterRequest) -> int:
    """Pixels in the yellow of a plate."""
    with Image.open(io.BytesIO(renderer.render(request).data)) as image:
        off = ImageChops.difference(image.convert("RGB"), Image.new("RGB", image.size, KENTEKEN))
    worst = functools.reduce(ImageChops.lighter, off.split())
    return sum(worst.histogram()[:14])


@pytest.mark.parametrize("naam", ["staand-1080x1920", "breed-1920x1080", "vierkant-1080x1080"])
def test_a_stolen_vehicle_shows_its_plate(naam: str, renderer: PosterRenderer, make_actie: MakeActie) -> None:
    actie = make_actie(type="diefstal-voertuig", titel=TITEL, leeftijd=None, minderjarig=False)
    assert yellow(renderer, PosterRequest(naam, actie)) > 5000


@pytest.mark.parametrize("naam", ["staand-1080x1920", "breed-1920x1080", "vierkant-1080x1080"])
def test_with_a_photo_the_plate_stands_below_it(
    naam: str, renderer: PosterRenderer, make_actie: MakeActie, foto: Foto
) -> None:
    actie = make_actie(type="diefstal-voertuig", titel=TITEL, leeftijd=None, minderjarig=False)
    request = PosterRequest(naam, actie, foto)
    assert yellow(renderer, request) > 5000
    assert renderer.keur(request).goed


def test_about_a_person_no_plate_is_drawn(renderer: PosterRenderer, make_actie: MakeActie) -> None:
    actie = make_actie(titel="Man vermist in auto 12-ABC-3")
    assert yellow(renderer, PosterRequest("breed-1920x1080", actie)) == 0


def test_without_room_the_headline_keeps_the_plate(renderer: PosterRenderer, make_actie: MakeActie) -> None:
    actie = make_actie(type="diefstal-voertuig", titel=TITEL, leeftijd=None, minderjarig=False)
    made = renderer.render(PosterRequest("banier-728x90", actie))
    assert yellow(renderer, PosterRequest("banier-728x90", actie)) == 0
    assert "V-123-BX" in made.alt
