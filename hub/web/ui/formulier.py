"""The form of an actie as text: what was typed stays exactly as typed, whatever is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from starlette.datastructures import FormData

from hub.acties import gemeenten, rules
from hub.acties.model import Actie, Invoer, Persoon
from hub.acties.validation import STRAAL_MAX, STRAAL_MIN
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
    "type": "Type",
    "niveau": "Niveau",
    "soort": "Soort",
    "kenmerk": "Kenmerk",
    "gemeente": "Gemeente",
    "titel": "Titel",
    "bericht": "Bericht",
    "signalement": "Signalement",
    "laatst_gezien": "Laatst gezien",
    "leeftijd": "Leeftijd",
    "looptijd": "Looptijd",
    "buren": "Andere gemeenten",
    "straal": "Straal",
    "lat": "Breedtegraad",
    "lon": "Lengtegraad",
    "foto": "Foto",
    "kanalen_keuze": "Kanalen",
    "minuten": "Minuten",
    "reden": "Reden",
}
"""The fields in the order of the page: faults are told in that order too."""
CIRKEL = ("straal", "lat", "lon")
MIDDEN = (52.09, 5.12)
"""A point that no rule objects to."""


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
    cirkel = _cirkel(velden, gemeente, found)
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
        cirkel=None if any(item.veld in CIRKEL for item in found) else cirkel,
        looptijd_minuten=_whole(velden.looptijd, "looptijd", found) or 0,
        oefening=velden.oefening == "ja",
        kanalen=velden.kanalen if velden.kanalen_keuze == "zelf" else None,
    )
    if velden.kanalen_keuze == "zelf" and not velden.kanalen:
        found.append(fout("kanalen", "Kies minstens één kanaal, of laat de hub kiezen."))
    return made, _every_fault(velden, replace(made, cirkel=cirkel), found, today)


def _every_fault(velden: Velden, made: Invoer, own: list[Fout], today: date) -> list[Fout]:
    """The faults of the form and of the rules, each told once, in the order of the page."""
    found, told = list(own), {item.veld for item in own}
    ruled = rules.validate(made, on=today)
    for veld, melding in ruled:
        # The gemeente is a part of the area as well: what is wrong with it is told at its own field.
        again = veld == "gebied.gemeenten" and ("gemeente", melding) in ruled
        item = _circle_words(melding) if veld == "gebied.cirkel" else fout(veld, _place_words(veld, melding, velden))
        if not again and item.veld not in told and item not in found:
            found.append(item)
    order = list(TITELS)
    return sorted(found, key=lambda item: order.index(item.veld) if item.veld in order else len(order))


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


def _circle_words(melding: str) -> Fout:
    """What is wrong with a circle, at the field where it was typed and in the measure of that field."""
    if "straal" in melding:
        return fout("straal", f"De straal ligt tussen {_nl(STRAAL_MIN / 1000)} en {_nl(STRAAL_MAX / 1000)} kilometer.")
    return fout("lat", "Dit punt ligt niet in Nederland. Zijn breedtegraad en lengtegraad verwisseld?")


def _cirkel(velden: Velden, gemeente: str, found: list[Fout]) -> Cirkel | None:
    """The circle around the given point, or else around the middle of the gemeente; None where none was asked.

    What cannot be read is a fault and gets a value that is right, so that the rules can judge what can be read.
    """
    punt = bool(velden.lat.strip() or velden.lon.strip())
    if not velden.straal.strip() and not punt:
        return None
    straal, lat, lon = _number(velden.straal), _number(velden.lat), _number(velden.lon)
    if straal is None:
        found.append(fout("straal", "Vul de straal in kilometers in, bijvoorbeeld 5 of 2,5."))
    for veld, value, voorbeeld in (("lat", lat, "52,09"), ("lon", lon, "5,12")):
        if punt and value is None:
            found.append(fout(veld, f"Vul een getal in, bijvoorbeeld {voorbeeld}. Of laat dit punt helemaal leeg."))
    if lat is None or lon is None:
        place = gemeenten.find(gemeente)
        lat, lon = (place.lat, place.lon) if place else MIDDEN
    return Cirkel(lat, lon, STRAAL_MIN if straal is None else round(straal * 1000))


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
