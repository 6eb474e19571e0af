"""Pictures for posts: drawn just before sending, from the actie as it is then, and never kept on disk."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.acties import proefbericht
from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.view import view
from hub.compose.compose import CARD
from hub.content import Foto, Image, PosterRequest
from hub.delivery.model import Beeld, Bezorging
from hub.delivery.sending import GoneAway
from hub.desk.tekenproces import Tekenproces
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault

KEEP = 32
Merk = tuple[str, int, str]
"""Which picture it is: of which actie and versie, and the name of what is drawn."""
Benoemd = tuple[PosterRequest, Merk]
"""What to draw, and the name under which it is kept."""
TURNS = 2
"""Turns of the loop in which a card is asked for and the question leaves."""
LOOK_SECONDS = 0.05
"""How long after a change is looked which pictures must be forgotten: the posts that leave with it go first."""
FRESH_SECONDS = 10.0
"""So long a card that was begun with a start is that of its first posts; what is sent later looks what to show."""


class Beelden:
    """Draws the picture of a bezorging; equal pictures of one versie are drawn once."""

    def __init__(self, db: Db, renderer: Tekenproces, vault: Vault, config: Config, clock: Clock) -> None:
        self._db, self._renderer, self._vault, self._config, self._clock = db, renderer, vault, config, clock
        self._log = log.get("beelden")
        self._drawn: OrderedDict[Merk, asyncio.Future[Image]] = OrderedDict()
        self._asking: tuple[list[tuple[Bezorging, Beeld]], asyncio.Future[list[Benoemd | Exception]]] | None = None
        self._looking: asyncio.Future[None] | None = None
        self._begun: dict[tuple[str, int], Benoemd] = {}
        self._soon: set[asyncio.Task[None]] = set()
        self._stale = False

    async def for_post(self, item: Bezorging) -> Image | None:
        """The picture for this bezorging; raises GoneAway when it needs a photo that is no longer there."""
        if item.beeld is None:
            return None
        request, mark = self._card(item) or await self._named(item, item.beeld)
        waits = mark not in self._drawn or not self._drawn[mark].done()
        drawn = await self._once(mark, request)
        if waits:
            # Its actie may have ended before this was begun. Whether the post still leaves is asked with its intent.
            self._look()
        # The words beside the picture are those of the preview, which knows how many this netwerk takes.
        return replace(drawn, alt=item.beeld.alt, url=_public(request, item.versie))

    def begun(self, item: Bezorging) -> bool:
        """Whether its picture is drawn already, or under way since before its actie started; from any thread."""
        return self._card(item) is not None

    async def vooruit(self, actie: Actie, foto: bool) -> None:
        """Begin to draw the card of an actie, with its photo or without, while it is being started.

        A card that turns out different, or for which there was no time, is drawn when its post is sent.
        """
        now = self._clock.now()
        live = replace(actie, fase="actief", gestart_op=now, eindigt_op=now + timedelta(minutes=actie.looptijd_minuten))
        task = asyncio.get_running_loop().create_task(self._ahead(live, foto))
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def _ahead(self, actie: Actie, foto: bool) -> None:
        try:
            fotos = await self._db.read(lambda s: self._fotos(s, actie.id)) if foto else ()
            request = self._request(actie, Beeld(CARD, foto), fotos)
            mark = self._mark(request)
            if not foto:
                self._begun[actie.id, actie.versie] = request, mark
                asyncio.get_running_loop().call_later(FRESH_SECONDS, self._begun.pop, (actie.id, actie.versie), None)
            await self._once(mark, request)
            self._look()
        except Exception as error:
            # Whoever sends the post meets the same fault, and says what follows from it.
            self._log.info("kaart niet vooruit getekend", actie=actie.id, fout=type(error).__name__)

    def _card(self, item: Bezorging) -> Benoemd | None:
        """The card without photo that was begun for this versie. It has the same address on every kanaal.

        A closing message has the same versie, and never this card: it shows what is over by then.
        """
        if item.soort != "publiceren" or item.beeld is None or item.beeld.foto or item.beeld.formaat != CARD:
            return None
        return self._begun.get((item.actie_id, item.versie))

    def follow(self) -> None:
        """Drop pictures by itself when an actie ends; call once on the event loop."""
        loop = asyncio.get_running_loop()
        self._db.listen(lambda _serial: loop.call_soon_threadsafe(self._look))

    async def stop(self) -> None:
        """Look no more; the database is about to close."""
        self._drawn.clear()
        under_way = [*self._soon, *([self._looking] if self._looking is not None else [])]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _look(self) -> None:
        self._stale = bool(self._drawn)
        if self._stale and (self._looking is None or self._looking.done()):
            self._looking = asyncio.ensure_future(self._forget_ended())

    async def _forget_ended(self) -> None:
        """One look for all changes of a moment; what changes meanwhile asks for another."""
        while self._stale:
            await asyncio.sleep(LOOK_SECONDS)
            self._stale = False
            kept = set(self.kept())
            newest = await self._db.read(partial(acties.newest, ids=kept))
            if any([self.forget(actie_id, newest.get(actie_id)) for actie_id in kept]):
                self._renderer.forget_photos()

    def forget(self, actie_id: str, newest: int | None = None) -> bool:
        """Drop every picture of an actie that ended; of one that has a newer versie those before it, because its
        photo may have made way for another. True when there was one."""
        gone = [mark for mark in self._drawn if mark[0] == actie_id and (newest is None or mark[1] < newest)]
        for mark in gone:
            del self._drawn[mark]
        return bool(gone)

    def kept(self) -> list[str]:
        """The id of the actie of each picture that is kept now."""
        return [mark[0] for mark in self._drawn]

    async def _once(self, mark: Merk, request: PosterRequest) -> Image:
        if mark not in self._drawn:
            self._drawn[mark] = asyncio.ensure_future(self._renderer.render(request))
            while len(self._drawn) > KEEP:
                self._drawn.popitem(last=False)
        drawing = self._drawn[mark]
        try:
            return await asyncio.shield(drawing)
        except Exception:
            self._drawn.pop(mark, None)
            raise
        finally:
            if mark not in self._drawn:
                # It failed, or was forgotten while it was drawn: the renderer may have kept a photo since.
                self._renderer.forget_photos()

    async def _named(self, item: Bezorging, beeld: Beeld) -> Benoemd:
        """What to draw and its name: where a format has no place for an address, all kanalen share one picture.

        The posts of an actie leave together: what is asked in one turn of the loop is one look.
        """
        if self._asking is None:
            fresh: list[tuple[Bezorging, Beeld]] = []
            self._asking = (fresh, asyncio.ensure_future(self._look_up(fresh)))
        asked, looked = self._asking
        place = len(asked)
        asked.append((item, beeld))
        found = (await asyncio.shield(looked))[place]
        if isinstance(found, Exception):
            raise found
        return found

    async def _look_up(self, asked: Sequence[tuple[Bezorging, Beeld]]) -> list[Benoemd | Exception]:
        self._asking = None  # what is asked from here on is the next look
        return await self._db.read(lambda s: self._names(s, asked))

    def _names(self, session: Session, asked: Sequence[tuple[Bezorging, Beeld]]) -> list[Benoemd | Exception]:
        plain: dict[tuple[str, str, bool], PosterRequest] = {}
        found: list[Benoemd | Exception] = []
        for item, beeld in asked:
            key = (item.actie_id, beeld.formaat, beeld.foto)
            try:
                if key not in plain:
                    actie = acties.get(session, item.actie_id)
                    if actie is None:
                        raise GoneAway("De actie bestaat niet meer.")
                    plain[key] = self._request(actie, beeld, self._fotos(session, actie.id) if beeld.foto else ())
                request = replace(plain[key], link=item.korte_link)
                found.append((request, self._mark(request)))
            except SQLAlchemyError:
                raise
            except Exception as error:
                found.append(error)
        return found

    def _fotos(self, session: Session, actie_id: str) -> tuple[Foto, ...]:
        fotos = acties.load_fotos(session, self._vault, actie_id)
        if not fotos:
            raise GoneAway("De foto is gewist.")
        return fotos

    def _mark(self, request: PosterRequest) -> Merk:
        actie_id, versie = (request.actie.id, request.actie.versie) if request.actie is not None else ("", 0)
        return actie_id, versie, self._renderer.signature(request)

    def _request(self, actie: Actie, beeld: Beeld, fotos: Sequence[Foto]) -> PosterRequest:
        return PosterRequest(
            formaat=beeld.formaat,
            actie=view(actie, self._config),
            foto=fotos[0] if fotos else None,
            meer_fotos=tuple(fotos[1:]),
            voorbeeld=self._config.voorbeeld,
            afzender=self._config.organisatie.afzender,
        )


def _public(request: PosterRequest, versie: int) -> str:
    """Where everybody finds this card. A picture with the photo has no such address, and neither has another format."""
    if request.actie is None or request.foto is not None or request.formaat != CARD:
        return ""
    return f"{request.actie.pagina_url}/kaart.jpg?v={versie}"


def eerste_kaart(config: Config) -> PosterRequest:
    """A card of no actie, with an address like that of one: what is slow the first time can be done with it."""
    actie = replace(proefbericht.view(config), pagina_url=f"{config.adres.rstrip('/')}/a/000000")
    return PosterRequest(CARD, actie, voorbeeld=config.voorbeeld, afzender=config.organisatie.afzender)
