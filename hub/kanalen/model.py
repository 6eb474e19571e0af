"""A kanaal as the rest of the hub sees it: one account on one netwerk, without its credentials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.content import ActieView
from hub.kanalen.gezondheid import Controle
from hub.kanalen.rules import Rem


@dataclass(frozen=True, slots=True)
class Kanaal:
    """`gebied`: CBS codes it serves (empty = everywhere); `gepauzeerd`: why it waits for a person, or empty.

    `rem`: what holds its posts up besides that. `stilte`: its quiet hours, or empty. `waarschuwing`: what will stop it
    soon, as noted at the last round of the clock.
    """

    naam: str
    netwerk: str
    gebied: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    niveaus: tuple[str, ...] = ()
    foto: bool = False
    echt: bool = False
    aan: bool = True
    automatisch: bool = True
    vastgelegd: bool = False
    gepauzeerd: str = ""
    laatste_succes: datetime | None = None
    laatste_fout: str = ""
    laatste_fout_op: datetime | None = None
    rem: Rem = field(default_factory=Rem)
    stilte: str = ""
    controle: Controle = field(default_factory=Controle)
    waarschuwing: str = ""

    def serves(self, view: ActieView) -> bool:
        """Whether this kanaal is on and meant for this actie: its area, type and niveau all fit."""
        if not self.aan:
            return False
        if self.types and view.type not in self.types:
            return False
        if self.niveaus and view.niveau not in self.niveaus:
            return False
        if not self.gebied or view.niveau == "landelijk":
            return True
        return bool(set(self.gebied) & {view.gemeente, *view.gemeenten})


@dataclass(frozen=True, slots=True)
class KanaalInvoer:
    """What is filled in for a new or changed kanaal; `instellingen` holds secrets in clear, only in memory."""

    naam: str
    netwerk: str
    instellingen: Mapping[str, str] = field(default_factory=dict)
    gebied: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    niveaus: tuple[str, ...] = ()
    foto: bool = False
    echt: bool = False
    aan: bool = True
    automatisch: bool = True
    vastgelegd: bool = False
    stilte: str = ""
