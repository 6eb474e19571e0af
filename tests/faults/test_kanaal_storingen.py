"""Whatever goes wrong on the line to a netwerk: in time, one of four errors, the right one, and no secret in it."""

import asyncio
import json
import os
import subprocess
import sys
import traceback
from email.utils import format_datetime
from pathlib import Path

import pytest

from bench.faults.proxy import (
    Big,
    Blackhole,
    Drip,
    Fault,
    HtmlError,
    Proxy,
    Redirect,
    Refuse,
    ResetAfter,
    Status,
    Swallow,
    Tls,
    TooMany,
    Truncated,
    WrongLength,
)
from hub.content import ChannelError, NeedsAttention, NotNow, Refused, Timeouts, Unknown
from hub.delivery import retry
from hub.kanalen.registry import Registry
from tests.builders import NU
from tests.contracts.channel_contract import TEKST, Zaak
from tests.contracts.wire import Wire

ROOT = Path(__file__).parents[2]
HAASTIG = Timeouts(connect=0.5, total=1.5)
OVER = 10.0
"""Seconds a call may overrun its time-out before it counts as hanging."""
LANGST = 15 * 60.0
NIET_NU, ONBEKEND = (NotNow,), (Unknown,)
NEE = (Refused, NeedsAttention)

UITKOMST: dict[Fault, tuple[type[ChannelError], ...]] = {
    # Nobody can have read a byte.
    **dict.fromkeys((Refuse(), Blackhole()), NIET_NU),
    # The netwerk has it, and we do not know what it made of it.
    **dict.fromkeys((ResetAfter(0), ResetAfter(1), ResetAfter(100)), ONBEKEND),
    **dict.fromkeys((Swallow(), Swallow(keep_open=True), Drip(30)), ONBEKEND),
    **dict.fromkeys((WrongLength(10), WrongLength(-2), Truncated(), Big()), ONBEKEND),
    # Whoever says this may have passed the call on first.
    **dict.fromkeys((HtmlError(503), HtmlError(200), Status(500)), ONBEKEND),
    # A clear no before anything was done; of a few a netwerk does not say so clearly.
    **dict.fromkeys((Status(401), Status(403)), (NeedsAttention,)),
    **dict.fromkeys((Status(404), Status(413)), NEE),
    **dict.fromkeys((Status(409), Redirect()), (*NEE, Unknown)),
    # Come back later: clamped to what an actie can bear.
    **dict.fromkeys((TooMany(), TooMany("7"), TooMany("-5"), TooMany("1e9"), TooMany("1000000000")), NIET_NU),
    TooMany(format_datetime(NU, usegmt=True)): NIET_NU,
}
"""What may become of a publish per fault."""


def een_zaak(netwerk: str) -> Zaak:
    traffic = json.loads((ROOT / "tests" / "traffic" / f"{netwerk}.json").read_text("utf-8"))
    return Zaak(Registry(ROOT / "channels").load(netwerk), traffic)


ZAKEN = {
    netwerk: zaak
    for netwerk in Registry(ROOT / "channels").names()
    for zaak in [een_zaak(netwerk)]
    if "basisUrl" in {setting.naam for setting in zaak.soort.SETTINGS}
}
"""Every netwerk that has an address; what is kept by hand has none, and a mere notice is Unknown whatever happens."""


def een_net(zaak: Zaak, wire: Wire) -> None:
    """Let the netwerk answer as written down."""
    groep = zaak.traffic["uitwisselingen"]["publiceren-tekst" if zaak.gewoon is TEKST else "publiceren-beeld"]
    vooraf = [stuk["verzoek"] for stuk in zaak.vooraf()]
    wire.play([stuk for stuk in groep if stuk["verzoek"] not in vooraf], zaak.traffic["instellingen"])


def spaart(*zaken: Zaak) -> list[str]:
    """Starts of the requests before the publish itself; a fault there is another one."""
    asked = [stuk["verzoek"] for zaak in zaken for stuk in zaak.vooraf()]
    # What is sent has no query behind its path: `/media` is not `/media_publish`.
    return [f"{verzoek['methode']} {verzoek['pad']}{'' if verzoek['methode'] == 'GET' else ' '}" for verzoek in asked]


async def uitkomst(zaak: Zaak, basis: str) -> Exception | None:
    """The error with which one publish ends, in time; None when it went well."""
    kanaal = zaak.maak(basis, HAASTIG)
    try:
        async with asyncio.timeout(HAASTIG.total + OVER):
            await kanaal.publish(zaak.gewoon, "sleutel-1")
    except TimeoutError as error:
        raise AssertionError("de aanroep houdt zich niet aan de totale tijd") from error
    except Exception as error:
        return error
    finally:
        await kanaal.close()
    return None


def test_there_are_netwerken_to_try() -> None:
    assert {"proef", "telegram", "bluesky"} <= ZAKEN.keys()


@pytest.mark.parametrize("fault", UITKOMST, ids=repr)
@pytest.mark.parametrize("netwerk", ZAKEN)
async def test_a_fault_on_the_line_ends_as_what_it_is(netwerk: str, fault: Fault) -> None:
    zaak = ZAKEN[netwerk]
    async with Wire(zaak.vooraf()) as wire, Proxy(wire.url, spaart(zaak)) as proxy:
        een_net(zaak, wire)
        proxy.fault = fault
        error = await uitkomst(zaak, proxy.url)
        assert isinstance(error, UITKOMST[fault]), repr(error)
        assert proxy.requests <= 1, "zelf nog eens gestuurd"
        assert len(wire.calls) == proxy.reached == int(fault.reaches)
    told = "".join(traceback.format_exception(error))
    assert str(error).strip()
    assert not [geheim for geheim in zaak.geheimen() if geheim in told]
    if isinstance(error, NotNow) and error.after is not None:
        waits = [retry.asked(error.after, chance) for chance in (0.0, 0.5, 1.0)]
        assert 0 < min(waits) <= max(waits) <= LANGST


@pytest.mark.parametrize("netwerk", ZAKEN)
async def test_after_the_fault_the_same_publish_succeeds(netwerk: str) -> None:
    zaak = ZAKEN[netwerk]
    async with Wire(zaak.vooraf()) as wire, Proxy(wire.url, spaart(zaak)) as proxy:
        een_net(zaak, wire)
        assert await uitkomst(zaak, proxy.url) is None
        assert len([call for call in wire.calls if not call.startswith(("GET ", "DELETE "))]) == 1


@pytest.mark.parametrize("netwerk", ZAKEN)
async def test_a_secret_does_not_follow_a_redirect_to_another_host(netwerk: str) -> None:
    zaak = ZAKEN[netwerk]
    async with Wire() as elders, Wire(zaak.vooraf()) as wire, Proxy(wire.url, spaart(zaak)) as proxy:
        proxy.fault = Redirect(to=elders.url)
        assert isinstance(await uitkomst(zaak, proxy.url), (*NEE, Unknown))
        assert (elders.calls, elders.bodies) == ([], [])


async def test_a_bad_certificate_means_that_nothing_was_sent(tmp_path: Path) -> None:
    """In a process of its own, because libraries read what they trust when they are imported."""
    vooraf = [stuk for zaak in ZAKEN.values() for stuk in zaak.vooraf()]
    async with Wire(vooraf) as wire, Proxy(wire.url, spaart(*ZAKEN.values())) as proxy:
        trusted = tmp_path / "ca.pem"
        trusted.write_bytes(proxy.ca_pem)
        for kind in ("expired", "self-signed", "wrong-host", "good"):
            wire.answer({"status": 400, "json": {"ok": False, "error_code": 400, "description": "nee"}})
            proxy.fault = Tls(kind)
            proxy.forget()
            seen = await asyncio.to_thread(_elders, proxy.url, trusted)
            expected = "Refused" if kind == "good" else "NotNow"
            assert set(seen.values()) == {expected}, (kind, seen)
            assert proxy.reached == (len(ZAKEN) if kind == "good" else 0)


def _elders(basis: str, trusted: Path) -> dict[str, str]:
    """The error per netwerk, in a process that trusts this authority."""
    command = [sys.executable, "-m", "tests.faults.een_voor_een", basis]
    env = {**os.environ, "SSL_CERT_FILE": str(trusted)}
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, str] = json.loads(run.stdout)
    return found
