"""Finished pictures in memory: drawn once in a thread pool, dropped the moment their actie ends.

Neutral pictures are kept apart and never thrown out, so that a withdrawal has something to show at once. A render
about an actie that ended or changed while it was being drawn is thrown away, never kept and never sent.
"""

import asyncio
import hashlib
import io
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache, partial
from typing import Protocol, runtime_checkable

from PIL import Image as Picture
from sqlalchemy.exc import SQLAlchemyError

from hub.content import ActieView, Foto, Link, PosterRequest, Renderer
from hub.kit import log
from hub.kit.clock import Clock
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import source
from hub.screens.kast import Kast
from hub.screens.model import GEWOON, Plek, Uiterlijk
from hub.screens.poort import Afgewezen, Getekend, Keus, Poort
from hub.screens.rij import Key, Rij, Werk

KEEP_BYTES = 256 * 1024 * 1024
"""Some ten thousand schermen with one actie: about 20 KB each."""
KEEP_OWNERS = 20_000
KEEP_NEUTRAL = 128
"""Sizes that no scherm has; the largest are close to a megabyte each."""
VOORBIJGAAND = (SQLAlchemyError, OSError, MemoryError)
"""What goes by itself: such a picture is drawn when it is asked for again."""
RUST_KLEUR = (18, 32, 47)
"""The dark blue of the emergency picture: shown only when the renderer itself cannot draw."""


@runtime_checkable
class Drawer(Renderer, Protocol):
    """A renderer that can also name what it will draw, draw it in pieces and forget the photos it has seen."""

    def signature(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> str: ...

    def forget_photos(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Beeld:
    """One finished JPEG. `render` names its inputs, `keus` its format; `actie_id` is empty when it is neutral.

    A thousand schermen that differ in their QR share most of their bytes: they are kept once, and put together with
    what is a scherm's `eigen` when it asks.
    """

    gedeeld: tuple[bytes, ...]
    eigen: tuple[bytes, ...]
    lengte: int
    render: str
    breedte: int
    hoogte: int
    actie_id: str
    sinds: bytes
    keus: Keus

    @property
    def data(self) -> bytes:
        """The whole file."""
        parts = [b""] * (len(self.gedeeld) + len(self.eigen))
        parts[::2], parts[1::2] = self.gedeeld, self.eigen
        return b"".join(parts)

    @property
    def som(self) -> str:
        """The hash of the bytes, for who checks what arrived; few ask, so it is not worked out beforehand."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def etag(self) -> bytes:
        """The strong ETag: the hash of everything that decided the bytes."""
        return b'"' + self.render.encode() + b'"'


@dataclass(frozen=True, slots=True)
class Opdracht:
    """One picture to draw. `sleutel` tells apart everything but the size; `persoon` = about a running actie.

    `view` is None for the poster at rest; `foto` names the photos that go with it by their hashes, empty for none.
    """

    sleutel: str
    view: ActieView | None
    foto: str
    link: Link | None
    breedte: int
    hoogte: int
    sinds: datetime
    uiterlijk: Uiterlijk = GEWOON

    @property
    def persoon(self) -> bool:
        return self.view is not None and self.view.stand == "actief"

    @property
    def groep(self) -> str:
        """The actie it is about; empty at rest."""
        return self.view.id if self.view is not None else ""

    @property
    def plek(self) -> Plek:
        """On which glass."""
        return self.breedte, self.hoogte, self.uiterlijk


class Renders:
    """Draws and keeps pictures; used from the event loop, except where a method says otherwise."""

    def __init__(self, db: Db, drawer: Drawer, vault: Vault, config: Config, clock: Clock) -> None:
        self._db = db
        self._drawer = drawer
        self._vault = vault
        self._config = config
        self._clock = clock
        self._rij: Rij[Opdracht, Beeld] = Rij(self._jobs, self._finish)
        self._kept = Kast[Key, Beeld](KEEP_BYTES)
        self._poort = Poort(drawer)
        self._neutral: OrderedDict[Plek, Beeld] = OrderedDict()
        self._vast: set[Plek] = set()
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._rust: dict[Plek, asyncio.Task[Beeld]] = {}
        self._failed: set[Key] = set()
        self._keuzes: dict[str, tuple[int, dict[Plek, Keus]]] = {}
        self._fotos: dict[tuple[str, str], tuple[Foto, ...]] = {}
        self._log = log.get("schermen")

    # -- looking up --------------------------------------------------------------------------------------------
    def ready(self, sleutel: str, breedte: int, hoogte: int) -> Beeld | None:
        """The picture if it has been drawn."""
        return self._kept.get((sleutel, breedte, hoogte))

    def neutral_ready(self, breedte: int, hoogte: int, uiterlijk: Uiterlijk = GEWOON) -> Beeld | None:
        """The neutral picture of this size if it has been drawn."""
        return self._neutral.get((breedte, hoogte, uiterlijk))

    def keuzes(self, actie_id: str) -> Mapping[Plek, Keus]:
        """Where this running actie is not shown in the best format, or not at all, by size and look."""
        return self._keuzes.get(actie_id, (0, {}))[1]

    def kept(self) -> list[Beeld]:
        """Every picture that is kept now, the neutral ones apart."""
        return self._kept.all()

    def owner(self, render: str) -> str | None:
        """Which actie a render was about: its id, empty for a neutral one, None for one we do not know."""
        return self._owners.get(render)

    def pin(self, plek: Plek) -> None:
        """Keep the neutral picture of this scherm, whatever other sizes are asked for."""
        self._vast.add(plek)

    # -- drawing -----------------------------------------------------------------------------------------------
    async def neutral(self, breedte: int, hoogte: int, uiterlijk: Uiterlijk = GEWOON) -> Beeld:
        """The picture at rest. Always answers: when the renderer fails, a plain dark picture of that size."""
        plek = (breedte, hoogte, uiterlijk)
        if (found := self._neutral.get(plek)) is not None:
            return found
        task = self._rust.get(plek)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._draw_neutral(*plek))
            self._rust[plek] = task
            task.add_done_callback(lambda _: self._rust.pop(plek))
        # Requests for the same picture wait for one drawing; a caller that leaves does not stop it.
        return await asyncio.shield(task)

    @property
    def full(self) -> bool:
        """Whether one more picture would push out another: then nothing is drawn ahead."""
        return self._kept.bytes > KEEP_BYTES * 3 // 4

    async def draw(self, opdracht: Opdracht, still: Callable[[], bool]) -> Beeld | None:
        """The picture; None when it cannot be drawn or is no longer wanted (`still` says so)."""
        key = (opdracht.sleutel, opdracht.breedte, opdracht.hoogte)
        if key in self._failed:
            return None
        if (found := self._kept.get(key, used=True)) is not None:
            return found
        return await asyncio.shield(self._rij.picture(key, opdracht.groep, opdracht, still, later=False))

    def ahead(self, opdracht: Opdracht, still: Callable[[], bool]) -> "asyncio.Future[Beeld | None] | None":
        """Have it drawn once nobody waits for others; None when it is there, cannot be drawn or has no room."""
        key = (opdracht.sleutel, opdracht.breedte, opdracht.hoogte)
        if self.full or key in self._failed or self._kept.get(key, used=True) is not None:
            return None
        return self._rij.picture(key, opdracht.groep, opdracht, still, later=True)

    def rest_later(self) -> None:
        """Posters at rest that wait to be drawn make way for an actie; they are asked for again."""
        self._rij.drop("")

    def drop(self, actie_id: str) -> None:
        """Throw away every picture about this actie, and what the renderer keeps of photos.

        What is yet to be drawn stays if it is wanted.
        """
        self._rij.sweep(actie_id)
        self._kept.drop(actie_id)
        self._keuzes.pop(actie_id, None)
        self._failed.clear()
        self._forget_photos()

    async def close(self) -> None:
        """Let what is being drawn finish, then stop the threads."""
        await asyncio.gather(*self._rust.values(), return_exceptions=True)
        await self._rij.close()

    async def _draw_neutral(self, breedte: int, hoogte: int, uiterlijk: Uiterlijk) -> Beeld:
        loop, plek = asyncio.get_running_loop(), (breedte, hoogte, uiterlijk)
        try:
            work = partial(self._poort.rest, self._at_rest(None), uiterlijk, breedte, hoogte)
            beeld = _beeld(await loop.run_in_executor(self._rij.pool, work), plek, "", self._clock.now())
        except Exception as error:
            self._log.error("rustbeeld niet getekend", maat=f"{breedte}x{hoogte}", fout=type(error).__name__)
            beeld = await loop.run_in_executor(self._rij.pool, plain, breedte, hoogte)
        self._neutral[plek] = beeld
        if len(self._neutral) > KEEP_NEUTRAL + len(self._vast):
            # Never the size of a scherm: at a withdrawal that picture must be there at once.
            self._neutral.pop(next(maat for maat in self._neutral if maat not in self._vast))
        self._own(beeld)
        return beeld

    def _finish(self, werk: Werk[Opdracht, Beeld], answer: Beeld | Exception | None) -> Beeld | None:
        """What was drawn is kept, unless nobody wants it any more."""
        nodig = werk.nodig()
        if isinstance(answer, Exception) and not isinstance(answer, VOORBIJGAAND):
            self._failed.add(werk.key)
        if isinstance(answer, Beeld | Afgewezen):
            if nodig:
                self._note(werk.opdracht, answer.keus)
        elif answer is not None:
            self._log.error("poster niet getekend", actie=werk.groep, fout=type(answer).__name__)
        if isinstance(answer, Beeld) and nodig:
            self._kept.put(werk.key, answer)
            self._own(answer)
            return answer
        if not (isinstance(answer, Afgewezen) and nodig):
            # What the check found is forgotten with the photos: for as long as an actie runs, it is not done anew for
            # each scherm of this size.
            self._forget_photos()
        return None

    def _jobs(self, batch: Sequence[Werk[Opdracht, Beeld]]) -> list[Beeld | Exception | None]:
        """In a thread: draw pictures of one actie."""
        answers: list[Beeld | Exception | None] = []
        for werk in batch:
            try:
                answers.append(self._job(werk.opdracht) if werk.nodig() else None)
            except Exception as error:
                answers.append(error)
        return answers

    def _job(self, opdracht: Opdracht) -> Beeld | None:
        """Fetch the photos where they belong, and draw. None when they were erased meanwhile."""
        fotos = self._photos(opdracht.groep, opdracht.foto) if opdracht.foto else ()
        if opdracht.foto and not fotos:
            return None
        view = opdracht.view
        if view is None:
            request = self._at_rest(opdracht.link)
        else:
            link = opdracht.link if opdracht.persoon else None
            foto = next(iter(fotos), None)
            request = PosterRequest("", view, foto, link, view.voorbeeld, view.afzender, meer_fotos=fotos[1:])
        made = self._poort.poster(request, opdracht.uiterlijk, opdracht.breedte, opdracht.hoogte)
        return _beeld(made, opdracht.plek, opdracht.groep if opdracht.persoon else "", opdracht.sinds)

    def _at_rest(self, link: Link | None) -> PosterRequest:
        return PosterRequest(
            "", link=link, voorbeeld=self._config.voorbeeld, afzender=self._config.organisatie.afzender
        )

    def _note(self, opdracht: Opdracht, keus: Keus) -> None:
        """Keep why this is not shown in the best format, for as long as this versie of the actie runs."""
        groep, view = opdracht.groep, opdracht.view
        versie = view.versie if view is not None else 0
        if view is not None and view.stand != "actief":
            # Its actie is over, and so is what is kept of it.
            groep = ""
        known, keuzes = self._keuzes.get(groep, (versie, {}))
        if known != versie and groep:
            keuzes = {}
        if not keus.afgekeurd:
            keuzes.pop(opdracht.plek, None)
        elif keuzes.get(opdracht.plek) != keus:
            keuzes[opdracht.plek] = keus
            formaten = ", ".join(item.formaat for item in keus.afgekeurd)
            maat = f"{opdracht.breedte}x{opdracht.hoogte}"
            # Without the objections themselves: they quote what the poster says.
            self._log.warning("formaat afgekeurd", actie=opdracht.groep, maat=maat, formaten=formaten, nu=keus.formaat)
        self._keuzes[groep] = (versie, keuzes)

    def _photos(self, actie_id: str, som: str) -> tuple[Foto, ...]:
        """The photos, read and decrypted once for all schermen that show them; `drop` forgets them."""
        if not (found := self._fotos.get((actie_id, som), ())):
            found = self._db.read_sync(lambda session: source.photos(session, self._vault, actie_id))
            if found:
                self._fotos = {(actie_id, som): found}
        return found

    def _forget_photos(self) -> None:
        self._fotos = {}
        self._drawer.forget_photos()

    def _own(self, beeld: Beeld) -> None:
        self._owners[beeld.render] = beeld.actie_id
        if len(self._owners) > KEEP_OWNERS:
            self._owners.popitem(last=False)


@lru_cache(maxsize=32)
def _http_date(moment: datetime) -> bytes:
    return format_datetime(moment, usegmt=True).encode()


def plain(breedte: int, hoogte: int) -> Beeld:
    """An even, dark JPEG: what a scherm gets when nothing better can be made."""
    buffer = io.BytesIO()
    Picture.new("RGB", (breedte, hoogte), RUST_KLEUR).save(buffer, "JPEG", quality=60)
    data = buffer.getvalue()
    som = hashlib.sha256(data).hexdigest()
    made = Getekend(((data,), ()), som, Keus(""))
    return _beeld(made, (breedte, hoogte, GEWOON), "", datetime(2026, 1, 1, tzinfo=UTC))


def smaller(data: bytes, breedte: int, hoogte: int) -> bytes:
    """The same JPEG made smaller, for people who look at what a scherm shows."""
    buffer = io.BytesIO()
    with Picture.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (breedte, hoogte))
        picture.convert("RGB").resize((breedte, hoogte), Picture.Resampling.LANCZOS).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _beeld(made: Getekend, plek: Plek, actie_id: str, sinds: datetime) -> Beeld:
    gedeeld, eigen = made.stukken
    return Beeld(
        gedeeld=gedeeld,
        eigen=eigen,
        lengte=sum(map(len, gedeeld)) + sum(map(len, eigen)),
        render=made.render,
        breedte=plek[0],
        hoogte=plek[1],
        actie_id=actie_id,
        sinds=_http_date(sinds),
        keus=made.keus,
    )
