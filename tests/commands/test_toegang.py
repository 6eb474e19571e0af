"""Keys and users from the command line."""

from pathlib import Path

import pytest

from hub.kit.databases import opened
from hub.kit.secrets import open_vault
from hub.toegang import keys, users
from tests.commands.conftest import Doe


def test_a_new_key_stands_alone_on_stdout_and_opens_the_door(doe: Doe, tmp_path: Path) -> None:
    made = doe("sleutels", "maak", "--rol", "meldkamer", "--naam", "meldsysteem", "--regio", "VR09")
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as db:
        wie = db.read_sync(lambda s: keys.find(s, made.uit.strip()))
    assert (made.code, made.fout, made.uit.count("\n")) == (0, "", 1)
    assert wie is not None
    assert (wie.naam, wie.rol, wie.regios) == ("meldsysteem", "meldkamer", ("VR09",))


def test_a_revoked_key_opens_nothing(doe: Doe, tmp_path: Path) -> None:
    key = doe("sleutels", "maak", "--rol", "lezer").uit.strip()
    listed = doe("sleutels", "lijst").uit
    assert key not in listed
    assert doe("sleutels", "intrekken", listed.splitlines()[1].split()[0]).code == 0
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as db:
        assert db.read_sync(lambda s: keys.find(s, key)) is None


@pytest.mark.parametrize(
    ("args", "zin"),
    [
        (("--rol", "baas"), "De rol baas bestaat niet"),
        (("--rol", "gemeente"), "Geef die met --regio"),
        (("--rol", "lezer", "--regio", "Utrecht"), "geen gemeente of veiligheidsregio"),
        ((), "Er ontbreekt iets: '--rol'."),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_a_sentence(doe: Doe, args: tuple[str, ...], zin: str) -> None:
    refused = doe("sleutels", "maak", *args)
    assert (refused.code, refused.uit) == (2, "")
    assert zin in refused.fout


def test_an_unknown_key_or_user_is_said_so(doe: Doe) -> None:
    assert doe("sleutels", "intrekken", "weg").code == 2
    assert doe("gebruikers", "uit", "niemand").code == 2


def test_a_user_is_made_from_a_script_and_switched_off(doe: Doe, tmp_path: Path) -> None:
    made = doe(
        "gebruikers", "maak", "Centralist", "--rol", "meldkamer", "--wachtwoord-stdin", invoer="paars-7-fietsen\n"
    )
    assert made.code == 0
    assert doe("gebruikers", "uit", "Centralist").code == 0
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as db:
        (user,) = db.read_sync(users.every)
    assert (user.naam, user.rol, user.aan) == ("Centralist", "meldkamer", False)
    assert "paars" not in made.uit + made.fout


def test_a_password_is_asked_twice(doe: Doe) -> None:
    differs = doe("gebruikers", "maak", "A", "--rol", "lezer", invoer="paars-7-fietsen\npaars-8-fietsen\n")
    same = doe("gebruikers", "maak", "A", "--rol", "lezer", invoer="paars-7-fietsen\npaars-7-fietsen\n")
    assert (differs.code, same.code) == (2, 0)
    assert "niet gelijk" in differs.fout


def test_a_short_password_is_refused(doe: Doe) -> None:
    refused = doe("gebruikers", "maak", "A", "--rol", "lezer", "--wachtwoord-stdin", invoer="kort\n")
    assert (refused.code, refused.fout) == (2, "Een wachtwoord heeft minstens 12 tekens.\n")


def test_the_key_file_is_replaced_only_while_no_hub_runs(doe: Doe, tmp_path: Path) -> None:
    assert "nog geen sleutelbestand" in doe("sleutels", "wissel").fout
    path = tmp_path / "hub.sleutel"
    open_vault(path)
    before = path.read_bytes()
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as db:
        db.claim()
        assert "al in gebruik" in doe("sleutels", "wissel").fout
    assert path.read_bytes() == before
    assert "opent niets meer" in doe("sleutels", "wissel").uit
    assert path.read_bytes() != before
