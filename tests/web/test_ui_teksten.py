"""The texts of a kanaal in the pages: tried, kept, refused with the line, and put back."""

import asyncio
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from hub.desk import teksten as desk_teksten
from hub.desk.errors import NietGevonden
from hub.desk.teksten import STEMMEN
from hub.toegang.model import Wie
from hub.toegang.tables import AuditRij
from tests.web.huis import Huis

PAD = "/kanalen/buurtapp/teksten"
EIGEN = "{% block kop %}\nLet op: {{ titel }}\n{% endblock %}\n{{ link }}"


def stuur(huis: Huis, csrf: str, stem: str, doe: str, tekst: str) -> Any:
    return huis.client.post(
        f"{PAD}/{stem}", data={"csrf": csrf, "doe": doe, "tekst": tekst.replace("\n", "\r\n")}, follow_redirects=False
    )


def knop(huis: Huis, csrf: str, wat: str, **velden: str) -> Any:
    return huis.client.post(f"{PAD}/vermist-persoon/{wat}", data={"csrf": csrf, **velden}, follow_redirects=False)


def teksten(huis: Huis) -> dict[str, str]:
    """The words of the next actie, by kanaal."""
    actie = huis.start().json()["id"]
    found = huis.get("meldkamer", f"/acties/{actie}/voorbeelden").json()
    return {item["kanaal"]: item["tekst"] for item in found["kanalen"]}


def test_a_text_that_was_kept_is_posted_on_that_kanaal_alone_and_the_standard_comes_back(huis: Huis) -> None:
    csrf = huis.inloggen("adviseur")
    assert "vermist-persoon.txt" in huis.client.get(PAD).text
    assert stuur(huis, csrf, "vermist-persoon", "bewaar", EIGEN).status_code == 303
    page = unescape(huis.client.get(f"{PAD}/vermist-persoon").text)
    assert "eigen tekst, versie 1 van adviseur" in page
    assert EIGEN in page
    assert "Eigen tekst, versie 1" in huis.client.get(PAD).text
    found = teksten(huis)
    assert "Let op: Sanne" in found["buurtapp"]
    assert "Bel 112" in found["buurtapp"]
    assert "Let op:" not in found["wijkgroep"]
    stuur(huis, csrf, "vermist-persoon", "bewaar", EIGEN.replace("Let op", "Kijk uit"))
    assert "Kijk uit: Sanne" in teksten(huis)["buurtapp"]
    assert knop(huis, csrf, "terug", versie="1").status_code == 303
    assert "versie 3 van adviseur" in huis.client.get(f"{PAD}/vermist-persoon").text
    assert "Let op: Sanne" in teksten(huis)["buurtapp"]
    assert knop(huis, csrf, "standaard").status_code == 303
    assert "Let op:" not in teksten(huis)["buurtapp"]
    assert knop(huis, csrf, "terug", versie="9").status_code == 404


def test_a_look_shows_the_post_with_its_count_and_keeps_nothing(huis: Huis) -> None:
    csrf = huis.inloggen("adviseur")
    answer = stuur(huis, csrf, "vermist-persoon", "bekijk", EIGEN)
    page = unescape(answer.text)
    assert answer.status_code == 200
    assert "Let op: Titel van een bedachte actie" in page
    assert " tekens. Nog niet bewaard." in page
    assert EIGEN in page
    assert "gebruikt de standaard: vermist-persoon.txt" in huis.client.get(f"{PAD}/vermist-persoon").text
    assert "Let op:" not in teksten(huis)["buurtapp"]


def test_every_text_can_be_looked_at_as_it_stands(huis: Huis) -> None:
    csrf = huis.inloggen("adviseur")
    for stem in STEMMEN:
        text = huis.deps.desk.templates.source(huis.deps.desk.templates.pick(stem, "handmatig", "buurtapp"))
        assert stuur(huis, csrf, stem, "bekijk", text).status_code == 200


def test_a_text_that_is_wrong_is_refused_with_its_line_and_stays_as_it_was_typed(huis: Huis) -> None:
    csrf = huis.inloggen("adviseur")
    wrong = EIGEN + "\n{{ titell }}"
    answer = stuur(huis, csrf, "vermist-persoon", "bewaar", wrong)
    assert answer.status_code == 400
    page = unescape(answer.text)
    assert "Regel 5: `titell` bestaat niet" in page
    assert wrong in page
    assert "Let op:" not in teksten(huis)["buurtapp"]
    misused = stuur(huis, csrf, "sluiten", "bewaar", "{{ slottekst }}\n{{ oefening|zin }}")
    assert misused.status_code == 400
    assert "eigen tekst sluiten" in misused.text


def test_only_who_sets_up_this_kanaal_gets_at_its_texts(huis: Huis) -> None:
    csrf = huis.inloggen("meldkamer")
    assert huis.client.get(PAD).status_code == 403
    assert stuur(huis, csrf, "vermist-persoon", "bewaar", EIGEN).status_code == 403
    csrf = huis.inloggen("adviseur")
    assert huis.client.get(f"{PAD}/geen").status_code == 404
    assert huis.client.get("/kanalen/geen/teksten").status_code == 404
    assert stuur(huis, "fout", "vermist-persoon", "bewaar", EIGEN).status_code == 403
    assert "Let op:" not in teksten(huis)["buurtapp"]


def test_an_adviseur_of_another_region_knows_nothing_of_them(huis: Huis) -> None:
    elders = Wie("elders", "adviseur", regios=("GM0363",))
    desk = huis.deps.desk
    for deed in (
        desk_teksten.every(desk, "buurtapp", elders),
        desk_teksten.bewaar(desk, "buurtapp", "overval", EIGEN, elders),
        desk_teksten.zet_terug(desk, "buurtapp", "overval", 1, elders),
        desk_teksten.standaard(desk, "buurtapp", "overval", elders),
    ):
        with pytest.raises(NietGevonden):
            asyncio.run(deed)


def test_who_changed_a_text_stands_in_the_audit_trail(huis: Huis) -> None:
    csrf = huis.inloggen("adviseur")
    stuur(huis, csrf, "vermist-persoon", "bewaar", EIGEN)
    knop(huis, csrf, "standaard")
    found = huis.deps.db.read_sync(lambda s: list(s.scalars(select(AuditRij).order_by(AuditRij.nr))))[-2:]
    assert [(row.wie, row.deed) for row in found] == [
        ("adviseur", "tekst bewaard"),
        ("adviseur", "standaardtekst teruggezet"),
    ]
