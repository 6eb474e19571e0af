"""What readers see of an actie, while it runs and after."""

from dataclasses import replace

import pytest

from hub.acties import store
from hub.acties.model import TYPES, Persoon
from hub.acties.view import provisional, slottekst, view
from hub.kit.config import Config, Organisatie
from hub.kit.db import Db
from tests.builders import NU, een_invoer

CONFIG = Config(adres="https://hub.example", organisatie=Organisatie(afzender="Regio Voorbeeld"))


def test_a_running_actie_shows_its_words(db: Db) -> None:
    actie = db.write_sync(lambda s: store.create(s, een_invoer(), wie="Ans", now=NU))
    seen = view(actie, CONFIG)
    assert (seen.titel, seen.plaats, seen.afzender) == (
        "Sanne (9) uit Utrecht vermist",
        "Utrecht",
        "Regio Voorbeeld",
    )
    assert seen.pagina_url == f"https://hub.example/a/{actie.code}"
    assert (seen.voorbeeld, seen.minderjarig, seen.slottekst) == (True, True, "")


def test_unknown_age_counts_as_a_minor_in_the_view(db: Db) -> None:
    invoer = een_invoer(persoon=Persoon())
    assert view(db.write_sync(lambda s: store.create(s, invoer, wie="A", now=NU)), CONFIG).minderjarig


def test_an_ended_actie_shows_its_closing_message_even_before_it_is_erased(db: Db) -> None:
    actie = db.write_sync(lambda s: store.create(s, een_invoer(), wie="Ans", now=NU))
    gone = db.write_sync(lambda s: store.set_fase(s, actie.id, "intrekken", now=NU, reden="gevonden"))
    seen = view(gone, CONFIG)
    assert (seen.titel, seen.bericht, seen.signalement, seen.laatst_gezien, seen.leeftijd) == ("",) * 4 + (None,)
    assert seen.slottekst == slottekst("vermist-persoon", "gevonden")
    db.write_sync(lambda s: store.erase_person(s, actie.id, slottekst="Eigen woorden.", now=NU))
    erased = db.read_sync(lambda s: store.get(s, actie.id))
    assert erased is not None
    assert view(erased, CONFIG).slottekst == "Eigen woorden."


def test_what_is_composed_before_storing_equals_what_is_stored(db: Db) -> None:
    invoer = een_invoer(titel="Sa\u200bnne  vermist ", kanalen=("proef-x", "proef-x"))
    before = provisional(invoer, actie_id="id-1", code="K7M2QX", wie="Ans", now=NU)
    stored = db.write_sync(lambda s: store.create(s, invoer, wie="Ans", now=NU, actie_id="id-1", code="K7M2QX"))
    same = {"nummer": stored.nummer, "gestart_op": None, "eindigt_op": None}
    assert replace(before, **same) == stored


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("reden", ["gevonden", "fout", "anders", "afgesloten", "verlopen", ""])
def test_every_closing_message_is_short_thanks_or_asks_and_names_nobody(type: str, reden: str) -> None:
    text = slottekst(type, reden)
    assert len(text) <= 160
    assert ("fout" in text) if reden == "fout" else ("Bedankt" in text)
    assert ("stopt" in text) is (type != "overig" and reden in ("afgesloten", "verlopen", ""))
    if reden in ("afgesloten", "verlopen", ""):
        assert text.startswith("Deze actie is afgesloten.")


@pytest.mark.parametrize(
    ("type", "zin"),
    [
        ("vermist-persoon", "De persoon is gevonden."),
        ("diefstal-voertuig", "Het voertuig is gevonden."),
        ("verdachte-situatie", "De situatie is opgelost."),
        ("overval", "Deze zaak is opgelost."),
        ("overig", "Deze actie is klaar."),
    ],
)
def test_what_was_found_is_said_as_the_type_asks(type: str, zin: str) -> None:
    assert slottekst(type, "gevonden") == f"{zin} U hoeft niet meer uit te kijken. Bedankt voor uw hulp."


@pytest.mark.parametrize("type", TYPES)
def test_after_prevention_nobody_hears_of_a_search_or_a_case(type: str) -> None:
    for reden in ("gevonden", "afgesloten"):
        assert slottekst(type, reden, "preventie") == "Deze actie is afgelopen. Bedankt voor uw hulp."
