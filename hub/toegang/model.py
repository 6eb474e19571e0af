"""Who does something: a name, a role and the regions that role is limited to."""

from dataclasses import dataclass
from typing import Literal

Rol = Literal["beheerder", "meldkamer", "adviseur", "gemeente", "lezer"]

ROLLEN: dict[str, str] = {
    "beheerder": "Installeert en bewaakt de hub; mag alles.",
    "meldkamer": "Start, wijzigt, trekt in en sluit acties; noteert reacties en uitkomsten.",
    "adviseur": "Beheert kanalen, schermen en teksten; zet buurtonderzoek en preventie uit.",
    "gemeente": "Zet preventie uit in de eigen gemeente.",
    "lezer": "Leest acties, cijfers en rapporten.",
}

MAG: dict[str, tuple[str, ...]] = {
    "lezer": ("lezer", "gemeente", "adviseur", "meldkamer", "beheerder"),
    "gemeente": ("gemeente", "adviseur", "meldkamer", "beheerder"),
    "adviseur": ("adviseur", "beheerder"),
    "meldkamer": ("meldkamer", "beheerder"),
    "acties": ("gemeente", "meldkamer", "adviseur", "beheerder"),
    "noodstop": ("meldkamer", "adviseur", "beheerder"),
    "taken": ("meldkamer", "adviseur", "beheerder"),
    "modereren": ("meldkamer", "adviseur", "beheerder"),
    "beheerder": ("beheerder",),
}
"""For each right the roles that have it.

`noodstop` = may stop the hub or a kanaal (not let it go on); `taken` = may place and take away by hand, and say what
stands on a netwerk; `modereren` = may hide replies of citizens; `acties` = may start an actie of a soort that fits
the role.
"""

SOORTEN_VAN_ROL: dict[str, tuple[str, ...]] = {
    "beheerder": ("tijdkritisch", "buurtonderzoek", "preventie", "alarmering"),
    "meldkamer": ("tijdkritisch", "buurtonderzoek", "preventie", "alarmering"),
    "adviseur": ("buurtonderzoek", "preventie"),
    "gemeente": ("preventie",),
    "lezer": (),
}


@dataclass(frozen=True, slots=True)
class Wie:
    """The person or key behind a request. `regios`: CBS codes or veiligheidsregio codes; empty = everywhere."""

    naam: str
    rol: str
    regios: tuple[str, ...] = ()

    def mag(self, recht: str) -> bool:
        """Whether this role has the right."""
        return self.rol in MAG[recht]

    def mag_soort(self, soort: str) -> bool:
        """Whether this role may start an actie of this soort."""
        return soort in SOORTEN_VAN_ROL.get(self.rol, ())

    def mag_gebied(self, gemeente: str, veiligheidsregio: str) -> bool:
        """Whether this gemeente lies within the regions of this person. A gemeente without any has none."""
        if not self.regios:
            return self.rol != "gemeente"
        return gemeente in self.regios or veiligheidsregio in self.regios


HUB = Wie("hub", "beheerder")
"""The hub itself: what happens by the clock."""
