"""No English in what the command line says: help of every command, and the errors that the library makes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from hub.app import PARTS, command_line
from hub.commands import lui
from hub.commands.cli import OPDRACHTEN
from tests.commands.conftest import Doe

ENGLISH = re.compile(
    r"<(str|int|float|path|list)|x[<>]=|\b(the|is not|does not|not a valid|should|missing|usage|options?|default)\b",
    re.I,
)


def every_command() -> Iterator[tuple[str, Any, Any]]:
    """Each command and each command under a command, with the context of its help."""
    group = typer.main.get_group(command_line())
    yield "hub", group, typer.Context(group, info_name="hub")
    for regel in OPDRACHTEN:
        command = lui.load(regel, PARTS)
        parent = typer.Context(command, info_name=f"hub {regel.naam}")
        yield regel.naam, command, parent
        for naam, below in getattr(command, "commands", {}).items():
            yield f"{regel.naam} {naam}", below, typer.Context(below, info_name=naam, parent=parent)


def test_the_help_of_every_command_is_dutch_and_cuts_no_sentence() -> None:
    for naam, command, ctx in every_command():
        shown = command.get_help(ctx).replace("[OPTIES]", "")
        assert not ENGLISH.search(shown), (naam, shown)
        assert not re.search(r"\w\.\.\.$", shown, re.MULTILINE), (naam, shown)


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("nergens",),
        ("kanaln",),
        ("serve", "--prot", "1"),
        ("serve", "--poort"),
        ("serve", "--poort", "tachtig"),
        ("serve", "--poort", "99999"),
        ("serve", "erbij"),
        ("demo", "--poort", "-3"),
        ("gebruikers", "maak"),
        ("gebruikers", "maak", "piet"),
        ("report", "x", "--formaat", "pdf"),
        ("schermen", "maak", "x", "--gemeente", "GM0344", "--lat", "noord"),
        ("serve", "--json=1"),
        ("check", "--voorbeeld=ja"),
        ("restore",),
        ("bench", "crash", "--kills", "-1"),
    ],
    ids=" ".join,
)
def test_what_is_typed_wrong_is_answered_in_dutch(doe: Doe, args: tuple[str, ...]) -> None:
    seen = doe(*args)
    assert seen.code == 2
    assert not ENGLISH.search((seen.uit + seen.fout).replace("[OPTIES]", "")), seen


@pytest.mark.parametrize(
    ("args", "zin"),
    [
        (("serve", "--config", "weg.yaml"), "weg.yaml: niet te lezen: het bestaat niet. Geef het bestand met --config"),
        (("gebruikers", "maak", "piet", "--rol", "baas"), "De rol baas bestaat niet. Kies uit: "),
        (("backup", "{map}/weg/kopie.db"), "De map {map}/weg bestaat niet."),
        (("restore", "{map}/weg.db"), "{map}/weg.db bestaat niet, of is geen bestand."),
        (("render", "--actie", "demo", "--uit", "{map}/config.yaml/x"), "In {map}/config.yaml/x kan geen map komen"),
        (("render", "--actie", "demo", "--uit", "{map}", "--foto", "/"), "De foto / is niet te lezen."),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_done_is_a_sentence_with_what_to_do(
    doe: Doe, tmp_path: Path, args: tuple[str, ...], zin: str
) -> None:
    seen = doe(*(arg.format(map=tmp_path) for arg in args))
    assert seen.code == 2
    assert zin.format(map=tmp_path) in seen.fout
    assert not ENGLISH.search(seen.fout), seen


def test_a_feed_that_is_no_json_says_where_in_dutch(doe: Doe, tmp_path: Path) -> None:
    (tmp_path / "feed.json").write_text('{\n"a": }', encoding="utf-8")
    seen = doe("intake", "actions", "--bron", str(tmp_path / "feed.json"))
    assert "De feed is geen geldige JSON (regel 2, teken 6)." in seen.uit + seen.fout
