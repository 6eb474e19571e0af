"""Work that nobody waits for, kept hold of until it is done or its owner stops."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Ernaast:
    """Tasks beside the rest. Whoever begins one reports its failures inside it; `stop` cuts off what still runs."""

    def __init__(self) -> None:
        # The loop holds a task only weakly: one that nobody keeps may disappear half-way (asyncio's own warning).
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Start at once, on the running loop."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel what is under way and wait until it has let go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
