"""The links board: every short link in memory, so that a redirect asks the database nothing."""

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db, Signaal, newer_signals
from hub.tracking.links import WERVING
from hub.tracking.tables import LinkRij
from hub.tracking.throttle import Throttle

VOORBIJ: Final = frozenset({"afgesloten", "ingetrokken"})
VIA: Final = "via"
"""Name of the query parameter that tells the page which link was followed."""

CHUNK: Final = 500

Links = Select[str, str, str, str]


@dataclass(frozen=True, slots=True)
class LinkStand:
    """Where a code leads and whether its actie is over; `locatie` is `doel_url` with the code."""

    actie_id: str
    doel_url: str
    einde: bool
    locatie: str


class LinkBoard:
    """`lookup(code)` for the door. Call `start()` once; after that each commit keeps it right.

    A withdrawal is on the board before the call that withdrew has returned, because listeners run in the
    writer thread right after the commit.
    """

    def __init__(self, db: Db, clock: Clock) -> None:
        self._db = db
        self._links: dict[str, LinkStand] = {}
        self._serial = 0
        self._lock = threading.Lock()
        self._log = log.get("links")
        self.misses = Throttle(clock)

    def start(self) -> None:
        """Load everything and follow the signals from there on."""
        self._db.listen(self._changed)
        self.rebuild()

    def rebuild(self) -> None:
        """Read all links anew; readers see the old ones until it is done."""
        with self._lock:
            self._serial, self._links = self._db.read_sync(_everything)

    def lookup(self, code: str) -> LinkStand | None:
        """Where this code leads, if anywhere; codes that are read aloud or typed (lower case) work too."""
        found = self._links.get(code) or self._links.get(code.upper())
        return found if found is not None and found.doel_url else None

    def miss(self, address: str) -> bool:
        """Note that `address` asked for an unknown code: True = answer 404, False = answer 429.

        A hit never costs anything, so a scanner behind the same network cannot lock a reader out of a real link.
        """
        return self.misses.allow(address)

    def __len__(self) -> int:
        return len(self._links)

    def _changed(self, _serial: int) -> None:
        with self._lock:
            try:
                self._serial, fresh = self._db.read_sync(self._newer)
            except Exception:
                # The writer thread must live on; the serial did not move, so the next commit tries again.
                self._log.exception("korte links niet bijgewerkt")
                return
            self._links.update(fresh)

    def _newer(self, session: Session) -> tuple[int, dict[str, LinkStand]]:
        signals = newer_signals(session, self._serial)
        codes = sorted({item.sleutel for item in signals if item.onderwerp == "link"})
        acties = sorted({item.sleutel for item in signals if item.onderwerp in ("actie", "links")})
        fresh: dict[str, LinkStand] = {}
        for part in _chunks(acties):
            fresh |= _load(session, _links().where(LinkRij.actie_id.in_(part)))
        for part in _chunks([code for code in codes if code not in fresh]):
            fresh |= _load(session, _links().where(LinkRij.code.in_(part)))
        return (signals[-1].serial if signals else self._serial), fresh


def _links() -> Links:
    return select(LinkRij.code, LinkRij.actie_id, LinkRij.doel_url, ActieRij.fase).outerjoin(
        ActieRij, ActieRij.id == LinkRij.actie_id
    )


def _load(session: Session, query: Links) -> dict[str, LinkStand]:
    return {
        code: LinkStand(
            actie_id, doel_url, actie_id != WERVING and (not fase or fase in VOORBIJ), _locatie(doel_url, code)
        )
        for code, actie_id, doel_url, fase in session.execute(query)
    }


def _everything(session: Session) -> tuple[int, dict[str, LinkStand]]:
    # The serial first: a commit in between is then read twice rather than missed.
    serial = session.scalar(select(func.max(Signaal.serial))) or 0
    return serial, _load(session, _links())


def _locatie(doel_url: str, code: str) -> str:
    before, after = _around(doel_url)
    return before + code + after


@lru_cache(maxsize=256)
def _around(doel_url: str) -> tuple[str, str]:
    """What comes before and after the code; the thousands of links of one actie have it in common."""
    parts = urlsplit(doel_url)
    query = f"{parts.query}&{VIA}=" if parts.query else f"{VIA}="
    after = f"#{parts.fragment}" if parts.fragment else ""
    return urlunsplit(parts._replace(query=query, fragment="")), after


def _chunks(keys: list[str]) -> list[list[str]]:
    return [keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK)]
