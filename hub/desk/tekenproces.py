"""The cards of posts are drawn in a process of their own, on another processor than the start of their actie.

In one process the two would take turns, and the first post would leave when both are done. A photo never goes there:
a face is in the memory of one process only, where it can be forgotten.
"""

import asyncio
import contextlib
import os
import pickle
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

from hub.content import Image, PosterRequest, Renderer
from hub.kit import log

WARM_SECONDS = 5.0
"""What is due when a hub starts leaves first: a process that gets ready takes a processor for half a second."""
WARM_MAX = 600.0
"""The wait doubles up to this for a process that breaks before it drew anything: it will the next time as well."""
LADER = ("LD_LIBRARY_PATH",)
"""All that it gets of the environment of the hub: where the libraries are that it draws with."""
FIRST = 30.0
"""Seconds to get ready and draw the first picture."""
PATIENCE = 1.0
"""Seconds for a picture that takes some ten milliseconds: a process that is stuck holds up no post for longer."""
LENGTH = 4
"""Bytes before an answer that say how long it is."""


class Tekenproces:
    """Draws like `own`. Where there is no process, or it is busy or broken, `own` draws, in a thread.

    `command` starts the process. It draws `eerste` for nobody: what is slow the first time is done then.
    Call everything on the event loop.
    """

    def __init__(self, own: Renderer, command: Sequence[str], eerste: PosterRequest) -> None:
        self._own, self._command, self._eerste = own, command, eerste
        self._process: Process | None = None
        self._free = self._stopped = False
        self._later: asyncio.TimerHandle | None = None
        self._wait = WARM_SECONDS
        self._starting: asyncio.Task[None] | None = None
        self._log = log.get("beelden")

    def signature(self, request: PosterRequest) -> str:
        """As `own`."""
        return self._own.signature(request)

    def forget_photos(self) -> None:
        """As `own`; the process keeps nothing."""
        self._own.forget_photos()

    async def render(self, request: PosterRequest) -> Image:
        """As `own`, and the same bytes."""
        faceless = request.foto is None and not request.meer_fotos
        if faceless and self._free and (drawn := await self._asked(request, PATIENCE)) is not None:
            return drawn
        return await asyncio.get_running_loop().run_in_executor(None, self._own.render, request)

    def begin(self) -> None:
        """Start the process in a while."""
        if not self._stopped:
            self._later = asyncio.get_running_loop().call_later(self._wait, self._get_ready)
            self._wait = min(2 * self._wait, WARM_MAX)

    def _get_ready(self) -> None:
        self._starting = asyncio.get_running_loop().create_task(self.start())

    async def start(self) -> None:
        """Start the process, and wait until it is ready."""
        try:
            # In a session of its own: what interrupts the hub from the keyboard is for the hub, that ends it in order.
            # And without what is in the environment of the hub, where its secrets may be.
            env = {naam: os.environ[naam] for naam in LADER if naam in os.environ}
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, start_new_session=True, env=env
            )
        except OSError as error:
            self._log.warning("het tekenproces begint niet; de hub tekent zelf", fout=type(error).__name__)
            return
        await self._asked(self._eerste, FIRST)

    async def stop(self) -> None:
        """End the process, for good."""
        self._stopped = True
        if self._later is not None:
            self._later.cancel()
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._end()

    async def _asked(self, request: PosterRequest, patience: float) -> Image | None:
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return None
        self._free = False
        try:
            async with asyncio.timeout(patience):
                self._process.stdin.write(pickle.dumps(request))
                length = int.from_bytes(await self._process.stdout.readexactly(LENGTH), "big")
                answer = await self._process.stdout.readexactly(length)
            drawn = pickle.loads(answer)  # noqa: S301 - from our own process, over our own pipe
        except Exception as error:  # also what cannot be read, of a process with newer code than this
            if not self._stopped:
                self._log.warning("het tekenproces is weg en wordt opnieuw gestart", fout=type(error).__name__)
            await self._end()
            self.begin()
            return None
        self._free, self._wait = True, WARM_SECONDS
        return drawn if isinstance(drawn, Image) else None

    async def _end(self) -> None:
        """It holds nothing that could get lost."""
        process, self._process, self._free = self._process, None, False
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
