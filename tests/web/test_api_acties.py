"""POST /acties over the wire: everything DESIGN promises about one body."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.huis import ACTIE, Huis


def test_an_actie_is_made_and_sent_at_once(huis: Huis) -> None:
    answer = huis.start()
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["fase"] == "actief"
    assert made["versie"] == 1
    assert made["paginaUrl"].endswith(f"/a/{made['code']}")
    assert answer.headers["Location"] == made["url"]
    assert huis.get("lezer", f"/acties/{made['id']}").json() == made
    assert answer.headers["API-Version"] == "1.0.0"


def test_a_repeat_gets_the_same_answer(huis: Huis) -> None:
    first, second = (huis.post("meldkamer", "/acties", ACTIE, Idempotency_Key="een") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_the_order_of_fields_does_not_make_another_request(huis: Huis) -> None:
    first = huis.post("meldkamer", "/acties", ACTIE, Idempotency_Key="een")
    turned = dict(reversed(ACTIE.items()))
    assert huis.post("meldkamer", "/acties", turned, Idempotency_Key="een").json() == first.json()


def test_a_key_is_good_for_one_body(huis: Huis) -> None:
    huis.post("meldkamer", "/acties", ACTIE, Idempotency_Key="een")
    answer = huis.post("meldkamer", "/acties", {**ACTIE, "titel": "Anders"}, Idempotency_Key="een")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_twenty_equal_requests_at_once_make_one_actie(huis: Huis) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: huis.post("meldkamer", "/acties", ACTIE, Idempotency_Key="een"), range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(huis.get("lezer", "/acties").json()["acties"]) == 1


def test_a_running_kenmerk_is_pointed_out(huis: Huis) -> None:
    made = huis.post("meldkamer", "/acties", ACTIE, Idempotency_Key="een").json()
    answer = huis.post("meldkamer", "/acties", ACTIE, Idempotency_Key="twee")
    assert answer.status_code == 409
    assert answer.json()["actieUrl"] == made["url"]


def test_all_faults_come_at_once(huis: Huis) -> None:
    body = {
        **ACTIE,
        "titel": "",
        "type": "onzin",
        "looptijdMinuten": "60",
        "gemeente": "GM9999",
        "kleur": "rood",
        "gebied": {"cirkel": {"lat": 52.1, "lon": "5", "straalMeters": 1}},
        "persoon": {"leeftijd": True},
    }
    answer = huis.post("meldkamer", "/acties", body)
    assert answer.status_code == 400
    velden = {fout["veld"] for fout in answer.json()["fouten"]}
    assert velden >= {
        "Idempotency-Key",
        "titel",
        "type",
        "looptijdMinuten",
        "gemeente",
        "kleur",
        "gebied.cirkel.lon",
        "persoon.leeftijd",
    }


def test_what_is_missing_is_named_in_dutch(huis: Huis) -> None:
    fouten = huis.post("meldkamer", "/acties", {"type": "onzin"}, Idempotency_Key="een").json()["fouten"]
    sentences = {fout["veld"]: fout["melding"] for fout in fouten}
    assert sentences["kenmerk"] == "Dit veld ontbreekt. Vul het in."
    assert "vermist-persoon" in sentences["type"]
    assert set(sentences) == {"kenmerk", "soort", "type", "niveau", "titel", "bericht", "gemeente"}


def test_a_misspelt_field_gets_a_hint(huis: Huis) -> None:
    answer = huis.start(looptijdMinutn=60)
    assert answer.json()["fouten"] == [
        {"veld": "looptijdMinutn", "melding": "Dit veld bestaat niet. Bedoelt u looptijdMinuten?"}
    ]


@pytest.mark.parametrize(
    "body",
    [
        b'{"titel": "a", "titel": "b"}',
        b'{"gebied": {"cirkel": {"lat": NaN}}}',
        b'{"gebied": {"cirkel": {"lat": 1e400}}}',
        b'{"persoon": {"leeftijd": ' + b"9" * 5000 + b"}}",
        b"[" * 5000 + b"]" * 5000,
        b"[" * 200_000,
        b'{"titel": "\xff"}',
        b'{"titel": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"{",
        b"[]",
        b"null",
        b"",
    ],
    ids=range(13),
)
def test_json_that_leaves_doubt_is_refused(huis: Huis, body: bytes) -> None:
    headers = {**huis.kop("meldkamer"), "Idempotency-Key": "een", "Content-Type": "application/json"}
    answer = huis.client.post("/api/v1/acties", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert answer.json()["fouten"]


def test_a_body_over_a_megabyte_is_refused(huis: Huis) -> None:
    answer = huis.start(bericht="x" * 1_000_001)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_policy_names_its_rule(huis: Huis) -> None:
    answer = huis.start("adviseur")
    assert answer.status_code == 403
    assert answer.json()["regel"] == "rol-soort"
