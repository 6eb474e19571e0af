"""What someone may see: acties within the own regions; anything else does not exist for them."""

from collections.abc import Sequence

from hub.acties import gemeenten, store
from hub.acties.model import Actie
from hub.desk.errors import NietGevonden
from hub.toegang.model import Wie
from hub.web.deps import Deps

RUIM = 5000
"""How many acties are read before the regions of a person are matched."""
VOORAF = ("concept", "wacht-op-goedkeuring")
"""The phases in which nobody outside sees an actie yet, or until someone has looked again."""


def visible(actie: Actie, wie: Wie) -> bool:
    """Whether this actie lies within the regions of who asks."""
    return wie.mag_gebied(actie.gemeente, actie.veiligheidsregio)


def may_preview(actie: Actie, wie: Wie) -> bool:
    """Whether who asks may see pictures of this actie: before it goes out, only who may start acties."""
    return actie.fase not in VOORAF or wie.mag("acties")


def in_own_area(gemeente: str, wie: Wie) -> bool:
    """Whether this gemeente lies within the regions of who asks."""
    found = gemeenten.find(gemeente)
    return wie.mag_gebied(gemeente, found.veiligheidsregio if found else "")


async def need_actie(hub: Deps, actie_id: str, wie: Wie) -> Actie:
    """The actie; raises NietGevonden when it does not exist or lies outside the regions of who asks."""
    actie = await hub.db.read(lambda s: store.get(s, actie_id))
    if actie is None or not visible(actie, wie):
        raise NietGevonden("Deze actie bestaat niet.")
    return actie


async def acties_of(
    hub: Deps,
    wie: Wie,
    *,
    fasen: Sequence[str] | None = None,
    gemeente: str | None = None,
    oefening: bool | None = None,
    limiet: int = 200,
) -> list[Actie]:
    """The acties someone may see, newest first."""
    # Regions may be gemeenten and veiligheidsregio's; they are matched here, after a wider read.
    wide = RUIM if wie.regios else limiet
    found = await hub.db.read(
        lambda s: store.find_many(s, fasen=fasen, oefening=oefening, gemeente=gemeente, limit=wide)
    )
    return [item for item in found if visible(item, wie)][:limiet]
