"""What a page keeps for a person who is still typing: a chosen photo and the drawings of a preview.

In memory only and for a quarter of an hour, so that a fault in a form never costs a photo and a photo never
lingers. Everything belongs to one user and is out of reach for others.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from hub.content import ActieView, Foto
from hub.kit.clock import Clock
from hub.kit.ids import token

BEWAAR = timedelta(minutes=15)
HOOGSTENS_FOTOS = 24
HOOGSTENS_SCHETSEN = 200


@dataclass(frozen=True, slots=True)
class Bewaard:
    """One chosen photo, cleaned, and until when it is kept."""

    wie: str
    data: bytes
    tot: datetime


@dataclass(frozen=True, slots=True)
class Schets:
    """What a preview draws. The photo is that of the stored actie (`actie_id`) or a kept one (`foto`).

    `foto_mag`: whether policy lets anybody see a photo of it.
    """

    wie: str
    view: ActieView
    actie_id: str
    foto: str
    focus: tuple[float, float]
    foto_mag: bool
    tot: datetime


class Bewaring:
    """Kept photos and sketches; the oldest make room. `forget` is called when a photo goes: a preview has shown it."""

    def __init__(self, clock: Clock, forget: Callable[[], None]) -> None:
        self._clock, self._forget = clock, forget
        self._salt = token()
        self._fotos: OrderedDict[str, Bewaard] = OrderedDict()
        self._schetsen: OrderedDict[str, Schets] = OrderedDict()

    def keep_foto(self, wie: str, data: bytes) -> str:
        """Keep a cleaned photo; returns the name to ask for it by. Call on the event loop."""
        self._purge()
        naam = token(18)
        self._fotos[naam] = Bewaard(wie, data, self._clock.now() + BEWAAR)
        while len(self._fotos) > HOOGSTENS_FOTOS:
            self.drop_foto(next(iter(self._fotos)))
        # Also when nobody comes by again, and whatever the clock on the wall does meanwhile.
        asyncio.get_running_loop().call_later(BEWAAR.total_seconds(), self.drop_foto, naam)
        return naam

    def foto(self, wie: str, naam: str) -> bytes | None:
        """The kept photo of this user; None when it is gone."""
        self._purge()
        found = self._fotos.get(naam)
        return found.data if found and found.wie == wie else None

    def drop_foto(self, naam: str) -> None:
        """Forget a photo that has found its actie or is not wanted."""
        if self._fotos.pop(naam, None) is not None:
            self._forget()

    def sketch(
        self, wie: str, view: ActieView, *, actie_id: str, foto: str, focus: tuple[float, float], foto_mag: bool
    ) -> str:
        """Keep what to draw; the same content has the same name, so that a page does not load it twice."""
        self._purge()
        mark = f"{self._salt}|{wie}|{view!r}|{actie_id}|{foto}|{focus}|{foto_mag}"
        naam = sha256(mark.encode()).hexdigest()[:32]
        self._schetsen.pop(naam, None)
        self._schetsen[naam] = Schets(wie, view, actie_id, foto, focus, foto_mag, self._clock.now() + BEWAAR)
        while len(self._schetsen) > HOOGSTENS_SCHETSEN:
            self._schetsen.popitem(last=False)
        return naam

    def schets(self, wie: str, naam: str) -> Schets | None:
        """The sketch of this user; None when it is gone."""
        self._purge()
        found = self._schetsen.get(naam)
        return found if found and found.wie == wie else None

    def foto_of(self, schets: Schets) -> Foto | None:
        """The kept photo of a sketch with its focus point."""
        data = self.foto(schets.wie, schets.foto) if schets.foto else None
        return Foto(data, *schets.focus) if data else None

    def _purge(self) -> None:
        now = self._clock.now()
        for naam in [naam for naam, item in self._fotos.items() if item.tot <= now]:
            self.drop_foto(naam)
        for naam in [naam for naam, schets in self._schetsen.items() if schets.tot <= now]:
            del self._schetsen[naam]
