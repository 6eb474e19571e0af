"""What only the composition root knows: where the netwerken, templates and assets are, and how posters are drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hub.content import Renderer


@dataclass(frozen=True, slots=True)
class Parts:
    """Handed to every command. `renderer` makes a new poster renderer; it loads fonts, so call it once.

    `portretten`: a folder with drawn portraits for invented acties, where there is one.
    """

    root: Path
    channels: Path
    templates: Path
    renderer: Callable[[], Renderer]
    portretten: Path | None = None
