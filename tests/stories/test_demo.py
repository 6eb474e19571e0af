"""The main job as a script sees it: one actie out to every kanaal, looked at, clicked, shared and answered."""

import io
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.stories.demo_client import (
    CODE,
    MENS,
    Demo,
    een_actie,
    eigen_bericht,
    lopende_actie,
    post_actie,
    post_foto,
    roze,
    trek_in,
    until,
    wacht_op,
)

BEZORGING = {"id", "kanaal", "soort", "staat", "pogingen", "berichtUrl", "gestartOp", "bevestigdOp", "fout"}


@pytest.fixture(scope="module")
def actie(demo: Demo) -> Iterator[dict[str, Any]]:
    """A running Vermist Kind Alert with a photo and written consent."""
    with lopende_actie(demo) as running:
        yield running


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The body of a refusal, which must be problem+json."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.headers["API-Version"]
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def cijfers(demo: Demo, actie: dict[str, Any]) -> dict[str, Any]:
    """The figures, with kanalen and schermen by name."""
    told: dict[str, Any] = demo.api("lezer").get(f"/api/v1/acties/{actie['id']}/statistieken").json()
    told["kanalen"] = {row["kanaal"]: row for row in told["kanalen"]}
    told["schermen"] = {row["scherm"]: row for row in told["schermen"]}
    return told


def kanaal_link(demo: Demo, actie: dict[str, Any], account: str) -> str:
    """The short link in the post of this account."""
    found = CODE.search(eigen_bericht(demo, account, actie["code"])["tekst"])
    assert found is not None
    return found[0]


def test_one_body_publishes_at_once_and_says_where_the_page_is(demo: Demo) -> None:
    api, body = demo.api(), een_actie(oefening=True)
    made = post_actie(api, body)
    assert made.status_code == 201
    told = made.json()
    assert {"id", "code", "fase", "versie", "paginaUrl"} <= set(told)
    assert (told["fase"], told["versie"]) == ("actief", 1)
    assert httpx.get(told["paginaUrl"]).status_code == 200
    assert made.headers["API-Version"]
    trek_in(api, told["id"], "anders")


def test_the_same_key_makes_the_actie_once_and_another_body_under_it_is_refused(demo: Demo) -> None:
    api, body = demo.api(), een_actie(publiceren=False)
    eerste, nogmaals = post_actie(api, body, "dubbel"), post_actie(api, body, "dubbel")
    assert eerste.status_code == nogmaals.status_code == 201
    assert eerste.json()["id"] == nogmaals.json()["id"]
    same = [row for row in api.get("/api/v1/acties").json()["acties"] if row["kenmerk"] == body["kenmerk"]]
    assert len(same) == 1
    problem(post_actie(api, {**body, "titel": "Een andere titel"}, "dubbel"), 422)
    problem(api.post("/api/v1/acties", json=een_actie()), 400)


def test_a_kenmerk_that_is_running_is_pointed_at(demo: Demo, actie: dict[str, Any]) -> None:
    again = post_actie(demo.api(), een_actie(kenmerk=actie["kenmerk"]))
    problem(again, 409)
    assert f"/acties/{actie['id']}" in again.text


def test_all_faults_come_at_once(demo: Demo) -> None:
    body = een_actie(soort="x", type="y", niveau="z", gemeente="GM9999", looptijdMinuten=-3, titel="", onzin=1)
    told = str(problem(post_actie(demo.api(), body), 400))
    for veld in ("soort", "type", "niveau", "gemeente", "looptijdMinuten", "titel", "onzin"):
        assert veld in told


@pytest.mark.parametrize("inhoud", [b"", b"{", b"[]", b"null", b'{"titel": "\xff"}', b'{"titel": NaN}'])
def test_what_is_not_an_actie_is_refused_politely(demo: Demo, inhoud: bytes) -> None:
    headers = {"Idempotency-Key": "onleesbaar", "Content-Type": "application/json"}
    problem(demo.api().post("/api/v1/acties", content=inhoud, headers=headers), 400)


def test_the_policy_refuses_a_photo_of_a_minor_in_a_local_actie_and_names_its_rule(demo: Demo) -> None:
    api = demo.api()
    made = post_actie(api, een_actie(niveau="lokaal", publiceren=False)).json()
    assert problem(post_foto(api, made["id"]), 403)["regel"]
    assert api.get(f"/api/v1/acties/{made['id']}").json()["foto"] is None


@pytest.mark.parametrize("inhoud", [b"GIF89a" + bytes(200), b"\xff\xd8\xff\xe0" + bytes(100), b"", b"<svg/>"])
def test_what_is_not_a_photo_is_refused(demo: Demo, inhoud: bytes) -> None:
    api = demo.api()
    made = post_actie(api, een_actie(publiceren=False)).json()
    files = {"bestand": ("foto.jpg", inhoud, "image/jpeg")}
    answer = api.post(f"/api/v1/acties/{made['id']}/fotos", files=files, data={"toestemmingSchriftelijk": "true"})
    problem(answer, 400)


def test_the_photo_that_goes_out_carries_no_notes(demo: Demo, actie: dict[str, Any]) -> None:
    [pad] = set(re.findall(r"/f/[0-9a-f]+\.jpg", httpx.get(actie["paginaUrl"]).text))
    foto = httpx.get(demo.url + pad)
    assert foto.status_code == 200
    assert roze(foto.content)
    assert b"GEHEIM" not in foto.content
    assert dict(Image.open(io.BytesIO(foto.content)).getexif()) == {}
    assert "private" in foto.headers["Cache-Control"]
    assert int(foto.headers["Cache-Control"].partition("max-age=")[2]) <= 300


def test_every_chosen_kanaal_has_one_bezorging_that_stands(demo: Demo, actie: dict[str, Any]) -> None:
    rows = demo.api("lezer").get(f"/api/v1/acties/{actie['id']}/bezorgingen").json()["bezorgingen"]
    assert [set(row) >= BEZORGING for row in rows] == [True] * len(rows)
    assert sorted(row["kanaal"] for row in rows) == sorted(row["naam"] for row in demo.uitvoer["kanalen"])
    assert {(row["soort"], row["staat"], row["pogingen"]) for row in rows} == {("publiceren", "verzonden", 1)}
    assert all(httpx.get(row["berichtUrl"]).status_code == 200 for row in rows)


def test_the_post_says_what_to_do_and_shows_the_photo_where_policy_and_kanaal_allow_it(
    demo: Demo, actie: dict[str, Any]
) -> None:
    met_foto = {row["naam"]: row["foto"] for row in demo.api("adviseur").get("/api/v1/kanalen").json()["kanalen"]}
    for kanaal in demo.uitvoer["kanalen"]:
        post = eigen_bericht(demo, kanaal["naam"].removeprefix("proef-"), actie["code"])
        for woord in ("VOORBEELD", actie["titel"], "112", "0800-0011", actie["laatstGezien"]):
            assert woord in post["tekst"]
        assert CODE.search(post["tekst"])
        assert "112" in post["alt"]
        assert roze(httpx.get(post["mediaUrl"]).content) == met_foto[kanaal["naam"]]


def test_the_preview_is_what_was_posted(demo: Demo, actie: dict[str, Any]) -> None:
    previews = demo.api().get(f"/api/v1/acties/{actie['id']}/voorbeelden").json()["kanalen"]
    for kanaal in demo.uitvoer["kanalen"]:
        [preview] = [row for row in previews if row["kanaal"] == kanaal["naam"]]
        post = eigen_bericht(demo, kanaal["naam"].removeprefix("proef-"), actie["code"])
        for ours, theirs in ((preview["tekst"], post["tekst"]), (preview["alt"], post["alt"])):
            assert _zonder_code(ours) == _zonder_code(theirs)
        assert preview["teller"] <= preview["maximum"]


def _zonder_code(text: str) -> str:
    return re.sub(r"/[0-9A-HJKMNP-TV-Z]{8}\b", "/CODE", text)


def test_the_living_page_says_whom_to_call_and_asks_one_question_without_free_text(
    demo: Demo, actie: dict[str, Any]
) -> None:
    page = httpx.get(actie["paginaUrl"])
    for woord in ("Ziet u de persoon nu?", "Bel 112", "0800-0011", "WhatsApp", "Hoe kent u deze melding?"):
        assert woord in page.text
    assert page.text.index("Bel 112") < page.text.index("0800-0011")
    assert "<textarea" not in page.text
    assert "set-cookie" not in page.headers
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_the_card_never_shows_the_photo_and_is_the_same_with_and_without_one(demo: Demo) -> None:
    api = demo.api()
    made = post_actie(api, een_actie(kanalen=["proef-stad"])).json()
    card = made["paginaUrl"] + "/kaart.jpg"
    zonder = httpx.get(card).content
    assert post_foto(api, made["id"]).status_code == 201
    met = httpx.get(card).content
    trek_in(api, made["id"])
    slot = httpx.get(card)
    assert Image.open(io.BytesIO(zonder)).size == (1200, 630)
    assert not roze(met)
    assert met == zonder
    assert slot.status_code == 200
    assert slot.content != zonder


def test_without_written_consent_no_network_gets_the_photo(demo: Demo) -> None:
    with lopende_actie(demo, toestemming=False) as actie:
        for account in ("burgers", "regio", "stad"):
            assert not roze(httpx.get(eigen_bericht(demo, account, actie["code"])["mediaUrl"]).content)


def test_a_klik_of_a_person_counts_for_its_kanaal_and_that_of_a_program_does_not(
    demo: Demo, actie: dict[str, Any]
) -> None:
    before = cijfers(demo, actie)
    link = kanaal_link(demo, actie, "burgers")
    opened = httpx.get(link, headers=MENS)
    assert opened.status_code == 302
    assert "no-store" in opened.headers["Cache-Control"]
    assert opened.headers["Location"].startswith(actie["paginaUrl"])
    for agent in ("Twitterbot/1.0", "WhatsApp/2.23", "curl/8.5.0", MENS["User-Agent"]):
        assert httpx.get(link, headers={"User-Agent": agent}).status_code == 302
    assert httpx.head(link, headers=MENS).status_code == 302
    assert httpx.get(link, headers={**MENS, "Sec-Purpose": "prefetch"}).status_code == 302
    after = cijfers(demo, actie)
    assert after["kanalen"]["proef-burgers"]["kliks"] == before["kanalen"]["proef-burgers"]["kliks"] + 1
    assert after["kanalen"]["proef-stad"] == before["kanalen"]["proef-stad"] | {
        "bereik": after["kanalen"]["proef-stad"]["bereik"]
    }
    assert after["totaal"]["kliks"] == before["totaal"]["kliks"] + 1


def test_pressing_share_and_answering_count_for_the_kanaal_the_reader_came_from(
    demo: Demo, actie: dict[str, Any]
) -> None:
    before = cijfers(demo, actie)["kanalen"]["proef-regio"]
    with httpx.Client(headers=MENS, follow_redirects=True) as reader:
        page = reader.get(kanaal_link(demo, actie, "regio"))
        velden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        deel = re.search(r'href="(/a/\w+/deel/whatsapp[^"]*)"', page.text)
        assert deel is not None
        shared = reader.get(demo.url + deel[1].replace("&amp;", "&"), follow_redirects=False)
        assert shared.status_code in {302, 303}
        assert reader.post(actie["paginaUrl"] + "/reactie", data=velden).status_code == 200
        assert reader.post(actie["paginaUrl"] + "/bron", data={**velden, "bron": "whatsapp"}).status_code == 200
    after = cijfers(demo, actie)
    assert after["kanalen"]["proef-regio"]["deelintenties"] == before["deelintenties"] + 1
    assert after["kanalen"]["proef-regio"]["reacties"] == before["reacties"] + 1


def test_a_reactie_by_telephone_is_noted_by_the_meldkamer(demo: Demo, actie: dict[str, Any]) -> None:
    before = cijfers(demo, actie)["totaal"]["reacties"]
    pad = f"/api/v1/acties/{actie['id']}/reacties"
    assert demo.api().post(pad, json={"route": "112", "bron": "whatsapp"}).status_code == 201
    problem(demo.api().post(pad, json={"route": "postduif"}), 400)
    assert cijfers(demo, actie)["totaal"]["reacties"] == before + 1


def test_counts_and_replies_of_the_network_come_back(demo: Demo, actie: dict[str, Any]) -> None:
    post = eigen_bericht(demo, "stad", actie["code"])
    antwoord = {"van": "buurvrouw", "tekst": "Ik zag haar bij de brug.", "volger": True}
    httpx.post(f"{demo.proefnet}/api/accounts/stad/posts/{post['id']}/replies", json=antwoord).raise_for_status()

    def geteld() -> bool:
        bereik = {row["naam"]: row["waarde"] for row in cijfers(demo, actie)["kanalen"]["proef-stad"]["bereik"]}
        return bereik.get("weergaven", 0) > 0 and bereik.get("reacties", 0) >= 1

    until(geteld, "weergaven en reacties van proefnet staan in de statistieken", 30)
    assert "buurvrouw" not in str(cijfers(demo, actie))


def test_a_correction_changes_the_posts_in_place(demo: Demo, actie: dict[str, Any]) -> None:
    before = eigen_bericht(demo, "burgers", actie["code"])
    body = {"signalement": "Blauwe jas, zwarte laarzen.", "reden": "kleur jas"}
    changed = demo.api().post(f"/api/v1/acties/{actie['id']}/correcties", json=body)
    assert changed.status_code in {200, 201}, changed.text
    wacht_op(demo.api(), actie["id"], "corrigeren")
    after = eigen_bericht(demo, "burgers", actie["code"])
    assert after["id"] == before["id"]
    assert "Blauwe jas" in after["tekst"]
    assert "Blauwe jas" in httpx.get(actie["paginaUrl"]).text
