"""Kanalen and schermen that config.yaml lays down, brought into the database at every start."""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Config
from hub.kit.config import Kanaal as KanaalInstelling
from hub.kit.secrets import Vault
from hub.screens import store as screens


def provision(session: Session, vault: Vault, config: Config, now: datetime) -> None:
    """Apply the kanalen and schermen of the configuration; what left the file is switched off, not deleted."""
    kanalen.provision(session, vault, [as_input(item) for item in config.kanalen], now)
    known = {scherm.naam for scherm in screens.all(session)}
    for item in config.schermen:
        if item.naam not in known:
            screens.create(
                session,
                naam=item.naam,
                gemeente=item.gemeente,
                punt=(item.lat, item.lon) if item.lat is not None and item.lon is not None else None,
                breedte=item.breedte,
                hoogte=item.hoogte,
                soort=item.soort,
                beheerder=item.beheerder,
                echt=item.echt and not config.voorbeeld,
                vastgelegd=True,
                now=now,
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
        vastgelegd=True,
    )
