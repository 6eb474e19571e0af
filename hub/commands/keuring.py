"""What of a configuration only the whole hub can judge: netwerken, their settings, codes, types, secrets in clear."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from hub.acties import gemeenten
from hub.acties.model import NIVEAUS, TYPES
from hub.kanalen.registry import OnbekendNetwerk, Registry, check_settings
from hub.kit.config import Config, Kanaal
from hub.kit.config_fouten import Plaats, line_of

TOKEN = re.compile(r"\d{6,}:[\w-]{25,}|[\w-]{40,}|eyJ[\w-]{10,}\.[\w-]+")
"""What tokens of networks look like; only used to warn."""


@dataclass(frozen=True, slots=True)
class Bevinding:
    """Something in config.yaml that is not right. `ernstig`: it will not work; otherwise it is unwise."""

    plaats: Plaats
    zin: str
    ernstig: bool = True


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
    for number, bron in enumerate(config.bronnen):
        found += _gemeente(("bronnen", number, "gemeente"), bron.gemeente, today)
        if bron.modus == "echt" and config.voorbeeld:
            zin = f"‘{bron.naam}’ zet echte acties klaar terwijl de hub nog VOORBEELD is. Vul organisatie in."
            found.append(Bevinding(("bronnen", number, "modus"), zin, ernstig=False))
    if not config.bewaren.dossier_map:
        zin = "zonder `bewaren.dossier_map` bewaart de hub geen dossier: na een actie blijft alleen het bewijs."
        found.append(Bevinding(("bewaren",), zin, ernstig=False))
    return [*found, *_adres(config)]


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
