"""Cookies and keys over the wire."""

from hub.toegang import keys, sessions
from hub.web import auth
from tests.web.huis import ADRES, Huis


def test_an_unknown_key_is_a_problem_with_a_hint(huis: Huis) -> None:
    for header in ("Bearer ah_geraden", "Bearer", "Basic YTph", "ah_geraden"):
        answer = huis.client.get("/api/v1/acties", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["status"] == 401


def test_a_key_does_not_need_a_csrf_token(huis: Huis) -> None:
    assert huis.start().status_code == 201


def test_a_cookie_opens_nothing_after_the_log_out(huis: Huis) -> None:
    huis.inloggen("lezer")
    assert huis.client.get("/api/v1/acties").status_code == 200
    cookie = huis.client.cookies[auth.COOKIE]
    huis.deps.db.write_sync(lambda s: sessions.end(s, cookie))
    assert huis.client.get("/api/v1/acties").status_code == 401


def test_logging_out_needs_the_token_and_ends_the_session_for_good(huis: Huis) -> None:
    csrf = huis.inloggen("lezer")
    cookie = huis.client.cookies[auth.COOKIE]
    assert huis.client.post("/uitloggen", data={"csrf": "geraden"}).status_code == 403
    assert huis.client.post("/uitloggen", data={"csrf": csrf}, follow_redirects=False).status_code == 303
    huis.client.cookies.set(auth.COOKIE, cookie)
    assert huis.client.get("/api/v1/acties").status_code == 401


def test_a_cookie_opens_nothing_after_eight_hours(huis: Huis) -> None:
    huis.inloggen("lezer")
    huis.klok.verder(hours=8)
    assert huis.client.get("/api/v1/acties").status_code == 401


def test_a_revoked_key_opens_nothing(huis: Huis) -> None:
    mine = next(k for k in huis.deps.db.read_sync(keys.every) if k.naam == "lezer")
    huis.deps.db.write_sync(lambda s: keys.revoke(s, mine.id, now=huis.klok.now()))
    assert huis.get("lezer", "/acties").status_code == 401


def test_logging_in_sets_a_cookie_that_scripts_cannot_read(huis: Huis) -> None:
    huis.inloggen("meldkamer")
    huis.client.cookies.clear()
    form = {"naam": "meldkamer", "wachtwoord": "een-lang-wachtwoord-van-niemand"}
    answer = huis.client.post("/inloggen", data=form, headers={"Origin": ADRES}, follow_redirects=False)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert huis.client.get("/api/v1/acties").status_code == 200


def test_a_log_in_form_of_another_site_is_refused(huis: Huis) -> None:
    answer = huis.client.post("/inloggen", data={}, headers={"Origin": "https://kwaad.example"})
    assert answer.status_code == 403


def test_the_way_back_stays_on_this_hub() -> None:
    assert auth.safe_way_back("/acties/1?x=2") == "/acties/1?x=2"
    for evil in ("https://kwaad.example", "//kwaad.example", "/\\kwaad.example", "acties", "", "/a\r\nb"):
        assert auth.safe_way_back(evil) == "/acties"
