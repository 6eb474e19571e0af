"""Crash loop: kill -9 and freeze the hub again and again while it delivers, then count at proefnet what arrived.

Proefnet is never killed and does the counting: lost is a bezorging that was acknowledged and is neither there nor
shown by the hub as one that a person must look at; double is more than one post per account and actie. On SQLite one
`hub serve` works; on PostgreSQL one `hub serve` and two `hub work`. The client repeats a lost answer with the same
Idempotency-Key. Everything runs on 127.0.0.1 and stops by itself.
"""

import contextlib
import json
import random
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from http.client import HTTPException
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select

from bench.faults.processes import STOP_SECONDS, Nursery, Process, cold, free_port, postgres, proefnet
from hub.delivery.tables import BezorgingRij
from hub.kit.clock import SystemClock
from hub.kit.databases import opened
from hub.kit.db import Db
from hub.kit.migrate import upgrade
from hub.toegang import keys

LATENCY = 0.2
LEASE = 1.5
WINDOW = 1.0
"""A kill comes at a random moment within so many seconds after the next actie was asked for."""
ACCOUNTS, BEHIND = 50, 2
LOOK_UP_SECONDS = 6.0
SETTLE_SECONDS = 120.0
ANSWER_SECONDS = 60.0
SOON = 30.0
SERVE, WORK = ("serve",), ("work",)
TEAMS = {"sqlite": (SERVE,), "postgresql": (SERVE, WORK, WORK)}
LISTED = ("onbekend", "taak", "geparkeerd", "mislukt")
MOVING = ("wachtrij", "geclaimd", "verzenden", "onbekend")
OPTIONS = ("bezorgingen", "kills", "stops", "database")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a crash loop found; see the top of this file for what each word means."""

    bezorgingen: int
    kills: int
    verloren: int
    dubbel: int
    onbekend: int
    vanzelfOpgelost: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """How unknown outcomes ended: how many there were, and after how many seconds each settled one was settled."""

    ever: int
    settled: tuple[float, ...]

    @property
    def within(self) -> float:
        """The share that was settled soon enough."""
        return sum(seconds <= SOON for seconds in self.settled) / self.ever if self.ever else 1.0


@dataclass(slots=True)
class Loop:
    """One hub under test: its folder and config, its processes, and what it acknowledged (code by id)."""

    folder: Path
    db: Db
    hub: str
    proefnet: str
    key: str
    accounts: list[str]
    nursery: Nursery
    roles: tuple[tuple[str, ...], ...]
    team: list[Process] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    frozen: list[tuple[float, Process]] = field(default_factory=list)

    def start(self, words: tuple[str, ...], point: str = "") -> Process:
        """One hub process more."""
        return self.nursery.start(
            *words, "--config", str(self.folder / "config.yaml"), log=self.folder / "hub.log", point=point
        )

    def start_cold(self, *words: str) -> Process:
        """One hub process more, started as a person does."""
        return cold(*words, "--config", str(self.folder / "config.yaml"), log=self.folder / "hub.log")

    def moving(self) -> int:
        """How many bezorgingen are still under way. Only for the pace of the loop; the counting is proefnet's."""
        moving = select(func.count()).select_from(BezorgingRij).where(BezorgingRij.staat.in_(MOVING))
        return self.db.read_sync(lambda s: s.scalar(moving)) or 0

    def log(self) -> str:
        """The end of what the hub wrote, for who must find out."""
        return (self.folder / "hub.log").read_text(encoding="utf-8")[-3000:]

    def open(self, number: int) -> None:
        """Open one actie; a lost answer is asked for again with the same Idempotency-Key, as a client should."""
        answer = self.ask("POST", "/api/v1/acties", actie(number), {"Idempotency-Key": f"crash-{number}"})
        self.made[str(answer["id"])] = str(answer["code"])

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Ask the hub until it answers: it may be gone, starting or frozen."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                return call(method, self.hub + path, body, {"Authorization": f"Bearer {self.key}", **(headers or {})})
            except urllib.error.HTTPError as error:
                if error.code < 500 or time.monotonic() > deadline:
                    raise RuntimeError(f"{error.code} {error.read()[:300]!r}\n{self.log()}") from error
            except (OSError, HTTPException) as error:
                if time.monotonic() > deadline:
                    raise RuntimeError(self.log()) from error
            time.sleep(0.03)

    def kill(self, chance: random.Random) -> None:
        """kill -9 one process that is not frozen, and start another in its place."""
        self.thaw()
        while not (awake := [item for item in self.team if item not in [frozen for _, frozen in self.frozen]]):
            time.sleep(0.05)
            self.thaw()
        victim = self.team.index(chance.choice(awake))
        self.team[victim].kill()
        self.team[victim] = self.start(self.roles[victim])

    def freeze(self, chance: random.Random) -> None:
        """Stop one process for twice its lease; it goes on by `thaw`, believing that nothing happened."""
        process = chance.choice(self.team)
        if process not in [frozen for _, frozen in self.frozen]:
            process.freeze()
            self.frozen.append((time.monotonic() + 2 * LEASE, process))

    def thaw(self, *, all: bool = False) -> None:
        """Let go on what was frozen long enough; with `all` wait for the last."""
        while self.frozen and (all or self.frozen[0][0] <= time.monotonic()):
            moment, process = self.frozen.pop(0)
            time.sleep(max(0.0, moment - time.monotonic()))
            process.thaw()


def run(
    deliveries: int = 200, kills: int = 4, *, database: str = "sqlite", stops: int = 0, seed: int = 1
) -> tuple[Counts, Unknown]:
    """The whole loop in a folder of its own."""
    chance = random.Random(seed)
    accounts = max(1, min(ACCOUNTS, deliveries // max(1, kills)))
    wanted = -(-deliveries // accounts)
    with prepared(accounts, database) as loop:
        loop.team = [loop.start(words) for words in loop.roles]
        loop.ask("GET", "/healthz")
        rounds = max(1, kills)
        freezing = chance.sample(range(rounds), min(stops, rounds))
        with ThreadPoolExecutor(8) as clients:
            for number in range(rounds):
                asked = range(wanted * number // rounds, wanted * (number + 1) // rounds)
                opening = [clients.submit(loop.open, item) for item in asked]
                if number in freezing:
                    time.sleep(chance.uniform(0, WINDOW / 2))
                    loop.freeze(chance)
                if kills:
                    time.sleep(chance.uniform(0, WINDOW))
                    loop.kill(chance)
                # Not faster than the hub can follow: a process that dies before it could send a thing tests nothing.
                while wait(opening, timeout=0.05).not_done or loop.moving() > BEHIND * accounts:
                    loop.thaw()
                for done in opening:
                    done.result()
                _tell(number + 1, rounds)
        loop.thaw(all=True)
        return settled(loop, kills)


def at_points(points: Iterable[str], database: str = "sqlite") -> Counts:
    """A hub that kills itself at each of these points in turn, while an actie is opened and posted."""
    with prepared(4, database) as loop, ThreadPoolExecutor(4) as clients:
        opening = []
        for number, point in enumerate(points):
            process = loop.start(SERVE, point)
            opening.append(clients.submit(loop.open, number))
            if not process.ended(STOP_SECONDS):
                raise RuntimeError(f"{point} is niet bereikt\n{loop.log()}")
        loop.team = [loop.start(SERVE)]
        for done in opening:
            done.result()
        return settled(loop, len(opening))[0]


def actie(number: int) -> dict[str, object]:
    """One actie that every account posts at once."""
    return {
        "kenmerk": f"CRASH-{number:05d}",
        "soort": "tijdkritisch",
        "type": "diefstal-voertuig",
        "niveau": "lokaal",
        "titel": f"Witte bestelbus gestolen ({number})",
        "bericht": "Een witte bestelbus is gestolen van een bedrijf in Lage Weide.",
        "gemeente": "GM0344",
        "looptijdMinuten": 600,
        "publiceren": True,
    }


@contextlib.contextmanager
def prepared(accounts: int, database: str, lease: float = LEASE) -> Iterator[Loop]:
    """Proefnet with these accounts, a database, config.yaml and a key; no hub process yet. Ends all it started."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        network = stack.enter_context(proefnet(folder / "proefnet", LATENCY))
        url = stack.enter_context(postgres()) if database == "postgresql" else f"sqlite:///{folder / 'hub.db'}"
        nursery = stack.enter_context(Nursery())
        names = [f"proef-{number:02d}" for number in range(accounts)]
        for name in names:
            call("POST", f"{network}/api/accounts", {"naam": name, "titel": name, "token": f"token-{name}"})
        port = free_port()
        config = _config(port, url, network, names, lease)
        (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        db = stack.enter_context(opened(url))
        upgrade(db.engine)
        key = db.write_sync(lambda s: keys.make(s, rol="meldkamer", naam="crash", now=SystemClock().now()))
        loop = Loop(folder, db, f"http://127.0.0.1:{port}", network, key, names, nursery, TEAMS[database])
        yield loop
        for process in loop.team:
            process.stop()


def _config(port: int, url: str, network: str, names: list[str], lease: float) -> dict[str, Any]:
    return {
        "adres": f"http://127.0.0.1:{port}",
        "poort": port,
        "database_url": url,
        "sleutelbestand": "hub.sleutel",
        "bezorging": {
            "opzoeken_seconden": 0.5,
            "opzoeken_minuten": LOOK_UP_SECONDS / 60,
            "totaal_seconden": 5,
            "verbinden_seconden": 2,
            "lease_seconden": lease,
        },
        "kanalen": [
            {
                "naam": name,
                "netwerk": "proef",
                "instellingen": {"basisUrl": network, "account": name, "token": f"token-{name}"},
            }
            for name in names
        ],
    }


def posts(loop: Loop) -> int:
    """How many posts were ever made at proefnet."""
    seen = call("GET", f"{loop.proefnet}/api/tellingen")["accounts"]
    return sum(int(account["gemaakt"]) for account in seen.values())


def settled(loop: Loop, kills: int) -> tuple[Counts, Unknown]:
    """Wait until nothing is under way, then compare what was acknowledged with what proefnet has."""
    unknown = _quiet(loop)
    listed = {
        (row["kanaal"], code)
        for actie_id, code in loop.made.items()
        for row in loop.ask("GET", f"/api/v1/acties/{actie_id}/bezorgingen")["bezorgingen"]
        if row["staat"] in LISTED
    }
    seen: dict[str, Any] = call("GET", f"{loop.proefnet}/api/tellingen")["accounts"]
    pairs = list(product(loop.accounts, loop.made.values()))
    made = {(account, code): seen[account]["perKenmerk"].get(code, 0) for account, code in pairs}
    lost = [pair for pair in pairs if not made[pair] and pair not in listed]
    if lost:
        sys.stderr.write(f"verloren: {lost[:20]}\n{loop.log()}\n")
    counts = Counts(
        bezorgingen=len(pairs),
        kills=kills,
        verloren=len(lost),
        dubbel=sum(max(0, count - 1) for count in made.values()),
        onbekend=len(listed),
        vanzelfOpgelost=len(unknown.settled),
    )
    return counts, unknown


def _quiet(loop: Loop) -> Unknown:
    """Wait until nothing is under way; a queue that stays as it is for long is a fault of its own."""
    unknown = BezorgingRij.opgezocht | (BezorgingRij.staat == "onbekend")
    ever = select(BezorgingRij.staat, BezorgingRij.gestart_op, BezorgingRij.bevestigd_op).where(unknown)
    left, since = loop.moving(), time.monotonic()
    while left:
        time.sleep(0.1)
        before, left = left, loop.moving()
        since = time.monotonic() if left != before else since
        if time.monotonic() - since > SETTLE_SECONDS:
            raise RuntimeError(f"{left} bezorgingen komen niet verder\n{loop.log()}")
    rows = loop.db.read_sync(lambda s: s.execute(ever).all())
    found = [(begin, end) for staat, begin, end in rows if staat == "verzonden" and begin and end]
    return Unknown(len(rows), tuple((end - begin).total_seconds() for begin, end in found))


def call(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
    """One call with JSON there and back."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - loopback only
        url, data=data, method=method, headers={"Content-Type": "application/json", **(headers or {})}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback only
        content = answer.read()
    return json.loads(content) if content[:1] in (b"{", b"[") else None


def _tell(number: int, rounds: int) -> None:
    if number % 20 == 0 or number == rounds:
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {number} van {rounds} keer gestopt\n")


def suite(
    _make: object, bezorgingen: int = 200, kills: int = 4, stops: int | None = None, database: str = "sqlite"
) -> Iterator[Mapping[str, object]]:
    """The whole loop, for `hub bench crash`."""
    if stops is None:
        stops = kills // 2 if database == "postgresql" else 0
    started = time.monotonic()
    counts, unknown = run(bezorgingen, kills, database=database, stops=stops)
    slowest = max(unknown.settled, default=0.0)
    sys.stderr.write(
        f"{time.monotonic() - started:.0f} s; {stops} keer bevroren; {unknown.ever} onbekende uitkomsten, waarvan "
        f"{unknown.within:.1%} vanzelf opgelost binnen {SOON:.0f} s (de traagste na {slowest:.1f} s)\n"
    )
    yield asdict(counts)
