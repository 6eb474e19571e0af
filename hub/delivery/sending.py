"""One bezorging from claim to outcome: prepare, commit the intent, call the channel, store what became of it.

No database session is open while a channel is called. The state before the call is always committed, so that a
crash at any moment leaves a row that tells the truth: not begun, unknown, or done.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.acties.view import EINDE
from hub.content import (
    Channel,
    Corrects,
    Image,
    NeedsAttention,
    NotNow,
    Post,
    Receipt,
    Refused,
    Retracts,
    Unknown,
)
from hub.delivery import retry, store
from hub.delivery.model import Bezorging
from hub.delivery.rules import still_allowed
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts, Rekening
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.db import Db
from hub.kit.processen import Hartslag

T = TypeVar("T")
ImageSource = Callable[[Bezorging], Awaitable[Image | None]]
STORE_AGAIN = 1.0
ATTENTION_WAIT = 60.0
STILL_THERE_WAIT = 1.0
DRAW_TRIES = 5
REKENING = "rekening"
ANDERE_REKENING = "Dit bericht staat op een eerder ingestelde rekening. Zoek het daar op en doe het zelf."
ZONDER_BEELD = "De afbeelding bij dit bericht kan niet worden gemaakt. Doe het zelf, zonder deze afbeelding."


class GoneAway(Exception):
    """What was to be sent no longer exists (the photo was withdrawn)."""


class NoPicture(Exception):
    """The picture could not be drawn, time after time: a person must decide."""


def stamped(receipt: Receipt, account: Rekening) -> Receipt:
    """The reference with the account on which it holds, so that it is never used on another."""
    return replace(receipt, extra={**receipt.extra, REKENING: account.som})


class Sender:
    """Delivers what the worker of this process claimed. `begonnen`: calls that began and were not settled yet."""

    def __init__(
        self, db: Db, accounts: Accounts, images: ImageSource, clock: Clock, hartslag: Hartslag, *, voorbeeld: bool
    ) -> None:
        self._db, self._accounts, self._images, self._clock = db, accounts, images, clock
        self._hartslag, self._voorbeeld = hartslag, voorbeeld
        self._owner = hartslag.id
        self.begonnen: set[str] = set()
        self._log = log.get("bezorging")

    async def deliver(self, item: Bezorging) -> None:
        """From claim to outcome. Whatever fails before the intent is committed was certainly not sent."""
        try:
            kanaal = await self._db.read(lambda s: kanalen.get(s, item.kanaal))
            netwerk = kanaal.netwerk if kanaal else ""
            account = await self._accounts.rekening(item.kanaal, netwerk)
            channel = account.channel
            if not self._can(channel, item):
                await self._settle(item, "handwerk", fout="Dit netwerk kan dit niet zelf; een mens moet het doen.")
                return
            post = await self._post(item)
        except GoneAway as error:
            await self._settle(item, "vervallen", fout=str(error))
            return
        except NoPicture as error:
            await self._settle(item, "handwerk", fout=str(error))
            return
        except Exception as error:
            await self._settle(item, "wachten", fout=f"Voorbereiden lukte niet: {log.redact(str(error))}", wait=5.0)
            return
        # A process that froze here may be taken for dead by now; what it would still send is not its own any more.
        if await self._stored(lambda s: self._intend(s, item)) and not self._hartslag.over:
            self.begonnen.add(item.id)
            await self._call(account, item, post)
            self.begonnen.discard(item.id)

    def _can(self, channel: Channel, item: Bezorging) -> bool:
        if getattr(channel, "handmatig", False):
            return False
        if item.soort == "intrekken":
            return bool(item.ref or item.van_id) and "intrekken" in channel.can()
        if item.doet == "wijzigt":
            return "corrigeren" in channel.can()
        return True

    async def _post(self, item: Bezorging) -> Post:
        image = await self._image(item) if item.beeld is not None else None
        return Post(text=item.tekst, image=image, link=item.korte_link, marker=item.marker)

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

    def _intend(self, session: Session, item: Bezorging) -> bool:
        """One transaction: is it still allowed? Only then the intent is committed."""
        now = self._clock.now()
        actie = session.get(ActieRij, item.actie_id)
        kanaal = kanalen.get(session, item.kanaal)
        if actie is None or kanaal is None:
            store.settle(session, item, self._owner, "vervallen", now, fout="Actie of kanaal bestaat niet meer.")
            return False
        reason = still_allowed(
            soort=item.soort,
            fase=actie.fase,
            verlopen=actie.eindigt_op is not None and actie.eindigt_op <= now,
            oefening=item.oefening,
            echt=kanaal.echt,
            aan=kanaal.aan,
            voorbeeld=self._voorbeeld,
        )
        if reason:
            # A post that is out stays out until someone removes it: of a removal a person is told.
            event = "handwerk" if item.soort == "intrekken" else "vervallen"
            store.settle(session, item, self._owner, event, now, fout=reason)
            return False
        if kanaal.gepauzeerd and item.soort != "intrekken":
            store.settle(session, item, self._owner, "wachten", now, fout=kanaal.gepauzeerd, wait=ATTENTION_WAIT)
            return False
        return store.intend(session, item, self._owner, now)

    async def _call(self, account: Rekening, item: Bezorging, post: Post) -> None:
        """The call itself. Any error that is not one of the four counts as an unknown outcome."""
        try:
            receipt, bewijs = await self._perform(account, item, post)
        except Refused as error:
            await self._settle(item, "geweigerd", fout=log.redact(str(error)))
        except NotNow as error:
            wait = self._wait(item, error.after)
            await self._settle(item, "niet-nu", fout=log.redact(str(error)), wait=wait)
        except NeedsAttention as error:
            await self._settle(item, "aandacht", fout=log.redact(str(error)), wait=ATTENTION_WAIT, pause=True)
        except asyncio.CancelledError:
            await asyncio.shield(self._settle(item, "onduidelijk", fout="De hub stopte tijdens de aanroep."))
            raise
        except Exception as error:
            wait = self._wait(item, None) if item.doet == "wijzigt" else 0.0
            text = str(error) if isinstance(error, Unknown) else f"Onverwachte fout: {type(error).__name__}"
            await self._settle(item, "onduidelijk", fout=log.redact(text), wait=wait)
        else:
            await self._settle(item, "bevestigd", receipt=receipt, bewijs=bewijs)

    async def _perform(self, account: Rekening, item: Bezorging, post: Post) -> tuple[Receipt | None, str]:
        channel = account.channel
        if item.soort == "intrekken" and isinstance(channel, Retracts):
            target = await self._source_receipt(item, account)
            await channel.retract(target)
            if await channel.gone(target) is False:
                raise NotNow("Het netwerk zei ja, maar het bericht of de foto is nog te zien.", STILL_THERE_WAIT)
            return None, "netwerk"
        if item.doet == "wijzigt" and isinstance(channel, Corrects):
            edited = await channel.correct(await self._source_receipt(item, account), post)
            return stamped(edited, account), "netwerk"
        return stamped(await channel.publish(post, item.sleutel), account), "netwerk"

    async def _source_receipt(self, item: Bezorging, account: Rekening) -> Receipt:
        """The reference of the post to change. On another account it would mean another post, or none at all."""
        source = await self._db.read(lambda s: store.get(s, item.van_id))
        if source is None or not source.ref:
            raise Refused("Van dit bericht is geen verwijzing bekend; zoek het op het netwerk zelf.")
        if source.ref_extra.get(REKENING, account.som) != account.som:
            raise Refused(ANDERE_REKENING)
        return source.receipt

    def _wait(self, item: Bezorging, after: float | None) -> float:
        chance = random.random()  # noqa: S311 - spreads retries, guards nothing
        return retry.backoff(item.pogingen, chance) if after is None else retry.asked(after, chance)

    async def _stored(self, work: Callable[[Session], T]) -> T:
        """Write, and keep trying: what a netwerk answered must not get lost because the disk is full for a while."""
        while True:
            try:
                return await self._db.write(work)
            except SQLAlchemyError as error:
                self._log.error("opslaan lukt niet, nog eens", fout=log.redact(str(error)))
                await asyncio.sleep(STORE_AGAIN)

    async def _settle(
        self,
        item: Bezorging,
        event: str,
        *,
        fout: str = "",
        wait: float = 0.0,
        receipt: Receipt | None = None,
        bewijs: str = "",
        pause: bool = False,
    ) -> None:
        def work(session: Session) -> None:
            now = self._clock.now()
            store.settle(session, item, self._owner, event, now, receipt=receipt, fout=fout, wait=wait, bewijs=bewijs)
            if event == "bevestigd":
                kanalen.note_success(session, item.kanaal, now)
            elif event not in ("vervallen", "wachten", "handwerk"):
                kanalen.note_failure(session, item.kanaal, fout, now, pause=pause)
            actie = session.get(ActieRij, item.actie_id)
            if actie is not None and actie.fase in EINDE:
                # What came back to the queue after the end must not wait there for its turn to be refused.
                store.lapse(session, actie.id, f"De actie is {actie.fase}.")

        await self._stored(work)
        if event != "bevestigd":
            self._log.info("bezorging", id=item.id, kanaal=item.kanaal, soort=item.soort, gevolg=event, fout=fout)
