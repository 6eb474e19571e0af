"""The cards of posts are drawn in a process of their own, on another processor than the start of their actie.

In one process the two would take turns, and the first post would leave when both are done. A photo never goes there:
a face is in the memory of one process only, where it can be forgotten.
"""

import contextlib
import subprocess
import threading
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Protocol

from hub.content import Image, PosterRequest
from hub.kit import log

PATIENCE = 1.0
"""Seconds for a picture that takes some twenty milliseconds: a process that is stuck holds up no post for longer."""


class Tekenaar(Protocol):
    """What pictures for posts need of a renderer."""

    def signature(self, request: PosterRequest) -> str: ...

    def render(self, request: PosterRequest) -> Image: ...

    def forget_photos(self) -> None: ...


class Tekenproces:
    """Draws like `own`. Whatever is wrong with the process, `own` draws instead; safe to call from several threads.

    `command` starts the process; behind it comes the file descriptor of the line to it.
    """

    def __init__(self, own: Tekenaar, command: Sequence[str]) -> None:
        self._own, self._command = own, command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection[PosterRequest, Image | bool | None] | None = None
        self._ready = self._stopped = False
        self._log = log.get("beelden")

    def signature(self, request: PosterRequest) -> str:
        """As `own`."""
        return self._own.signature(request)

    def forget_photos(self) -> None:
        """As `own`; the process keeps nothing."""
        self._own.forget_photos()

    def start(self) -> None:
        """Start the process, and let it get ready beside everything else."""
        with self._lock:
            if not self._stopped:
                self._begin()

    def stop(self) -> None:
        """End the process, for good."""
        with self._lock:
            self._stopped = True
            self._end()

    def render(self, request: PosterRequest) -> Image:
        """As `own`, and the same bytes; blocks as long as drawing takes."""
        drawn = None
        if request.foto is None and self._lock.acquire(blocking=False):
            try:
                drawn = self._asked(request)
            finally:
                self._lock.release()
        return drawn or self._own.render(request)

    def _asked(self, request: PosterRequest) -> Image | None:
        if self._line is None or self._process is None:
            return None
        watch = threading.Timer(PATIENCE, self._process.kill)  # what hangs becomes what has gone
        watch.daemon = True
        watch.start()
        try:
            self._ready = self._ready or (self._line.poll(0) and self._line.recv() is True)
            if not self._ready:
                return None
            self._line.send(request)
            drawn = self._line.recv()
        except (EOFError, OSError) as error:
            self._log.warning("het tekenproces is weg en wordt opnieuw gestart", fout=type(error).__name__)
            self._end()
            self._begin()
            return None
        finally:
            watch.cancel()
        return drawn if isinstance(drawn, Image) else None

    def _begin(self) -> None:
        ours, theirs = Pipe()
        with theirs:
            number = theirs.fileno()
            # In a session of its own: what interrupts the hub from the keyboard is for the hub, that ends it in order.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                [*self._command, str(number)], pass_fds=[number], start_new_session=True, stdin=subprocess.DEVNULL
            )
        self._line, self._ready = ours, False

    def _end(self) -> None:
        if self._line is None or self._process is None:
            return
        self._line.close()  # which ends it
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self._process.kill()
        self._process.wait()
        self._process, self._line = None, None
