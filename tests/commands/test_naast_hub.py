"""Short commands beside a hub that runs on the same database, and what config.yaml lays down at the start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.acties import store as acties
from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.kanalen import store as kanalen
from hub.kit import config as settings
from hub.kit.databases import opened
from hub.screens import store as screens
from hub.toegang import keys
from tests.commands.conftest import FEEDS, Doe, write

BEIDE = """
kanalen:
  - {naam: met-de-hand, netwerk: handmatig}
schermen:
  - {naam: Stationshal, gemeente: GM0344, breedte: 1920, hoogte: 1080}
"""


@asynccontextmanager
async def hub_on(config: Path) -> AsyncIterator[Hub]:
    """A running hub of this config, without a web server."""
    async with running(Hub(settings.load(config), PARTS)) as hub:
        yield hub


async def test_local_acties_come_in_change_and_close_twice_without_a_double(config: Path, doe: Doe) -> None:
    async with hub_on(config) as hub:
        for name in ("open", "open", "gewijzigd", "gewijzigd", "gesloten", "gesloten"):
            read = await asyncio.to_thread(doe, "intake", "actions", "--bron", str(FEEDS / f"acties-{name}.json"))
            assert (read.code, read.fout) == (0, "")
        found = await hub.db.read(lambda s: acties.find_many(s, limit=1000))
    assert len(found) == 40
    assert {actie.oefening for actie in found} == {True}
    assert {actie.fase for actie in found} == {"ingetrokken"}


async def test_a_key_made_beside_a_running_hub_works_there_at_once(config: Path, doe: Doe) -> None:
    async with hub_on(config) as hub:
        key = (await asyncio.to_thread(doe, "sleutels", "maak", "--rol", "lezer")).uit.strip()
        assert await hub.db.read(lambda s: keys.find(s, key)) is not None


async def test_a_second_hub_on_the_same_file_refuses(config: Path, doe: Doe) -> None:
    async with hub_on(config):
        second = await asyncio.to_thread(doe, "serve", "--poort", "0")
    assert second.code == 2
    assert "hub.db is al in gebruik door een andere hub." in second.fout


def test_only_a_source_in_config_is_real(tmp_path: Path, doe: Doe) -> None:
    known = FEEDS / "acties-open.json"
    write(tmp_path, f"bronnen:\n- {{naam: stad, soort: actions, url: '{known}', modus: echt}}\n")
    copy = tmp_path / "kopie.json"
    copy.write_bytes(known.read_bytes())
    assert "stad (echt): 40 berichten" in doe("intake", "actions", "--bron", str(known)).uit
    assert "los-actions (oefening): 40 berichten" in doe("intake", "actions", "--bron", str(copy)).uit
    assert "stad (echt): 40 berichten" in doe("intake", "actions", "--bron", "stad").uit
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as db:
        found = db.read_sync(lambda s: acties.find_many(s, limit=1000))
    assert sorted(actie.oefening for actie in found) == [False] * 40 + [True] * 40


def test_a_source_that_is_away_ends_with_one_and_closes_nothing(doe: Doe) -> None:
    away = doe("intake", "landactiehost", "--bron", "weg.json")
    assert away.code == 1
    assert "Lopende acties blijven lopen." in away.uit


async def test_what_leaves_config_is_switched_off_and_comes_back_with_the_same_address(tmp_path: Path) -> None:
    write(tmp_path, BEIDE)
    states = []
    for extra in (BEIDE, "", BEIDE.replace("1920", "1280").replace("1080}", "720}")):
        async with hub_on(write(tmp_path, extra)) as hub:
            (kanaal,) = await hub.db.read(kanalen.every)
            ((som, scherm),) = await hub.db.read(screens.tokens)
            states.append((kanaal.aan, scherm.aan, scherm.vastgelegd, scherm.breedte, som))
    address = states[0][-1]
    assert states == [
        (True, True, True, 1920, address),
        (False, False, True, 1920, address),
        (True, True, True, 1280, address),
    ]


async def test_a_laid_down_scherm_gets_its_address_from_the_command(tmp_path: Path, doe: Doe) -> None:
    async with hub_on(write(tmp_path, BEIDE)) as hub:
        made = await asyncio.to_thread(doe, "schermen", "nieuw-adres", "Stationshal")
        await asyncio.to_thread(hub.db.poll_signals)
    assert made.uit.startswith("http://127.0.0.1:8000/s/")
    assert made.uit.endswith("/\n")


def test_a_scherm_is_made_once(doe: Doe) -> None:
    args = ("schermen", "maak", "Hal", "--gemeente", "GM0344", "--lat", "52.09", "--lon", "5.11")
    assert doe(*args).uit.startswith("http://127.0.0.1:8000/s/")
    again = doe(*args)
    assert (again.code, again.uit) == (2, "")
    assert "Hal" in doe("schermen", "lijst").uit


@pytest.mark.parametrize(
    ("args", "zin"),
    [
        (("--gemeente", "GM9999"), "Dit is geen gemeente."),
        (("--gemeente", "GM0344", "--lat", "52"), "--lat en --lon allebei"),
        (("--gemeente", "GM0344", "--echt"), "kan nog niet echt zijn"),
        (("--gemeente", "GM0344", "--soort", "raam"), "Kies uit: station"),
    ],
)
def test_a_scherm_that_cannot_be_is_refused(doe: Doe, args: tuple[str, ...], zin: str) -> None:
    refused = doe("schermen", "maak", "Hal", *args)
    assert (refused.code, refused.uit) == (2, "")
    assert zin in refused.fout
