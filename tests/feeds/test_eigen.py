"""Our own acties in the feeds of existing clients: from Alert to Update to Cancel, over HTTP."""

import json
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from sqlalchemy.orm import Session

from hub.acties import store
from hub.acties.fotos import CleanPhoto
from hub.acties.model import Actie, Persoon
from hub.feeds import eigen, landactiehost
from hub.feeds.places import plaatsen
from hub.kit.config import Compatibel, Config, Kortelinks, Organisatie
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.web.feeds import feeds_router
from tests.builders import Klok, een_invoer

LAND, TEST, ACTIONS = (
    "/landactiehost/api/v1/alerts",
    "/landactiehost/api/test/alerts",
    "/burgernet/burgernet-api/v2/actions",
)
CONFIG = Config(
    adres="https://hub.example",
    organisatie=Organisatie(naam="Meldkamer", contact="hub@hub.example"),
    kortelinks=Kortelinks(domein="https://ah.example"),
    compatibel=Compatibel(landactiehost=True),
)
PHOTO = CleanPhoto(jpeg=b"\xff\xd8\xff\xd9", breedte=10, hoogte=10, som="ab" * 32)


def started(db: Db, klok: Klok, **other: Any) -> Actie:
    def work(session: Session) -> Actie:
        actie = store.create(session, een_invoer(**other), wie="m", now=klok.now())
        klok.verder(seconds=5)
        return store.set_fase(session, actie.id, "vrijgeven", now=klok.now())

    return db.write_sync(work)


def ended(db: Db, klok: Klok, actie: Actie) -> Actie:
    def work(session: Session) -> Actie:
        store.set_fase(session, actie.id, "intrekken", now=klok.now(), reden="gevonden")
        store.erase_person(session, actie.id, slottekst="De persoon is terecht.", now=klok.now())
        return store.get(session, actie.id) or actie

    return db.write_sync(work)


def with_photo(db: Db, klok: Klok, actie: Actie, *, consent: bool) -> None:
    vault = Vault([Fernet.generate_key()])
    db.write_sync(
        lambda s: store.add_foto(
            s, vault, actie.id, PHOTO, focus_x=0.5, focus_y=0.4, toestemming=consent, wie="m", now=klok.now()
        )
    )


async def fetch(db: Db, klok: Klok, path: str, config: Config = CONFIG, method: str = "GET") -> httpx.Response:
    app = FastAPI()
    app.include_router(feeds_router(db, config, klok))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.example") as client:
        return await client.request(method, path)


async def feed(db: Db, klok: Klok, path: str = LAND, config: Config = CONFIG) -> Any:
    return (await fetch(db, klok, path, config)).json()


@pytest.mark.parametrize("path", [LAND, TEST, ACTIONS])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_any_page_may_read_the_feeds_and_nobody_keeps_them(db: Db, klok: Klok, path: str, method: str) -> None:
    answer = await fetch(db, klok, path, method=method)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", [LAND, TEST, ACTIONS])
async def test_the_feeds_are_off_until_switched_on(db: Db, klok: Klok, path: str) -> None:
    assert (await fetch(db, klok, path, Config())).status_code == 404


async def test_nothing_runs_is_an_empty_list(db: Db, klok: Klok) -> None:
    assert await feed(db, klok) == []
    assert await feed(db, klok, ACTIONS) == {"actions": []}


@pytest.mark.parametrize(("niveau", "level"), [("regionaal", "5"), ("landelijk", "10")])
async def test_a_missing_child_is_an_alert(db: Db, klok: Klok, niveau: str, level: str) -> None:
    actie = started(db, klok, niveau=niveau)
    [item] = await feed(db, klok)
    assert (item["Type"], item["AlertLevel"], item["Sender"]) == ("Alert", level, "Actiehub")
    assert item["AlertId"] == eigen.alert_id(actie.nummer)
    assert item["Sent"] == str(int(klok.now().timestamp()))
    assert item["Message"]["Title"] == "Sanne (9) uit Utrecht vermist"
    assert item["Message"]["Description"].startswith("Laatst gezien: Kanaalstraat, Utrecht, rond 15.10 uur. ")
    assert item["Message"]["Readmore_URL"] == f"https://hub.example/a/{actie.code}"
    assert item["Area"]["Description"] == ("Utrecht" if level == "5" else None)


@pytest.mark.parametrize(
    "other",
    [
        {"niveau": "lokaal"},
        {"type": "overval", "persoon": Persoon()},
        {"oefening": True},
    ],
)
async def test_lokaal_other_types_and_exercises_stay_out(db: Db, klok: Klok, other: dict[str, Any]) -> None:
    ended(db, klok, started(db, klok, kenmerk="einde", **other))
    started(db, klok, **other)
    assert await feed(db, klok) == []


async def test_the_test_feed_holds_exercises_only_and_says_so(db: Db, klok: Klok) -> None:
    started(db, klok)
    started(db, klok, kenmerk="oefening-1", oefening=True)
    [item] = await feed(db, klok, TEST)
    assert item["Message"]["Description"].startswith("OEFENING. Laatst gezien")


async def test_what_has_no_full_stop_gets_one(db: Db, klok: Klok) -> None:
    started(db, klok, laatst_gezien="bij de kade", signalement="Rode jas", bericht="Kijkt u mee uit?")
    words = "Laatst gezien: bij de kade. Rode jas. Kijkt u mee uit?"
    assert (await feed(db, klok))[0]["Message"]["Description"] == words


async def test_an_example_hub_says_so_in_every_message(db: Db, klok: Klok) -> None:
    started(db, klok)
    [item] = await feed(db, klok, config=Config(compatibel=Compatibel(landactiehost=True)))
    assert item["Message"]["Description"].startswith("VOORBEELD. ")


async def test_a_concept_is_in_no_feed_and_leaves_no_cancel(db: Db, klok: Klok) -> None:
    actie = db.write_sync(lambda s: store.create(s, een_invoer(), wie="m", now=klok.now()))
    assert await feed(db, klok) == []
    ended(db, klok, actie)
    assert await feed(db, klok) == []
    assert await feed(db, klok, ACTIONS) == {"actions": []}


async def test_a_correction_is_an_update_with_the_same_alert_id(db: Db, klok: Klok) -> None:
    actie = started(db, klok)
    [before] = await feed(db, klok)
    klok.verder(minutes=3)
    db.write_sync(lambda s: store.add_versie(s, actie.id, {"titel": "Sanne (10)"}, wie="m", now=klok.now(), reden=""))
    [after] = await feed(db, klok)
    assert (after["Type"], after["AlertId"], after["Message"]["Title"]) == (
        "Update",
        before["AlertId"],
        "Sanne (10)",
    )
    assert int(after["Sent"]) == int(before["Sent"]) + 180
    assert after["MessageId"].isdigit()
    assert after["MessageId"] != before["MessageId"]


async def test_words_changed_before_publishing_are_no_update(db: Db, klok: Klok) -> None:
    def work(session: Session) -> None:
        actie = store.create(session, een_invoer(), wie="m", now=klok.now())
        store.add_versie(session, actie.id, {"titel": "Beter"}, wie="m", now=klok.verder(seconds=9), reden="")
        store.set_fase(session, actie.id, "vrijgeven", now=klok.verder(seconds=9))

    db.write_sync(work)
    [item] = await feed(db, klok)
    assert (item["Type"], item["Message"]["Title"]) == ("Alert", "Beter")


async def test_a_cancel_replaces_its_alert_and_stays_65_minutes(db: Db, klok: Klok) -> None:
    actie = started(db, klok)
    [alert] = await feed(db, klok)
    klok.verder(minutes=10)
    ended(db, klok, actie)
    [cancel] = await feed(db, klok)
    assert (cancel["Type"], cancel["AlertId"]) == ("Cancel", alert["AlertId"])
    assert cancel["Message"] | {"Readmore_URL": ""} == {
        "Title": None,
        "Description": "Sluitbericht: De persoon is terecht.",
        "DescriptionExt": None,
        "Readmore_URL": "",
        "Media_URL": None,
        "Media": {"Image": None, "SmallImage": None},
    }
    assert set(cancel["Area"].values()) == {None}
    assert "Sanne" not in json.dumps(cancel)
    klok.verder(minutes=64, seconds=59)
    assert len(await feed(db, klok)) == 1
    klok.verder(seconds=2)
    assert await feed(db, klok) == []


@pytest.mark.parametrize("consent", [True, False])
async def test_the_photo_is_there_only_with_written_consent(db: Db, klok: Klok, consent: bool) -> None:
    actie = started(db, klok)
    with_photo(db, klok, actie, consent=consent)
    [item] = await feed(db, klok)
    url = f"https://hub.example/f/{PHOTO.som}.jpg" if consent else None
    assert item["Message"]["Media"] == {"Image": url, "SmallImage": url}


async def test_local_acties_stay_a_day_with_their_closing_text(db: Db, klok: Klok) -> None:
    actie = started(db, klok, niveau="lokaal", cirkel=None)
    [running] = (await feed(db, klok, ACTIONS))["actions"]
    assert running["active"] is True
    assert running["area"]["radius"] == 5000
    assert running["messages"][0]["responseUrl"] == f"https://hub.example/a/{actie.code}"
    klok.verder(minutes=20)
    ended(db, klok, actie)
    [closed] = (await feed(db, klok, ACTIONS))["actions"]
    assert closed["active"] is False
    assert closed["messages"][-1]["body"] == "De persoon is terecht."
    assert closed["endTimestamp"] == int(klok.now().timestamp() * 1000)
    assert "Sanne" not in json.dumps(closed)
    klok.verder(hours=24)
    assert await feed(db, klok, ACTIONS) == {"actions": []}


async def test_what_we_serve_we_can_read_and_know_as_ours(db: Db, klok: Klok) -> None:
    started(db, klok)
    [bericht] = landactiehost.parse((await fetch(db, klok, LAND)).content).berichten
    assert db.read_sync(lambda s: eigen.is_ours(s, bericht.alert_id))
    for other in ("99999998", "1900000999", "1900000000", "abc", "", "٣" * 10):
        assert not db.read_sync(lambda s, value=other: eigen.is_ours(s, value))


def test_the_receipt_names_each_feed_and_its_readers(db: Db, klok: Klok) -> None:
    actie = started(db, klok)
    assert plaatsen(actie, CONFIG) == []
    lines = plaatsen(ended(db, klok, actie), CONFIG)
    assert [(line.naam, line.staat) for line in lines] == [
        ("Landactiehost", "verdwenen"),
        ("actions v2", "verdwenen"),
        ("afnemers van de feeds", "niet-controleerbaar"),
    ]
    assert lines[0].verdwenen_op == klok.now()
    assert plaatsen(ended(db, klok, actie), Config()) == []
