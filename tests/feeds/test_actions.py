"""The actions v2 dialect: what clients count on, and what real feeds get wrong."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.content import Cirkel
from hub.feeds.actions import ActionBericht, Melding, parse, render
from hub.feeds.lezen import FeedOnleesbaar

START = datetime(2026, 3, 1, 13, 5, tzinfo=UTC)
RAW: dict[str, Any] = {
    "id": 4711,
    "municipality": "Utrecht",
    "actionType": "Vermist persoon",
    "amberAlert": False,
    "active": True,
    "startTimestamp": 1772370300,
    "endTimestamp": "1772373900000",
    "area": {"lat": "52.09", "lng": 5.12, "radius": 1500.0},
    "messages": [
        {"title": "Nieuw", "body": "Nu caf&eacute;", "lastModifiedTimestamp": 1772370600000},
        {"title": "Oud", "body": "Eerst", "lastModifiedTimestamp": 1772370300},
    ],
}


def read(**other: Any) -> ActionBericht:
    [bericht] = parse(json.dumps({"actions": [RAW | other]}).encode()).berichten
    return bericht


def test_seconds_milliseconds_strings_and_scalars_are_read_alike() -> None:
    bericht = read()
    assert bericht.id == "4711"
    assert (bericht.gestart, bericht.eindigt) == (START, START + timedelta(hours=1))
    assert bericht.cirkel == Cirkel(52.09, 5.12, 1500)


def test_the_latest_message_counts_whatever_its_place() -> None:
    assert read().laatste.titel == "Nieuw"


def test_identity_changes_with_the_text_and_with_the_end_only() -> None:
    assert read().sleutel == read(municipality="Elders").sleutel
    closed = read(active=False)
    changed = read(messages=[{"title": "a", "body": "b", "lastModifiedTimestamp": 1772370601000}])
    assert len({read().sleutel, closed.sleutel, changed.sleutel}) == 3


def test_without_times_the_words_are_the_identity() -> None:
    one, two = (read(messages=[{"title": "t", "body": body}]).sleutel for body in ("een", "twee"))
    assert one != two


def test_an_absent_flag_never_closes_an_actie() -> None:
    assert read(active=None).actief
    assert not read(active="false").actief


def test_a_bare_list_and_a_message_outside_a_list_are_accepted() -> None:
    body = json.dumps([RAW | {"messages": RAW["messages"][0]}]).encode()
    assert parse(body).berichten[0].laatste.tekst == "Nu café"


@pytest.mark.parametrize("fault", [{"id": None}, {"id": {"x": 1}}, {"messages": []}, {"messages": None}])
def test_a_bad_action_is_reported_and_the_others_survive(fault: dict[str, Any]) -> None:
    read = parse(json.dumps({"actions": [RAW | fault, RAW, 7]}).encode())
    assert [bericht.id for bericht in read.berichten] == ["4711"]
    assert len(read.fouten) == 2


@pytest.mark.parametrize("area", [None, {}, {"lat": 5}, {"lat": 95, "lng": 5, "radius": 9}, "Utrecht"])
def test_an_unusable_area_is_no_area(area: object) -> None:
    assert read(area=area).cirkel is None


@pytest.mark.parametrize("body", [b"", b"null", b'{"actions": {}}', b'{"alerts": []}'])
def test_another_form_is_unreadable_as_a_whole(body: bytes) -> None:
    with pytest.raises(FeedOnleesbaar):
        parse(body)


def test_what_we_write_is_exact() -> None:
    bericht = ActionBericht(
        id="1900000007",
        gemeente="Utrecht",
        actie_type="Vermist persoon",
        amber=False,
        actief=False,
        gestart=START,
        eindigt=START + timedelta(hours=1),
        cirkel=Cirkel(52.09, 5.12, 1500),
        meldingen=(Melding("Actie <1>", "Dank u wel", "Cancel", "https://hub.example/a/K7", START),),
    )
    assert json.loads(render([bericht])) == {
        "actions": [
            {
                "id": "1900000007",
                "municipality": "Utrecht",
                "actionType": "Vermist persoon",
                "amberAlert": False,
                "active": False,
                "startTimestamp": 1772370300000,
                "endTimestamp": 1772373900000,
                "area": {"lat": 52.09, "lng": 5.12, "radius": 1500},
                "messages": [
                    {
                        "title": "Actie &lt;1&gt;",
                        "body": "Dank u wel",
                        "messageType": "Cancel",
                        "responseUrl": "https://hub.example/a/K7",
                        "lastModifiedTimestamp": 1772370300000,
                        "speechId": None,
                    }
                ],
            }
        ]
    }
    assert parse(render([bericht])).berichten == (bericht,)
