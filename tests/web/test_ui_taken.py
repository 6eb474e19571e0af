"""The page of tasks and what calls on every page, all without JavaScript."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from hub.delivery import claim
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Bezorging as Instellingen
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import Klok
from tests.web.huis import ADRES, Huis, Tekenaar, open_huis


@pytest.fixture
def huis(db: Db, vault: Vault, klok: Klok) -> Iterator[Huis]:
    """A hub with two channels kept by hand, one of which opens with the text filled in."""
    config = Config(adres=ADRES, bezorging=Instellingen(bel_kanalen=("chat",)))
    with open_huis(db, vault, klok, config) as found:
        invoer = KanaalInvoer("buurtapp", "handmatig", {"adres": "https://wa.me/"}, gebied=("GM0344",))
        db.write_sync(lambda s: kanalen.save(s, vault, invoer, klok.now()))
        yield found


@pytest.fixture
def csrf(huis: Huis) -> str:
    """Somebody of the meldkamer is logged in."""
    return huis.inloggen("meldkamer")


class Pers:
    """Presses a button on a page."""

    def __init__(self, huis: Huis, csrf: str) -> None:
        self._huis, self._csrf = huis, csrf

    def __call__(self, pad: str, **velden: str) -> Any:
        data = {"csrf": self._csrf, **velden}
        return self._huis.client.post(pad, data=data, headers={"Accept": "text/html"}, follow_redirects=False)


@pytest.fixture
def press(huis: Huis, csrf: str) -> Pers:
    """`press("/taken/1", antwoord="staat-er")`."""
    return Pers(huis, csrf)


def page(huis: Huis, pad: str = "/taken") -> Any:
    return huis.client.get(pad, headers={"Accept": "text/html"}, follow_redirects=False)


def by_hand(huis: Huis) -> None:
    """The worker finds that it cannot do what is due."""
    now = huis.klok.now()

    def work(session: Any) -> None:
        for row in claim.claim(session, "proef", now, {}, 9):
            delivery.settle(session, row, "proef", "handwerk", now)

    huis.deps.db.write_sync(work)


def running(huis: Huis, **anders: Any) -> str:
    answer = huis.start(**anders)
    assert answer.status_code == 201, answer.text
    by_hand(huis)
    return str(answer.json()["id"])


def tasks(huis: Huis, actie_id: str, soort: str, kanaal: str = "buurtapp") -> list[Bezorging]:
    rows = huis.deps.db.read_sync(lambda s: delivery.of_actie(s, actie_id))
    return [row for row in rows if (row.soort, row.kanaal, row.staat) == (soort, kanaal, "taak")]


@pytest.mark.usefixtures("csrf")
def test_a_task_has_its_text_its_picture_a_link_that_opens_the_app_and_a_clock(huis: Huis) -> None:
    actie_id = running(huis)
    huis.klok.verder(minutes=12)
    text = page(huis).text
    (row,) = tasks(huis, actie_id, "publiceren")
    assert f'<textarea class="utrecht-textarea utrecht-textarea--html-textarea" id="tekst-{row.id}"' in text
    assert "https://wa.me/?text=VOORBEELD" in text
    assert "wacht 12 min · de actie loopt nog 48 min" in text
    assert f'href="/taken/{row.id}/beeld.jpg" download="MN-2026-0001.jpg"' in text
    picture = page(huis, f"/taken/{row.id}/beeld.jpg")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert picture.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("csrf")
def test_the_picture_is_for_who_places_it_and_gone_after_the_end(huis: Huis) -> None:
    actie_id = running(huis)
    (row,) = tasks(huis, actie_id, "publiceren")
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    assert page(huis, f"/taken/{row.id}/beeld.jpg").status_code == 410
    assert page(huis, "/taken/bestaat-niet/beeld.jpg").status_code == 404
    huis.inloggen("lezer")
    assert page(huis, f"/taken/{row.id}/beeld.jpg").status_code == 403


@pytest.mark.usefixtures("csrf")
def test_a_picture_that_was_being_drawn_when_the_actie_ended_is_not_shown(huis: Huis) -> None:
    actie_id = running(huis)
    (row,) = tasks(huis, actie_id, "publiceren")
    tekenaar = cast("Tekenaar", huis.deps.renderer)
    tekenaar.houd.clear()
    with ThreadPoolExecutor(1) as pool:
        try:
            asked = pool.submit(page, huis, f"/taken/{row.id}/beeld.jpg")
            assert tekenaar.bezig.wait(10)
            huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
        finally:
            tekenaar.houd.set()
        assert asked.result(10).status_code == 410


def test_a_wrong_link_is_refused_and_stays_filled_in(huis: Huis, press: Pers) -> None:
    (row,) = tasks(huis, running(huis), "publiceren")
    answer = press(f"/taken/{row.id}", antwoord="staat-er", adres="javascript:alert(1)")
    assert answer.status_code == 400
    assert 'value="javascript:alert(1)"' in answer.text
    assert press(f"/taken/{row.id}", antwoord="staat-er", adres="https://app.example/7").status_code == 303
    changed = huis.deps.db.read_sync(lambda s: delivery.get(s, row.id))
    assert changed is not None
    assert (changed.staat, changed.bericht_url) == ("verzonden", "https://app.example/7")


def test_a_removal_calls_on_every_page_of_who_may_until_somebody_confirms(huis: Huis, press: Pers) -> None:
    actie_id = running(huis)
    for kanaal in ("buurtapp", "wijkgroep"):
        (row,) = tasks(huis, actie_id, "publiceren", kanaal)
        press(f"/taken/{row.id}", antwoord="staat-er", adres="https://app.example/7")
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    by_hand(huis)
    by_hand(huis)  # the closing message waits until its removal is a task
    listed = page(huis, "/acties").text
    assert "<title>(2) Weghalen — Acties · Actiehub</title>" in listed
    assert "2 berichten moeten met de hand weg." in listed
    assert 'aria-live="polite" id="roep-kort">2 berichten moeten met de hand weg.' in listed
    shown = page(huis).text
    assert shown.index("Haal het bericht zelf weg: buurtapp") < shown.index("Plaats het slotbericht zelf")
    assert 'href="https://app.example/7"' in shown
    assert "Sanne" not in shown
    for kanaal in ("buurtapp", "wijkgroep"):
        (row,) = tasks(huis, actie_id, "intrekken", kanaal)
        assert press(f"/taken/{row.id}", antwoord="staat-er-niet").status_code == 303
    assert 'data-weghalen="0"' in page(huis, "/taken/roep").text
    receipt = huis.get("lezer", f"/acties/{actie_id}/intrekkingsbewijs")
    (place,) = [p for p in receipt.json()["plaatsen"] if p["naam"] == "buurtapp"]
    assert (place["staat"], place["bewijs"], place["toelichting"]) == (
        "verdwenen",
        "persoon",
        "Bevestigd door meldkamer.",
    )
    assert receipt.headers["Handtekening"]


def test_the_page_says_by_which_kanalen_it_rings_and_which_are_not_there(huis: Huis) -> None:
    huis.inloggen("meldkamer")
    shown = page(huis).text
    assert "er is geen bel-kanaal dat werkt. Dit bel-kanaal bestaat niet of staat uit: chat." in shown
    invoer = KanaalInvoer("chat", "proef", {"account": "chat", "token": "t"}, automatisch=False)
    huis.deps.db.write_sync(lambda s: kanalen.save(s, huis.deps.vault, invoer, huis.klok.nu))
    assert "Dan roept de hub ook via chat." in page(huis).text


@pytest.mark.usefixtures("csrf")
def test_who_only_reads_is_not_called(huis: Huis) -> None:
    actie_id = running(huis)
    page(huis)
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    by_hand(huis)
    assert "Weghalen" in page(huis, "/acties").text
    huis.inloggen("lezer")
    assert "Weghalen" not in page(huis, "/acties").text


@pytest.mark.usefixtures("csrf")
def test_newer_words_take_the_old_ones_off_the_page(huis: Huis) -> None:
    actie_id = running(huis)
    page(huis)
    huis.post("meldkamer", f"/acties/{actie_id}/correcties", {"titel": "Sanne (9) is vermist"})
    by_hand(huis)
    shown = page(huis).text
    assert "Staat dit bericht er?" not in shown
    assert shown.count("Plaats dit bericht zelf: buurtapp") == 1
    assert "Sanne (9) uit Utrecht vermist\n" not in shown
    assert "Sanne (9) is vermist\n" in shown


def test_an_actie_about_to_end_asks_for_more_time_on_every_page(huis: Huis, press: Pers) -> None:
    actie_id = running(huis)
    huis.klok.verder(minutes=49)
    assert "stopt om" not in page(huis, "/acties").text
    huis.klok.verder(minutes=1)
    asked = page(huis, "/kanalen").text
    assert "MN-2026-0001</a> stopt om 15:05. Langer laten duren?" in asked
    assert f'action="/acties/{actie_id}/afsluiten"' in asked
    assert press(f"/acties/{actie_id}/verlengen", minuten="30").status_code == 303
    assert "stopt om" not in page(huis, "/acties").text
    huis.klok.verder(minutes=30)
    assert "stopt om 15:35" in page(huis, "/acties").text
    huis.inloggen("lezer")
    assert "stopt om" not in page(huis, "/acties").text


def test_the_receipt_says_how_fast_it_was_dark_in_words_and_in_figures(huis: Huis, press: Pers) -> None:
    actie_id = running(huis)
    (row,) = tasks(huis, actie_id, "publiceren")
    press(f"/taken/{row.id}", antwoord="staat-er")
    before = huis.get("lezer", f"/acties/{actie_id}/intrekkingsbewijs").json()["tijdTotDonker"]
    assert before == {"p50": None, "p95": None, "aantal": 0, "perSoort": {}}
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    by_hand(huis)
    huis.klok.verder(seconds=40)
    (row,) = tasks(huis, actie_id, "intrekken")
    press(f"/taken/{row.id}", antwoord="staat-er-niet")
    figures = huis.get("lezer", f"/acties/{actie_id}/intrekkingsbewijs").json()["tijdTotDonker"]
    assert figures["perSoort"]["bericht"] == {"p50": 40.0, "p95": 40.0, "aantal": 1}
    assert figures["aantal"] > 1
    shown = page(huis, f"/acties/{actie_id}/bewijs").text
    assert "bijna alles binnen 40 seconden." in shown
    assert "Bevestigd door meldkamer." in shown
    assert "/.well-known/actiehub-sleutel.json" in shown


@pytest.mark.usefixtures("csrf")
def test_a_row_that_waits_for_a_person_leads_to_its_task_and_one_that_does_not_says_so(huis: Huis) -> None:
    actie_id = running(huis)
    (post,) = tasks(huis, actie_id, "publiceren")
    assert f'href="/taken#taak-{post.id}"' in page(huis, f"/acties/{actie_id}").text
    assert f'id="taak-{post.id}"' in page(huis).text
    huis.post("meldkamer", f"/acties/{actie_id}/correcties", {"titel": "Sanne (9) is vermist"})
    by_hand(huis)
    (edit,) = tasks(huis, actie_id, "corrigeren")
    shown = page(huis, f"/acties/{actie_id}").text
    assert f'href="/taken#taak-{edit.id}"' in shown
    assert f"taak-{post.id}" not in shown
    assert "Niet bekend of dit geplaatst is" in shown


def test_the_receipt_says_of_a_post_by_hand_what_is_known_and_who_is_asked(huis: Huis, press: Pers) -> None:
    actie_id = running(huis)
    page(huis)
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    by_hand(huis)
    (removal,) = tasks(huis, actie_id, "intrekken")
    for pad in (f"/acties/{actie_id}", f"/acties/{actie_id}/bewijs"):
        shown = page(huis, pad).text
        assert "Nog zichtbaar" not in shown
        assert "Niet bekend of dit geplaatst is" in shown
        assert f'href="/taken#taak-{removal.id}"' in shown
    press(f"/taken/{removal.id}", antwoord="nooit-geplaatst")
    shown = page(huis, f"/acties/{actie_id}/bewijs").text
    assert "Nooit geplaatst, zegt meldkamer." in shown
    assert "nooit opgehaald" not in shown


def test_the_moment_of_a_post_that_was_found_later_is_given_as_the_latest_it_can_be(huis: Huis) -> None:
    actie_id = str(huis.start().json()["id"])
    now = huis.klok.now()

    def lost_and_found(session: Any) -> None:
        for row in claim.claim(session, "proef", now, {}, 9):
            delivery.intend(session, row, "proef", now, rekening="r")
            event = "onduidelijk" if row.kanaal == "buurtapp" else "bevestigd"
            delivery.settle(session, row, "proef", event, now, bewijs="netwerk")
            if event == "onduidelijk":
                delivery.resolve(session, row.id, "gevonden", now, bewijs="netwerk")

    huis.deps.db.write_sync(lost_and_found)
    huis.inloggen("meldkamer")
    assert page(huis, f"/acties/{actie_id}").text.count(">uiterlijk ") == 1
