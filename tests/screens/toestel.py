"""What tests of screens share: a renderer that writes its order into the picture, and the use cases around it."""

import hashlib
import io
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PIL import Image as Picture
from sqlalchemy.orm import Session

from hub.acties import foto_store
from hub.acties import store as acties
from hub.acties.fotos import CleanPhoto
from hub.acties.model import Actie
from hub.content import FormaatInfo, Image, Keuring, PosterRequest
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import store
from hub.screens.model import Scherm
from hub.tracking import links
from tests.builders import een_invoer

CONFIG = Config()


class Tekenaar:
    """A renderer whose JPEG carries, as a comment, what was asked; `houd` makes it wait, `kapot` makes it fail,
    `bezwaren` are what its check has against a format, `stuk` what goes wrong in it."""

    version = "proef"

    def __init__(self) -> None:
        self.getekend: list[tuple[PosterRequest, int]] = []
        self.bezwaren: dict[str, tuple[str, ...]] = {}
        self.stuk: dict[str, Exception] = {}
        self.vergeten = 0
        self.kapot = False
        self.houd = threading.Event()
        self.houd.set()
        self.bezig = threading.Event()

    def formats(self) -> Mapping[str, tuple[int, int]]:
        return {"staand-1080x1920": (1080, 1920)}

    def about(self, naam: str) -> FormaatInfo:
        breedte, hoogte = self.formats()[naam]
        return FormaatInfo(naam, naam, naam.partition("-")[0], breedte, hoogte, 1.0, 5.0, True, False, True)

    def nearest(self, width: int, height: int, soort: str = "") -> str:
        return self.choices(width, height, soort)[0]

    def choices(self, width: int, height: int, soort: str = "") -> tuple[str, ...]:
        return ("weg-512x960",) if soort == "weg" else ("staand-1080x1920", "vierkant-1080x1080")

    def keur(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Keuring:
        if (wrong := self.stuk.get(request.formaat)) is not None:
            raise wrong
        return Keuring(request.formaat, self.bezwaren.get(request.formaat, ()))

    def signature(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> str:
        return hashlib.sha256(repr((request, width, height)).encode()).hexdigest()

    def pieces(
        self, request: PosterRequest, width: int | None = None, height: int | None = None
    ) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        return (self.render(request, width, height).data,), ()

    def forget_photos(self) -> None:
        self.vergeten += 1

    def render(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Image:
        self.getekend.append((request, width or 0))
        if request.actie is not None and request.actie.stand == "actief":
            self.bezig.set()
            self.houd.wait(10)
        if self.kapot:
            raise RuntimeError("de tekenaar is stuk")
        breedte, hoogte = width or 1080, height or 1920
        buffer = io.BytesIO()
        Picture.new("L", (breedte, hoogte)).save(buffer, "JPEG", comment=_words(request).encode())
        return Image(buffer.getvalue(), "image/jpeg", breedte, hoogte)


def _words(request: PosterRequest) -> str:
    link = f" {request.link.url}" if request.link else ""
    if request.actie is None:
        return f"RUST{link}"
    foto = f" FOTO:{request.foto.data.decode('latin-1')}" if request.foto else ""
    if request.actie.stand == "slot":
        return f"SLOT {request.actie.slottekst}"
    return f"ACTIEF v{request.actie.versie} {request.actie.titel}{foto}{link}"


def een_scherm(db: Db, now: datetime, naam: str = "Station Utrecht", **anders: Any) -> tuple[Scherm, str]:
    """A registered scherm of a small size in Utrecht, and its token."""
    velden: dict[str, Any] = {
        "naam": naam,
        "gemeente": "GM0344",
        "punt": (52.09, 5.11),
        "breedte": 108,
        "hoogte": 192,
        "soort": "station",
        "beheerder": "Perronbeheer, 030 000 00 00",
        **anders,
    }
    return db.write_sync(lambda session: store.create(session, now=now, **velden))


def start(db: Db, now: datetime, schermen: list[Scherm], vault: Vault | None = None, **anders: Any) -> Actie:
    """A running actie (with a photo when a vault is given) on these schermen."""

    def work(session: Session) -> Actie:
        actie = acties.create(session, een_invoer(**anders), wie="proef", now=now)
        if vault is not None:
            schoon = CleanPhoto(b"GEZICHT", 10, 10, hashlib.sha256(b"GEZICHT").hexdigest())
            foto_store.add_foto(
                session, vault, actie.id, schoon, focus_x=0.5, focus_y=0.4, toestemming=True, wie="proef", now=now
            )
        actie = acties.set_fase(session, actie.id, "vrijgeven", now=now)
        for scherm in schermen:
            doel = f"https://ah.example/a/{actie.code}"
            code = links.mint(session, actie_id=actie.id, plek="scherm", naam=scherm.naam, doel_url=doel, now=now)
            store.show(session, actie.id, {scherm.id: code}, now)
        return actie

    return db.write_sync(work)


def intrekken(actie: Actie, now: datetime) -> Callable[[Session], None]:
    """The transaction that withdraws it, as the desk does."""

    def work(session: Session) -> None:
        acties.set_fase(session, actie.id, "intrekken", now=now, reden="gevonden")
        acties.erase_person(session, actie.id, slottekst="De persoon is terecht.", now=now)
        store.end(session, actie.id, now)

    return work


def stop(db: Db, actie: Actie, now: datetime) -> None:
    """Withdraw it and wait until that is on disk."""
    db.write_sync(intrekken(actie, now))
