"""The demo's folder: its config.yaml is one that `hub check` has nothing against."""

from datetime import date
from pathlib import Path

from hub.app import PARTS
from hub.commands import keuring
from hub.demo import omgeving
from hub.kanalen.registry import Registry
from hub.kit import config as settings


def test_the_config_of_the_demo_has_no_finding_and_keeps_dossiers(tmp_path: Path) -> None:
    tokens = omgeving.account_tokens(omgeving.Geheimen())
    config = settings.load(omgeving.write_config(tmp_path, "http://127.0.0.1:8000", "http://127.0.0.1:1", tokens))
    assert keuring.findings(config, Registry(PARTS.channels), date(2026, 3, 1)) == []
    assert config.pad(config.bewaren.dossier_map).is_dir()
