"""What only the composition root knows: where the netwerken, templates and assets are, and how posters are drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.content import ActieView, Renderer


@dataclass(frozen=True, slots=True)
class Parts:
    """Handed to every command. `renderer` makes a new poster renderer; it loads fonts, so call it once.

    `aflezen(renderer, formaat, pogingen, actie)` tells how many of so many QRs of a poster a telephone reads, and how
    many it tried. `tekenproces`: the command of a process that only draws. `portretten`: a folder with drawn portraits
    for invented acties, where there is one.
    """

    root: Path
    channels: Path
    templates: Path
    renderer: Callable[[], Renderer]
    aflezen: Callable[[Renderer, str, int, ActieView | None], tuple[int, int]]
    tekenproces: Sequence[str]
    portretten: Path | None = None
