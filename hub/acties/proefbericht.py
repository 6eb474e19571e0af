"""The made-up actie of a proefbericht: an oefening that names nobody, for a netwerk that wants a card each time."""

from hub.content import ActieView
from hub.kit.config import Config

PAD = "/proefbericht.jpg"


def view(config: Config) -> ActieView:
    """What its card shows; the same for every kanaal and at every moment."""
    return ActieView(
        id="proefbericht",
        code="PROEF",
        versie=1,
        soort="preventie",
        type="overig",
        niveau="lokaal",
        fase="actief",
        titel="PROEFBERICHT",
        bericht="Dit is een test van het kanaal. U hoeft niets te doen.",
        signalement="",
        laatst_gezien="",
        leeftijd=None,
        minderjarig=False,
        gemeente="",
        plaats="",
        gemeenten=(),
        cirkel=None,
        gestart_op=None,
        eindigt_op=None,
        oefening=True,
        voorbeeld=config.voorbeeld,
        pagina_url=config.adres.rstrip("/"),
        afzender=config.organisatie.afzender,
    )
