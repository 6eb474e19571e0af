"""An actie as readers may see it, and the closing sentence that stands in its place afterwards."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hub.acties import gemeenten
from hub.acties.model import Actie, Invoer
from hub.acties.rules import is_minderjarig
from hub.acties.validation import cleaned
from hub.content import ActieView
from hub.kit.config import Config

EINDE = ("afgesloten", "ingetrokken")

_GEVONDEN: Mapping[str, str] = {
    "vermist-persoon": "De persoon is gevonden.",
    "verdachte-situatie": "De situatie is opgelost.",
    "geweldsmisdrijf": "Deze zaak is opgelost.",
    "straatroof": "Deze zaak is opgelost.",
    "diefstal-voertuig": "Het voertuig is gevonden.",
    "woninginbraak": "Deze zaak is opgelost.",
    "overval": "Deze zaak is opgelost.",
    "diefstal-overig": "Deze zaak is opgelost.",
    "winkeldiefstal": "Deze zaak is opgelost.",
    "zedenmisdrijf": "Deze zaak is opgelost.",
    "verlaten-plaats-ongeval": "Deze zaak is opgelost.",
    "overig": "Deze actie is klaar.",
}
"""What came of it, per type, when a person chose `gevonden` (found or solved)."""
_KLAAR = "U hoeft niet meer uit te kijken. Bedankt voor uw hulp."
_FOUT = "In dit bericht stond een fout. Het is ingetrokken. Deel het niet verder, alstublieft."
_ANDERS = "Deze actie is ingetrokken. U hoeft niet meer uit te kijken. Bedankt voor uw hulp."
_DICHT = "Deze actie is afgesloten. Bedankt voor het uitkijken."
_ZOEKEN = "Afgesloten betekent niet altijd dat de politie stopt met zoeken."
_ONDERZOEK = "Afgesloten betekent niet altijd dat de politie stopt met haar onderzoek."
_ZOEKT: Mapping[str, str] = {"vermist-persoon": _ZOEKEN, "diefstal-voertuig": _ZOEKEN, "overig": ""}
"""What may go on after the actie, where that is not an investigation; of `overig` nobody can say."""
_PREVENTIE = "Deze actie is afgelopen. Bedankt voor uw hulp."


def slottekst(type: str, reden: str, soort: str = "tijdkritisch") -> str:
    """The closing message of an actie: says that it is over and thanks, and never holds a name."""
    if reden == "fout":
        return _FOUT
    if reden == "anders":
        return _ANDERS
    if soort == "preventie":  # nothing happened, so nothing was solved and nobody investigates
        return _PREVENTIE
    if reden == "gevonden":
        return f"{_GEVONDEN.get(type, _GEVONDEN['overig'])} {_KLAAR}"
    return f"{_DICHT} {_ZOEKT.get(type, _ONDERZOEK)}".strip()


def view(actie: Actie, config: Config) -> ActieView:
    """What posters, posts, pages and feeds are made from. An ended actie shows its closing message only."""
    over = actie.fase in EINDE
    gemeente = gemeenten.find(actie.gemeente)
    return ActieView(
        id=actie.id,
        code=actie.code,
        versie=actie.versie,
        soort=actie.soort,
        type=actie.type,
        niveau=actie.niveau,
        fase=actie.fase,
        titel="" if over else actie.titel,
        bericht="" if over else actie.bericht,
        signalement="" if over else actie.signalement,
        laatst_gezien="" if over else actie.laatst_gezien,
        leeftijd=None if over else actie.persoon.leeftijd,
        minderjarig=is_minderjarig(actie.type, actie.persoon),
        gemeente=actie.gemeente,
        plaats=gemeente.naam if gemeente else "",
        gemeenten=actie.gemeenten,
        cirkel=actie.cirkel,
        gestart_op=actie.gestart_op,
        eindigt_op=actie.eindigt_op,
        oefening=actie.oefening,
        voorbeeld=config.voorbeeld,
        pagina_url=f"{config.adres.rstrip('/')}/a/{actie.code}",
        afzender=config.organisatie.afzender,
        slottekst=(actie.slottekst or slottekst(actie.type, actie.reden, actie.soort)) if over else "",
    )


def provisional(invoer: Invoer, *, actie_id: str, code: str, wie: str, now: datetime) -> Actie:
    """The actie this input would become, without storing it: to compose posts before the transaction."""
    invoer = cleaned(invoer)
    gemeente = gemeenten.find(invoer.gemeente)
    return Actie(
        id=actie_id,
        code=code,
        nummer=0,
        kenmerk=invoer.kenmerk,
        soort=invoer.soort,
        type=invoer.type,
        niveau=invoer.niveau,
        gemeente=invoer.gemeente,
        veiligheidsregio=gemeente.veiligheidsregio if gemeente else "",
        oefening=invoer.oefening,
        fase="concept",
        versie=1,
        looptijd_minuten=invoer.looptijd_minuten,
        bron="hub",
        gemaakt_door=wie,
        versie_door=wie,
        goedgekeurd_door="",
        gemaakt_op=now,
        vrij_op=None,
        gestart_op=now,
        eindigt_op=now + timedelta(minutes=invoer.looptijd_minuten),
        beeindigd_op=None,
        reden="",
        titel=invoer.titel,
        bericht=invoer.bericht,
        signalement=invoer.signalement,
        laatst_gezien=invoer.laatst_gezien,
        persoon=invoer.persoon,
        gemeenten=invoer.gemeenten,
        cirkel=invoer.cirkel,
        kanalen=invoer.kanalen,
        slottekst="",
        foto=None,
    )
