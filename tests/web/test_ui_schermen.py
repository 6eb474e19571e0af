"""The page of schermen: how posters look on each, why one is not the best, and who came to join."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from hub.desk.schermen import invite
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import store
from hub.screens.model import Scherm, SchermInvoer
from hub.toegang.tables import AuditRij
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
ANDERS = "scherm kreeg ander uiterlijk"
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


def test_when_there_is_no_page_to_join_on_any_more_its_codes_are_unknown_until_there_is_one(
    meedoen: Huis, db: Db
) -> None:
    meedoen.post("adviseur", "/schermen", SCHERM)
    code = _scherm(meedoen).link_code
    desk = meedoen.deps.desk

    def follow(page: str) -> Any:
        desk.config = desk.config.model_copy(update={"deelnemen_url": page})
        db.write_sync(lambda s: invite(desk, s))
        return meedoen.client.get(f"/{code}", headers=MENS, follow_redirects=False)

    gone, unknown = follow(""), meedoen.client.get("/ZZZZZZZZ", headers=MENS)
    assert (gone.status_code, gone.text) == (404, unknown.text)
    assert meedoen.client.get(f"/{code.lower()}", headers=MENS).status_code == 404
    assert follow(MEEDOEN).headers["location"] == f"{MEEDOEN}&via={code}"
    assert _scherm(meedoen).link_code == code


def test_the_look_of_a_scherm_is_changed_on_the_page_without_javascript(huis: Huis) -> None:
    made = huis.post("adviseur", "/schermen", SCHERM).json()
    csrf = huis.inloggen("adviseur")
    page = _pagina(huis, "/schermen")
    assert f'action="/schermen/{made["id"]}/uiterlijk"' in page
    assert f'<label class="utrecht-form-label" for="thema-{made["id"]}">Kleuren</label>' in page
    for thema, tweetalig in (("nacht", True), ("contrast", False)):
        velden = {"csrf": csrf, "thema": thema, **({"tweetalig": "ja"} if tweetalig else {})}
        answer = huis.client.post(f"/schermen/{made['id']}/uiterlijk", data=velden)
        assert "Het scherm is bewaard." in answer.text
        assert (_scherm(huis).thema, _scherm(huis).tweetalig) == (thema, tweetalig)
    wrong = huis.client.post(f"/schermen/{made['id']}/uiterlijk", data={"csrf": csrf, "thema": "regenboog"})
    assert (wrong.status_code, _scherm(huis).thema) == (400, "contrast")


def test_the_api_changes_of_a_look_only_what_is_sent_and_notes_who_did(huis: Huis, db: Db) -> None:
    made = huis.post("adviseur", "/schermen", SCHERM).json()
    pad = f"/schermen/{made['id']}"
    assert huis.patch("adviseur", pad, {"thema": "nacht"}).json() == {
        **{name: value for name, value in made.items() if name != "url"},
        "thema": "nacht",
    }
    for _ in range(2):
        assert huis.patch("adviseur", pad, {"tweetalig": True}).json()["thema"] == "nacht"
    assert (_scherm(huis).thema, _scherm(huis).tweetalig) == ("nacht", True)
    deeds = db.read_sync(lambda s: list(s.scalars(select(AuditRij.bijzonderheden).where(AuditRij.deed == ANDERS))))
    assert [json.loads(deed) for deed in deeds] == [
        {"id": made["id"], "thema": "nacht", "tweetalig": False},
        {"id": made["id"], "thema": "nacht", "tweetalig": True},
    ]
    for body in ({"thema": "regenboog"}, {"soort": "weg"}, {"tweetalig": "ja"}):
        assert huis.patch("adviseur", pad, body).status_code == 400
    assert huis.patch("lezer", pad, {"thema": "gewoon"}).status_code == 403
    assert huis.patch("adviseur", "/schermen/geen", {"thema": "gewoon"}).status_code == 404


def test_the_look_of_a_scherm_of_the_configuration_changes_there(huis: Huis, db: Db, klok: Klok) -> None:
    db.write_sync(lambda s: store.provision(s, [SchermInvoer("Hal", "GM0344", None, 1080, 1920, "station")], klok.nu))
    answer = huis.patch("adviseur", f"/schermen/{_scherm(huis).id}", {"thema": "nacht"})
    assert (answer.status_code, _scherm(huis).thema) == (409, "gewoon")
    assert "Hal staat in config.yaml." in answer.text
    huis.inloggen("adviseur")
    page = _pagina(huis, "/schermen")
    assert "Kleuren en taal staan in config.yaml." in page
    assert "/uiterlijk" not in page


@pytest.mark.parametrize("maat", [(64, 64), (128, 64), (64, 3840), (160, 96)])
def test_a_scherm_too_small_for_any_poster_is_refused_with_the_sizes_that_work(
    huis: Huis, maat: tuple[int, int]
) -> None:
    body = {**SCHERM, "breedte": maat[0], "hoogte": maat[1]}
    [fout] = huis.post("adviseur", "/schermen", body).json()["fouten"]
    assert fout["veld"] == "breedte"
    assert f"Op {maat[0]} × {maat[1]} past geen leesbare poster. De kleinste maten zijn 128 × 128" in fout["melding"]
    csrf = huis.inloggen("adviseur")
    velden = {**body, "gemeente": "Utrecht", "csrf": csrf}
    answer = huis.client.post("/schermen", data=velden)
    assert (answer.status_code, "past geen leesbare poster" in answer.text) == (400, True)
    assert huis.deps.db.read_sync(store.all) == []


def test_a_small_scherm_that_was_there_already_keeps_its_neutral_picture(huis: Huis, db: Db, klok: Klok) -> None:
    scherm, token = een_scherm(db, klok.nu, "Klein", breedte=64, hoogte=64)
    assert huis.client.get(f"/s/{token}/img.jpg").status_code == 200
    assert huis.patch("adviseur", f"/schermen/{scherm.id}", {"thema": "nacht"}).status_code == 200
    assert huis.put("adviseur", f"/schermen/{scherm.id}", {"aan": False}).status_code == 200


def test_a_player_that_only_fetches_pictures_is_said_to_be_there_at_once(huis: Huis) -> None:
    url = huis.post("adviseur", "/schermen", SCHERM).json()["url"]
    huis.inloggen("lezer")
    assert "Nog nooit gezien" in _pagina(huis, "/schermen")
    huis.client.get(f"{url.removeprefix(ADRES)}img.jpg")
    assert "Gezien zojuist" in _pagina(huis, "/schermen")
    [told] = huis.get("adviseur", "/schermen").json()["schermen"]
    assert told["laatstGezienOp"] is not None
    huis.klok.verder(minutes=6)
    assert "Stil, gezien 6 min geleden" in _pagina(huis, "/schermen")


def test_before_a_second_actie_starts_page_and_api_say_what_becomes_of_the_first(huis: Huis) -> None:
    url = huis.post("adviseur", "/schermen", SCHERM).json()["url"].removeprefix(ADRES)
    huis.post("adviseur", "/schermen", {**SCHERM, "naam": "Weg", "gemeente": "GM0307"})
    csrf = huis.inloggen("meldkamer")
    first = huis.start(titel="Eerste actie").json()["id"]
    huis.client.get(f"{url}img.jpg")
    huis.klok.verder(minutes=5)
    second = huis.start(titel="Tweede actie", publiceren=False).json()["id"]
    [scherm] = huis.get("meldkamer", f"/acties/{second}/voorbeelden").json()["schermen"]
    assert (scherm["andereActie"]["id"], scherm["andereActie"]["wijkt"]) == (first, True)
    page = _pagina(huis, f"/acties/{second}")
    assert page.count("Op dit ene scherm staat nu een andere actie: ‘Eerste actie’ (gestart om ") == 1
    assert "Deze actie komt daarvoor in de plaats, want de nieuwste gaat voor." in page
    assert "nu te zien op 1 van 1 scherm" in _pagina(huis, f"/acties/{first}")

    huis.client.post(f"/acties/{second}/publiceren", data={"csrf": csrf})
    huis.client.get(f"{url}img.jpg")
    page = _pagina(huis, f"/acties/{first}/stand")
    assert "nu te zien op 0 van 1 scherm" in page
    assert "Op dit ene scherm staat nu een andere actie: ‘Tweede actie’" in page
    assert "Hier staat nu een andere actie" in page
    assert "nu te zien op 1 van 1 scherm" in _pagina(huis, f"/acties/{second}/stand")

    huis.post("meldkamer", f"/acties/{second}/intrekkingen", {"reden": "gevonden"})
    huis.client.get(f"{url}img.jpg")
    assert "nu te zien op 1 van 1 scherm" in _pagina(huis, f"/acties/{first}/stand")
    over = _pagina(huis, f"/acties/{second}/stand")
    assert "Op dit ene scherm staat nu een andere actie: ‘Eerste actie’ (gestart om " in over
    assert "vanzelf terug" not in over


def test_an_actie_that_does_not_go_first_is_told_so_before_its_start(huis: Huis) -> None:
    for naam in ("Hal", "Perron"):
        huis.post("adviseur", "/schermen", {**SCHERM, "naam": naam})
    huis.inloggen("meldkamer")
    huis.start(titel="Vermist kind")
    roof = huis.start(type="straatroof", titel="Roof", publiceren=False).json()["id"]
    page = _pagina(huis, f"/acties/{roof}")
    assert "<strong>geen schermen</strong>" in page
    assert "Op beide schermen blijft een andere actie staan: ‘Vermist kind’" in page
    assert "want een tijdkritische vermissing gaat voor. Deze actie komt daar pas als die stopt." in page
    schermen = huis.get("meldkamer", f"/acties/{roof}/voorbeelden").json()["schermen"]
    assert [(s["andereActie"]["wijkt"], s["andereActie"]["reden"]) for s in schermen] == [
        (False, "vermist-persoon")
    ] * 2
