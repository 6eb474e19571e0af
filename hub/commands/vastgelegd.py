"""Kanalen and schermen that config.yaml lays down, brought into the database at every start."""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.desk.desk import Desk
from hub.desk.schermen import invite, light_up
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Kanaal as KanaalInstelling
from hub.kit.config import Scherm as SchermInstelling
from hub.screens import store as screens
from hub.screens.model import SchermInvoer


def provision(session: Session, desk: Desk, now: datetime) -> None:
    """Apply the kanalen and schermen of the configuration; what left the file is switched off, not deleted.

    A scherm that comes in while acties run lights up in the same transaction.
    """
    kanalen.provision(session, desk.vault, [as_input(item) for item in desk.config.kanalen], now)
    screens.provision(session, [as_scherm(item) for item in desk.config.schermen], now)
    invite(desk, session)
    for scherm in screens.all(session):
        if scherm.vastgelegd and scherm.aan:
            light_up(desk, session, scherm)


def as_scherm(item: SchermInstelling) -> SchermInvoer:
    """A scherm from the configuration as the screens slice takes it."""
    return SchermInvoer(
        naam=item.naam,
        gemeente=item.gemeente,
        punt=(item.lat, item.lon) if item.lat is not None and item.lon is not None else None,
        breedte=item.breedte,
        hoogte=item.hoogte,
        soort=item.soort,
        beheerder=item.beheerder,
        echt=item.echt,
        thema=item.thema,
        tweetalig=item.tweetalig,
    )


def as_input(item: KanaalInstelling) -> KanaalInvoer:
    """A kanaal from the configuration as the kanalen slice takes it."""
    return KanaalInvoer(
        naam=item.naam,
        netwerk=item.netwerk,
        instellingen=item.instellingen,
        gebied=item.gemeenten,
        types=item.types,
        niveaus=item.niveaus,
        foto=item.foto,
        echt=item.echt,
        aan=item.aan,
        automatisch=item.automatisch,
        stilte=item.stilte,
        vastgelegd=True,
    )
