"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from hub.kit import config as settings
from hub.kit.config import Config

ConfigPad = Annotated[Path, typer.Option("--config", envvar="HUB_CONFIG", help="Het bestand config.yaml van deze hub.")]
STANDAARD = Path("config.yaml")


def load(path: Path) -> Config:
    """The configuration, or a ConfigError that says what to mend."""
    return settings.load(path)
