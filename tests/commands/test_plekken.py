"""Where the hub keeps things: a place that cannot be is told with its setting, before and at the start."""

import socket
from pathlib import Path

import pytest

from tests.commands.conftest import Doe, write


def kies(folder: Path, setting: str, value: str) -> None:
    """A config.yaml with this setting; beside it stand a file `bestand` and a folder `map`."""
    (folder / "bestand").touch()
    (folder / "map").mkdir()
    known = {"database_url": "sqlite:///hub.db", "sleutelbestand": "hub.sleutel", setting: value}
    text = "".join(f"{naam}: {waarde}\n" for naam, waarde in known.items())
    (folder / "config.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("setting", "value", "zin"),
    [
        ("database_url", "sqlite:///bestand/hub.db", "regel 1: `database_url`: {map}/bestand is geen map."),
        ("database_url", "sqlite:///map", "regel 1: `database_url`: {map}/map is een map."),
        (
            "database_url",
            "sqlite:////proc/nergens/hub.db",
            "regel 1: `database_url`: in /proc kan niemand iets bewaren.",
        ),
        ("sleutelbestand", "bestand/k", "regel 2: `sleutelbestand`: {map}/bestand is geen map."),
        ("sleutelbestand", "map", "regel 2: `sleutelbestand`: {map}/map is een map."),
    ],
)
def test_an_impossible_place_stops_the_start_and_is_found_by_the_check(
    doe: Doe, tmp_path: Path, setting: str, value: str, zin: str
) -> None:
    kies(tmp_path, setting, value)
    started, checked = doe("serve", "--poort", "0"), doe("check")
    told = f"config.yaml, {zin.format(map=tmp_path)}"
    assert started.code == 2
    assert started.fout.startswith(told)
    assert started.fout.count("\n") == 1
    assert (checked.code, checked.uit.count("fout  ")) == (1, 1)
    assert f"fout    {told}" in checked.uit


@pytest.mark.parametrize("command", [("gebruikers", "lijst"), ("kanalen", "lijst"), ("backup", "kopie.db")])
def test_a_short_command_says_it_too(doe: Doe, tmp_path: Path, command: tuple[str, ...]) -> None:
    kies(tmp_path, "database_url", "sqlite:///bestand/hub.db")
    seen = doe(*command)
    assert (seen.code, seen.fout) == (2, f"database_url: {tmp_path / 'bestand'} is geen map. Kies een ander pad.\n")


def test_a_file_of_something_else_is_not_taken_as_database(doe: Doe, tmp_path: Path) -> None:
    kies(tmp_path, "database_url", "sqlite:///bestand")
    (tmp_path / "bestand").write_bytes(b"geen database, maar tekst. " * 400)
    started = doe("serve", "--poort", "0")
    assert started.code == 2
    assert f"database_url: {tmp_path / 'bestand'} is geen database." in started.fout


def test_an_empty_database_of_a_start_that_failed_is_as_new(doe: Doe, tmp_path: Path) -> None:
    (tmp_path / "hub.db").touch()
    assert "goed    De database hub.db wordt bij de eerste start gemaakt." in doe("check").uit


def test_a_key_file_without_a_key_names_the_setting_and_no_english(doe: Doe, tmp_path: Path) -> None:
    (tmp_path / "hub.sleutel").write_text("geen sleutel\n", encoding="utf-8")
    started, checked = doe("serve", "--poort", "0"), doe("check")
    zin = f"sleutelbestand: in {tmp_path / 'hub.sleutel'} staat geen sleutel van de hub."
    assert zin in started.fout
    assert f"fout    {zin}" in checked.uit


def test_the_places_of_bewaren_are_looked_at(doe: Doe, tmp_path: Path) -> None:
    (tmp_path / "bestand").touch()
    write(tmp_path, "bewaren:\n  journaal: bestand/j.log\n  dossier_map: dossiers\n")
    seen = doe("check")
    assert f"fout    config.yaml, regel 4: `bewaren.journaal`: {tmp_path / 'bestand'} is geen map." in seen.uit
    zin = f"`bewaren.dossier_map`: de map {tmp_path / 'dossiers'} bestaat niet. Maak haar"
    assert f"fout    config.yaml, regel 5: {zin}" in seen.uit
    (tmp_path / "dossiers").mkdir()
    assert "dossier_map" not in doe("check").uit


def test_a_scherm_too_small_for_a_poster_stops_the_start_with_the_sizes_that_can(doe: Doe, tmp_path: Path) -> None:
    write(tmp_path, "schermen:\n- naam: Hal\n  gemeente: GM0344\n  breedte: 64\n  hoogte: 64\n")
    started, checked = doe("serve", "--poort", "0"), doe("check")
    zin = "config.yaml, regel 6: ‘Hal’: Op 64 × 64 past geen leesbare poster. De kleinste maten zijn 128 × 128"
    assert (started.code, checked.code) == (2, 1)
    assert started.fout.startswith(zin)
    assert f"fout    {zin}" in checked.uit


def test_a_port_in_use_and_an_address_of_another_machine_are_told_apart(doe: Doe, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        seen = doe("serve", "--poort", str(port))
    assert (seen.code, f"is poort {port} al in gebruik" in seen.fout) == (2, True)
    write(tmp_path, "luister: 192.0.2.1\n")
    elsewhere = doe("serve", "--poort", "0")
    assert (elsewhere.code, "luister: 192.0.2.1 is geen adres van deze machine." in elsewhere.fout) == (2, True)
