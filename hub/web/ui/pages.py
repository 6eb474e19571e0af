"""All pages for people who log in: `router(deps)` puts the pages of the sibling modules together."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from hub.web.deps import Deps
from hub.web.ui import (
    actie,
    acties,
    galerij,
    inloggen,
    kanalen,
    nieuw,
    rapporten,
    schermen,
    statistieken,
    taken,
    teksten,
    telefoon,
    toestand,
)
from hub.web.ui.bewaring import Bewaring
from hub.web.ui.kader import Ui
from hub.web.ui.voorbeeld import Voorbeelden


def router(deps: Deps) -> APIRouter:
    """The routes of every page, in the order in which they must match."""
    made = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    ui = Ui(deps)
    bewaring = Bewaring(deps.clock, deps.renderer.forget_photos)
    voorbeelden = Voorbeelden(deps, bewaring)
    inloggen.add(made, ui)
    acties.add(made, ui)
    nieuw.add(made, ui, bewaring, voorbeelden)
    galerij.add(made, ui, bewaring, voorbeelden)
    actie.add(made, ui, voorbeelden)
    taken.add(made, ui)
    telefoon.add(made, ui)
    kanalen.add(made, ui)
    teksten.add(made, ui)
    schermen.add(made, ui)
    statistieken.add(made, ui)
    rapporten.add(made, ui)
    toestand.add(made, ui)
    return made
