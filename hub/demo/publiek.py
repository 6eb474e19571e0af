"""A make-believe public for the demo: follows short links as a browser does, and now and then answers a post."""

import asyncio
import contextlib
import random

import aiohttp

from hub.acties.model import Actie
from hub.commands.proces import Hub
from hub.delivery import store as delivery
from hub.demo import opbouw
from hub.tracking import links

PAUSE = (0.6, 2.4)
ANSWERS_IN = 7
FOLLOWS = 0.5
BROWSER = {
    "User-Agent": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
    ),
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-User": "?1",
}
ANTWOORDEN = (
    "Gedeeld in de buurtapp.",
    "Ik kijk uit, ik fiets er zo langs.",
    "Volgens mij liep zij net bij de molen.",
    "Gedeeld, hopelijk snel gevonden!",
)


async def play(hub: Hub, proefnet: str) -> None:
    """Go on until cancelled; only while an actie runs."""
    chance = random.Random()  # noqa: S311 - plays people, guards nothing
    async with aiohttp.ClientSession(headers=BROWSER) as session:
        while True:
            await asyncio.sleep(chance.uniform(*PAUSE))
            actie = await opbouw.running_story(hub)
            if actie is not None:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    await _act(hub, actie, proefnet, session, chance)


async def _act(hub: Hub, actie: Actie, proefnet: str, session: aiohttp.ClientSession, chance: random.Random) -> None:
    """One reader does one thing."""
    if chance.randrange(ANSWERS_IN) == 0:
        rows = await hub.db.read(lambda s: delivery.of_actie(s, actie.id))
        posts = [row for row in rows if row.soort == "publiceren" and row.ref]
        if posts:
            post = chance.choice(posts)
            account = post.kanaal.removeprefix("proef-")
            # Under a post about a person the hub lets only followers answer; of the others nothing is heard.
            volger = chance.random() < FOLLOWS
            body = {"van": "Een voorbijganger", "tekst": chance.choice(ANTWOORDEN), "volger": volger}
            await session.post(f"{proefnet}/api/accounts/{account}/posts/{post.ref}/replies", json=body)
        return
    codes = list(await hub.db.read(lambda s: links.sporen(s, actie.id)))
    if codes:
        await session.get(f"{hub.config.link_basis}/{chance.choice(codes)}", allow_redirects=False)
