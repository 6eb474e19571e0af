"""Every address of the hub names who may ask it, and no form of another site gets through."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from hub.kit.config import Compatibel, Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.toegang.model import MAG
from hub.web import site
from hub.web.auth import VEILIG, Recht
from hub.web.door import ROUTES
from hub.web.haken import Haakgeheim
from hub.web.ui.telefoon import Taaktoken
from tests.builders import Klok
from tests.web.huis import ADRES, ROLLEN, Huis, maak_deps, open_huis

OPENBAAR = {
    "/healthz": "says that the process answers",
    "/readyz": "says that the hub can work",
    "/metrics": "checks for itself: this machine, or the key of a beheerder",
    "/.well-known/security.txt": "whom to tell about a weakness",
    "/.well-known/actiehub-sleutel.json": "the public half of the signing key",
    "/assets/{naam}": "styles, scripts, fonts",
    "/api/v1/openapi.json": "the description of the API",
    "/landactiehost/api/v1/alerts": "feed for existing clients",
    "/landactiehost/api/test/alerts": "feed for existing clients, exercises",
    "/burgernet/burgernet-api/v2/actions": "feed for existing clients",
    "/proefbericht.jpg": "the card of a proefbericht, that names nobody",
    "/inloggen": "where a session begins",
}
OPENBAAR_ONDER = ("/a/", "/f/")
"""The living page of an actie with its card, share links and question, and its photo."""
PARAMETER = re.compile(r"\{[^}]+\}")
HAKEN = "/haken/"
"""Where a netwerk brings what people say to a bot; a secret of the account proves that it is the netwerk."""
TAAK = "/taak/"
"""What a phone opens with the token of one task; that token is its right."""
ROL_VAN_DE_DEUR = ("openbaar", "scherm-token")


@dataclass(frozen=True)
class Adres:
    pad: str
    methoden: frozenset[str]
    recht: Recht | None
    taaktoken: bool

    @property
    def openbaar(self) -> bool:
        return self.pad in OPENBAAR or self.pad.startswith(OPENBAAR_ONDER)


def met_taaktoken(dependant: Any) -> bool:
    return any(isinstance(child.call, Taaktoken | Haakgeheim) for child in dependant.dependencies)


def rechten(dependant: Any) -> Iterator[Recht]:
    for child in dependant.dependencies:
        if isinstance(child.call, Recht):
            yield child.call
        yield from rechten(child)


def adressen(huis: Huis) -> list[Adres]:
    found = []
    for route in iter_route_contexts(site.application(huis.deps).routes):
        dependant = getattr(route, "dependant", None)
        recht = next(rechten(dependant), None) if dependant is not None else None
        token = dependant is not None and met_taaktoken(dependant)
        found.append(Adres(str(route.path), frozenset(route.methods or ()), recht, token))
    return found


@pytest.fixture
def alles(db: Db, vault: Vault, klok: Klok) -> Iterator[Huis]:
    """A hub with everything switched on, so that every route is there."""
    config = Config(adres=ADRES, compatibel=Compatibel(landactiehost=True))
    with open_huis(db, vault, klok, config) as found:
        yield found


def test_every_route_names_its_role(alles: Huis) -> None:
    found = adressen(alles)
    assert {a.pad for a in found if a.recht is None and not a.openbaar and not a.taaktoken} == set()
    assert {a.pad for a in found if a.taaktoken} == {a.pad for a in found if a.pad.startswith((TAAK, HAKEN))}


def test_what_is_called_public_is_public(alles: Huis) -> None:
    assert {a.pad for a in adressen(alles) if a.recht is not None and a.openbaar} == set()


def test_every_route_of_the_door_names_its_role() -> None:
    assert {route.pad for route in ROUTES if route.rol not in ROL_VAN_DE_DEUR} == set()


def test_no_path_ends_in_a_slash(huis: Huis) -> None:
    assert [a.pad for a in adressen(huis) if a.pad.endswith("/") and a.pad != "/"] == []
    assert huis.get("lezer", "/acties/").status_code == 404


def gesloten(huis: Huis) -> list[tuple[str, str, Recht]]:
    """Method, path and right of every route that is not public; parameters filled in with nothing that exists."""
    found = []
    for adres in adressen(huis):
        if adres.recht is not None:
            found += [(methode, PARAMETER.sub("1", adres.pad), adres.recht) for methode in adres.methoden]
    return found


def test_without_a_key_nothing_opens(huis: Huis) -> None:
    for methode, pad, recht in gesloten(huis):
        answer = huis.client.request(methode, pad, follow_redirects=False)
        assert answer.status_code == (303 if recht.pagina else 401), (methode, pad)


def test_a_role_opens_what_its_right_says_and_nothing_else(huis: Huis) -> None:
    for methode, pad, recht in gesloten(huis):
        if not pad.startswith("/api/"):
            continue
        for rol in ROLLEN:
            answer = huis.client.request(methode, pad, headers=huis.kop(rol))
            assert answer.status_code != 401
            refused = answer.status_code == 403 and answer.json()["regel"] == "rol"
            assert refused != _mag(rol, recht), (methode, pad, rol, answer.text)


def _mag(rol: str, recht: Recht) -> bool:
    return rol in MAG[recht.recht]


def test_forms_of_another_site_are_refused_everywhere(huis: Huis) -> None:
    csrf = huis.inloggen("beheerder")
    unsafe = [(methode, pad) for methode, pad, _ in gesloten(huis) if methode not in VEILIG]
    assert unsafe
    for methode, pad in unsafe:
        for headers in (
            {"X-CSRF": csrf, "Origin": "https://kwaad.example"},
            {"X-CSRF": csrf, "Origin": "null"},
            {"X-CSRF": csrf, "Sec-Fetch-Site": "cross-site"},
            {"X-CSRF": "geraden", "Origin": ADRES},
            {"Origin": ADRES},
        ):
            answer = huis.client.request(methode, pad, headers=headers)
            assert answer.status_code == 403, (methode, pad, headers)
            assert answer.json()["regel"] in ("herkomst", "csrf")


def test_our_own_form_with_its_token_gets_in(huis: Huis) -> None:
    csrf = huis.inloggen("meldkamer")
    made = huis.start().json()
    answer = huis.client.post(f"/api/v1/acties/{made['id']}/afsluitingen", headers={"X-CSRF": csrf, "Origin": ADRES})
    assert answer.status_code == 201, answer.text


def test_every_answer_carries_the_fixed_headers(huis: Huis) -> None:
    for methode, pad in (
        ("GET", "/healthz"),
        ("GET", "/api/v1/acties"),
        ("GET", "/bestaat-niet"),
        ("PATCH", "/api/v1/acties"),
        ("HEAD", "/healthz"),
        ("GET", "/.well-known/security.txt"),
    ):
        answer = huis.client.request(methode, pad)
        assert answer.headers["API-Version"] == "1.0.0", pad
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in answer.headers


def test_https_is_kept_once_used(db: Db, vault: Vault, klok: Klok) -> None:
    with open_huis(db, vault, klok, Config(adres="https://ah.example")) as huis:
        assert "max-age" in huis.client.get("/healthz").headers["Strict-Transport-Security"]


def test_a_method_that_is_not_there_is_a_problem(huis: Huis) -> None:
    answer = huis.client.patch("/api/v1/acties", headers=huis.kop("beheerder"))
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_an_answer_in_another_form_is_refused(huis: Huis) -> None:
    headers = {**huis.kop("lezer"), "Accept": "application/xml"}
    assert huis.client.get("/api/v1/acties", headers=headers).status_code == 406


def test_a_body_in_another_form_is_refused(huis: Huis) -> None:
    headers = {**huis.kop("meldkamer"), "Content-Type": "text/plain", "Idempotency-Key": "een"}
    answer = huis.client.post("/api/v1/acties", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (415, 415)


def test_the_description_is_open_and_ours(huis: Huis) -> None:
    answer = huis.client.get("/api/v1/openapi.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    document = answer.json()
    assert document["info"]["contact"]["url"].startswith(ADRES)
    assert document["servers"] == [{"url": f"{ADRES}/api/v1"}]
    statuses = {
        status
        for operations in document["paths"].values()
        for operation in operations.values()
        for status in operation["responses"]
    }
    assert "422" not in statuses
    assert "/acties/{actie_id}/intrekkingen" in document["paths"]


def test_ready_means_that_the_worker_lives(db: Db, vault: Vault, klok: Klok) -> None:
    deps = maak_deps(db, vault, klok, Config(adres=ADRES))
    for age, status in ((0.1, 200), (6.0, 503), (None, 503)):
        client = TestClient(site.build(replace(deps, hartslag=lambda age=age: age)), base_url=ADRES)
        assert client.get("/readyz").status_code == status


def test_figures_are_not_for_strangers_behind_a_proxy(huis: Huis) -> None:
    behind = {"X-Forwarded-For": "192.0.2.1"}
    assert huis.client.get("/metrics", headers=behind).status_code == 401
    assert huis.client.get("/metrics", headers={**behind, **huis.kop("lezer")}).status_code == 403
    shown = huis.client.get("/metrics", headers={**behind, **huis.kop("beheerder")})
    assert 'actiehub_antwoorden_total{status="4xx"}' in shown.text


def test_an_asset_with_its_hash_is_kept_for_a_year(huis: Huis) -> None:
    url = huis.deps.bestanden.url("hub.css")
    answer = huis.client.get(url)
    assert "immutable" in answer.headers["Cache-Control"]
    assert huis.client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert huis.client.get("/assets/geen.css").status_code == 404
    assert huis.client.get("/assets/..%2fsite.py").status_code == 404
