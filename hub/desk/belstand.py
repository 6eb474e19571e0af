"""Whether the kanalen that must ring people can do so: a name that is wrong would else show at the first alarm."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from hub.desk.punten import Punt, aantal
from hub.kanalen import store
from hub.kit.config import Config


class Belkanaal(NamedTuple):
    """What decides whether a kanaal can ring."""

    netwerk: str
    aan: bool
    echt: bool
    gepauzeerd: bool


@dataclass(frozen=True, slots=True)
class Belfout:
    """A name in `bezorging.bel_kanalen` that rings nobody; `regel` is its line in config.yaml, 0 when unknown."""

    naam: str
    regel: int
    reden: str

    @property
    def zin(self) -> str:
        """What is wrong, with the setting to look at."""
        return f"`bezorging.bel_kanalen` noemt ‘{self.naam}’, maar dat kanaal {self.reden}."


def known(session: Session) -> dict[str, Belkanaal]:
    """Every kanaal of this hub."""
    found = store.every(session)
    return {item.naam: Belkanaal(item.netwerk, item.aan, item.echt, bool(item.gepauzeerd)) for item in found}


def silent(config: Config, kanalen: Mapping[str, Belkanaal], handmatig: Callable[[str], bool]) -> tuple[Belfout, ...]:
    """Those that cannot ring, in the order of the setting."""
    faults = []
    for number, naam in enumerate(config.bezorging.bel_kanalen):
        line = config.bel_regels[number] if number < len(config.bel_regels) else 0
        if reden := _why(kanalen.get(naam), handmatig, config.voorbeeld):
            faults.append(Belfout(naam, line, reden))
    return tuple(faults)


def _why(kanaal: Belkanaal | None, handmatig: Callable[[str], bool], voorbeeld: bool) -> str:
    if kanaal is None:
        return "bestaat niet"
    if not kanaal.aan:
        return "staat uit"
    if handmatig(kanaal.netwerk):
        return "wordt met de hand bijgehouden en kan niemand roepen"
    if kanaal.gepauzeerd:
        return "wacht zelf op een nieuwe sleutel of een nieuw wachtwoord"
    if not kanaal.echt and not voorbeeld:
        return "is een oefenkanaal en roept niemand bij een echte actie"
    return ""


def beoordeel(faults: Sequence[Belfout], ingesteld: int) -> Punt:
    """The check: nobody hears of it when ringing fails, so each that cannot is an alarm."""
    if faults:
        wat = " ".join(
            f"{fault.zin[:-1]}{f' (config.yaml, regel {fault.regel})' * (fault.regel > 0)}." for fault in faults
        )
        return Punt("bellen", "alarm", f"{wat} Verbeter de naam, of het kanaal zelf bij Kanalen.", len(faults))
    if not ingesteld:
        return Punt("bellen", "goed", "Er is geen kanaal ingesteld dat mensen roept; de pagina Taken doet dat wel.", 0)
    return Punt("bellen", "goed", f"{aantal(ingesteld, 'kanaal kan', 'kanalen kunnen')} mensen roepen.", 0)
