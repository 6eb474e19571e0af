"""Doors: nothing opens without a key or a log-in but what citizens, clients and schermen need."""

import re

import httpx
import pytest

from tests.stories.demo_client import MENS, Demo, een_actie, post_actie, trek_in

PAGINAS = ("/acties", "/acties/nieuw", "/kanalen", "/schermen", "/statistieken", "/taken", "/toestand", "/meekijken")
OPENBAAR = (
    "/inloggen", "/healthz", "/readyz", "/.well-known/security.txt", "/.well-known/actiehub-sleutel.json",
    "/landactiehost/api/v1/alerts", "/landactiehost/api/test/alerts", "/burgernet/burgernet-api/v2/actions",
    "/api/v1/openapi.json",
)  # fmt: skip


def log_in(demo: Demo, rol: str = "meldkamer", wachtwoord: str | None = None) -> tuple[httpx.Client, httpx.Response]:
    """A browser that filled in the form, and what it got."""
    login = demo.uitvoer["logins"][rol]
    browser = demo.client(**MENS)
    velden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', browser.get("/inloggen").text))
    body = {**velden, "naam": login["naam"], "wachtwoord": wachtwoord or login["wachtwoord"]}
    return browser, browser.post("/inloggen", data=body, headers={"Origin": demo.url})


def test_every_route_of_the_api_asks_for_a_key(demo: Demo) -> None:
    stranger = demo.client()
    paths = stranger.get("/api/v1/openapi.json").json()["paths"]
    methods = [(method, path) for path, known in paths.items() for method in known if method in METHODS]
    assert len(methods) > 20
    for method, path in methods:
        route = re.sub(r"\{\w+\}", "x", path if path.startswith("/api/") else f"/api/v1{path}")
        answer = stranger.request(method, route)
        assert (method, path, answer.status_code) == (method, path, 401)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.headers["API-Version"]
        assert answer.headers["WWW-Authenticate"]


METHODS = {"get", "post", "put", "patch", "delete"}


def test_a_wrong_key_is_no_key(demo: Demo) -> None:
    for value in ("Bearer ah_onzin", "Bearer", "Basic bWVsZGthbWVy", f"Bearer {demo.uitvoer['sleutels']['lezer']}x"):
        assert demo.client(Authorization=value).get("/api/v1/acties").status_code == 401


def test_a_lezer_reads_and_starts_nothing(demo: Demo) -> None:
    lezer = demo.api("lezer")
    assert lezer.get("/api/v1/acties").status_code == 200
    refused = post_actie(lezer, een_actie())
    assert (refused.status_code, refused.json()["status"]) == (403, 403)
    assert refused.json()["regel"]


def test_an_adviseur_starts_what_can_wait_and_never_what_cannot(demo: Demo) -> None:
    adviseur = demo.api("adviseur")
    assert post_actie(adviseur, een_actie()).status_code == 403
    calm = een_actie(soort="preventie", type="woninginbraak", niveau="lokaal", persoon=None, publiceren=False)
    assert post_actie(adviseur, calm).status_code == 201


def test_only_who_configures_sees_kanalen_and_schermen(demo: Demo) -> None:
    for rol, status in (("lezer", 403), ("adviseur", 200), ("beheerder", 200)):
        assert demo.api(rol).get("/api/v1/kanalen").status_code == status
        assert demo.api(rol).get("/api/v1/schermen").status_code == status


def test_a_plain_form_logs_in_and_the_cookie_is_out_of_reach_of_scripts(demo: Demo) -> None:
    browser, answer = log_in(demo)
    assert (answer.status_code, browser.get("/acties").status_code) == (303, 200)
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=" in cookie


def test_a_wrong_password_says_so_and_opens_nothing(demo: Demo) -> None:
    browser, answer = log_in(demo, "lezer", wachtwoord="verkeerd")
    assert answer.status_code in {200, 400, 401, 403, 422}
    assert 'role="alert"' in answer.text or "onjuist" in answer.text or "klopt niet" in answer.text.lower()
    assert browser.get("/acties").status_code == 303


@pytest.mark.parametrize("pad", PAGINAS)
def test_a_page_opens_for_the_meldkamer_and_sends_a_stranger_to_the_log_in(demo: Demo, pad: str) -> None:
    browser, _ = log_in(demo)
    page = browser.get(pad)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<h1" in page.text
    assert 'lang="nl"' in page.text
    stranger = demo.client(**MENS).get(pad)
    assert stranger.status_code == 303
    assert stranger.headers["Location"].startswith("/inloggen")


def test_the_page_of_an_actie_shows_where_it_went(demo: Demo) -> None:
    actie = post_actie(demo.api(), een_actie()).json()
    browser, _ = log_in(demo)
    page = browser.get(f"/acties/{actie['id']}")
    trek_in(demo.api(), actie["id"])
    assert page.status_code == 200
    for woord in (actie["titel"], "proef-burgers", "Intrekken"):
        assert woord in page.text
    assert demo.client(**MENS).get(f"/acties/{actie['id']}").status_code == 303


@pytest.mark.parametrize("pad", [*OPENBAAR, *PAGINAS, "/api/v1/acties", "/bestaat-niet"])
def test_every_answer_carries_the_headers_that_protect(demo: Demo, pad: str) -> None:
    answer = log_in(demo)[0].get(pad)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin", "strict-origin"}
    assert "server" not in answer.headers


@pytest.mark.parametrize("pad", OPENBAAR)
def test_what_is_public_is_open(demo: Demo, pad: str) -> None:
    assert demo.client().get(pad).status_code == 200


@pytest.mark.parametrize(
    "pad", ["/docs", "/redoc", "/openapi.json", "/acties/", "/api/v1/acties/", "/demo.json", "/a/"]
)
def test_what_is_not_a_route_is_not_there(demo: Demo, pad: str) -> None:
    answer = demo.client(**MENS).get(pad)
    assert answer.status_code == 404


def test_a_form_of_another_site_is_refused(demo: Demo) -> None:
    browser, _ = log_in(demo)
    actie = post_actie(demo.api(), een_actie(kanalen=["proef-stad"])).json()
    for origin in ("https://kwaad.example", demo.url):
        answer = browser.post(f"/acties/{actie['id']}/intrekken", data={"reden": "fout"}, headers={"Origin": origin})
        assert answer.status_code in {400, 403}
    assert demo.api().get(f"/api/v1/acties/{actie['id']}").json()["fase"] == "actief"
    trek_in(demo.api(), actie["id"])


def test_guessing_short_links_leads_nowhere(demo: Demo) -> None:
    answer = httpx.get(f"{demo.url}/ZZZZZZZZ", headers=MENS)
    assert answer.status_code == 404
    assert "Noor" not in answer.text
