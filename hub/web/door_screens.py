"""The door's part for schermen: pictures, manifest, text, event stream and what players report back.

Everything below `/s/{token}/`. A valid token never gets an error or an empty picture: what cannot be shown is neutral.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.kit import log
from hub.kit.clock import as_utc, iso
from hub.screens import manifest, rules
from hub.screens.board import ScreenBoard
from hub.screens.model import Manifest
from hub.screens.proof import Vertoning
from hub.screens.renders import Beeld, plain
from hub.screens.stand import SchermStand
from hub.web import door_reply as wire
from hub.web.door_page import LivePage
from hub.web.door_reply import Receive, Reply, Scope, Send

MAAT = re.compile(r"(\d{1,9})x(\d{1,9})\.jpg", re.ASCII)
NOOIT_KAAL = (b"cache-control", b"no-cache")
PERSOON = (b"cache-control", b"private, no-cache, max-age=0")
MAX_VERTONINGEN = 200
HERVERBIND_MS = 3000


class Hartslag(BaseModel):
    """What a page or player says is on the glass: the render's name, or that the glass is dark."""

    model_config = ConfigDict(extra="ignore")
    render: str = Field("", max_length=64)
    donker: bool = False


class VertoningIn(BaseModel):
    """One showing: which render, from when (with a time zone), for how many seconds."""

    model_config = ConfigDict(extra="ignore")
    render: str = Field(min_length=1, max_length=64)
    begin: datetime
    seconden: int = Field(ge=0, le=86_400)
    bron: str = Field("", max_length=40)


class Vertoningen(BaseModel):
    """What a player showed since its last report."""

    model_config = ConfigDict(extra="ignore")
    vertoningen: list[VertoningIn] = Field(max_length=MAX_VERTONINGEN)


@dataclass(frozen=True, slots=True)
class Vraag:
    """One request of a player."""

    scope: Scope
    receive: Receive
    send: Send
    token: str
    state: SchermStand

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def levert(self) -> bool:
        """Whether the bytes will leave; HEAD delivers nothing and so proves nothing."""
        return self.method == "GET"


Handler = Callable[[Vraag], Awaitable[None]]


class ScreenDoor:
    """`await serve(scope, receive, send)` for every path below `/s/`."""

    def __init__(self, board: ScreenBoard, adres: str, page: LivePage) -> None:
        self._board = board
        self._adres = adres.rstrip("/")
        self._page = page
        self._log = log.get("deur")
        self._lezen: dict[str, Handler] = {
            "": self._live,
            "img.jpg": self._own_size,
            "manifest.json": self._manifest,
            "events": self._events,
            "text.txt": self._text,
            "hartslag": self._state,
            "vertoningen": self._expected,
        }
        self._schrijven: dict[str, Handler] = {"hartslag": self._heartbeat, "vertoningen": self._played}

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = str(scope["method"])
        token, schuin, rest = str(scope["path"])[3:].partition("/")
        state = self._board.find(token)
        if state is None:
            await wire.plain_text(404, "Niet gevonden.").send(send, method)
            return
        if not schuin:
            await wire.plain_text(308, "Dit adres eindigt op een schuine streep.", _naar(token)).send(send, method)
            return
        self._board.heard(state)
        vraag = Vraag(scope, receive, send, token, state)
        lezen = method in ("GET", "HEAD")
        handler = self._lezen.get(rest, self._sized) if lezen else self._schrijven.get(rest)
        if handler is None or not (lezen or method == "POST"):
            await wire.plain_text(405, "Dat kan hier niet.", (b"allow", self._allow(rest))).send(send, method)
            return
        try:
            await handler(vraag)
        except Exception as error:
            # Never with the path: it holds the token.
            self._log.error("scherm niet bediend", scherm=state.scherm.id, fout=type(error).__name__)
            await self._emergency(vraag, rest)

    def _allow(self, rest: str) -> bytes:
        return b"GET, HEAD, POST" if rest in self._schrijven else b"GET, HEAD"

    # -- pictures ----------------------------------------------------------------------------------------------
    async def _own_size(self, vraag: Vraag) -> None:
        scherm = vraag.state.scherm
        await self._picture(vraag, scherm.breedte, scherm.hoogte)

    async def _sized(self, vraag: Vraag) -> None:
        rest = str(vraag.scope["path"])[3:].partition("/")[2]
        maat = MAAT.fullmatch(rest)
        if maat is None:
            fout = 400 if rest.endswith(".jpg") else 404
            woorden = "Vraag een beeld als 1080x1920.jpg, in hele getallen." if fout == 400 else "Niet gevonden."
            await wire.plain_text(fout, woorden).send(vraag.send, vraag.method)
            return
        breedte, hoogte = int(maat[1]), int(maat[2])
        if klacht := rules.size_fault(breedte, hoogte):
            await wire.plain_text(400, klacht).send(vraag.send, vraag.method)
            return
        await self._picture(vraag, breedte, hoogte)

    async def _picture(self, vraag: Vraag, breedte: int, hoogte: int) -> None:
        beeld = self._board.ready(vraag.state, breedte, hoogte)
        if beeld is None:
            beeld = await self._board.image(vraag.state, breedte, hoogte, levert=vraag.levert)
        # From here to the wire nothing waits, so nothing can end in between.
        await picture(beeld, wire.header(vraag.scope, b"if-none-match")).send(vraag.send, vraag.method)

    async def _emergency(self, vraag: Vraag, rest: str) -> None:
        maat = MAAT.fullmatch(rest)
        if rest == "img.jpg" or maat:
            scherm = vraag.state.scherm
            size = (int(maat[1]), int(maat[2])) if maat else (scherm.breedte, scherm.hoogte)
            await picture(plain(*size), b"").send(vraag.send, vraag.method)
            return
        await wire.plain_text(503, "Even niet beschikbaar.", (b"retry-after", b"10")).send(vraag.send, vraag.method)

    # -- page, manifest, text ----------------------------------------------------------------------------------
    async def _live(self, vraag: Vraag) -> None:
        scherm = vraag.state.scherm
        reply = self._page.reply(naam=scherm.naam, lease_seconden=self._board.lease_seconden)
        await reply.send(vraag.send, vraag.method)

    async def _manifest(self, vraag: Vraag) -> None:
        state = vraag.state
        scherm = state.scherm
        beeld = self._board.served(state) or await self._board.image(state, scherm.breedte, scherm.hoogte, levert=False)
        klaar = self._signed(vraag, beeld)
        headers = (
            (b"content-type", b"application/json"),
            (b"etag", klaar.etag),
            (b"last-modified", beeld.sinds),
            PERSOON if beeld.actie_id else NOOIT_KAAL,
            (b"handtekening", klaar.handtekening),
            wire.DICHT,
        )
        if wire.matches(wire.header(vraag.scope, b"if-none-match"), klaar.etag):
            await wire.not_modified(*headers[1:]).send(vraag.send, vraag.method)
            return
        await Reply(200, klaar.data, headers).send(vraag.send, vraag.method)

    def _signed(self, vraag: Vraag, beeld: Beeld) -> Manifest:
        """The signed manifest; made once per picture and lease window."""
        state = vraag.state
        venster = rules.lease_window(self._board.now(), self._board.lease_seconden)[0] if beeld.actie_id else None
        sleutel = (state.som, state.serial, beeld.render, venster)
        if state.manifest is not None and state.manifest[0] == sleutel:
            return state.manifest[1]
        klaar = manifest.build(
            state.stand,
            beeld,
            serial=state.serial,
            url=f"{self._adres}/s/{vraag.token}/{beeld.breedte}x{beeld.hoogte}.jpg?v={beeld.som[:16]}",
            now=self._board.now(),
            lease_seconden=self._board.lease_seconden,
            key=self._board.key,
        )
        state.manifest = (sleutel, klaar)
        return klaar

    async def _text(self, vraag: Vraag) -> None:
        words, actief = await self._board.text(vraag.state, levert=vraag.levert)
        etag = manifest.etag(words.encode())
        headers = (
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"etag", etag),
            PERSOON if actief else NOOIT_KAAL,
            wire.DICHT,
        )
        if wire.matches(wire.header(vraag.scope, b"if-none-match"), etag):
            await wire.not_modified(*headers[1:]).send(vraag.send, vraag.method)
            return
        await Reply(200, words.encode(), headers).send(vraag.send, vraag.method)

    # -- what players report -----------------------------------------------------------------------------------
    def _status(self, state: SchermStand) -> dict[str, object]:
        """What a viewer needs to know: which versie, whether it is a running actie, and for how long it may stay."""
        beeld = self._board.served(state)
        return {
            "serial": state.serial,
            "versie": f"{state.serial}.{state.nummer}",
            "actief": self._board.live(state.stand),
            "render": beeld.render if beeld else "",
            "leaseSeconden": self._board.lease_seconden,
            "tijd": iso(self._board.now()),
        }

    async def _state(self, vraag: Vraag) -> None:
        await wire.json(self._status(vraag.state)).send(vraag.send, vraag.method)

    async def _heartbeat(self, vraag: Vraag) -> None:
        try:
            body = await wire.body_of(vraag.receive)
            slag = Hartslag.model_validate_json(body or b"{}")
        except (ValidationError, wire.TeGroot):
            await wire.plain_text(400, 'Stuur JSON als {"render": "...", "donker": false}.').send(vraag.send)
            return
        bewezen = self._board.report(vraag.state, slag.render, slag.donker)
        await self._board.proof.left(vraag.state, bewezen, gemeld=True)
        await self._state(vraag)

    async def _expected(self, vraag: Vraag) -> None:
        await wire.json({"verwacht": {"vertoningen": ["render", "begin", "seconden"]}}).send(vraag.send, vraag.method)

    async def _played(self, vraag: Vraag) -> None:
        try:
            gemeld = Vertoningen.model_validate_json(await wire.body_of(vraag.receive)).vertoningen
            vertoningen = [
                Vertoning(
                    item.render,
                    self._board.renders.owner(item.render) or None,
                    as_utc(item.begin),
                    item.seconden,
                    item.bron,
                )
                for item in gemeld
            ]
        except (ValueError, OverflowError, wire.TeGroot):
            uitleg = (
                'Stuur JSON als {"vertoningen": [{"render": "...", "begin": "2026-03-01T14:05:00Z", "seconden": 5}]}.'
            )
            await wire.plain_text(400, uitleg).send(vraag.send)
            return
        await self._board.proof.played(vraag.state, vertoningen)
        await wire.json({"ontvangen": len(vertoningen)}).send(vraag.send)

    # -- events ------------------------------------------------------------------------------------------------
    async def _events(self, vraag: Vraag) -> None:
        """Keep the stream open: the state now, every change, and a comment now and then."""
        head = (
            (b"content-type", b"text/event-stream; charset=utf-8"),
            wire.NIET_BEWAREN,
            (b"x-accel-buffering", b"no"),
            wire.DICHT,
        )
        if not vraag.levert:
            await Reply(200, b"", head).send(vraag.send, "HEAD")
            return
        await vraag.send({"type": "http.response.start", "status": 200, "headers": [*head, *wire.VEILIG]})
        som, state = vraag.state.som, vraag.state
        weg = asyncio.ensure_future(_hung_up(vraag.receive))
        bel, gezien = self._board.wachters.wait(state), state.nummer
        try:
            await _push(vraag.send, b"retry: %d\n\n" % HERVERBIND_MS + self._event(state))
            while True:
                await asyncio.wait((bel, weg), return_when=asyncio.FIRST_COMPLETED)
                if weg.done():
                    return
                # The next one before looking, so that no change is missed.
                reden, bel = bel.result(), self._board.wachters.wait(state)
                if reden == "einde" or not self._board.known(som, state):
                    return
                if state.nummer != gezien:
                    gezien = state.nummer
                    await _push(vraag.send, self._event(state))
                elif reden == "hart":
                    await _push(vraag.send, b": hart\n\n")
        finally:
            self._board.wachters.leave(state, bel)
            weg.cancel()
            await vraag.send({"type": "http.response.body", "body": b"", "more_body": False})

    def _event(self, state: SchermStand) -> bytes:
        return b"event: stand\ndata: " + orjson.dumps(self._status(state)) + b"\n\n"


def picture(beeld: Beeld, if_none_match: bytes) -> Reply:
    """A picture, or 304 when the other side has it. Anyone may embed it; only the page's origin reads it."""
    actief = bool(beeld.actie_id)
    headers = (
        (b"content-type", b"image/jpeg"),
        (b"etag", beeld.etag),
        (b"last-modified", beeld.sinds),
        PERSOON if actief else NOOIT_KAAL,
        (b"actiehub-stand", b"actief" if actief else b"neutraal"),
        wire.DICHT,
    )
    if wire.matches(if_none_match, beeld.etag):
        return wire.not_modified(*headers[1:])
    return Reply(200, beeld.data, headers)


def _naar(token: str) -> tuple[bytes, bytes]:
    return (b"location", f"/s/{token}/".encode())


async def _hung_up(receive: Receive) -> None:
    """Returns when the other side is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _push(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})
