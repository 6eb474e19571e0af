"""One bezorging from claim to outcome: prepare, commit the intent, call the channel, store what became of it.

No database session is open while a channel is called. The state before the call is always committed, so that a
crash at any moment leaves a row that tells the truth: not begun, unknown, or done.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar, cast

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.content import (
    Channel,
    Corrects,
    Departs,
    Finds,
    Image,
    NeedsAttention,
    NotNow,
    Opgezegd,
    Post,
    Receipt,
    Refused,
    Unknown,
)
from hub.delivery import afmelden, retry, store, takeback
from hub.delivery.aanroepen import Aanroepen
from hub.delivery.afloop import Afloop, Hinder, settle_all
from hub.delivery.claim import WEG, lane_of, lapse_ended
from hub.delivery.model import REKENING, Bezorging
from hub.delivery.takeback import StillThere, TakenOver, Uitslag
from hub.delivery.vertrek import ATTENTION_WAIT, TOGETHER, Vertrek, can, draws
from hub.kanalen.accounts import Rekening
from hub.kanalen.registry import OnbekendNetwerk
from hub.kit import log
from hub.kit.clock import Clock, monotonic
from hub.kit.db import Db
from hub.kit.processen import Hartslag
from hub.kit.samen import Samen

T = TypeVar("T")
ImageSource = Callable[[Bezorging], Awaitable[Image | None]]
AddressSource = Callable[[str], Awaitable[str]]
"""Where a subscriber is on the netwerk, by the `doel` of a bezorging; empty once they are forgotten."""
STORE_AGAIN = 1.0
LAST_LOOK = 0.05
"""Seconds that a post may wait for its picture after the commit that looked whether it may leave. So long it takes the
other posts of an actie to begin as well; what waits longer is looked at again."""
DRAW_TRIES = 5
LOOK_BACK = timedelta(minutes=2)
KANAAL_WEG = "Dit kanaal of netwerk bestaat niet meer in de hub. Haal het bericht zelf weg."
NEUTRAAL = "Dit bericht is ingetrokken."
ANDERE_REKENING = "Dit bericht staat op een eerder ingestelde rekening. Zoek het daar op en doe het zelf."
ZONDER_BEELD = "De afbeelding bij dit bericht kan niet worden gemaakt. Doe het zelf, zonder deze afbeelding."


class GoneAway(Exception):
    """What was to be sent no longer exists (the photo was withdrawn)."""


class NoPicture(Exception):
    """The picture could not be drawn, time after time: a person must decide."""


def stamped(receipt: Receipt, account: Rekening) -> Receipt:
    """The reference with the account on which it holds, so that it is never used on another."""
    return replace(receipt, extra={**receipt.extra, REKENING: account.som})


def _chance() -> float:
    return random.random()  # noqa: S311 - spreads retries, guards nothing


class Sender:
    """Delivers what the worker of this process claimed. `begonnen`: calls that began and were not settled yet."""

    def __init__(
        self,
        db: Db,
        images: ImageSource,
        adres: AddressSource,
        clock: Clock,
        hartslag: Hartslag,
        aanroepen: Aanroepen,
        *,
        voorbeeld: bool,
        getekend: Callable[[Bezorging], bool] = lambda item: False,
    ) -> None:
        self._db, self._images, self._clock, self._aanroepen = db, images, clock, aanroepen
        self._adres = adres
        self._hartslag, self._owner = hartslag, hartslag.id
        self.vertrek = Vertrek(hartslag, clock, voorbeeld=voorbeeld, getekend=getekend)
        self.begonnen: set[str] = set()
        self._deur = asyncio.Lock()
        self._intends = Samen(db, self.vertrek.intend, limit=TOGETHER, turn=True)
        self._settles = Samen(db, self._settle_all, turn=True)
        self._log = log.get("bezorging")

    def close(self) -> None:
        """Nothing is under way any more."""
        self._aanroepen.close()

    async def deliver(self, item: Bezorging, account: Rekening | Exception, bedoeld: bool | None = None) -> None:
        """From claim to outcome. Whatever fails before the intent is committed was certainly not sent.

        `bedoeld`: whether it may begin, where the commit that claimed it said so already.
        """
        if bedoeld is False:
            return
        if isinstance(account, Exception):
            await self._unprepared(item, account)
            return
        since = monotonic()
        post = await self._prepared(item, account, bedoeld is not None)
        if post is None or (bedoeld is None and not await self._again(lambda: self._intends((item, account)))):
            return
        late = bedoeld is not None and monotonic() - since > LAST_LOOK
        if post.image is not None and not late:
            # To pack a picture takes a millisecond: the first leaves while the next are made ready.
            async with self._deur:
                await asyncio.sleep(0)
        if late or self._hartslag.over:
            # Its picture took so long that whether it may leave must be asked again; or it froze here and may be taken
            # for dead by now, so that what it would still send is not its own any more.
            await self._stored(lambda s: self._not_sent(s, item))
            return
        self.begonnen.add(item.id)
        if not self._departs(account.channel, item):
            self._aanroepen.begin(item)
        await self._call(account, item, post)
        self.begonnen.discard(item.id)

    async def _prepared(self, item: Bezorging, account: Rekening, bedoeld: bool) -> Post | None:
        """What is sent; None where there is nothing to send, which is settled then."""
        try:
            if can(account.channel, item):
                return await self._post(item)
            await self._settle(item, "handwerk", fout="Dit netwerk kan dit niet zelf; een mens moet het doen.")
        except Exception as error:
            if bedoeld:  # it waits again, as certainly not sent: whoever claims it next says what is wrong
                await self._stored(lambda s: self._not_sent(s, item))
            elif isinstance(error, GoneAway):
                await self._settle(item, "vervallen", fout=str(error))
            elif isinstance(error, NoPicture):
                await self._settle(item, "handwerk", fout=str(error))
            else:
                await self._unprepared(item, error)
        return None

    async def _unprepared(self, item: Bezorging, error: Exception) -> None:
        """Nothing was sent: try again soon, but a removal on a kanaal that is no more is for a person."""
        if item.soort == "intrekken" and isinstance(error, OnbekendNetwerk):
            await self._settle(item, "handwerk", fout=KANAAL_WEG)
            return
        await self._settle(item, "wachten", fout=f"Voorbereiden lukte niet: {log.redact(str(error))}", wait=5.0)

    async def _post(self, item: Bezorging) -> Post:
        image = await self._image(item) if draws(item) else None
        doel = await self._adres(item.doel) if item.doel else ""
        if item.doel and not doel:
            raise GoneAway(afmelden.AFGEMELD)
        return Post(text=item.tekst, image=image, link=item.korte_link, marker=item.marker, doel=doel)

    async def _image(self, item: Bezorging) -> Image | None:
        """The picture. That the actie is over cannot wait for one; of a post a person is told after some tries."""
        try:
            return await self._images(item)
        except (GoneAway, SQLAlchemyError):
            raise
        except Exception as error:
            self._log.error("afbeelding lukt niet", id=item.id, soort=item.soort, fout=log.redact(str(error)))
            if item.soort == "sluiten":
                return None
            if item.pogingen >= DRAW_TRIES:
                raise NoPicture(ZONDER_BEELD) from error
            raise

    async def _left(self, item: Bezorging, error: Opgezegd) -> None:
        """The subscriber left. Said of the kanaal itself, that has none, it is a refusal like any other."""
        if item.doel:
            await self._stored(lambda s: self._forget(s, item))
        else:
            await self._settle(item, "geweigerd", fout=log.redact(str(error)))

    def _forget(self, session: Session, item: Bezorging) -> None:
        """Certainly not delivered, and never will be: this one lapses with all that waits for this subscriber."""
        store.settle(session, item, self._owner, "niet-nu", self._clock.now())
        afmelden.forget(session, item.doel)

    def _not_sent(self, session: Session, item: Bezorging) -> None:
        store.not_sent(session, item, self._owner, self._clock.now())
        lapse_ended(session, [item.actie_id])

    async def _call(self, account: Rekening, item: Bezorging, post: Post) -> None:
        """The call itself. Any error that is not one of the four counts as an unknown outcome."""
        try:
            uitslag = await self._perform(account, item, post)
        except TakenOver:
            self._log.warning("een ander nam deze bezorging over", id=item.id)
        except StillThere as error:
            wait = retry.still_there(item.pogingen, _chance(), haast=error.haast)
            await self._settle(item, "nog-te-zien", fout=str(error), wait=wait)
        except Opgezegd as error:
            await self._left(item, error)
        except Refused as error:
            await self._settle(item, "geweigerd", fout=log.redact(str(error)))
        except NotNow as error:
            wait = retry.not_now(error, item.pogingen, _chance(), weg=lane_of(item.soort) == WEG)
            hinder: Hinder = "limiet" if error.limited else "storing"
            await self._settle(item, "niet-nu", fout=log.redact(str(error)), wait=wait, hinder=hinder)
        except NeedsAttention as error:
            await self._settle(item, "aandacht", fout=log.redact(str(error)), wait=ATTENTION_WAIT, pause=True)
        except asyncio.CancelledError:
            await asyncio.shield(self._settle(item, "onduidelijk", fout="De hub stopte tijdens de aanroep."))
            raise
        except Exception as error:
            wait = retry.backoff(item.pogingen, _chance()) if item.doet == "wijzigt" else 0.0
            text = str(error) if isinstance(error, Unknown) else f"Onverwachte fout: {type(error).__name__}"
            await self._settle(item, "onduidelijk", fout=log.redact(text), wait=wait, hinder="storing")
        else:
            await self._settle(item, "bevestigd", uitslag=uitslag, fout=uitslag.opmerking)

    async def _perform(self, account: Rekening, item: Bezorging, post: Post) -> Uitslag:
        channel = account.channel
        if item.soort == "intrekken":
            return await self._take_back(account, item, post)
        if item.doet == "wijzigt" and isinstance(channel, Corrects):
            [now, *_] = await self._receipts(item, account, post.doel)
            return Uitslag(stamped(await channel.correct(now, post), account))
        if self._departs(channel, item):
            made = await cast(Departs, channel).publish(post, item.sleutel, partial(self._leaves, item))
        else:
            made = await channel.publish(post, item.sleutel)
        return Uitslag(stamped(made, account))

    def _departs(self, channel: Channel, item: Bezorging) -> bool:
        """Whether the channel itself says when this post may come to exist, so that the file of calls can wait."""
        return item.doet == "maakt" and bool(getattr(channel, "meldt_vertrek", False))

    def _leaves(self, item: Bezorging) -> None:
        """The last moment before its post may come to exist, after an upload that may have taken long."""
        if self._hartslag.over:
            raise NotNow("Dit proces stond stil; een ander kan dit bericht hebben overgenomen.")
        self._aanroepen.begin(item)

    async def _take_back(self, account: Rekening, item: Bezorging, post: Post) -> Uitslag:
        """Step by step, each committed while this process still holds the bezorging."""

        async def note(stap: str, receipt: Receipt | None) -> None:
            new = receipt and stamped(receipt, account)
            now = self._clock.now()
            if not await self._stored(lambda s: store.step(s, item, self._owner, stap, now, new)):
                raise TakenOver

        receipts = await self._receipts(item, account, post.doel)
        neutraal = replace(post, text=post.text or NEUTRAAL)
        uitslag = await takeback.take_back(account.channel, receipts, neutraal, item.stappen.keys(), note)
        if (moved := await self._moved(account, item)) is not None:
            await note(takeback.VERWIJDERD, moved)
            raise StillThere(takeback.ZEI_JA, haast=True)
        return uitslag

    async def _moved(self, account: Rekening, item: Bezorging) -> Receipt | None:
        """The post under a reference we do not know: an edit whose answer was lost may have given it another one."""
        channel = account.channel
        if not isinstance(channel, Finds) or "terugzoeken" not in channel.can():
            return None
        edited, source = await self._db.read(lambda s: (store.was_edited(s, item.van_id), store.get(s, item.van_id)))
        if source is None or not (edited or item.pogingen > 1):
            return None
        since = (source.gestart_op or source.gemaakt_op) - LOOK_BACK
        found = await channel.find(source.sleutel, source.marker, since)
        if found is None or await self._db.read(lambda s: store.of_another(s, item, found.ref)):
            return None
        known = await self._db.read(lambda s: store.receipts_of(s, item.van_id))
        return found if found.ref not in [receipt.ref for receipt in known] else None

    async def _receipts(self, item: Bezorging, account: Rekening, doel: str) -> list[Receipt]:
        """The reference of the post to change, and those it had before. On another account they would mean another
        post, or none at all."""
        found = await self._db.read(lambda s: store.receipts_of(s, item.van_id))
        source = await self._db.read(lambda s: store.get(s, item.van_id))
        if source is None or not source.ref:
            raise Refused("Van dit bericht is geen verwijzing bekend; zoek het op het netwerk zelf.")
        if any(receipt.extra.get(REKENING, account.som) != account.som for receipt in found):
            raise Refused(ANDERE_REKENING)
        return [replace(receipt, doel=doel) for receipt in found] if doel else found

    async def _stored(self, work: Callable[[Session], T]) -> T:
        return await self._again(lambda: self._db.write(work))

    async def _again(self, write: Callable[[], Awaitable[T]]) -> T:
        """Write, and keep trying: what a netwerk answered must not get lost because the disk is full for a while."""
        while True:
            try:
                return await write()
            except SQLAlchemyError as error:
                self._log.error("opslaan lukt niet, nog eens", fout=log.redact(str(error)))
                await asyncio.sleep(STORE_AGAIN)

    def _settle_all(self, session: Session, afgelopen: Sequence[Afloop]) -> list[None]:
        settle_all(session, afgelopen, self._owner, self._clock.now())
        return [None] * len(afgelopen)

    async def _settle(
        self,
        item: Bezorging,
        event: str,
        *,
        fout: str = "",
        wait: float = 0.0,
        uitslag: Uitslag | None = None,
        pause: bool = False,
        hinder: Hinder = "",
    ) -> None:
        done = uitslag or Uitslag(bewijs="")
        afloop = Afloop(item, event, fout, wait, done, pause, hinder)
        await self._again(lambda: self._settles(afloop))
        if event != "bevestigd":
            self._log.info("bezorging", id=item.id, kanaal=item.kanaal, soort=item.soort, gevolg=event, fout=fout)
