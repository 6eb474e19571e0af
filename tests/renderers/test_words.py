"""What posters say: per type, per soort, in Dutch, and nothing about the person after the end."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

from hub.content import Link, PosterRequest
from renderers.fonts import Fonts
from renderers.text import NBSP
from renderers.words import RUST_KOP, SLOT_KOP, SLOT_TEKST, SOORTEN, Inhoud, inhoud
from tests.renderers.conftest import FONTS, START, MakeActie

Says = Callable[..., Inhoud]
NOTHING: Mapping[str, Any] = MappingProxyType({})

TYPES = (
    "vermist-persoon verdachte-situatie geweldsmisdrijf straatroof diefstal-voertuig woninginbraak overval "
    "diefstal-overig winkeldiefstal zedenmisdrijf verlaten-plaats-ongeval overig"
).split()


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(FONTS)


@pytest.fixture
def says(fonts: Fonts, make_actie: MakeActie) -> Says:
    def make(
        link: Link | None = None,
        tweetalig: bool = False,
        how: Mapping[str, Any] = MappingProxyType({}),
        **changes: object,
    ) -> Inhoud:
        words = inhoud(PosterRequest("x", make_actie(**changes), link=link, tweetalig=tweetalig), fonts, **how)
        assert NBSP not in words.adres
        return words

    return make


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def test_all_twelve_types_have_a_word() -> None:
    assert sorted(SOORTEN) == sorted(TYPES)


def test_a_missing_person_is_asked_about_and_112_is_called(says: Says) -> None:
    words = says()
    assert (words.label, words.vraag, plain(words.bel)) == ("VERMIST", "Nu gezien?", "Bel 112")
    assert words.waarschuwing == ""


def test_nobody_is_sent_after_a_suspect(says: Says) -> None:
    assert says(type="overval").waarschuwing == "Ga er niet zelf op af."


def test_later_enquiries_give_another_number(says: Says) -> None:
    assert plain(says(soort="buurtonderzoek").bel) == "Bel 0800-8844"
    assert says(soort="preventie").label == "LET OP"


def test_time_is_dutch_and_gets_a_day_when_it_runs_long(says: Says) -> None:
    assert plain(says().sinds) == "sinds 14:05, Utrecht"
    long = says(eindigt_op=START + timedelta(days=2))
    assert plain(long.sinds) == "sinds 3 september 14:05, Utrecht"
    assert says(gestart_op=None).sinds == "Utrecht"


def test_the_age_is_told_once(says: Says) -> None:
    assert [label for label, _ in says().feiten] == [f"Laatst{NBSP}gezien"]
    assert ("Leeftijd", f"9{NBSP}jaar") in says(titel="Sem vermist").feiten
    assert says(titel="Auto weg", type="overig", laatst_gezien="").feiten == ()


def test_text_comes_as_a_ladder_of_whole_sentences(says: Says) -> None:
    words = says(bericht="Sem is weg. Hij fietste, ca. 3 km. Wie zag hem?", signalement="Een jas")
    assert [plain(text) for text in words.teksten] == [
        "Sem is weg. Hij fietste, ca. 3 km. Wie zag hem?",
        "Sem is weg. Hij fietste, ca. 3 km.",
        "Sem is weg.",
    ]
    assert words.signalement == "Een jas"
    assert says(bericht="", signalement="").teksten == ()


def test_a_signalement_at_the_end_of_the_text_is_told_once(says: Says) -> None:
    words = says(bericht="Sem is weg. Groene jas.", signalement="Groene jas.")
    assert (words.teksten, words.signalementen) == (("Sem is weg.",), ("Groene jas.",))


def test_a_headline_keeps_prepositions_and_family_names_together(says: Says) -> None:
    assert says(titel="Noor (9) vermist in Utrecht").kop.split(" ") == ["Noor", "(9)", "vermist", f"in{NBSP}Utrecht"]
    assert f"Van{NBSP}Elst" in says(titel="Meneer Van Elst (72) vermist").kop


@pytest.mark.parametrize(
    ("slottekst", "kop", "teksten"),
    [
        ("", SLOT_KOP, (SLOT_TEKST,)),
        ("Gevonden, bedankt.", "Gevonden, bedankt", ()),
        ("Zij is gevonden. Dank u wel.", "Zij is gevonden", ("Dank u wel.",)),
        ("Dit is een heel lange zin " * 5, SLOT_KOP, (("Dit is een heel lange zin " * 5).strip(),)),
    ],
)
def test_the_closing_text_is_the_whole_poster(says: Says, slottekst: str, kop: str, teksten: tuple[str, ...]) -> None:
    words = says(fase="ingetrokken", slottekst=slottekst, link=Link("https://hub.example/X", "X"))
    assert (plain(words.kop), words.teksten) == (kop, teksten)
    assert (words.label, words.feiten, words.sinds, words.qr_url, words.versie) == ("AFGELOPEN", (), "", "", "")
    assert "Sem" not in words.alt


def test_at_rest_people_are_asked_to_join(fonts: Fonts) -> None:
    words = inhoud(PosterRequest("x", link=Link("https://hub.example/X", "X")), fonts)
    assert (plain(words.kop), words.qr_tekst, words.qr_url) == (RUST_KOP, "Scan en doe mee", "https://hub.example/X")


def test_along_the_road_there_are_seven_words_and_nothing_to_remember(says: Says) -> None:
    words = says(how={"weg": True}, titel="Jongen van 9 vermist in Utrecht na een voetbalwedstrijd in het park")
    assert (words.label, plain(words.kop)) == ("VERMIST", "Jongen van 9 vermist in Utrecht")
    rest = (words.bel, words.vraag, words.feiten, words.signalementen, words.teksten, words.sinds)
    assert not any(rest)


def test_who_has_little_time_reads_less_of_the_story_and_still_how_to_recognise_someone(says: Says) -> None:
    long, short = says(how={"kijktijd_s": 60.0}), says(how={"kijktijd_s": 8.0})
    assert long.teksten
    assert short.teksten == ()
    assert short.signalementen == ("Tenger.",)
    assert short.kop == long.kop


def test_the_fixed_words_come_in_english_too(says: Says) -> None:
    words = says(tweetalig=True)
    assert (words.label, words.toelichting, words.vraag) == ("VERMIST", "Missing person", "Nu gezien? Seen now?")
    assert plain(words.feiten[0][0]) == "Laatst gezien / Last seen"


def test_the_address_to_type_is_that_of_the_page_and_the_same_for_every_link(says: Says) -> None:
    one = says(link=Link("https://hub.example/AAAAAAAA", "AAAAAAAA"))
    other = says(link=Link("https://hub.example/BBBBBBBB", "BBBBBBBB"))
    assert one.adres == other.adres == "hub.example/a/abc"


def test_a_number_plate_is_told_apart_only_where_a_thing_is_sought(says: Says) -> None:
    stolen = says(type="diefstal-voertuig", titel="Witte bestelbus gestolen, kenteken V-123-BX", leeftijd=None)
    assert stolen.kenteken == "V-123-BX"
    assert says(titel="Man vermist in auto 12-ABC-3").kenteken == ""
