"""One check of the state of the hub as people read it, and how durations, sizes and counts are said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.toegang.model import Wie

Stand = Literal["goed", "let-op", "alarm"]
MB, GB = 1_000_000, 1_000_000_000
SCHIJF_LET_OP, SCHIJF_ALARM = GB, 200 * MB
"""Less room than this asks for attention, or is an alarm."""
TITELS: Mapping[str, str] = {
    "noodstop": "Noodstop",
    "bezorger": "Bezorger",
    "database": "Database",
    "intrekkingen": "Intrekkingen",
    "wachtrij": "Wachtrij",
    "onbekend": "Onbekende uitkomsten",
    "kanalen": "Kanalen",
    "bellen": "Mensen roepen",
    "schermen": "Schermen",
    "looptijd": "Looptijd",
    "foto": "Gewiste foto’s",
    "auditspoor": "Auditspoor",
    "schijf": "Schijf",
    "wal": "Schrijflogboek van de database",
    "reservekopie": "Reservekopie",
    "journaal": "Journaal van intrekkingen",
    "archief": "Archief van dossiers",
    "klok": "Klok",
}
EENHEDEN: Mapping[str, str] = {
    **dict.fromkeys(("bezorger", "wachtrij", "onbekend", "looptijd", "foto", "reservekopie", "klok"), "seconden"),
    **dict.fromkeys(("schijf", "wal"), "bytes"),
}
"""What a value counts; what is not in here counts things."""


@dataclass(frozen=True, slots=True)
class Punt:
    """One check: how it stands, in a sentence what that means and what to do, and the figure behind it.

    `waar`: machines and places on disk, which only an adviseur or beheerder reads.
    """

    naam: str
    stand: Stand
    uitleg: str
    waarde: float | None
    waar: str = ""

    def voor(self, wie: Wie) -> str:
        """The sentence as this person reads it."""
        return f"{self.uitleg} {self.waar}" if self.waar and wie.mag("adviseur") else self.uitleg

    @property
    def titel(self) -> str:
        """Its name as people read it."""
        return TITELS[self.naam]

    @property
    def eenheid(self) -> str:
        """What the value counts."""
        return EENHEDEN.get(self.naam, "aantal")


def age(moment: datetime | None, now: datetime) -> float:
    """Seconds since then, never negative; 0 without a moment."""
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def duur(seconds: float) -> str:
    """A length of time as people say it: seconds, then minutes, then hours."""
    if seconds < 120:
        return f"{round(seconds)} seconden"
    minutes = round(seconds / 60)
    return f"{minutes} minuten" if minutes < 120 else f"{minutes // 60} uur"


def omvang(size: int) -> str:
    """A size in MB or GB, with a comma."""
    amount, unit = (size / GB, "GB") if size >= GB else (size / MB, "MB")
    return f"{amount:.1f} {unit}".replace(".", ",")


def aantal(value: int, een: str, meer: str) -> str:
    """A count with the words that go with it."""
    return f"{value} {een if value == 1 else meer}"
