"""Kanalen, schermen and reports over the wire."""

from collections.abc import Iterator
from typing import Any

import pytest

from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Config, Kortelinks, Organisatie
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import store as screens
from tests.builders import Klok
from tests.web.huis import ADRES, Huis, open_huis

TELEGRAM = {"naam": "proefkanaal", "netwerk": "telegram", "instellingen": {"token": "1:geheim", "chatId": "@proef"}}
SCHERM: dict[str, Any] = {
    "naam": "Utrecht CS, hal",
    "gemeente": "GM0344",
    "punt": {"lat": 52.0894, "lon": 5.1101},
    "breedte": 1080,
    "hoogte": 1920,
    "soort": "station",
    "beheerder": "Stationsbeheer",
}


@pytest.fixture
def ingericht(db: Db, vault: Vault, klok: Klok) -> Iterator[Huis]:
    """A hub with an organisation, a contact and a short domain: real kanalen are possible."""
    config = Config(
        adres=ADRES,
        organisatie=Organisatie(naam="Proefregio", contact="beheer@hub.example"),
        kortelinks=Kortelinks(domein="https://ah.example"),
    )
    with open_huis(db, vault, klok, config) as found:
        yield found


def test_a_kanaal_is_made_and_never_shows_its_secret(huis: Huis) -> None:
    answer = huis.post("adviseur", "/kanalen", TELEGRAM)
    assert answer.status_code == 201, answer.text
    assert answer.json()["geheimenIngevuld"] == ["token"]
    for text in (
        answer.text,
        huis.get("adviseur", "/kanalen").text,
        huis.get("beheerder", "/kanalen/proefkanaal").text,
    ):
        assert "geheim" not in text.replace("geheimenIngevuld", "")
    assert huis.post("adviseur", "/kanalen", TELEGRAM).status_code == 409


def test_a_kanaal_tells_all_its_faults(huis: Huis) -> None:
    body = {
        "naam": "Fout Kanaal",
        "netwerk": "telegram",
        "instellingen": {"kleur": "rood"},
        "gemeenten": ["Utrecht"],
        "types": ["onzin"],
        "niveaus": ["wereld"],
    }
    answer = huis.post("adviseur", "/kanalen", body)
    assert answer.status_code == 400
    assert {f["veld"] for f in answer.json()["fouten"]} == {"naam", "instellingen", "gemeenten", "types", "niveaus"}
    unknown = huis.post("adviseur", "/kanalen", {"naam": "duif", "netwerk": "postduif"}).json()["fouten"]
    assert [fout["veld"] for fout in unknown] == ["netwerk"]


def test_a_change_keeps_the_secret(huis: Huis, db: Db, vault: Vault) -> None:
    huis.post("adviseur", "/kanalen", TELEGRAM)
    answer = huis.put("adviseur", "/kanalen/proefkanaal", {"aan": False, "instellingen": {"token": ""}})
    assert (answer.status_code, answer.json()["aan"]) == (200, False), answer.text
    kept = db.read_sync(lambda s: kanalen.settings_of(s, vault, "proefkanaal"))
    assert kept["token"] == "1:geheim"


def test_a_secret_does_not_move_to_another_server(huis: Huis) -> None:
    huis.post("adviseur", "/kanalen", TELEGRAM)
    moved = {"instellingen": {"basisUrl": "http://127.0.0.1:9/"}}
    answer = huis.put("adviseur", "/kanalen/proefkanaal", moved)
    assert answer.status_code == 400
    assert "token" in answer.json()["fouten"][0]["melding"]


def test_an_echt_kanaal_needs_an_organisation(huis: Huis) -> None:
    answer = huis.post("adviseur", "/kanalen", {**TELEGRAM, "echt": True})
    assert (answer.status_code, answer.json()["regel"]) == (403, "voorbeeld")


def test_an_echt_kanaal_is_made_on_a_hub_that_is_set_up(ingericht: Huis) -> None:
    assert ingericht.post("adviseur", "/kanalen", {**TELEGRAM, "echt": True}).status_code == 201


def test_a_proefbericht_never_goes_to_an_echt_kanaal(ingericht: Huis) -> None:
    ingericht.post("adviseur", "/kanalen", {**TELEGRAM, "echt": True})
    answer = ingericht.post("adviseur", "/kanalen/proefkanaal/proefberichten")
    assert answer.status_code == 403
    assert answer.json()["regel"]


def test_a_proefbericht_that_fails_says_what_the_netwerk_said(huis: Huis) -> None:
    answer = huis.post("adviseur", "/kanalen/buurtapp/proefberichten")
    assert answer.status_code == 502
    assert "met de hand" in answer.json()["detail"]
    assert huis.get("adviseur", "/kanalen/buurtapp").json()["laatsteFout"]


def test_a_kanaal_of_the_configuration_is_changed_there(huis: Huis, db: Db, vault: Vault) -> None:
    fixed = KanaalInvoer("vast", "handmatig", vastgelegd=True)
    db.write_sync(lambda s: kanalen.save(s, vault, fixed, huis.klok.now()))
    assert huis.put("adviseur", "/kanalen/vast", {"aan": False}).status_code == 409


def test_a_scherm_shows_its_address_once(huis: Huis) -> None:
    answer = huis.post("adviseur", "/schermen", SCHERM)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["url"].startswith(f"{ADRES}/s/")
    assert made["url"].endswith("/")
    token = made["url"].split("/")[-2]
    assert token not in huis.get("adviseur", "/schermen").text
    assert token not in huis.get("adviseur", f"/schermen/{made['id']}").text
    turned = huis.post("adviseur", f"/schermen/{made['id']}/token").json()
    assert turned["url"] != made["url"]
    assert huis.post("adviseur", "/schermen", SCHERM).status_code == 409


def test_a_scherm_tells_all_its_faults(huis: Huis) -> None:
    body = {
        "naam": " ",
        "gemeente": "GM0000",
        "punt": {"lat": 5.11, "lon": 52.09},
        "breedte": 1,
        "hoogte": 1920,
        "soort": "maan",
    }
    answer = huis.post("adviseur", "/schermen", body)
    assert {f["veld"] for f in answer.json()["fouten"]} == {"naam", "gemeente", "punt", "breedte", "soort"}


def test_a_scherm_that_joins_lights_up_at_once(huis: Huis, db: Db) -> None:
    actie = huis.start().json()
    made = huis.post("adviseur", "/schermen", SCHERM).json()
    away = huis.post("adviseur", "/schermen", {**SCHERM, "naam": "Elders", "gemeente": "GM0363", "punt": None}).json()
    shown = db.read_sync(lambda s: screens.placements(s, sinds=huis.klok.now()))
    assert [(item.scherm_id, item.actie_id) for item in shown] == [(made["id"], actie["id"])]
    assert shown[0].link_code
    assert away["id"] != made["id"]


def test_a_scherm_that_was_off_lights_up_when_switched_on(huis: Huis, db: Db) -> None:
    made = huis.post("adviseur", "/schermen", SCHERM).json()
    huis.put("adviseur", f"/schermen/{made['id']}", {"aan": False})
    huis.start()
    assert db.read_sync(lambda s: screens.placements(s, sinds=huis.klok.now())) == []
    assert huis.put("adviseur", f"/schermen/{made['id']}", {"aan": True}).json()["aan"] is True
    assert len(db.read_sync(lambda s: screens.placements(s, sinds=huis.klok.now()))) == 1


def test_a_report_comes_as_json_and_as_csv(huis: Huis) -> None:
    listed = huis.get("lezer", "/rapporten").json()["rapporten"]
    assert "acties-en-reacties" in {item["naam"] for item in listed}
    huis.start()
    pad = "/rapporten/acties-en-reacties"
    period = {"van": "2026-01-01", "tot": "2026-12-31"}
    made = huis.get("lezer", pad, params=period).json()
    assert made["totaal"]["aantalActies"] == 1
    assert huis.get("gemeente", pad, params={**period, "gemeente": "GM0363"}).json()["rijen"] == []
    sheet = huis.get("lezer", pad, params={**period, "formaat": "csv"})
    assert sheet.headers["content-type"].startswith("text/csv")
    excel = huis.get("lezer", pad, params={**period, "formaat": "csv", "scheiding": "puntkomma"})
    assert (sheet.content.decode().count(";"), excel.content.decode().count(",")) == (0, 0)
    assert huis.get("lezer", pad, params={**period, "scheiding": "tab"}).status_code == 400
    header = {**huis.kop("lezer"), "Accept": "text/csv"}
    assert huis.client.get(f"/api/v1{pad}", params=period, headers=header).content == sheet.content


def test_a_report_says_what_is_wrong_with_the_question(huis: Huis) -> None:
    pad = "/rapporten/acties-en-reacties"
    assert huis.get("lezer", "/rapporten/geen").status_code == 404
    assert huis.get("lezer", pad, params={"van": "2026-02-01", "tot": "2026-01-01"}).status_code == 400
    assert huis.get("lezer", pad, params={"van": "gisteren"}).status_code == 400
    assert huis.get("lezer", pad, params={"van": "0001-01-01"}).status_code == 400
    assert huis.get("lezer", pad, params={"tot": "9999-12-31"}).status_code == 400
    assert huis.get("lezer", pad, params={"formaat": "ods"}).status_code == 400


@pytest.mark.parametrize(
    "adres",
    [
        "file:///etc/passwd",
        "gopher://voorbeeld.example",
        "javascript:alert(1)",
        "//voorbeeld.example",
        "https://naam:woord@voorbeeld.example",
        "http://voorbeeld.example:x",
        "http://169.254.169.254/latest",
        "http://2852039166",
        "http://0251.0376.0251.0376",
        "http://[fe80::1]",
        "http://[::ffff:169.254.169.254]",
        "http://[64:ff9b::169.254.169.254]",
        "http://169。254。169。254",
        "http://１６９.254.169.254.",
    ],
)
def test_a_kanaal_points_at_a_server_of_a_netwerk_and_nowhere_else(huis: Huis, adres: str) -> None:
    body = {"naam": "proef-y", "netwerk": "proef", "instellingen": {"basisUrl": adres, "account": "a", "token": "t"}}
    answer = huis.post("adviseur", "/kanalen", body)
    assert answer.status_code == 400
    assert [fault["veld"] for fault in answer.json()["fouten"]] == ["instellingen"]


@pytest.mark.parametrize("adres", ["http://127.0.0.1:8010", "https://voorbeeld.example/basis", "http://10.0.0.7"])
def test_a_netwerk_may_stand_in_the_same_building(huis: Huis, adres: str) -> None:
    body = {"naam": "proef-y", "netwerk": "proef", "instellingen": {"basisUrl": adres, "account": "a", "token": "t"}}
    assert huis.post("adviseur", "/kanalen", body).status_code == 201
