"""Draws and judges posters for who looks at them beforehand: `await atelier.judge(orders, gone)`, `atelier.draw(...)`.

Every format of an actie costs seconds the first time; the renderer remembers its verdicts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import ParamSpec, TypeVar

from hub.acties import rules
from hub.content import Image, Keuring, NietTeTekenen, PosterRequest, Renderer

P = ParamSpec("P")
T = TypeVar("T")
Gone = Callable[[], Awaitable[bool]]
"""Whether the visitor who asked has gone."""


class Vertrokken(Exception):
    """The visitor who asked has gone: there is nobody to answer."""


class Atelier:
    """One judging and one drawing at a time, in a thread of its own: no delivery and no withdrawal waits behind them.

    Who asks the same verdicts as another waits for that one, and then finds what the renderer remembers. What was not
    begun when its visitor went is not done.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="atelier")
        self._judging, self._drawing = asyncio.Lock(), asyncio.Lock()

    async def judge(self, orders: Sequence[PosterRequest], gone: Gone) -> dict[str, Keuring]:
        """The verdict on each format by its name, one by one so that a picture can go in between."""
        # Asked before the turn as well: a server hands over the request itself first, and only then that it was left.
        await _stay(gone)
        loop, made = asyncio.get_running_loop(), {}
        async with self._judging:
            for item in orders:
                await _stay(gone)
                made[item.formaat] = await loop.run_in_executor(self._thread, _judged, self._renderer, item)
        return made

    async def draw(self, order: PosterRequest, width: int, height: int, gone: Gone) -> Image:
        """One poster of this size; raises NietTeTekenen where it cannot be drawn, Vertrokken when it need not."""
        await _stay(gone)
        async with self._drawing:
            await _stay(gone)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._renderer.render, order, width, height)

    async def aside(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Other work on a picture, in the thread of the drawing; it comes between two verdicts."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Begin nothing more; what is under way is finished."""
        self._thread.shutdown(wait=False, cancel_futures=True)


async def _stay(gone: Gone) -> None:
    if await gone():
        raise Vertrokken


def _judged(renderer: Renderer, item: PosterRequest) -> Keuring:
    """What the check says, after what policy has against a poster of this type along a road."""
    try:
        found = renderer.keur(item)
    except NietTeTekenen as error:
        found = Keuring(item.formaat, (str(error),))
    if item.actie is None or not renderer.about(item.formaat).weg:
        return found
    besluit = rules.scherm_mag(type=item.actie.type, scherm_soort="weg")
    return found if besluit.mag else replace(found, bezwaren=(besluit.uitleg, *found.bezwaren))
