"""Commands are loaded when they run: the list stays quick and says what the commands themselves say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from hub import app
from hub.commands.cli import OPDRACHTEN
from hub.commands.lui import Regel, load

ALWAYS_QUICK = """
import sys
from hub.app import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(sorted({"fastapi", "uvicorn", "PIL", "aiohttp"} & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("regel", [app.DEMO, *OPDRACHTEN], ids=lambda regel: regel.naam)
def test_the_list_says_what_the_command_says(regel: Regel) -> None:
    assert load(regel, app.PARTS).get_short_help_str(200) == regel.uitleg


def test_every_command_of_the_folder_is_in_the_list() -> None:
    folder = Path(app.__file__).parent / "commands"
    makers = {f"hub.commands.{path.stem}" for path in folder.glob("*.py") if "\ndef register(" in path.read_text()}
    assert makers == {regel.module for regel in OPDRACHTEN}


def test_a_word_almost_right_is_pointed_out() -> None:
    group = typer.main.get_group(app.command_line())
    with pytest.raises(Exception, match="Did you mean 'kanalen'"):
        group.resolve_command(typer.Context(group), ["kanaln"])


@pytest.mark.parametrize(
    "args",
    [("--help",), ("kanalen", "soorten", "--help"), ("gemeenten", "zoek", "Utrecht"), ("sleutels", "lijst")],
    ids=" ".join,
)
def test_a_small_command_loads_no_web_server_and_draws_nothing(config: Path, args: tuple[str, ...]) -> None:
    environment = {**os.environ, "HUB_CONFIG": str(config)}
    command = (sys.executable, "-c", ALWAYS_QUICK, *args)
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.stderr.splitlines()[-1:] == ["[]"], ran.stderr
