"""Every request to X and Telegram is one of a known few, and fits the descriptions of their APIs.

Those descriptions are not part of the project: they lie beside it where it is developed. The list of requests stands
here, so that without them a changed request is noticed as well.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.content import Channel, Image, Receipt
from tests.contracts.beschrijving import Verzoek, fouten_telegram, fouten_x, gelezen
from tests.contracts.channel_contract import BEELD, NEUTRAAL, SINDS, SLOT, TEKST, Zaak
from tests.contracts.test_channels import een_zaak
from tests.contracts.wire import Wire

BESCHRIJVINGEN = Path(__file__).parents[2].parent / "shared" / "specs"
Daad = Callable[[Any, Receipt], Awaitable[object]]
DADEN: Mapping[str, Daad] = {
    "publiceren-tekst": lambda kanaal, _: kanaal.publish(TEKST, "sleutel-1"),
    "publiceren-beeld": lambda kanaal, _: kanaal.publish(BEELD, "sleutel-1"),
    "corrigeren": lambda kanaal, bon: kanaal.correct(bon, SLOT),
    "neutraliseren": lambda kanaal, bon: kanaal.correct(bon, NEUTRAAL),
    "intrekken": lambda kanaal, bon: kanaal.retract(bon),
    "al-weg": lambda kanaal, bon: kanaal.retract(bon),
    "weg": lambda kanaal, bon: kanaal.gone(bon),
    "bestand-over": lambda kanaal, bon: kanaal.gone(bon),
    "staat-er": lambda kanaal, bon: kanaal.gone(bon),
    "terugzoeken": lambda kanaal, _: kanaal.find("sleutel-1", "UT793", SINDS),
    "niet-gevonden": lambda kanaal, _: kanaal.find("sleutel-1", "UT793", SINDS),
    "meten": lambda kanaal, bon: kanaal.measure([bon]),
    "reacties": lambda kanaal, bon: kanaal.replies(bon, SINDS),
    "reactie-verbergen": lambda kanaal, _: kanaal.hide_reply("1300"),
    "reactie-al-weg": lambda kanaal, _: kanaal.hide_reply("1300"),
    **dict.fromkeys(
        (
            "controleren",
            "controleren, alleen lezen",
            "controleren, geen recht",
            "controleren, niet in het kanaal",
            "controleren, eruit gezet",
        ),
        lambda kanaal, _: kanaal.check(),
    ),
    "gesprek-verbinden": lambda kanaal, _: kanaal.connect("https://hub.example.nl/haken/bot"),
    "gesprek-ophalen": lambda kanaal, _: kanaal.fetch(41),
    "gesprek-antwoord": lambda kanaal, _: kanaal.answer("900100200", "Dag."),
}
FOTO_FEITEN = ("expansions", "media.fields")
X_FEITEN = {
    ("POST", "/2/tweets", ("text",)),
    ("POST", "/2/tweets", ("media.media_ids", "text")),
    ("POST", "/2/media/upload", ("media", "media_category")),
    ("POST", "/2/media/metadata", ("id", "metadata.alt_text.text")),
    ("GET", "/2/tweets/1141", FOTO_FEITEN),
    ("GET", "/2/tweets/1141", ()),
    ("DELETE", "/2/tweets/1141", ()),
    ("PUT", "/2/tweets/1300/hidden", ("hidden",)),
    ("GET", "/2/users/me", ()),
    ("GET", "/2/users/4242/tweets", ("exclude", "max_results", "start_time")),
    ("GET", "/2/users/4242/tweets", ("exclude", "max_results", "pagination_token", "start_time")),
    ("GET", "/2/users/4242/tweets", ("max_results", "since_id", "tweet.fields", "until_id")),
    ("GET", "/2/users/4242/tweets", ("max_results", "post.fields", "since_id", "until_id")),
    ("GET", "/2/users/4242/mentions", ("max_results", "since_id", "start_time", "tweet.fields")),
    ("GET", "/2/users/4242/mentions", ("max_results", "post.fields", "since_id", "start_time")),
}
TELEGRAM_FEITEN = {
    ("POST", "sendMessage", ("chat_id", "text")),
    ("POST", "sendPhoto", ("caption", "chat_id", "photo")),
    ("POST", "editMessageText", ("chat_id", "message_id", "text")),
    ("POST", "editMessageCaption", ("caption", "chat_id", "message_id")),
    ("POST", "editMessageMedia", ("(bestand)", "chat_id", "media", "message_id")),
    ("POST", "deleteMessage", ("chat_id", "message_id")),
    ("POST", "getMe", ()),
    ("POST", "getChatMember", ("chat_id", "user_id")),
    ("POST", "setWebhook", ("allowed_updates", "secret_token", "url")),
    ("POST", "deleteWebhook", ()),
    ("POST", "getUpdates", ("allowed_updates", "offset", "timeout")),
    ("POST", "sendMessage", ("chat_id", "disable_notification", "text")),
}


async def gevraagd(zaak: Zaak, *stukken: Mapping[str, Any], doe: Daad) -> list[Verzoek]:
    """What the channel asks of its netwerk for one deed, with these answers."""
    async with Wire(zaak.vooraf()) as wire:
        wire.play(stukken, zaak.traffic["instellingen"])
        kanaal: Channel = zaak.maak(wire.url)
        await doe(kanaal, zaak.bon(wire))
        await kanaal.close()
        assert wire.surprises == []
        return [gelezen(request, raw) for request, raw in wire.seen]


async def alle_groepen(zaak: Zaak) -> list[Verzoek]:
    found: list[Verzoek] = []
    for naam, stukken in zaak.traffic["uitwisselingen"].items():
        found += await gevraagd(zaak, *stukken, doe=DADEN[naam])
    return found


def in_nieuwe_woorden(stuk: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The exchange with an X that knows `tweet.fields` no more: that is refused, then asked with `post.fields`."""
    verzoek = stuk["verzoek"]
    nieuw = [deel.replace("tweet.fields", "post.fields") for deel in verzoek["bevat"]]
    nee = {"status": 400, "json": {"title": "Invalid Request", "errors": [{"parameters": {"tweet.fields": []}}]}}
    return [{**stuk, "antwoord": nee}, {**stuk, "verzoek": {**verzoek, "bevat": nieuw}}]


async def verzoeken_x() -> list[Verzoek]:
    zaak = een_zaak("x")
    groepen = zaak.traffic["uitwisselingen"]
    found = await alle_groepen(zaak)
    for naam in ("meten", "reacties"):
        wie, lijst = groepen[naam]
        found += await gevraagd(zaak, wie, *in_nieuwe_woorden(lijst), doe=DADEN[naam])

    wie, leeg = groepen["niet-gevonden"]
    verder = {**leeg, "antwoord": {"status": 200, "json": {"meta": {"result_count": 0, "next_token": "verder"}}}}
    laatste = {**leeg, "verzoek": {**leeg["verzoek"], "bevat": ["pagination_token=verder"]}}
    found += await gevraagd(zaak, wie, laatste, verder, doe=DADEN["niet-gevonden"])
    # A file stands elsewhere, and is asked for as a stranger would.
    return [verzoek for verzoek in found if not verzoek.pad.startswith("/media/")]


async def verzoeken_telegram() -> list[Verzoek]:
    zaak = een_zaak("telegram")
    [goed] = zaak.traffic["uitwisselingen"]["publiceren-tekst"]
    ander = Image(b"\xff\xd8\xff", "image/jpeg", 4, 4)
    zelfde = replace(SLOT, image=ander)

    def antwoord(methode: str) -> Mapping[str, Any]:
        return {**goed, "verzoek": {"methode": "POST", "pad": f"/bot{{token}}/{methode}"}}

    async def tekst(kanaal: Any, bon: Receipt) -> None:
        await kanaal.correct(Receipt(bon.ref, bon.url, {**bon.extra, "beeld": ""}), SLOT)

    async def bijschrift(kanaal: Any, bon: Receipt) -> None:
        await kanaal.correct(await kanaal.correct(bon, zelfde), zelfde)

    found = await alle_groepen(zaak)
    haalt = replace(
        zaak, traffic={**zaak.traffic, "instellingen": {**zaak.traffic["instellingen"], "abonnees": "ophalen"}}
    )
    found += await gevraagd(haalt, antwoord("deleteWebhook"), doe=DADEN["gesprek-verbinden"])
    found += await gevraagd(zaak, antwoord("editMessageText"), doe=tekst)
    return found + await gevraagd(zaak, antwoord("editMessageMedia"), antwoord("editMessageCaption"), doe=bijschrift)


def feit_telegram(verzoek: Verzoek) -> tuple[str, str, tuple[str, ...]]:
    """As in the list: a file that belongs to another field has a name that is different each time."""
    namen = ["(bestand)" if value == "(bestand)" and naam != "photo" else naam for naam, value in verzoek.body.items()]
    return verzoek.methode, verzoek.pad.rpartition("/")[2], tuple(sorted(namen))


async def test_x_is_asked_for_what_stands_in_the_list_and_nothing_else() -> None:
    assert {(each.methode, each.pad, each.velden) for each in await verzoeken_x()} == X_FEITEN


async def test_telegram_is_asked_for_what_stands_in_the_list_and_nothing_else() -> None:
    assert {feit_telegram(each) for each in await verzoeken_telegram()} == TELEGRAM_FEITEN


async def test_every_request_fits_the_descriptions_that_are_at_hand() -> None:
    verzoeken = {"x": await verzoeken_x(), "telegram": await verzoeken_telegram()}
    geldig: dict[str, set[int]] = {"x": set(), "telegram": set()}
    bestanden = sorted(BESCHRIJVINGEN.glob("x-openapi-*.json")) + sorted(BESCHRIJVINGEN.glob("telegram-*.json"))
    for bestand in bestanden:
        api, naam = json.loads(bestand.read_text("utf-8")), bestand.name.partition("-")[0]
        # Each description of X knows one of the two words for its fields.
        vreemd = "post.fields" if naam == "x" and "TweetFieldsParameter" in json.dumps(api) else "tweet.fields"
        for nummer, verzoek in enumerate(verzoeken[naam]):
            if vreemd not in verzoek.query:
                keur = fouten_x if naam == "x" else fouten_telegram
                assert keur(verzoek, api) == [], (bestand.name, verzoek.methode, verzoek.pad)
                geldig[naam].add(nummer)
    for naam in {bestand.name.partition("-")[0] for bestand in bestanden}:
        assert geldig[naam] == set(range(len(verzoeken[naam]))), naam


EEN_BODY = {"type": "object", "required": ["hidden"], "properties": {"hidden": {"type": "boolean"}}}
EEN_API = {
    "paths": {
        "/2/tweets/{id}": {
            "put": {
                "parameters": [
                    {"name": "id", "in": "path", "schema": {"$ref": "#/components/schemas/Id"}},
                    {"name": "aantal", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 100}},
                    {"name": "velden", "in": "query", "schema": {"type": "array", "items": {"enum": ["a", "b"]}}},
                ],
                "requestBody": {"required": True, "content": {"application/json": {"schema": EEN_BODY}}},
            }
        }
    },
    "components": {"schemas": {"Id": {"type": "string", "pattern": "^[0-9]{1,19}$"}}},
}
GOED = Verzoek("PUT", "/2/tweets/12", {"aantal": "100", "velden": "a,b"}, {"hidden": True}, "application/json")


@pytest.mark.parametrize(
    ("anders", "fout"),
    [
        ({}, ""),
        ({"methode": "POST"}, "bestaat niet"),
        ({"pad": "/2/tweets/twaalf"}, "past niet op"),
        ({"query": {}}, "aantal ontbreekt"),
        ({"query": {"aantal": "101"}}, "te groot"),
        ({"query": {"aantal": "veel"}}, "geen integer"),
        ({"query": {"aantal": "1", "velden": "a,c"}}, "geen keuze"),
        ({"query": {"aantal": "1", "soort": "a"}}, "soort is onbekend"),
        ({"body": {}}, "hidden ontbreekt"),
        ({"body": {"hidden": "ja"}}, "geen boolean"),
        ({"body": {"hidden": True, "meer": 1}}, "meer is onbekend"),
        ({"soort": "text/plain"}, "niet aangenomen"),
        ({"soort": ""}, "geen inhoud"),
    ],
)
def test_a_request_that_does_not_fit_is_noticed(anders: Mapping[str, Any], fout: str) -> None:
    found = fouten_x(replace(GOED, **anders), EEN_API)
    assert (fout in " ".join(found)) is True
    assert bool(found) is bool(fout)


def test_a_request_that_telegram_does_not_know_is_noticed() -> None:
    velden = [{"name": "chat_id", "types": ["Integer"], "required": True}]
    api = {"methods": {"deleteMessage": {"fields": velden}}}
    weg = Verzoek("POST", "/bot1/deleteMessage", {}, {"chat_id": "7"}, "application/x-www-form-urlencoded")
    assert fouten_telegram(weg, api) == []
    assert fouten_telegram(replace(weg, body={}), api) == ["chat_id ontbreekt"]
    assert fouten_telegram(replace(weg, body={"chat_id": "zeven", "x": "1"}), api)[1:] == ["x is onbekend"]
    assert fouten_telegram(replace(weg, pad="/bot1/weg"), api) == ["/bot1/weg bestaat niet"]
