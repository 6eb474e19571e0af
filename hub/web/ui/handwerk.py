"""What the pages of tasks share: how a kanaal that people keep is reached, and the picture that goes with a task."""

from dataclasses import dataclass

from fastapi.responses import Response
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.view import EINDE
from hub.delivery.model import Bezorging
from hub.delivery.sending import GoneAway
from hub.desk.errors import NietGevonden
from hub.kanalen import store as kanalen
from hub.web.deps import Deps


@dataclass(frozen=True, slots=True)
class Hand:
    """A kanaal that people keep: the address that opens it and the name of its app."""

    adres: str
    app: str


def hand_of(session: Session, deps: Deps, naam: str) -> Hand | None:
    """How people reach this kanaal; None where the hub posts, because such a setting may be a secret there."""
    kanaal = kanalen.get(session, naam)
    kind = deps.registry.load(kanaal.netwerk) if kanaal is not None else None
    if kind is None or not getattr(kind, "handmatig", False):
        return None
    given = kanalen.settings_of(session, deps.vault, naam)
    filled = {setting.naam: given.get(setting.naam) or setting.standaard for setting in kind.SETTINGS}
    return Hand(filled.get("adres", ""), filled.get("app", ""))


async def picture(deps: Deps, row: Bezorging, actie: Actie) -> Response:
    """The picture of a task, as policy made it; 410 once the actie ended, because a face may be on it."""
    headers = {"Cache-Control": "no-store"}
    if actie.fase in EINDE and row.soort != "sluiten":
        return Response("Deze afbeelding is ingetrokken.", 410, headers, "text/plain")
    if row.beeld is None or row.soort == "intrekken":
        raise NietGevonden("Bij deze taak hoort geen afbeelding.")
    try:
        image = await deps.beeld(row)
        now = await deps.db.read(lambda s: acties.get(s, actie.id))
        if row.soort != "sluiten" and (now is None or now.fase in EINDE):
            raise GoneAway("De actie eindigde terwijl de afbeelding werd getekend.")
    except GoneAway:
        return Response("Deze afbeelding is ingetrokken.", 410, headers, "text/plain")
    if image is None:
        raise NietGevonden("Bij deze taak hoort geen afbeelding.")
    return Response(image.data, 200, headers, image.media_type)
