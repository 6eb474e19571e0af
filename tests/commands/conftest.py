"""The whole command line against a config.yaml in a folder of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.app import command_line

FEEDS = Path(__file__).parents[2] / "hub" / "feeds" / "voorbeeld"


@dataclass(frozen=True, slots=True)
class Uitvoer:
    """What a command left behind."""

    code: int
    uit: str
    fout: str


Doe = Callable[..., Uitvoer]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config.yaml that sets nothing but where things are kept."""
    return write(tmp_path)


@pytest.fixture
def doe(config: Path) -> Doe:
    """`doe("sleutels", "lijst")` runs `hub sleutels lijst` with that config."""

    def run(*args: str, invoer: str = "") -> Uitvoer:
        result = CliRunner(env={"HUB_CONFIG": str(config)}).invoke(command_line(), list(args), input=invoer)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Uitvoer(result.exit_code, result.stdout, result.stderr)

    return run


def write(folder: Path, extra: str = "") -> Path:
    """Write config.yaml with this added to it."""
    path = folder / "config.yaml"
    path.write_text(f"database_url: sqlite:///hub.db\nsleutelbestand: hub.sleutel\n{extra}", encoding="utf-8")
    return path
