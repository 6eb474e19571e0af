"""Proefnet without pictures, over one warm pool of aiohttp, as the netwerken that ship call."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import aiohttp

from channels.proef import Channel as Proef
from hub.content import Post, Receipt, Timeouts, Unknown


class Channel(Proef):
    """One account that takes words only; all accounts share their connections, as those of one netwerk may."""

    meldt_vertrek: ClassVar[bool] = False
    _pool: ClassVar[aiohttp.ClientSession | None] = None

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        super().__init__(instellingen, timeouts)
        self.limits = replace(self.limits, images=False)

    async def publish(self, post: Post, key: str, *_: object) -> Receipt:
        """Make a post, and nothing that a bench does not need."""
        if Channel._pool is None:
            Channel._pool = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60))
        body = json.dumps({"tekst": post.text, "sleutel": key}).encode()
        async with Channel._pool.post(self._posts, data=body) as answer:
            made = json.loads(await answer.read())
        if answer.status != 201:
            raise Unknown(f"Het netwerk gaf een onverwacht antwoord ({answer.status}).")
        return Receipt(made["id"])

    async def close(self) -> None:
        """Release the connections of all accounts."""
        if Channel._pool is not None:
            await Channel._pool.close()
            Channel._pool = None
