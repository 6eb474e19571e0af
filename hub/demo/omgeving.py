"""The demo's world: its folder, its secrets, its config.yaml, and what is created once on the first start."""

import fcntl
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

import yaml

from hub.commands.options import Fout

GEMEENTE = "GM0344"
PIKET = "mail-piket"
BESTAND = "demo.json"
DOSSIERS = "dossiers"
ROLLEN = ("meldkamer", "adviseur", "lezer", "beheerder")


@dataclass(frozen=True, slots=True)
class DemoKanaal:
    """An account on proefnet: the name of the kanaal, the account, and its title on the timeline."""

    naam: str
    account: str
    titel: str
    foto: bool


@dataclass(frozen=True, slots=True)
class DemoScherm:
    """A demo screen: name, place, size and kind."""

    naam: str
    lat: float
    lon: float
    breedte: int
    hoogte: int
    soort: str
    beheerder: str


KANALEN = (
    DemoKanaal("proef-burgers", "burgers", "Burgers in Utrecht", foto=True),
    DemoKanaal("proef-regio", "regio", "Regio Midden", foto=False),
    DemoKanaal("proef-stad", "stad", "Stadsnieuws", foto=True),
)

SCHERMEN = (
    DemoScherm("Utrecht Centraal, stationshal", 52.0894, 5.1100, 1920, 1080, "station", "Stationsbeheer"),
    DemoScherm("Abri Biltstraat", 52.0945, 5.1290, 1080, 1920, "abri", "Buitenreclame Stad"),
    DemoScherm("Bibliotheek Neude", 52.0929, 5.1187, 1080, 1920, "station", "Balie bibliotheek"),
    DemoScherm("Busstation Jaarbeurszijde", 52.0887, 5.1065, 1280, 720, "station", "Vervoerder"),
    DemoScherm("Winkelcentrum Overvecht", 52.1168, 5.1105, 1080, 1920, "abri", "Centrummanagement"),
    DemoScherm("Tram naar De Uithof", 52.0840, 5.1560, 1920, 540, "strip", "Vervoerder"),
)


@dataclass(slots=True)
class Geheimen:
    """What demo.json holds (mode 0600): log-ins, keys, screen addresses and the whereabouts of proefnet."""

    url: str = ""
    sleutels: dict[str, str] = field(default_factory=dict)
    logins: dict[str, dict[str, str]] = field(default_factory=dict)
    schermen: list[dict[str, str]] = field(default_factory=list)
    kanalen: list[dict[str, str]] = field(default_factory=list)
    proefnet: dict[str, str | int] = field(default_factory=dict)

    def move(self, address: str) -> None:
        """Take a new address of the hub over into the addresses of the schermen."""
        for scherm in self.schermen:
            scherm["url"] = address + "/s/" + scherm["url"].partition("/s/")[2]
        self.url = address

    def public(self) -> dict[str, object]:
        """The object that scripts read from the first line of stdout."""
        return {key: value for key, value in asdict(self).items() if key != "proefnet"}


def claim(folder: Path) -> None:
    """Make the folder and hold it as long as this process lives; raises Fout where it cannot be, or is in use."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        lock = os.open(folder / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Fout(f"{folder} kan geen map voor de demo zijn. Kies een andere met --map.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise Fout(f"In {folder} draait al een demo. Stop die eerst, of kies een andere map met --map.") from error


def load(folder: Path) -> Geheimen:
    """The secrets of an earlier start, or empty ones."""
    path = folder / BESTAND
    return Geheimen(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else Geheimen()


def save(folder: Path, geheimen: Geheimen) -> None:
    """Write demo.json in one move, readable by its owner only."""
    path = folder / BESTAND
    draft = path.with_suffix(".nieuw")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(geheimen), file, indent=1, ensure_ascii=False)
    draft.replace(path)


def account_tokens(geheimen: Geheimen) -> dict[str, str]:
    """The token of each proefnet account, made on the first start."""
    known = geheimen.proefnet
    for kanaal in KANALEN:
        known.setdefault(f"token-{kanaal.account}", secrets.token_urlsafe(18))
    return {kanaal.account: str(known[f"token-{kanaal.account}"]) for kanaal in KANALEN}


def write_config(folder: Path, adres: str, proefnet: str, tokens: dict[str, str]) -> Path:
    """config.yaml of the demo; the tokens stand in files beside it, as the beheerder would do it."""
    (folder / DOSSIERS).mkdir(mode=0o700, exist_ok=True)
    vault = folder / "geheimen"
    vault.mkdir(mode=0o700, exist_ok=True)
    for account, token in {**tokens, PIKET: "mailtos://piket:voorbeeld@mail.voorbeeldstad.example"}.items():
        file = vault / account
        file.write_text(token, encoding="utf-8")
        file.chmod(0o600)
    kanalen: list[dict[str, object]] = [
        {
            "naam": kanaal.naam,
            "netwerk": "proef",
            "instellingen": {
                "basisUrl": proefnet,
                "account": kanaal.account,
                "token": f"file:geheimen/{kanaal.account}",
            },
            "foto": kanaal.foto,
        }
        for kanaal in KANALEN
    ]
    kanalen.append({"naam": "whatsapp-met-de-hand", "netwerk": "handmatig", "automatisch": False})
    piket = {"naam": PIKET, "netwerk": "apprise", "instellingen": {"adres": f"file:geheimen/{PIKET}"}}
    kanalen.append({**piket, "automatisch": False})
    content = {
        "adres": adres,
        "database_url": "sqlite:///hub.db",
        "sleutelbestand": "hub.sleutel",
        "organisatie": {"afzender": "Meldkamer Voorbeeldstad"},
        "bewaren": {"dossier_map": DOSSIERS},
        "compatibel": {"landactiehost": True, "sender": "ActiehubDemo"},
        "bezorging": {"gelijktijdig": 8},
        "kanalen": kanalen,
    }
    path = folder / "config.yaml"
    path.write_text(
        "# Instellingen van de demo; opnieuw geschreven bij elke start.\n"
        + yaml.safe_dump(content, allow_unicode=True, sort_keys=False),
        encoding="utf-8",
    )
    return path
