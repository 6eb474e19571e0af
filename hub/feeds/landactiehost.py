"""The Landactiehost dialect (national and regional missing-child alerts), read and written.

The form is exact: a bare list, every key always present, numbers as strings, nulls as nulls. A Cancel
replaces the Alert with the same AlertId. What a reader pastes into a page leaves with `<`, `>`, `&` escaped.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from hub.content import Cirkel
from hub.feeds.lezen import (
    BerichtOnbruikbaar,
    FeedOnleesbaar,
    Gelezen,
    as_circle,
    as_moment,
    as_number,
    as_text,
    as_url,
    collect,
    escape,
    load,
    part,
)

LEVELS = {"landelijk": "10", "regionaal": "5"}
"""AlertLevel per niveau. A lokaal actie has none: it never enters this feed."""

TYPES = ("Alert", "Update", "Cancel")
CIRCLE = re.compile(r"\s*([-+\d.]+)\s*,\s*([-+\d.]+)\s+([\d.]+)\s*")


@dataclass(frozen=True, slots=True)
class LandBericht:
    """One message. None where the feed has null; `niveau` is ours (landelijk, regionaal)."""

    alert_id: str
    message_id: str
    sender: str
    verzonden: datetime
    type: str
    niveau: str
    beschrijving: str
    lees_meer: str
    titel: str | None = None
    aard: str | None = None
    beeld: str | None = None
    klein_beeld: str | None = None
    gebied: str | None = None
    cirkel: Cirkel | None = None
    staat: str = "Actual"

    @property
    def sleutel(self) -> str:
        """What makes this message one of a kind: the MessageId does not, the test feed reuses it."""
        return f"{self.alert_id}|{self.type}|{int(self.verzonden.timestamp())}"


def parse(body: bytes) -> Gelezen[LandBericht]:
    """The messages of a body in the order of the feed; bad ones as faults."""
    root = load(body)
    if not isinstance(root, list):
        raise FeedOnleesbaar("De feed is geen lijst van berichten.")
    return collect(root, _read)


def _read(item: dict[str, Any]) -> LandBericht:
    message, area = part(item.get("Message")), part(item.get("Area"))
    media = part(message.get("Media"))
    alert_id, kind, sent = (
        as_text(item.get("AlertId")),
        as_text(item.get("Type")),
        as_moment(item.get("Sent")),
    )
    if not re.fullmatch(r"[\w.:-]{1,64}", alert_id):
        raise BerichtOnbruikbaar("AlertId ontbreekt of is geen kenmerk")
    if kind.capitalize() not in TYPES:
        raise BerichtOnbruikbaar(f"Type {kind[:20]!r} is niet Alert, Update of Cancel")
    if sent is None:
        raise BerichtOnbruikbaar("Sent is geen tijdstip")
    return LandBericht(
        alert_id=alert_id,
        message_id=as_text(item.get("MessageId")),
        sender=as_text(item.get("Sender")),
        verzonden=sent,
        type=kind.capitalize(),
        niveau=_niveau(item.get("AlertLevel")),
        beschrijving=as_text(message.get("Description")),
        lees_meer=as_url(message.get("Readmore_URL")) or "",
        titel=as_text(message.get("Title")) or None,
        aard=as_text(message.get("DescriptionExt")) or None,
        beeld=as_url(media.get("Image")),
        klein_beeld=as_url(media.get("SmallImage")),
        gebied=as_text(area.get("Description")) or None,
        cirkel=_circle(area.get("Circle"), 1) or _circle(area.get("CircleKM"), 1000),
        staat=as_text(item.get("State")) or "Actual",
    )


def _niveau(value: Any) -> str:
    """Landelijk only where the feed says "10": an unknown level must not alarm the whole country."""
    return "landelijk" if as_text(value) == LEVELS["landelijk"] else "regionaal"


def _circle(value: Any, metres: int) -> Cirkel | None:
    found = CIRCLE.fullmatch(as_text(value))
    radius = as_number(found[3]) if found else None
    return as_circle(found[1], found[2], radius * metres) if found and radius else None


def render(berichten: Iterable[LandBericht]) -> bytes:
    """The feed: one entry per AlertId (a Cancel replaces its Alert), newest first, nothing lokaal."""
    newest: dict[str, LandBericht] = {}
    for bericht in berichten:
        known = newest.get(bericht.alert_id)
        if bericht.niveau in LEVELS and (known is None or _rank(bericht) > _rank(known)):
            newest[bericht.alert_id] = bericht
    ordered = sorted(newest.values(), key=lambda item: item.verzonden, reverse=True)
    return orjson.dumps([_entry(bericht) for bericht in ordered])


def _rank(bericht: LandBericht) -> tuple[bool, datetime]:
    return bericht.type == "Cancel", bericht.verzonden


def _entry(bericht: LandBericht) -> dict[str, Any]:
    gone = bericht.type == "Cancel"
    circle = None if gone else bericht.cirkel
    return {
        "AlertId": bericht.alert_id,
        "MessageId": bericht.message_id,
        "Sender": escape(bericht.sender),
        "Sent": str(int(bericht.verzonden.timestamp())),
        "State": bericht.staat,
        "Type": bericht.type,
        "Scope": "Public",
        "AlertLevel": LEVELS[bericht.niveau],
        "Location": {"Description": None, "Latitude": None, "Longitude": None},
        "Message": {
            "Title": None if gone else escape(bericht.titel or ""),
            "Description": escape(bericht.beschrijving),
            "DescriptionExt": None if gone else escape(bericht.aard or ""),
            "Readmore_URL": bericht.lees_meer,
            "Media_URL": None,
            "Media": {
                "Image": None if gone else bericht.beeld,
                "SmallImage": None if gone else bericht.klein_beeld or bericht.beeld,
            },
        },
        "Area": {
            "Description": None if gone or bericht.gebied is None else escape(bericht.gebied),
            "Circle": _written(circle, 1),
            "CircleKM": _written(circle, 1000),
        },
    }


def _written(circle: Cirkel | None, metres: int) -> str | None:
    return None if circle is None else f"{circle.lat},{circle.lon} {circle.straal_meters / metres:.12g}"
