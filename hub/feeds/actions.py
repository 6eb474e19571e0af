"""The actions v2 dialect (all local acties), read and written.

Times are epoch numbers: read in seconds or milliseconds, written in milliseconds. A closed actie stays in the
list with `active: false` and the closing text as its latest message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from hub.content import Cirkel
from hub.feeds.lezen import (
    BerichtOnbruikbaar,
    FeedOnleesbaar,
    Gelezen,
    as_circle,
    as_flag,
    as_moment,
    as_text,
    as_url,
    collect,
    escape,
    load,
    part,
)


@dataclass(frozen=True, slots=True)
class Melding:
    """One message of an action. `soort` is a free string of the source."""

    titel: str
    tekst: str
    soort: str = ""
    reactie_url: str | None = None
    gewijzigd: datetime | None = None
    spraak_id: str | None = None


@dataclass(frozen=True, slots=True)
class ActionBericht:
    """One action with its messages, oldest first; `actie_type` is the source's own word."""

    id: str
    gemeente: str
    actie_type: str
    amber: bool
    actief: bool
    gestart: datetime | None
    eindigt: datetime | None
    cirkel: Cirkel | None
    meldingen: tuple[Melding, ...]

    @property
    def laatste(self) -> Melding:
        """The message that counts now."""
        return self.meldingen[-1]

    @property
    def sleutel(self) -> str:
        """Identity of this state: the id, when it last changed, and whether it runs."""
        moments = [melding.gewijzigd for melding in self.meldingen if melding.gewijzigd]
        if moments:
            changed = str(int(max(moments).timestamp() * 1000))
        else:
            # Without a time the words themselves tell whether anything changed.
            words = "\0".join(f"{melding.titel}\0{melding.tekst}" for melding in self.meldingen)
            changed = sha256(words.encode()).hexdigest()[:16]
        return f"{self.id}|{changed}|{'open' if self.actief else 'dicht'}"


def parse(body: bytes) -> Gelezen[ActionBericht]:
    """The actions of a body (`{"actions": [...]}` or a bare list); bad ones as faults."""
    root = load(body)
    items = root.get("actions") if isinstance(root, dict) else root
    if not isinstance(items, list):
        raise FeedOnleesbaar("De feed heeft geen lijst `actions`.")
    return collect(items, _read)


def _read(item: dict[str, Any]) -> ActionBericht:
    identity, area = as_text(item.get("id")), part(item.get("area"))
    if not identity or len(identity) > 64 or "|" in identity:
        raise BerichtOnbruikbaar("id ontbreekt of is geen kenmerk")
    raw = item.get("messages")
    entries = raw if isinstance(raw, list) else [raw]
    # A stable sort: messages without a time keep the place they had, before those with one.
    meldingen = sorted(
        (_message(entry) for entry in entries if isinstance(entry, dict)),
        key=lambda melding: melding.gewijzigd.timestamp() if melding.gewijzigd else 0.0,
    )
    actief = as_flag(item.get("active"), missing=True)
    if not meldingen and actief:
        raise BerichtOnbruikbaar(f"actie {identity} heeft geen enkel bericht")
    return ActionBericht(
        id=identity,
        gemeente=as_text(item.get("municipality")),
        actie_type=as_text(item.get("actionType")),
        amber=as_flag(item.get("amberAlert"), missing=False),
        actief=actief,
        gestart=as_moment(item.get("startTimestamp")),
        eindigt=as_moment(item.get("endTimestamp")),
        cirkel=as_circle(area.get("lat"), area.get("lng"), area.get("radius")),
        meldingen=tuple(meldingen) or (Melding("", ""),),
    )


def _message(item: dict[str, Any]) -> Melding:
    return Melding(
        titel=as_text(item.get("title")),
        tekst=as_text(item.get("body")),
        soort=as_text(item.get("messageType")),
        reactie_url=as_url(item.get("responseUrl")),
        gewijzigd=as_moment(item.get("lastModifiedTimestamp")),
        spraak_id=as_text(item.get("speechId")) or None,
    )


def render(berichten: Iterable[ActionBericht]) -> bytes:
    """The feed `{"actions": [...]}`, in the given order."""
    return orjson.dumps({"actions": [_entry(bericht) for bericht in berichten]})


def _entry(bericht: ActionBericht) -> dict[str, Any]:
    circle = bericht.cirkel
    return {
        "id": bericht.id,
        "municipality": escape(bericht.gemeente),
        "actionType": escape(bericht.actie_type),
        "amberAlert": bericht.amber,
        "active": bericht.actief,
        "startTimestamp": _milliseconds(bericht.gestart),
        "endTimestamp": _milliseconds(bericht.eindigt),
        "area": {
            "lat": circle.lat if circle else None,
            "lng": circle.lon if circle else None,
            "radius": circle.straal_meters if circle else None,
        },
        "messages": [
            {
                "title": escape(melding.titel),
                "body": escape(melding.tekst),
                "messageType": escape(melding.soort),
                "responseUrl": melding.reactie_url,
                "lastModifiedTimestamp": _milliseconds(melding.gewijzigd),
                "speechId": melding.spraak_id,
            }
            for melding in bericht.meldingen
        ],
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
