"""How fast 1,000 schermen show an actie after one key press, and how fast they are told that it is over.

`schermen-aan`: from the key press until a scherm has the last byte of its own picture, with its own QR.
`schermen-weg`: from *gevonden* until a scherm was told. `-p50`, `-p95` and `-laatste` are over all schermen of all
rounds. Their baseline fetches as many small answers from a server that keeps nothing, in the same run.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.bezorging import KANALEN, LATENCY, SCHERMEN, Stand, _recorded, _settled, bare, p95, platform, press, standing
from bench.crash import actie
from bench.faults.processes import Nursery
from hub.commands.bench import meting
from hub.commands.proces import raise_file_limit

ROUNDS = 5


async def a_round(stand: Stand, number: int) -> tuple[list[float], list[float]]:
    """Seconds until each scherm is lit, and until each is told that it is over."""
    began = time.monotonic()
    cpu = stand.spelers.cpu
    made = await press(stand, "/api/v1/acties", actie(number), f"aan-{number}")
    aan = [moment - began for moment in await stand.spelers.wait("aan", began)]
    sys.stderr.write(
        f"ronde {number}: laatste na {max(aan):.2f} s; spelers {stand.spelers.cpu - cpu:.2f} s rekentijd\n"
    )
    await _recorded(stand.db, made["id"], KANALEN)
    over = time.monotonic()
    await press(stand, f"/api/v1/acties/{made['id']}/intrekkingen", {"reden": "gevonden"}, f"weg-{number}")
    weg = [moment - over for moment in await stand.spelers.wait("weg", over)]
    await asyncio.sleep(2 * LATENCY)  # the closing messages of this round must not count in the next
    await _settled(stand, made["id"])
    return aan, weg


async def measure(folder: Path, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """All rounds: lit, told, and the bare loop in between."""
    aan: list[float] = []
    weg: list[float] = []
    theirs: list[float] = []
    with platform(LATENCY) as network, platform(0.0) as quick, Nursery() as nursery:
        async with standing(folder, network, nursery) as stand:
            await a_round(stand, rounds)  # warms up
            for number in range(rounds):
                lit, dark = await a_round(stand, number)
                aan += lit
                weg += dark
                theirs.append(await bare(folder, quick, "GET", SCHERMEN))
    return aan, weg, theirs


def suite(_make: object, rounds: int = ROUNDS) -> Iterator[Mapping[str, object]]:
    """Every bench of this file, for `hub bench schermen`."""
    raise_file_limit()
    with tempfile.TemporaryDirectory() as folder:
        aan, weg, theirs = asyncio.run(measure(Path(folder), rounds))
    baseline = statistics.median(theirs)
    for naam, values in (("schermen-aan", aan), ("schermen-weg", weg)):
        yield meting(f"{naam}-p50", statistics.median(values), "s", baseline)
        yield meting(f"{naam}-p95", p95(values), "s", baseline)
        yield meting(f"{naam}-laatste", max(values), "s", baseline)
