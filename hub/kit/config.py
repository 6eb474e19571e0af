"""config.yaml as frozen, checked data: unknown keys are refused with file, line and remedy.

Every setting carries its help text here; docs/instellingen.md and the comments in config.yaml follow from it.
Secrets appear only as `${NAAM}` (environment) or `file:pad` (a file's content).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from hub.content import Thema
from hub.kit import config_fouten as fouten
from hub.kit.paden import reden

ENVIRONMENT = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
CAPITALS = re.compile(r"[0-9A-Z/.-]*")
GEMEENTE = r"^GM\d{4}$"
ANDERS = "Geef het bestand met --config, of maak er een met: hub check --voorbeeld > config.yaml"
VOORBEELD_UITLEG = "Vul eerst organisatie.naam, organisatie.contact en kortelinks.domein in, of zet echt op false."


class ConfigError(Exception):
    """The configuration is not usable; the message lists file, line and remedy of every fault."""


class Section(BaseModel):
    """Base of every section: frozen, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def setting(default: Any, help: str, **limits: Any) -> Any:
    """A field with its help text, which is shown in docs/instellingen.md."""
    return Field(default, description=help, **limits)


def _web_address(value: str) -> str:
    """An http(s) address to which a path can be added; empty is left to the setting itself."""
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("begin met https:// (of http://) en dan de naam van de server")
    if value.endswith("/"):
        raise ValueError("haal de schuine streep aan het eind weg")
    if parts.query or parts.fragment:
        raise ValueError("laat alles vanaf ? of # weg")
    return value


def _short(value: str) -> str:
    """An address that a QR code can hold in capitals, so that it stays small; the host may be written in any case."""
    after = urlsplit(value).path
    if not CAPITALS.fullmatch(after):
        raise ValueError(
            "gebruik na de naam van de server alleen hoofdletters en cijfers, zoals https://ah.example/AH, of haal dat "
            "deel weg; met kleine letters wordt elke QR-code groter"
        )
    return value


def _page(value: str) -> str:
    """A page that anybody can open; empty is left to the setting itself."""
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or not value.isascii()):
        raise ValueError("begin met https:// en dan het adres zoals het in de adresbalk staat")
    return value


Pagina = Annotated[str, AfterValidator(_page)]
Webadres = Annotated[str, AfterValidator(_web_address)]
Kortadres = Annotated[Webadres, AfterValidator(_short)]
Gemeentecode = Annotated[str, Field(pattern=GEMEENTE)]


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
    lease_seconden: float = setting(
        10.0,
        "Zo lang na zijn laatste teken van leven geldt een proces als weg; een ander neemt dan over.",
        ge=0.5,
        le=60,
    )
    bel_kanalen: tuple[str, ...] = setting(
        (), "Kanalen die mensen roepen (chat of mail) als zij zelf een bericht moeten weghalen."
    )
    bel_minuten: float = setting(2.0, "Zo vaak wordt er opnieuw geroepen, tot iemand bevestigt.", gt=0)


class Schermen(Section):
    lease_seconden: int = setting(300, "Zo lang mag een speler een poster met een persoon houden.", ge=5, le=3600)


class Kortelinks(Section):
    domein: Kortadres = setting(
        "", "Kort adres voor links en QR-codes, bijvoorbeeld https://ah.example. Leeg: `adres`."
    )


class Bewaren(Section):
    kliks_dagen: int = setting(90, "Losse kliks worden na dit aantal dagen gewist; de tellingen blijven.", ge=1)
    reacties_dagen: int = setting(365, "Reacties met kenmerk blijven zo lang; daarna alleen de tellingen.", ge=1)
    dossier_map: str = setting("", "Map voor dossiers van beëindigde acties. Leeg: er wordt geen dossier bewaard.")
    journaal: str = setting(
        "gegevens/intrekkingen.log", "Bestand buiten de database met elke intrekking, voor na het terugzetten."
    )
    reservekopie_uren: int = setting(26, "Ouder mag de laatste reservekopie niet zijn.", ge=1)
    sessie_uren: int = setting(8, "Zo lang blijft iemand ingelogd.", ge=1, le=24)


class Compatibel(Section):
    landactiehost: bool = setting(False, "Serveer /landactiehost/... voor bestaande afnemers.")
    sender: str = setting("Actiehub", "Waarde van Sender in die berichten.")
    readmore_url: str = setting("", "Adres in Readmore_URL. Leeg: de actiepagina.")


class Bron(Section):
    naam: str = setting(..., "Naam van de bron, zoals in de auditregels.", max_length=60)
    soort: Literal["actions", "landactiehost"] = setting(..., "Welke vorm de berichten hebben.")
    url: str = setting(..., "Adres van de feed.")
    modus: Literal["echt", "oefening"] = setting("oefening", "Alleen deze instelling maakt een bericht echt.")
    direct: bool = setting(False, "Zet acties van deze bron meteen uit; anders staat er een concept klaar.")
    gemeente: Gemeentecode = setting("GM0344", "CBS-code voor berichten zonder gemeente (landelijke meldingen).")
    interval_seconden: int = setting(60, "Hoe vaak de bron wordt gelezen.", ge=10)


class Kanaal(Section):
    naam: str = setting(
        ..., "Unieke korte naam (kleine letters, cijfers, streepje).", pattern="^[a-z0-9][a-z0-9-]{1,39}$"
    )
    netwerk: str = setting(..., "Soort netwerk; `hub kanalen soorten` noemt ze.")
    instellingen: dict[str, str] = setting({}, "Instellingen van dat netwerk; geheimen als ${NAAM} of file:pad.")
    gemeenten: tuple[Gemeentecode, ...] = setting((), "CBS-codes die dit kanaal bedient; leeg is heel Nederland.")
    types: tuple[str, ...] = setting((), "Types acties; leeg is alle.")
    niveaus: tuple[str, ...] = setting((), "Niveaus; leeg is alle.")
    foto: bool = setting(False, "Of dit kanaal een foto mag plaatsen waar het beleid dat toestaat.")
    echt: bool = setting(False, "Echt kanaal (true) of oefenkanaal (false).")
    aan: bool = setting(True, "Of het kanaal meedoet.")
    automatisch: bool = setting(True, "Of het kanaal vanzelf gekozen is bij een nieuwe actie.")
    stilte: str = setting(
        "",
        "Stille uren, bijvoorbeeld 22:00-07:00: dan wachten nieuwe berichten van buurtonderzoek en preventie. "
        "Spoed, wijzigen en weghalen wachten nooit.",
        pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])?$",
    )


class Scherm(Section):
    naam: str = setting(..., "Naam van het scherm.", max_length=80)
    gemeente: Gemeentecode = setting(..., "CBS-code van de gemeente.")
    lat: float | None = setting(None, "Breedtegraad van het scherm.")
    lon: float | None = setting(None, "Lengtegraad van het scherm.")
    breedte: int = setting(1080, "Breedte in pixels.", ge=64, le=3840)
    hoogte: int = setting(1920, "Hoogte in pixels.", ge=64, le=3840)
    soort: Literal["station", "abri", "weg", "strip", "web"] = setting("station", "Waar het scherm staat.")
    beheerder: str = setting("", "Wie te bellen als het scherm niet donker wordt.", max_length=120)
    echt: bool = setting(False, "Echt scherm (true) of oefenscherm (false).")
    thema: Thema = setting(
        "gewoon", "Kleuren van de posters: gewoon, contrast (felle zon, verkeer) of nacht (donker, verblindt niet)."
    )
    tweetalig: bool = setting(False, "Vaste woorden op de poster ook in het Engels, voor een plek met veel reizigers.")


class Config(Section):
    """All settings of one hub."""

    adres: Webadres = setting("http://127.0.0.1:8000", "Openbaar adres van deze hub, zonder streep aan het eind.")
    database_url: str = setting(
        "sqlite:///gegevens/hub.db",
        "Database: sqlite:///pad (een relatief pad telt vanaf config.yaml) of postgresql://naam@machine/hub.",
    )
    sleutelbestand: str = setting("gegevens/hub.sleutel", "Bestand met de sleutel voor geheimen en foto's.")
    luister: str = setting("127.0.0.1", "Adres waarop de server luistert.")
    poort: int = setting(8000, "Poort waarop de server luistert.", ge=0, le=65535)
    organisatie: Organisatie = setting(Organisatie(), "Wie deze hub gebruikt.")
    goedkeuring: Goedkeuring = setting(Goedkeuring(), "Wie een actie vrijgeeft.")
    bezorging: Bezorging = setting(Bezorging(), "Tijden en aantallen voor het plaatsen op netwerken.")
    schermen_lease: Schermen = setting(Schermen(), "Regels voor alle schermen.")
    kortelinks: Kortelinks = setting(Kortelinks(), "Korte links en QR-codes.")
    deelnemen_url: Pagina = setting(
        "",
        "Pagina waar mensen deelnemer worden. Een scherm zonder actie toont dan een eigen QR daarheen, en u ziet per "
        "scherm hoe vaak die is gescand. Leeg: geen QR.",
    )
    bewaren: Bewaren = setting(Bewaren(), "Bewaartermijnen.")
    compatibel: Compatibel = setting(Compatibel(), "Paden voor bestaande afnemers; uit tot u ze aanzet.")
    looptijd_minuten: int = setting(60, "Looptijd als de actie er geen noemt.", ge=5, le=10080)
    herinnering_minuten: int = setting(
        10, "Zo lang voor het einde van de looptijd vraagt de hub of de actie langer moet duren.", ge=1, le=120
    )
    bronnen: tuple[Bron, ...] = setting((), "Feeds die de hub leest.")
    kanalen: tuple[Kanaal, ...] = setting((), "Kanalen die de beheerder vastlegt.")
    schermen: tuple[Scherm, ...] = setting((), "Schermen die de beheerder vastlegt.")
    werkmap: str = Field("", exclude=True, description="Map van config.yaml; ingevuld bij het lezen.")
    bel_regels: tuple[int, ...] = Field(
        (), exclude=True, description="Regel van elk bel-kanaal in config.yaml; ingevuld bij het lezen."
    )

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
        raise ConfigError(f"{path.name}: niet te lezen: {reden(error)}. {ANDERS}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name}: dit is geen tekst in UTF-8. Bewaar het bestand zo.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        remedy = (
            "Gebruik spaties in plaats van tabs" if "\\t" in str(error) else "Controleer inspringing en dubbele punten"
        )
        raise ConfigError(f"{path.name}, regel {line}: geen geldige YAML. {remedy}.") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path.name}: verwacht instellingen als `naam: waarde`.")
    faults: list[str] = []
    faults = [f"{path.name}, regel {line}: {sentence}" for line, sentence in fouten.double_keys(tree)]
    filled = _fill(raw, _Lezing(path, tree, environment, faults))
    try:
        config = Config.model_validate({**filled, "werkmap": str(path.parent.absolute())})
    except ValidationError as error:
        faults += [fouten.explain(Config, path, tree, item) for item in error.errors()]
    else:
        faults += [f"{path.name}, regel {fouten.line_of(tree, loc)}: {sentence}" for loc, sentence in conflicts(config)]
    if faults:
        raise ConfigError("\n".join(faults))
    lines = (fouten.line_of(tree, ("bezorging", "bel_kanalen", n)) for n in range(len(config.bezorging.bel_kanalen)))
    return config.model_copy(update={"bel_regels": tuple(lines)})


def conflicts(config: Config) -> list[tuple[tuple[str | int, ...], str]]:
    """What is right by itself but not together, as (place, sentence with remedy)."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    lists: dict[str, tuple[Bron | Kanaal | Scherm, ...]] = {
        "bronnen": config.bronnen,
        "kanalen": config.kanalen,
        "schermen": config.schermen,
    }
    for section, items in lists.items():
        seen: set[str] = set()
        for number, item in enumerate(items):
            if item.naam in seen:
                found.append(((section, number, "naam"), f"de naam ‘{item.naam}’ staat er twee keer. Kies een andere."))
            seen.add(item.naam)
            if config.voorbeeld and isinstance(item, Kanaal | Scherm) and item.echt:
                found.append(((section, number, "echt"), f"‘{item.naam}’ kan nog niet echt zijn. {VOORBEELD_UITLEG}"))
    for number, scherm in enumerate(config.schermen):
        if (scherm.lat is None) != (scherm.lon is None):
            found.append((("schermen", number), f"‘{scherm.naam}’ heeft lat en lon allebei nodig, of geen van beide."))
    return found


@dataclass(frozen=True, slots=True)
class _Lezing:
    """One reading of one file: where it is, its lines, the environment, and the faults found so far."""

    path: Path
    tree: Any
    environment: Mapping[str, str]
    faults: list[str]

    def fault(self, loc: tuple[str | int, ...], sentence: str) -> None:
        self.faults.append(f"{self.path.name}, regel {fouten.line_of(self.tree, loc)}: {sentence}")


def _fill(value: Any, lezing: _Lezing, loc: tuple[str | int, ...] = ()) -> Any:
    """Replace `${NAAM}` and `file:pad` by what they point at; a missing one becomes a fault."""
    if isinstance(value, dict):
        return {key: _fill(item, lezing, (*loc, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, lezing, (*loc, number)) for number, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    for name in ENVIRONMENT.findall(value):
        if name not in lezing.environment:
            lezing.fault(loc, f"de omgevingsvariabele {name} is niet gezet. Zet hem, of haal ${{{name}}} weg.")
    value = ENVIRONMENT.sub(lambda match: lezing.environment.get(match[1], ""), value)
    if value.startswith("file:"):
        secret = value.removeprefix("file:")
        try:
            return (lezing.path.parent / secret).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            lezing.fault(loc, f"het bestand {secret} is niet te lezen. Maak het, of verbeter het pad.")
    return value
