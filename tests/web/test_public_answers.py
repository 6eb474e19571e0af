"""Sharing, the one question and `ik heb iets gezien`: counted once, never tied to who pressed."""

from urllib.parse import parse_qs, urlsplit

import pytest

from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.tracking.delen import DEELDOELEN
from hub.tracking.links import spoor
from hub.tracking.tables import GebeurtenisRij, ReactieRij
from tests.builders import Klok
from tests.web.lezer import HUB, KORT, Lezer, een_lezer


@pytest.fixture
def lezer(db: Db, vault: Vault, klok: Klok) -> Lezer:
    return een_lezer(db, vault, klok)


def fields(lezer: Lezer, via: str = "") -> dict[str, str]:
    """The hidden fields of a page that was really served."""
    hidden = lezer.page(via=via).all("input", type="hidden")
    return {attrs["name"]: attrs["value"] for attrs in hidden}


def share_button(lezer: Lezer, doel: str, via: str = "") -> str:
    return next(attrs["href"] for attrs in lezer.page(via=via).all("a") if attrs.get("data-deel") == doel)


def test_every_target_has_a_button_that_works_without_javascript(lezer: Lezer) -> None:
    for doel, kind in DEELDOELEN.items():
        answer = lezer.web.get(share_button(lezer, doel))
        assert answer.status_code == (303 if kind.adres else 200), doel
        assert "set-cookie" not in answer.headers
    assert lezer.figures()["deelknoppen"] == dict.fromkeys(sorted(DEELDOELEN), 1)


def test_a_shared_link_is_one_step_further_and_remembers_the_kanaal(lezer: Lezer) -> None:
    came_by = lezer.link("kanaal", "proef-x")
    answer = lezer.web.get(share_button(lezer, "telegram", came_by))
    target = urlsplit(answer.headers["location"])
    assert target.hostname == "t.me"
    shared = parse_qs(target.query)["url"][0]
    assert shared.startswith(f"{KORT}/")
    step = lezer.db.read_sync(lambda s: spoor(s, shared.rsplit("/", 1)[1], lezer.actie.id))
    assert step is not None
    assert (step.generatie, step.naam, step.begin) == (2, "telegram", ("kanaal", "proef-x"))
    [kanaal] = lezer.figures()["kanalen"]
    assert (kanaal["kanaal"], kanaal["deelintenties"]) == ("proef-x", 1)


def test_the_words_that_go_along_tell_what_to_do(lezer: Lezer) -> None:
    answer = lezer.web.get(f"{lezer.pad}/deel/whatsapp")
    words = parse_qs(urlsplit(answer.headers["location"]).query)["text"][0]
    assert words.startswith("Sanne (9) uit Utrecht vermist. Ziet u de persoon nu? Bel 112. https://ah.example/")


def test_mastodon_gets_its_words_in_the_fragment(lezer: Lezer) -> None:
    target = urlsplit(lezer.web.get(f"{lezer.pad}/deel/mastodon").headers["location"])
    assert (target.hostname, target.query) == ("share.joinmastodon.org", "")
    assert target.fragment.startswith("text=")


def test_pressing_twice_on_one_page_counts_once(lezer: Lezer) -> None:
    button = share_button(lezer, "x")
    lezer.web.get(button)
    lezer.web.get(button)
    assert lezer.figures()["totaal"]["deelintenties"] == 1


def test_machines_that_follow_the_buttons_count_for_nothing(lezer: Lezer) -> None:
    for agent in ("Twitterbot/1.0", "curl/8.14.1"):
        answer = lezer.web.get(f"{lezer.pad}/deel/x", headers={"user-agent": agent})
        assert answer.headers["location"].startswith("https://x.com/")
    lezer.web.get(f"{lezer.pad}/deel/x", headers={"sec-purpose": "prefetch"})
    assert lezer.figures()["totaal"]["deelintenties"] == 0


def test_copying_gets_the_link_as_data(lezer: Lezer) -> None:
    answer = lezer.web.post(f"{lezer.pad}/deel/kopie", data=fields(lezer))
    assert answer.json()["url"].startswith(f"{KORT}/")
    assert lezer.figures()["deelknoppen"] == {"kopie": 1}
    assert lezer.web.post(f"{lezer.pad}/deel/fax").status_code == 404


def test_sharing_without_measuring_is_offered(lezer: Lezer) -> None:
    page = lezer.page(via=lezer.link())
    assert [attrs["value"] for attrs in page.all("input", type="text")] == [f"{HUB}{lezer.pad}"]


def test_nothing_can_be_shared_after_the_end(lezer: Lezer) -> None:
    lezer.withdraw()
    assert lezer.web.get(f"{lezer.pad}/deel/x").headers["location"] == lezer.pad
    assert lezer.web.post(f"{lezer.pad}/deel/kopie").status_code == 410
    for answer in ("bron", "reactie"):
        assert lezer.web.post(f"{lezer.pad}/{answer}", data={"bron": "x"}).headers["location"] == lezer.pad
    assert lezer.figures()["totaal"]["deelintenties"] == lezer.figures()["totaal"]["reacties"] == 0


def test_the_question_is_answered_once_per_page(lezer: Lezer) -> None:
    filled = fields(lezer, lezer.link()) | {"bron": "whatsapp"}
    answer = lezer.web.post(f"{lezer.pad}/bron", data=filled)
    lezer.web.post(f"{lezer.pad}/bron", data=filled)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("dank=bron#bron")
    assert lezer.figures()["bronnen"] == {"whatsapp": 1}
    assert "Dank u wel" in lezer.page(dank="bron").text


def test_only_known_answers_are_taken(lezer: Lezer) -> None:
    assert lezer.web.post(f"{lezer.pad}/bron", data={"bron": "zomaar"}).status_code == 400
    assert lezer.figures()["bronnen"] == {}


def test_having_seen_something_is_a_reactie_by_web_without_words(lezer: Lezer) -> None:
    filled = fields(lezer, lezer.link("scherm", "Utrecht CS"))
    lezer.web.post(f"{lezer.pad}/reactie", data=filled)
    answer = lezer.web.post(f"{lezer.pad}/reactie", data=filled | {"tekst": "ik zag haar bij de brug"})
    assert answer.headers["location"].endswith("dank=reactie#reactie")
    assert "Bel nu" in lezer.page(dank="reactie").text
    rows = lezer.db.read_sync(lambda s: s.query(ReactieRij).all())
    assert [(row.route, row.bron) for row in rows] == [("web", "onbekend")]
    assert not any("brug" in str(value) for row in rows for value in vars(row).values())
    assert lezer.figures()["schermen"][0]["reacties"] == 1


def test_a_page_in_view_counts_once_and_only_with_our_own_token(lezer: Lezer) -> None:
    filled = fields(lezer)
    for data in (filled, filled, {"bewijs": "verzonnen"}, {"bewijs": "x.y"}, {}):
        assert lezer.web.post(f"{lezer.pad}/gezien", data=data).status_code == 204
    assert lezer.figures()["totaal"]["gezien"] == 1


def test_another_site_cannot_answer_for_a_reader(lezer: Lezer) -> None:
    for path in ("bron", "reactie", "deel/kopie"):
        answer = lezer.web.post(f"{lezer.pad}/{path}", data={"bron": "x"}, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
    assert lezer.db.read_sync(lambda s: s.query(GebeurtenisRij).count()) == 0


def test_who_keeps_pressing_is_asked_to_wait(lezer: Lezer) -> None:
    answers = [lezer.web.post(f"{lezer.pad}/reactie").status_code for _ in range(40)]
    assert answers.count(303) == 30
    assert answers[-1] == 429
    lezer.klok.verder(minutes=1)
    assert lezer.web.post(f"{lezer.pad}/reactie").status_code == 303


def test_nothing_about_the_reader_is_stored(lezer: Lezer) -> None:
    headers = {"x-forwarded-for": "203.0.113.77", "referer": "https://elders.example/geheim"}
    lezer.web.get(share_button(lezer, "x"), headers=headers)
    lezer.web.post(f"{lezer.pad}/reactie", data=fields(lezer), headers=headers)
    lezer.web.post(f"{lezer.pad}/bron", data=fields(lezer) | {"bron": "x"}, headers=headers)
    dump = "\n".join(lezer.db.read_sync(lambda s: list(s.connection().connection.iterdump())))  # type: ignore[attr-defined]
    for trace in ("203.0.113.77", "elders.example", "iPhone", "testclient"):
        assert trace not in dump
