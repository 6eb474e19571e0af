"""The open event streams of schermen: what each waits on, and waking all of them or those of one scherm."""

import asyncio
from typing import Literal

from hub.screens.stand import SchermStand

Bel = Literal["hart", "stand", "einde"]


class Wachters:
    """Used from the event loop."""

    def __init__(self) -> None:
        self._van: dict[SchermStand, set[asyncio.Future[Bel]]] = {}

    def wait(self, state: SchermStand) -> "asyncio.Future[Bel]":
        """What one stream of this scherm waits on; rings once. Hand it to `leave` when the stream ends."""
        bel: asyncio.Future[Bel] = asyncio.get_running_loop().create_future()
        self._van.setdefault(state, set()).add(bel)
        return bel

    def leave(self, state: SchermStand, bel: "asyncio.Future[Bel]") -> None:
        """The stream that waited on this is gone."""
        wachters = self._van.get(state, set())
        wachters.discard(bel)
        if not wachters:
            self._van.pop(state, None)

    def ring(self, bel: Bel, state: SchermStand | None = None) -> None:
        """Wake every stream, or those of one scherm."""
        if state is not None:
            gewekt = [self._van.pop(state, set())]
        else:
            gewekt = list(self._van.values())
            self._van = {}
        for wachters in gewekt:
            for wachter in wachters:
                if not wachter.done():
                    wachter.set_result(bel)
