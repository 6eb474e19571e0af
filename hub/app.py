"""The composition root: the one place that knows which renderer and which netwerken this hub is made of."""

import sys
from pathlib import Path

import typer

from hub.commands.cli import build
from hub.commands.lui import Regel
from hub.commands.parts import Parts
from hub.content import ActieView, Renderer

ROOT = Path(__file__).resolve().parent.parent
FORMATEN, LETTERS = ROOT / "templates" / "schermen", ROOT / "static" / "fonts"


def _renderer() -> Renderer:
    from hub.commands.options import Fout
    from renderers.errors import PosterError
    from renderers.poster import PosterRenderer

    try:
        return PosterRenderer(FORMATEN, LETTERS)
    except PosterError as error:
        raise Fout(str(error)) from error


def _aflezen(renderer: Renderer, formaat: str, pogingen: int, actie: ActieView | None) -> tuple[int, int]:
    from renderers.afstand import afleesbaarheid

    return afleesbaarheid(renderer, formaat, pogingen, actie)


PARTS = Parts(
    root=ROOT,
    channels=ROOT / "channels",
    templates=ROOT / "templates",
    renderer=_renderer,
    aflezen=_aflezen,
    tekenproces=(sys.executable, "-I", "-m", "renderers.apart", str(FORMATEN), str(LETTERS)),
    portretten=ROOT / "hub" / "demo" / "tekeningen",
)

DEMO = Regel(
    "demo",
    "hub.demo.command",
    "Probeer alles uit: een nagebootst netwerk, zes schermen en een verzonnen actie.",
)


def command_line() -> typer.Typer:
    """The command `hub` with everything in it, the demo too."""
    return build(PARTS, (DEMO,))


def main() -> None:
    """The command `hub`."""
    command_line()()
