"""What a person in a browser gets when it does not work: a Dutch page in our own dress, without any script."""

from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from hub.web import site
from tests.web.huis import Huis

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def look(answer: Any, status: int, title: str) -> str:
    """The page, after what every such page must be."""
    text = str(answer.text)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f'<h1 class="utrecht-heading-1">{title}</h1>' in text
    assert 'href="/acties">Naar de acties</a>' in text
    assert "<script" not in text
    return text


def test_an_address_that_is_not_there(huis: Huis) -> None:
    text = look(huis.client.get("/bestaat-niet", headers=BROWSER), 404, "Deze pagina is er niet")
    for style in ("utrecht.css", "hub.css"):
        address = text.partition(f"/assets/{style}")[2].partition('"')[0]
        assert huis.client.get(f"/assets/{style}{address}").status_code == 200


def test_what_a_role_may_not_do(huis: Huis) -> None:
    huis.inloggen("lezer")
    look(huis.client.get("/acties/nieuw", headers=BROWSER), 403, "Dit mag u niet")


def test_a_fault_of_our_own_tells_nothing_of_it(huis: Huis) -> None:
    router = APIRouter()

    @router.get("/stuk")
    async def broken() -> None:
        raise RuntimeError("geheim van de hub")

    client = TestClient(site.build(huis.deps, router), raise_server_exceptions=False)
    assert "geheim" not in look(client.get("/stuk", headers=BROWSER), 500, "Er ging iets mis")


@pytest.mark.parametrize("naam", ["<b>x", "a&b"])
def test_what_was_asked_is_never_markup(huis: Huis, naam: str) -> None:
    huis.inloggen("lezer")
    text = look(huis.client.get(f"/rapporten/{naam}", headers=BROWSER), 404, "Deze pagina is er niet")
    assert naam not in text


def test_a_program_still_gets_problem_json(huis: Huis) -> None:
    answer = huis.get(
        "lezer",
        "/bestaat-niet",
    )
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("db", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("pad", ["/a/%00", "/f/%00.jpg", "/api/v1/acties/%00"])
def test_an_address_that_no_database_knows_is_no_fault_of_ours(huis: Huis, pad: str) -> None:
    assert huis.client.get(pad, headers=huis.kop("lezer")).status_code in (400, 404)


@pytest.mark.parametrize("db", ["sqlite", "postgresql"], indirect=True)
def test_a_log_in_that_no_database_knows_is_no_fault_of_ours(huis: Huis) -> None:
    naam = {"naam": "iemand\0", "wachtwoord": "een-lang-wachtwoord"}
    assert huis.client.post("/inloggen", data=naam, headers=BROWSER).status_code in (400, 401)
