"""A whole hub on Bluesky's own server: an actie placed, corrected and withdrawn, with the proof that it is gone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.delivery import store as delivery
from hub.kit import config as settings
from hub.toegang.model import Wie
from tests.builders import een_invoer
from tests.peers.servers import Bluesky
from tests.stories.conftest import Until

pytestmark = pytest.mark.asyncio(loop_scope="session")

MELDKAMER = Wie("meldkamer", "meldkamer")


@pytest_asyncio.fixture(loop_scope="session")
async def hub(tmp_path: Path, pds: Bluesky) -> AsyncIterator[Hub]:
    """A hub with one kanaal, on the real server."""
    basis = {"basisUrl": pds.url, "appviewUrl": pds.url, "account": pds.account, "appWachtwoord": pds.password}
    content = {
        "adres": "http://127.0.0.1:8000",
        "database_url": f"sqlite:///{tmp_path / 'hub.db'}",
        "sleutelbestand": str(tmp_path / "hub.sleutel"),
        "kanalen": [{"naam": "op-bluesky", "netwerk": "bluesky", "instellingen": basis}],
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    async with running(Hub(settings.load(path), PARTS)) as started:
        yield started


async def test_an_actie_is_placed_corrected_and_withdrawn_and_then_nothing_of_it_is_left(
    hub: Hub, pds: Bluesky, until: Until
) -> None:
    async def refs(actie_id: str, soort: str) -> list[str]:
        rows = await hub.db.read(lambda s: delivery.of_actie(s, actie_id))
        return [row.ref for row in rows if row.soort == soort and row.staat == "verzonden"]

    actie_id = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie.id

    async def placed() -> bool:
        return bool(await refs(actie_id, "publiceren"))

    await until(placed)
    [eerste] = await refs(actie_id, "publiceren")
    record = await pds.record(eerste)
    assert record is not None
    [beeld] = record["embed"]["images"]
    assert "112" in record["text"]
    assert beeld["alt"]
    assert (await pds.file(beeld["image"]["ref"]["$link"]))[0] == 200

    await hub.desk.correct(actie_id, {"signalement": "Rode regenjas."}, MELDKAMER, "kleur jas")

    async def corrected() -> bool:
        return bool(await refs(actie_id, "corrigeren")) and await pds.record(eerste) is None

    await until(corrected)
    [tweede] = await refs(actie_id, "corrigeren")
    nieuw = await pds.record(tweede)
    assert nieuw is not None
    assert "Rode regenjas" in nieuw["embed"]["images"][0]["alt"] + nieuw["text"]

    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)

    async def compleet() -> bool:
        return (await hub.desk.receipt(actie_id, MELDKAMER)).compleet

    await until(compleet)
    assert await pds.record(tweede) is None
    for versie in (record, nieuw):
        assert (await pds.file(versie["embed"]["images"][0]["image"]["ref"]["$link"]))[0] == 400
    plaatsen = (await hub.desk.receipt(actie_id, MELDKAMER)).plaatsen
    there = [(plaats.soort, plaats.staat) for plaats in plaatsen if "op-bluesky" in plaats.naam]
    assert sorted(there) == [("bericht", "verdwenen")] * 2 + [("bestand", "verdwenen")] * 2

    async def closed() -> bool:
        return bool(await refs(actie_id, "sluiten"))

    await until(closed)
    [slot] = await refs(actie_id, "sluiten")
    assert await pds.record(slot) is not None
    assert not [text for text in await pds.texts() if "Sanne" in text or "regenjas" in text]
