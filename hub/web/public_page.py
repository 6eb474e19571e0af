"""The living page as data and as HTML: what stands on it, and the headers that protect who reads it."""

import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties import gemeenten, rules, store
from hub.acties.model import BRONNEN, Actie
from hub.acties.tables import VersieRij
from hub.acties.view import EINDE, view
from hub.content import BEL_NU, ActieView
from hub.kit.clock import Clock, iso
from hub.kit.config import Config
from hub.kit.ids import ALPHABET, row_id
from hub.kit.secrets import Vault
from hub.tracking.delen import DEELDOELEN
from hub.web.public_words import deeltekst, tipnummer, wanneer, woorden
from hub.web.statisch import Bestanden

KAART: Final = "kaart-1200x630"
CODE: Final = re.compile(f"[{ALPHABET}]{{8}}")
DANK: Final = ("bron", "reactie")

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # The name of a missing person does not belong in a search engine's memory, also not while we look.
    "X-Robots-Tag": "noindex, noarchive",
}


@dataclass(frozen=True, slots=True)
class Blad:
    """What the database says about one page: the actie and when its newest versie was made."""

    actie: Actie
    bijgewerkt_op: datetime

    @property
    def actief(self) -> bool:
        """Whether people should look out now."""
        return self.actie.fase == "actief"


def load(session: Session, code: str) -> Blad | None:
    """The page of this actie; None when there is none, when it was never public, or waits for a person to say so."""
    actie = store.by_code(session, code)
    if actie is None or actie.gestart_op is None or actie.fase not in ("actief", *EINDE):
        return None
    newest = (
        select(VersieRij.gemaakt_op).where(VersieRij.actie_id == actie.id, VersieRij.versie == actie.versie).limit(1)
    )
    return Blad(actie, session.scalars(newest).one())


class Bladen:
    """Makes the HTML. One for the whole process; the templates are read once."""

    def __init__(self, *, config: Config, vault: Vault, clock: Clock, bestanden: Bestanden, templates: Path) -> None:
        self._config = config
        self._clock = clock
        self._key = vault.derive("openbare pagina")
        environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["asset"] = bestanden.url
        self._actie = environment.get_template("actie_publiek.html")
        self._delen = environment.get_template("publiek_link.html")
        self._melding = environment.get_template("publiek_melding.html")

    def view(self, blad: Blad) -> ActieView:
        """The actie as readers may see it."""
        return view(blad.actie, self._config)

    def actie(self, blad: Blad, *, via: str, dank: str) -> str:
        """The living page, running or over."""
        shown = self.view(blad)
        return self._actie.render(
            **self._frame(shown),
            slot=shown.stand == "slot",
            foto=self._foto(blad),
            deeltekst=deeltekst(shown),
            doelen=DEELDOELEN,
            bronnen=BRONNEN,
            gebied=_gebied(shown),
            bijgewerkt=wanneer(blad.bijgewerkt_op, self._clock.now()),
            bijgewerkt_iso=iso(blad.bijgewerkt_op),
            gestart=wanneer(shown.gestart_op, self._clock.now()),
            gestart_iso=iso(shown.gestart_op),
            loopt_tot=wanneer(shown.eindigt_op, self._clock.now()),
            loopt_tot_iso=iso(shown.eindigt_op),
            via=via,
            dank=dank if dank in DANK else "",
            bewijs=self.sign(row_id(), shown.code),
        )

    def link(self, blad: Blad, *, url: str, via: str) -> str:
        """The page that shows a link to copy, for who has no JavaScript."""
        shown = self.view(blad)
        return self._delen.render(**self._frame(shown), url=url, via=via, deeltekst=deeltekst(shown))

    def melding(self, kop: str, tekst: str) -> str:
        """A page that only says something: not found, too many requests."""
        return self._melding.render(
            afzender=self._config.organisatie.afzender, kop=kop, tekst=tekst, oefening=False, voorbeeld=False
        )

    def sign(self, id: str, code: str) -> str:
        """A token that this page was really served: it makes events of one page view countable once."""
        mac = hmac.new(self._key, f"{id}|{code}".encode(), hashlib.sha256).hexdigest()[:20]
        return f"{id}.{mac}"

    def event_id(self, bewijs: str, code: str, wat: str) -> str | None:
        """The id of one event of one page view, the same at each retry; None when the token is not ours."""
        id, _, _ = bewijs.partition(".")
        if not hmac.compare_digest(bewijs.encode(), self.sign(id, code).encode()):
            return None
        return str(uuid.uuid5(uuid.UUID(id), wat))

    def _frame(self, shown: ActieView) -> Mapping[str, Any]:
        versie = "slot" if shown.stand == "slot" else str(shown.versie)
        return {
            "actie": shown,
            "woorden": woorden(shown),
            "bel_nu": BEL_NU,
            "bel_tip": tipnummer(shown),
            "afzender": shown.afzender,
            "contact": self._config.organisatie.contact,
            "oefening": shown.oefening,
            "voorbeeld": shown.voorbeeld,
            "kaart_url": f"{shown.pagina_url}/kaart.jpg?v={versie}",
        }

    def _foto(self, blad: Blad) -> Mapping[str, Any] | None:
        """The photo, if there is one and the policy lets this page show it."""
        actie, foto = blad.actie, blad.actie.foto
        if foto is None or not blad.actief:
            return None
        besluit = rules.foto_op_pagina(
            niveau=actie.niveau,
            type=actie.type,
            minderjarig=rules.is_minderjarig(actie.type, actie.persoon),
            toestemming=foto.toestemming_schriftelijk,
        )
        if not besluit.mag:
            return None
        wie = "de vermiste persoon" if actie.type == "vermist-persoon" else "wie of wat we zoeken"
        return {
            "url": f"/f/{foto.som}.jpg",
            "breedte": foto.breedte,
            "hoogte": foto.hoogte,
            "alt": f"Foto van {wie}. {actie.signalement}".strip(),
        }


def _gebied(shown: ActieView) -> str:
    """The names of the gemeenten where people should look out."""
    found = [gemeente.naam for code in shown.gemeenten if (gemeente := gemeenten.find(code)) is not None]
    names = [shown.plaats, *(naam for naam in found if naam != shown.plaats)]
    names = [naam for naam in names if naam]
    if len(names) > 6:
        return f"{', '.join(names[:6])} en {len(names) - 6} andere gemeenten"
    return " en ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
