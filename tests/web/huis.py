"""A whole hub behind a test client: real database, real desk, channels kept by hand, no renderer."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from PIL import Image as Picture

from hub.compose.templates import Templates
from hub.content import FormaatInfo, Image, Keuring, PosterRequest, Timeouts
from hub.desk.beelden import Beelden, eerste_kaart
from hub.desk.desk import Desk
from hub.desk.gesprek import Gesprek
from hub.desk.tekenproces import Tekenproces
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens.board import ScreenBoard
from hub.toegang import keys, sessions, users
from hub.toegang.users import Inloggen
from hub.toegang.wachtwoorden import Wachtwoorden
from hub.tracking.board import LinkBoard
from hub.tracking.kliks import Kliks
from hub.web import auth, site
from hub.web.atelier import Atelier
from hub.web.deps import Deps
from hub.web.door import Door
from hub.web.statisch import Bestanden
from tests.builders import Klok

WORTEL = Path(__file__).resolve().parents[2]
ROLLEN = ("beheerder", "meldkamer", "adviseur", "gemeente", "lezer")
WACHTWOORD = "een-lang-wachtwoord-van-niemand"
SNEL = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ADRES = "http://testserver"

ACTIE: dict[str, Any] = {
    "kenmerk": "MN-2026-0793",
    "soort": "tijdkritisch",
    "type": "vermist-persoon",
    "niveau": "regionaal",
    "titel": "Sanne (9) uit Utrecht vermist",
    "bericht": "Sanne is vanmiddag niet thuisgekomen van school in Lombok.",
    "signalement": "Donker krullend haar, gele regenjas, blauwe rugzak.",
    "persoon": {"leeftijd": 9, "minderjarig": True},
    "laatstGezien": "Kanaalstraat, Utrecht, rond 15.10 uur",
    "gemeente": "GM0344",
    "gebied": {"gemeenten": ["GM0344"], "cirkel": {"lat": 52.09, "lon": 5.12, "straalMeters": 5000}},
    "looptijdMinuten": 60,
    "oefening": False,
    "publiceren": True,
    "kanalen": None,
}


def _grijs() -> bytes:
    buffer = BytesIO()
    Picture.new("L", (1, 1), 128).save(buffer, "JPEG")
    return buffer.getvalue()


GRIJS = _grijs()


class Tekenaar:
    """Stands in for the renderers: an even grey for everything. `bezwaren` are what its check has against a format;
    `gekeurd` is what it was asked to check, `vergeten` how often to forget. What is begun sets `bezig`, and waits while
    `houd` is not set."""

    version = "proef"

    def __init__(self) -> None:
        self.bezwaren: dict[str, tuple[str, ...]] = {}
        self.getekend: list[PosterRequest] = []
        self.gekeurd: list[PosterRequest] = []
        self.vergeten = 0
        self.houd, self.bezig = threading.Event(), threading.Event()
        self.houd.set()

    def formats(self) -> Mapping[str, tuple[int, int]]:
        return {"staand-1080x1920": (1080, 1920), "kaart-1200x630": (1200, 630)}

    def about(self, naam: str) -> FormaatInfo:
        breedte, hoogte = self.formats()[naam]
        return FormaatInfo(naam, naam, naam.partition("-")[0], breedte, hoogte, 1.0, 5.0, True, False, True)

    def nearest(self, width: int, height: int, soort: str = "") -> str:
        return "staand-1080x1920"

    def choices(self, width: int, height: int, soort: str = "") -> tuple[str, ...]:
        return ("staand-1080x1920",)

    def keur(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Keuring:
        self.gekeurd.append(request)
        self.bezig.set()
        self.houd.wait(20)
        return Keuring(request.formaat, self.bezwaren.get(request.formaat, ()))

    def render(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Image:
        self.getekend.append(request)
        self.bezig.set()
        self.houd.wait(20)
        return Image(GRIJS, "image/jpeg", width or 1, height or 1)

    def signature(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> str:
        return repr((request, width, height))

    def pieces(
        self, request: PosterRequest, width: int | None = None, height: int | None = None
    ) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        return (self.render(request, width, height).data,), ()

    def forget_photos(self) -> None:
        self.vergeten += 1


@dataclass
class Huis:
    """The hub under test: `huis.post(rol, pad, body)` with the key of a role."""

    deps: Deps
    client: TestClient
    klok: Klok
    sleutels: dict[str, str]
    aantal: int = field(default=0)

    def kop(self, rol: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sleutels[rol]}"}

    def get(self, rol: str, pad: str, **kwargs: Any) -> Any:
        return self.client.get(f"/api/v1{pad}", headers=self.kop(rol), **kwargs)

    def post(self, rol: str, pad: str, body: object = None, **koppen: str) -> Any:
        extra = {naam.replace("_", "-"): waarde for naam, waarde in koppen.items()}
        return self.client.post(f"/api/v1{pad}", json=body, headers={**self.kop(rol), **extra})

    def put(self, rol: str, pad: str, body: object) -> Any:
        return self.client.put(f"/api/v1{pad}", json=body, headers=self.kop(rol))

    def patch(self, rol: str, pad: str, body: object) -> Any:
        return self.client.patch(f"/api/v1{pad}", json=body, headers=self.kop(rol))

    def start(self, rol: str = "meldkamer", **anders: Any) -> Any:
        """POST /acties with a key of its own."""
        self.aantal += 1
        body = {**ACTIE, "kenmerk": f"MN-2026-{self.aantal:04}", **anders}
        return self.post(rol, "/acties", body, Idempotency_Key=f"sleutel-{self.aantal}")

    def inloggen(self, rol: str = "meldkamer") -> str:
        """Make a user with this role, log in, and return the csrf token of the session."""
        now = self.klok.now()
        wachtwoorden = self.deps.inloggen.wachtwoorden
        self.deps.db.write_sync(
            lambda s: users.make(s, wachtwoorden, naam=rol, rol=rol, wachtwoord=WACHTWOORD, now=now)
        )
        cookie = asyncio.run(self.deps.inloggen.login(rol, WACHTWOORD, "testclient"))
        self.client.cookies.set(auth.COOKIE, cookie)
        found = self.deps.db.read_sync(lambda s: sessions.find(s, cookie, now))
        assert found is not None
        return found.csrf


def maak_deps(db: Db, vault: Vault, klok: Klok, config: Config) -> Deps:
    if db.path is not None and not config.werkmap:
        config = config.model_copy(update={"werkmap": str(db.path.parent)})
    registry = Registry(WORTEL / "channels")
    accounts = Accounts(db, registry, vault, Timeouts(0.2, 0.5))
    tekenaar = Tekenaar()
    desk = Desk(db, accounts, Templates(WORTEL / "templates" / "posts"), vault, config, klok)
    return Deps(
        db=db,
        desk=desk,
        gesprek=Gesprek(desk),
        config=config,
        clock=klok,
        vault=vault,
        registry=registry,
        accounts=accounts,
        screens=ScreenBoard(db, tekenaar, vault, config, klok),
        links=LinkBoard(db, klok),
        kliks=Kliks(db, klok),
        renderer=tekenaar,
        atelier=Atelier(tekenaar),
        inloggen=Inloggen(db, klok, wachtwoorden=Wachtwoorden(SNEL)),
        bestanden=Bestanden.van(WORTEL),
        wortel=WORTEL,
        beeld=Beelden(db, Tekenproces(tekenaar, (), eerste_kaart(config)), vault, config, klok).for_post,
        hartslag=lambda: 0.1,
    )


@contextmanager
def open_huis(db: Db, vault: Vault, klok: Klok, config: Config | None = None, *, deur: bool = False) -> Iterator[Huis]:
    """A hub with a key per role and two channels kept by hand in Utrecht; `deur`: with schermen and short links."""
    config = config or Config(adres=ADRES)
    deps = maak_deps(db, vault, klok, config)

    def fill(session: Any) -> dict[str, str]:
        for naam in ("buurtapp", "wijkgroep"):
            kanalen.save(session, vault, KanaalInvoer(naam, "handmatig", gebied=("GM0344",)), klok.now())
        return {
            rol: keys.make(session, rol=rol, naam=rol, regios=("GM0344",) if rol == "gemeente" else (), now=klok.now())
            for rol in ROLLEN
        }

    sleutels = db.write_sync(fill)
    app = site.build(deps)
    open_app = Door(app, deps.screens, deps.links, deps.kliks, deps.config) if deur else app
    with TestClient(open_app, base_url=ADRES) as client:
        assert client.portal is not None
        if deur:
            deps.links.start()
            client.portal.call(deps.screens.start)
        yield Huis(deps, client, klok, sleutels)
        if deur:
            client.portal.call(deps.screens.stop)
        client.portal.call(deps.accounts.close)
    deps.atelier.close()
    deps.inloggen.wachtwoorden.close()
