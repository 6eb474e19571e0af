"""The web server of proefnet: the API of an account, the switches for faults, and the timelines.

    POST   /api/accounts                         {"naam", "titel", "token", "ontdubbelt"}: make one
    GET    /api/accounts/{a}                     who this token opens; no fault is ever played on it
    POST   /api/accounts/{a}/posts               {"tekst", "sleutel", "kenmerk",
                                                  "beeld": {"soort", "base64", "alt"}}
    GET    /api/accounts/{a}/posts               ?sleutel= or ?kenmerk=, &sinds=: find own posts
    GET, PATCH, DELETE /api/accounts/{a}/posts/{id}
    GET, POST          /api/accounts/{a}/posts/{id}/replies      {"van", "tekst", "volger"}; anyone may reply,
                                                                 or only followers (`volger`: true), see `reageren`
    PUT    /api/accounts/{a}/posts/{id}/reageren {"wie": "volgers" or "iedereen"}
    PUT    /api/accounts/{a}/replies/{id}/verborgen              hide a reply
    GET    /media/{naam}                         a picture; 404 once its post is gone (and its file, see `storing`)
    POST   /api/storing  GET /api/tellingen  GET /api/tijdlijn  GET /tijdlijn/{a}

Calls of the owner carry `Authorization: Bearer TOKEN`. The same key twice makes two posts, so that doubles show;
on an account that `ontdubbelt` it gives the post of the first time.
"""

import asyncio
import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from hub.demo.proefnet.opslag import Beeld, Bericht, Opslag, Reactie
from hub.demo.proefnet.storing import SOORTEN, Storingen, is_soort
from hub.demo.proefnet.tijdlijn import Tijdlijn
from hub.kit.clock import Clock, SystemClock

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MAX_TEKST = 5000
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


class Server:
    """All routes over one `Opslag`; `vertraging` is the number of seconds every owner's call takes longer."""

    def __init__(self, map_: Path, klok: Clock | None = None, vertraging: float = 0.0) -> None:
        self.opslag = Opslag(map_)
        self._klok = klok or SystemClock()
        self._vertraging = vertraging
        self._storingen = Storingen()
        self._blijvend: dict[str, str] = {}

    def app(self) -> web.Application:
        """The aiohttp application, ready to be served; closing it closes the file."""
        app = web.Application(client_max_size=16 * 2**20, middlewares=[_als_json])
        posts = "/api/accounts/{account}/posts"
        tijdlijn = Tijdlijn(self.opslag, self._klok)
        app.add_routes(
            [
                web.post("/api/accounts", self._account),
                web.get("/api/accounts/{account}", self._eigenaar(self._wie, met_storing=False)),
                web.post(posts, self._eigenaar(self._plaats)),
                web.get(posts, self._eigenaar(self._zoek)),
                web.get(posts + r"/{id:\d+}", self._eigenaar(self._lees)),
                web.patch(posts + r"/{id:\d+}", self._eigenaar(self._wijzig)),
                web.delete(posts + r"/{id:\d+}", self._eigenaar(self._verwijder)),
                web.get(posts + r"/{id:\d+}/replies", self._eigenaar(self._reacties)),
                web.post(posts + r"/{id:\d+}/replies", self._reageer),
                web.put(posts + r"/{id:\d+}/reageren", self._eigenaar(self._beperk)),
                web.put(r"/api/accounts/{account}/replies/{id:\d+}/verborgen", self._eigenaar(self._verberg)),
                web.get("/media/{naam}", self._media),
                web.post("/api/storing", self._storing),
                web.get("/api/tellingen", self._tellingen),
                web.get("/api/tijdlijn", self._tijdlijn),
                *tijdlijn.routes(),
            ]
        )
        app.on_cleanup.append(self._sluit)
        return app

    async def _sluit(self, _: web.Application) -> None:
        self.opslag.close()

    def _eigenaar(self, handler: Handler, *, met_storing: bool = True) -> Handler:
        async def met_token(verzoek: web.Request) -> web.StreamResponse:
            account = verzoek.match_info["account"]
            token = self.opslag.token(account)
            gegeven = verzoek.headers.get("Authorization", "").removeprefix("Bearer ")
            if token is None or not hmac.compare_digest(token.encode(), gegeven.encode()):
                raise web.HTTPUnauthorized(text="onbekend account of verkeerd token")
            await verzoek.read()
            if self._vertraging:
                # As a real network: it takes its time with what it received, whether or not the caller waits for it.
                await asyncio.sleep(self._vertraging)
            return await (self._storingen.voer_uit(account, verzoek, handler) if met_storing else handler(verzoek))

        return met_token

    async def _account(self, verzoek: web.Request) -> web.Response:
        body = await _body(verzoek)
        naam = _tekst(body, "naam")
        token = str(body.get("token") or secrets.token_urlsafe(24))
        nieuw = self.opslag.bewaar_account(naam, str(body.get("titel") or naam), token)
        self.opslag.ontdubbel(naam, body.get("ontdubbelt") is True)
        return web.json_response({"naam": naam, "token": token}, status=201 if nieuw else 200)

    async def _wie(self, verzoek: web.Request) -> web.Response:
        naam = verzoek.match_info["account"]
        return web.json_response({"naam": naam, "titel": self.opslag.accounts()[naam]})

    async def _plaats(self, verzoek: web.Request) -> web.Response:
        body = await _body(verzoek)
        beeld, alt = _beeld(body)
        bericht = self.opslag.plaats(
            verzoek.match_info["account"],
            str(body.get("sleutel") or ""),
            str(body.get("kenmerk") or ""),
            _tekst(body, "tekst"),
            beeld,
            alt,
            self._klok.now(),
        )
        return web.json_response(self._als_json(verzoek, bericht), status=201)

    async def _zoek(self, verzoek: web.Request) -> web.Response:
        sleutel, kenmerk = verzoek.query.get("sleutel", ""), verzoek.query.get("kenmerk", "")
        if not (sleutel or kenmerk):
            raise web.HTTPBadRequest(text="geef sleutel of kenmerk")
        sinds = _moment(verzoek.query["sinds"]) if "sinds" in verzoek.query else _BEGIN
        gevonden = self.opslag.zoek(verzoek.match_info["account"], sleutel, kenmerk, sinds)
        return web.json_response({"posts": [self._als_json(verzoek, bericht) for bericht in gevonden]})

    async def _lees(self, verzoek: web.Request) -> web.Response:
        return web.json_response(self._als_json(verzoek, self._zichtbaar(verzoek)))

    async def _wijzig(self, verzoek: web.Request) -> web.Response:
        body = await _body(verzoek)
        beeld, alt = _beeld(body)
        bericht = self._zichtbaar(verzoek)
        blijft = self._bestand_blijft(bericht)
        self.opslag.wijzig(bericht, _tekst(body, "tekst"), beeld, alt, self._klok.now(), bestand_blijft=blijft)
        return web.json_response(self._als_json(verzoek, self._zichtbaar(verzoek)))

    async def _verwijder(self, verzoek: web.Request) -> web.Response:
        bericht = self._zichtbaar(verzoek)
        self.opslag.verwijder(bericht, self._klok.now(), bestand_blijft=self._bestand_blijft(bericht))
        return web.Response(status=204)

    def _bestand_blijft(self, bericht: Bericht) -> bool:
        """Whether the file of this picture outlives its post, as on some real servers; while the fault is on."""
        if bericht.beeld is None or not self._storingen.blijft(bericht.account):
            return False
        self._blijvend[bericht.beeld] = bericht.account
        return True

    async def _reacties(self, verzoek: web.Request) -> web.Response:
        bericht = self._zichtbaar(verzoek)
        return web.json_response({"replies": [_reactie(r) for r in self.opslag.reacties(bericht)]})

    async def _reageer(self, verzoek: web.Request) -> web.Response:
        body = await _body(verzoek)
        bericht = self._zichtbaar(verzoek)
        if self.opslag.alleen_volgers(bericht) and body.get("volger") is not True:
            raise web.HTTPForbidden(text="alleen volgers van dit account kunnen reageren")
        reactie = self.opslag.reageer(
            bericht, str(body.get("van") or "een buurtbewoner"), _tekst(body, "tekst"), self._klok.now()
        )
        return web.json_response(_reactie(reactie), status=201)

    async def _beperk(self, verzoek: web.Request) -> web.Response:
        wie = _tekst(await _body(verzoek), "wie")
        if wie not in ("volgers", "iedereen"):
            raise web.HTTPBadRequest(text="wie is volgers of iedereen")
        self.opslag.beperk(self._zichtbaar(verzoek), wie == "volgers")
        return web.json_response({"wie": wie})

    async def _verberg(self, verzoek: web.Request) -> web.Response:
        if not self.opslag.verberg(verzoek.match_info["account"], int(verzoek.match_info["id"])):
            raise web.HTTPNotFound(text="reactie bestaat niet (meer)")
        return web.json_response({"verborgen": True})

    async def _media(self, verzoek: web.Request) -> web.Response:
        naam = verzoek.match_info["naam"]
        if naam in self._blijvend and not self._storingen.blijft(self._blijvend[naam]):
            self.opslag.wis_beeld(naam)
            del self._blijvend[naam]
        beeld = self.opslag.beeld(naam)
        if beeld is None:
            raise web.HTTPNotFound(text="geen beeld")
        return web.Response(body=beeld.data, content_type=beeld.soort, headers={"Cache-Control": "no-store"})

    async def _storing(self, verzoek: web.Request) -> web.Response:
        body = await _body(verzoek)
        account, soort = _tekst(body, "account"), _tekst(body, "soort")
        if soort == "geen":
            self._storingen.wis(account)
        elif is_soort(soort):
            aantal = body.get("aantal")
            self._storingen.zet(account, soort, float(body.get("seconden", 5)), None if aantal is None else int(aantal))
        else:
            raise web.HTTPBadRequest(text=f"soort is een van {', '.join(SOORTEN)} of geen")
        return web.json_response({"account": account, "soort": soort})

    async def _tellingen(self, _: web.Request) -> web.Response:
        return web.json_response({"accounts": {naam: self.opslag.tellingen(naam) for naam in self.opslag.accounts()}})

    async def _tijdlijn(self, verzoek: web.Request) -> web.Response:
        gekozen = verzoek.query.get("account")
        namen = [gekozen] if gekozen else list(self.opslag.accounts())
        return web.json_response(
            {
                "serie": self.opslag.serie,
                "accounts": {
                    naam: [
                        self._als_json(verzoek, bericht)
                        for bericht in self.opslag.berichten(naam)
                        if bericht.verwijderd_op is None
                    ]
                    for naam in namen
                },
            }
        )

    def _zichtbaar(self, verzoek: web.Request) -> Bericht:
        bericht = self.opslag.bericht(verzoek.match_info["account"], int(verzoek.match_info["id"]))
        if bericht is None or bericht.verwijderd_op is not None:
            raise web.HTTPNotFound(text="bericht bestaat niet (meer)")
        return bericht

    def _als_json(self, verzoek: web.Request, bericht: Bericht) -> dict[str, Any]:
        basis = f"{verzoek.scheme}://{verzoek.host}"
        return {
            "id": str(bericht.id),
            "url": f"{basis}/tijdlijn/{bericht.account}#bericht-{bericht.id}",
            "mediaUrl": f"{basis}/media/{bericht.beeld}" if bericht.beeld else None,
            "sleutel": bericht.sleutel,
            "kenmerk": bericht.kenmerk,
            "tekst": bericht.tekst,
            "alt": bericht.alt,
            "gemaaktOp": bericht.gemaakt_op.isoformat(),
            "gewijzigdOp": bericht.gewijzigd_op and bericht.gewijzigd_op.isoformat(),
            "tellingen": bericht.tellingen(self._klok.now()) | {"reacties": len(self.opslag.reacties(bericht))},
        }


@web.middleware
async def _als_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every refusal as JSON, and say that nothing was done with the call."""
    try:
        return await handler(request)
    except ConnectionError:
        # Who asked is gone, halfway through its question; nobody reads this.
        return web.Response(status=400)
    except web.HTTPException as fout:
        if fout.status < 400:
            raise
        return web.json_response({"fout": fout.text, "verwerkt": False}, status=fout.status)


async def _body(verzoek: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await verzoek.read())
    except ValueError:
        raise web.HTTPBadRequest(text="geen JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="geen JSON-object")
    return body


def _tekst(body: dict[str, Any], veld: str) -> str:
    waarde = body.get(veld)
    if not isinstance(waarde, str) or not waarde.strip():
        raise web.HTTPBadRequest(text=f"{veld} ontbreekt")
    if len(waarde) > _MAX_TEKST:
        raise web.HTTPBadRequest(text=f"{veld} is langer dan {_MAX_TEKST} tekens")
    return waarde


def _beeld(body: dict[str, Any]) -> tuple[Beeld | None, str]:
    gegeven = body.get("beeld")
    if gegeven is None:
        return None, ""
    try:
        soort, data = str(gegeven["soort"]), base64.b64decode(gegeven["base64"], validate=True)
        uitgang = {"image/jpeg": "jpg", "image/png": "png"}[soort]
    except (KeyError, TypeError, binascii.Error):
        raise web.HTTPBadRequest(text="beeld is geen JPEG of PNG in base64") from None
    return Beeld(f"{secrets.token_hex(12)}.{uitgang}", soort, data), str(gegeven.get("alt") or "")


def _moment(tekst: str) -> datetime:
    try:
        moment = datetime.fromisoformat(tekst)
    except ValueError:
        raise web.HTTPBadRequest(text="sinds is geen tijdstip") from None
    if moment.tzinfo is None:
        raise web.HTTPBadRequest(text="sinds heeft geen tijdzone")
    return moment.astimezone(UTC)


def _reactie(reactie: Reactie) -> dict[str, Any]:
    return {
        "id": str(reactie.id),
        "van": reactie.van,
        "tekst": reactie.tekst,
        "op": reactie.op.isoformat(),
        "verborgen": reactie.verborgen,
    }
