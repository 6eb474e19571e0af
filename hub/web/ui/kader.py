"""Renders pages: one Jinja2 environment, the frame around every page, and plain redirects after a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from hub.desk import bellen, vragen
from hub.desk.meter import Meter
from hub.desk.toestand import Toestand
from hub.kanalen.stops import Stop, stopped
from hub.kit.clock import AMSTERDAM, iso, nl_moment, nl_precise, nl_time
from hub.toegang.model import Wie
from hub.web import auth
from hub.web.deps import Deps
from hub.web.ui import woorden

MELDINGEN: Mapping[str, str] = {
    "concept": "Het concept is bewaard. Controleer het en zet de actie uit.",
    "uitgezet": "De actie loopt. Hieronder ziet u waar de actie al te zien is.",
    "wacht": "De actie wacht op goedkeuring.",
    "weer": "De actie is weer te zien.",
    "ingetrokken": "De actie is ingetrokken. Het bewijs hieronder vult zich vanzelf.",
    "afgesloten": "De actie is afgesloten. Het slotbericht gaat uit.",
    "gewijzigd": "De nieuwe versie is bewaard. Berichten en schermen volgen.",
    "verlengd": "De looptijd is verlengd.",
    "foto": "De foto is toegevoegd.",
    "reactie": "De reactie is genoteerd.",
    "uitkomst": "De uitkomst is bewaard.",
    "verborgen": "De reactie is verborgen op het netwerk.",
    "kanaal": "Het kanaal is bewaard.",
    "tekst": "De tekst is bewaard. Het volgende bericht op dit kanaal gebruikt hem.",
    "standaardtekst": "Dit kanaal gebruikt de standaard weer. De versies blijven bewaard.",
    "hervat": "Het kanaal doet weer mee.",
    "stilgezet": "Het kanaal staat stil. Weghalen gaat door.",
    "vrijgegeven": "Het kanaal gaat verder met wat wachtte.",
    "noodstop": "De hub staat stil. Weghalen gaat door.",
    "hub-vrij": "De hub gaat verder met wat wachtte.",
    "proef": "Het proefbericht is geplaatst en daarna weer verwijderd.",
    "proef-blijft": "Het proefbericht is geplaatst. Dit netwerk kan niet verwijderen: haal het zelf weg.",
    "scherm": "Het scherm is bewaard.",
    "taak": "Uw antwoord is bewaard.",
    "uit": "U bent uitgelogd.",
}
"""What a page may say after a redirect: fixed sentences, so that no address can put words in our mouth."""


@dataclass(frozen=True, slots=True)
class Punt:
    """One entry of the main navigation; `teller` with its `woord` stands in a badge, red for an alarm."""

    sectie: str
    titel: str
    adres: str
    teller: int = 0
    woord: str = "open"
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Einde:
    """A running actie that is about to end."""

    actie_id: str
    kenmerk: str
    om: str


@dataclass(frozen=True, slots=True)
class Roep:
    """What calls on every page: the stop of the hub, open questions, posts that must be taken away by hand, acties
    about to end."""

    open: int = 0
    weghalen: int = 0
    einde: tuple[Einde, ...] = ()
    stop: Stop | None = None

    @property
    def woord(self) -> str:
        """What the badge counts."""
        return f"open, {self.weghalen} weghalen" if self.weghalen else "open"

    @property
    def kort(self) -> str:
        """One sentence for a screen reader."""
        stop = "De hub staat stil." if self.stop else ""
        weg = woorden.aantal(self.weghalen, "bericht moet", "berichten moeten") + " met de hand weg."
        einde = " ".join(f"{item.kenmerk} stopt om {item.om}." for item in self.einde)
        return " ".join(part for part in (stop, weg if self.weghalen else "", einde) if part)


class Ui:
    """What every page module works with: the tools of the web and a way to answer with a page."""

    def __init__(self, deps: Deps) -> None:
        self.deps = deps
        self._meter = Meter(deps.db, deps.config, deps.hartslag, deps.registry.handmatig)
        self._env = Environment(
            loader=FileSystemLoader(deps.wortel / "templates" / "ui"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters |= {
            "tijd": nl_time,
            "moment": nl_moment,
            "precies": nl_precise,
            "iso": iso,
            "getal": woorden.getal,
            "teller": woorden.teller,
            "aantal": woorden.aantal,
            "duur": woorden.duur,
        }
        self._env.globals |= {"bestand": deps.bestanden.url, "voorbeeld_hub": deps.config.voorbeeld}

    async def page(
        self,
        request: Request,
        template: str,
        *,
        titel: str,
        sectie: str = "",
        status: int = 200,
        toestand: Toestand | None = None,
        **model: Any,
    ) -> HTMLResponse:
        """A whole page. `model` goes to the template; the frame around it is filled here.

        `toestand`: how the hub is doing, from who measured it already.
        """
        wie = await self.who(request)
        alarmen, roep = 0, Roep()
        if wie is not None:
            roep = await self.roep(wie)
            alarmen = (toestand or await self._meter.kort(self.deps.clock.now())).alarmen
        frame = {
            "titel": titel,
            "sectie": sectie,
            "wie": wie,
            "navigatie": _navigation(roep, alarmen),
            "roep": roep,
            "gedaan": MELDINGEN.get(request.query_params.get("gedaan", ""), ""),
            "oefening": False,
            "toestand": toestand,
        }
        return HTMLResponse(self._render(request, template, {**frame, **model}), status_code=status)

    def fragment(self, request: Request, template: str, **model: Any) -> HTMLResponse:
        """A part of a page, for who already has the rest."""
        return HTMLResponse(self._render(request, template, model))

    async def roep(self, wie: Wie) -> Roep:
        """What calls for this person now, whatever page is open."""
        now, minuten = self.deps.clock.now(), self.deps.config.herinnering_minuten

        def read(session: Session) -> Roep:
            stapel = vragen.stapel(session, wie)
            return Roep(
                open=stapel.open,
                stop=stopped(session),
                weghalen=stapel.weghalen if wie.mag("taken") else 0,
                einde=tuple(
                    Einde(actie.id, actie.kenmerk, nl_time(actie.eindigt_op)[:5])
                    for actie in bellen.ending(session, now, minuten, wie)
                ),
            )

        return await self.deps.db.read(read)

    async def toestand(self) -> Toestand:
        """How the hub is doing now."""
        return await self._meter.nu(self.deps.clock.now())

    async def who(self, request: Request) -> Wie | None:
        """Who is logged in, or None."""
        found = await auth.aanvrager(request)
        return found.wie if found else None

    def _render(self, request: Request, template: str, model: Mapping[str, Any]) -> str:
        now = self.deps.clock.now()
        return self._env.get_template(template).render(
            nonce=auth.nonce(request),
            csrf=auth.csrf(request),
            nu=now,
            klok=now.astimezone(AMSTERDAM).strftime("%H:%M:%S"),
            **model,
        )


def naar(adres: str, gedaan: str = "", anker: str = "", **vraag: str) -> RedirectResponse:
    """After a form: go and look (303), with the key of a sentence that says what was done."""
    query = urlencode({**({"gedaan": gedaan} if gedaan else {}), **vraag})
    return RedirectResponse(adres + (f"?{query}" if query else "") + (f"#{anker}" if anker else ""), status_code=303)


def _navigation(roep: Roep, alarmen: int) -> tuple[Punt, ...]:
    return (
        Punt("acties", "Acties", "/acties"),
        Punt("taken", "Taken", "/taken", roep.open, roep.woord, alarm=roep.weghalen > 0),
        Punt("schermen", "Schermen", "/schermen"),
        Punt("kanalen", "Kanalen", "/kanalen"),
        Punt("statistieken", "Statistieken", "/statistieken"),
        Punt("rapporten", "Rapporten", "/rapporten"),
        Punt("toestand", "Toestand", "/toestand", alarmen, "alarm" if alarmen == 1 else "alarmen", alarm=True),
    )
