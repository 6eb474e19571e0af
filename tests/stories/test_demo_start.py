"""What `hub demo --json` promises to a script: one line, six schermen, three kanalen, and all of it back next time."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import httpx
import pytest

from tests.stories.demo_client import (
    ROLLEN,
    Demo,
    bereikbaar,
    een_actie,
    opdracht,
    post_actie,
    start_demo,
    trek_in,
    until,
    wacht_op,
)


@dataclass
class TweeKeer:
    """Two starts on one map with an actie running over the stop, and a second process that wanted in."""

    eerste: dict[str, Any]
    acties_bij_begin: list[dict[str, Any]]
    ernaast: "CompletedProcess[str]"
    bleef: bool
    na_stop: tuple[int, str, bool, bool, str]
    tweede: Demo
    actie: dict[str, Any]


@pytest.fixture(scope="module")
def twee_keer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TweeKeer]:
    """Start, publish an actie, stop by SIGTERM, start again on the same map."""
    map_ = tmp_path_factory.mktemp("herstart") / "map"
    eerste = start_demo(map_)
    api = eerste.api()
    bij_begin = api.get("/api/v1/acties").json()["acties"]
    actie = post_actie(api, een_actie()).json()
    wacht_op(api, actie["id"], "publiceren")
    before = (map_ / "config.yaml").read_bytes(), (map_ / "demo.json").read_bytes()
    ernaast = opdracht("demo", "--map", map_, "--poort", "0", "--json")
    after = (map_ / "config.yaml").read_bytes(), (map_ / "demo.json").read_bytes()
    bleef = before == after and bereikbaar(eerste.proefnet)
    code = eerste.stop()
    na_stop = (code, eerste.rest, bereikbaar(eerste.url), bereikbaar(eerste.proefnet), eerste.fouten)
    tweede = start_demo(map_)
    print(f"Eerste start {eerste.startseconden:.1f} s, tweede {tweede.startseconden:.1f} s (doel: minder dan 5 s)")  # noqa: T201
    yield TweeKeer(eerste.uitvoer, bij_begin, ernaast, bleef, na_stop, tweede, actie)
    tweede.stop()


def test_the_first_line_tells_a_script_where_everything_is(demo: Demo) -> None:
    told = demo.uitvoer
    assert set(told) == {"url", "sleutels", "logins", "schermen", "kanalen"}
    assert set(told["sleutels"]) == set(told["logins"]) == set(ROLLEN)
    assert all(isinstance(key, str) and key for key in told["sleutels"].values())
    assert all(set(login) == {"naam", "wachtwoord"} for login in told["logins"].values())
    assert len(told["schermen"]) >= 6
    assert all(set(scherm) == {"naam", "url"} for scherm in told["schermen"])
    assert all(scherm["url"].startswith(f"{told['url']}/s/") for scherm in told["schermen"])
    assert all(scherm["url"].endswith("/") for scherm in told["schermen"])
    assert len(told["kanalen"]) >= 3
    assert all(set(kanaal) == {"naam", "netwerk", "basisUrl"} for kanaal in told["kanalen"])
    assert told["url"].startswith("http://127.0.0.1:")


def test_the_secrets_are_for_the_owner_of_the_map_alone(demo: Demo) -> None:
    mode = stat.S_IMODE((demo.map / "demo.json").stat().st_mode)
    assert mode == 0o600


def test_no_actie_runs_before_the_script_starts_one(twee_keer: TweeKeer) -> None:
    assert [actie for actie in twee_keer.acties_bij_begin if actie["fase"] == "actief"] == []


def test_every_scherm_hangs_in_the_same_gemeente(demo: Demo) -> None:
    schermen = demo.api("adviseur").get("/api/v1/schermen").json()["schermen"]
    assert {scherm["naam"] for scherm in schermen} >= set(demo.schermen)
    assert {scherm["gemeente"] for scherm in schermen} == {"GM0344"}


def test_manual_kanalen_are_there_but_not_chosen_by_themselves(demo: Demo) -> None:
    kanalen = {row["naam"]: row for row in demo.api("adviseur").get("/api/v1/kanalen").json()["kanalen"]}
    told = {kanaal["naam"] for kanaal in demo.uitvoer["kanalen"]}
    assert told < set(kanalen)
    assert all(kanalen[naam]["aan"] and not kanalen[naam]["echt"] for naam in told)


def test_sigterm_ends_the_demo_and_its_proefnet_without_noise(twee_keer: TweeKeer) -> None:
    _, rest, hub_leeft, proefnet_leeft, fouten = twee_keer.na_stop
    assert rest == ""
    assert not hub_leeft
    assert not proefnet_leeft
    assert "Traceback" not in fouten


def test_a_second_process_on_the_same_map_is_refused_in_a_sentence(twee_keer: TweeKeer) -> None:
    said = twee_keer.ernaast
    assert said.returncode != 0
    assert said.stdout == ""
    assert said.stderr.strip().endswith(".")
    assert "Traceback" not in said.stderr
    assert twee_keer.bleef, "the demo that runs keeps its settings and its proefnet"


def test_keys_logins_and_addresses_survive_a_restart(twee_keer: TweeKeer) -> None:
    again = twee_keer.tweede.uitvoer
    assert again["sleutels"] == twee_keer.eerste["sleutels"]
    assert again["logins"] == twee_keer.eerste["logins"]
    paden = [[httpx.URL(scherm["url"]).path for scherm in told["schermen"]] for told in (again, twee_keer.eerste)]
    assert paden[0] == paden[1]


def test_the_running_actie_is_still_there_after_a_restart_and_everything_of_it_can_still_go(
    twee_keer: TweeKeer,
) -> None:
    demo, actie_id = twee_keer.tweede, twee_keer.actie["id"]
    api = demo.api()
    assert api.get(f"/api/v1/acties/{actie_id}").json()["fase"] == "actief"
    assert all("Noor" in posts[0]["tekst"] for posts in demo.tijdlijn().values())
    for url in demo.schermen.values():
        assert "Noor" in until(lambda url=url: _tekst(url), "het scherm toont de actie")
    trek_in(api, actie_id)
    for url in demo.schermen.values():
        httpx.get(url + "img.jpg")
    bewijs = f"/api/v1/acties/{actie_id}/intrekkingsbewijs"
    until(lambda: api.get(bewijs).json()["compleet"], "alles van voor de herstart is weg")
    assert "Noor" not in str(demo.tijdlijn())


def _tekst(scherm_url: str) -> str:
    """Text of a scherm that shows an actie; empty while it is neutral."""
    text = httpx.get(scherm_url + "text.txt").text
    return text if "112" in text else ""


def test_a_map_or_port_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("geen map")
    for woorden in (("--map", tmp_path / "bestand"), ("--map", tmp_path / "map", "--poort", "99999")):
        said = opdracht("demo", *woorden)
        assert said.returncode == 2
        assert "Traceback" not in said.stderr
        assert "should" not in said.stderr
    assert not (tmp_path / "map").exists()
