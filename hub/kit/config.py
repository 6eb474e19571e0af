"""config.yaml as frozen, checked data: unknown keys are refused with file, line and remedy.

Every setting carries its help text here; docs/instellingen.md and the comments in config.yaml follow from it.
Secrets appear only as `${NAAM}` (environment) or `file:pad` (a file's content).
"""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

ENVIRONMENT = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


class ConfigError(Exception):
    """The configuration is not usable; the message lists file, line and remedy of every fault."""


class Section(BaseModel):
    """Base of every section: frozen, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def setting(default: Any, help: str, **limits: Any) -> Any:
    """A field with its help text, which is shown in docs/instellingen.md."""
    return Field(default, description=help, **limits)


class Organisatie(Section):
    naam: str = setting("", "Naam van de organisatie zoals lezers die zien. Leeg: alles draagt het woord VOORBEELD.")
    contact: str = setting("", "E-mailadres of telefoonnummer voor vragen over deze hub.")
    afzender: str = setting("Actiehub", "Korte naam onder berichten en posters.")


class Goedkeuring(Section):
    tijdkritisch: Literal["direct", "bedenktijd", "vier-ogen"] = setting(
        "direct", "Hoe een tijdkritische actie vrijkomt: direct, na bedenktijd, of na een tweede persoon."
    )
    buurtonderzoek: Literal["direct", "bedenktijd", "vier-ogen"] = setting(
        "bedenktijd", "Hoe een buurtonderzoek vrijkomt."
    )
    preventie: Literal["direct", "bedenktijd", "vier-ogen"] = setting("vier-ogen", "Hoe een preventiebericht vrijkomt.")
    alarmering: Literal["direct", "bedenktijd", "vier-ogen"] = setting("direct", "Hoe een alarmering vrijkomt.")
    bedenktijd_seconden: int = setting(10, "Aantal seconden bedenktijd.", ge=1, le=600)

    def voor(self, soort: str) -> str:
        """The policy of one soort."""
        return str(getattr(self, soort))


class Bezorging(Section):
    verbinden_seconden: float = setting(5.0, "Zo lang mag het maken van een verbinding duren.", gt=0)
    totaal_seconden: float = setting(20.0, "Zo lang mag een aanroep van een netwerk in totaal duren.", gt=0)
    gelijktijdig: int = setting(4, "Aantal bezorgingen dat per kanaal tegelijk loopt.", ge=1, le=64)
    opzoeken_seconden: float = setting(2.0, "Wachttijd voordat een onbekende uitkomst wordt opgezocht.", gt=0)
    opzoeken_minuten: float = setting(30.0, "Zo lang blijft de hub zoeken; daarna wordt het een taak.", gt=0)


class Schermen(Section):
    lease_seconden: int = setting(300, "Zo lang mag een speler een poster met een persoon houden.", ge=5, le=3600)


class Kortelinks(Section):
    domein: str = setting("", "Kort adres voor links en QR-codes, bijvoorbeeld https://ah.example. Leeg: `adres`.")


class Bewaren(Section):
    kliks_dagen: int = setting(90, "Losse kliks worden na dit aantal dagen gewist; de tellingen blijven.", ge=1)
    zout_uren: int = setting(48, "Het zout voor unieke bezoekers vervalt zoveel uur na het einde.", ge=1, le=48)
    reacties_dagen: int = setting(365, "Reacties met kenmerk blijven zo lang; daarna alleen de tellingen.", ge=1)
    sessie_uren: int = setting(8, "Zo lang blijft iemand ingelogd.", ge=1, le=24)


class Compatibel(Section):
    landactiehost: bool = setting(False, "Serveer /landactiehost/... voor bestaande afnemers.")
    sender: str = setting("Actiehub", "Waarde van Sender in die berichten.")
    readmore_url: str = setting("", "Adres in Readmore_URL. Leeg: de actiepagina.")


class Bron(Section):
    naam: str = setting(..., "Naam van de bron, zoals in de auditregels.")
    soort: Literal["actions", "landactiehost"] = setting(..., "Welke vorm de berichten hebben.")
    url: str = setting(..., "Adres van de feed.")
    modus: Literal["echt", "oefening"] = setting("oefening", "Alleen deze instelling maakt een bericht echt.")
    direct: bool = setting(False, "Zet acties van deze bron meteen uit; anders staat er een concept klaar.")
    gemeente: str = setting("GM0344", "CBS-code voor berichten die geen gemeente noemen (landelijke meldingen).")
    interval_seconden: int = setting(60, "Hoe vaak de bron wordt gelezen.", ge=10)


class Kanaal(Section):
    naam: str = setting(
        ..., "Unieke korte naam (kleine letters, cijfers, streepje).", pattern="^[a-z0-9][a-z0-9-]{1,39}$"
    )
    netwerk: str = setting(..., "Soort netwerk; `hub kanalen soorten` noemt ze.")
    instellingen: dict[str, str] = setting({}, "Instellingen van dat netwerk; geheimen als ${NAAM} of file:pad.")
    gemeenten: tuple[str, ...] = setting((), "CBS-codes die dit kanaal bedient; leeg is heel Nederland.")
    types: tuple[str, ...] = setting((), "Types acties; leeg is alle.")
    niveaus: tuple[str, ...] = setting((), "Niveaus; leeg is alle.")
    foto: bool = setting(False, "Of dit kanaal een foto mag plaatsen waar het beleid dat toestaat.")
    echt: bool = setting(False, "Echt kanaal (true) of oefenkanaal (false).")
    aan: bool = setting(True, "Of het kanaal meedoet.")
    automatisch: bool = setting(True, "Of het kanaal vanzelf gekozen is bij een nieuwe actie.")


class Scherm(Section):
    naam: str = setting(..., "Naam van het scherm.")
    gemeente: str = setting(..., "CBS-code van de gemeente.")
    lat: float | None = setting(None, "Breedtegraad van het scherm.")
    lon: float | None = setting(None, "Lengtegraad van het scherm.")
    breedte: int = setting(1080, "Breedte in pixels.", ge=64, le=7680)
    hoogte: int = setting(1920, "Hoogte in pixels.", ge=64, le=7680)
    soort: Literal["station", "abri", "weg", "strip", "web"] = setting("station", "Waar het scherm staat.")
    beheerder: str = setting("", "Wie te bellen als het scherm niet donker wordt.")
    echt: bool = setting(False, "Echt scherm (true) of oefenscherm (false).")


class Config(Section):
    """All settings of one hub."""

    adres: str = setting("http://127.0.0.1:8000", "Openbaar adres van deze hub, zonder schuine streep aan het eind.")
    database_url: str = setting("sqlite:///gegevens/hub.db", "Database. Een relatief pad telt vanaf config.yaml.")
    sleutelbestand: str = setting("gegevens/hub.sleutel", "Bestand met de sleutel voor geheimen en foto's.")
    luister: str = setting("127.0.0.1", "Adres waarop de server luistert.")
    poort: int = setting(8000, "Poort waarop de server luistert.", ge=0, le=65535)
    organisatie: Organisatie = setting(Organisatie(), "Wie deze hub gebruikt.")
    goedkeuring: Goedkeuring = setting(Goedkeuring(), "Wie een actie vrijgeeft.")
    bezorging: Bezorging = setting(Bezorging(), "Tijden en aantallen voor het plaatsen op netwerken.")
    schermen_lease: Schermen = setting(Schermen(), "Regels voor alle schermen.")
    kortelinks: Kortelinks = setting(Kortelinks(), "Korte links en QR-codes.")
    bewaren: Bewaren = setting(Bewaren(), "Bewaartermijnen.")
    compatibel: Compatibel = setting(Compatibel(), "Paden voor bestaande afnemers; uit tot u ze aanzet.")
    looptijd_minuten: int = setting(60, "Looptijd als de actie er geen noemt.", ge=5, le=10080)
    bronnen: tuple[Bron, ...] = setting((), "Feeds die de hub leest.")
    kanalen: tuple[Kanaal, ...] = setting((), "Kanalen die de beheerder vastlegt.")
    schermen: tuple[Scherm, ...] = setting((), "Schermen die de beheerder vastlegt.")
    werkmap: str = Field("", exclude=True, description="Map van config.yaml; ingevuld bij het lezen.")

    @property
    def voorbeeld(self) -> bool:
        """True until an organisation, a contact and a short domain are set: every render then says VOORBEELD."""
        return not (self.organisatie.naam and self.organisatie.contact and self.kortelinks.domein)

    @property
    def link_basis(self) -> str:
        """Where short links start."""
        return (self.kortelinks.domein or self.adres).rstrip("/")

    @property
    def db_url(self) -> str:
        """database_url with a relative SQLite path resolved from the folder of config.yaml."""
        prefix = "sqlite:///"
        if not self.database_url.startswith(prefix):
            return self.database_url
        return prefix + str(self.pad(self.database_url[len(prefix) :]))

    def pad(self, value: str) -> Path:
        """A path from the configuration, relative to config.yaml."""
        return Path(self.werkmap or ".").joinpath(value).absolute()


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read and check config.yaml; raises ConfigError naming every fault with its line and remedy."""
    try:
        source = path.read_text(encoding="utf-8")
        tree = yaml.compose(source)
        raw = yaml.safe_load(source) or {}
    except OSError as error:
        raise ConfigError(f"{path.name}: niet te lezen ({error.strerror}). Geef het bestand met --config.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ConfigError(
            f"{path.name}, regel {line}: geen geldige YAML. Controleer inspringing en dubbele punten."
        ) from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path.name}: verwacht instellingen als `naam: waarde`.")
    faults: list[str] = []
    filled = _fill(raw, path, environment, faults)
    try:
        config = Config.model_validate({**filled, "werkmap": str(path.parent.absolute())})
    except ValidationError as error:
        faults += [_explain(path, tree, item) for item in error.errors()]
    if faults:
        raise ConfigError("\n".join(faults))
    return config


def _fill(value: Any, path: Path, environment: Mapping[str, str], faults: list[str]) -> Any:
    """Replace `${NAAM}` and `file:pad` by what they point at; a missing one becomes a fault."""
    if isinstance(value, dict):
        return {key: _fill(item, path, environment, faults) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, path, environment, faults) for item in value]
    if not isinstance(value, str):
        return value
    for name in ENVIRONMENT.findall(value):
        if name not in environment:
            faults.append(f"{path.name}: de omgevingsvariabele {name} is niet gezet. Zet hem, of haal ${{{name}}} weg.")
    value = ENVIRONMENT.sub(lambda match: environment.get(match[1], ""), value)
    if value.startswith("file:"):
        secret = path.parent / value.removeprefix("file:")
        try:
            return secret.read_text(encoding="utf-8").strip()
        except OSError:
            faults.append(f"{path.name}: het bestand {value.removeprefix('file:')} is niet te lezen.")
    return value


def _explain(path: Path, tree: Any, item: Any) -> str:
    """One fault as a sentence with its line and what to do."""
    where = ".".join(str(part) for part in item["loc"])
    line = _line(tree, item["loc"])
    if item["type"] == "extra_forbidden":
        known = _known_keys(item["loc"][:-1])
        close = get_close_matches(str(item["loc"][-1]), known, 1)
        hint = f"Bedoelt u `{close[0]}`?" if close else f"Hier mag: {', '.join(known)}."
        return f"{path.name}, regel {line}: onbekende instelling `{where}`. {hint}"
    if item["type"] == "missing":
        return f"{path.name}, regel {line}: `{where}` ontbreekt. Vul deze instelling in."
    return f"{path.name}, regel {line}: `{where}` klopt niet: {item['msg']}."


def _line(node: Any, loc: tuple[Any, ...]) -> int:
    """Line of the deepest node on the way to `loc`."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in loc:
        found = None
        if isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                if key.value == str(part):
                    found, line = child, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = node.value[part]
            line = found.start_mark.line + 1
        if found is None:
            return line
        node = found
    return line


def _known_keys(loc: tuple[Any, ...]) -> list[str]:
    """The keys that may stand at this place."""
    model: type[BaseModel] = Config
    for part in loc:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[str(part)].annotation
        inner = get_args(annotation)[0] if get_origin(annotation) in (tuple, Annotated) else annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return [name for name in model.model_fields if name != "werkmap"]
