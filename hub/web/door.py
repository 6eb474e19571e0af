"""The door: a small raw ASGI front for what millions ask; everything else goes on to FastAPI.

Short links, schermen and public posters are answered out of the boards of tracking and screens: dictionary look-ups,
no middleware, no ORM. `ROUTES` is this front's route table and is read by the same test as FastAPI's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from hub.kit import log
from hub.kit.config import Config
from hub.screens import rules
from hub.screens.board import ScreenBoard
from hub.screens.stand import Familie
from hub.tracking.board import LinkBoard, LinkStand
from hub.tracking.klassen import classify, device
from hub.web import door_reply as wire
from hub.web.door_page import LivePage
from hub.web.door_reply import Receive, Reply, Scope, Send
from hub.web.door_screens import MAAT, ScreenDoor, picture

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}", re.IGNORECASE | re.ASCII)
POSTERS = "/static/posters/"
FAMILIES: Mapping[str, Familie] = {"landelijk": "landelijk", "test": "test"}
PUBLIC_SIZES = 96
"""Different sizes that the public posters draw of one actie: the 32 known ones and room for new ones. Anyone can ask
for a poster, so without an end to it anyone could keep both processors busy."""


@dataclass(frozen=True, slots=True)
class DoorRoute:
    """One address of the door: its pattern, who may ask it, the methods, and how its answers may be kept."""

    pad: str
    rol: Literal["openbaar", "scherm-token"]
    methoden: tuple[str, ...]
    bewaren: str


_LEES = ("GET", "HEAD")
_PERSOON = "no-cache; private zolang een actie loopt"

ROUTES: tuple[DoorRoute, ...] = (
    DoorRoute("/{CODE}", "openbaar", _LEES, "no-store"),
    DoorRoute("/static/posters/landelijk/{W}x{H}.jpg", "openbaar", _LEES, "no-store"),
    DoorRoute("/static/posters/test/{W}x{H}.jpg", "openbaar", _LEES, "no-store"),
    DoorRoute("/s/{token}/", "scherm-token", _LEES, "no-store"),
    DoorRoute("/s/{token}/img.jpg", "scherm-token", _LEES, _PERSOON),
    DoorRoute("/s/{token}/{W}x{H}.jpg", "scherm-token", _LEES, _PERSOON),
    DoorRoute("/s/{token}/manifest.json", "scherm-token", _LEES, _PERSOON),
    DoorRoute("/s/{token}/text.txt", "scherm-token", _LEES, _PERSOON),
    DoorRoute("/s/{token}/events", "scherm-token", _LEES, "no-store"),
    DoorRoute("/s/{token}/hartslag", "scherm-token", (*_LEES, "POST"), "no-store"),
    DoorRoute("/s/{token}/vertoningen", "scherm-token", (*_LEES, "POST"), "no-store"),
)
"""Every address the door answers itself."""


class Application(Protocol):
    """What stands behind the door."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class KlikNotes(Protocol):
    """Keeps kliks (hub.tracking.kliks.Kliks)."""

    async def note(self, code: str, stand: LinkStand, klasse: str, apparaat: str = "") -> bool: ...


class Door:
    """The ASGI application of the whole hub: `Door(fastapi_app, screens, links, kliks, config)`."""

    def __init__(
        self, app: Application, screens: ScreenBoard, links: LinkBoard, kliks: KlikNotes, config: Config
    ) -> None:
        self._app = app
        self._screens = screens
        self._links = links
        self._kliks = kliks
        self._posters = config.compatibel.landactiehost
        self._schermen = ScreenDoor(screens, config.adres, LivePage())
        self._maten: dict[str, set[tuple[int, int]]] = {}
        self._log = log.get("deur")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection. What is not ours goes on untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        if path.startswith("/s/"):
            await self._schermen.serve(scope, receive, send)
        elif self._posters and path.startswith(POSTERS):
            await self._poster(scope, send)
        elif len(path) == 9 and CODE.fullmatch(path, 1) and self._is_link(path[1:]):
            await self._link(scope, send, path[1:])
        else:
            await self._app(scope, receive, send)

    # -- short links -------------------------------------------------------------------------------------------
    def _is_link(self, code: str) -> bool:
        """Codes are printed in capitals. In small letters only a code that exists is one: `/schermen` is a page."""
        return code.upper() == code or self._links.lookup(code) is not None

    async def _link(self, scope: Scope, send: Send, code: str) -> None:
        method = str(scope["method"])
        if method not in _LEES:
            await wire.plain_text(405, "Dat kan hier niet.", (b"allow", b"GET, HEAD")).send(send, method)
            return
        stand = self._links.lookup(code)
        if stand is None:
            await self._unknown_code(scope).send(send, method)
            return
        headers = dict(scope["headers"])
        try:
            await self._kliks.note(code.upper(), stand, classify(method, headers), device(headers))
        except Exception as error:
            # A reader who wants to help must arrive, counted or not.
            self._log.error("klik niet geteld", fout=type(error).__name__)
        doel = stand.locatie.encode("ascii", "ignore")
        reply = Reply(302, b"", ((b"location", doel), wire.NIET_BEWAREN, wire.DICHT))
        await reply.send(send, method)

    def _unknown_code(self, scope: Scope) -> Reply:
        client = scope.get("client")
        if not self._links.miss(client[0] if client else ""):
            return wire.plain_text(429, "Even rustig aan, alstublieft.", (b"retry-after", b"60"))
        headers = ((b"content-type", b"text/html; charset=utf-8"), wire.NIET_BEWAREN, wire.DICHT)
        return Reply(404, ONBEKEND.encode(), headers)

    # -- public posters ----------------------------------------------------------------------------------------
    async def _poster(self, scope: Scope, send: Send) -> None:
        method = str(scope["method"])
        reply = await self._poster_reply(scope) if method in _LEES else None
        if reply is None:
            reply = wire.plain_text(405, "Dat kan hier niet.", (b"allow", b"GET, HEAD"))
        await reply.send(send, method)

    async def _poster_reply(self, scope: Scope) -> Reply:
        naam, _, rest = str(scope["path"])[len(POSTERS) :].partition("/")
        familie, maat = FAMILIES.get(naam), MAAT.fullmatch(rest)
        if familie is None or maat is None:
            return wire.plain_text(404, "Niet gevonden.")
        size = (int(maat[1]), int(maat[2]))
        if klacht := rules.size_fault(*size):
            return wire.plain_text(400, klacht)
        actie_id = self._screens.public_actie(familie)
        if actie_id is None or not self._room_for(actie_id, size):
            return wire.plain_text(404, "Er loopt nu geen actie.")
        beeld = await self._screens.poster(familie, *size)
        if beeld is None:
            return wire.plain_text(404, "Er loopt nu geen actie.")
        made = picture(beeld, b"")
        headers = tuple(item for item in made.headers if item[0] != b"cache-control")
        return Reply(200, made.body, (*headers, wire.NIET_BEWAREN))

    def _room_for(self, actie_id: str, size: tuple[int, int]) -> bool:
        """Whether this size may be drawn of this actie: sizes seen before, and new ones until there are enough."""
        if actie_id not in self._maten:
            self._maten = {actie_id: set()} if len(self._maten) > 8 else {**self._maten, actie_id: set()}
        gezien = self._maten[actie_id]
        if size not in gezien and len(gezien) >= PUBLIC_SIZES:
            return False
        gezien.add(size)
        return True


ONBEKEND = """<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Deze link bestaat niet</title></head>
<body>
<h1>Deze link bestaat niet</h1>
<p>Controleer of u alle tekens goed hebt overgenomen. Een link heeft acht letters en cijfers.</p>
<p>Ziet u iets dat met een actie te maken heeft? Bel 112 als het haast heeft, anders 0800-0011.</p>
</body>
</html>
"""
