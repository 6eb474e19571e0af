"""Every format in templates/schermen holds for every kind of poster: it is drawn, and the gate lets it leave."""

import dataclasses
import io

import pytest
import zxingcpp
from PIL import Image

from hub.content import Foto, Link, PosterRequest
from renderers import qr
from renderers.formats import load_formats
from renderers.poster import PosterRenderer
from tests.renderers.conftest import FONTS, FORMATS, KORT, LANG, een_actie, picture

FORMATEN = load_formats(FORMATS)
FOTO = Foto(picture((190, 200, 205)))
ANDERE_FOTO = Foto(picture((120, 150, 205)))
LINK = Link("https://hub.example/7KM3XQ2Z", "7KM3XQ2Z", "hub.example/7KM3XQ2Z")
SLOT = "De vermiste jongen is gevonden. Bedankt voor het meekijken."
BUS = een_actie(
    type="diefstal-voertuig",
    titel="Rode bestelbus gestolen, kenteken 12-ABC-3",
    bericht="De bus is vannacht gestolen van een bouwplaats.",
    signalement="Rode bestelbus met witte strepen en een ladder op het dak.",
    leeftijd=None,
    minderjarig=False,
)
GEVALLEN = {
    "kortst": PosterRequest("", een_actie(**KORT), FOTO, LINK, thema="contrast"),
    "langst": PosterRequest("", een_actie(**LANG), FOTO, LINK, voorbeeld=True),
    "zonder-foto": PosterRequest("", een_actie(**LANG), None, LINK, thema="nacht"),
    "twee-fotos": PosterRequest("", een_actie(), FOTO, LINK, meer_fotos=(ANDERE_FOTO,)),
    "voertuig": PosterRequest("", BUS, FOTO, LINK, tweetalig=True, thema="nacht"),
    "oefening": PosterRequest("", een_actie(**LANG, oefening=True), FOTO, LINK),
    "afgelopen": PosterRequest("", een_actie(fase="afgesloten", slottekst=SLOT), FOTO, LINK, thema="contrast"),
    "rust": PosterRequest("", None, None, LINK),
}


@pytest.fixture(scope="module")
def renderer() -> PosterRenderer:
    """One for all, as the hub has."""
    return PosterRenderer(FORMATS, FONTS)


@pytest.mark.parametrize("geval", GEVALLEN)
@pytest.mark.parametrize("naam", FORMATEN)
def test_a_format_passes_the_gate_with_every_kind_of_poster(naam: str, geval: str, renderer: PosterRenderer) -> None:
    found = renderer.keur(dataclasses.replace(GEVALLEN[geval], formaat=naam))
    assert found.goed, " ".join(found.bezwaren)
    assert not found.opmerkingen, " ".join(found.opmerkingen)
    assert (found.scanafstand_m > 0) == (FORMATEN[naam].qr and geval != "afgelopen")


@pytest.mark.parametrize("naam", FORMATEN)
def test_a_format_has_one_qr_that_decodes_or_says_that_it_has_none(naam: str, renderer: PosterRenderer) -> None:
    request = dataclasses.replace(GEVALLEN["twee-fotos"], formaat=naam)
    made = renderer.render(request)
    assert (made.width, made.height) == (FORMATEN[naam].breedte, FORMATEN[naam].hoogte)
    assert request.actie is not None
    address = LINK.url if FORMATEN[naam].scherm else request.actie.pagina_url
    with Image.open(io.BytesIO(made.data)) as image:
        found = [code.text for code in zxingcpp.read_barcodes(image.convert("L"))]
    assert found == ([qr.payload(address)] if FORMATEN[naam].qr else [])


def test_only_roads_and_web_banners_have_no_qr() -> None:
    without = {naam for naam, known in FORMATEN.items() if not known.qr}
    assert without == {naam for naam in FORMATEN if naam.startswith("weg-")} | {"banier-728x90", "banier-970x250"}


def test_a_format_is_named_after_its_size() -> None:
    for naam, known in FORMATEN.items():
        assert naam.partition("-")[2] == f"{known.breedte}x{known.hoogte}"
