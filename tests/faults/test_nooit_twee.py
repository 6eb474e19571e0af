"""A post whose answer was lost is never made twice, on any netwerk, whatever that netwerk promises about its keys."""

import json
from pathlib import Path

import pytest

from bench.faults.proxy import Nothing, Proxy, Swallow
from hub.acties import store as acties
from hub.content import Image, Timeouts
from hub.delivery import store
from hub.delivery.model import Beeld, Bezorging, Plan
from hub.delivery.reconcile import Reconciler
from hub.delivery.worker import Worker
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.db import Db
from hub.kit.processen import Hartslag
from hub.kit.secrets import Vault
from tests.builders import Klok, een_invoer
from tests.contracts.channel_contract import BEELD, Zaak
from tests.contracts.wire import Wire
from tests.faults.test_kanaal_storingen import ZAKEN, spaart

ROOT = Path(__file__).parents[2]
HAASTIG = Timeouts(connect=0.5, total=1.5)
RONDES = 25


def met_beeld(zaak: Zaak) -> bool:
    return zaak.gewoon is BEELD


def een_post(db: Db, vault: Vault, klok: Klok, zaak: Zaak, basis: str) -> str:
    """A running actie with one post waiting on this netwerk; its id."""
    host = basis.partition("://")[2]
    gevuld = {naam: waarde.replace("{host}", host) for naam, waarde in zaak.traffic["instellingen"].items()}
    invoer = KanaalInvoer("k", zaak.soort.naam, {**gevuld, "basisUrl": basis})
    actie = db.write_sync(lambda s: acties.create(s, een_invoer(looptijd_minuten=1440), wie="m", now=klok.nu))
    db.write_sync(lambda s: acties.set_fase(s, actie.id, "vrijgeven", now=klok.nu, wie="m"))
    db.write_sync(lambda s: kanalen.save(s, vault, invoer, klok.nu))
    beeld = Beeld("kaart-1200x630", False, "poster") if met_beeld(zaak) else None
    tekst = zaak.gewoon.text
    post = Plan(actie.id, 1, "k", "publiceren", "maakt", "tijdkritisch", False, actie.code, tekst=tekst, beeld=beeld)
    db.write_sync(lambda s: store.plan(s, [post], klok.nu))
    return actie.id


async def poster(_item: Bezorging) -> Image | None:
    return BEELD.image


def gemaakt(zaak: Zaak, wire: Wire) -> list[str]:
    """The key of every request that makes a post; without one each counts by itself."""
    groep = zaak.traffic["uitwisselingen"]["publiceren-beeld" if met_beeld(zaak) else "publiceren-tekst"]
    vooraf = [x["verzoek"] for x in zaak.vooraf()]
    makers = {
        (x["verzoek"]["methode"], wire.pad(x["verzoek"]["pad"]))
        for x in groep
        if x["verzoek"]["methode"] != "GET" and x["verzoek"] not in vooraf
    }
    found = [(request, raw) for request, raw in wire.seen if (request.method, request.path) in makers]
    if "herhalen" not in zaak.maak(wire.url).can():
        return [f"{number}" for number, _ in enumerate(found)]
    return [request.headers.get("Idempotency-Key") or _key(json.loads(raw)) for request, raw in found]


def _key(body: dict[str, str]) -> str:
    """The key in a body: of a record on Bluesky, or of a post on proefnet."""
    return body.get("rkey") or body["sleutel"]


@pytest.mark.parametrize("netwerk", ZAKEN)
async def test_a_post_whose_answer_was_lost_is_made_once(
    netwerk: str, db: Db, vault: Vault, klok: Klok, tmp_path: Path
) -> None:
    zaak, uitwisselingen = ZAKEN[netwerk], ZAKEN[netwerk].traffic["uitwisselingen"]
    async with Wire(zaak.vooraf()) as wire, Proxy(wire.url, spaart(zaak)) as proxy:
        actie_id = een_post(db, vault, klok, zaak, proxy.url)
        publiceren = uitwisselingen["publiceren-beeld" if met_beeld(zaak) else "publiceren-tekst"]
        wire.play([*publiceren, *uitwisselingen.get("niet-gevonden", []) * RONDES], zaak.traffic["instellingen"])
        accounts = Accounts(db, Registry(ROOT / "channels"), vault, HAASTIG)
        hartslag = Hartslag(db, klok, soort="work", lease=3600)
        await hartslag.start()
        worker = Worker(
            db, accounts, poster, klok, hartslag, gelijktijdig=2, voorbeeld=True, folder=tmp_path / "aanroepen"
        )
        zoeker = Reconciler(db, accounts, klok, seconden=1, minuten=5)
        proxy.fault = Swallow()
        staten = set()
        for _ in range(RONDES):
            await worker.round()
            await worker.drain()
            if proxy.reached:
                proxy.fault = Nothing()
            await zoeker.run_once()
            [row] = db.read_sync(lambda s: store.of_actie(s, actie_id))
            staten.add(row.staat)
            klok.verder(seconds=30)
        await hartslag.stop()
        await accounts.close()
    assert staten & {"onbekend", "taak"}
    assert len(set(gemaakt(zaak, wire))) == 1, wire.calls
