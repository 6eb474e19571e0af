"""The budget of a kanaal as people meet it: in the form, on the page, and in what is not sent."""

from html import unescape

from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from tests.web.huis import Huis

GEHEIM = {naam: "bedacht" for naam in ("apiSleutel", "apiGeheim", "toegangstoken", "toegangsgeheim")}


def maak(huis: Huis, **anders: str) -> int:
    instellingen = {"account": "MeldkamerProef", **GEHEIM, **anders}
    return int(
        huis.post("adviseur", "/kanalen", {"naam": "op-x", "netwerk": "x", "instellingen": instellingen}).status_code
    )


def posts(huis: Huis, actie: str) -> list[str]:
    found = huis.get("meldkamer", f"/acties/{actie}/bezorgingen").json()["bezorgingen"]
    return [item["soort"] for item in found if item["kanaal"] == "op-x"]


def test_a_month_that_is_used_up_stops_new_acties_and_nothing_else(huis: Huis) -> None:
    assert maak(huis, budgetPerMaand="0,07", linkInTekst="nooit") == 201
    eerste, tweede = (huis.start(oefening=True).json()["id"] for _ in range(2))
    assert (posts(huis, eerste), posts(huis, tweede)) == (["publiceren"], [])
    huis.inloggen("adviseur")
    page = huis.client.get("/kanalen").text
    assert "Budget op" in page
    assert "Deze maand 0,04 uitgegeven van 0,07 dollar." in page
    voorbeelden = huis.get("meldkamer", f"/acties/{tweede}/voorbeelden").text
    assert "Het budget van dit kanaal is op." in voorbeelden


def test_nonsense_for_an_amount_that_stands_there_already_stops_new_acties_and_nothing_else(huis: Huis) -> None:
    assert maak(huis) == 201
    eerste = huis.start(oefening=True).json()["id"]
    fout = KanaalInvoer("op-x", "x", {"account": "MeldkamerProef", **GEHEIM, "kostenMetLink": "gratis"})
    huis.deps.db.write_sync(lambda s: kanalen.save(s, huis.deps.vault, fout, huis.klok.now()))
    tweede = huis.start(oefening=True).json()["id"]
    assert (posts(huis, eerste), posts(huis, tweede)) == (["publiceren"], [])
    huis.inloggen("adviseur")
    assert "`kostenMetLink`: vul een bedrag in" in unescape(huis.client.get("/kanalen").text)


def test_nonsense_for_an_amount_is_told_at_the_form(huis: Huis) -> None:
    assert maak(huis, budgetPerMaand="veel") == 400
    assert maak(huis, linkInTekst="soms") == 400
