"""Why something cannot be kept in a place, in Dutch."""

import errno
from pathlib import Path

import pytest

from hub.kit import paden


def test_what_can_be_made_is_no_fault_and_nothing_is_made(tmp_path: Path) -> None:
    assert paden.folder_fault(tmp_path / "a" / "b") == ""
    assert paden.file_fault(tmp_path / "a" / "b.db") == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_rights_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may do everything, whatever the bits say
    (tmp_path / "f").touch()
    assert paden.file_fault(tmp_path / "f") == (
        f"de hub mag {tmp_path / 'f'} niet lezen of schrijven. Geef de hub rechten op dit bestand."
    )
    assert paden.folder_fault(tmp_path / "weg") == (
        f"de map {tmp_path / 'weg'} bestaat niet, en de hub mag niet schrijven in {tmp_path}. "
        "Geef de hub daar rechten, of kies een ander pad."
    )


def test_a_link_to_nowhere_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "weg")
    assert paden.folder_fault(tmp_path / "link") == f"{tmp_path / 'link'} is geen map. Kies een ander pad."


def test_what_the_system_refuses_is_told_in_dutch() -> None:
    assert paden.reden(OSError(errno.ENOSPC, "No space left on device")) == "de schijf is vol"
    assert paden.reden(OSError(errno.EMFILE, "Too many open files")) == f"systeemfout {errno.EMFILE}"
