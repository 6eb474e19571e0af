"""What the check says of every designed format for one actie, and how a preview is asked for.

`keuringen(deps, actie, gone)` raises Vertrokken when `gone` says that the visitor has gone.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from hub.acties import rules
from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.view import EINDE, view
from hub.content import ActieView, Foto, Keuring, Link, PosterRequest, Thema
from hub.web.atelier import Gone
from hub.web.deps import Deps

CODE = "0" * 8
"""A code that leads nowhere: the verdict is the same for every link."""


def photo_rule(actie: Actie) -> rules.Besluit:
    """Whether policy lets a photo of this actie be seen on schermen, those along a road apart."""
    return rules.foto_op_scherm(
        niveau=actie.niveau,
        type=actie.type,
        minderjarig=rules.is_minderjarig(actie.type, actie.persoon),
        toestemming=bool(actie.foto and actie.foto.toestemming_schriftelijk),
        scherm_soort="station",
    )


def order(
    deps: Deps, formaat: str, shown: ActieView, fotos: tuple[Foto, ...], thema: Thema = "gewoon"
) -> PosterRequest:
    """What to draw. Along a road a photo is never seen."""
    seen = () if deps.renderer.about(formaat).weg else fotos
    return PosterRequest(
        formaat=formaat,
        actie=shown,
        foto=seen[0] if seen else None,
        meer_fotos=seen[1:],
        link=Link(f"{deps.config.link_basis}/{CODE}", CODE, "uw korte link"),
        voorbeeld=deps.config.voorbeeld,
        afzender=deps.config.organisatie.afzender,
        thema=thema,
    )


async def keuringen(deps: Deps, actie: Actie, gone: Gone) -> Mapping[str, Keuring]:
    """The verdict on each format of a stored actie as it is now, by its name."""
    shown = view(actie, deps.config)
    fotos: tuple[Foto, ...] = ()
    if actie.foto is not None and actie.fase not in EINDE and photo_rule(actie).mag:
        fotos = await deps.db.read(lambda s: acties.load_fotos(s, deps.vault, actie.id))
    return await verdicts(deps, shown, fotos, "gewoon", gone)


async def verdicts(
    deps: Deps, shown: ActieView, fotos: tuple[Foto, ...], thema: Thema, gone: Gone
) -> Mapping[str, Keuring]:
    """The verdict on each format of an actie, stored or not, with these photos."""
    orders = [order(deps, naam, shown, fotos, thema) for naam in deps.renderer.formats()]
    try:
        return await deps.atelier.judge(orders, gone)
    finally:
        over = await deps.db.read(lambda s: _ended(s, shown.id))
        if over and shown.stand == "actief":
            # It ended meanwhile: the renderer may have seen photo and words after it was told to forget.
            deps.screens.renders.drop(shown.id)


def _ended(session: Session, actie_id: str) -> bool:
    """Whether a stored actie has ended; one that is still being typed has not begun."""
    actie = acties.get(session, actie_id)
    return actie is not None and actie.fase in EINDE
