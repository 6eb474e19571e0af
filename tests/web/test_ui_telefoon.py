"""The page of one task on a phone: opened by a QR without a log-in, without JavaScript, and empty when it is over."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import zxingcpp
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw

from hub.delivery import claim
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.toegang import audit
from hub.web import auth, site
from hub.web.ui.qr import svg
from tests.builders import Klok
from tests.web.huis import ADRES, Huis, open_huis

PAGINA = {"Accept": "text/html"}
LINK = "https://kanaal.example/bericht/7"


@pytest.fixture
def csrf(huis: Huis) -> str:
    """Somebody of the meldkamer is logged in; the buurtapp has an address of its own."""
    invoer = KanaalInvoer("buurtapp", "handmatig", {"adres": "https://wa.me/"}, gebied=("GM0344",))
    huis.deps.db.write_sync(lambda s: kanalen.save(s, huis.deps.vault, invoer, huis.klok.now()))
    return huis.inloggen("meldkamer")


@pytest.fixture
def phone(huis: Huis) -> Iterator[TestClient]:
    """A phone: another browser, that never logged in."""
    with TestClient(site.build(huis.deps), base_url=ADRES, follow_redirects=False, headers=PAGINA) as client:
        yield client


def by_hand(huis: Huis) -> None:
    """The worker finds that it cannot do what is due."""
    now = huis.klok.now()

    def work(session: Any) -> None:
        for row in claim.claim(session, "proef", now, {}, 9):
            delivery.settle(session, row, "proef", "handwerk", now)

    huis.deps.db.write_sync(work)


def task(huis: Huis, actie_id: str, soort: str = "publiceren") -> Bezorging:
    rows = huis.deps.db.read_sync(lambda s: delivery.of_actie(s, actie_id))
    return next(row for row in rows if (row.soort, row.kanaal) == (soort, "buurtapp"))


def running(huis: Huis, **anders: Any) -> str:
    answer = huis.start(**anders)
    assert answer.status_code == 201, answer.text
    by_hand(huis)
    return str(answer.json()["id"])


def end(huis: Huis, actie_id: str) -> None:
    assert huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"}).status_code == 201
    by_hand(huis)


def test_a_phone_with_newer_words_for_a_placed_post_does_not_share_a_second_one(
    huis: Huis, csrf: str, phone: TestClient
) -> None:
    actie_id = running(huis)
    form = {"data": {"csrf": csrf, "antwoord": "staat-er", "adres": LINK}, "headers": PAGINA}
    huis.client.post(f"/taken/{task(huis, actie_id).id}", follow_redirects=False, **form)
    huis.post("meldkamer", f"/acties/{actie_id}/correcties", {"titel": "Sanne (9) is nog vermist"})
    by_hand(huis)
    pad = f"/taken/{task(huis, actie_id, 'corrigeren').id}/telefoon"
    asked = huis.client.post(pad, data={"csrf": csrf}, headers=PAGINA).text
    assert "Pas het bericht aan met uw telefoon" in asked
    shown = phone.get(scanned(asked).removeprefix(ADRES)).text
    assert "Pas het bericht aan in WhatsApp" in shown
    assert f'href="{LINK}"' in shown
    assert "Sanne (9) is nog vermist" in shown
    assert "data-deel" not in shown


def scanned(page: str) -> str:
    """What a camera reads: the dark squares of the page, drawn and given to another decoder."""
    found = re.search(r'viewBox="0 0 (\d+) \d+".*?<path fill="#000" d="([^"]+)"', page)
    assert found is not None
    side, scale = int(found[1]), 4
    image = Image.new("L", (side * scale, side * scale), 255)
    draw = ImageDraw.Draw(image)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", found[2]):
        draw.rectangle([int(x) * scale, int(y) * scale, (int(x) + 1) * scale - 1, (int(y) + 1) * scale - 1], 0)
    (code,) = zxingcpp.read_barcodes(image)
    return code.text


def ask(huis: Huis, csrf: str, row: Bezorging) -> str:
    """Ask for the QR of a task and scan it; the path it leads to."""
    answer = huis.client.post(f"/taken/{row.id}/telefoon", data={"csrf": csrf}, headers=PAGINA)
    assert answer.status_code == 200, answer.text
    address = scanned(answer.text)
    assert address.startswith(f"{ADRES}/taak/")
    assert address not in answer.text
    return address.removeprefix(ADRES)


def waiting(huis: Huis, row: Bezorging) -> Any:
    return huis.client.get(f"/taken/{row.id}/telefoon/stand", headers=PAGINA)


def test_the_qr_opens_a_page_with_the_words_and_the_picture_and_no_log_in(
    huis: Huis, csrf: str, phone: TestClient
) -> None:
    row = task(huis, running(huis))
    assert "Plaatsen met uw telefoon" in huis.client.get("/taken", headers=PAGINA).text
    pad = ask(huis, csrf, row)
    page = phone.get(pad)
    assert page.status_code == 200
    assert "Sanne (9) uit Utrecht vermist" in page.text
    assert "Plaats dit in WhatsApp" in page.text
    assert "https://wa.me/?text=VOORBEELD" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex, noarchive"
    assert "script-src 'nonce-" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", page.text)
    picture = phone.get(f"{pad}/beeld.jpg")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert picture.headers["cache-control"] == "no-store"


def test_the_link_that_comes_back_confirms_the_task_as_the_one_who_asked(
    huis: Huis, csrf: str, phone: TestClient
) -> None:
    actie_id = running(huis)
    row = task(huis, actie_id)
    pad = ask(huis, csrf, row)
    assert waiting(huis, row).status_code == 204
    for wrong, zin in (("", "Plak de link, of kies"), ("hier <b>", "Dit is geen link"), (ADRES, "klopt niet")):
        refused = phone.post(pad, data={"antwoord": "geplaatst", "adres": wrong})
        assert (refused.status_code, zin in refused.text) == (400, True)
        assert "<b>" not in refused.text
    answer = phone.post(pad, data={"antwoord": "geplaatst", "adres": f"Kijk: {LINK}"})
    assert (answer.status_code, answer.headers["location"]) == (303, pad)
    done = phone.get(pad)
    assert (done.status_code, "Geplaatst. Dank u wel." in done.text) == (200, True)
    assert "Sanne" not in done.text
    assert phone.get(f"{pad}/beeld.jpg").status_code == 410
    placed = task(huis, actie_id)
    assert (placed.staat, placed.bericht_url, placed.bevestigd_door) == ("verzonden", LINK, "meldkamer")
    assert "Geplaatst. Uw antwoord is bewaard." in waiting(huis, row).text
    assert phone.post(pad, data={"antwoord": "geen-link"}).status_code == 409
    trail = huis.deps.db.read_sync(lambda s: audit.of_actie(s, actie_id))
    assert [line.deed for line in trail if line.wie == "meldkamer"][-2:] == ["taak op telefoon", "bezorging beantwoord"]


def test_after_the_withdrawal_nothing_of_the_person_is_left_on_the_phone(
    huis: Huis, csrf: str, phone: TestClient
) -> None:
    actie_id = running(huis)
    pad = ask(huis, csrf, task(huis, actie_id))
    assert phone.get(f"{pad}/stand").json() == {"stand": "plaatsen"}
    end(huis, actie_id)
    page = phone.get(pad)
    assert page.status_code == 410
    assert "Plaats dit bericht niet meer" in page.text
    for word in ("Sanne", "Lombok", "regenjas", "MN-2026", "<img"):
        assert word not in page.text
    assert phone.get(f"{pad}/beeld.jpg").status_code == 410
    assert phone.get(f"{pad}/stand").json() == {"stand": "beeindigd"}
    assert phone.post(pad, data={"antwoord": "geen-link"}).status_code == 409


def test_a_removal_shows_the_steps_and_is_confirmed_by_name(huis: Huis, csrf: str, phone: TestClient) -> None:
    actie_id = running(huis)
    phone.post(ask(huis, csrf, task(huis, actie_id)), data={"antwoord": "geplaatst", "adres": LINK})
    end(huis, actie_id)
    row = task(huis, actie_id, "intrekken")
    assert "Weghalen met uw telefoon" in huis.client.get("/taken", headers=PAGINA).text
    pad = ask(huis, csrf, row)
    page = phone.get(pad).text
    assert "Haal dit bericht weg uit WhatsApp" in page
    assert f'href="{LINK}"' in page
    assert "Nooit geplaatst" not in page
    assert "Sanne" not in page
    assert phone.get(f"{pad}/beeld.jpg").status_code == 410
    assert phone.post(pad, data={"antwoord": "verwijderd"}).status_code == 303
    assert "Weggehaald. Dank u wel." in phone.get(pad).text
    assert task(huis, actie_id, "intrekken").bevestigd_door == "meldkamer"
    assert "Uw naam staat bij het bewijs" in waiting(huis, row).text


def test_a_page_that_is_over_says_so_and_says_nothing_else(huis: Huis, csrf: str, phone: TestClient) -> None:
    row = task(huis, running(huis))
    first = ask(huis, csrf, row)
    second = ask(huis, csrf, row)
    for pad in (first, "/taak/geraden"):
        page = phone.get(pad)
        assert (page.status_code, "Deze pagina werkt niet meer" in page.text) == (410, True)
        assert "Sanne" not in page.text
        assert phone.get(f"{pad}/stand").json() == {"stand": "verlopen"}
        assert phone.post(pad, data={"antwoord": "geen-link"}).status_code == 409
    assert phone.get(second).status_code == 200
    huis.klok.verder(minutes=15)
    assert phone.get(second).status_code == 410
    assert "Deze code werkt niet meer" in waiting(huis, row).text


def test_a_form_of_another_site_answers_nothing(huis: Huis, csrf: str, phone: TestClient) -> None:
    pad = ask(huis, csrf, task(huis, running(huis)))
    refused = phone.post(pad, data={"antwoord": "geen-link"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert phone.post(pad, data={"antwoord": "geen-link"}).status_code == 303


def test_a_qr_is_for_a_person_of_the_meldkamer_with_a_task_to_do(huis: Huis, csrf: str) -> None:
    actie_id = running(huis)
    pad = f"/taken/{task(huis, actie_id).id}/telefoon"
    with_key = huis.client.post(pad, headers={**huis.kop("meldkamer"), **PAGINA})
    assert (with_key.status_code, "wie zelf is ingelogd" in with_key.text) == (403, True)
    end(huis, actie_id)
    over = huis.client.post(pad, data={"csrf": csrf}, headers=PAGINA)
    assert (over.status_code, "niet meer nodig" in over.text) == (409, True)
    reader = huis.inloggen("lezer")
    assert huis.client.post(pad, data={"csrf": reader}, headers=PAGINA).status_code == 403


def test_an_exercise_and_another_app_are_named_on_the_phone(huis: Huis, csrf: str, phone: TestClient) -> None:
    invoer = KanaalInvoer("buurtapp", "handmatig", {"app": "Signal"}, gebied=("GM0344",))
    huis.deps.db.write_sync(lambda s: kanalen.save(s, huis.deps.vault, invoer, huis.klok.now()))
    page = phone.get(ask(huis, csrf, task(huis, running(huis, oefening=True)))).text
    assert "Plaats dit in Signal" in page
    assert "OEFENING" in page


@pytest.mark.parametrize(
    ("adres", "zin"),
    [
        ("http://127.0.0.1:8000", "werkt alleen op deze computer"),
        ("http://hub.example", "werkt zonder https"),
        ("https://hub.example", ""),
    ],
)
def test_who_asks_hears_beforehand_what_the_phone_will_not_do(
    db: Db, vault: Vault, klok: Klok, adres: str, zin: str
) -> None:
    with open_huis(db, vault, klok, Config(adres=adres)) as huis:
        csrf = huis.inloggen("meldkamer")
        huis.client.cookies.set(auth.cookie_name(huis.deps), str(huis.client.cookies[auth.COOKIE]))
        row = task(huis, running(huis))
        page = huis.client.post(f"/taken/{row.id}/telefoon", data={"csrf": csrf}, headers=PAGINA).text
        assert scanned(page).startswith(f"{adres}/taak/")
        warned = re.findall("werkt alleen op deze computer|werkt zonder https", page)
        assert warned == ([zin] if zin else [])


@pytest.mark.parametrize("adres", ["https://hub.example/taak/" + "aZ9_-" * 7, "http://127.0.0.1:8000/taak/x"])
def test_the_qr_holds_exactly_the_address(adres: str) -> None:
    assert scanned(str(svg(adres, "QR-code"))) == adres
