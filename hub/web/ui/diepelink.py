"""The link that opens a channel kept by hand; where its app allows that, with the text already filled in."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_OPENT = ("https", "http", "whatsapp", "tg")
_TELEGRAM_NAAM = re.compile(r"^/(\w{4,32}|\+\d{6,15})/?$")
"""A person, bot or group by name or number; an invitation (`/+letters`, `/c/...`) takes no text."""


def diepe_link(adres: str, tekst: str) -> tuple[str, bool]:
    """Where to go, and whether the text is filled in there; no address at all for what no app opens."""
    parts = urlsplit(adres.strip())
    if parts.scheme not in _OPENT or not (parts.netloc or parts.path):
        return "", False
    if not tekst or not _takes_text(parts.scheme, (parts.hostname or "").lower(), parts.path):
        return adres.strip(), False
    query = [(naam, waarde) for naam, waarde in parse_qsl(parts.query, keep_blank_values=True) if naam != "text"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("text", tekst)], quote_via=quote))), True


def _takes_text(scheme: str, host: str, path: str) -> bool:
    if scheme in ("whatsapp", "tg"):
        return host in ("send", "msg", "msg_url", "resolve")
    if host == "wa.me":
        return not path.startswith("/message/")
    if host in ("api.whatsapp.com", "web.whatsapp.com"):
        return path.rstrip("/") == "/send"
    if host in ("t.me", "telegram.me"):
        return path.rstrip("/") == "/share/url" or (path != "/share" and bool(_TELEGRAM_NAAM.match(path)))
    return False
