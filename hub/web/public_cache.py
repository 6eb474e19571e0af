"""What the public pages show, kept in memory until anything changes: one read serves everyone who comes at once."""

import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from hub.kit.db import Db

T = TypeVar("T")
LARGEST: Final = 256


class Fresh:
    """Answers of the database that live until the next signal.

    The signal comes right after the commit and in the thread of the writer, so no reader gets a withdrawn actie from
    here once the withdrawal has returned.
    """

    def __init__(self, db: Db) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._kept: dict[object, Any] = {}
        self._round = 0
        self._deaf = False
        db.listen(self._forget, self._lost)

    async def get(self, key: object, load: Callable[[Session], T]) -> T:
        """What `load` gave since the last change, or gives now."""
        with self._lock:
            begun = self._round
            if key in self._kept:
                found: T = self._kept[key]
                return found
        fresh = await self._db.read(load)
        with self._lock:
            # What was read before a change may be older than that change: use it once, keep it not. Nor keep what
            # does not exist: whoever guesses addresses must not push the real pages out.
            if not self._deaf and self._round == begun and fresh is not None and len(self._kept) < LARGEST:
                self._kept[key] = fresh
        return fresh

    def _forget(self, _serial: int) -> None:
        with self._lock:
            self._round += 1
            self._kept.clear()
            self._deaf = False

    def _lost(self) -> None:
        """We no longer hear what others change: keep nothing until we do."""
        with self._lock:
            self._round += 1
            self._kept.clear()
            self._deaf = True
