"""Assets (styles, scripts, fonts): read once, served by name with a hash in the address, cached for a year."""

import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MAPPEN = ("hub/web/assets", "static/vendor", "static/fonts")
IN_STIJL = re.compile(rb'url\("/assets/([^"?]+)"\)')
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
        found: dict[str, Path] = {}
        for map_ in mappen:
            for path in sorted(map_.glob("*")) if map_.is_dir() else ():
                if path.is_file() and path.name not in self._files and not path.name.startswith("."):
                    self._files[path.name] = _bestand(path, path.read_bytes())
                    found[path.name] = path
        # A style sheet names a font by the address that the page preloads it from, or it would be fetched twice.
        for naam in [naam for naam in found if naam.endswith(".css")]:
            self._files[naam] = _bestand(found[naam], IN_STIJL.sub(self._named, self._files[naam].data))

    @classmethod
    def van(cls, wortel: Path) -> "Bestanden":
        """The assets of an installation."""
        return cls(wortel / name for name in MAPPEN)

    def _named(self, match: re.Match[bytes]) -> bytes:
        return b'url("' + self.url(match[1].decode()).encode() + b'")'

    def get(self, naam: str) -> Bestand | None:
        """One asset, or None."""
        return self._files.get(naam)

    def url(self, naam: str) -> str:
        """The address of an asset; its hash makes a new version a new address."""
        found = self._files.get(naam)
        return f"/assets/{naam}?v={found.som}" if found else f"/assets/{naam}"


def _bestand(path: Path, data: bytes) -> Bestand:
    known = SOORTEN.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Bestand(data, known, sha256(data).hexdigest()[:12])
