"""The composition root: the one place that knows which renderer and which netwerken this hub is made of."""

from pathlib import Path

from hub.commands.cli import build
from hub.commands.parts import Parts
from hub.content import Renderer
from hub.demo.command import register

ROOT = Path(__file__).resolve().parent.parent


def _renderer() -> Renderer:
    from renderers.poster import PosterRenderer

    return PosterRenderer(ROOT / "templates" / "schermen", ROOT / "static" / "fonts")


PARTS = Parts(root=ROOT, channels=ROOT / "channels", templates=ROOT / "templates", renderer=_renderer)


def main() -> None:
    """The command `hub`."""
    cli = build(PARTS)
    register(cli, PARTS)
    cli()
