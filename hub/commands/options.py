"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from hub.acties import gemeenten
from hub.kit import config as settings
from hub.kit.config import Config

ConfigPad = Annotated[
    Path,
    typer.Option("--config", metavar="BESTAND", envvar="HUB_CONFIG", help="Het bestand config.yaml van deze hub."),
]
STANDAARD = Path("config.yaml")
AlsJson = Annotated[bool, typer.Option("--json", help="Schrijf JSON, voor scripts.")]
Rol = Annotated[
    str, typer.Option("--rol", metavar="ROL", help="De rol: beheerder, meldkamer, adviseur, gemeente of lezer.")
]
Regios = Annotated[
    list[str] | None,
    typer.Option(
        "--regio", metavar="CODE", help="Beperk tot een gemeente (GM0344) of veiligheidsregio (VR09); mag vaker."
    ),
]


class Fout(Exception):
    """Something a person can mend; ends the command with this sentence instead of a stack trace."""


def load(path: Path) -> Config:
    """The configuration, or a ConfigError that says what to mend."""
    return settings.load(path)


def checked_regios(values: list[str] | None, rol: str) -> tuple[str, ...]:
    """The regions as given, if they exist; the role gemeente cannot do without."""
    known = gemeenten.regios()
    for value in values or ():
        if value not in known and gemeenten.find(value) is None:
            raise Fout(f"{value[:20]} is geen gemeente of veiligheidsregio. Een code ziet eruit als GM0344 of VR09.")
    if rol == "gemeente" and not values:
        raise Fout("De rol gemeente werkt alleen in de eigen gemeente. Geef die met --regio, bijvoorbeeld GM0344.")
    return tuple(values or ())
