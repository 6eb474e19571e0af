"""Proefnet beside the hub: a process of its own, found again after the hub was killed, stopped at the end."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

import aiohttp

from hub.demo.omgeving import KANALEN, Geheimen

START_SECONDS = 15.0


class ProefnetFout(Exception):
    """Proefnet did not start or does not answer as ours."""


async def ensure(folder: Path, geheimen: Geheimen, tokens: dict[str, str]) -> str:
    """The address of a proefnet that runs: the one of last time if it still does, else a new process.

    A hub that was killed leaves proefnet running on purpose: posts that were under way arrive there, and the next
    start must be able to find them.
    """
    address = str(geheimen.proefnet.get("url", ""))
    if not address or not await _accounts(address, tokens):
        address, pid = await _start(folder, int(geheimen.proefnet.get("poort", 0)))
        geheimen.proefnet.update({"url": address, "pid": pid, "poort": int(address.rsplit(":", 1)[1])})
        if not await _accounts(address, tokens):
            raise ProefnetFout(f"Proefnet op {address} neemt de rekeningen niet aan.")
    geheimen.kanalen = [{"naam": k.naam, "netwerk": "proef", "basisUrl": address} for k in KANALEN]
    return address


def stop(geheimen: Geheimen) -> None:
    """End proefnet; called when the demo ends in an orderly way."""
    if pid := int(geheimen.proefnet.get("pid", 0)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGTERM)
    geheimen.proefnet["pid"] = 0


async def _start(folder: Path, port: int) -> tuple[str, int]:
    """Start proefnet on the port of last time, or on a free one when that is taken."""
    for candidate in dict.fromkeys((port, 0)):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub.demo.proefnet", "--map", str(folder / "proefnet")),
            *("--poort", str(candidate), "--json"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,
        )
        if process.stdout is None:
            raise ProefnetFout("Proefnet heeft geen uitvoer.")
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        if line:
            return str(json.loads(line)["url"]), process.pid
    raise ProefnetFout("Proefnet startte niet.")


async def _accounts(address: str, tokens: dict[str, str]) -> bool:
    """Make the demo's accounts; False when nobody answers there or the tokens are not ours."""
    titles = {kanaal.account: kanaal.titel for kanaal in KANALEN}
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session:
            for account, token in tokens.items():
                body = {"naam": account, "titel": titles[account], "token": token}
                async with session.post(f"{address}/api/accounts", json=body) as answer:
                    if answer.status >= 300:
                        return False
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
    return True
