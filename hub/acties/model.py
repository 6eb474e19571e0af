"""What an actie is: the words a centralist fills in, the stored actie, and the fixed values both may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.content import Cirkel

SOORTEN: Mapping[str, str] = {
    "tijdkritisch": "Tijdkritisch",
    "buurtonderzoek": "Buurtonderzoek",
    "preventie": "Preventie",
    "alarmering": "Alarmering",
}
"""Kinds of actie and their titles: T=0 (meldkamer), T=1 (team), T=-1 (gemeente), NL-Alert support."""

TYPES: Mapping[str, str] = {
    "vermist-persoon": "Vermist persoon",
    "verdachte-situatie": "Verdachte situatie",
    "geweldsmisdrijf": "Geweldsmisdrijf",
    "straatroof": "Straatroof",
    "diefstal-voertuig": "Diefstal van een voertuig",
    "woninginbraak": "Woninginbraak",
    "overval": "Overval",
    "diefstal-overig": "Diefstal overig",
    "winkeldiefstal": "Winkeldiefstal",
    "zedenmisdrijf": "Zedenmisdrijf",
    "verlaten-plaats-ongeval": "Verlaten plaats ongeval",
    "overig": "Overig",
}
"""The twelve types and their titles, in the order of the yearly reports."""

NIVEAUS: Mapping[str, str] = {"lokaal": "Lokaal", "regionaal": "Regionaal", "landelijk": "Landelijk"}
"""How far an actie reaches: lokaal, regionaal (Vermist Kind Alert), landelijk (AMBER Alert)."""

FASEN: Mapping[str, str] = {
    "concept": "Concept",
    "wacht-op-goedkeuring": "Wacht op goedkeuring",
    "actief": "Actief",
    "afgesloten": "Afgesloten",
    "ingetrokken": "Ingetrokken",
}
"""Phases of an actie; which follows which stands in `hub.acties.rules`."""

LOPEND = ("concept", "wacht-op-goedkeuring", "actief")
"""Phases in which a kenmerk is taken."""

REDENEN: Mapping[str, str] = {
    "gevonden": "Gevonden",
    "fout": "Er stond een fout in",
    "anders": "Andere reden",
    "afgesloten": "Afgesloten",
    "verlopen": "Looptijd voorbij",
}
"""Why an actie ended; the first three are what a person chooses when withdrawing."""

ROUTES: Mapping[str, str] = {
    "app": "App",
    "0800-0011": "0800-0011",
    "112": "112",
    "0800-8844": "0800-8844",
    "web": "Web",
    "messenger": "Messenger",
    "anders": "Anders",
}
"""How a citizen's reactie reached the meldkamer."""

BRONNEN: Mapping[str, str] = {
    "app": "App",
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "signal": "Signal",
    "scherm": "Scherm",
    "nieuws": "Nieuws",
    "via-iemand": "Via iemand",
    "onbekend": "Onbekend",
}
"""Where a citizen says to have seen the melding."""


@dataclass(frozen=True, slots=True)
class Persoon:
    """The person an actie is about, as far as the rules need to know. None means: not filled in."""

    leeftijd: int | None = None
    minderjarig: bool | None = None


@dataclass(frozen=True, slots=True)
class Invoer:
    """What is filled in for a new actie. `kanalen` None: all that are on, automatic and serve the area."""

    kenmerk: str
    soort: str
    type: str
    niveau: str
    titel: str
    bericht: str
    signalement: str = ""
    persoon: Persoon = Persoon()
    laatst_gezien: str = ""
    gemeente: str = "GM0344"
    gemeenten: tuple[str, ...] = ()
    cirkel: Cirkel | None = None
    looptijd_minuten: int = 60
    oefening: bool = False
    publiceren: bool = False
    kanalen: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FotoInfo:
    """What is known of the photo of an actie without opening it; `som` is the hash in its public address.

    `meer`: the hashes of further photos of the same person, which stand beside it on posters.
    """

    id: str
    som: str
    breedte: int
    hoogte: int
    focus_x: float
    focus_y: float
    toestemming_schriftelijk: bool
    meer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actie:
    """One actie with the words of its newest versie."""

    id: str
    code: str
    nummer: int
    kenmerk: str
    soort: str
    type: str
    niveau: str
    gemeente: str
    veiligheidsregio: str
    oefening: bool
    fase: str
    versie: int
    looptijd_minuten: int
    bron: str
    gemaakt_door: str
    versie_door: str
    goedgekeurd_door: str
    gemaakt_op: datetime
    vrij_op: datetime | None
    gestart_op: datetime | None
    eindigt_op: datetime | None
    beeindigd_op: datetime | None
    reden: str
    titel: str
    bericht: str
    signalement: str
    laatst_gezien: str
    persoon: Persoon
    gemeenten: tuple[str, ...]
    cirkel: Cirkel | None
    kanalen: tuple[str, ...] | None
    slottekst: str
    foto: FotoInfo | None

    def as_invoer(self) -> Invoer:
        """The same words as input, so that a correction passes the same checks as a new actie."""
        return Invoer(
            kenmerk=self.kenmerk,
            soort=self.soort,
            type=self.type,
            niveau=self.niveau,
            titel=self.titel,
            bericht=self.bericht,
            signalement=self.signalement,
            persoon=self.persoon,
            laatst_gezien=self.laatst_gezien,
            gemeente=self.gemeente,
            gemeenten=self.gemeenten,
            cirkel=self.cirkel,
            looptijd_minuten=self.looptijd_minuten,
            oefening=self.oefening,
            kanalen=self.kanalen,
        )
