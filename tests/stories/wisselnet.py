"""A network in memory for generated interleavings: every call waits until the test decides how it ends."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from hub.content import (
    ChannelError,
    Image,
    Limits,
    NeedsAttention,
    NotNow,
    Post,
    Receipt,
    Refused,
    Setting,
    Timeouts,
    Unknown,
    Weg,
)
from tests.builders import Klok

FOUTEN: Mapping[str, ChannelError] = {
    "antwoord-kwijt": Unknown("geen antwoord"),
    "verdwaald": Unknown("geen antwoord"),
    "laat": Unknown("geen antwoord"),
    "niet-nu": NotNow("druk", 1.0),
    "geweigerd": Refused("mag niet"),
    "aandacht": NeedsAttention("token verlopen"),
}
AFLOPEN = ("goed", "goed", *FOUTEN)
"""How a call can end. `antwoord-kwijt` was done, `verdwaald` was not, `laat` is done in a while: all look the same."""
WERKER: ContextVar[str] = ContextVar("werker", default="")
"""The worker that makes a call; its tasks inherit it."""
KAN: Mapping[str, frozenset[str]] = {
    "bewerkt": frozenset({"intrekken", "corrigeren", "terugzoeken"}),
    "nieuw": frozenset({"intrekken", "terugzoeken"}),
    "blind": frozenset({"intrekken", "corrigeren"}),
    "verhuist": frozenset({"intrekken", "corrigeren", "terugzoeken"}),
    "hand": frozenset(),
    "bot": frozenset({"intrekken", "corrigeren", "terugzoeken", "gesprek"}),
}
"""What each account can do; on `verhuist` an edit gives the post another reference, on `hand` people post, and what
`bot` posts also goes to subscribers."""
TRAAG = (0, 0, 0, 4, 20)
"""Seconds after which a network shows what was made, or hides what was removed, to who looks it up."""


@dataclass(eq=False, slots=True)
class Oproep:
    """One call under way: `werk` is what it does on the network, `einde` what the caller waits for."""

    deed: str
    kanaal: str
    sleutel: str
    tekst: str
    werk: Callable[[], Any]
    werker: str
    taak: "asyncio.Task[Any] | None"
    einde: "asyncio.Future[Any]"
    afloop: str = ""
    gevolg: Any = None


@dataclass(eq=False, slots=True)
class Bericht:
    """One post on the network."""

    kanaal: str
    sleutel: str
    tekst: str
    ref: str
    foto: bool = False
    weg: bool = False
    gevonden_vanaf: datetime | None = None
    gezien_tot: datetime | None = None


class Net:
    """What stands on the network, which calls wait for their end, and what will still happen."""

    def __init__(self, klok: Klok, kans: random.Random) -> None:
        self.klok, self.kans = klok, kans
        self.berichten: list[Bericht] = []
        self.oproepen: list[Oproep] = []
        self.begonnen: list[Oproep] = []
        self.dood: set[str] = set()
        self.bevroren: set[str] = set()
        self.onderweg: list[tuple[datetime, str, Callable[[], Any]]] = []
        self.wachters: list[asyncio.Future[None]] = []
        self.van_niemand = 0
        self._refs = count(1)

    # -- looking ---------------------------------------------------------------------------------------
    def zichtbaar(self, kanaal: str = "") -> list[Bericht]:
        """What a reader would find."""
        return [b for b in self.berichten if not b.weg and kanaal in ("", b.kanaal)]

    def met(self, sleutel: str) -> list[Bericht]:
        """The visible posts that were made with this key."""
        return [b for b in self.zichtbaar() if b.sleutel == sleutel]

    def loopt(self, sleutel: str) -> bool:
        """Whether something may still happen with this key or reference."""
        calls = [o.sleutel for o in self.oproepen if not o.afloop]
        return sleutel in calls or sleutel in [key for _, key, _ in self.onderweg]

    def voor(self, werker: str) -> list[Oproep]:
        """The calls of one worker that wait."""
        return [oproep for oproep in self.oproepen if oproep.werker == werker]

    def af_te_maken(self) -> list[Oproep]:
        """The calls whose caller can hear the end."""
        hoort = [o for o in self.oproepen if o.werker not in self.bevroren and o.werker not in self.dood]
        return sorted(hoort, key=lambda o: (o.kanaal, o.deed, o.tekst))

    # -- happening -------------------------------------------------------------------------------------
    def komt(self, oproep: Oproep) -> None:
        """A call arrives; one of a process that died meanwhile has its fate at once and is never answered."""
        self.oproepen.append(oproep)
        self.begonnen.append(oproep)
        self.van_niemand += not oproep.werker
        if oproep.werker in self.dood:
            self.gebeurt(oproep, self.kans.choice(AFLOPEN))
        for wachter in self.wachters:
            if not wachter.done():
                wachter.set_result(None)
        self.wachters.clear()

    def gebeurt(self, oproep: Oproep, afloop: str) -> None:
        """Do on the network what this end means, without telling the caller."""
        if oproep.afloop:
            return
        oproep.afloop = afloop
        if afloop in ("goed", "antwoord-kwijt"):
            try:
                oproep.gevolg = oproep.werk()
            except ChannelError as error:
                oproep.gevolg = error
        elif afloop == "laat":
            op = self.klok.now() + timedelta(seconds=self.kans.choice((2, 10, 30)))
            self.onderweg.append((op, oproep.sleutel, oproep.werk))

    def eindig(self, oproep: Oproep, afloop: str) -> None:
        """The call ends, and its caller hears of it."""
        self.oproepen.remove(oproep)
        self.gebeurt(oproep, afloop)
        if oproep.einde.done():
            return
        error = oproep.gevolg if isinstance(oproep.gevolg, ChannelError) else FOUTEN.get(oproep.afloop)
        if error is not None:
            oproep.einde.set_exception(type(error)(*error.args))
        else:
            oproep.einde.set_result(oproep.gevolg)

    def tik(self) -> None:
        """What was accepted late happens when its time comes."""
        due = [item for item in self.onderweg if item[0] <= self.klok.now()]
        self.onderweg = [item for item in self.onderweg if item not in due]
        for _, _, werk in due:
            try:
                werk()
            except ChannelError:
                continue  # what it was about is no longer there

    def maak(self, kanaal: str, sleutel: str, tekst: str, foto: bool = False) -> Bericht:
        """A post appears; who looks it up may find it only later."""
        vanaf = self.klok.now() + timedelta(seconds=self.kans.choice(TRAAG))
        made = Bericht(kanaal, sleutel, tekst, str(next(self._refs)), foto, gevonden_vanaf=vanaf)
        self.berichten.append(made)
        return made

    def ref(self, kanaal: str, ref: str) -> Bericht | None:
        """The visible post with this reference."""
        return next((b for b in self.zichtbaar(kanaal) if b.ref == ref), None)

    def haal_weg(self, kanaal: str, ref: str) -> None:
        """A post disappears; who looks may see it a little longer. One that is gone is fine."""
        if (found := self.ref(kanaal, ref)) is not None:
            found.weg = True
            found.gezien_tot = self.klok.now() + timedelta(seconds=self.kans.choice(TRAAG))

    def wijzig(self, kanaal: str, ref: str, tekst: str, foto: bool) -> Receipt:
        """A post gets other words, on one network also another reference."""
        found = self.ref(kanaal, ref)
        if found is None:
            raise Refused("dit bericht is er niet")
        found.tekst, found.foto = tekst, foto
        if kanaal == "verhuist":
            found.ref = str(next(self._refs))
        return Receipt(found.ref, "")


NETTEN: dict[str, Net] = {}
"""The network of each interleaving, by the name that its kanalen were given."""
MET_FOTO = Image(b"met foto", "image/jpeg", 4, 4, alt="foto")
ZONDER_FOTO = Image(b"zonder", "image/jpeg", 4, 4, alt="poster")


def _foto(image: Image | None) -> bool:
    return image is not None and image.data == MET_FOTO.data


class Channel:
    """One account on the network of this test."""

    naam: ClassVar[str] = "wissel"
    titel: ClassVar[str] = "Wissel"
    SETTINGS: ClassVar[Sequence[Setting]] = ()

    def __init__(self, instellingen: Mapping[str, str], _timeouts: Timeouts) -> None:
        self.limits = Limits(500, 500)
        self._net, self._kanaal = NETTEN[instellingen["net"]], instellingen["account"]
        self.handmatig = self._kanaal == "hand"

    def can(self) -> frozenset[str]:
        """What this account can do."""
        return KAN[self._kanaal]

    async def _call(self, deed: str, sleutel: str, tekst: str, werk: Callable[[], Any], doel: str) -> Any:
        loop = asyncio.get_running_loop()
        einde: asyncio.Future[Any] = loop.create_future()
        task = asyncio.current_task()
        self._net.komt(Oproep(deed, self._plek(doel), sleutel, tekst, werk, WERKER.get(), task, einde))
        return await einde

    def _plek(self, doel: str) -> str:
        """Where a post is: on the kanaal itself, or in the conversation with a subscriber."""
        return f"{self._kanaal}/{doel}" if doel else self._kanaal

    async def publish(self, post: Post, key: str) -> Receipt:
        """Make a post."""

        def werk() -> Receipt:
            return Receipt(self._net.maak(self._plek(post.doel), key, post.text, _foto(post.image)).ref, "")

        made: Receipt = await self._call("maak", key, post.text, werk, post.doel)
        return made

    async def retract(self, receipt: Receipt) -> None:
        """Delete a post; one that is gone is fine."""
        plek = self._plek(receipt.doel)
        await self._call("weg", receipt.ref, "", lambda: self._net.haal_weg(plek, receipt.ref), receipt.doel)

    async def gone(self, receipt: Receipt) -> Weg:
        """Whether the post and its picture can no longer be seen; the network may be slow to say so."""
        if (found := self._net.ref(self._plek(receipt.doel), receipt.ref)) is not None:
            return Weg(False, False, found.tekst)
        now = self._net.klok.now()
        weg = not any(b.ref == receipt.ref and b.gezien_tot and b.gezien_tot > now for b in self._net.berichten)
        return Weg(weg, weg)

    async def correct(self, receipt: Receipt, post: Post) -> Receipt:
        """Replace the words."""

        def werk() -> Receipt:
            return self._net.wijzig(self._plek(receipt.doel), receipt.ref, post.text, _foto(post.image))

        edited: Receipt = await self._call("wijzig", receipt.ref, post.text, werk, receipt.doel)
        return edited

    async def find(self, key: str, _marker: str, _since: datetime) -> Receipt | None:
        """Look a post up by its key; a look-up fails now and then, and may be behind."""
        if self._net.kans.random() < 0.1:
            raise Unknown("geen antwoord")
        now = self._net.klok.now()
        found = [b for b in self._net.met(key) if b.gevonden_vanaf is None or b.gevonden_vanaf <= now]
        return Receipt(found[0].ref, "") if found else None

    async def close(self) -> None:
        """Nothing to close."""
