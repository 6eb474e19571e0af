"""`hub check` and the start: what is wrong is said with file, line and remedy."""

import asyncio
from pathlib import Path

import pytest

from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.kit import config as settings
from hub.kit.databases import opened
from tests.commands.conftest import Doe, write


def test_a_fresh_folder_is_good_and_stays_as_it_was(doe: Doe, tmp_path: Path) -> None:
    seen = doe("check")
    assert (seen.code, seen.fout) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_the_example_it_prints_is_good_itself(doe: Doe, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(doe("check", "--voorbeeld").uit, encoding="utf-8")
    assert doe("check").code == 0


def test_an_unknown_key_stops_the_start_with_file_line_and_remedy(doe: Doe, tmp_path: Path) -> None:
    write(tmp_path, "organisatie:\n  naaam: Voorbeeldstad\n")
    stopped, checked = doe("serve"), doe("check")
    sentence = "config.yaml, regel 4: onbekende instelling `organisatie.naaam`. Bedoelt u `naam`?"
    assert (stopped.code, stopped.fout) == (2, f"{sentence}\n")
    assert checked.code == 1
    assert f"fout    {sentence}" in checked.uit


def test_no_config_is_a_sentence(doe: Doe, tmp_path: Path) -> None:
    missing = doe("serve", "--config", str(tmp_path / "weg.yaml"))
    assert (missing.code, missing.fout.count("\n")) == (2, 1)
    assert "weg.yaml: niet te lezen" in missing.fout


@pytest.mark.parametrize(
    ("extra", "zin"),
    [
        ("kanalen:\n- {naam: kl, netwerk: mastodont}\n", "regel 4: kanaal ‘kl’: Netwerk `mastodont` bestaat niet."),
        ("kanalen:\n- {naam: tg, netwerk: telegram}\n", "regel 4: kanaal ‘tg’: `token` ontbreekt"),
        (
            "kanalen:\n- naam: hand\n  netwerk: handmatig\n  gemeenten: [GM0344, GM0856]\n",
            "regel 6: gemeente GM0856 bestaat niet meer. Gebruik GM1991 (Maashorst).",
        ),
        ("kanalen:\n- {naam: hand, netwerk: handmatig, types: [brand]}\n", "regel 4: ‘brand’ bestaat niet. Kies uit:"),
        ("schermen:\n- {naam: Hal, gemeente: GM0344, lat: 5.1, lon: 52.1}\n", "Zijn lat en lon verwisseld?"),
    ],
)
def test_what_only_the_whole_hub_knows_is_checked_too(doe: Doe, tmp_path: Path, extra: str, zin: str) -> None:
    write(tmp_path, extra)
    seen = doe("check")
    assert seen.code == 1
    assert zin in seen.uit


def test_a_secret_in_clear_is_warned_about_without_repeating_it(doe: Doe, tmp_path: Path) -> None:
    write(
        tmp_path, 'kanalen:\n- naam: tg\n  netwerk: telegram\n  instellingen: {chatId: "@stad", token: "12:geheim"}\n'
    )
    seen = doe("check")
    assert seen.code == 0
    assert "let op  config.yaml, regel 6: `token` lijkt een geheim" in seen.uit
    assert "12:geheim" not in seen.uit


def test_a_secret_in_a_file_is_as_it_should_be(doe: Doe, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("12:geheim\n", encoding="utf-8")
    write(tmp_path, 'kanalen:\n- naam: tg\n  netwerk: telegram\n  instellingen: {chatId: "@stad", token: file:token}\n')
    assert "lijkt een geheim" not in doe("check").uit


async def test_a_lost_key_file_stops_the_start_and_no_new_one_is_made(doe: Doe, config: Path, tmp_path: Path) -> None:
    write(tmp_path, "kanalen:\n- {naam: hand, netwerk: handmatig}\n")
    async with running(Hub(settings.load(config), PARTS)):
        pass
    (tmp_path / "hub.sleutel").unlink()
    started, seen = await asyncio.to_thread(doe, "serve", "--poort", "0"), doe("check")
    assert (started.code, seen.code) == (2, 1)
    assert f"Het sleutelbestand {tmp_path / 'hub.sleutel'} is er niet" in started.fout.splitlines()[-1]
    assert f"fout    Het sleutelbestand {tmp_path / 'hub.sleutel'} is er niet" in seen.uit
    assert not (tmp_path / "hub.sleutel").exists()


def test_a_database_with_only_a_person_in_it_has_no_key_to_lose(doe: Doe) -> None:
    doe("gebruikers", "maak", "piet", "--rol", "beheerder", "--wachtwoord-stdin", invoer="een lang wachtwoord\n")
    assert "goed    Het sleutelbestand hub.sleutel wordt bij de eerste start gemaakt." in doe("check").uit


def test_a_file_that_is_no_database_is_a_sentence(doe: Doe, tmp_path: Path) -> None:
    (tmp_path / "hub.db").write_bytes(b"geen database, maar tekst. " * 400)
    (tmp_path / "hub.sleutel").write_text("")
    seen = doe("check")
    assert seen.code == 1
    assert "hub.db is niet te lezen" in seen.uit


def test_a_database_in_use_by_another_hub_is_no_reason_to_complain(doe: Doe, tmp_path: Path) -> None:
    doe("sleutels", "lijst")
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as db:
        db.claim()
        (tmp_path / "hub.sleutel").unlink(missing_ok=True)
        assert "De database hub.db is te lezen en bij." in doe("check").uit


def test_a_kanaal_that_must_ring_people_and_cannot_is_named_with_its_line(doe: Doe, tmp_path: Path) -> None:
    write(tmp_path, "bezorging: {bel_kanalen: [hand, weg]}\nkanalen:\n- {naam: hand, netwerk: handmatig}\n")
    seen = doe("check")
    assert seen.code == 0
    for zin in ("‘hand’, maar dat kanaal wordt met de hand bijgehouden", "‘weg’, maar dat kanaal bestaat niet."):
        assert f"let op  config.yaml, regel 3: `bezorging.bel_kanalen` noemt {zin}" in seen.uit
