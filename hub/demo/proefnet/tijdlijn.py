"""The timelines of proefnet as a reader sees them: one page per account that keeps itself up to date."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from hub.demo.proefnet.opslag import Bericht, Opslag
from hub.kit.clock import Clock, nl_time

_HIER = Path(__file__).parent
_URL = re.compile(r"https?://[^\s<]+[^\s<.,;:!?)]")
_GRAFSTEEN = timedelta(minutes=2)
"""How long a removed post leaves an empty place behind, so that an onlooker sees it go."""

# The page is meant to be shown in a frame of the hub, so nothing here forbids framing.
_CSP = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


class Tijdlijn:
    """Pages and buttons for readers; needs no token, because anyone may read a timeline."""

    def __init__(self, opslag: Opslag, klok: Clock) -> None:
        self._opslag = opslag
        self._klok = klok
        self._jinja = Environment(
            loader=FileSystemLoader(_HIER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters.update(links=_met_links, tijd=nl_time, getal=_getal)

    def routes(self) -> list[web.RouteDef]:
        """What a browser may ask for."""
        return [
            web.get("/", self._overzicht),
            web.get("/tijdlijn/{account}", self._pagina),
            web.get("/tijdlijn/{account}/berichten", self._berichten),
            web.post(r"/tijdlijn/{account}/{id:\d+}/{wat:leuk|gedeeld}", self._tik),
            web.get("/stijl.css", self._bestand),
            web.get("/tijdlijn.js", self._bestand),
        ]

    async def _overzicht(self, _: web.Request) -> web.Response:
        return self._html("overzicht.html", accounts=self._opslag.accounts())

    async def _pagina(self, verzoek: web.Request) -> web.Response:
        account, titel = self._account(verzoek)
        return self._html("tijdlijn.html", account=account, **self._inhoud(account, titel))

    async def _berichten(self, verzoek: web.Request) -> web.Response:
        account, titel = self._account(verzoek)
        antwoord = self._html("berichten.html", account=account, **self._inhoud(account, titel))
        antwoord.enable_compression()
        return antwoord

    async def _tik(self, verzoek: web.Request) -> web.Response:
        account, _ = self._account(verzoek)
        bericht = self._opslag.bericht(account, int(verzoek.match_info["id"]))
        if bericht is None or bericht.verwijderd_op is not None:
            raise web.HTTPNotFound(text="bericht bestaat niet (meer)")
        self._opslag.tik(bericht, verzoek.match_info["wat"])
        raise web.HTTPSeeOther(f"/tijdlijn/{account}#bericht-{bericht.id}")

    async def _bestand(self, verzoek: web.Request) -> web.FileResponse:
        return web.FileResponse(_HIER / verzoek.path.rsplit("/", 1)[1])

    def _account(self, verzoek: web.Request) -> tuple[str, str]:
        naam = verzoek.match_info["account"]
        titel = self._opslag.accounts().get(naam)
        if titel is None:
            raise web.HTTPNotFound(text="onbekend account")
        return naam, titel

    def _inhoud(self, account: str, titel: str) -> dict[str, object]:
        nu = self._klok.now()
        return {
            "initiaal": (titel or account)[:1].upper(),
            "titel": titel,
            "kleur": list(self._opslag.accounts()).index(account) % 6,
            "berichten": [
                (
                    bericht,
                    bericht.tellingen(nu),
                    [reactie for reactie in self._opslag.reacties(bericht) if not reactie.verborgen],
                    self._opslag.alleen_volgers(bericht),
                )
                for bericht in self._opslag.berichten(account, 50)
                if _toonbaar(bericht, nu)
            ],
        }

    def _html(self, sjabloon: str, **waarden: object) -> web.Response:
        return web.Response(
            text=self._jinja.get_template(sjabloon).render(waarden),
            content_type="text/html",
            headers={
                "Cache-Control": "no-store",
                "Content-Security-Policy": _CSP,
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
            },
        )


def _toonbaar(bericht: Bericht, nu: datetime) -> bool:
    return bericht.verwijderd_op is None or nu - bericht.verwijderd_op < _GRAFSTEEN


def _met_links(tekst: str) -> Markup:
    """Escape a text and make its web addresses clickable, outside the frame it is shown in."""
    delen, einde = [], 0
    for treffer in _URL.finditer(tekst):
        delen += [
            escape(tekst[einde : treffer.start()]),
            Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(treffer.group()),
        ]
        einde = treffer.end()
    return Markup("").join([*delen, escape(tekst[einde:])])


def _getal(aantal: int) -> str:
    return f"{aantal:,}".replace(",", ".")
