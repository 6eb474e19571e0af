"""Proefnet without pictures: what is left of a bezorging is the hub's own share."""

from collections.abc import Mapping
from dataclasses import replace

from channels.proef import Channel as Proef
from hub.content import Timeouts


class Channel(Proef):
    """One account that takes words only."""

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        super().__init__(instellingen, timeouts)
        self.limits = replace(self.limits, images=False)
