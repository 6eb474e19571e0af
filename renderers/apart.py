"""A process that does nothing but draw: `python -m renderers.apart FORMATS LETTERS LINE`.

It takes requests from the connection with file descriptor LINE and answers each with its picture, or with None where
that fails. It says True once it is ready, remembers nothing of what it drew, and ends when the other side goes away.
"""

import sys
from multiprocessing.connection import Connection
from pathlib import Path

from hub.content import Image, PosterRequest
from renderers.poster import PosterRenderer


def main(formats: Path, letters: Path, line: int) -> None:
    """Draw until nobody is left to draw for."""
    renderer = PosterRenderer(formats, letters)
    # The first picture of a process takes ten times as long as the next.
    renderer.render(PosterRequest(min(renderer.formats())))
    connection: Connection[Image | bool | None, PosterRequest] = Connection(line)
    try:
        connection.send(True)
        while True:
            connection.send(_drawn(renderer, connection.recv()))
    except (EOFError, OSError):
        return


def _drawn(renderer: PosterRenderer, request: PosterRequest) -> Image | None:
    try:
        return renderer.render(request)
    except Exception:
        # Who asked for it draws it itself then, and tells what is wrong.
        return None
    finally:
        renderer.forget_photos()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
