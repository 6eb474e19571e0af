"""The page of schermen: how posters look on each, why one is not the best, and who came to join."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from hub.desk.schermen import invite
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import store
from hub.screens.model import Scherm
from tests.builders import Klok
from tests.screens.toestel import een_scherm
from tests.web.huis import ADRES, Huis, Tekenaar, open_huis

MEEDOEN = "https://meedoen.voorbeeld.example/aanmelden?bron=hub"
MENS = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-User": "?1",
}
SCHERM = {"naam": "Hal", "gemeente": "GM0344", "breedte": 1920, "hoogte": 1080, "soort": "station"}


@pytest.fixture
def huis(db: Db, vault: Vault, klok: Klok) -> Iterator[Huis]:
    """A hub of which the schermen are lit."""
    with open_huis(db, vault, klok, deur=True) as found:
        yield found


@pytest.fixture
def meedoen(db: Db, vault: Vault, klok: Klok) -> Iterator[Huis]:
    """A hub with a page where people can join."""
    with open_huis(db, vault, klok, Config(adres=ADRES, deelnemen_url=MEEDOEN), deur=True) as found:
        yield found


def _pagina(huis: Huis, pad: str) -> str:
    answer = huis.client.get(pad, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def _scherm(huis: Huis) -> Scherm:
    [scherm] = huis.deps.db.read_sync(store.all)
    return scherm


def test_the_form_asks_for_colours_and_english(huis: Huis) -> None:
    csrf = huis.inloggen("adviseur")
    velden = {
        "csrf": csrf,
        "naam": "Perron",
        "gemeente": "Utrecht",
        "breedte": "1080",
        "hoogte": "1920",
        "soort": "station",
        "thema": "contrast",
        "tweetalig": "ja",
    }
    assert huis.client.post("/schermen", data=velden).status_code == 200
    scherm = _scherm(huis)
    assert (scherm.thema, scherm.tweetalig) == ("contrast", True)
    wrong = huis.client.post("/schermen", data={**velden, "naam": "Twee", "thema": "regenboog"})
    assert wrong.status_code == 400
    assert "Kies uit: gewoon, contrast, nacht" in wrong.text


def test_the_api_knows_colours_and_english_and_needs_neither(huis: Huis) -> None:
    plain = huis.post("adviseur", "/schermen", SCHERM).json()
    assert (plain["thema"], plain["tweetalig"]) == ("gewoon", False)
    other = huis.post("adviseur", "/schermen", {**SCHERM, "naam": "Tunnel", "thema": "nacht", "tweetalig": True})
    assert (other.json()["thema"], other.json()["tweetalig"]) == ("nacht", True)
    assert huis.post("adviseur", "/schermen", {**SCHERM, "naam": "Drie", "thema": "regenboog"}).status_code == 400


def test_the_preview_is_the_very_picture_of_the_scherm_made_smaller(huis: Huis) -> None:
    made = huis.post("adviseur", "/schermen", SCHERM).json()
    huis.inloggen("lezer")
    answer = huis.client.get(f"/schermen/{made['id']}/beeld.jpg")
    assert Image.open(BytesIO(answer.content)).size == (320, 180)


def test_a_poster_that_was_turned_down_is_told_on_both_pages(huis: Huis) -> None:
    tekenaar: Any = huis.deps.renderer
    assert isinstance(tekenaar, Tekenaar)
    tekenaar.bezwaren = {"staand-1080x1920": ("staand-1080x1920: de kop is te lang. Maak de titel korter.",)}
    made = huis.post("adviseur", "/schermen", SCHERM).json()
    actie = huis.start().json()
    huis.inloggen("adviseur")
    huis.client.get(f"/schermen/{made['id']}/beeld.jpg")
    for pad in ("/schermen", f"/acties/{actie['id']}", f"/acties/{actie['id']}/stand"):
        page = _pagina(huis, pad)
        assert "Maak de titel korter." in page
        assert "Geen poster past hier" in page
        assert "Daarom staat het neutrale beeld er." in page
    tekenaar.bezwaren = {}
    huis.post("meldkamer", f"/acties/{actie['id']}/intrekkingen", {"reden": "gevonden"})
    assert "Maak de titel korter." not in _pagina(huis, "/schermen")


def test_a_scan_of_a_poster_at_rest_leads_to_where_people_join_and_is_counted_for_its_scherm(meedoen: Huis) -> None:
    meedoen.post("adviseur", "/schermen", SCHERM)
    meedoen.inloggen("lezer")
    assert "Nog niet gescand om mee te doen" in _pagina(meedoen, "/schermen")
    code = _scherm(meedoen).link_code
    answer = meedoen.client.get(f"/{code}", headers=MENS, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, f"{MEEDOEN}&via={code}")
    assert "1 keer gescand om mee te doen" in _pagina(meedoen, "/schermen")


def test_schermen_from_before_the_page_get_their_code_too_and_a_code_follows_a_page_that_moves(
    meedoen: Huis, db: Db, klok: Klok
) -> None:
    een_scherm(db, klok.nu, "Hal")
    desk = meedoen.deps.desk
    db.write_sync(lambda s: invite(desk, s))
    code = _scherm(meedoen).link_code
    assert code
    desk.config = desk.config.model_copy(update={"deelnemen_url": "https://elders.voorbeeld.example"})
    db.write_sync(lambda s: invite(desk, s))
    assert _scherm(meedoen).link_code == code
    answer = meedoen.client.get(f"/{code}", headers=MENS, follow_redirects=False)
    assert answer.headers["location"] == f"https://elders.voorbeeld.example?via={code}"


def test_without_a_page_to_join_on_a_scherm_gets_no_code_and_nothing_is_said_of_it(huis: Huis) -> None:
    huis.post("adviseur", "/schermen", SCHERM)
    huis.inloggen("lezer")
    assert _scherm(huis).link_code == ""
    assert "gescand" not in _pagina(huis, "/schermen")
