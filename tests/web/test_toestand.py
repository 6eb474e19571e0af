"""The hub about itself: page, badge, API, readiness and figures say the same."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from hub.delivery import store as delivery
from hub.kanalen import store as kanalen
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.kit.tables import ProcesRij
from hub.web import site
from tests.builders import NU, Klok
from tests.web.huis import ADRES, Huis, maak_deps


def pause(huis: Huis) -> None:
    """The netwerk no longer accepts the credentials of one kanaal."""
    now = huis.klok.now()
    huis.deps.db.write_sync(lambda s: kanalen.note_failure(s, "buurtapp", "Ingetrokken.", now, pause=True))


def punten(huis: Huis) -> dict[str, Any]:
    return {item["naam"]: item for item in huis.get("lezer", "/toestand").json()["punten"]}


def page(huis: Huis, pad: str = "/toestand") -> str:
    answer = huis.client.get(pad, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return str(answer.text)


def test_the_api_lists_every_check_with_alarms_first(huis: Huis) -> None:
    assert punten(huis)["kanalen"]["stand"] == "goed"
    pause(huis)
    found = huis.get("lezer", "/toestand").json()
    assert found["stand"] == found["punten"][0]["stand"] == "alarm"
    assert found["alarmen"] == sum(item["stand"] == "alarm" for item in found["punten"])
    assert found["gemetenOp"] == "2026-03-01T13:05:00.000Z"
    assert punten(huis)["kanalen"] | {"uitleg": ""} == {
        "naam": "kanalen", "titel": "Kanalen", "stand": "alarm", "uitleg": "", "waarde": 1, "eenheid": "aantal",
    }  # fmt: skip


def test_the_page_tells_a_reader_what_is_wrong_and_what_to_do(huis: Huis) -> None:
    pause(huis)
    huis.inloggen("lezer")
    shown = page(huis)
    assert "<h1" in shown
    assert punten(huis)["kanalen"]["uitleg"] in shown
    assert shown.index('id="punt-kanalen"') < shown.index('id="punt-bezorger"')
    part = page(huis, "/toestand/punten")
    assert 'hx-get="/toestand/punten"' in part
    assert "<h1" not in part


def test_only_who_keeps_the_hub_reads_on_which_machine_and_where_on_its_disk(huis: Huis) -> None:
    def schrijft(session: Session) -> None:
        tot = huis.klok.now() + timedelta(seconds=10)
        session.add(
            ProcesRij(id="p2", soort="work", machine="hub-b", pid=77, journaal="/data/log", gestart_op=NU, tot_op=tot)
        )

    huis.deps.db.write_sync(schrijft)
    for rol in ("lezer", "meldkamer", "adviseur", "beheerder"):
        found = {item["naam"]: item for item in huis.get(rol, "/toestand").json()["punten"]}
        assert ("hub-b, proces 77: /data/log" in found["journaal"]["uitleg"]) is (rol in ("adviseur", "beheerder"))
    assert not any("/data/log" in page(huis, pad) for pad in ("/toestand", "/toestand/punten"))


def test_every_page_carries_the_number_of_alarms_in_the_menu(huis: Huis) -> None:
    pause(huis)
    huis.inloggen("lezer")
    alarmen = huis.get("lezer", "/toestand").json()["alarmen"]
    for pad in ("/acties", "/schermen", "/toestand"):
        assert f'ah-teller--alarm">{alarmen}<' in page(huis, pad)


def test_the_page_shows_no_names_of_another_region(huis: Huis) -> None:
    pause(huis)
    huis.start()
    assert not {"buurtapp", "Sanne"} & set(huis.get("gemeente", "/toestand").text.replace('"', " ").split())


@contextmanager
def holding(db: Db) -> Iterator[None]:
    """Another program holds the database."""
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


def ready(db: Db, vault: Vault, klok: Klok, age: float | None) -> Any:
    deps = replace(maak_deps(db, vault, klok, Config(adres=ADRES)), hartslag=lambda: age)
    return TestClient(site.build(deps), base_url=ADRES).get("/readyz")


def test_the_page_opens_while_the_database_stores_nothing(huis: Huis) -> None:
    huis.inloggen("lezer")
    with holding(huis.deps.db):
        assert "De database slaat niets op." in page(huis)


def test_not_ready_names_the_alarms_and_nothing_else(db: Db, vault: Vault, klok: Klok) -> None:
    with holding(db):
        answer = ready(db, vault, klok, None)
    assert (answer.status_code, answer.json()["alarmen"]) == (503, ["bezorger", "database"])


def test_an_alarm_that_keeps_no_work_from_being_done_leaves_the_hub_ready(huis: Huis) -> None:
    pause(huis)
    assert huis.client.get("/readyz").status_code == 200
    assert ready(huis.deps.db, huis.deps.vault, huis.klok, 6.0).json()["alarmen"] == ["bezorger"]


def test_figures_for_prometheus_name_no_actie(huis: Huis) -> None:
    made = huis.start().json()
    huis.klok.verder(seconds=7)
    shown = huis.client.get("/metrics", headers=huis.kop("beheerder")).text
    lines = dict(line.rsplit(" ", 1) for line in shown.splitlines() if not line.startswith("#"))
    rows = huis.deps.db.read_sync(lambda s: delivery.of_actie(s, made["id"]))
    waiting = sum(row.staat == "wachtrij" for row in rows)
    assert float(lines['actiehub_bezorgingen{staat="wachtrij"}']) == waiting == 2
    assert float(lines["actiehub_oudste_wachtend_seconden"]) == 7
    assert float(lines["actiehub_intrekkingen_open"]) == 0
    assert float(lines["actiehub_worker_stil_seconden"]) == 0.1
    assert float(lines["actiehub_wal_bytes"]) > 0
    assert not [name for name in lines if made["id"] in name or made["code"] in name]
