"""Draws the portraits of the demo again: `python -m hub.demo.portretten [name.jpg ...]`."""

import sys
from pathlib import Path

from hub.demo.portretten.mensen import MENSEN
from hub.demo.portretten.tekenaar import jpeg, portret

MAP = Path(__file__).parent


def main(namen: list[str]) -> None:
    """Draw the named portraits, or all."""

    for wie in MENSEN:
        if not namen or wie.bestand in namen:
            (MAP / wie.bestand).write_bytes(jpeg(portret(wie)))
            sys.stdout.write(f"{wie.bestand}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
