"""From a source's words to ours: types, gemeenten, ages and durations."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.acties.model import TYPES, Invoer
from hub.acties.rules import validate
from hub.content import Cirkel
from hub.feeds.actions import ActionBericht, Melding
from hub.feeds.landactiehost import LandBericht
from hub.intake.vertalen import Stap, from_action, from_land
from hub.kit.config import Bron

NU = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BRON = Bron(naam="lokaal", soort="actions", url="https://bron.example/actions")


def action(**other: Any) -> Stap:
    values: dict[str, Any] = {
        "id": "52001",
        "gemeente": "Utrecht",
        "actie_type": "Straatroof",
        "amber": False,
        "actief": True,
        "gestart": NU,
        "eindigt": NU + timedelta(minutes=45),
        "cirkel": Cirkel(52.09, 5.12, 1500),
        "meldingen": (Melding("Titel", "Tekst", gewijzigd=NU),),
    }
    return from_action(ActionBericht(**values | other), BRON, NU)


def land(**other: Any) -> Stap:
    values: dict[str, Any] = {
        "alert_id": "4711",
        "message_id": "1",
        "sender": "KindAlarmPortal",
        "verzonden": NU,
        "type": "Alert",
        "niveau": "regionaal",
        "beschrijving": "Laatst gezien bij de markt.",
        "lees_meer": "",
        "titel": "Sanne (9)",
        "gebied": "Utrecht",
    }
    return from_land(LandBericht(**values | other), BRON, NU)


def invoer(step: Stap) -> Invoer:
    assert step.invoer is not None
    assert validate(step.invoer, on=NU.date()) == []
    return step.invoer


@pytest.mark.parametrize("type_", TYPES)
def test_our_own_titles_and_names_of_types_are_understood(type_: str) -> None:
    assert invoer(action(actie_type=TYPES[type_])).type == type_
    assert invoer(action(actie_type=type_.upper().replace("-", "_"))).type == type_


@pytest.mark.parametrize(
    ("word", "type_"),
    [
        ("(Gewapende) overval", "overval"),
        ("Diefstal van vaar/voertuig", "diefstal-voertuig"),
        ("Diefstal/inbraak overig", "diefstal-overig"),
        ("MISSING_PERSON", "vermist-persoon"),
    ],
)
def test_words_of_known_sources_are_mapped(word: str, type_: str) -> None:
    assert invoer(action(actie_type=word)).type == type_


def test_an_unknown_type_becomes_overig_and_is_mentioned() -> None:
    step = action(actie_type="Kattenkwaad")
    assert invoer(step).type == "overig"
    assert step.toelichting == "Het type ‘Kattenkwaad’ is onbekend; het werd overig."


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UTRECHT", "GM0344"),
        ("Gemeente Utrecht", "GM0344"),
        ("GM0344", "GM0344"),
        ("344", "GM0344"),
        ("Weesp", "GM0363"),
        ("GM0457", "GM0363"),
        ("Den Bosch-achtig", "GM0344"),
    ],
)
def test_a_gemeente_is_found_by_name_code_successor_or_place(name: str, code: str) -> None:
    assert invoer(action(gemeente=name)).gemeente == code


def test_a_guessed_gemeente_is_mentioned() -> None:
    assert action(gemeente="").toelichting == "Gemeente gekozen bij het gebied: Utrecht."


def test_without_name_and_place_there_is_no_actie() -> None:
    assert "onbekend" in action(gemeente="Nergens", cirkel=None).weigering
    assert "onbekend" in action(gemeente="Nergens", cirkel=Cirkel(54.5, 4.0, 500)).weigering


def test_a_national_alert_without_place_takes_the_gemeente_of_its_source() -> None:
    step = land(niveau="landelijk", gebied=None)
    assert (invoer(step).gemeente, invoer(step).gemeenten, invoer(step).niveau) == ("GM0344", (), "landelijk")


@pytest.mark.parametrize(("title", "age"), [("Sanne (9)", 9), ("Sanne (9 jaar)", 9), ("Sanne", None), ("X (45)", None)])
def test_a_child_alert_is_about_a_minor_whatever_its_title(title: str, age: int | None) -> None:
    persoon = invoer(land(titel=title)).persoon
    assert (persoon.leeftijd, persoon.minderjarig) == (age, True)


@pytest.mark.parametrize(
    ("gestart", "eindigt", "minutes"),
    [
        (NU, NU + timedelta(minutes=45), 45),
        (NU - timedelta(hours=3), NU - timedelta(hours=1), 120),
        (None, None, 60),
        (None, NU - timedelta(hours=1), 60),
        (NU, NU + timedelta(seconds=20), 5),
        (NU, NU + timedelta(days=400), 10_080),
    ],
)
def test_it_runs_until_the_planned_end(gestart: datetime | None, eindigt: datetime | None, minutes: int) -> None:
    assert invoer(action(gestart=gestart, eindigt=eindigt)).looptijd_minuten == minutes


def test_long_texts_and_odd_circles_are_made_to_fit() -> None:
    words = invoer(
        action(
            id="a b/c?é" + "x" * 57,
            meldingen=(Melding("woord " * 60, "woord " * 900),),
            cirkel=Cirkel(52.09, 5.12, 3),
        )
    )
    assert words.titel.endswith("woord …")
    assert words.cirkel == Cirkel(52.09, 5.12, 100)
    assert invoer(action(cirkel=Cirkel(4.0, 52.0, 500))).cirkel is None


def test_an_empty_message_still_gets_words() -> None:
    words = invoer(action(meldingen=(Melding("", ""),)))
    assert (words.titel, words.bericht) == ("Straatroof in Utrecht", "Straatroof in Utrecht")
