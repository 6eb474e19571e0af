"""Every file in channels/ keeps the promises of a channel, and a sloppy one would be caught."""

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import aiohttp
import pytest

from hub.content import Limits, Post, Receipt, Setting, Timeouts, Weg
from tests.contracts.channel_contract import Check, Zaak, checks_for, posts_text_and_picture

ROOT = Path(__file__).parents[2]
NETWERKEN = sorted(path.stem for path in (ROOT / "channels").glob("*.py") if path.stem != "__init__")


def een_zaak(naam: str) -> Zaak:
    soort = importlib.import_module(f"channels.{naam}").Channel
    return Zaak(soort, json.loads((ROOT / "tests" / "traffic" / f"{naam}.json").read_text("utf-8")))


ALLES = [
    pytest.param(zaak, check, id=f"{naam}-{check.__name__}")
    for naam in NETWERKEN
    for zaak in [een_zaak(naam)]
    for check in checks_for(zaak)
]


@pytest.mark.parametrize(("zaak", "check"), ALLES)
async def test_a_channel_keeps_its_promise(zaak: Zaak, check: Check) -> None:
    await check(zaak)


@pytest.mark.parametrize("naam", NETWERKEN)
def test_a_channel_is_named_after_its_file(naam: str) -> None:
    assert een_zaak(naam).soort.naam == naam


class Slordig:
    """What somebody in a hurry might write: secrets in addresses, no time-out, any error passed on."""

    naam: ClassVar[str] = "Slordig netwerk"
    titel: ClassVar[str] = "Slordig"
    weg: ClassVar[tuple[str, ...]] = ("weghalen",)
    SETTINGS: ClassVar[tuple[Setting, ...]] = (Setting("token", "Token", "", geheim=True),)
    limits = Limits(max_text=100, max_text_with_image=200)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        self.url = f"{instellingen['basisUrl']}/{instellingen['token']}/berichten"

    def can(self) -> frozenset[str]:
        return frozenset({"intrekken", "terugzoeken"})

    async def publish(self, post: Post, key: str) -> Receipt:
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                async with session.post(self.url, json={"tekst": post.text}) as antwoord:
                    if antwoord.status >= 500:
                        continue
                    antwoord.raise_for_status()
                    return Receipt(str((await antwoord.json()).get("id")))
        raise RuntimeError(f"mislukt: {self.url}")

    async def retract(self, receipt: Receipt) -> None:
        async with aiohttp.ClientSession(raise_for_status=True) as session, session.delete(self.url):
            return

    async def gone(self, receipt: Receipt) -> Weg:
        return Weg(True, True)

    async def close(self) -> None:
        pass


def _stuk(verzoek: Mapping[str, str], status: int, body: object = None) -> Mapping[str, object]:
    return {"herkomst": "bedacht", "verzoek": verzoek, "antwoord": {"status": status, "json": body}}


def de_slordige_zaak() -> Zaak:
    """Traffic that fits the sloppy channel, so that only its own faults can break a promise."""
    goed = {"methode": "POST", "pad": "/{token}/berichten"}
    weg = {"methode": "DELETE", "pad": "/{token}/berichten"}
    return Zaak(
        Slordig,
        {
            "instellingen": {"token": "s3cr3t-slordig"},
            "bon": {"ref": "1"},
            "uitwisselingen": {
                "publiceren-tekst": [_stuk(goed, 200, {"id": 1})],
                "publiceren-beeld": [_stuk(goed, 200, {"id": 1})],
                "intrekken": [_stuk(weg, 204)],
                "al-weg": [_stuk(weg, 404)],
                "staat-er": [],
                "terugzoeken": [],
                "niet-gevonden": [],
            },
            "storingen": {
                "te-veel": {"herkomst": "bedacht", "status": 429, "kop": {"Retry-After": "7"}, "na": 7},
                "verkeerd-token": {"herkomst": "bedacht", "status": 401},
                "geweigerd": {"herkomst": "van horen zeggen", "status": 400},
            },
        },
    )


@pytest.mark.parametrize("check", checks_for(de_slordige_zaak()), ids=lambda check: check.__name__)
async def test_a_sloppy_channel_breaks_every_promise(check: Check) -> None:
    with pytest.raises((AssertionError, aiohttp.ClientError)):
        await check(de_slordige_zaak())


async def test_a_forgotten_exchange_is_noticed() -> None:
    zaak = een_zaak("proef")
    uitwisselingen = zaak.traffic["uitwisselingen"]
    dubbel = [*uitwisselingen["publiceren-tekst"], *uitwisselingen["intrekken"]]
    met_rest = {**zaak.traffic, "uitwisselingen": {**uitwisselingen, "publiceren-tekst": dubbel}}
    with pytest.raises(AssertionError, match="niet gevraagd"):
        await posts_text_and_picture(Zaak(zaak.soort, met_rest))
