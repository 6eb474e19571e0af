"""What screens need of acties: the view that readers may see, which photo goes with it, and the photo itself."""

from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.rules import foto_op_scherm
from hub.acties.view import view
from hub.content import Foto
from hub.kit.config import Config
from hub.kit.secrets import Vault
from hub.screens.model import FotoVerwijzing, Getoond


def load(session: Session, actie_id: str, config: Config) -> Getoond | None:
    """One actie as screens show it; None when there is none with this id."""
    actie = acties.get(session, actie_id)
    return _getoond(actie, config) if actie else None


def running(session: Session, config: Config) -> list[Getoond]:
    """Every actie that runs now."""
    return [_getoond(actie, config) for actie in acties.find_many(session, fasen=("actief",), limit=10_000)]


def photos(session: Session, vault: Vault, actie_id: str) -> tuple[Foto, ...]:
    """The photos of an actie; none once they were erased."""
    return acties.load_fotos(session, vault, actie_id)


def photo_allowed(getoond: Getoond, scherm_soort: str) -> bool:
    """Whether policy lets this photo appear on a scherm of this soort."""
    if getoond.foto is None:
        return False
    return foto_op_scherm(
        niveau=getoond.view.niveau,
        type=getoond.view.type,
        minderjarig=getoond.view.minderjarig,
        toestemming=getoond.foto.toestemming,
        scherm_soort=scherm_soort,
    ).mag


def _getoond(actie: Actie, config: Config) -> Getoond:
    foto = actie.foto
    return Getoond(
        view=view(actie, config),
        foto=FotoVerwijzing("+".join((foto.som, *foto.meer)), foto.toestemming_schriftelijk) if foto else None,
    )
