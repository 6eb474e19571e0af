"""The bodies of the API: what may be sent, in camelCase, with strict types."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, ValidationError

from hub.acties.model import Invoer, Persoon
from hub.acties.validation import validate
from hub.content import Cirkel, Thema
from hub.web.api.strikt import Lichaam

Codes = Annotated[list[str], Field(max_length=500)]


class CirkelIn(Lichaam):
    """A circle: its middle in degrees and its radius in metres."""

    lat: float
    lon: float
    straal_meters: int = Field(alias="straalMeters")


class GebiedIn(Lichaam):
    """Where an actie is for: gemeenten by code, and a circle."""

    gemeenten: Codes = Field([])
    cirkel: CirkelIn | None = None


class PersoonIn(Lichaam):
    """What the rules need to know of the person."""

    leeftijd: int | None = None
    minderjarig: bool | None = None


class ActieIn(Lichaam):
    """A new actie. `kanalen` null = all that are on, automatic and serve the area."""

    kenmerk: str
    soort: str
    type: str
    niveau: str
    titel: str
    bericht: str
    signalement: str = ""
    persoon: PersoonIn | None = None
    laatst_gezien: str = Field("", alias="laatstGezien")
    gemeente: str
    gebied: GebiedIn | None = None
    looptijd_minuten: int | None = Field(None, alias="looptijdMinuten")
    oefening: bool = False
    publiceren: bool = False
    kanalen: Codes | None = None

    def as_invoer(self, looptijd: int) -> Invoer:
        """The same as the desk takes it; `looptijd` is used when the body names none."""
        persoon, gebied = self.persoon or PersoonIn(), self.gebied or GebiedIn()
        return Invoer(
            kenmerk=self.kenmerk,
            soort=self.soort,
            type=self.type,
            niveau=self.niveau,
            titel=self.titel,
            bericht=self.bericht,
            signalement=self.signalement,
            persoon=as_persoon(persoon),
            laatst_gezien=self.laatst_gezien,
            gemeente=self.gemeente,
            gemeenten=tuple(gebied.gemeenten),
            cirkel=as_cirkel(gebied.cirkel),
            looptijd_minuten=looptijd if self.looptijd_minuten is None else self.looptijd_minuten,
            oefening=self.oefening,
            publiceren=self.publiceren,
            kanalen=None if self.kanalen is None else tuple(self.kanalen),
        )


class CorrectieIn(Lichaam):
    """Other words for a running actie; what is left out stays as it was."""

    titel: str | None = None
    bericht: str | None = None
    signalement: str | None = None
    laatst_gezien: str | None = Field(None, alias="laatstGezien")
    persoon: PersoonIn | None = None
    gebied: GebiedIn | None = None
    kanalen: Codes | None = None
    reden: str = Field("", max_length=200)

    def as_wijziging(self) -> dict[str, object]:
        """Only what was sent, under the names of the desk."""
        sent = self.model_fields_set
        words = ("titel", "bericht", "signalement", "laatst_gezien")
        change: dict[str, object] = {
            name: getattr(self, name) for name in words if name in sent and getattr(self, name) is not None
        }
        if self.persoon is not None:
            change["persoon"] = as_persoon(self.persoon)
        if self.gebied is not None:
            change["gemeenten"] = tuple(self.gebied.gemeenten)
            change["cirkel"] = as_cirkel(self.gebied.cirkel)
        if "kanalen" in sent:
            change["kanalen"] = None if self.kanalen is None else tuple(self.kanalen)
        return change


class VerlengingIn(Lichaam):
    """How many minutes longer."""

    minuten: int


class IntrekkingIn(Lichaam):
    """Why: gevonden, fout or anders."""

    reden: str


class StopIn(Lichaam):
    """Why everything, or one kanaal, must stop."""

    reden: str = Field(min_length=1, max_length=200)


class LeegIn(Lichaam):
    """Nothing needs to be said."""


class ReactieIn(Lichaam):
    """A citizen's response: by which route, and where the citizen says to have seen the melding."""

    route: str
    bron: str = "onbekend"
    kanaal: str = Field("", max_length=40)
    ref: str = Field("", max_length=120)


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError("Verwacht een tijdstip zoals 2026-03-01T14:05:00Z.") from error
    # At either end of the calendar an instant cannot be moved to another time zone.
    if not 2000 <= moment.year <= 2100:
        raise ValueError("Dit tijdstip kan niet kloppen. Kijk het jaar na.")
    return moment


class UitkomstIn(Lichaam):
    """What came of it, also long after the end."""

    uitkomst: str
    dankzij_burger: str = Field("onbekend", alias="dankzijBurger")
    route: str = ""
    kanaal: str = Field("", max_length=40)
    succes_portaal: bool = Field(False, alias="succesPortaal")
    gevonden_op: Annotated[AwareDatetime | None, BeforeValidator(_moment)] = Field(None, alias="gevondenOp")


class AntwoordIn(Lichaam):
    """What a person found out about a post whose outcome is unknown, or did by hand."""

    antwoord: Literal["staat-er", "staat-er-niet", "opnieuw", "nooit-geplaatst"]
    bericht_url: str = Field("", max_length=1000, alias="berichtUrl")


class KanaalIn(Lichaam):
    """A kanaal: one account on one netwerk. An empty list means: no limit."""

    naam: str
    netwerk: str
    instellingen: dict[str, str | None] = Field({})
    gemeenten: Codes = Field([])
    types: Codes = Field([])
    niveaus: Codes = Field([])
    foto: bool = False
    echt: bool = False
    aan: bool = True
    automatisch: bool = True
    stilte: str = ""


class KanaalWijziging(Lichaam):
    """What changes of a kanaal; a setting that is left out or empty keeps its value."""

    instellingen: dict[str, str | None] | None = None
    gemeenten: Codes | None = None
    types: Codes | None = None
    niveaus: Codes | None = None
    foto: bool | None = None
    echt: bool | None = None
    aan: bool | None = None
    automatisch: bool | None = None
    stilte: str | None = None
    naam: str | None = None
    netwerk: str | None = None


class PuntIn(Lichaam):
    """A place in degrees."""

    lat: float
    lon: float


class SchermIn(Lichaam):
    """A scherm: where it is, how large, of which soort."""

    naam: str
    gemeente: str
    punt: PuntIn | None = None
    breedte: int
    hoogte: int
    soort: str
    beheerder: str = Field("", max_length=120)
    echt: bool = False
    thema: Thema = "gewoon"
    tweetalig: bool = False


class SchermUiterlijk(Lichaam):
    """How posters look on a scherm; what is left out stays as it was."""

    thema: Thema | None = None
    tweetalig: bool | None = None


class SchermWijziging(Lichaam):
    """Switch a scherm on or off."""

    aan: bool


def as_persoon(persoon: PersoonIn) -> Persoon:
    """The person as the rules know it."""
    return Persoon(persoon.leeftijd, persoon.minderjarig)


def as_cirkel(cirkel: CirkelIn | None) -> Cirkel | None:
    """The circle as the rules know it."""
    return Cirkel(cirkel.lat, cirkel.lon, cirkel.straal_meters) if cirkel else None


_INGEVULD: Mapping[str, str] = {
    "kenmerk": "X",
    "soort": "tijdkritisch",
    "type": "overig",
    "niveau": "lokaal",
    "titel": "X",
    "bericht": "X",
    "gemeente": "GM0344",
}


def actie_fouten(body: object, bekend: frozenset[str]) -> list[tuple[str, str]]:
    """Faults of content in a body that also has faults of form, so that the sender hears all of them at once.

    Fields with a fault of form are replaced by harmless values; what is said about those is left out.
    """
    if not isinstance(body, dict):
        return []
    actie = _readable(deepcopy(body))
    if actie is None:
        return []
    hidden = {name.partition("[")[0] for name in bekend}
    return [(veld, melding) for veld, melding in validate(actie.as_invoer(60)) if veld not in hidden]


def _readable(body: dict[str, Any]) -> ActieIn | None:
    """The actie without the fields that cannot be read: first those alone, then everything they stand in."""
    for whole in (False, True, True):
        try:
            return ActieIn.model_validate({**_INGEVULD, **body})
        except ValidationError as error:
            for item in error.errors():
                _remove(body, item["loc"][:1] if whole else item["loc"])
    return None


def _remove(body: dict[str, Any], loc: tuple[str | int, ...]) -> None:
    """Take the value at this path out; a fault inside a list takes the whole list."""
    path = [part for part in loc if isinstance(part, str)]
    node: Any = body
    for part in path[:-1]:
        node = node.get(part) if isinstance(node, dict) else None
    if isinstance(node, dict) and path:
        node.pop(path[-1], None)
