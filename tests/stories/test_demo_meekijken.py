"""Meekijken says what still waits, and for whom; never that all is placed or gone while something is not."""

from datetime import timedelta
from typing import Any

import httpx

from hub.content import Plaats
from hub.demo import meekijken
from hub.desk.bewijs import Bewijs
from hub.desk.donker import TotDonker
from tests.builders import NU
from tests.stories.demo_client import Demo, een_actie, post_actie, staten, trek_in, until

HAND = "whatsapp-met-de-hand"


def stand(api: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/meekijken/stand").json()
    return found


def task(api: httpx.Client, actie_id: str, soort: str) -> str:
    rows = api.get(f"/api/v1/acties/{actie_id}/bezorgingen").json()["bezorgingen"]
    [row] = [row["id"] for row in rows if (row["kanaal"], row["soort"]) == (HAND, soort)]
    return str(row)


def test_a_post_that_was_never_placed_does_not_lengthen_the_time_until_all_was_dark() -> None:
    end = NU + timedelta(seconds=2)
    places = [
        Plaats("bericht", "proef-regio", "verdwenen", end, "netwerk"),
        Plaats("bericht", HAND, "verdwenen", NU + timedelta(seconds=90), "nooit"),
    ]
    proof = Bewijs("a", "k", "ingetrokken", NU, NU, True, tuple(places), (), TotDonker())
    shown = meekijken._bewijs(proof)
    assert shown["donkerSeconden"] == 2.0
    assert [(p["tekst"], bool(p["om"])) for p in shown["plaatsen"]] == [  # type: ignore[attr-defined]
        ("niet meer opvraagbaar", True),
        ("nooit geplaatst", False),
    ]


def test_a_post_by_hand_is_waited_for_at_the_start_and_at_the_end(demo: Demo) -> None:
    api = demo.api()
    actie_id = post_actie(api, een_actie(kanalen=["proef-regio", HAND])).json()["id"]
    placed = {"proef-regio": "verzonden", HAND: "taak"}
    until(lambda: staten(api, actie_id, "publiceren") == placed, "het ene kanaal geplaatst, het andere een taak")
    seen = stand(api)
    assert (seen["actie"]["id"], seen["lichtSeconden"]) == (actie_id, None)
    assert seen["wacht"] == [{"kanaal": HAND, "op": "mens", "woord": "wacht op iemand van de meldkamer: plaatsen"}]
    answer = {"antwoord": "staat-er"}
    assert api.post(f"/api/v1/bezorgingen/{task(api, actie_id, 'publiceren')}/antwoord", json=answer).is_success
    seen = stand(api)
    assert seen["wacht"] == []
    assert seen["lichtSeconden"] >= 0
    trek_in(api, actie_id)
    until(lambda: staten(api, actie_id, "intrekken").get(HAND) == "taak", "weghalen is een taak")
    waits = {
        "kanaal": HAND,
        "op": "mens",
        "woord": "wacht op iemand van de meldkamer: weghalen en slotbericht plaatsen",
    }
    until(lambda: waits in stand(api)["wacht"], "Meekijken noemt het weghalen en het slotbericht")
    assert stand(api)["bewijs"]["compleet"] is False
    answer = {"antwoord": "staat-er-niet"}
    assert api.post(f"/api/v1/bezorgingen/{task(api, actie_id, 'intrekken')}/antwoord", json=answer).is_success
    assert waits not in stand(api)["wacht"]


def test_a_second_actie_has_the_schermen_until_it_ends_and_then_the_first_has_them_again(demo: Demo) -> None:
    api = demo.api()
    kanalen = ["proef-regio"]
    first = post_actie(api, een_actie(kanalen=kanalen, titel="Eerste vermissing")).json()["id"]
    second = post_actie(api, een_actie(kanalen=kanalen, titel="Tweede vermissing")).json()["id"]
    all_ = len(demo.schermen)

    def everywhere() -> bool:
        for url in demo.schermen.values():
            httpx.get(f"{url}img.jpg")
        return stand(api)["schermen"] == {"nu": all_, "van": all_, "zinnen": []}

    until(everywhere, "de tweede actie op elk scherm")
    seen = api.get(f"/api/v1/acties/{first}/voorbeelden").json()["schermen"]
    assert [(s["andereActie"]["id"], s["andereActie"]["wijkt"]) for s in seen] == [(second, False)] * all_
    trek_in(api, second)
    shown = stand(api)["schermen"]
    assert (shown["nu"], len(shown["zinnen"])) == (0, 1)
    assert shown["zinnen"][0].startswith(f"Op alle {all_} schermen staat nu een andere actie: ‘Eerste vermissing’")
    texts = [httpx.get(f"{url}text.txt").text for url in demo.schermen.values()]
    assert all("Eerste vermissing" in text for text in texts), "at once, on every scherm"
    trek_in(api, first)
