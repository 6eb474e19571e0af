"""Accounts are asked in time whether they let us in; what they say, and what is about to go wrong, is there to read."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import update

from hub.demo.proefnet.server import Server
from hub.desk import gezondheid, kanaalbeheer, toestand
from hub.desk.gezondheid import Bewaker
from hub.desk.punten import Punt
from hub.kanalen import store
from hub.kanalen.model import Kanaal, KanaalInvoer
from hub.kanalen.tables import KanaalRij
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.toegang.model import HUB
from hub.web.deps import Deps
from tests.builders import Klok
from tests.web.huis import maak_deps

TOKEN = "bedacht-token"


class Teller(Server):
    """Proefnet that counts how often an account was asked who it is."""

    gevraagd = 0

    async def _wie(self, verzoek: web.Request) -> web.Response:
        self.gevraagd += 1
        return await super()._wie(verzoek)


@pytest.fixture
async def proefnet(tmp_path: Path, klok: Klok) -> AsyncIterator[tuple[str, Teller]]:
    server = Teller(tmp_path / "proefnet", klok)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as http:
        body = {"naam": "stad", "titel": "Burgernet Stad", "token": TOKEN}
        async with http.post(f"{url}/api/accounts", json=body) as answer:
            assert answer.status == 201
    yield url, server
    await runner.cleanup()


@pytest.fixture
async def hub(db: Db, vault: Vault, klok: Klok) -> AsyncIterator[Deps]:
    deps = maak_deps(db, vault, klok, Config())
    yield deps
    await deps.accounts.close()
    deps.inloggen.wachtwoorden.close()


async def maak(hub: Deps, url: str, token: str = TOKEN) -> Kanaal:
    settings = {"basisUrl": url, "account": "stad", "token": token}
    return await kanaalbeheer.make_kanaal(hub.desk, KanaalInvoer("stad", "proef", settings), HUB)


async def nu(hub: Deps) -> Kanaal:
    return await kanaalbeheer.need_kanaal(hub.desk, "stad", HUB)


async def punt(hub: Deps) -> Punt:
    found = await toestand.opnemen(hub.db, hub.config, hub.clock.now(), 0.1)
    return next(p for p in found.punten if p.naam == "kanalen")


async def test_an_account_tells_its_name_and_is_asked_once_an_hour(
    hub: Deps, proefnet: tuple[str, Teller], klok: Klok
) -> None:
    url, server = proefnet
    await maak(hub, url)
    bewaker = Bewaker(hub.desk)
    for minuten in (0, 1, 30, 28, 1):
        klok.verder(minutes=minuten)
        await bewaker.run_once()
    assert server.gevraagd == 2
    found = await nu(hub)
    assert (found.controle.account, found.controle.mist, found.waarschuwing) == ("Burgernet Stad", "", "")
    assert (await punt(hub)).stand == "goed"


async def test_a_key_that_was_taken_away_is_an_alarm_before_anybody_posts(
    hub: Deps, proefnet: tuple[str, Teller], klok: Klok
) -> None:
    url, server = proefnet
    await maak(hub, url)
    bewaker = Bewaker(hub.desk)
    await bewaker.run_once()
    server.opslag.bewaar_account("stad", "Burgernet Stad", "ander")
    klok.verder(hours=1)
    await bewaker.run_once()
    found = await nu(hub)
    assert "token" in found.controle.mist
    assert (await punt(hub)).stand == "alarm"
    # What waits is not held up for it: a post that is made says best whether it can be made.
    assert found.gepauzeerd == ""
    server.opslag.bewaar_account("stad", "Burgernet Stad", TOKEN)
    klok.verder(minutes=15)
    await bewaker.run_once()
    assert (await nu(hub)).controle.mist == ""


async def test_a_network_that_is_away_for_a_moment_changes_nothing_and_for_hours_gives_a_warning(
    hub: Deps, proefnet: tuple[str, Teller], klok: Klok
) -> None:
    await maak(hub, proefnet[0])
    bewaker = Bewaker(hub.desk)
    await bewaker.run_once()
    elders = json.dumps({"basisUrl": "http://127.0.0.1:9", "account": "stad", "token": TOKEN}).encode()
    weg = update(KanaalRij).values(instellingen=hub.vault.encrypt(elders))
    await hub.db.write(lambda s: s.execute(weg).close())
    klok.verder(hours=1)
    await bewaker.run_once()
    assert ((await nu(hub)).controle.mist, (await nu(hub)).waarschuwing) == ("", "")
    klok.verder(hours=6)
    await bewaker.run_once()
    assert "geen antwoord" in (await nu(hub)).waarschuwing
    assert (await punt(hub)).stand == "let-op"


async def test_who_asks_hears_why_it_does_not_work_and_other_settings_begin_anew(
    hub: Deps, proefnet: tuple[str, Teller]
) -> None:
    made = await maak(hub, proefnet[0], token="fout")
    found = await gezondheid.check_kanaal(hub.desk, "stad", HUB)
    assert "token" in found.controle.mist
    right = KanaalInvoer("stad", "proef", {"token": TOKEN}, aan=made.aan)
    changed = await kanaalbeheer.change_kanaal(hub.desk, replace(right), HUB)
    assert (changed.controle.mist, changed.controle.op) == ("", None)
    assert (await gezondheid.check_kanaal(hub.desk, "stad", HUB)).controle.account == "Burgernet Stad"
    assert await hub.db.read(lambda s: store.get(s, "stad")) == await nu(hub)


async def test_an_address_where_nobody_answers_is_told_to_who_asks(hub: Deps) -> None:
    await maak(hub, "http://127.0.0.1:9")
    assert (await gezondheid.check_kanaal(hub.desk, "stad", HUB)).controle.mist == gezondheid.GEEN_ANTWOORD
