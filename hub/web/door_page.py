"""The live page of a scherm: one HTML file with a nonce, everything else happens in assets/scherm.js."""

import hashlib
import secrets
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.web.door_reply import NIET_BEWAREN, Reply

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parents[2] / "templates" / "ui"
VEILIGE_POLL = 60
"""Seconds between the polls of a page whose event stream works."""


class LivePage:
    """Makes the page; the template is read once."""

    def __init__(self, templates: Path = TEMPLATES, assets: Path = ASSETS) -> None:
        environment = Environment(loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined)
        self._template = environment.get_template("scherm.html")
        som = hashlib.sha256((assets / "scherm.js").read_bytes()).hexdigest()[:12]
        self._script = f"/assets/scherm.js?v={som}"

    def render(self, *, naam: str, lease_seconden: int, nonce: str) -> str:
        """The HTML with one nonce for its style and its script."""
        return self._template.render(
            naam=naam,
            lease=lease_seconden,
            poll=max(1, min(VEILIGE_POLL, lease_seconden // 3)),
            script=self._script,
            nonce=nonce,
        )

    def reply(self, *, naam: str, lease_seconden: int) -> Reply:
        """A fresh page; it may stand in a frame of our own pages (Meekijken) and nowhere else."""
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' blob: data:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        )
        html = self.render(naam=naam, lease_seconden=lease_seconden, nonce=nonce)
        headers = (
            (b"content-type", b"text/html; charset=utf-8"),
            NIET_BEWAREN,
            (b"content-security-policy", policy.encode()),
            (b"x-frame-options", b"SAMEORIGIN"),
        )
        return Reply(200, html.encode(), headers)
