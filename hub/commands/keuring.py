"""What of a configuration only the whole hub can judge: netwerken, their settings, codes, types, secrets in clear."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from sqlalchemy import inspect

from hub.acties import gemeenten
from hub.acties.model import NIVEAUS, TYPES
from hub.commands.options import Fout
from hub.kanalen import store as kanalen
from hub.kanalen.registry import OnbekendNetwerk, Registry, check_settings
from hub.kit.config import Config, Kanaal
from hub.kit.config_fouten import Plaats, line_of
from hub.kit.databases import opened
from hub.kit.paden import file_fault, folder_fault
from hub.kit.secrets import KeyFileError, key_fault
from hub.kit.sqlite import database_fault
from hub.screens import rules

SQLITE = "sqlite:///"
LOST_KEY = (
    "Het sleutelbestand {pad} is er niet, en de database heeft kanalen waar het bij hoort. Zet het terug uit uw eigen "
    "kluis. Is het voorgoed weg? Begin dan met een lege database en vul de geheimen van elk kanaal opnieuw in."
)
TOKEN = re.compile(r"\d{6,}:[\w-]{25,}|[\w-]{40,}|eyJ[\w-]{10,}\.[\w-]+")
"""What tokens of networks look like; only used to warn."""


@dataclass(frozen=True, slots=True)
class Bevinding:
    """Something in config.yaml that is not right. `ernstig`: it will not work; otherwise it is unwise.

    `stopt`: the hub does not start with it either.
    """

    plaats: Plaats
    zin: str
    ernstig: bool = True
    stopt: bool = False


def findings(config: Config, registry: Registry, today: date) -> list[Bevinding]:
    """Everything that is wrong or unwise in a configuration that by itself is well formed."""
    found: list[Bevinding] = []
    for number, kanaal in enumerate(config.kanalen):
        found += _kanaal(("kanalen", number), kanaal, registry, today)
    for number, scherm in enumerate(config.schermen):
        found += _gemeente(("schermen", number, "gemeente"), scherm.gemeente, today)
        if scherm.lat is not None and scherm.lon is not None and not gemeenten.in_nederland(scherm.lat, scherm.lon):
            zin = f"het punt van ‘{scherm.naam}’ ligt niet in Nederland. Zijn lat en lon verwisseld?"
            found.append(Bevinding(("schermen", number, "lat"), zin))
        if fault := rules.poster_fault(scherm.breedte, scherm.hoogte):
            found.append(Bevinding(("schermen", number, "breedte"), f"‘{scherm.naam}’: {fault}", stopt=True))
    for number, bron in enumerate(config.bronnen):
        found += _gemeente(("bronnen", number, "gemeente"), bron.gemeente, today)
        if bron.modus == "echt" and config.voorbeeld:
            zin = f"‘{bron.naam}’ zet echte acties klaar terwijl de hub nog VOORBEELD is. Vul organisatie in."
            found.append(Bevinding(("bronnen", number, "modus"), zin, ernstig=False))
    if not config.bewaren.dossier_map:
        zin = "zonder `bewaren.dossier_map` bewaart de hub geen dossier: na een actie blijft alleen het bewijs."
        found.append(Bevinding(("bewaren",), zin, ernstig=False))
    return [*found, *_adres(config), *_places(config)]


def refuse_lost_key(config: Config) -> None:
    """Raise KeyFileError where a start would make a new key beside kanalen that were sealed with the old one."""
    key, file = config.pad(config.sleutelbestand), database_file(config)
    if key.exists() or (file is not None and not file.exists()):
        return
    with opened(config.db_url) as db:
        if inspect(db.engine).has_table("kanaal") and db.read_sync(kanalen.every):
            raise KeyFileError(LOST_KEY.format(pad=key))


def for_start(path: Path, config: Config, registry: Registry, today: date) -> list[str]:
    """What the log should say of this configuration, with its lines; raises Fout when the hub cannot start with it."""
    tree = yaml.compose(path.read_text(encoding="utf-8"))
    found = [
        (f"{path.name}, regel {line_of(tree, item.plaats)}: {item.zin}", item)
        for item in findings(config, registry, today)
    ]
    if fatal := [zin for zin, item in found if item.stopt]:
        raise Fout("\n".join(fatal))
    return [zin for zin, _ in found]


def database_file(config: Config) -> Path | None:
    """The file of an SQLite database; None for any other."""
    return Path(config.db_url.removeprefix(SQLITE)) if config.db_url.startswith(SQLITE) else None


def clear_secrets(path: Path, registry: Registry) -> Iterator[tuple[int, str]]:
    """Line and sentence for each secret that stands in the file itself instead of as `${NAAM}` or `file:pad`."""
    source = path.read_text(encoding="utf-8")
    tree, raw = yaml.compose(source), yaml.safe_load(source) or {}
    for plaats, value in _leaves(raw):
        naam = str(plaats[-1]) if plaats else ""
        if value and not _elsewhere(value) and (_is_secret(raw, plaats, registry) or TOKEN.search(value)):
            yield (
                line_of(tree, plaats),
                f"`{naam}` lijkt een geheim dat leesbaar in het bestand staat. "
                "Zet het in een omgevingsvariabele (${NAAM}) of een apart bestand (file:pad).",
            )


def _kanaal(plaats: Plaats, kanaal: Kanaal, registry: Registry, today: date) -> Iterator[Bevinding]:
    try:
        settings = registry.settings(kanaal.netwerk)
    except OnbekendNetwerk as error:
        yield Bevinding((*plaats, "netwerk"), f"kanaal ‘{kanaal.naam}’: {error}")
    else:
        for zin in check_settings(settings, kanaal.instellingen):
            yield Bevinding((*plaats, "instellingen"), f"kanaal ‘{kanaal.naam}’: {zin}")
    for number, code in enumerate(kanaal.gemeenten):
        yield from _gemeente((*plaats, "gemeenten", number), code, today)
    yield from _known((*plaats, "types"), kanaal.types, TYPES)
    yield from _known((*plaats, "niveaus"), kanaal.niveaus, NIVEAUS)


def _known(plaats: Plaats, values: Iterable[str], known: Iterable[str]) -> Iterator[Bevinding]:
    for value in values:
        if value not in known:
            yield Bevinding(plaats, f"‘{value}’ bestaat niet. Kies uit: {', '.join(known)}.")


def _gemeente(plaats: Plaats, code: str, today: date) -> Iterator[Bevinding]:
    if gemeenten.valid(code, today):
        return
    if gemeenten.find(code) is None:
        yield Bevinding(plaats, f"gemeente {code} bestaat niet. Zoek de code met `hub gemeenten zoek NAAM`.")
        return
    new = gemeenten.successor(code)
    now = f"Gebruik {new.code} ({new.naam})." if new else "Zoek de nieuwe code met `hub gemeenten zoek NAAM`."
    yield Bevinding(plaats, f"gemeente {code} bestaat niet meer. {now}")


def _places(config: Config) -> Iterator[Bevinding]:
    """Where the hub keeps things. What is missing is made when it is needed, except the folder of dossiers."""
    database = database_file(config)
    if database is not None and (fault := database_fault(database)):
        yield Bevinding(("database_url",), f"`database_url`: {fault}", stopt=True)
    if fault := key_fault(config.pad(config.sleutelbestand)):
        yield Bevinding(("sleutelbestand",), f"`sleutelbestand`: {fault}", stopt=True)
    if fault := file_fault(config.pad(config.bewaren.journaal)):
        yield Bevinding(("bewaren", "journaal"), f"`bewaren.journaal`: {fault}")
    if config.bewaren.dossier_map:
        folder = config.pad(config.bewaren.dossier_map)
        gone = "" if folder.exists() else f"de map {folder} bestaat niet. Maak haar; de hub doet dat niet zelf."
        if fault := folder_fault(folder) or gone:
            yield Bevinding(("bewaren", "dossier_map"), f"`bewaren.dossier_map`: {fault}")


def _adres(config: Config) -> Iterator[Bevinding]:
    """Phones and players on other machines cannot reach a loopback address, and people need https."""
    if config.voorbeeld:
        return
    parts = urlsplit(config.adres)
    if parts.scheme != "https":
        zin = "`adres` begint niet met https. Zet er een webserver met een certificaat voor."
        yield Bevinding(("adres",), zin, ernstig=False)


def _leaves(value: Any, plaats: Plaats = ()) -> Iterator[tuple[Plaats, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*plaats, str(key)))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*plaats, number))
    elif isinstance(value, str):
        yield plaats, value


def _elsewhere(value: str) -> bool:
    return value.startswith("file:") or "${" in value


def _is_secret(raw: Any, plaats: Plaats, registry: Registry) -> bool:
    """Whether the netwerk itself says that this setting is a secret."""
    match plaats:
        case ("kanalen", int(number), "instellingen", str(naam)):
            netwerk = raw["kanalen"][number].get("netwerk", "")
            if netwerk not in registry.names():
                return False
            return any(setting.naam == naam and setting.geheim for setting in registry.settings(netwerk))
    return False
