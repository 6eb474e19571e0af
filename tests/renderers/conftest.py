"""A renderer over the real formats and fonts, and invented acties to draw."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from hub.content import ActieView, Foto, Link
from renderers.poster import PosterRenderer

ROOT = Path(__file__).parents[2]
FORMATS = ROOT / "templates" / "schermen"
FONTS = ROOT / "static" / "fonts"
START = datetime(2026, 9, 3, 12, 5, tzinfo=UTC)

MakeActie = Callable[..., ActieView]

LANG = {
    "titel": "Verwarde man van 78 met dementie vermist na een wandeling vanuit verzorgingshuis De Wilgenhoek",
    "bericht": "Sinds dinsdagmiddag is een man van 78 vermist. Hij verliet het huis zonder jas. " * 8,
    "signalement": "Slank, ongeveer 1,80 m lang, kort grijs haar, bril met donker montuur, beige regenjas. " * 3,
    "laatst_gezien": "Bij de bushalte aan de Prinses Beatrixlaan, dinsdag 2 september om 13:40 uur",
    "plaats": "Alphen aan den Rijn",
    "leeftijd": 79,
    "afzender": "Meldkamer Den Haag en gemeente Alphen aan den Rijn, Openbare Orde en Veiligheid",
}
KORT = {"titel": "Sem vermist", "bericht": "", "signalement": "", "laatst_gezien": "", "leeftijd": None}


@pytest.fixture(scope="session")
def renderer() -> PosterRenderer:
    return PosterRenderer(FORMATS, FONTS)


def een_actie(**changes: object) -> ActieView:
    """A running actie about a missing boy, with these fields changed."""
    values: dict[str, object] = {
        "id": "1",
        "code": "abc",
        "versie": 1,
        "soort": "tijdkritisch",
        "type": "vermist-persoon",
        "niveau": "regionaal",
        "fase": "actief",
        "titel": "Jongen van 9 vermist in Utrecht",
        "bericht": "Sinds vanmiddag is Sem vermist. Hij fietste van school naar huis.",
        "signalement": "Tenger, ongeveer 1,35 m, kort blond haar, groene jas.",
        "laatst_gezien": "Griftpark, Utrecht, om 13:40 uur",
        "leeftijd": 9,
        "minderjarig": True,
        "gemeente": "GM0344",
        "plaats": "Utrecht",
        "gemeenten": ("GM0344",),
        "cirkel": None,
        "gestart_op": START,
        "eindigt_op": START + timedelta(hours=1),
        "oefening": False,
        "voorbeeld": False,
        "pagina_url": "https://hub.example/a/abc",
        "afzender": "Meldkamer Verzonnen",
    }
    return ActieView(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def make_actie() -> MakeActie:
    return een_actie


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (900, 1200)) -> bytes:
    """A drawn test card with a darker disc where a face would be."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse((250, 150, 650, 650), fill=(60, 50, 40))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def foto() -> Foto:
    return Foto(picture((190, 200, 205)))


@pytest.fixture
def link() -> Link:
    return Link("https://hub.example/7KM3XQ2Z", "7KM3XQ2Z", "hub.example/7KM3XQ2Z")
