"""The web server of one hub process: uvicorn on a socket that is bound before anything else starts."""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial

import uvicorn

from hub.commands.verbinding import Verbinding
from hub.web.headers import App

GRACE_SECONDS = 2
SWITCH_SECONDS = 0.0005
"""How long a thread that draws or writes may keep the loop waiting; the usual 5 ms for each of a thousand players
that fetch at once would be seconds."""


class PoortBezet(Exception):
    """The hub cannot listen where it should; the message says which setting to change."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises PoortBezet."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PoortBezet(_refused(host, port, error)) from error
    return listener


def _refused(host: str, port: int, error: OSError) -> str:
    """Why the hub cannot listen there, and which setting to change."""
    if error.errno == errno.EADDRINUSE:
        return f"poort: op {host} is poort {port} al in gebruik. Stop wat daar draait, of kies een andere met --poort."
    if error.errno == errno.EACCES:
        return f"poort: de hub mag poort {port} niet gebruiken; onder de 1024 mag alleen root dat. Kies een hogere."
    return f"luister: {host} is geen adres van deze machine. Kies 127.0.0.1, of 0.0.0.0 voor alle adressen."


async def serve(app: App, listener: socket.socket) -> None:
    """Serve until a signal stops the process. No access log: it would hold screen tokens and addresses."""
    settings = uvicorn.Config(
        app,
        http=Verbinding,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=False,
    )
    server = _Server(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, partial(setattr, server, "should_exit", True))
    await server.serve(sockets=[listener])


def settle() -> None:
    """What was made so far stays: the collector need not go through it again, 0.1 s at a time with all threads."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handling, which ends the process before the hub could close what it opened."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; what comes in during the clean-up that follows waits, and is not refused."""
        await super().startup(sockets=sockets)
        settle()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
