"""What comes over the line from a netwerk and is not to be believed: when to come back, and addresses to ask.

Standard library only. Channels reach it through hub.content.
"""

import math
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import inet_aton
from urllib.parse import urlsplit

_MET_V4 = [IPv6Network(net) for net in ("::/96", "::ffff:0:0/96", "64:ff9b::/96")]
"""Addresses of the newer kind that end in one of the older kind."""
_EIGEN = IPv6Address("::1")


def retry_after(header: str, now: datetime | None) -> float | None:
    """The seconds that a Retry-After names, as a number or as a date; None when it names neither.

    `now` is the moment of the answer (its Date), so that a wrong clock here changes nothing. The hub clamps the
    result: it may be negative or absurd.
    """
    try:
        seconds = float(header)
    except ValueError:
        moment = http_date(header)
        return (moment - now).total_seconds() if moment is not None and now is not None else None
    return seconds if math.isfinite(seconds) else None


def http_date(header: str) -> datetime | None:
    """The moment in a Date header, or None when there is none to read."""
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def veilig_adres(url: str) -> bool:
    """Whether this is an address of a server: http or https, no log-in in it, and not the machine's own network link,
    where clouds keep their keys. A private address is fine: a netwerk may stand in the same building."""
    host = _host(url)
    address = _numeric(host)
    return host != "" and not (address is not None and address.is_link_local)


def bestand_adres(url: str, basis: str) -> bool:
    """Whether a file that a netwerk names may be asked for: a safe address, and on this machine or in this building
    only where the netwerk itself (`basis`) stands at such an address."""
    return veilig_adres(url) and (not _inside(_host(url)) or _inside(_host(basis)))


def _host(url: str) -> str:
    """The server in a web address, as who connects will read it; empty when it is none or holds a log-in."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        # Wide digits, and full stops of other scripts.
        host = unicodedata.normalize("NFKC", host).replace("\u3002", ".").rstrip(".")
    except ValueError:
        return ""
    return host if parts.scheme in ("http", "https") and "@" not in parts.netloc else ""


def _numeric(host: str) -> IPv4Address | IPv6Address | None:
    """The address that this host spells out, or None for a name."""
    try:
        # inet_aton reads every spelling that a connection would: 2852039166, 0251.0376.0.1, 169.254.1.
        address = ip_address(inet_aton(host)) if ":" not in host else ip_address(host.partition("%")[0])
    except (OSError, ValueError):
        return None
    if isinstance(address, IPv6Address) and address != _EIGEN and any(address in net for net in _MET_V4):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _inside(host: str) -> bool:
    address = _numeric(host)
    return host == "localhost" or host.endswith(".localhost") if address is None else not address.is_global
