"""Crash loop: kill -9 the hub again and again while it delivers, then count at proefnet what really arrived.

    python -m bench.crash --bezorgingen 200 --kills 20

Prints one line of JSON: {"bezorgingen", "kills", "verloren", "dubbel", "onbekend", "vanzelfOpgelost", "seconden"}.
Proefnet is never killed and does the counting. Everything runs on 127.0.0.1 and stops by itself.
"""

import argparse
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import create_engine, text

from hub.kit.clock import SystemClock
from hub.kit.databases import open_db
from hub.kit.migrate import upgrade
from hub.toegang import keys

ROOT = Path(__file__).resolve().parent.parent
LATENCY = 0.03
LOOK_UP_SECONDS = 8.0
SETTLE_SECONDS = 90.0
READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What a crash loop found. `verloren`: acknowledged, but neither at proefnet nor listed as unknown."""

    bezorgingen: int
    kills: int
    verloren: int
    dubbel: int
    onbekend: int
    vanzelfOpgelost: int
    seconden: float


@dataclass(slots=True)
class Setup:
    """One loop: its folder, the address of hub and proefnet, the key, and the accounts on proefnet."""

    folder: Path
    hub: str
    proefnet: str
    key: str
    accounts: list[str]
    codes: list[str] = field(default_factory=list)


def run(deliveries: int, kills: int, seed: int = 1) -> Counts:
    """The whole loop in a folder of its own."""
    started = time.monotonic()
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, _proefnet(Path(name)) as proefnet:
        setup = _prepare(Path(name), proefnet, min(20, deliveries))
        process = _start(setup)
        try:
            wanted = -(-deliveries // len(setup.accounts))
            for number in range(max(kills, wanted)):
                for _ in range(-(-wanted // max(kills, 1)) if kills else 1):
                    if len(setup.codes) < wanted:
                        process = _open(setup, process, len(setup.codes))
                if number < kills:
                    time.sleep(chance.uniform(0.0, 0.5))
                    process.kill()
                    process.wait()
                    process = _start(setup)
            unknown = _settle(setup)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        return _count(setup, kills, unknown, time.monotonic() - started)


@contextmanager
def _proefnet(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "hub.demo.proefnet", "--map", str(folder / "proefnet"), "--poort", "0", "--json"]
    with subprocess.Popen(
        [*command, "--vertraging", str(LATENCY)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield str(json.loads(line)["url"])
        finally:
            process.terminate()


def _prepare(folder: Path, proefnet: str, accounts: int) -> Setup:
    """Accounts on proefnet, a config.yaml with a kanaal for each, and a key for the meldkamer."""
    names = [f"proef-{number:02d}" for number in range(accounts)]
    for name in names:
        _call("POST", f"{proefnet}/api/accounts", {"naam": name, "titel": name, "token": f"token-{name}"})
    port = _free_port()
    config = {
        "adres": f"http://127.0.0.1:{port}",
        "poort": port,
        "database_url": "sqlite:///hub.db",
        "sleutelbestand": "hub.sleutel",
        "bezorging": {
            "opzoeken_seconden": 0.5,
            "opzoeken_minuten": LOOK_UP_SECONDS / 60,
            "totaal_seconden": 5,
            "verbinden_seconden": 2,
        },
        "kanalen": [
            {
                "naam": name,
                "netwerk": "proef",
                "instellingen": {"basisUrl": proefnet, "account": name, "token": f"token-{name}"},
            }
            for name in names
        ],
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    db = open_db(f"sqlite:///{folder / 'hub.db'}")
    upgrade(db.engine)
    key = db.write_sync(lambda s: keys.make(s, rol="meldkamer", naam="crash", now=SystemClock().now()))
    db.close()
    return Setup(folder, f"http://127.0.0.1:{port}", proefnet, key, names)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(setup: Setup) -> "subprocess.Popen[bytes]":
    """Start the hub and wait until it answers."""
    with (setup.folder / "hub.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub", "serve", "--config", str(setup.folder / "config.yaml")],
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=ROOT,
        )
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _call("GET", f"{setup.hub}/healthz")
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
        else:
            return process
    raise RuntimeError((setup.folder / "hub.log").read_text(encoding="utf-8")[-2000:])


def _open(setup: Setup, process: "subprocess.Popen[bytes]", number: int) -> "subprocess.Popen[bytes]":
    """Open one actie; a lost answer is asked again with the same Idempotency-Key, as a client should."""
    body = {
        "kenmerk": f"CRASH-{number:04d}",
        "soort": "tijdkritisch",
        "type": "diefstal-voertuig",
        "niveau": "lokaal",
        "titel": f"Witte bestelbus gestolen ({number})",
        "bericht": "Een witte bestelbus is gestolen van een bedrijf in Lage Weide.",
        "gemeente": "GM0344",
        "looptijdMinuten": 60,
        "publiceren": True,
    }
    headers = {"Authorization": f"Bearer {setup.key}", "Idempotency-Key": f"crash-{number}"}
    answer = _call("POST", f"{setup.hub}/api/v1/acties", body, headers)
    setup.codes.append(str(answer["code"]))
    return process


def _settle(setup: Setup) -> tuple[int, int]:
    """Wait until nothing is under way; returns (ever unknown, still unknown or a task)."""
    engine = create_engine(f"sqlite:///{setup.folder / 'hub.db'}")
    query = text("SELECT staat, count(*) FROM bezorging GROUP BY staat")
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        with engine.connect() as connection:
            states = {str(staat): int(count) for staat, count in connection.execute(query)}
        moving = sum(states.get(staat, 0) for staat in ("wachtrij", "geclaimd", "verzenden", "onbekend"))
        if moving == 0 or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    with engine.connect() as connection:
        ever = connection.execute(
            text("SELECT count(*) FROM bezorging WHERE opgezocht OR staat = 'onbekend'")
        ).scalar_one()
    engine.dispose()
    return int(ever), states.get("onbekend", 0) + states.get("taak", 0)


def _count(setup: Setup, kills: int, unknown: tuple[int, int], seconds: float) -> Counts:
    """Compare what was acknowledged with what proefnet has: per account, one post per actie code."""
    seen: dict[str, Any] = _call("GET", f"{setup.proefnet}/api/tellingen")["accounts"]
    made = [seen[account]["perKenmerk"].get(code, 0) for account in setup.accounts for code in setup.codes]
    missing, double = sum(count == 0 for count in made), sum(max(0, count - 1) for count in made)
    ever, left = unknown
    return Counts(
        bezorgingen=len(made),
        kills=kills,
        verloren=max(0, missing - left),
        dubbel=double,
        onbekend=left,
        vanzelfOpgelost=max(0, ever - left),
        seconden=round(seconds, 1),
    )


def _call(method: str, url: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - loopback only
        url, data=data, method=method, headers={"Content-Type": "application/json", **(headers or {})}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback only
        content = answer.read()
    return json.loads(content) if content[:1] in (b"{", b"[") else None


def suite(_make: object) -> Iterator[dict[str, Any]]:
    """The whole loop, for `hub bench crash`."""
    yield asdict(run(200, 20))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Stop de hub hard tijdens het bezorgen en tel wat aankwam.")
    parser.add_argument("--bezorgingen", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--zaad", type=int, default=1)
    choice = parser.parse_args()
    sys.stdout.write(json.dumps(asdict(run(choice.bezorgingen, choice.kills, choice.zaad))) + "\n")


if __name__ == "__main__":
    main()
