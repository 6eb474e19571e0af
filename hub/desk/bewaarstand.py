"""How well the hub keeps what must be kept: the age of the copy, the journal, the archive, and the clock."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.desk.punten import SCHIJF_ALARM, SCHIJF_LET_OP, Punt, Stand, aantal, age, duur, omvang
from hub.desk.tables import DossierRij, ReservekopieRij
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.processen import alive
from hub.toegang.tables import AuditRij

KLOK_LET_OP, KLOK_ALARM = 2.0, 10.0
"""Seconds that the clock of this machine may differ from what the database knows."""


class Schrijver(NamedTuple):
    """A process that lives, and where it writes what was taken away."""

    machine: str
    pid: int
    bestand: str


@dataclass(frozen=True, slots=True)
class Bewaarcijfers:
    """What is judged. `kopie_sinds`: the last copy, or without one the oldest actie; None when nothing is kept yet.

    `archief_vrij` is None without an archive folder, and 0 for a folder that cannot be used.
    """

    kopie_sinds: datetime | None
    kopie_gemaakt: bool
    kopie_max: timedelta
    journaal: bool
    journalen: tuple[Schrijver, ...]
    archief_vrij: int | None
    dossiers: int
    dossier_fout: str
    klok_verschil: float


def lees(db: Db, session: Session, config: Config, now: datetime) -> Bewaarcijfers:
    """Measure: some short queries and a look at two folders."""
    kopie = session.scalar(select(func.max(ReservekopieRij.op)))
    oudste = session.scalar(select(func.min(ActieRij.gemaakt_op)))
    wachtend, fout = session.execute(select(func.count(), func.max(DossierRij.fout)).select_from(DossierRij)).one()
    archief = config.bewaren.dossier_map
    return Bewaarcijfers(
        kopie_sinds=kopie or oudste,
        kopie_gemaakt=kopie is not None,
        kopie_max=timedelta(hours=config.bewaren.reservekopie_uren),
        journaal=_can_append(config.pad(config.bewaren.journaal)),
        journalen=tuple(Schrijver(row.machine, row.pid, row.journaal) for row in alive(db, session, now)),
        archief_vrij=_room(config.pad(archief)) if archief else None,
        dossiers=wachtend,
        dossier_fout=fout or "",
        klok_verschil=_skew(db, session, now),
    )


def _can_append(path: Path) -> bool:
    """Whether a line could be added now; the journal itself makes the folder with its first line."""
    if path.exists():
        return path.is_file() and os.access(path, os.W_OK)
    folder = next((parent for parent in path.parents if parent.exists()), path)
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _room(path: Path) -> int:
    try:
        return shutil.disk_usage(path).free if os.access(path, os.W_OK | os.X_OK) else 0
    except OSError:
        return 0


def _skew(db: Db, session: Session, now: datetime) -> float:
    """How far this clock is beside that of the database, or behind what was written last."""
    beside = abs((db.now(session, now) - now).total_seconds())
    newest = session.scalar(select(AuditRij.op).order_by(AuditRij.nr.desc()).limit(1))
    return max(beside, (newest - now).total_seconds() if newest else 0.0)


def beoordeel(cijfers: Bewaarcijfers, now: datetime) -> tuple[Punt, ...]:
    """The checks."""
    return (_kopie(cijfers, now), _journaal(cijfers), _archief(cijfers), _klok(cijfers.klok_verschil))


def _kopie(cijfers: Bewaarcijfers, now: datetime) -> Punt:
    oud = age(cijfers.kopie_sinds, now)
    if cijfers.kopie_sinds is None:
        return Punt("reservekopie", "goed", "Er is nog niets om een reservekopie van te maken.", 0)
    if oud <= cijfers.kopie_max.total_seconds():
        wat = f"De laatste reservekopie is {duur(oud)} oud." if cijfers.kopie_gemaakt else "De eerste moet nog komen."
        return Punt("reservekopie", "goed", wat, oud)
    stand: Stand = "alarm" if oud > 2 * cijfers.kopie_max.total_seconds() else "let-op"
    wat = f"De laatste reservekopie is {duur(oud)} oud." if cijfers.kopie_gemaakt else "Er is nog geen reservekopie."
    return Punt("reservekopie", stand, f"{wat} Draai `hub backup`, en kijk waarom dat niet vanzelf gebeurde.", oud)


def _journaal(cijfers: Bewaarcijfers) -> Punt:
    if cijfers.journaal:
        where = "; ".join(f"{who.machine}, proces {who.pid}: {who.bestand}" for who in cijfers.journalen)
        wat = "Elke intrekking komt ook buiten de database te staan."
        if len({who.machine for who in cijfers.journalen}) > 1:
            wat += " Staat dit bestand per machine? Verzamel ze dan voordat u een reservekopie terugzet."
        return Punt("journaal", "goed", wat, 1, where and f"Hier: {where}.")
    return Punt(
        "journaal",
        "alarm",
        "Intrekkingen komen niet in het journaal: het bestand is niet te schrijven. Intrekken zelf werkt wel. "
        "Kijk naar `bewaren.journaal` in config.yaml.",
        0,
    )


def _archief(cijfers: Bewaarcijfers) -> Punt:
    vrij, wachtend = cijfers.archief_vrij, cijfers.dossiers
    wachten = f"{aantal(wachtend, 'dossier wacht', 'dossiers wachten')}."
    if cijfers.dossier_fout or (wachtend and not vrij):
        fout = cijfers.dossier_fout or "de map is niet te gebruiken"
        uitleg = f"{wachten} Opslaan lukt niet: {fout}. Maak de map, maak ruimte, of geef de hub er rechten."
        return Punt("archief", "alarm", uitleg, wachtend)
    if vrij is None:
        return Punt("archief", "goed", "Er is geen archief ingesteld; na een actie blijft alleen het bewijs.", 0)
    if vrij < SCHIJF_LET_OP:
        stand: Stand = "alarm" if vrij < SCHIJF_ALARM else "let-op"
        return Punt("archief", stand, f"Bij het archief is nog {omvang(vrij)} vrij. Maak ruimte.", wachtend)
    return Punt("archief", "goed", wachten if wachtend else "Elk dossier staat in het archief.", wachtend)


def _klok(verschil: float) -> Punt:
    if verschil <= KLOK_LET_OP:
        return Punt("klok", "goed", "De klok van deze machine loopt gelijk.", verschil)
    stand: Stand = "alarm" if verschil > KLOK_ALARM else "let-op"
    wat = f"De klok van deze machine loopt {duur(verschil)} anders dan de database."
    return Punt("klok", stand, f"{wat} Zet de klok gelijk, bij voorkeur met een tijdserver.", verschil)
