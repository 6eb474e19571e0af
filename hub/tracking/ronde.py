"""A round past the netwerken about posts that are out: kanalen side by side, none waits for another."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from hub.content import NeedsAttention, NotNow
from hub.delivery.model import REKENING, Bezorging
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts, Rekening
from hub.kanalen.model import Kanaal
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db

BEURT = 40.0
"""Seconds one kanaal gets of a round; what it does not come to is first in the next."""
RUST, LANGSTE_RUST = timedelta(minutes=1), timedelta(minutes=15)
NOOIT = datetime.min.replace(tzinfo=UTC)

Vraag = Callable[[Rekening, Bezorging], Awaitable[bool]]


class Ronde:
    """Asks about posts, one after the other per kanaal. A failing post holds up no other, a failing kanaal neither.

    A kanaal that asks us to wait, or that only a person can mend, is left alone for a while. After `geduld` seconds
    a round is over; a kanaal that is still busy goes on by itself and is skipped until it is done.
    """

    def __init__(
        self, db: Db, accounts: Accounts, clock: Clock, naam: str, *, beurt: float = BEURT, geduld: float = BEURT
    ) -> None:
        self._db, self._accounts, self._clock = db, accounts, clock
        self._beurt, self._geduld = beurt, geduld
        self._bezig: dict[str, asyncio.Task[int]] = {}
        self._rust: dict[str, datetime] = {}
        self._gevraagd: dict[str, datetime] = {}
        self._log = log.get(naam)

    async def langs(self, posts: Sequence[Bezorging], mag: Callable[[Kanaal], bool], vraag: Vraag) -> int:
        """Ask about each of these posts on a kanaal that `mag` lets through; returns how many went well."""
        now = self._clock.now()
        self._gevraagd = {post.id: self._gevraagd[post.id] for post in posts if post.id in self._gevraagd}
        beurten: dict[str, list[Bezorging]] = {}
        for post in sorted(posts, key=lambda post: self._gevraagd.get(post.id, NOOIT)):
            if post.kanaal not in self._bezig and self._rust.get(post.kanaal, NOOIT) <= now:
                beurten.setdefault(post.kanaal, []).append(post)
        known = await self._db.read(lambda s: kanalen.some(s, beurten.keys())) if beurten else {}
        open_ = {naam for naam, kanaal in known.items() if mag(kanaal)}
        accounts = await self._accounts.load(open_) if open_ else {}
        tasks = {naam: asyncio.create_task(self._beurt_van(beurten[naam], accounts[naam], vraag)) for naam in open_}
        self._bezig |= tasks
        for naam, task in tasks.items():
            task.add_done_callback(partial(self._done, naam))
        done = (await asyncio.wait(tasks.values(), timeout=self._geduld))[0] if tasks else set()
        return sum(task.result() for task in done)

    async def stop(self) -> None:
        """Leave what is still under way; it is asked again later."""
        for task in list(self._bezig.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _done(self, naam: str, _: asyncio.Task[int]) -> None:
        self._bezig.pop(naam, None)

    async def _beurt_van(self, posts: Sequence[Bezorging], account: Rekening | Exception, vraag: Vraag) -> int:
        """The posts of one kanaal, for as long as its turn lasts."""
        if isinstance(account, Exception):
            self._leave(posts[0], account, RUST)
            return 0
        done = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._beurt):
                for post in posts:
                    self._gevraagd[post.id] = self._clock.now()
                    try:
                        # On another account the reference would mean another post, or none at all.
                        own = post.ref_extra.get(REKENING, account.som) == account.som
                        done += await vraag(account, post) if own else 0
                    except NotNow as error:
                        # What a netwerk names may be negative, or longer than time itself.
                        asked = min(max(0.0, error.after or 0.0), LANGSTE_RUST.total_seconds())
                        self._leave(post, error, timedelta(seconds=asked))
                        break
                    except NeedsAttention as error:
                        self._leave(post, error, LANGSTE_RUST)
                        break
                    except Exception as error:
                        self._say(post, error)
        return done

    def _leave(self, post: Bezorging, error: Exception, span: timedelta) -> None:
        self._rust[post.kanaal] = self._clock.now() + span
        self._say(post, error)

    def _say(self, post: Bezorging, error: Exception) -> None:
        self._log.warning("lukte niet", kanaal=post.kanaal, fout=log.redact(str(error)) or type(error).__name__)
