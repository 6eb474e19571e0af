"""A proefbericht on a running proefnet: it says what it is, and it is taken away again."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from starlette.testclient import TestClient

from hub.demo.proefnet.server import Server
from hub.desk import kanaalbeheer
from hub.desk.errors import Ongeldig
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.toegang.model import HUB
from hub.web import site
from hub.web.deps import Deps
from tests.builders import Klok
from tests.web.huis import maak_deps


@pytest.fixture
async def proefnet(tmp_path: Path, klok: Klok) -> AsyncIterator[str]:
    """The address of a running proefnet with one account."""
    runner = web.AppRunner(Server(tmp_path / "proefnet", klok).app(), access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as http:
        body = {"naam": "proef-x", "titel": "Proef", "token": "geheim"}
        async with http.post(f"{url}/api/accounts", json=body) as answer:
            assert answer.status < 300
    yield url
    await runner.cleanup()


@pytest.fixture
async def hub(db: Db, vault: Vault, klok: Klok) -> AsyncIterator[Deps]:
    deps = maak_deps(db, vault, klok, Config())
    yield deps
    await deps.accounts.close()
    deps.inloggen.wachtwoorden.close()


def een_kanaal(url: str, **anders: str) -> KanaalInvoer:
    settings = {"basisUrl": url, "account": "proef-x", "token": "geheim", **anders}
    return KanaalInvoer("proef", "proef", settings)


async def test_a_proefbericht_is_posted_and_taken_away(hub: Deps, proefnet: str) -> None:
    await kanaalbeheer.make_kanaal(hub.desk, een_kanaal(proefnet), HUB)
    proef = await kanaalbeheer.try_kanaal(hub.desk, "proef", HUB)
    assert proef.weggehaald is True
    assert proef.url.startswith(proefnet)
    shown = await kanaalbeheer.need_kanaal(hub.desk, "proef", HUB)
    assert shown.laatste_succes is not None


async def test_a_proefbericht_that_is_refused_is_an_error_to_read(hub: Deps, proefnet: str) -> None:
    await kanaalbeheer.make_kanaal(hub.desk, een_kanaal(proefnet, token="fout"), HUB)
    with pytest.raises(kanaalbeheer.NetwerkFout) as caught:
        await kanaalbeheer.try_kanaal(hub.desk, "proef", HUB)
    assert "fout" not in str(caught.value).split()


async def test_settings_that_the_channel_cannot_work_with_are_refused(hub: Deps, proefnet: str) -> None:
    with pytest.raises(Ongeldig):
        await kanaalbeheer.make_kanaal(hub.desk, een_kanaal(proefnet, maxTekst="veel"), HUB)


async def test_a_network_that_takes_only_pictures_gets_a_card_that_everybody_can_fetch(
    db: Db, vault: Vault, klok: Klok
) -> None:
    asked: list[str] = []

    async def graph(verzoek: web.Request) -> web.Response:
        asked.append(f"{verzoek.method} {verzoek.path} {await verzoek.text()}")
        return web.json_response({"error": {"code": 190, "message": "token"}}, status=400)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", graph)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    deps = maak_deps(db, vault, klok, Config(adres="https://hub.example.nl"))
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    invoer = KanaalInvoer("beeld", "instagram", {"basisUrl": url, "account": "17841", "token": "bedacht"})
    await kanaalbeheer.make_kanaal(deps.desk, invoer, HUB)
    with pytest.raises(kanaalbeheer.NetwerkFout, match="token"):
        await kanaalbeheer.try_kanaal(deps.desk, "beeld", HUB)
    assert '"image_url": "https://hub.example.nl/proefbericht.jpg"' in asked[0]
    await deps.accounts.close()
    deps.inloggen.wachtwoorden.close()
    await runner.cleanup()
    page = TestClient(site.application(deps)).get("/proefbericht.jpg")
    assert (page.status_code, page.headers["content-type"]) == (200, "image/jpeg")
