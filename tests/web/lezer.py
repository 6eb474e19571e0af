"""The public pages with a reader in front of them: a running actie, a browser, and the real renderer."""

from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from hub.acties import store
from hub.acties.fotos import CleanPhoto
from hub.acties.model import Actie
from hub.acties.view import slottekst
from hub.content import FormaatInfo, Image, Keuring, PosterRequest
from hub.kit.config import Config, Kortelinks, Organisatie
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.tracking.links import mint
from hub.tracking.statistieken import as_json, statistieken
from hub.web.atelier import Atelier
from hub.web.public import public_router
from hub.web.statisch import Bestanden
from tests.builders import Klok, een_invoer

WORTEL = Path(__file__).parents[2]
JPEG = CleanPhoto(b"\xff\xd8 een gezicht", 300, 400, "a" * 64)
HUB = "https://hub.example"
KORT = "https://ah.example"
ECHT = Config(
    adres=HUB,
    organisatie=Organisatie(naam="Meldkamer Voorbeeldstad", contact="hub@voorbeeld.example", afzender="Kijk mee"),
    kortelinks=Kortelinks(domein=KORT),
)
BROWSER = {
    "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "sec-fetch-user": "?1",
    "sec-fetch-site": "same-origin",
}


class Tekenaar:
    """A renderer that counts and writes its order into the picture; `meanwhile` happens during one drawing."""

    version = "proef-1"

    def __init__(self) -> None:
        self.orders: list[PosterRequest] = []
        self.meanwhile: Callable[[], object] = int

    def formats(self) -> dict[str, tuple[int, int]]:
        """The one format that is asked for."""
        return {"kaart-1200x630": (1200, 630)}

    def about(self, naam: str) -> FormaatInfo:
        """What is told of every format."""
        breedte, hoogte = self.formats()[naam]
        return FormaatInfo(naam, naam, naam.partition("-")[0], breedte, hoogte, 1.0, 5.0, True, False, True)

    def nearest(self, width: int, height: int, soort: str = "") -> str:
        """That same format."""
        return "kaart-1200x630"

    def choices(self, width: int, height: int, soort: str = "") -> tuple[str, ...]:
        """That same format and no other."""
        return ("kaart-1200x630",)

    def keur(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Keuring:
        """Nothing is wrong with it."""
        return Keuring(request.formaat)

    def render(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Image:
        """Bytes that tell what was drawn."""
        self.orders.append(request)
        meanwhile, self.meanwhile = self.meanwhile, int
        meanwhile()
        actie = request.actie
        assert actie is not None
        return Image(f"{actie.stand}|{actie.titel}|{actie.slottekst}".encode(), "image/jpeg", 1200, 630)


class Tags(HTMLParser):
    """All elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """The words of the page with single spaces."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **having: str) -> list[dict[str, str]]:
        """Elements of this kind whose attributes have these values."""
        return [
            attrs
            for name, attrs in self.found
            if name == tag and all(attrs.get(key.rstrip("_")) == value for key, value in having.items())
        ]

    def meta(self, name: str) -> str:
        """The content of one meta element, empty when absent."""
        return next((a.get("content", "") for a in self.all("meta") if name in (a.get("property"), a.get("name"))), "")


@dataclass
class Lezer:
    """One reader, one actie."""

    db: Db
    vault: Vault
    klok: Klok
    tekenaar: Tekenaar
    web: TestClient
    actie: Actie

    @property
    def pad(self) -> str:
        """The path of the living page."""
        return f"/a/{self.actie.code}"

    def page(self, **query: str) -> Tags:
        """The page as a browser gets it."""
        answer = self.web.get(self.pad, params=query)
        assert answer.status_code == 200
        return Tags(answer.text)

    def link(self, plek: str = "kanaal", naam: str = "proef-x") -> str:
        """The code of a link that leads here."""
        return self.db.write_sync(
            lambda s: mint(
                s, actie_id=self.actie.id, plek=plek, naam=naam, doel_url=f"{HUB}{self.pad}", now=self.klok.now()
            )
        )

    def add_photo(self, *, toestemming: bool = True) -> None:
        """A photo with or without written consent."""
        self.db.write_sync(
            lambda s: store.add_foto(
                s,
                self.vault,
                self.actie.id,
                JPEG,
                focus_x=0.5,
                focus_y=0.4,
                toestemming=toestemming,
                wie="Ans",
                now=self.klok.now(),
            )
        )

    def withdraw(self, reden: str = "gevonden") -> None:
        """End the actie the way the desk does."""

        def end(s: Any) -> None:
            store.set_fase(s, self.actie.id, "intrekken", now=self.klok.now(), reden=reden)
            text = slottekst(self.actie.type, reden)
            store.erase_person(s, self.actie.id, slottekst=text, now=self.klok.now())

        self.db.write_sync(end)

    def figures(self) -> dict[str, Any]:
        """What has been counted."""
        return self.db.read_sync(lambda s: as_json(statistieken(s, self.actie.id)))


def een_lezer(
    db: Db, vault: Vault, klok: Klok, config: Config = ECHT, *, actief: bool = True, **anders: object
) -> Lezer:
    """A reader in front of the hub, with one actie."""
    actie = db.write_sync(lambda s: store.create(s, een_invoer(**anders), wie="Ans", now=klok.now()))
    if actief:
        actie = db.write_sync(lambda s: store.set_fase(s, actie.id, "vrijgeven", now=klok.now()))
    tekenaar = Tekenaar()
    app = FastAPI()
    app.include_router(
        public_router(
            db=db,
            vault=vault,
            config=config,
            clock=klok,
            renderer=tekenaar,
            atelier=Atelier(tekenaar),
            bestanden=Bestanden.van(WORTEL),
            wortel=WORTEL,
        )
    )
    web = TestClient(app, base_url=HUB, headers=BROWSER, follow_redirects=False)
    return Lezer(db, vault, klok, tekenaar, web, actie)
