"""How fast an actie is everywhere, and how fast it is gone again, next to a bare insert-and-send loop.

`fanout-N`: N kanalen of words that answer after 200 ms; from the key press until all are recorded; the baseline is
those 200 ms. They are called over bare lines; `fanout-N-aiohttp` calls as the netwerken that ship do, next to a bare
insert-and-send loop with aiohttp. The user's clock runs from the key press (a POST over HTTP, as the desk page does):
`eerste-verzoek` until the first network is asked, `aan-kanalen` until the last of 10 kanalen with pictures is
confirmed, `aan-schermen` until the last of 1,000 push screens was told and fetched its new picture, `weg-gevraagd`
until the last network was asked to remove, `weg-schermen` until the last screen was told. Their baseline inserts as
many rows in SQLite and sends as many calls with aiohttp, in the same run. `-p95` lines hold the slow rounds.
"""

import asyncio
import contextlib
import json
import math
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import uvloop
import yaml
from sqlalchemy.orm import Session

from bench.crash import actie
from bench.faults.processes import ROOT, Nursery, free_port
from hub.app import PARTS
from hub.commands.bench import meting
from hub.commands.proces import Hub, raise_file_limit, running
from hub.commands.server import settle
from hub.kit import config as settings
from hub.kit.clock import SystemClock
from hub.kit.databases import opened
from hub.kit.migrate import upgrade
from hub.screens import store as screens
from hub.toegang import keys
from hub.toegang.model import Wie
from hub.web.api.bodies import ActieIn

T = TypeVar("T")
LATENCY = 0.2
KANALEN, SCHERMEN = 10, 1000
ROUNDS = 5
PATIENCE = 120.0
SIZES = ((1080, 1920), (1080, 1920), (1080, 1920), (1920, 1080))
"""Three of four schermen stand upright."""


@contextlib.contextmanager
def platform(latency: float) -> Iterator[str]:
    """A network that answers after `latency` and costs nothing itself; gives its address."""
    command = [sys.executable, "-m", "bench._platform", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def write_config(folder: Path, network: str, netwerk: str, kanalen: int) -> Path:
    """A config.yaml with so many kanalen on that network, all of the same kind."""
    port = free_port()
    accounts = [f"proef-{number:04d}" for number in range(kanalen)]
    config = {
        "adres": f"http://127.0.0.1:{port}",
        "poort": port,
        "database_url": "sqlite:///hub.db",
        "sleutelbestand": "hub.sleutel",
        "kanalen": [
            {"naam": name, "netwerk": netwerk, "instellingen": {"basisUrl": network, "account": name, "token": "t"}}
            for name in accounts
        ],
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


async def arrivals(network: str, method: str, wanted: int) -> list[float]:
    """When the calls of this kind arrived, once there are as many as wanted; more of them is a fault."""
    found: list[float] = []
    async with aiohttp.ClientSession() as client, asyncio.timeout(PATIENCE):
        while len(found) < wanted:
            await asyncio.sleep(0.02)
            async with client.get(f"{network}/tellingen") as answer:
                found += [at for how, _, at in json.loads(await answer.read()) if how == method]
    assert len(found) == wanted, (method, len(found), wanted)
    return sorted(found)


# -- fan-out ---------------------------------------------------------------------------------------------------
async def fanout(folder: Path, network: str, kanalen: int, rounds: int, netwerk: str = "lijn") -> list[float]:
    """Seconds from the key press until every kanaal is recorded as posted, per round; the first one warms up."""
    sys.path.append(str(ROOT / "bench"))  # where the networks without pictures are
    config = settings.load(write_config(folder, network, netwerk, kanalen))
    took = []
    async with running(Hub(config, replace(PARTS, channels=ROOT / "bench" / "netwerken"))) as hub:
        settle()
        committed, loop = asyncio.Event(), asyncio.get_running_loop()
        hub.db.listen(lambda _serial: loop.call_soon_threadsafe(committed.set))
        for number in range(rounds + 1):
            invoer = ActieIn.model_validate(actie(number)).as_invoer(60)
            begin = time.monotonic()
            made = (await hub.desk.open(invoer, Wie(naam="bench", rol="meldkamer"))).actie
            await _recorded(folder / "hub.db", made.id, kanalen, committed)
            took.append(time.monotonic() - begin)
            await arrivals(network, "POST", kanalen)
    return took[1:]


async def _recorded(path: Path, actie_id: str, wanted: int, committed: asyncio.Event | None = None) -> None:
    """Wait until so many are on disk as posted, looking again after each commit, or time after time."""
    mine = "FROM bezorging WHERE actie_id = ? AND staat"
    # Of a thousand rows the newest is recorded last: as long as that is not, there is no need to count them all.
    waits = f"SELECT 1 {mine} <> 'verzonden' ORDER BY rowid DESC LIMIT 1"
    query = f"SELECT count(*) {mine} = 'verzonden'"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        async with asyncio.timeout(PATIENCE):
            while db.execute(waits, (actie_id,)).fetchone() or db.execute(query, (actie_id,)).fetchone()[0] < wanted:
                if committed is None:
                    await asyncio.sleep(0.005)
                else:
                    await committed.wait()
                    committed.clear()  # before looking, so that no commit is missed


# -- the user's clock ------------------------------------------------------------------------------------------
class Spelers:
    """The players of all schermen, in a process of their own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.cpu = 0.0

    async def wait(self, what: str, since: float) -> list[float]:
        """When each of them showed a running actie (`aan`) or was told that none runs (`weg`), after `since`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"wacht": what, "sinds": since}).encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            answer = json.loads(await self._process.stdout.readline())
        self.cpu = answer["cpu"]
        momenten: list[float] = answer["momenten"]
        return momenten


@contextlib.asynccontextmanager
async def spelers(port: int, schermen: list[tuple[str, int, int]]) -> AsyncIterator[Spelers]:
    """Start them, and end them with the bench."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "bench._spelers")
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT, limit=1 << 24)
    assert process.stdin is not None
    process.stdin.write(json.dumps({"poort": port, "schermen": schermen}).encode() + b"\n")
    try:
        yield Spelers(process)
    finally:
        process.stdin.close()
        await process.wait()


@dataclass(frozen=True, slots=True)
class Stand:
    """The hub that is measured, the network behind it, and the players that listen."""

    hub: str
    network: str
    db: Path
    key: str
    spelers: Spelers
    client: aiohttp.ClientSession


@contextlib.asynccontextmanager
async def standing(folder: Path, network: str, nursery: Nursery) -> AsyncIterator[Stand]:
    """A hub process with its screens, all of them listening."""
    path = write_config(folder, network, "proef", KANALEN)
    config = settings.load(path)
    now = SystemClock().now()
    with opened(config.db_url) as db:
        upgrade(db.engine)
        key = db.write_sync(lambda s: keys.make(s, rol="meldkamer", naam="bench", now=now))
        schermen = db.write_sync(lambda s: [_scherm(s, number, now) for number in range(SCHERMEN)])
    process = nursery.start("serve", "--config", str(path), log=folder / "hub.log")
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None)
    ) as client:
        async with asyncio.timeout(PATIENCE):
            while not await _up(client, config.adres):
                await asyncio.sleep(0.05)
        async with spelers(config.poort, schermen) as players:
            await players.wait("weg", 0.0)
            yield Stand(config.adres, network, folder / "hub.db", key, players, client)
    process.stop()


def _scherm(session: Session, number: int, now: datetime) -> tuple[str, int, int]:
    breedte, hoogte = SIZES[number % len(SIZES)]
    plek = {"gemeente": "GM0344", "punt": None, "soort": "web"}
    made = screens.create(session, naam=f"scherm {number}", breedte=breedte, hoogte=hoogte, now=now, **plek)  # type: ignore[arg-type]
    return made[1], breedte, hoogte


async def _up(client: aiohttp.ClientSession, adres: str) -> bool:
    with contextlib.suppress(aiohttp.ClientError):
        async with client.get(f"{adres}/healthz") as answer:
            return answer.status == 200
    return False


async def press(stand: Stand, path: str, body: Mapping[str, object], key: str) -> dict[str, Any]:
    """One key press at the desk: a POST, and what it answered."""
    headers = {"Authorization": f"Bearer {stand.key}", "Idempotency-Key": key}
    async with stand.client.post(stand.hub + path, json=body, headers=headers) as answer:
        made: dict[str, Any] = await answer.json()
        assert answer.status == 201, made
        return made


async def user_round(stand: Stand, number: int) -> dict[str, float]:
    """One actie from key press to everywhere, and from *gevonden* to nowhere; seconds of each by bench name."""
    began = time.monotonic()
    made = await press(stand, "/api/v1/acties", actie(number), f"aan-{number}")
    await _recorded(stand.db, made["id"], KANALEN)
    confirmed = time.monotonic()
    asked = await arrivals(stand.network, "POST", KANALEN)
    lit = max(await stand.spelers.wait("aan", began))
    over = time.monotonic()
    await press(stand, f"/api/v1/acties/{made['id']}/intrekkingen", {"reden": "gevonden"}, f"weg-{number}")
    dark = max(await stand.spelers.wait("weg", over))
    removed = await arrivals(stand.network, "DELETE", KANALEN)
    await asyncio.sleep(2 * LATENCY)  # the closing messages of this round must not count in the next
    await _settled(stand, made["id"])
    return {
        "eerste-verzoek": asked[0] - began,
        "aan-kanalen": confirmed - began,
        "aan-schermen": lit - began,
        "weg-schermen": dark - over,
        "weg-gevraagd": removed[-1] - over,
    }


async def _all(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


async def _settled(stand: Stand, actie_id: str) -> None:
    """Wait until nothing of this actie is under way, and let the network forget its calls."""
    query = "SELECT count(*) FROM bezorging WHERE actie_id = ? AND staat IN ('wachtrij', 'geclaimd', 'verzenden')"
    with contextlib.closing(sqlite3.connect(f"file:{stand.db}?mode=ro", uri=True)) as db:
        await _all(lambda: db.execute(query, (actie_id,)).fetchone()[0] == 0)
    async with stand.client.get(f"{stand.network}/tellingen") as answer:
        await answer.read()


# -- the bare loop ---------------------------------------------------------------------------------------------
async def bare(folder: Path, network: str, method: str, calls: int) -> float:
    """Seconds to insert that many rows in SQLite and send that many calls with aiohttp, all answered."""
    db = sqlite3.connect(folder / f"kaal-{time.monotonic_ns()}.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE rij (id INTEGER PRIMARY KEY, staat TEXT)")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:

        async def send(number: int) -> None:
            async with client.request(method, f"{network}/{number}", data=b"{}") as answer:
                await answer.read()

        begin = time.monotonic()
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO rij VALUES (?, 'wachtrij')", ((number,) for number in range(calls)))
        db.execute("COMMIT")
        await asyncio.gather(*(send(number) for number in range(calls)))
        db.execute("UPDATE rij SET staat = 'verzonden'")
        took = time.monotonic() - begin
    db.close()
    await arrivals(network, method, calls)
    return took


BARE: Mapping[str, tuple[str, int, bool]] = {
    "eerste-verzoek": ("POST", 1, False),
    "aan-kanalen": ("POST", KANALEN, True),
    "aan-schermen": ("GET", SCHERMEN, False),
    "weg-schermen": ("GET", SCHERMEN, False),
    "weg-gevraagd": ("DELETE", KANALEN, False),
}
"""What the bare loop sends beside each bench, and whether its network takes the 200 ms (where they are in ours)."""


async def user(folder: Path, rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Rounds of the whole hub and of the bare loop in turn, so that a busy machine slows both."""
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in BARE}
    with platform(LATENCY) as network, platform(0.0) as quick, Nursery() as nursery:
        async with standing(folder, network, nursery) as stand:
            await user_round(stand, rounds)  # warms up
            for number in range(rounds):
                for name, seconds in (await user_round(stand, number)).items():
                    found[name][0].append(seconds)
                for name, (method, calls, slow) in BARE.items():
                    found[name][1].append(await bare(folder, network if slow else quick, method, calls))
    return found


def p95(values: list[float]) -> float:
    """The value below which 95 of 100 rounds stay; with few rounds the slowest."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def _run(work: Callable[[Path], Coroutine[Any, Any, T]]) -> T:
    with tempfile.TemporaryDirectory() as folder:
        return uvloop.run(work(Path(folder)))  # the loop of `hub serve`


def suite(_make: object, rounds: int = ROUNDS) -> Iterator[Mapping[str, object]]:
    """Every bench of this file, for `hub bench bezorging`."""
    raise_file_limit()
    for kanalen in (40, 1000):
        with platform(LATENCY) as network:
            took = _run(partial(fanout, network=network, kanalen=kanalen, rounds=rounds))
            yield meting(f"fanout-{kanalen}", statistics.median(took), "s", LATENCY)
            took = _run(partial(fanout, network=network, kanalen=kanalen, rounds=rounds, netwerk="tekst"))
            loops = [_run(partial(bare, network=network, method="POST", calls=kanalen)) for _ in range(rounds)]
            yield meting(f"fanout-{kanalen}-aiohttp", statistics.median(took), "s", statistics.median(loops))
    for name, (ours, theirs) in _run(lambda folder: user(folder, rounds)).items():
        yield meting(name, statistics.median(ours), "s", statistics.median(theirs))
        yield meting(f"{name}-p95", p95(ours), "s", p95(theirs))
