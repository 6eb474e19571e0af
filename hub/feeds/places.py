"""The feeds as lines of the intrekkingsbewijs: what left ours at once, what readers may still hold."""

from datetime import timedelta

from hub.acties.model import Actie
from hub.content import Plaats
from hub.feeds.eigen import in_actions, in_landactiehost
from hub.kit.config import Config

SLOWEST_READER = timedelta(minutes=10)
"""Known readers fetch the feed every one to ten minutes."""


def plaatsen(actie: Actie, config: Config) -> list[Plaats]:
    """One line per feed that held this actie, and one for its readers; empty while the feeds are off."""
    if not config.compatibel.landactiehost or actie.beeindigd_op is None:
        return []
    names = []
    if in_landactiehost(actie):
        names.append("Landactiehost-testfeed" if actie.oefening else "Landactiehost")
    if in_actions(actie):
        names.append("actions v2")
    gone = [
        Plaats(
            "feed",
            name,
            "verdwenen",
            actie.beeindigd_op,
            "hub",
            toelichting="Alleen het slotbericht staat er nog.",
        )
        for name in names
    ]
    readers = Plaats(
        "feed",
        "afnemers van de feeds",
        "niet-controleerbaar",
        uiterlijk=actie.beeindigd_op + SLOWEST_READER,
        toelichting="Afnemers halen de feed elke 1 tot 10 minuten op en tonen dan het slotbericht.",
    )
    return [*gone, readers] if gone else []
