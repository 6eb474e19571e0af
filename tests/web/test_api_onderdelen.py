"""What belongs to one actie, over the wire."""

import io
from base64 import b64decode, urlsafe_b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PIL import Image

from hub.delivery import claim
from hub.delivery import store as delivery
from tests.web.huis import Huis


def een_foto() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 800), (120, 140, 160)).save(out, "JPEG")
    return out.getvalue()


def een_actie(huis: Huis, **anders: Any) -> str:
    answer = huis.start(**anders)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


def stuur_foto(huis: Huis, actie_id: str, data: bytes, rol: str = "meldkamer", **velden: str) -> Any:
    return huis.client.post(
        f"/api/v1/acties/{actie_id}/fotos",
        headers=huis.kop(rol),
        files={"bestand": ("foto.jpg", data, "image/jpeg")},
        data={"toestemmingSchriftelijk": "true", **velden},
    )


def test_a_photo_is_added_and_public_while_the_actie_runs(huis: Huis) -> None:
    actie_id = een_actie(huis)
    answer = stuur_foto(huis, actie_id, een_foto(), focusX="0.4", focusY="0.2")
    assert answer.status_code == 201, answer.text
    foto = answer.json()
    assert (foto["focusX"], foto["focusY"], foto["versie"]) == (0.4, 0.2, 2)
    assert huis.client.get(foto["url"]).status_code == 200
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    assert huis.client.get(foto["url"]).status_code == 410


def test_a_photo_of_a_child_in_a_local_actie_is_refused_with_its_rule(huis: Huis) -> None:
    answer = stuur_foto(huis, een_actie(huis, niveau="lokaal"), een_foto())
    assert answer.status_code == 403
    assert answer.json()["regel"]


@pytest.mark.parametrize("data", [b"", b"geen foto", een_foto()[:2000]], ids=["leeg", "tekst", "half"])
def test_what_is_no_photo_is_refused(huis: Huis, data: bytes) -> None:
    answer = stuur_foto(huis, een_actie(huis), data)
    assert answer.status_code == 400
    assert answer.json()["fouten"][0]["veld"] == "bestand"


def test_a_photo_form_tells_all_its_faults(huis: Huis) -> None:
    actie_id = een_actie(huis)
    answer = huis.client.post(
        f"/api/v1/acties/{actie_id}/fotos",
        headers=huis.kop("meldkamer"),
        files={"iets": ("x", b"x")},
        data={"focusX": "links", "focusY": "2", "toestemmingSchriftelijk": "soms"},
    )
    assert answer.status_code == 400
    velden = {fout["veld"] for fout in answer.json()["fouten"]}
    assert velden == {"bestand", "focusX", "focusY", "toestemmingSchriftelijk"}


def test_a_photo_over_the_limit_is_not_even_read(huis: Huis) -> None:
    assert stuur_foto(huis, een_actie(huis), b"x" * 12_000_001).status_code == 413


def test_previews_say_what_each_kanaal_gets_and_why_another_does_not(huis: Huis) -> None:
    huis.post("adviseur", "/kanalen", {"naam": "elders", "netwerk": "handmatig", "gemeenten": ["GM0363"]})
    shown = huis.get("meldkamer", f"/acties/{een_actie(huis)}/voorbeelden").json()
    per = {item["kanaal"]: item for item in shown["kanalen"]}
    assert per["buurtapp"]["teller"] <= per["buurtapp"]["maximum"]
    assert "112" in per["buurtapp"]["tekst"]
    assert per["elders"]["tekst"] is None
    assert per["elders"]["reden"]
    assert {item["formaat"] for item in shown["formaten"]} == set(huis.deps.renderer.formats())


def test_a_preview_tells_of_each_format_whether_it_has_a_qr_and_why_it_may_not_leave(huis: Huis) -> None:
    tekenaar: Any = huis.deps.renderer
    tekenaar.bezwaren = {"kaart-1200x630": ("kaart-1200x630: de kop is te lang. Maak de titel korter.",)}
    shown = huis.get("meldkamer", f"/acties/{een_actie(huis)}/voorbeelden").json()
    per = {item["formaat"]: (item["qr"], item["bezwaren"]) for item in shown["formaten"]}
    assert per == {
        "kaart-1200x630": (True, ["kaart-1200x630: de kop is te lang. Maak de titel korter."]),
        "staand-1080x1920": (True, []),
    }


def test_no_check_of_a_poster_sees_a_photo_that_may_not_be_shown(huis: Huis) -> None:
    tekenaar: Any = huis.deps.renderer
    for toestemming, mag in (("true", True), ("false", False)):
        actie_id = een_actie(huis, publiceren=False)
        stuur_foto(huis, actie_id, een_foto(), toestemmingSchriftelijk=toestemming)
        huis.get("meldkamer", f"/acties/{actie_id}/voorbeelden")
        assert [request.foto is not None for request in tekenaar.gekeurd[-2:]] == [mag, mag]
        huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
        huis.get("meldkamer", f"/acties/{actie_id}/voorbeelden")
        assert [request.foto for request in tekenaar.gekeurd[-2:]] == [None, None]


def test_deliveries_have_the_promised_shape(huis: Huis) -> None:
    rows = huis.get("lezer", f"/acties/{een_actie(huis)}/bezorgingen").json()["bezorgingen"]
    assert {row["kanaal"] for row in rows} == {"buurtapp", "wijkgroep"}
    promised = {"id", "kanaal", "soort", "staat", "pogingen", "berichtUrl", "gestartOp", "bevestigdOp", "fout"}
    assert promised <= set(rows[0])
    assert (rows[0]["soort"], rows[0]["staat"], rows[0]["berichtUrl"]) == ("publiceren", "wachtrij", None)


def test_the_receipt_is_signed_over_its_bytes(huis: Huis) -> None:
    actie_id = een_actie(huis)
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    answer = huis.get("lezer", f"/acties/{actie_id}/intrekkingsbewijs")
    jwk = huis.client.get("/.well-known/actiehub-sleutel.json").json()
    key = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(jwk["x"] + "=="))
    key.verify(b64decode(answer.headers["Handtekening"]), answer.content)
    assert {"compleet", "plaatsen", "buitenBereik"} <= set(answer.json())
    assert all(plaats["staat"] for plaats in answer.json()["plaatsen"])


def test_a_withdrawn_actie_holds_no_person(huis: Huis) -> None:
    actie_id = een_actie(huis)
    answer = huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    assert answer.status_code == 201
    assert (answer.json()["fase"], answer.json()["reden"]) == ("ingetrokken", "gevonden")
    assert "Sanne" not in huis.get("lezer", f"/acties/{actie_id}").text
    again = huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "fout"})
    assert again.json()["reden"] == "gevonden"


def test_a_reason_that_does_not_exist_is_refused(huis: Huis) -> None:
    answer = huis.post("meldkamer", f"/acties/{een_actie(huis)}/intrekkingen", {"reden": "zomaar"})
    assert (answer.status_code, answer.json()["fouten"][0]["veld"]) == (400, "reden")


def test_a_correction_is_a_new_versie(huis: Huis) -> None:
    actie_id = een_actie(huis)
    changed = huis.post("meldkamer", f"/acties/{actie_id}/correcties", {"titel": "Sanne (9), groene jas"}).json()
    assert (changed["versie"], changed["titel"]) == (2, "Sanne (9), groene jas")
    assert changed["signalement"].startswith("Donker krullend haar")
    empty = huis.post("meldkamer", f"/acties/{actie_id}/correcties", {"titel": ""})
    assert empty.status_code == 400


def test_an_extension_moves_the_end(huis: Huis) -> None:
    made = huis.start().json()
    longer = huis.post("meldkamer", f"/acties/{made['id']}/verlengingen", {"minuten": 30}).json()
    assert longer["looptijdMinuten"] == 90
    assert huis.post("meldkamer", f"/acties/{made['id']}/verlengingen", {"minuten": 0}).status_code == 400


def test_a_closed_actie_cannot_change(huis: Huis) -> None:
    actie_id = een_actie(huis)
    assert huis.post("meldkamer", f"/acties/{actie_id}/afsluitingen").json()["fase"] == "afgesloten"
    assert huis.post("meldkamer", f"/acties/{actie_id}/correcties", {"titel": "X"}).status_code == 409


def test_a_concept_is_sent_later(huis: Huis) -> None:
    actie_id = een_actie(huis, publiceren=False)
    assert huis.get("lezer", f"/acties/{actie_id}").json()["fase"] == "concept"
    assert huis.post("meldkamer", f"/acties/{actie_id}/publicaties").json()["fase"] == "actief"
    assert huis.post("meldkamer", f"/acties/{actie_id}/goedkeuringen").status_code == 409


def test_reacties_are_counted_by_route_and_bron(huis: Huis) -> None:
    actie_id = een_actie(huis)
    for route in ("112", "app"):
        answer = huis.post("meldkamer", f"/acties/{actie_id}/reacties", {"route": route, "bron": "whatsapp"})
        assert answer.status_code == 201
    cijfers = huis.get("lezer", f"/acties/{actie_id}/statistieken").json()
    assert cijfers["totaal"]["reacties"] == 2
    assert {rij["kanaal"] for rij in cijfers["kanalen"]} == {"buurtapp", "wijkgroep"}
    wrong = huis.post("meldkamer", f"/acties/{actie_id}/reacties", {"route": "duif", "bron": "krant"})
    assert {fout["veld"] for fout in wrong.json()["fouten"]} == {"route", "bron"}


def test_an_outcome_can_come_late(huis: Huis) -> None:
    actie_id = een_actie(huis)
    assert huis.get("lezer", f"/acties/{actie_id}/uitkomst").status_code == 404
    huis.post("meldkamer", f"/acties/{actie_id}/afsluitingen")
    body = {"uitkomst": "gevonden", "dankzijBurger": "ja", "gevondenOp": "2026-03-01T15:00:00+01:00"}
    noted = huis.post("meldkamer", f"/acties/{actie_id}/uitkomst", body)
    assert noted.status_code == 201, noted.text
    assert noted.json()["gevondenOp"] == "2026-03-01T14:00:00.000Z"
    bare = huis.post("meldkamer", f"/acties/{actie_id}/uitkomst", {**body, "gevondenOp": "2026-03-01T15:00:00"})
    assert bare.json()["fouten"][0]["melding"].startswith("Zet de tijdzone erbij")


def maak_taak(huis: Huis, actie_id: str, soort: str) -> str:
    """Let the first row of this kind become a task, as the worker does for a kanaal kept by hand."""

    def work(session: Any) -> str:
        now = huis.klok.now()
        claimed = claim.claim(session, "proef", now, {}, 10)
        row = next(item for item in claimed if item.soort == soort)
        delivery.settle(session, row, "proef", "handwerk", now)
        return row.id

    return huis.deps.db.write_sync(work)


def test_a_person_answers_for_a_post_by_hand(huis: Huis) -> None:
    actie_id = een_actie(huis)
    task = maak_taak(huis, actie_id, "publiceren")
    body = {"antwoord": "staat-er", "berichtUrl": "https://app.example/1"}
    for wrong in ("app.example/1", "javascript:alert(1)", "https://politie.nl@app.example/1"):
        refused = huis.post("meldkamer", f"/bezorgingen/{task}/antwoord", {**body, "berichtUrl": wrong})
        assert refused.status_code == 400
        assert "inlognaam" in refused.text
    answer = huis.post("meldkamer", f"/bezorgingen/{task}/antwoord", body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["staat"], answer.json()["berichtUrl"]) == ("verzonden", "https://app.example/1")
    assert answer.json()["bewijs"] == "persoon"
    assert huis.post("meldkamer", f"/bezorgingen/{task}/antwoord", body).status_code == 409
    assert huis.post("meldkamer", "/bezorgingen/geen/antwoord", body).status_code == 404


def test_a_removal_is_done_when_the_post_is_not_there(huis: Huis) -> None:
    actie_id = een_actie(huis)
    posted = maak_taak(huis, actie_id, "publiceren")
    huis.post("meldkamer", f"/bezorgingen/{posted}/antwoord", {"antwoord": "staat-er"})
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    task = maak_taak(huis, actie_id, "intrekken")
    answer = huis.post("meldkamer", f"/bezorgingen/{task}/antwoord", {"antwoord": "staat-er-niet"})
    assert (answer.json()["staat"], answer.json()["bewijs"]) == ("verzonden", "persoon")


def test_acties_outside_the_own_regions_do_not_exist(huis: Huis) -> None:
    actie_id = een_actie(huis, gemeente="GM0363", gebied={"gemeenten": ["GM0363"]})
    assert huis.get("gemeente", f"/acties/{actie_id}").status_code == 404
    assert huis.get("gemeente", f"/acties/{actie_id}/bezorgingen").status_code == 404
    assert huis.get("gemeente", f"/acties/{actie_id}/intrekkingsbewijs").status_code == 404
    assert huis.get("gemeente", "/acties").json() == {"acties": []}
    assert len(huis.get("lezer", "/acties").json()["acties"]) == 1


def test_a_gemeente_starts_preventie_at_home_only(huis: Huis) -> None:
    preventie = {"soort": "preventie", "type": "woninginbraak", "niveau": "lokaal", "persoon": None}
    home = huis.start("gemeente", **preventie, gebied={"gemeenten": ["GM0344"]})
    assert (home.status_code, home.json()["fase"]) == (201, "wacht-op-goedkeuring"), home.text
    away = huis.start("gemeente", **preventie, gemeente="GM0363", gebied=None)
    assert (away.status_code, away.json()["regel"]) == (403, "rol-gebied")
    assert huis.start("gemeente").json()["regel"] == "rol-soort"


def test_the_list_is_filtered(huis: Huis) -> None:
    een_actie(huis)
    een_actie(huis, publiceren=False, oefening=True)
    listed = huis.get("lezer", "/acties", params={"fase": "concept"}).json()["acties"]
    assert [actie["oefening"] for actie in listed] == [True]
    assert len(huis.get("lezer", "/acties", params={"limiet": 1}).json()["acties"]) == 1
    assert huis.get("lezer", "/acties", params={"limiet": "veel"}).status_code == 400


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_an_instant_at_the_end_of_the_calendar_is_refused(huis: Huis, moment: str) -> None:
    actie_id = huis.start().json()["id"]
    body = {"uitkomst": "gevonden", "gevondenOp": moment}
    answer = huis.post("meldkamer", f"/acties/{actie_id}/uitkomst", body)
    assert answer.status_code == 400
    assert [fault["veld"] for fault in answer.json()["fouten"]] == ["gevondenOp"]
