"""The invented acties that `hub render` draws: one usual, and the cases in which a design goes wrong first.

Nobody in them exists, the places do. The number plate has a vowel, which no Dutch plate of its kind has.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image as Picture
from PIL import ImageOps

from hub.content import ActieView, Cirkel, Foto, Link, PosterRequest, Thema

CODE = "DEM0P0ST"
ADRES = "https://actiehub.example"
GEWOON = "gewoon"


@dataclass(frozen=True, slots=True)
class Geval:
    """What differs from the usual actie. `portret`: the drawing that stands in for a photo; `fotos`: how many of it."""

    uitleg: str
    anders: Mapping[str, Any] = field(default_factory=dict)
    portret: str = "meisje-regenjas.jpg"
    fotos: int = 1
    rust: bool = False


GEVALLEN: Mapping[str, Geval] = {
    GEWOON: Geval("een meisje, één foto"),
    "kortst": Geval(
        "zo weinig woorden als kan",
        {"titel": "Sem vermist", "bericht": "", "signalement": "", "laatst_gezien": "", "leeftijd": None},
        "jongen-blond.jpg",
    ),
    "langst": Geval(
        "elk veld bijna vol",
        {
            "titel": "Verwarde man van 78 met dementie vermist na een wandeling vanuit verzorgingshuis De Wilgenhoek",
            "bericht": (
                "Meneer Van der Wilgenburg is dinsdagmiddag gaan wandelen en niet teruggekomen. Hij verliet het huis "
                "zonder jas, heeft zijn telefoon niet bij zich en weet niet goed waar hij is. Hij loopt vaak langs het "
                "water en stapt soms op een bus. Spreek hem rustig aan, blijf bij hem en bel direct. "
            )
            * 3,
            "signalement": (
                "Slank, ongeveer 1,80 m lang, kort grijs haar, grijze snor, donkere pet, groene jas tot op de knie, "
                "bruine ribbroek, zwarte wandelschoenen met rode veters. Hij loopt met een stok. "
            )
            * 2,
            "laatst_gezien": "Bij de bushalte aan de Prinses Beatrixlaan, dinsdag 2 september om 13:40 uur",
            "leeftijd": 78,
            "minderjarig": False,
            "gemeente": "GM0484",
            "plaats": "Alphen aan den Rijn",
            "afzender": "Meldkamer Den Haag en gemeente Alphen aan den Rijn, Openbare Orde en Veiligheid",
        },
        "man-pet.jpg",
    ),
    "zonder-foto": Geval("dezelfde actie zonder foto", fotos=0),
    "twee-fotos": Geval("dezelfde actie met twee foto's", fotos=2),
    "voertuig": Geval(
        "een gestolen auto met een kenteken",
        {
            "type": "diefstal-voertuig",
            "niveau": "lokaal",
            "titel": "Rode Volvo 12-ABC-3 gestolen",
            "bericht": "De auto is vannacht gestolen. Ziet u hem? Houd afstand en bel 112.",
            "signalement": "Rode stationwagen met een deuk in het linker achterportier en een dakkoffer.",
            "laatst_gezien": "A27 bij Bilthoven, richting Almere, rond 06.20 uur",
            "leeftijd": None,
            "minderjarig": False,
        },
        fotos=0,
    ),
    "oefening": Geval("dezelfde actie als oefening", {"oefening": True}),
    "afgesloten": Geval(
        "het slotbericht",
        {
            "fase": "afgesloten",
            "titel": "",
            "bericht": "",
            "signalement": "",
            "laatst_gezien": "",
            "leeftijd": None,
            "slottekst": "De persoon is gevonden. U hoeft niet meer uit te kijken. Bedankt voor uw hulp.",
        },
        fotos=0,
    ),
    "rust": Geval("de poster als er geen actie is", fotos=0, rust=True),
}


def request(
    geval: str,
    formaat: str,
    now: datetime,
    fotos: tuple[Foto, ...] = (),
    thema: Thema = "gewoon",
    tweetalig: bool = False,
) -> PosterRequest:
    """The poster of one case, with a short link that leads nowhere."""
    link = Link(f"{ADRES}/{CODE}", CODE, f"{ADRES.partition('://')[2]}/{CODE}")
    case = GEVALLEN[geval]
    actie = None if case.rust else replace(_actie(now), **dict(case.anders))
    return PosterRequest(
        formaat,
        actie,
        fotos[0] if fotos else None,
        link,
        voorbeeld=True,
        afzender=actie.afzender if actie else "Actiehub",
        meer_fotos=fotos[1:],
        thema=thema,
        tweetalig=tweetalig,
    )


def drawings(geval: str, portretten: Path | None) -> tuple[Foto, ...]:
    """The photos of a case, out of the drawn portraits; the second is a closer look at the same drawing."""
    case = GEVALLEN[geval]
    path = portretten / case.portret if portretten else None
    if path is None or case.fotos == 0:
        return ()
    first = Foto(path.read_bytes(), 0.5, 0.38)
    return (first, _closer(first)) if case.fotos > 1 else (first,)


def _closer(foto: Foto) -> Foto:
    with Picture.open(io.BytesIO(foto.data)) as image:
        wide, high = image.size
        box = (round(wide * 0.2), round(high * 0.1), round(wide * 0.8), round(high * 0.7))
        near = ImageOps.mirror(image.convert("RGB").crop(box)).resize((wide, high * (box[2] - box[0]) // wide))
    buffer = io.BytesIO()
    near.save(buffer, "JPEG", quality=92)
    return Foto(buffer.getvalue(), 0.5, 0.45)


def _actie(now: datetime) -> ActieView:
    return ActieView(
        id="demo",
        code="DEM0",
        versie=1,
        soort="tijdkritisch",
        type="vermist-persoon",
        niveau="regionaal",
        fase="actief",
        titel="Noor (9) vermist in Utrecht",
        bericht="Noor is vanmiddag niet thuisgekomen van school. Kijkt u mee uit?",
        signalement="Donker krullend haar, gele regenjas, blauwe rugzak met sterren.",
        laatst_gezien="Kanaalstraat in Lombok, rond 15.10 uur",
        leeftijd=9,
        minderjarig=True,
        gemeente="GM0344",
        plaats="Utrecht",
        gemeenten=("GM0344",),
        cirkel=Cirkel(52.0907, 5.1034, 5000),
        gestart_op=now,
        eindigt_op=now + timedelta(hours=1),
        oefening=False,
        voorbeeld=True,
        pagina_url=f"{ADRES}/a/DEM0",
        afzender="Actiehub",
    )
