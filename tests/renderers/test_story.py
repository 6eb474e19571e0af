"""What the story of a poster tells first, and what gives way when there is no room."""

from collections.abc import Callable

import pytest

from hub.content import PosterRequest
from renderers import story
from renderers.canvas import Canvas
from renderers.fonts import Fonts
from renderers.formats import Rect, load_formats
from renderers.story import Verhaal
from renderers.text import NBSP
from renderers.words import inhoud
from tests.renderers.conftest import FONTS, FORMATS, MakeActie

Tells = Callable[..., Verhaal]

KNOWN = load_formats(FORMATS)
LOW = {"banier", "lint", "weg", "kaart"}
"""Families with room for a headline and little else."""
WITH_STORY = [
    (naam, opmaak)
    for naam, known in KNOWN.items()
    for opmaak in known.opmaken
    if opmaak != "rustig" and known.familie not in LOW
]
NOOR = {
    "titel": "Noor (9) vermist in Utrecht",
    "bericht": "Noor is vanmiddag niet thuisgekomen van school. Zij was te voet.",
    "signalement": "Donker krullend haar, gele regenjas, blauwe rugzak met sterren.",
    "laatst_gezien": "Kanaalstraat in Lombok, rond 15.10 uur",
}


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(FONTS)


@pytest.fixture
def tells(fonts: Fonts, make_actie: MakeActie) -> Tells:
    def make(naam: str, opmaak: str, height: int | None = None, **changes: object) -> Verhaal:
        known = KNOWN[naam]
        canvas = Canvas(known, fonts, known.breedte, known.hoogte)
        canvas.example_strip()
        box = canvas.area.part(known.opmaken[opmaak]["verhaal"])
        words = inhoud(PosterRequest(naam, make_actie(**changes)), fonts)
        box = Rect(box.x, box.y, box.w, height or box.h)
        return story.plan(canvas, words, box, with_kop="kop" not in known.opmaken[opmaak])

    return make


def told(verhaal: Verhaal) -> dict[str, str]:
    facts = (" ".join(feit.alinea.lines).removeprefix(feit.label) for feit in verhaal.feiten)
    facts = (fact.replace(NBSP, " ").strip() for fact in facts)
    return dict(zip((feit.label for feit in verhaal.feiten), facts, strict=True))


@pytest.mark.parametrize(("naam", "opmaak"), WITH_STORY)
def test_every_format_tells_where_someone_was_or_how_to_recognise_them(naam: str, opmaak: str, tells: Tells) -> None:
    verhaal = tells(naam, opmaak, **NOOR)
    facts = told(verhaal)
    assert facts
    assert NOOR["signalement"].startswith(facts.get("Signalement", "").removesuffix("."))
    assert verhaal.tekst is None or verhaal.tekst.size <= verhaal.feiten[0].alinea.size


@pytest.mark.parametrize(("naam", "opmaak"), WITH_STORY)
def test_a_long_signalement_is_shortened_and_the_text_gives_way(naam: str, opmaak: str, tells: Tells) -> None:
    trait = "kort grijs haar, beige regenjas, bril met donker montuur, ongeveer 1,80 m lang"
    verhaal = tells(naam, opmaak, **{**NOOR, "signalement": ", ".join([trait] * 20)})
    short = told(verhaal)["Signalement"]
    assert short.endswith(".")
    assert short.removesuffix(".").split(", ")[-1] in trait.split(", ")


def test_without_a_place_the_signalement_stands_alone(tells: Tells) -> None:
    verhaal = tells("breed-1920x1080", "met_foto", **{**NOOR, "laatst_gezien": ""})
    assert told(verhaal) == {"Signalement": NOOR["signalement"]}


def test_the_last_sentence_goes_before_the_signalement(tells: Tells) -> None:
    verhaal = tells("breed-1920x1080", "met_foto", height=330, **NOOR)
    assert told(verhaal)["Signalement"] == NOOR["signalement"]
    assert verhaal.tekst is None or " ".join(verhaal.tekst.lines) != NOOR["bericht"]


def test_a_sentence_is_told_whole_or_not_at_all(tells: Tells) -> None:
    verhaal = tells("breed-1920x1080", "met_foto", **{**NOOR, "bericht": "woord " * 200, "signalement": ""})
    assert verhaal.tekst is None


def test_an_age_never_stands_alone_on_a_line(tells: Tells, fonts: Fonts) -> None:
    known = KNOWN["staand-1080x1920"]
    canvas = Canvas(known, fonts, known.breedte, known.hoogte)
    for height in range(200, 900, 20):
        kop = story.headline(canvas, [f"Meneer Van{NBSP}Elst (72) vermist"], Rect(0, 0, 900, height), "kop", "affiche")
        assert "(72)" not in kop.lines
        assert not any(line.endswith("Van") for line in kop.lines)
