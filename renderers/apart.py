"""A process that does nothing but draw: `python -m renderers.apart FORMATS LETTERS`.

Requests come in one after another; the answer to each is four bytes with its length and then its picture, or None
where that fails. It keeps no picture, never gets a photo, and ends when the other side goes away.
"""

import contextlib
import pickle
import struct
import sys
from pathlib import Path
from typing import BinaryIO

from hub.content import Image, PosterRequest
from renderers.poster import PosterRenderer


def main(renderer: PosterRenderer, asked: BinaryIO, told: BinaryIO) -> None:
    """Draw until nobody is left to draw for."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            answer = pickle.dumps(_drawn(renderer, pickle.load(asked)))  # noqa: S301 - from the hub, over its own pipe
            told.write(struct.pack("!I", len(answer)) + answer)
            told.flush()


def _drawn(renderer: PosterRenderer, request: PosterRequest) -> Image | None:
    try:
        return renderer.render(request)
    except Exception:
        # Who asked for it draws it itself then, and tells what is wrong.
        return None
    finally:
        renderer.forget_photos()


if __name__ == "__main__":
    main(PosterRenderer(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdin.buffer, sys.stdout.buffer)
