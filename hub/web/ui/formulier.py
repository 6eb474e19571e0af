"""The form of an actie as text: what was typed stays exactly as typed, whatever is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from starlette.datastructures import FormData

from hub.acties import gemeenten, rules
from hub.acties.model import Actie, Invoer, Persoon
from hub.content import Cirkel

VELD_VAN_API: Mapping[str, str] = {
    "laatstGezien": "laatst_gezien",
    "persoon.leeftijd": "leeftijd",
    "persoon.minderjarig": "leeftijd",
    "gebied.gemeenten": "buren",
    "gebied.cirkel": "straal",
    "looptijdMinuten": "looptijd",
    "kanalen": "kanalen_keuze",
    "bestand": "foto",
}
TITELS: Mapping[str, str] = {
    "kenmerk": "Kenmerk",
    "soort": "Soort",
    "type": "Type",
    "niveau": "Niveau",
    "titel": "Titel",
    "bericht": "Bericht",
    "signalement": "Signalement",
    "leeftijd": "Leeftijd",
    "laatst_gezien": "Laatst gezien",
    "gemeente": "Gemeente",
    "buren": "Andere gemeenten",
    "straal": "Straal",
    "lat": "Breedtegraad",
    "lon": "Lengtegraad",
    "looptijd": "Looptijd",
    "kanalen_keuze": "Kanalen",
    "foto": "Foto",
    "minuten": "Minuten",
    "reden": "Reden",
}


@dataclass(frozen=True, slots=True)
class Fout:
    """One fault: the id of the field on the page, its title and what to do."""

    veld: str
    titel: str
    melding: str


@dataclass(frozen=True, slots=True)
class Velden:
    """Every field of the form as typed."""

    kenmerk: str = ""
    soort: str = "tijdkritisch"
    type: str = "vermist-persoon"
    niveau: str = "lokaal"
    titel: str = ""
    bericht: str = ""
    signalement: str = ""
    leeftijd: str = ""
    laatst_gezien: str = ""
    gemeente: str = ""
    buren: str = ""
    straal: str = ""
    lat: str = ""
    lon: str = ""
    looptijd: str = "60"
    oefening: str = ""
    kanalen_keuze: str = "alle"
    toestemming: str = ""
    foto_bewaard: str = ""
    focus_x: str = "0.5"
    focus_y: str = "0.35"
    kanalen: tuple[str, ...] = ()

    @property
    def focus(self) -> tuple[float, float]:
        """The point of the photo that stays in view; the middle of the upper half where nothing usable is given."""
        x, y = _number(self.focus_x), _number(self.focus_y)
        return (min(1.0, max(0.0, 0.5 if x is None else x)), min(1.0, max(0.0, 0.35 if y is None else y)))


def read(data: FormData) -> Velden:
    """The form as it was sent; a field that is missing is empty."""
    given = {field.name: str(data.get(field.name, "")) for field in fields(Velden) if field.name != "kanalen"}
    return Velden(**given, kanalen=tuple(str(value) for value in data.getlist("kanaal")))


def of_actie(actie: Actie) -> Velden:
    """The form filled with an actie, to correct it or to start from it."""
    cirkel = actie.cirkel
    names = [_naam(code) for code in actie.gemeenten if code != actie.gemeente]
    return Velden(
        kenmerk=actie.kenmerk,
        soort=actie.soort,
        type=actie.type,
        niveau=actie.niveau,
        titel=actie.titel,
        bericht=actie.bericht,
        signalement=actie.signalement,
        leeftijd="" if actie.persoon.leeftijd is None else str(actie.persoon.leeftijd),
        laatst_gezien=actie.laatst_gezien,
        gemeente=_naam(actie.gemeente),
        buren=", ".join(names),
        straal=_nl(cirkel.straal_meters / 1000) if cirkel else "",
        lat=_nl(cirkel.lat) if cirkel else "",
        lon=_nl(cirkel.lon) if cirkel else "",
        looptijd=str(actie.looptijd_minuten),
        oefening="ja" if actie.oefening else "",
        kanalen_keuze="alle" if actie.kanalen is None else "zelf",
        kanalen=actie.kanalen or (),
    )


def invoer(velden: Velden, today: date) -> tuple[Invoer, list[Fout]]:
    """The input these fields mean, and every fault in it at once."""
    found: list[Fout] = []
    gemeente = _gemeente(velden.gemeente, today)
    buren = tuple(_gemeente(part.strip(), today) for part in velden.buren.split(",") if part.strip())
    made = Invoer(
        kenmerk=velden.kenmerk,
        soort=velden.soort,
        type=velden.type,
        niveau=velden.niveau,
        titel=velden.titel,
        bericht=velden.bericht,
        signalement=velden.signalement,
        persoon=Persoon(_whole(velden.leeftijd, "leeftijd", found)),
        laatst_gezien=velden.laatst_gezien,
        gemeente=gemeente,
        gemeenten=(gemeente, *buren) if buren else (),
        cirkel=_cirkel(velden, gemeente, found),
        looptijd_minuten=_whole(velden.looptijd, "looptijd", found) or 0,
        oefening=velden.oefening == "ja",
        kanalen=velden.kanalen if velden.kanalen_keuze == "zelf" else None,
    )
    if velden.kanalen_keuze == "zelf" and not velden.kanalen:
        found.append(fout("kanalen", "Kies minstens één kanaal, of laat de hub kiezen."))
    own = {item.veld for item in found}
    for veld, melding in rules.validate(made, on=today):
        item = fout(veld, _place_words(veld, melding, velden))
        if item.veld not in own and item not in found:
            found.append(item)
    return made, found


def fout(veld: str, melding: str) -> Fout:
    """A fault under the name the page uses for the field."""
    naam = VELD_VAN_API.get(veld, veld)
    return Fout(naam, TITELS.get(naam, naam.capitalize()), melding)


def fouten(found: Iterable[tuple[str, str]]) -> list[Fout]:
    """Faults of the desk as the page shows them."""
    return [fout(veld, melding) for veld, melding in found]


def wijziging(actie: Actie, velden: Velden, today: date) -> tuple[dict[str, object], list[Fout]]:
    """What differs from the actie in the fields a correction may touch, and the faults."""
    fixed = of_actie(actie)
    typed = replace(
        velden,
        kenmerk=fixed.kenmerk,
        soort=fixed.soort,
        type=fixed.type,
        niveau=fixed.niveau,
        gemeente=fixed.gemeente,
        looptijd=fixed.looptijd,
        oefening=fixed.oefening,
        kanalen_keuze=fixed.kanalen_keuze,
        kanalen=fixed.kanalen,
    )
    made, found = invoer(typed, today)
    before = actie.as_invoer()
    names = ("titel", "bericht", "signalement", "laatst_gezien", "gemeenten", "cirkel")
    changed: dict[str, object] = {
        name: getattr(made, name) for name in names if getattr(made, name) != getattr(before, name)
    }
    if made.persoon.leeftijd != before.persoon.leeftijd:
        changed["persoon"] = made.persoon
    return changed, found


def _gemeente(typed: str, today: date) -> str:
    """The code of a typed name or code; what is not known stays as typed, for the message."""
    typed = typed.strip()
    found = gemeenten.find(typed.upper()) or gemeenten.find_by_name(typed, today)
    return found.code if found else typed


def _place_words(veld: str, melding: str, velden: Velden) -> str:
    """People type names here, so a fault about a place speaks of names and not of codes."""
    if veld not in ("gemeente", "gebied.gemeenten") or "is geen gemeente" not in melding:
        return melding
    if veld == "gemeente" and not velden.gemeente.strip():
        return "Dit veld is leeg. Typ de naam van de gemeente."
    return melding.split(" is geen gemeente", 1)[0] + " is geen gemeente. Kies een naam uit de lijst."


def _cirkel(velden: Velden, gemeente: str, found: list[Fout]) -> Cirkel | None:
    """A circle when a radius is given; around the given point, or else around the middle of the gemeente."""
    if not velden.straal.strip():
        return None
    straal, lat, lon = _number(velden.straal), _number(velden.lat), _number(velden.lon)
    if straal is None:
        found.append(fout("straal", "Vul de straal in kilometers in, bijvoorbeeld 5 of 2,5."))
        return None
    for veld, typed, value in (("lat", velden.lat, lat), ("lon", velden.lon, lon)):
        if typed.strip() and value is None:
            found.append(fout(veld, "Vul een getal in, bijvoorbeeld 52,09."))
    place = gemeenten.find(gemeente)
    if lat is None or lon is None:
        if place is None:
            return None
        lat, lon = place.lat, place.lon
    return Cirkel(lat, lon, round(straal * 1000))


def _whole(typed: str, veld: str, found: list[Fout]) -> int | None:
    typed = typed.strip()
    if not typed:
        if veld == "looptijd":
            found.append(fout(veld, "Dit veld is leeg. Vul een aantal minuten in."))
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 9):
        found.append(fout(veld, "Vul een heel getal in, met cijfers."))
        return None
    return int(typed)


def _number(typed: str) -> float | None:
    try:
        value = float(typed.strip().replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None


def _nl(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")


def _naam(code: str) -> str:
    found = gemeenten.find(code)
    return found.naam if found else code
