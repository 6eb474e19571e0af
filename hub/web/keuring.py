"""What the check says of every designed format for one stored actie: `keuringen(deps, actie)`."""

import asyncio
from collections.abc import Mapping

from sqlalchemy.orm import Session

from hub.acties import rules
from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.view import EINDE, view
from hub.content import FormaatInfo, Foto, Keuring, Link, NietTeTekenen, PosterRequest
from hub.web.deps import Deps

CODE = "0" * 8
"""A code that leads nowhere: the verdict is the same for every link."""


async def keuringen(deps: Deps, actie: Actie) -> Mapping[str, Keuring]:
    """The verdict on each format, by its name. The first time costs seconds; the renderer remembers it."""
    shown = view(actie, deps.config)
    fotos: tuple[Foto, ...] = ()
    if actie.foto is not None and actie.fase not in EINDE:
        fotos = await deps.db.read(lambda s: acties.load_fotos(s, deps.vault, actie.id))

    def judge() -> dict[str, Keuring]:
        found = {}
        for naam in deps.renderer.formats():
            own = fotos if _with_photo(actie, deps.renderer.about(naam)) else ()
            request = PosterRequest(
                formaat=naam,
                actie=shown,
                foto=own[0] if own else None,
                meer_fotos=own[1:],
                link=Link(f"{deps.config.link_basis}/{CODE}", CODE, "uw korte link"),
                voorbeeld=deps.config.voorbeeld,
                afzender=deps.config.organisatie.afzender,
            )
            found[naam] = _judged(deps, request)
        return found

    made = await asyncio.get_running_loop().run_in_executor(None, judge)
    over = await deps.db.read(lambda s: _ended(s, actie.id))
    if fotos and over:
        # It ended meanwhile: the renderer may have looked at the photo after it was told to forget.
        deps.screens.renders.drop(actie.id)
    return made


def _judged(deps: Deps, request: PosterRequest) -> Keuring:
    try:
        return deps.renderer.keur(request)
    except NietTeTekenen as error:
        return Keuring(request.formaat, (str(error),))


def _with_photo(actie: Actie, info: FormaatInfo) -> bool:
    besluit = rules.foto_op_scherm(
        niveau=actie.niveau,
        type=actie.type,
        minderjarig=rules.is_minderjarig(actie.type, actie.persoon),
        toestemming=bool(actie.foto and actie.foto.toestemming_schriftelijk),
        scherm_soort="weg" if info.weg else "station",
    )
    return besluit.mag


def _ended(session: Session, actie_id: str) -> bool:
    actie = acties.get(session, actie_id)
    return actie is None or actie.fase in EINDE
