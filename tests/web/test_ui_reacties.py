"""Replies on netwerken, on the page of an actie: where and when, never what; hidden with one press, without scripts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.compose.templates import Templates
from hub.content import NotNow, Refused
from hub.delivery.tables import BezorgingRij
from hub.desk.desk import Desk
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.toegang import audit, keys
from hub.tracking.nazorg import DICHT, GEWEIGERD, row_of
from hub.tracking.reacties import note_reactie
from hub.tracking.tables import ReactieRij
from hub.web import site
from tests.builders import Klok
from tests.tracking.netten import Netten, accounts
from tests.web.huis import ADRES, ROLLEN, WORTEL, Huis, maak_deps
from tests.web.test_ui_doen import Browser

NIETS = "Op dit netwerk kunt u reacties niet sluiten of verbergen."


@pytest.fixture
def netten() -> Netten:
    return Netten()


@pytest.fixture
def huis(db: Db, vault: Vault, klok: Klok, tmp_path: Path, netten: Netten) -> Iterator[Huis]:
    """A hub with two simulated netwerken; on the second nothing can be done about replies."""
    deps = maak_deps(db, vault, klok, Config(adres=ADRES))
    made = accounts(db, vault, tmp_path, netten)
    desk = Desk(db, made, Templates(WORTEL / "templates" / "posts"), vault, deps.config, klok)
    deps = replace(deps, accounts=made, registry=made.registry, desk=desk)

    def fill(session: Session) -> dict[str, str]:
        for naam in ("net-x", "net-y"):
            kanalen.save(session, vault, KanaalInvoer(naam, "meetbaar", {"account": naam}), klok.now())
        return {rol: keys.make(session, rol=rol, naam=rol, regios=(), now=klok.now()) for rol in ROLLEN}

    sleutels = db.write_sync(fill)
    netten["net-y"].kan = frozenset({"reacties"})
    with TestClient(site.build(deps), base_url=ADRES) as client:
        yield Huis(deps, client, klok, sleutels)
    deps.inloggen.wachtwoorden.close()


@pytest.fixture
def actie(huis: Huis) -> dict[str, Any]:
    """Running on both, with a reply on each."""
    made = huis.start()
    assert made.status_code == 201, made.text

    def work(session: Session) -> None:
        for row in session.query(BezorgingRij):
            row.staat, row.ref = "verzonden", f"post-{row.kanaal}"
        for kanaal in ("net-x", "net-y"):
            note_reactie(session, actie_id=made.json()["id"], route="messenger", kanaal=kanaal,
                         ref=f"at://iemand/feed/antwoord-{kanaal}", now=huis.klok.now())  # fmt: skip

    huis.deps.db.write_sync(work)
    return dict(made.json())


def verberg(browser: Browser, actie: dict[str, Any], kanaal: str = "net-x") -> Any:
    """Press the button of the reply on this kanaal, also where the page of this person or actie has none."""
    query = select(ReactieRij.id).where(ReactieRij.kanaal == kanaal)
    reactie_id = browser.huis.deps.db.read_sync(lambda s: s.scalars(query).one())
    return browser.post(f"/acties/{actie['id']}/antwoorden/{reactie_id}/verberg")


def nazorg(huis: Huis, **values: object) -> None:
    def work(session: Session) -> None:
        for post in session.query(BezorgingRij):
            for naam, value in values.items():
                setattr(row_of(session, post.id), naam, value)

    huis.deps.db.write_sync(work)


@pytest.mark.parametrize("rol", ["meldkamer", "adviseur"])
def test_a_reply_is_hidden_with_one_press_and_who_did_it_is_kept(
    huis: Huis, actie: dict[str, Any], netten: Netten, rol: str
) -> None:
    browser = Browser(huis, rol)
    page = browser.get(f"/acties/{actie['id']}").text
    assert "antwoord-net-x" in page
    assert page.count("/verberg") == 1
    answer = verberg(browser, actie)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/acties/{actie['id']}?gedaan=verborgen#antwoorden",
    )
    assert netten["net-x"].verborgen == {"at://iemand/feed/antwoord-net-x"}
    page = browser.get(answer.headers["location"].partition("#")[0]).text
    assert "De reactie is verborgen op het netwerk." in page
    assert "verborgen om" in page
    assert "/verberg" not in page
    regel = huis.deps.db.read_sync(lambda s: audit.of_actie(s, actie["id"]))[-1]
    assert (regel.wie, regel.deed, regel.bijzonderheden["kanaal"]) == (rol, "reactie verborgen", "net-x")
    assert "antwoord-net-x" not in str(regel.bijzonderheden), "wat naar een burger leidt, hoort niet in de geschiedenis"


def test_twice_is_once(huis: Huis, actie: dict[str, Any], netten: Netten) -> None:
    browser = Browser(huis, "meldkamer")
    assert [verberg(browser, actie).status_code for _ in range(2)] == [303, 303]
    assert netten["net-x"].keer("verbergen") == 1


@pytest.mark.parametrize(
    "error", [NotNow("Het netwerk is niet bereikbaar."), Refused("Dit mag niet meer."), RuntimeError("geheim-123")]
)
def test_what_the_netwerk_said_stands_on_the_page_and_the_button_stays(
    huis: Huis, actie: dict[str, Any], netten: Netten, error: Exception
) -> None:
    netten["net-x"].fout["verbergen"] = error
    answer = verberg(Browser(huis, "meldkamer"), actie)
    assert answer.status_code == 502
    assert "De reactie is niet verborgen." in answer.text
    assert ("geheim-123" not in answer.text) if isinstance(error, RuntimeError) else (str(error) in answer.text)
    assert answer.text.count("/verberg") == 1


def test_where_nothing_can_be_done_the_page_says_so(huis: Huis, actie: dict[str, Any]) -> None:
    browser = Browser(huis, "meldkamer")
    assert browser.get(f"/acties/{actie['id']}").text.count(NIETS) == 1
    answer = verberg(browser, actie, "net-y")
    assert answer.status_code == 409
    assert "niet verbergen vanuit de hub" in answer.text
    assert "reacties zijn niet te sluiten of te verbergen" in browser.get("/kanalen").text.lower()


@pytest.mark.parametrize(
    ("values", "zin"),
    [
        ({}, "De hub sluit de reacties."),
        ({"fout": "Geen antwoord."}, "Sluiten lukte nog niet; de hub gaat door. Geen antwoord."),
        ({"reacties": GEWEIGERD, "fout": "Mag niet."}, "Het netwerk sloot de reacties niet. Mag niet."),
    ],
)
def test_how_it_stands_with_closing_is_said(
    huis: Huis, actie: dict[str, Any], values: dict[str, object], zin: str
) -> None:
    nazorg(huis, **values)
    assert zin in Browser(huis, "lezer").get(f"/acties/{actie['id']}").text


def test_since_when_replies_are_closed_is_said(huis: Huis, actie: dict[str, Any]) -> None:
    nazorg(huis, reacties=DICHT, dicht_op=huis.klok.now())
    assert "gesloten of beperkt sinds 14:05:00" in Browser(huis, "lezer").get(f"/acties/{actie['id']}").text


def test_who_only_reads_sees_no_button_and_may_not_press(huis: Huis, actie: dict[str, Any], netten: Netten) -> None:
    browser = Browser(huis, "lezer")
    assert "/verberg" not in browser.get(f"/acties/{actie['id']}").text
    assert verberg(browser, actie).status_code == 403
    assert netten["net-x"].verborgen == set()


def test_a_reply_of_another_actie_or_one_that_was_purged_is_not_found(huis: Huis, actie: dict[str, Any]) -> None:
    browser = Browser(huis, "meldkamer")
    other = huis.start(kenmerk="MN-ander").json()
    assert verberg(browser, other).status_code == 404
    assert browser.post(f"/acties/{actie['id']}/antwoorden/bestaat-niet/verberg").status_code == 404


def test_an_actie_about_a_thing_leaves_replies_open(huis: Huis) -> None:
    made = huis.start(type="diefstal-voertuig", persoon=None, signalement="").json()

    def work(session: Session) -> None:
        for row in session.query(BezorgingRij):
            row.staat, row.ref = "verzonden", "post"

    huis.deps.db.write_sync(work)
    assert "Reacties staan open" in Browser(huis, "meldkamer").get(f"/acties/{made['id']}").text


def test_the_part_that_refreshes_itself_is_the_same_part(huis: Huis, actie: dict[str, Any]) -> None:
    part = Browser(huis, "meldkamer").get(f"/acties/{actie['id']}/antwoorden").text
    assert part.lstrip().startswith("<section")
    assert "antwoord-net-x" in part
