"""The reference follows from the code: config.yaml and two documents are what the code makes today."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.app import command_line
from hub.commands import naslag
from hub.kit import config as settings
from hub.kit.config import Bron, Config, Kanaal, Scherm

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("file", "made"),
    [
        ("config.yaml", naslag.example),
        ("docs/instellingen.md", naslag.settings_page),
        ("docs/opdrachten.md", lambda: naslag.commands_page(command_line())),
    ],
)
def test_the_file_is_what_the_code_makes(file: str, made: Any) -> None:
    assert (ROOT / file).read_text(encoding="utf-8") == made(), "Draai: python scripts/naslag.py"


def test_the_config_in_the_root_starts_a_hub_of_examples() -> None:
    config = settings.load(ROOT / "config.yaml", {})
    assert config.voorbeeld
    assert config.model_copy(update={"werkmap": ""}) == Config()


def test_the_examples_in_it_are_good_when_switched_on(tmp_path: Path) -> None:
    switched_on = re.sub(r"^#(?! \S)", "", naslag.example(), flags=re.MULTILINE)
    path = tmp_path / "config.yaml"
    path.write_text(switched_on, encoding="utf-8")
    (tmp_path / "geheimen").mkdir()
    (tmp_path / "geheimen" / "telegram").write_text("verzonnen", encoding="utf-8")
    assert len(settings.load(path, {}).kanalen) == 1
    raw = yaml.safe_load(switched_on)
    assert set(raw) == {naam for naam, veld in Config.model_fields.items() if not veld.exclude}
    for naam, model in (("bronnen", Bron), ("kanalen", Kanaal), ("schermen", Scherm)):
        assert set(raw[naam][0]) == set(model.model_fields)


def test_every_setting_has_help_and_a_row() -> None:
    page = naslag.settings_page()
    for model in (Config, Bron, Kanaal, Scherm):
        for naam, field in model.model_fields.items():
            assert field.description
            assert field.exclude or f"`{naam}`" in page or f"## {naam}" in page
