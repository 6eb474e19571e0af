"""How soon work goes on: after a start (`hervat`), and by another process when one dies (`overname`).

A hub dies with a post claimed and not sent. `hervat` is started as a person does, next to a process that only imports
the hub; `overname` is on PostgreSQL with the lease of the settings, next to that lease. Proefnet tells when the post
was made. Waits for a processor that others had are left out.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from bench import crash
from bench.faults.processes import ROOT
from hub.commands.bench import meting
from hub.kit.config import Bezorging

ROUNDS, PATIENCE = 3, 60.0


def resumed(rounds: int = ROUNDS) -> list[float]:
    """Seconds from a start until what was due is on proefnet, per round, on SQLite."""
    with crash.prepared(1, "sqlite") as loop, ThreadPoolExecutor(rounds) as clients:
        return [_resumed(loop, clients, number) for number in range(rounds)]


def _resumed(loop: crash.Loop, clients: ThreadPoolExecutor, number: int) -> float:
    halted = loop.start(crash.SERVE, "claim")
    opened = clients.submit(loop.open, number)
    _wait(halted.ended)
    before, begin = crash.posts(loop), time.monotonic()
    started = loop.start_cold(*crash.SERVE)
    loop.team = [started]
    _wait(lambda: crash.posts(loop) > before)
    took = time.monotonic() - begin - started.queued()
    opened.result()
    loop.team.pop().kill()
    return took


def taken_over() -> float:
    """Seconds from the death of one process until another sent what it held, on PostgreSQL."""
    with crash.prepared(1, "postgresql", Bezorging().lease_seconden) as loop, ThreadPoolExecutor(1) as client:
        dying, heir = loop.start(crash.SERVE, "beeld"), loop.start(crash.WORK)
        loop.team = [heir]
        _wait(lambda: loop.log().count('"gestart"') == 2)
        heir.freeze()  # so that it is the other that claims the post
        opened = client.submit(loop.open, 0)
        _wait(dying.ended)
        heir.thaw()
        died, queued = time.monotonic(), heir.queued()
        _wait(lambda: crash.posts(loop) == 1)
        took = time.monotonic() - died - (heir.queued() - queued)
        loop.team.append(loop.start(crash.SERVE))
        opened.result()
    return took


def suite(_make: object, rounds: int = ROUNDS) -> Iterator[Mapping[str, object]]:
    """Both, for `hub bench hervatten`."""
    yield meting(
        "hervat", statistics.median(resumed(rounds)), "s", statistics.median(_imports() for _ in range(rounds))
    )
    yield meting("overname", taken_over(), "s", Bezorging().lease_seconden)


def _imports() -> float:
    begin = time.monotonic()
    subprocess.run([sys.executable, "-c", "import hub.commands.proces, hub.web.site"], check=True, cwd=ROOT)
    return time.monotonic() - begin


def _wait(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("het werk ging niet verder")
        time.sleep(0.01)
