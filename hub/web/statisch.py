"""Assets (styles, scripts, fonts): read once, served by name with a hash in the address, cached for a year."""

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MAPPEN = ("hub/web/assets", "static/vendor", "static/fonts")
SOORTEN = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class Bestand:
    """One asset: its bytes, media type and short hash."""

    data: bytes
    media_type: str
    som: str


class Bestanden:
    """All assets by name. A name that occurs twice comes from the first folder, so ours win over a library's."""

    def __init__(self, mappen: Iterable[Path]) -> None:
        self._files: dict[str, Bestand] = {}
        for map_ in mappen:
            for path in sorted(map_.glob("*")) if map_.is_dir() else ():
                if path.is_file() and path.name not in self._files and not path.name.startswith("."):
                    self._files[path.name] = _bestand(path)

    @classmethod
    def van(cls, wortel: Path) -> "Bestanden":
        """The assets of an installation."""
        return cls(wortel / name for name in MAPPEN)

    def get(self, naam: str) -> Bestand | None:
        """One asset, or None."""
        return self._files.get(naam)

    def url(self, naam: str) -> str:
        """The address of an asset; its hash makes a new version a new address."""
        found = self._files.get(naam)
        return f"/assets/{naam}?v={found.som}" if found else f"/assets/{naam}"


def _bestand(path: Path) -> Bestand:
    data = path.read_bytes()
    known = SOORTEN.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Bestand(data, known, sha256(data).hexdigest()[:12])
