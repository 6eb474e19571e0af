"""A bare server of one poster, to measure what a QR of its own costs per request.

    python -m bench._posterserver PHOTO FORMAAT

Prints its port. `/vast/CODE` gives one and the same JPEG, `/eigen/CODE` that poster with the QR of the code, spliced,
and `/plak/CODE` has the QR pasted and the whole encoded, in threads.
"""

import asyncio
import io
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image

from bench._naief import plain_qr, request
from hub.content import Foto
from renderers.poster import PosterRenderer

ROOT = Path(__file__).resolve().parent.parent

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Server:
    """The application; everything is ready before the first request."""

    def __init__(self, renderer: PosterRenderer, formaat: str, foto: Foto) -> None:
        self._renderer, self._formaat, self._foto = renderer, formaat, foto
        self._constant = renderer.render(self._asked("00000000")).data
        with Image.open(io.BytesIO(self._constant)) as image:
            self._base = image.convert("RGB")

    async def __call__(self, scope: dict[str, Any], _receive: object, send: Send) -> None:
        """Answer a GET."""
        _, way, code = scope["path"].split("/")
        if way == "vast":
            parts = [self._constant]
        elif way == "eigen":
            shared, own = self._renderer.pieces(self._asked(code))
            between = [b""] * (len(shared) + len(own) - 2)
            between[::2], between[1::2] = own, shared[1:-1]
            parts = [shared[0], b"".join(between), shared[-1]]
        else:
            parts = [await asyncio.get_running_loop().run_in_executor(None, self._pasted, code)]
        length = str(sum(map(len, parts))).encode()
        headers = [(b"content-type", b"image/jpeg"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for part in parts[:-1]:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": parts[-1]})

    def _asked(self, code: str) -> Any:
        return request(self._formaat, self._foto, code)

    def _pasted(self, code: str) -> bytes:
        poster = self._base.copy()
        poster.paste(plain_qr(f"https://hub.example/{code}").resize((264, 264)), (1536, 720))
        out = io.BytesIO()
        poster.save(out, "JPEG", quality=90, subsampling=0)
        return out.getvalue()


def main() -> None:
    """Serve until the process that started this one ends it."""
    photo, formaat = sys.argv[1:]
    renderer = PosterRenderer(ROOT / "templates" / "schermen", ROOT / "static" / "fonts")
    app = Server(renderer, formaat, Foto(Path(photo).read_bytes()))
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, loop="uvloop", http="httptools", lifespan="off", log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
