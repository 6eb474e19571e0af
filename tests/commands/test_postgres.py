"""The same commands with PostgreSQL, chosen by `database_url` alone."""

from pathlib import Path

from tests import postgres
from tests.commands.conftest import Doe


def kies(folder: Path, url: str) -> None:
    """Put this database in config.yaml."""
    (folder / "config.yaml").write_text(f"database_url: {url}\nsleutelbestand: hub.sleutel\n", encoding="utf-8")


def test_an_empty_postgresql_is_filled_by_the_first_command(doe: Doe, tmp_path: Path) -> None:
    kies(tmp_path, postgres.fresh("opdracht"))
    assert "De database (PostgreSQL) is nog leeg" in doe("check").uit
    assert doe("sleutels", "maak", "--rol", "lezer", "--naam", "krant").code == 0
    assert "krant" in doe("sleutels", "lijst").uit
    assert "De database PostgreSQL is te lezen en bij." in doe("check").uit


def test_a_postgresql_that_does_not_answer_is_a_sentence(doe: Doe, tmp_path: Path) -> None:
    kies(tmp_path, "postgresql://hub:geheimpje@127.0.0.1:1/hub")
    started, checked = doe("serve"), doe("check")
    assert started.code == 2
    assert "database_url: PostgreSQL op 127.0.0.1 laat de hub niet toe" in started.fout
    assert "database_url: PostgreSQL op 127.0.0.1 laat de hub niet toe" in checked.uit
    assert "geheimpje" not in started.fout + started.uit + checked.uit


def test_extra_workers_need_postgresql(doe: Doe) -> None:
    refused = doe("work")
    assert refused.code == 2
    assert "Zet database_url op PostgreSQL" in refused.fout
