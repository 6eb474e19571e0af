"""The living page: who to call, what to look for, and after the end nothing about anyone."""

import re

import pytest

from hub.acties import store
from hub.acties.model import Persoon
from hub.acties.view import slottekst
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import Klok
from tests.web.lezer import HUB, JPEG, Lezer, Tags, een_lezer


@pytest.fixture
def lezer(db: Db, vault: Vault, klok: Klok) -> Lezer:
    return een_lezer(db, vault, klok)


def test_the_first_thing_is_whom_to_call(lezer: Lezer) -> None:
    page = lezer.page()
    calls = [attrs["href"] for attrs in page.all("a") if attrs["href"].startswith("tel:")]
    assert calls == ["tel:112", "tel:08000011"]
    assert re.search(r"Ziet u de persoon nu\? Bel 112 .* Bel 0800-0011 gratis .* Sanne \(9\)", page.text)


def test_it_tells_what_to_look_for_where_and_since_when(lezer: Lezer) -> None:
    text = lezer.page().text
    for words in ("gele regenjas", "Kanaalstraat, Utrecht, rond 15.10 uur", "Laatst bijgewerkt: vandaag om 14.05 uur"):
        assert words in text
    assert "versie" not in text


def test_a_correction_is_seen_at_once_and_named(lezer: Lezer) -> None:
    lezer.page()
    lezer.klok.verder(minutes=20)
    lezer.db.write_sync(
        lambda s: store.add_versie(
            s, lezer.actie.id, {"titel": "Sanne (9) vermist"}, wie="Ans", now=lezer.klok.now(), reden="plaats"
        )
    )
    page = lezer.page()
    assert "Dit is versie 2" in page.text
    assert "vandaag om 14.25 uur" in page.text
    assert page.meta("og:image").endswith("?v=2")
    assert lezer.web.get(f"{lezer.pad}/stand").json() == {"stand": "actief", "versie": 2}


@pytest.mark.parametrize(
    ("type", "question"),
    [
        ("vermist-persoon", "Ziet u de persoon nu?"),
        ("diefstal-voertuig", "Ziet u het voertuig nu?"),
        ("woninginbraak", "Ziet u dit nu gebeuren?"),
        ("overig", "Ziet u dit nu gebeuren?"),
    ],
)
def test_the_question_fits_the_kind_of_actie(db: Db, vault: Vault, klok: Klok, type: str, question: str) -> None:
    text = een_lezer(db, vault, klok, type=type, persoon=Persoon()).page().text
    assert question in text
    assert ("Blijf op afstand" in text) == (type not in ("vermist-persoon", "overig"))


def test_prevention_has_its_own_number(db: Db, vault: Vault, klok: Klok) -> None:
    page = een_lezer(db, vault, klok, soort="preventie", type="woninginbraak", persoon=Persoon()).page()
    assert "Bel 0800-8844" in page.text


def test_exercises_and_examples_say_so(db: Db, vault: Vault, klok: Klok) -> None:
    page = een_lezer(db, vault, klok, Config(), oefening=True).page()
    assert "OEFENING" in page.text
    assert "VOORBEELD" in page.text
    for name in ("og:title", "og:description"):
        assert page.meta(name).startswith("OEFENING. VOORBEELD. ")


def test_a_real_actie_says_neither(lezer: Lezer) -> None:
    text = lezer.page().text
    assert "OEFENING" not in text
    assert "VOORBEELD" not in text


def test_networks_get_a_card_without_a_photo(lezer: Lezer) -> None:
    lezer.add_photo()
    page = lezer.page()
    assert page.meta("og:image") == f"{HUB}{lezer.pad}/kaart.jpg?v=1"
    assert page.meta("og:title") == "Sanne (9) uit Utrecht vermist"
    assert page.meta("og:url") == page.all("link", rel="canonical")[0]["href"] == f"{HUB}{lezer.pad}"
    assert page.meta("twitter:card") == "summary_large_image"
    assert lezer.web.get(f"{lezer.pad}/kaart.jpg").content.startswith(b"actief|Sanne")
    assert lezer.tekenaar.orders[0].foto is None


def test_the_photo_is_shown_where_the_policy_allows_it(lezer: Lezer) -> None:
    lezer.add_photo()
    [photo] = lezer.page().all("img")
    assert (photo["src"], photo["width"]) == (f"/f/{JPEG.som}.jpg", "300")
    assert "gele regenjas" in photo["alt"]
    answer = lezer.web.get(photo["src"])
    assert (answer.status_code, answer.content) == (200, JPEG.jpeg)
    cache = answer.headers["cache-control"]
    assert cache.startswith("private, max-age=")
    assert int(cache.split("=")[1]) <= 300


def test_no_consent_no_photo(lezer: Lezer) -> None:
    lezer.add_photo(toestemming=False)
    assert lezer.page().all("img") == []
    assert lezer.web.get(f"/f/{JPEG.som}.jpg").status_code == 404


def test_after_withdrawal_the_same_address_names_nobody(lezer: Lezer) -> None:
    lezer.add_photo()
    lezer.page()
    lezer.web.get(f"/f/{JPEG.som}.jpg")
    lezer.withdraw()
    answer = lezer.web.get(lezer.pad)
    page = Tags(answer.text)
    assert answer.status_code == 200
    assert page.all("h1")
    assert "Deze actie is afgesloten" in page.text
    assert slottekst("vermist-persoon", "gevonden") in page.text
    for gone in ("Sanne", "regenjas", "Kanaalstraat", "/f/", "Ik heb de persoon gezien", "WhatsApp", "<form"):
        assert gone not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert page.meta("og:image").endswith("?v=slot")


def test_after_withdrawal_photo_and_card_are_gone_too(lezer: Lezer) -> None:
    lezer.add_photo()
    lezer.web.get(f"/f/{JPEG.som}.jpg")
    before = lezer.web.get(f"{lezer.pad}/kaart.jpg")
    lezer.withdraw()
    assert lezer.web.get(f"/f/{JPEG.som}.jpg").status_code == 410
    after = lezer.web.get(f"{lezer.pad}/kaart.jpg", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert b"Sanne" not in after.content
    assert lezer.web.get(f"{lezer.pad}/stand").json()["stand"] == "slot"


def test_a_card_is_drawn_once_and_answers_not_modified(lezer: Lezer) -> None:
    first = lezer.web.get(f"{lezer.pad}/kaart.jpg?v=1")
    again = lezer.web.get(f"{lezer.pad}/kaart.jpg?v=1", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(lezer.tekenaar.orders) == 1


def test_what_was_never_public_does_not_exist(db: Db, vault: Vault, klok: Klok) -> None:
    concept = een_lezer(db, vault, klok, actief=False)
    assert concept.web.get(concept.pad).status_code == 404
    assert "Sanne" not in concept.web.get(concept.pad).text
    concept.withdraw()
    assert concept.web.get(concept.pad).status_code == 404


def test_unknown_addresses_speak_to_people(lezer: Lezer) -> None:
    for path in ("/a/NIKS00", "/a/NIKS00/kaart.jpg", f"{lezer.pad}/deel/fax"):
        answer = lezer.web.get(path)
        assert answer.status_code == 404
        assert "bestaat niet" in answer.text
    assert lezer.web.get(f"/f/{'0' * 64}.jpg").status_code == 404


def test_a_code_in_lower_case_works(lezer: Lezer) -> None:
    assert lezer.web.get(lezer.pad.lower()).status_code == 200


def test_head_answers_as_get_does(lezer: Lezer) -> None:
    lezer.add_photo()
    for path in (lezer.pad, f"{lezer.pad}/kaart.jpg", f"/f/{JPEG.som}.jpg"):
        assert lezer.web.head(path).status_code == 200


def test_nothing_is_kept_on_the_device_and_nothing_loads_from_elsewhere(lezer: Lezer) -> None:
    lezer.add_photo()
    answer = lezer.web.get(lezer.pad)
    policy = answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    assert answer.headers["referrer-policy"] == "no-referrer"
    for rule in (
        "default-src 'none'",
        "img-src 'self'",
        "script-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    page = Tags(answer.text)
    loaded = [attrs.get("src") or attrs.get("href", "") for tag in ("script", "img") for attrs in page.all(tag)]
    loaded += [attrs["href"] for attrs in page.all("link") if attrs["rel"] != "canonical"]
    assert all(address.startswith("/") for address in loaded)
    assert page.all("style") == []
    assert not any("style" in attrs or any(name.startswith("on") for name in attrs) for _, attrs in page.found)


def test_hostile_words_stay_words(db: Db, vault: Vault, klok: Klok) -> None:
    lezer = een_lezer(db, vault, klok, titel="<script>alert(1)</script>", signalement='"><img src=x onerror=y>')
    page = lezer.page(via='"><script>', dank='"><script>')
    assert page.all("img") == []
    assert len(page.all("script")) == 1


def test_a_card_that_was_being_drawn_at_the_withdrawal_does_not_leave(lezer: Lezer) -> None:
    lezer.tekenaar.meanwhile = lezer.withdraw
    assert lezer.web.get(f"{lezer.pad}/kaart.jpg").content.startswith(b"slot||")
