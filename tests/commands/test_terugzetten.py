"""`hub backup` and `hub restore` on the command line."""

from pathlib import Path

from hub.kit.databases import opened
from hub.toegang import keys
from tests.commands.conftest import FEEDS, Doe


def test_a_copy_comes_back_into_an_empty_database_and_the_hub_is_stil(config: Path, tmp_path: Path, doe: Doe) -> None:
    feed = str(FEEDS / "acties-open.json")
    assert doe("intake", "actions", "--bron", feed).code == 0
    key = doe("sleutels", "maak", "--rol", "lezer").uit.strip()
    copy = str(tmp_path / "kopie.db")
    made = doe("backup", copy)
    assert (made.code, made.fout) == (0, "")
    assert "Er staan geen foto's in." in made.uit
    again = doe("backup", copy)
    assert (again.code, "bestaat al" in again.fout) == (2, True)
    full = doe("restore", copy, "--ja")
    assert (full.code, "De database is niet leeg. Zet hub.db" in full.fout) == (2, True)
    for left in tmp_path.glob("hub.db*"):
        left.unlink()
    refused = doe("restore", copy, invoer="nee\n")
    assert (refused.code, "Er is niets veranderd." in refused.fout) == (2, True)
    back = doe("restore", copy, invoer="ja\n")
    assert (back.code, back.fout) == (0, "")
    assert "De hub is nu stil" in back.uit
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as db:
        assert db.read_sync(lambda s: keys.find(s, key)) is not None


def test_what_is_no_copy_is_refused(config: Path, doe: Doe) -> None:
    refused = doe("restore", str(config), "--ja")
    assert (refused.code, "is geen kopie van `hub backup`" in refused.fout) == (2, True)
    assert not (config.parent / "hub.db").exists()


def test_check_says_that_no_dossier_is_kept(config: Path, doe: Doe) -> None:
    assert "`bewaren.dossier_map`" in doe("check").uit
