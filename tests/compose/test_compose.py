"""The post of one kanaal: what it says, what it always holds, and that it fits."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.acties.model import TYPES
from hub.acties.view import slottekst
from hub.compose.compose import Draft, PastNiet, compose
from hub.compose.counters import COUNTERS
from hub.compose.templates import Templates
from hub.content import ActieView, Limits
from tests.builders import een_view

POSTS = Path(__file__).parents[2] / "templates" / "posts"
LINK = "https://ah.example/7Q2MKX9A"
ROOM = Limits(2000, 2000)
SOORTEN = ("publiceren", "corrigeren", "sluiten", "fout")
SUSPECTS = [name for name in TYPES if name not in ("vermist-persoon", "overig")]


def een_draft(
    view: ActieView | None = None,
    soort: str = "publiceren",
    limits: Limits = ROOM,
    *,
    folder: Path = POSTS,
    link: str = LINK,
    met_foto: bool = False,
) -> Draft:
    return compose(
        Templates(folder),
        view or een_view(),
        soort=soort,
        netwerk="proef",
        kanaal="proef-utrecht",
        limits=limits,
        link_url=link,
        met_foto=met_foto,
    )


def test_a_vermissing_says_what_where_when_signalement_number_and_link_in_that_order() -> None:
    assert een_draft().tekst.splitlines() == [
        "Sanne (9) uit Utrecht vermist",
        "Sanne is vanmiddag niet thuisgekomen van school in Lombok.",
        "Laatst gezien: Kanaalstraat, Utrecht, rond 15.10 uur.",
        "Signalement: Donker krullend haar, gele regenjas, blauwe rugzak.",
        "Ziet u deze persoon nu? Bel 112. Hebt u een tip? Bel 0800-0011 (gratis).",
        "Lees meer: https://ah.example/7Q2MKX9A",
        "Actie K7M2QX, Actiehub",
    ]


@pytest.mark.parametrize("type", TYPES)
def test_every_type_has_a_text_of_its_own(type: str) -> None:
    assert (POSTS / f"{type}.txt").exists()


@pytest.mark.parametrize("type", SUSPECTS)
def test_people_are_told_to_keep_away_from_suspects(type: str) -> None:
    lines = een_draft(een_view(type=type, titel="Gezocht")).tekst.splitlines()
    warning = next(n for n, line in enumerate(lines) if "zelf" in line)
    call = next(n for n, line in enumerate(lines) if "Bel 112" in line)
    assert warning + 1 == call


def test_nobody_is_told_to_keep_away_from_a_missing_child() -> None:
    assert "zelf" not in een_draft().tekst


def test_prevention_speaks_of_vigilance_and_questions() -> None:
    text = een_draft(een_view(soort="preventie", type="woninginbraak")).tekst
    assert "Bel 112" in text
    assert "0800-8844" in text
    assert "0800-0011" not in text


def test_a_correction_says_so_and_keeps_the_words_of_its_type() -> None:
    text = een_draft(soort="corrigeren").tekst
    assert text.startswith("Correctie op een eerder bericht. Sanne (9) uit Utrecht vermist")
    assert "Laatst gezien:" in text


@pytest.mark.parametrize("soort", ["sluiten", "fout"])
def test_an_ended_actie_holds_no_word_of_before(soort: str) -> None:
    view = een_view(fase="ingetrokken", slottekst=slottekst("vermist-persoon", "gevonden"))
    draft = een_draft(view, soort, Limits(2000, 2000, alt_max=500), met_foto=True)
    for word in ("Sanne", "Lombok", "Kanaalstraat", "krullend"):
        assert word not in draft.tekst + draft.alt
    assert "Bedankt" in draft.tekst
    assert "Bel 112" not in draft.tekst
    assert draft.met_foto is False


@pytest.mark.parametrize("soort", SOORTEN)
@pytest.mark.parametrize("limit", [70, 140, 280, 500, 4096])
@pytest.mark.parametrize(("oefening", "voorbeeld"), [(True, False), (False, True), (True, True)])
def test_exercises_and_examples_say_so_first(soort: str, limit: int, oefening: bool, voorbeeld: bool) -> None:
    view = een_view(oefening=oefening, voorbeeld=voorbeeld, slottekst="Deze actie is klaar. Bedankt.")
    try:
        text = een_draft(view, soort, Limits(limit, limit)).tekst
    except PastNiet:
        assert limit == 70
        return
    first = text.split(".")[0]
    assert ("OEFENING" in text) is oefening
    assert ("VOORBEELD" in text) is voorbeeld
    assert limit <= 140 or set(first.split()) <= {"OEFENING", "VOORBEELD"}


def test_the_photo_is_left_out_where_the_netwerk_takes_no_pictures() -> None:
    with_photo = een_draft(met_foto=True)
    assert (with_photo.met_foto, with_photo.beeld) == (True, "breed-1920x1080")
    assert een_draft().beeld == "kaart-1200x630"
    card = een_draft(limits=Limits(500, 500, foto=False), met_foto=True)
    assert (card.met_foto, card.beeld) == (False, "kaart-1200x630")
    without = een_draft(limits=Limits(500, 200, images=False), met_foto=True)
    assert (without.met_foto, without.beeld, without.maximum) == (False, "", 500)


def test_a_caption_has_less_room_than_a_text() -> None:
    view = een_view(bericht="woord " * 400)
    draft = een_draft(view, limits=Limits(4096, 1024, counter="telegram"))
    assert draft.maximum == 1024
    assert draft.teller == COUNTERS["telegram"](draft.tekst) <= 1024


def test_alt_text_describes_the_poster_within_its_limit_and_only_where_it_exists() -> None:
    assert een_draft().alt == ""
    long = een_draft(een_view(signalement="groot " * 300), limits=Limits(500, 500, alt_max=300), met_foto=True)
    assert 200 < len(long.alt) <= 300
    assert long.alt.startswith("Poster van een actie. Met een foto van de vermiste persoon.")


def test_texts_give_way_but_number_link_and_marker_stay() -> None:
    text = een_draft(een_view(bericht="lang " * 500), limits=Limits(280, 280)).tekst
    assert "Bel 112." in text
    assert "Bel 0800-0011" in text
    assert LINK in text.split()
    assert "K7M2QX" in text


def test_a_kanaal_with_hardly_any_room_still_gets_number_link_and_marker() -> None:
    tight = len(f"Bel 112. {LINK} K7M2QX")
    assert een_draft(limits=Limits(tight, tight)).tekst == f"Bel 112. {LINK} K7M2QX"
    with pytest.raises(PastNiet, match="passen niet"):
        een_draft(limits=Limits(tight - 1, tight - 1))


def test_what_a_template_forgets_is_added(tmp_path: Path) -> None:
    (tmp_path / "basis.txt").write_text("{{ titel }}\n", encoding="utf-8")
    assert een_draft(folder=tmp_path).tekst == f"Sanne (9) uit Utrecht vermist\nBel 112.\n{LINK}\nK7M2QX"


def test_a_post_without_a_link_speaks_of_none() -> None:
    assert "Lees meer" not in een_draft(link="").tekst


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("aeiou nrst.,IJĳéëöü0123456789 \n…€👧🏽👨‍👩‍👧🚗"),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    max_size=400,
)


@settings(max_examples=60, deadline=None)
@given(
    titel=TEXTS,
    bericht=TEXTS,
    signalement=TEXTS,
    gezien=TEXTS,
    limit=st.integers(90, 700),
    counter=st.sampled_from(sorted(COUNTERS)),
    soort=st.sampled_from(SOORTEN),
    type=st.sampled_from(sorted(TYPES)),
)
def test_no_draft_exceeds_its_limit_and_number_and_link_stay_whole(
    titel: str, bericht: str, signalement: str, gezien: str, limit: int, counter: str, soort: str, type: str
) -> None:
    view = een_view(
        type=type,
        titel=titel,
        bericht=f"{bericht} {LINK}x {bericht}",
        signalement=signalement,
        laatst_gezien=gezien,
        slottekst=bericht,
        oefening=True,
    )
    draft = een_draft(view, soort, Limits(limit, limit, counter=counter, alt_max=limit))
    assert draft.teller == COUNTERS[counter](draft.tekst) <= draft.maximum == limit
    assert LINK in draft.tekst.split()
    assert "K7M2QX" in draft.tekst
    assert "OEFENING" in draft.tekst
    assert soort in ("sluiten", "fout") or "Bel 112." in draft.tekst
    assert len(draft.alt) <= limit
