"""The stop: one move halts the hub or a kanaal, everyone sees it, and only some let it go on. Removals go on."""

from datetime import timedelta

import pytest

from hub.content import Quota
from hub.delivery import claim
from hub.kanalen import stops
from hub.kanalen import store as kanalen
from hub.toegang.tables import AuditRij
from tests.builders import NU
from tests.web.huis import ADRES, Huis

VAN_HIER = {"Origin": ADRES}


def formulier(huis: Huis, csrf: str, pad: str, **velden: str) -> None:
    """Send a form as a browser without JavaScript does."""
    answer = huis.client.post(pad, data={"csrf": csrf, **velden}, headers=VAN_HIER, follow_redirects=False)
    assert answer.status_code == 303, answer.text


def pagina(huis: Huis, pad: str) -> str:
    answer = huis.client.get(pad, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return str(answer.text)


def deden(huis: Huis) -> list[str]:
    return huis.deps.db.read_sync(lambda s: [row.deed for row in s.query(AuditRij).order_by(AuditRij.nr)])


def wachtend(huis: Huis) -> list[str]:
    """What would begin now."""
    now = huis.klok.now()
    return huis.deps.db.write_sync(lambda s: [row.kanaal for row in claim.claim(s, "proef", now, {}, 9)])


def test_the_hub_stops_at_one_call_and_goes_on_at_another(huis: Huis) -> None:
    made = huis.post("meldkamer", "/noodstop", {"reden": "verkeerde foto"})
    assert (made.status_code, made.json()) == (
        201,
        {
            "gestopt": True,
            "soort": "noodstop",
            "reden": "verkeerde foto",
            "door": "meldkamer",
            "op": "2026-03-01T13:05:00.000Z",
        },
    )
    huis.start()
    assert wachtend(huis) == []
    again = huis.post("adviseur", "/noodstop", {"reden": "nog eens"})
    assert again.json()["door"] == "meldkamer"
    assert huis.get("lezer", "/noodstop").json()["gestopt"]
    freed = huis.client.delete("/api/v1/noodstop", headers=huis.kop("adviseur"))
    assert (freed.status_code, freed.json()["gestopt"]) == (200, False)
    assert sorted(wachtend(huis)) == ["buurtapp", "wijkgroep"]
    assert [deed for deed in deden(huis) if "noodstop" in deed] == ["noodstop aan", "noodstop uit"]


def test_who_may_stop_may_not_always_let_go(huis: Huis) -> None:
    assert huis.post("lezer", "/noodstop", {"reden": "nee"}).status_code == 403
    assert huis.post("gemeente", "/noodstop", {"reden": "nee"}).status_code == 403
    assert huis.client.delete("/api/v1/noodstop", headers=huis.kop("meldkamer")).status_code == 403
    assert huis.post("meldkamer", "/noodstop", {"reden": ""}).status_code == 400
    assert huis.post("meldkamer", "/noodstop", {"reden": "x" * 201}).status_code == 400
    assert not huis.get("lezer", "/noodstop").json()["gestopt"]


def test_one_kanaal_stops_while_the_other_goes_on(huis: Huis) -> None:
    made = huis.post("meldkamer", "/kanalen/buurtapp/noodstop", {"reden": "verkeerde tekst"})
    assert (made.status_code, made.json()["reden"]) == (201, "verkeerde tekst")
    assert huis.get("adviseur", "/kanalen/buurtapp").json()["gestopt"] == "verkeerde tekst"
    huis.start()
    assert wachtend(huis) == ["wijkgroep"]
    freed = huis.client.delete("/api/v1/kanalen/buurtapp/noodstop", headers=huis.kop("adviseur"))
    assert freed.json() == {"kanaal": "buurtapp", "gestopt": False, "reden": None}
    assert wachtend(huis) == ["buurtapp"]
    assert [deed for deed in deden(huis) if deed.startswith("kanaal")] == ["kanaal stilgezet", "kanaal vrijgegeven"]
    assert huis.post("meldkamer", "/kanalen/bestaat-niet/noodstop", {"reden": "x"}).status_code == 404


def test_a_button_without_javascript_stops_the_hub_and_every_page_says_so(huis: Huis) -> None:
    csrf = huis.inloggen("beheerder")
    assert 'action="/toestand/noodstop"' in pagina(huis, "/toestand")
    formulier(huis, csrf, "/toestand/noodstop", reden="verkeerde foto")
    for pad in ("/acties", "/kanalen", "/taken", "/toestand"):
        assert "De hub staat stil</strong> sinds 01-03-2026 14:05: verkeerde foto (beheerder)." in pagina(huis, pad)
    punten = {item["naam"]: item for item in huis.get("lezer", "/toestand").json()["punten"]}
    assert punten["noodstop"]["stand"] == "alarm"
    assert "verkeerde foto" in punten["noodstop"]["uitleg"]
    formulier(huis, csrf, "/toestand/noodstop/vrij")
    assert "De hub staat stil" not in pagina(huis, "/acties")


@pytest.mark.parametrize(
    ("pad", "actie", "plek"),
    [
        ("/toestand", "/toestand/noodstop", "wat-noodstop"),
        ("/kanalen", "/kanalen/buurtapp/noodstop", "zet-stil"),
    ],
)
def test_what_a_stop_does_stands_before_the_button(huis: Huis, pad: str, actie: str, plek: str) -> None:
    huis.inloggen("meldkamer")
    before, button, after = pagina(huis, pad).partition(f'action="{actie}"')
    assert button
    assert f'id="{plek}"' in before
    assert "Wat klaarstaat houdt zijn plaats. Weghalen gaat door. Een adviseur of beheerder" in before
    assert f'aria-describedby="{plek}"' in after


def test_a_person_in_a_hurry_needs_no_words(huis: Huis) -> None:
    formulier(huis, huis.inloggen("meldkamer"), "/toestand/noodstop")
    assert huis.get("lezer", "/noodstop").json()["reden"] == "geen reden opgegeven"
    shown = pagina(huis, "/toestand")
    assert "Een adviseur of beheerder laat de hub weer verder gaan." in shown
    assert 'action="/toestand/noodstop/vrij"' not in shown


def test_a_hub_that_was_restored_says_so_and_a_person_lets_it_go_on(huis: Huis) -> None:
    huis.deps.db.write_sync(lambda s: stops.pull(s, "teruggezet", "hub", NU, naam=stops.STIL))
    csrf = huis.inloggen("beheerder")
    assert "De hub staat stil</strong> sinds 01-03-2026 14:05: teruggezet (hub)." in pagina(huis, "/acties")
    formulier(huis, csrf, "/toestand/noodstop/vrij")
    assert "De hub staat stil" not in pagina(huis, "/acties")


def test_a_button_without_javascript_stops_one_kanaal(huis: Huis) -> None:
    csrf = huis.inloggen("beheerder")
    formulier(huis, csrf, "/kanalen/buurtapp/noodstop", reden="verkeerde tekst")
    shown = pagina(huis, "/kanalen")
    assert "Stilgezet: verkeerde tekst. Weghalen gaat door." in shown
    punten = {item["naam"]: item for item in huis.get("lezer", "/toestand").json()["punten"]}
    assert punten["kanalen"]["uitleg"].startswith("1 kanaal is stilgezet")
    formulier(huis, csrf, "/kanalen/buurtapp/noodstop/vrij")
    assert "Stilgezet" not in pagina(huis, "/kanalen")


@pytest.mark.parametrize(
    ("hinder", "zin"),
    [
        (
            lambda s: kanalen.hold(s, "buurtapp", NU + timedelta(seconds=70), NU, weg=False),
            "Wacht tot 14:06:10: het netwerk vraagt om even te wachten.",
        ),
        (
            lambda s: kanalen.note_success(s, "buurtapp", NU, quota=Quota(0, NU + timedelta(seconds=70))),
            "Wacht tot 14:06:10: het netwerk vraagt om even te wachten.",
        ),
        (
            lambda s: kanalen.hold(s, "buurtapp", NU + timedelta(seconds=70), NU, weg=True),
            "Weghalen wacht tot 14:06:10: het netwerk vraagt om even te wachten.",
        ),
        (
            lambda s: [kanalen.note_trouble(s, "buurtapp", NU) for _ in range(5)],
            "Wacht tot 14:05:30: het netwerk was te vaak niet te bereiken.",
        ),
        (
            lambda s: [kanalen.note_trouble(s, "buurtapp", NU - timedelta(seconds=40)) for _ in range(5)],
            "Probeert het met één bericht: het netwerk was te vaak niet te bereiken.",
        ),
    ],
)
def test_what_a_kanaal_waits_for_stands_there_in_words(huis: Huis, hinder: object, zin: str) -> None:
    huis.deps.db.write_sync(hinder)  # type: ignore[arg-type]
    huis.inloggen("lezer")
    shown = pagina(huis, "/kanalen")
    assert zin in shown
    assert 'action="/kanalen/buurtapp/noodstop"' not in shown
