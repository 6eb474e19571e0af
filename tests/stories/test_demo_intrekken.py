"""Found: one call, and everything that can be reached is dark, with a receipt that claims no more than it can prove."""

import base64
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.stories.demo_client import (
    MENS,
    Demo,
    een_actie,
    eigen_bericht,
    hub_serve,
    lopende_actie,
    met_sleutel,
    post_actie,
    roze,
    staten,
    trek_in,
    until,
)

PLAATS = {"soort", "naam", "staat", "verdwenenOp", "bewijs", "uiterlijk"}
WEG = "Noor"
BERICHT, SIGNALEMENT = "Noor liep naar de kinderboerderij.", "Paarse muts, zilveren step."


@dataclass
class Ingetrokken:
    """What a script saw before, during and right after the withdrawal of one actie."""

    actie: dict[str, Any]
    foto: str
    media: list[str]
    link: str
    etags: dict[str, str]
    antwoord: httpx.Response
    meteen: dict[str, tuple[bytes, str]]
    stand_na: float
    stand: dict[str, Any]
    eerste_bewijs: dict[str, Any]
    stil_scherm: str


@pytest.fixture(scope="module")
def weg(demo: Demo) -> Iterator[Ingetrokken]:
    """Publish with photo, let every player fetch, withdraw; all players but the last fetch again."""
    api = demo.api()
    with lopende_actie(demo, bericht=BERICHT, signalement=SIGNALEMENT) as actie:
        for url in demo.schermen.values():
            until(lambda url=url: WEG in httpx.get(url + "text.txt").text, "het scherm toont de actie")
        before = {naam: httpx.get(url + "img.jpg") for naam, url in demo.schermen.items()}
        assert all(roze(picture.content) for picture in before.values())
        [foto] = set(re.findall(r"/f/[0-9a-f]+\.jpg", httpx.get(actie["paginaUrl"]).text))
        posts = [eigen_bericht(demo, account, actie["code"]) for account in demo.tijdlijn()]
        link = re.search(r"http\S+/[0-9A-Z]{8}\b", posts[0]["tekst"])
        assert link is not None
        *actief, stil = demo.schermen
        standen = luisteraar(demo.schermen[stil])
        eerste = standen.get(timeout=10)[1]
        answer = trek_in(api, actie["id"])
        klaar = time.monotonic()
        meteen = {}
        for naam in actief:
            picture = httpx.get(demo.schermen[naam] + "img.jpg")
            meteen[naam] = (picture.content, httpx.get(demo.schermen[naam] + "text.txt").text)
        bewijs = api.get(f"/api/v1/acties/{actie['id']}/intrekkingsbewijs").json()
        gehoord, stand = standen.get(timeout=10)
        assert stand["serial"] > eerste["serial"]
        stand_na = gehoord - klaar
        etags = {naam: picture.headers["ETag"] for naam, picture in before.items()}
        media = [post["mediaUrl"] for post in posts]
        yield Ingetrokken(actie, demo.url + foto, media, link[0], etags, answer, meteen, stand_na, stand, bewijs, stil)


def luisteraar(scherm_url: str) -> "Queue[tuple[float, dict[str, Any]]]":
    """A player that listens: where its scherm stands now, and the first change, each with its moment of arrival."""
    heard: Queue[tuple[float, dict[str, Any]]] = Queue()

    def listen() -> None:
        with httpx.stream("GET", scherm_url + "events", timeout=30) as stream:
            data = (line.removeprefix("data:") for line in stream.iter_lines() if line.startswith("data:"))
            first = json.loads(next(data))
            heard.put((time.monotonic(), first))
            change = next(stand for stand in map(json.loads, data) if stand["serial"] != first["serial"])
            heard.put((time.monotonic(), change))

    Thread(target=listen, daemon=True).start()
    return heard


def bewijs(demo: Demo, actie: dict[str, Any]) -> httpx.Response:
    """The receipt as a lezer gets it."""
    return demo.api("lezer").get(f"/api/v1/acties/{actie['id']}/intrekkingsbewijs")


def plaatsen(told: dict[str, Any], soort: str) -> list[dict[str, Any]]:
    """The places of one soort in a receipt."""
    return [plaats for plaats in told["plaatsen"] if plaats["soort"] == soort]


def test_withdrawing_is_one_call_that_leaves_no_person_behind(weg: Ingetrokken) -> None:
    assert weg.antwoord.status_code == 201
    assert weg.antwoord.json()["fase"] == "ingetrokken"
    assert WEG not in weg.antwoord.text


def test_every_scherm_is_neutral_at_the_very_next_request(weg: Ingetrokken) -> None:
    for picture, text in weg.meteen.values():
        assert not roze(picture)
        assert WEG not in text


def test_a_scherm_that_listens_is_told_within_a_second(weg: Ingetrokken) -> None:
    assert weg.stand_na < 1
    assert WEG not in str(weg.stand)


def test_the_old_picture_of_a_scherm_is_never_confirmed_again(demo: Demo, weg: Ingetrokken) -> None:
    for naam in weg.meteen:
        answer = httpx.get(demo.schermen[naam] + "img.jpg", headers={"If-None-Match": weg.etags[naam]})
        assert answer.status_code == 200
        manifest = httpx.get(demo.schermen[naam] + "manifest.json").json()
        assert not any(item["containsPerson"] for item in manifest["items"])


def test_a_scherm_whose_player_stays_away_is_listed_as_visible_with_its_last_moment(weg: Ingetrokken) -> None:
    [stil] = [row for row in plaatsen(weg.eerste_bewijs, "scherm") if row["naam"] == weg.stil_scherm]
    assert (stil["staat"], stil["verdwenenOp"]) == ("zichtbaar", None)
    assert stil["uiterlijk"] > weg.antwoord.json()["beeindigdOp"]
    assert weg.eerste_bewijs["compleet"] is False
    others = [row for row in plaatsen(weg.eerste_bewijs, "scherm") if row["naam"] != weg.stil_scherm]
    assert {(row["staat"], row["bewijs"]) for row in others} == {("verdwenen", "speler")}


def test_the_photo_is_gone_for_good(weg: Ingetrokken) -> None:
    for methode in ("GET", "HEAD"):
        answer = httpx.request(methode, weg.foto)
        assert answer.status_code == 410
        assert "no-store" in answer.headers["Cache-Control"]


def test_no_post_stays_and_each_kanaal_has_one_closing_message_without_name(demo: Demo, weg: Ingetrokken) -> None:
    api, actie_id = demo.api(), weg.actie["id"]
    for soort in ("intrekken", "sluiten"):
        until(
            lambda soort=soort: set(staten(api, actie_id, soort).values()) == {"verzonden"},
            f"{soort} klaar op elk kanaal",
        )
    for account in demo.tijdlijn():
        slot = eigen_bericht(demo, account, weg.actie["code"])
        assert WEG not in slot["tekst"] + slot["alt"]
        assert "gevonden" in slot["tekst"]
        assert not roze(httpx.get(slot["mediaUrl"]).content)
    assert [httpx.get(url).status_code for url in weg.media] == [404] * len(weg.media)


def test_the_living_page_thanks_names_nobody_and_stays_out_of_search_engines(weg: Ingetrokken) -> None:
    page = httpx.get(weg.link, headers=MENS, follow_redirects=True)
    assert str(page.url).startswith(weg.actie["paginaUrl"])
    assert WEG not in page.text
    assert "/f/" not in page.text
    assert "gevonden" in page.text
    assert "noindex" in page.text + page.headers.get("X-Robots-Tag", "")
    assert "no-store" in page.headers["Cache-Control"]


def test_a_klik_after_the_end_counts_as_afterglow(demo: Demo, weg: Ingetrokken) -> None:
    pad = f"/api/v1/acties/{weg.actie['id']}/statistieken"
    before = demo.api().get(pad).json()
    httpx.get(weg.link, headers=MENS)
    after = demo.api().get(pad).json()
    assert after["nagloei"] == before["nagloei"] + 1
    assert after["totaal"]["kliks"] == before["totaal"]["kliks"]


def test_the_receipt_completes_as_soon_as_the_last_player_came_by(demo: Demo, weg: Ingetrokken) -> None:
    httpx.get(demo.schermen[weg.stil_scherm] + "img.jpg")
    told = until(
        lambda: (said := bewijs(demo, weg.actie).json())["compleet"] and said, "het intrekkingsbewijs is compleet"
    )
    assert all(set(plaats) >= PLAATS for plaats in told["plaatsen"])
    assert {plaats["soort"] for plaats in told["plaatsen"]} >= {
        "bericht", "scherm", "feed", "foto", "render", "pagina", "bestand",
    }  # fmt: skip
    for plaats in told["plaatsen"]:
        assert plaats["staat"] in {"verdwenen", "niet-controleerbaar"}
        if plaats["staat"] == "verdwenen":
            assert plaats["verdwenenOp"].endswith("Z")
            assert plaats["bewijs"] in {"speler", "nooit", "lease", "hub", "netwerk", "bestand", "persoon"}
        else:
            assert plaats["uiterlijk"]
    assert len(plaatsen(told, "bericht")) == len(demo.uitvoer["kanalen"])
    assert len(plaatsen(told, "scherm")) == len(demo.schermen)
    assert WEG not in str(told)


def test_the_receipt_is_signed_over_its_very_bytes(demo: Demo, weg: Ingetrokken) -> None:
    sleutel = httpx.get(f"{demo.url}/.well-known/actiehub-sleutel.json").json()["x"]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(sleutel + "=="))
    answer = bewijs(demo, weg.actie)
    public.verify(base64.b64decode(answer.headers["Handtekening"]), answer.content)


def test_withdrawing_twice_changes_nothing(demo: Demo, weg: Ingetrokken) -> None:
    again = trek_in(demo.api(), weg.actie["id"])
    assert again.status_code in {200, 201}
    assert again.json()["beeindigdOp"] == weg.antwoord.json()["beeindigdOp"]
    rows = demo.api().get(f"/api/v1/acties/{weg.actie['id']}/bezorgingen").json()["bezorgingen"]
    closed = sorted(row["kanaal"] for row in rows if row["soort"] == "sluiten")
    assert closed == sorted(row["naam"] for row in demo.uitvoer["kanalen"])
    assert {row["staat"] for row in rows} <= {"verzonden", "vervallen"}


def test_the_hub_itself_forgets_the_person(demo: Demo, weg: Ingetrokken) -> None:
    told = demo.api("beheerder").get(f"/api/v1/acties/{weg.actie['id']}").json()
    assert (told["titel"], told["bericht"], told["signalement"], told["laatstGezien"]) == ("", "", "", "")
    assert told["foto"] is None
    assert told["persoon"]["leeftijd"] is None
    assert "kinderboerderij" not in demo.api("beheerder").get("/api/v1/acties").text
    for file in demo.map.glob("hub.db*"):
        assert b"zilveren step" not in file.read_bytes()


def test_a_player_that_never_comes_back_is_dark_when_its_lease_is_over(tmp_path: Path) -> None:
    with hub_serve(tmp_path, schermen_lease={"lease_seconden": 5}) as (config, url):
        with met_sleutel(config, url, "beheerder") as api:
            body = {"naam": "Abri", "gemeente": "GM0344", "punt": {"lat": 52.09, "lon": 5.12}, "breedte": 1080,
                    "hoogte": 1920, "soort": "abri", "beheerder": "Beheer"}  # fmt: skip
            scherm = api.post("/api/v1/schermen", json=body).json()
            nooit = api.post("/api/v1/schermen", json={**body, "naam": "Nooit gekomen"}).json()
            assert {"id", "url"} <= set(scherm) & set(nooit)
            actie = post_actie(api, een_actie()).json()
            until(lambda: WEG in httpx.get(scherm["url"] + "text.txt").text, "het scherm toont de actie")
            assert httpx.get(scherm["url"] + "img.jpg").status_code == 200
            trek_in(api, actie["id"])
            pad = f"/api/v1/acties/{actie['id']}/intrekkingsbewijs"
            rows = {row["naam"]: row for row in plaatsen(api.get(pad).json(), "scherm")}
            assert rows["Abri"]["staat"] == "zichtbaar"
            assert (rows["Nooit gekomen"]["staat"], rows["Nooit gekomen"]["bewijs"]) == ("verdwenen", "nooit")
            until(lambda: api.get(pad).json()["compleet"], "de lease is om")
            after = {row["naam"]: row for row in plaatsen(api.get(pad).json(), "scherm")}
            assert (after["Abri"]["bewijs"], after["Abri"]["verdwenenOp"]) == ("lease", rows["Abri"]["uiterlijk"])
