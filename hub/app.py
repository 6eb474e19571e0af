"""The composition root: the one place that knows which renderer and which netwerken this hub is made of."""

from pathlib import Path

import typer

from hub.commands.cli import build
from hub.commands.options import Fout
from hub.commands.parts import Parts
from hub.content import Renderer
from hub.demo.command import register

ROOT = Path(__file__).resolve().parent.parent


def _renderer() -> Renderer:
    from renderers.errors import PosterError
    from renderers.poster import PosterRenderer

    try:
        return PosterRenderer(ROOT / "templates" / "schermen", ROOT / "static" / "fonts")
    except PosterError as error:
        raise Fout(str(error)) from error


PARTS = Parts(
    root=ROOT,
    channels=ROOT / "channels",
    templates=ROOT / "templates",
    renderer=_renderer,
    portretten=ROOT / "hub" / "demo" / "tekeningen",
)


def command_line() -> typer.Typer:
    """The command `hub` with everything in it, the demo too."""
    cli = build(PARTS)
    register(cli, PARTS)
    return cli


def main() -> None:
    """The command `hub`."""
    command_line()()
