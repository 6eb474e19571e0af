"""The invented acties of the demo: nobody in them exists, the places do."""

from dataclasses import dataclass

from hub.acties.model import Invoer, Persoon
from hub.content import Cirkel
from hub.demo.omgeving import GEMEENTE


@dataclass(frozen=True, slots=True)
class Verhaal:
    """One story: the drawing that stands in for a photo, where the face is in it, and the actie."""

    portret: str
    focus: tuple[float, float]
    invoer: Invoer


def _vermist(
    titel: str, bericht: str, signalement: str, leeftijd: int, laatst_gezien: str, punt: tuple[float, float]
) -> Invoer:
    return Invoer(
        kenmerk="DEMO",
        soort="tijdkritisch",
        type="vermist-persoon",
        niveau="regionaal",
        titel=titel,
        bericht=bericht,
        signalement=signalement,
        persoon=Persoon(leeftijd=leeftijd, minderjarig=leeftijd < 18),
        laatst_gezien=laatst_gezien,
        gemeente=GEMEENTE,
        gemeenten=(GEMEENTE,),
        cirkel=Cirkel(*punt, 5000),
        looptijd_minuten=60,
    )


VERHALEN: tuple[Verhaal, ...] = (
    Verhaal(
        "meisje-regenjas.jpg",
        (0.5, 0.38),
        _vermist(
            "Noor (9) vermist in Utrecht",
            "Noor is vanmiddag niet thuisgekomen van school. Zij was te voet.",
            "Donker krullend haar, gele regenjas, blauwe rugzak met sterren.",
            9,
            "Kanaalstraat in Lombok, rond 15.10 uur",
            (52.0907, 5.1034),
        ),
    ),
    Verhaal(
        "man-pet.jpg",
        (0.5, 0.4),
        _vermist(
            "Meneer Van Elst (72) vermist",
            "Meneer Van Elst is vanmorgen gaan wandelen en niet teruggekomen. Hij kan verward zijn.",
            "Grijze snor, donkere pet, groene jas, loopt met een stok.",
            72,
            "Park Transwijk, rond 10.30 uur",
            (52.0756, 5.1046),
        ),
    ),
    Verhaal(
        "jongen-blond.jpg",
        (0.5, 0.385),
        _vermist(
            "Daan (13) vermist in Utrecht",
            "Daan is na de training niet thuisgekomen. Hij was op de fiets.",
            "Kort blond haar, sproeten, blauwe trui met capuchon, zwarte fiets met krat.",
            13,
            "Sportpark Zoudenbalch, rond 19.45 uur",
            (52.0866, 5.1517),
        ),
    ),
    Verhaal(
        "vrouw-bril.jpg",
        (0.5, 0.41),
        _vermist(
            "Mevrouw Terpstra (81) vermist",
            "Mevrouw Terpstra is weggelopen uit haar woonzorghuis. Zij kan de weg niet vinden.",
            "Kort grijs haar, bril, lila vest, bruine schoenen.",
            81,
            "Winkelcentrum Overvecht, rond 11.00 uur",
            (52.1168, 5.1105),
        ),
    ),
    Verhaal(
        "vrouw-hoofddoek.jpg",
        (0.5, 0.4),
        _vermist(
            "Samira (19) vermist in Utrecht",
            "Samira is gisteravond niet thuisgekomen van haar werk. Haar familie maakt zich zorgen.",
            "Turquoise hoofddoek, lange beige jas, witte gympen.",
            19,
            "Busstation Jaarbeurszijde, rond 22.15 uur",
            (52.0887, 5.1065),
        ),
    ),
    Verhaal(
        "man-baard.jpg",
        (0.5, 0.41),
        _vermist(
            "Meneer Adjei (46) vermist",
            "Meneer Adjei is niet op zijn werk aangekomen. Hij heeft medicijnen nodig.",
            "Kort zwart haar, korte baard, blauwe jas, beige coltrui.",
            46,
            "Station Utrecht Overvecht, rond 7.50 uur",
            (52.1131, 5.1117),
        ),
    ),
)
