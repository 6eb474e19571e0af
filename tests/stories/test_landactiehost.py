"""The feeds of existing clients: same keys, types and nulls, and a Cancel that takes the place of its Alert."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stories.demo_client import Demo, een_actie, lopende_actie, post_actie, roze, trek_in

ECHT = json.loads((Path(__file__).parents[1] / "feeds" / "landactiehost-berichten.json").read_text(encoding="utf-8"))
LANDELIJK, REGIONAAL = (next(m for m in ECHT if m["Type"] == "Alert" and m["AlertLevel"] == niv) for niv in ("10", "5"))
SLUIT = next(m for m in ECHT if m["Type"] == "Cancel" and m["AlertLevel"] == "5")


def vorm(value: Any) -> Any:
    """The shape of a message: every key, and for each value its JSON type."""
    if isinstance(value, dict):
        return {key: vorm(inner) for key, inner in value.items()}
    return type(value).__name__


def alerts(demo: Demo, soort: str = "v1/alerts") -> httpx.Response:
    """The feed as a browser on another site gets it."""
    return httpx.get(f"{demo.url}/landactiehost/api/{soort}", headers={"Origin": "https://elders.example"})


def eigen(demo: Demo, actie: dict[str, Any], soort: str = "v1/alerts") -> list[dict[str, Any]]:
    """The entries about this actie."""
    return [entry for entry in alerts(demo, soort).json() if actie["code"] in entry["Message"]["Readmore_URL"]]


def test_any_site_may_read_the_feed_and_it_is_a_bare_list(demo: Demo) -> None:
    answer = alerts(demo)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"].startswith("application/json")
    assert isinstance(answer.json(), list)


def test_a_regional_actie_has_the_shape_of_a_real_message_and_its_cancel_takes_its_place(demo: Demo) -> None:
    with lopende_actie(demo) as actie:
        [alert] = eigen(demo, actie)
        foto = alert["Message"]["Media"]["Image"]
        assert roze(httpx.get(foto).content)
    [cancel] = eigen(demo, actie)
    assert vorm(alert) == vorm(REGIONAAL)
    assert (alert["Type"], alert["State"], alert["Scope"], alert["AlertLevel"]) == ("Alert", "Actual", "Public", "5")
    for cijfers in (alert["AlertId"], alert["MessageId"], alert["Sent"]):
        assert cijfers.isdecimal()
    assert alert["Area"] == {"Description": "Utrecht", "Circle": "52.09,5.12 5000", "CircleKM": "52.09,5.12 5"}
    assert vorm(cancel) == vorm(SLUIT)
    assert (cancel["Type"], cancel["AlertId"]) == ("Cancel", alert["AlertId"])
    assert cancel["MessageId"] != alert["MessageId"]
    assert int(cancel["Sent"]) >= int(alert["Sent"])
    assert "Noor" not in str(cancel)
    assert httpx.get(foto).status_code == 410


def test_a_national_actie_brings_the_posters_and_takes_them_away_at_once(demo: Demo) -> None:
    poster = f"{demo.url}/static/posters/landelijk/432x1008.jpg"
    assert httpx.get(poster).status_code == 404
    with lopende_actie(demo, niveau="landelijk", gebied={"gemeenten": []}) as actie:
        [alert] = eigen(demo, actie)
        shown = httpx.get(poster)
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
        assert roze(shown.content)
        assert httpx.head(poster).status_code == 200
        assert "no-store" in shown.headers["Cache-Control"]
        assert httpx.get(f"{demo.url}/static/posters/landelijk/1920x1080.jpg").status_code == 200
    gone = httpx.get(poster)
    assert gone.status_code == 404
    assert "no-store" in gone.headers["Cache-Control"]
    assert alert["AlertLevel"] == "10"
    assert vorm(alert) == vorm(LANDELIJK)


def test_a_local_actie_stays_out_of_the_national_feed_but_is_in_the_list_of_acties(demo: Demo) -> None:
    api, body = demo.api(), een_actie(niveau="lokaal", kanalen=["proef-regio"], bericht="Noor liep bij de molen.")
    actie = post_actie(api, body).json()
    assert eigen(demo, actie) == []
    acties = f"{demo.url}/burgernet/burgernet-api/v2/actions"
    [entry] = [row for row in httpx.get(acties).json()["actions"] if body["bericht"] in str(row)]
    assert (entry["municipality"], entry["active"], entry["amberAlert"]) == ("Utrecht", True, False)
    assert (entry["area"]["lat"], entry["area"]["lng"], entry["area"]["radius"]) == (52.09, 5.12, 5000)
    assert entry["startTimestamp"] > 10**12
    trek_in(api, actie["id"])
    [closed] = [row for row in httpx.get(acties).json()["actions"] if row["id"] == entry["id"]]
    assert closed["active"] is False
    assert "Noor" not in str(closed)


def test_an_exercise_is_in_the_test_feed_alone_and_says_so(demo: Demo) -> None:
    api = demo.api()
    actie = post_actie(api, een_actie(oefening=True, kanalen=["proef-regio"])).json()
    assert eigen(demo, actie) == []
    [alert] = eigen(demo, actie, "test/alerts")
    assert vorm(alert) | {"Message": None} == vorm(REGIONAAL) | {"Message": None}
    assert "OEFENING" in str(alert)
    trek_in(api, actie["id"], "anders")
    assert [entry["Type"] for entry in eigen(demo, actie, "test/alerts")] == ["Cancel"]


@pytest.mark.parametrize("gemeen", ["<img src=x onerror=alert(1)>", "</script><b>&amp;\u2028"])
def test_what_someone_typed_cannot_become_markup_on_the_sites_that_embed_the_feed(demo: Demo, gemeen: str) -> None:
    api = demo.api()
    made = post_actie(api, een_actie(titel=f"Vermist {gemeen}", kanalen=["proef-regio"]))
    answer = alerts(demo)
    if made.status_code == 201:
        page = httpx.get(made.json()["paginaUrl"]).text
        trek_in(api, made.json()["id"], "fout")
        assert "<img src=x" not in page
        assert "</script><b>" not in page
    assert not re.search(r"[<>]", answer.text)
