"""What each figure of tracking means: one definition per id, with numerator, denominator and source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definitie:
    """`teller` is what is counted, `noemer` what it is divided by (empty for a plain count)."""

    titel: str
    uitleg: str
    teller: str
    noemer: str
    bron: str


_LINKS = "eigen telling op de korte links van deze hub"
_PAGINA = "eigen telling op de actiepagina"
_MELDKAMER = "genoteerd door de meldkamer, via de API of de actiepagina"

DEFINITIES: dict[str, Definitie] = {
    "kliks": Definitie(
        "Kliks",
        "Keren dat een mens een link van deze actie opende, vóór het einde van de actie. De browser zelf "
        "meldt dat "
        "iemand de pagina opent. Dezelfde mens kan vaker klikken; dit zijn geen unieke personen.",
        "kliks van klasse mens vóór het einde",
        "",
        _LINKS,
    ),
    "kliksAnders": Definitie(
        "Andere aanvragen",
        "Aanvragen op dezelfde links die niet als mens meetellen: voorvertoningen in berichten "
        "(preview), vooraf "
        "ophalen (prefetch), zoekmachines en programma's (bot), eigen medewerkers (eigen) en wat niet te "
        "zeggen is "
        "(onbekend). Ze worden getoond en nooit weggelaten.",
        "aanvragen per klasse, behalve mens, vóór en na het einde",
        "",
        _LINKS,
    ),
    "kliksGedeeld": Definitie(
        "Kliks op gedeelde links",
        "Kliks van mensen op een gedeelde link, geteld bij het kanaal of scherm waar het delen begon.",
        "kliks van klasse mens op links van generatie 2 en hoger, vóór het einde",
        "",
        _LINKS,
    ),
    "scans": Definitie(
        "Scans",
        "Kliks van mensen op de link in de QR-code van een scherm. Een scan is ook een klik.",
        "kliks van klasse mens op de link van een scherm, vóór het einde",
        "",
        _LINKS,
    ),
    "deelintenties": Definitie(
        "Gedeeld (bedoeling)",
        "Keren dat een lezer op een deelknop drukte. Of het bericht daarna echt is verstuurd, weet niemand.",
        "drukken op een deelknop, geteld waar de lezer vandaan kwam",
        "",
        _PAGINA,
    ),
    "deelbevestigd": Definitie(
        "Gedeeld (bewezen)",
        "Gedeelde links die daarna minstens één keer door een mens zijn geopend. Iedereen in dezelfde "
        "stap deelt "
        "dezelfde link; dit is dus een ondergrens.",
        "gedeelde links met minstens één klik van klasse mens",
        "",
        _LINKS,
    ),
    "reacties": Definitie(
        "Reacties",
        "Meldingen van burgers via app, 0800-0011, 112, 0800-8844, web of messenger. Alleen de weg, de "
        "bron en de "
        "tijd; de inhoud staat hier niet.",
        "genoteerde reacties",
        "",
        _MELDKAMER,
    ),
    "bronnen": Definitie(
        "Hoe kent u deze melding?",
        "Wat lezers zelf antwoordden op de actiepagina. Niet iedereen antwoordt.",
        "antwoorden per bron",
        "",
        _PAGINA,
    ),
    "gezien": Definitie(
        "Gezien",
        "Keren dat de actiepagina minstens één seconde zichtbaar was in een browser met JavaScript.",
        "meldingen van de pagina zelf",
        "",
        _PAGINA,
    ),
    "bereik": Definitie(
        "Bereik volgens het netwerk",
        "De laatste stand van de eigen teller van het netwerk, onder de naam die het netwerk zelf "
        "gebruikt, met het "
        "tijdstip van opvragen. Tellers van verschillende netwerken zijn niet bij elkaar op te tellen.",
        "laatste stand per naam, opgeteld over de berichten van één kanaal",
        "",
        "het netwerk zelf",
    ),
    "nagloei": Definitie(
        "Kliks na het einde",
        "Kliks van mensen na het einde van de actie: er staan dan nog oude berichten rond. Ze tellen "
        "niet mee bij "
        "kliks.",
        "kliks van klasse mens na het einde",
        "",
        _LINKS,
    ),
    "ongeteld": Definitie(
        "Ongeteld",
        "Kliks die zijn doorgestuurd terwijl het vastleggen mislukte. Ze zitten in geen enkel ander getal.",
        "doorgestuurde aanvragen zonder vastgelegde klik",
        "",
        "teller van de hub zelf",
    ),
    "overig": Definitie(
        "Zonder kanaal of scherm",
        "Wat bij geen kanaal en geen scherm hoort, bijvoorbeeld een link zonder vaste plek of een lezer "
        "die de "
        "pagina rechtstreeks opende. Zo is het totaal altijd de som van de rijen.",
        "alles wat niet in de rijen van kanalen en schermen staat",
        "",
        _LINKS,
    ),
}
