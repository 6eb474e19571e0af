"""Nobody types twice: what another system knows becomes a concept here, once, and never more real than config says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stories.demo_client import ROOT, gelukt, hub_serve, met_sleutel, opdracht

ECHTE_BERICHTEN = ROOT / "tests" / "feeds" / "landactiehost-berichten.json"
VOORBEELD = ROOT / "hub" / "feeds" / "voorbeeld"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, httpx.Client]]:
    """A hub that runs while the commands write beside it: its config, and a client that may read."""
    with (
        hub_serve(tmp_path_factory.mktemp("intake")) as (config, url),
        met_sleutel(config, url, "lezer") as lezer,
    ):
        yield config, lezer


def lees(config: Path, soort: str, bron: Path) -> dict[str, int]:
    """Run the intake and return what it says it did."""
    said = gelukt("intake", soort, "--bron", bron, "--config", config)
    assert "(oefening)" in said
    return {woord: int(aantal) for aantal, woord in re.findall(r"(\d+) (nieuw|gewijzigd|gesloten|al bekend)", said)}


def acties(lezer: httpx.Client, *niveaus: str) -> list[dict[str, Any]]:
    """The acties of these niveaus that this hub knows."""
    return [row for row in lezer.get("/api/v1/acties").json()["acties"] if row["niveau"] in niveaus]


def stand(nieuw: int, gewijzigd: int, gesloten: int, bekend: int) -> dict[str, int]:
    """What one run should report."""
    return {"nieuw": nieuw, "gewijzigd": gewijzigd, "gesloten": gesloten, "al bekend": bekend}


def test_forty_local_acties_come_in_change_and_close_without_a_double(hub: tuple[Path, httpx.Client]) -> None:
    bron = {naam: VOORBEELD / f"acties-{naam}.json" for naam in ("open", "gewijzigd", "gesloten")}
    feed = {naam: json.loads(file.read_text(encoding="utf-8"))["actions"] for naam, file in bron.items()}
    assert len({row["id"] for row in feed["open"]}) == 40
    assert len({row["municipality"] for row in feed["open"]}) == 25
    changed = sum(old != new for old, new in zip(feed["open"], feed["gewijzigd"], strict=True))
    config, lezer = hub
    assert lees(config, "actions", bron["open"]) == stand(40, 0, 0, 0)
    ids = {row["id"] for row in acties(lezer, "lokaal")}
    assert len(ids) == 40
    assert len({row["gemeente"] for row in acties(lezer, "lokaal")}) == 25
    assert {(row["fase"], row["oefening"]) for row in acties(lezer, "lokaal")} == {("concept", True)}
    assert lees(config, "actions", bron["open"]) == stand(0, 0, 0, 40)
    assert lees(config, "actions", bron["gewijzigd"]) == stand(0, changed, 0, 40 - changed)
    assert sum(row["versie"] > 1 for row in acties(lezer, "lokaal")) == changed
    assert lees(config, "actions", bron["gewijzigd"]) == stand(0, 0, 0, 40)
    assert lees(config, "actions", bron["gesloten"]) == stand(0, 0, 40, 0)
    assert {row["fase"] for row in acties(lezer, "lokaal")} <= {"afgesloten", "ingetrokken"}
    assert lees(config, "actions", bron["gesloten"]) == stand(0, 0, 0, 40)
    assert {row["id"] for row in acties(lezer, "lokaal")} == ids


def test_real_national_messages_become_exercises_and_a_bad_feed_closes_nothing(
    hub: tuple[Path, httpx.Client], tmp_path: Path
) -> None:
    berichten = json.loads(ECHTE_BERICHTEN.read_text(encoding="utf-8"))
    assert {bericht["State"] for bericht in berichten} == {"Actual"}
    kapot, leeg, half = tmp_path / "kapot.json", tmp_path / "leeg.json", tmp_path / "half.json"
    kapot.write_text("<html>storing</html>", encoding="utf-8")
    leeg.write_text("[]", encoding="utf-8")
    half.write_text(json.dumps(berichten[:1]), encoding="utf-8")
    config, lezer = hub
    assert lees(config, "landactiehost", half) == stand(1, 0, 0, 0)
    lopend = [(row["id"], row["fase"]) for row in acties(lezer, "landelijk", "regionaal")]
    assert "leeg" in gelukt("intake", "landactiehost", "--bron", leeg, "--config", config)
    refused = opdracht("intake", "landactiehost", "--bron", kapot, "--config", config)
    assert (refused.returncode != 0, "Traceback" in refused.stderr) == (True, False)
    assert [(row["id"], row["fase"]) for row in acties(lezer, "landelijk", "regionaal")] == lopend
    assert lees(config, "landactiehost", ECHTE_BERICHTEN) == stand(1, 0, 2, 1)
    assert lees(config, "landactiehost", ECHTE_BERICHTEN) == stand(0, 0, 0, 4)
    rows = acties(lezer, "landelijk", "regionaal")
    assert {row["oefening"] for row in rows} == {True}
    assert {row["niveau"] for row in rows} == {"landelijk", "regionaal"}
    assert {row["type"] for row in rows} == {"vermist-persoon"}
    assert not {"actief", "concept"} & {row["fase"] for row in rows}
