"""Which netwerken there are: one file each in channels/, imported on first configured use."""

import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from hub.content import Channel, Setting
from hub.kanalen import budget


class OnbekendNetwerk(Exception):
    """No file in channels/ has this name. The message lists the names that exist."""


class Registry:
    """The netwerken in a folder: a file `channels/<naam>.py` with a class `Channel` is a netwerk."""

    def __init__(self, folder: Path) -> None:
        self._package = folder.name
        self._names = tuple(sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_")))
        self._loaded: dict[str, type[Channel]] = {}

    def names(self) -> tuple[str, ...]:
        """Names of all netwerken, without importing any."""
        return self._names

    def load(self, netwerk: str) -> type[Channel]:
        """The channel class of a netwerk; imports its library at this moment and not before."""
        if netwerk not in self._names:
            raise OnbekendNetwerk(f"Netwerk `{netwerk}` bestaat niet. Kies uit: {', '.join(self._names)}.")
        if netwerk not in self._loaded:
            self._loaded[netwerk] = importlib.import_module(f"{self._package}.{netwerk}").Channel
        return self._loaded[netwerk]

    def handmatig(self, netwerk: str) -> bool:
        """Whether people keep this netwerk by hand, so that the hub cannot send anything there."""
        return netwerk in self._names and bool(getattr(self.load(netwerk), "handmatig", False))

    def settings(self, netwerk: str) -> tuple[Setting, ...]:
        """The settings of a netwerk, from which its form and its documentation follow."""
        return tuple(self.load(netwerk).SETTINGS)


def check_settings(settings: Iterable[Setting], given: Mapping[str, str], *, partial: bool = False) -> list[str]:
    """Sentences about settings that are unknown, missing or no amount; none when all is well. `partial` allows gaps."""
    known = {setting.naam: setting for setting in settings}
    faults = [
        f"Onbekende instelling `{naam}`. Hier mag: {', '.join(known) or 'niets'}."
        for naam in given
        if naam not in known
    ]
    if not partial:
        faults += [
            f"`{setting.naam}` ontbreekt: {setting.titel}."
            for setting in known.values()
            if setting.verplicht and not setting.standaard and not given.get(setting.naam)
        ]
    return faults + budget.faults(given)
