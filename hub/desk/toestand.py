"""How the hub itself is doing: what is measured, and per check whether that is goed, let-op or alarm and what to do.

`opnemen` measures once. `beoordeel` judges frozen figures and nothing else, so that a test can turn every knob.
Nothing here names an actie, kanaal or scherm, but for a kanaal that config.yaml names to ring people: everyone who
may log in may read it, whatever their region.
"""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from hub.acties.tables import ActieRij, FotoWegRij
from hub.delivery.rules import STATEN, VERDWENEN
from hub.delivery.tables import BezorgingRij
from hub.desk import belstand, bewaarstand
from hub.desk.belstand import Belfout
from hub.desk.bewaarstand import Bewaarcijfers
from hub.desk.punten import MB, SCHIJF_ALARM, SCHIJF_LET_OP, Punt, Stand, aantal, age, duur, omvang
from hub.kanalen.stops import Stop, stopped
from hub.kanalen.tables import KanaalRij
from hub.kit.clock import nl_moment
from hub.kit.config import Config
from hub.kit.db import DatabaseError, Db, Signaal
from hub.screens.tables import SchermActieRij, SchermRij
from hub.toegang import audit

SCHRIJF_WACHT = 1.0
"""Seconds in which a small transaction must be through; longer means that something holds the database."""
SCHERM_STIL = timedelta(minutes=15)
AUDIT_REGELS = 1000
GRENZEN: Mapping[str, tuple[float, float]] = {
    "bezorger": (2.5, 5.0),
    "wachtrij": (5.0, 30.0),
    "onbekend": (0.0, 300.0),
    "looptijd": (10.0, 30.0),
    "foto": (10.0, 60.0),
    "wal": (64 * MB, 512 * MB),
}
"""Above the first figure a check asks for attention, above the second it is an alarm."""
INTREKKING_MAX = 10.0
NIET_KLAAR = ("bezorger", "database")
"""Alarms that mean that this hub can do no work at all."""


@dataclass(frozen=True, slots=True)
class Cijfers:
    """What the database says. A moment is that of the oldest of its kind; None when there is none."""

    bezorgingen: Mapping[str, int]
    wachtend_sinds: datetime | None = None
    onbekend_sinds: datetime | None = None
    intrekkingen_open: int = 0
    intrekking_sinds: datetime | None = None
    stop: Stop | None = None
    gepauzeerd: int = 0
    stilgezet: int = 0
    zonder_toegang: int = 0
    gewaarschuwd: int = 0
    schermen: int = 0
    schermen_stil: int = 0
    over_looptijd: int = 0
    over_sinds: datetime | None = None
    foto_sinds: datetime | None = None
    audit_breuk: int | None = None


@dataclass(frozen=True, slots=True)
class Meting:
    """Everything that is judged. `bezorger_stil`: seconds since the worker's last round, None when it never ran."""

    op: datetime
    cijfers: Cijfers
    schrijfbaar: bool
    bezorger_stil: float | None
    schijf_vrij: int
    wal: int
    bewaren: Bewaarcijfers
    stil: tuple[Belfout, ...] = ()
    belt: int = 0


@dataclass(frozen=True, slots=True)
class Toestand:
    """All checks at one moment, alarms first."""

    meting: Meting
    punten: tuple[Punt, ...]

    @property
    def alarmen(self) -> int:
        """How many checks are an alarm."""
        return sum(punt.stand == "alarm" for punt in self.punten)

    @property
    def stand(self) -> Stand:
        """The worst of all checks."""
        return self.punten[0].stand


async def opnemen(
    db: Db,
    config: Config,
    now: datetime,
    bezorger_stil: float | None,
    handmatig: Callable[[str], bool] = lambda netwerk: False,
) -> Toestand:
    """Measure and judge now. `handmatig` says of a netwerk whether people keep it by hand."""

    def look(session: Session) -> tuple[Cijfers, int, int, Bewaarcijfers, tuple[Belfout, ...]]:
        stil = belstand.silent(config, belstand.known(session), handmatig)
        return lees(session, now), _free(db.path), _wal(db.path), bewaarstand.lees(db, session, config, now), stil

    cijfers, vrij, wal, bewaren, stil = await db.read(look)
    belt = len(config.bezorging.bel_kanalen)
    meting = Meting(now, cijfers, await schrijfbaar(db), bezorger_stil, vrij, wal, bewaren, stil, belt)
    return Toestand(meting, beoordeel(meting))


async def schrijfbaar(db: Db, wacht: float = SCHRIJF_WACHT) -> bool:
    """Whether a transaction goes through in time."""
    try:
        async with asyncio.timeout(wacht):
            await db.write(_touch)
    except (TimeoutError, SQLAlchemyError, DatabaseError):
        return False
    return True


def _touch(session: Session) -> None:
    """Write a row and take it back: what changes nothing never reaches the disk, and a full one goes unnoticed."""
    serial = session.scalar(insert(Signaal).values(onderwerp="proef", sleutel="").returning(Signaal.serial))
    session.execute(delete(Signaal).where(Signaal.serial == serial))


def niet_klaar(bezorger_stil: float | None, schrijft: bool) -> list[str]:
    """Names of the alarms for which traffic should go elsewhere; empty when this hub can work."""
    return [punt.naam for punt in (_bezorger(bezorger_stil), _database(schrijft)) if punt.stand == "alarm"]


# -- measuring -------------------------------------------------------------------------------------------------
def lees(session: Session, now: datetime) -> Cijfers:
    """All figures from the database, each by one short query."""
    rij = BezorgingRij
    staten = dict(session.execute(select(rij.staat, func.count()).group_by(rij.staat)).all())
    open_weg, weg_sinds = session.execute(select(func.count(), func.min(rij.gemaakt_op)).where(_must_go())).one()
    over, over_sinds = session.execute(
        select(func.count(), func.min(ActieRij.eindigt_op)).where(ActieRij.fase == "actief", ActieRij.eindigt_op <= now)
    ).one()
    schermen = _schermen()
    gezien = func.coalesce(SchermRij.laatst_gezien, SchermActieRij.van_op)
    return Cijfers(
        bezorgingen={staat: staten.get(staat, 0) for staat in STATEN},
        wachtend_sinds=_waiting_since(session, now),
        onbekend_sinds=session.scalar(
            select(func.min(func.coalesce(rij.gestart_op, rij.gemaakt_op))).where(rij.staat == "onbekend")
        ),
        stop=stopped(session),
        stilgezet=_kanalen_waar(session, KanaalRij.gestopt != ""),
        intrekkingen_open=open_weg,
        intrekking_sinds=weg_sinds,
        gepauzeerd=_kanalen_waar(session, KanaalRij.gepauzeerd != ""),
        zonder_toegang=_kanalen_waar(session, and_(KanaalRij.gepauzeerd == "", KanaalRij.mist != "")),
        gewaarschuwd=_kanalen_waar(session, KanaalRij.waarschuwing != ""),
        schermen=session.scalar(schermen) or 0,
        schermen_stil=session.scalar(schermen.where(gezien < now - SCHERM_STIL)) or 0,
        over_looptijd=over,
        over_sinds=over_sinds,
        foto_sinds=session.scalar(select(func.min(FotoWegRij.gewist_op)).where(FotoWegRij.schijf_leeg_op.is_(None))),
        audit_breuk=audit.first_broken(session, laatste=AUDIT_REGELS),
    )


def _kanalen_waar(session: Session, waar: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(KanaalRij).where(KanaalRij.aan, waar)) or 0


def _must_go() -> ColumnElement[bool]:
    """A removal that is not done; and, as a last guard, a post of a withdrawn actie that no removal is about."""
    rij, weg = BezorgingRij, aliased(BezorgingRij)
    removal = and_(rij.soort == "intrekken", rij.staat.not_in(("verzonden", "vervallen")))
    forgotten = and_(
        rij.soort.in_(("publiceren", "corrigeren")),
        rij.doet == "maakt",
        rij.staat.not_in(VERDWENEN),
        rij.actie_id.in_(select(ActieRij.id).where(ActieRij.fase == "ingetrokken")),
        ~exists().where(weg.actie_id == rij.actie_id, weg.soort == "intrekken", weg.van_id == rij.id),
    )
    return or_(removal, forgotten)


def _waiting_since(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest due row waits, of those that no other call for the same post holds up."""
    rij, buur = BezorgingRij, aliased(BezorgingRij)
    held = exists().where(
        buur.actie_id == rij.actie_id,
        buur.kanaal == rij.kanaal,
        buur.doel == rij.doel,
        buur.id != rij.id,
        buur.staat.in_(("geclaimd", "verzenden", "onbekend")),
    )
    return session.scalar(
        select(func.min(rij.klaar_op)).where(rij.staat.in_(("wachtrij", "geclaimd")), rij.klaar_op <= now, ~held)
    )


def _schermen() -> Select[int]:
    """Counts the schermen that are on and have a running actie on them."""
    return (
        select(func.count(SchermRij.id.distinct()))
        .join(SchermActieRij, SchermActieRij.scherm_id == SchermRij.id)
        .join(ActieRij, ActieRij.id == SchermActieRij.actie_id)
        .where(SchermRij.aan, SchermActieRij.tot_op.is_(None), ActieRij.fase == "actief")
    )


def _free(path: Path | None) -> int:
    """Room where the database is; with one on another machine, where the hub itself keeps its files."""
    return shutil.disk_usage(path.parent if path else Path.cwd()).free


def _wal(path: Path | None) -> int:
    log = Path(f"{path}-wal")
    return log.stat().st_size if path and log.exists() else 0


# -- judging ---------------------------------------------------------------------------------------------------
def beoordeel(meting: Meting) -> tuple[Punt, ...]:
    """Every check, alarms first and then what asks for attention."""
    cijfers, now = meting.cijfers, meting.op
    punten = (
        _noodstop(cijfers.stop),
        _bezorger(meting.bezorger_stil),
        _database(meting.schrijfbaar),
        _intrekkingen(cijfers, now),
        _wachtrij(age(cijfers.wachtend_sinds, now)),
        _onbekend(cijfers, now),
        _kanalen(cijfers),
        belstand.beoordeel(meting.stil, meting.belt),
        _schermen_stil(cijfers),
        _looptijd(cijfers, now),
        _foto(age(cijfers.foto_sinds, now)),
        _auditspoor(cijfers.audit_breuk),
        _schijf(meting.schijf_vrij),
        _wal_grootte(meting.wal),
        *bewaarstand.beoordeel(meting.bewaren, now),
    )
    return tuple(sorted(punten, key=lambda punt: ("alarm", "let-op", "goed").index(punt.stand)))


def _noodstop(stop: Stop | None) -> Punt:
    if stop is None:
        return Punt("noodstop", "goed", "De hub mag plaatsen en wijzigen.", 0)
    wat = f"De hub staat stil sinds {nl_moment(stop.op)}: {stop.reden} ({stop.door})."
    return Punt("noodstop", "alarm", f"{wat} Er wordt niets geplaatst of gewijzigd; weghalen gaat door.", 1)


def _bezorger(stil: float | None) -> Punt:
    doe = "Er gaat niets uit en er wordt niets weggehaald. Start de hub opnieuw en kijk in zijn log."
    if stil is None:
        return Punt("bezorger", "alarm", f"De bezorger is nog niet begonnen. {doe}", None)
    stand = _stand("bezorger", stil)
    if stand == "goed":
        return Punt("bezorger", stand, "De bezorger werkt.", stil)
    wat = f"De bezorger gaf {duur(stil)} geen teken van leven."
    wacht = "Kijk of dit vanzelf overgaat; de machine is misschien druk."
    return Punt("bezorger", stand, f"{wat} {doe if stand == 'alarm' else wacht}", stil)


def _database(schrijft: bool) -> Punt:
    if schrijft:
        return Punt("database", "goed", "De database slaat op.", 1)
    return Punt(
        "database",
        "alarm",
        "De database slaat niets op. Kijk of de schijf vol of alleen-lezen is, en of een ander programma het bestand "
        "vasthoudt.",
        0,
    )


def _intrekkingen(cijfers: Cijfers, now: datetime) -> Punt:
    open_weg, oud = cijfers.intrekkingen_open, age(cijfers.intrekking_sinds, now)
    if not open_weg:
        return Punt("intrekkingen", "goed", "Er staat geen bericht meer dat weg moet.", 0)
    hoeveel = aantal(open_weg, "bericht moet", "berichten moeten")
    if oud <= INTREKKING_MAX:
        return Punt("intrekkingen", "goed", f"{hoeveel} nog weg. De hub is ermee bezig.", open_weg)
    wat = f"{hoeveel} nog weg, de oudste al {duur(oud)}."
    return Punt("intrekkingen", "alarm", f"{wat} Open Taken, of haal het bericht zelf weg op het netwerk.", open_weg)


def _wachtrij(oud: float) -> Punt:
    stand = _stand("wachtrij", oud)
    if stand == "goed":
        return Punt("wachtrij", stand, "Wat aan de beurt is, gaat meteen uit.", oud)
    wat = f"De oudste bezorging wacht al {duur(oud)} op haar beurt."
    return Punt("wachtrij", stand, f"{wat} Kijk bij Kanalen welk netwerk traag is, en of de bezorger werkt.", oud)


def _onbekend(cijfers: Cijfers, now: datetime) -> Punt:
    oud = age(cijfers.onbekend_sinds, now)
    if cijfers.onbekend_sinds is None:
        return Punt("onbekend", "goed", "Van elk bericht is bekend of het er staat.", 0)
    wat = f"Van een bericht is al {duur(oud)} niet bekend of het er staat."
    if _stand("onbekend", oud) == "alarm":
        return Punt("onbekend", "alarm", f"{wat} Kijk op het netwerk en antwoord bij Taken.", oud)
    return Punt("onbekend", "let-op", f"{wat} De hub zoekt het op; u kunt ook zelf antwoorden bij Taken.", oud)


def _kanalen(cijfers: Cijfers) -> Punt:
    gepauzeerd, stilgezet = cijfers.gepauzeerd, cijfers.stilgezet
    stil = f"{aantal(stilgezet, 'kanaal is', 'kanalen zijn')} stilgezet: daar wordt niets geplaatst of gewijzigd."
    if gepauzeerd:
        wat = f"{aantal(gepauzeerd, 'kanaal is', 'kanalen zijn')} gepauzeerd: het netwerk laat de hub niet meer toe."
        doe = "Vul bij Kanalen een nieuwe sleutel of een nieuw wachtwoord in."
        return Punt("kanalen", "alarm", f"{wat} {doe}{f' {stil}' if stilgezet else ''}", gepauzeerd)
    if dicht := cijfers.zonder_toegang:
        wat = f"{aantal(dicht, 'kanaal laat', 'kanalen laten')} de hub nu niet plaatsen."
        return Punt("kanalen", "alarm", f"{wat} Kijk bij Kanalen wat er mist.{f' {stil}' if stilgezet else ''}", dicht)
    if stilgezet:
        return Punt("kanalen", "let-op", f"{stil} Geef het bij Kanalen vrij als dat weer kan.", stilgezet)
    if straks := cijfers.gewaarschuwd:
        wat = f"{aantal(straks, 'kanaal stopt', 'kanalen stoppen')} binnenkort met werken als niemand iets doet."
        return Punt("kanalen", "let-op", f"{wat} Kijk bij Kanalen wat er nodig is.", straks)
    return Punt("kanalen", "goed", "Geen kanaal is gepauzeerd of stilgezet.", 0)


def _schermen_stil(cijfers: Cijfers) -> Punt:
    stil = cijfers.schermen_stil
    if not stil:
        wat = (
            "Geen scherm met een actie is al een kwartier stil."
            if cijfers.schermen
            else "Op geen scherm staat nu een actie."
        )
        return Punt("schermen", "goed", wat, 0)
    stand: Stand = "alarm" if stil == cijfers.schermen else "let-op"
    wat = f"{stil} van de {aantal(cijfers.schermen, 'scherm', 'schermen')} met een actie is al een kwartier stil."
    return Punt("schermen", stand, f"{wat} Kijk bij Schermen welke, en bel de beheerder.", stil)


def _looptijd(cijfers: Cijfers, now: datetime) -> Punt:
    oud = age(cijfers.over_sinds, now)
    stand = _stand("looptijd", oud)
    if stand == "goed":
        return Punt("looptijd", stand, "Geen actie loopt langer dan afgesproken.", oud)
    wat = f"{aantal(cijfers.over_looptijd, 'actie loopt', 'acties lopen')} al {duur(oud)} te lang."
    return Punt("looptijd", stand, f"{wat} Sluit zelf af bij Acties, en start de hub opnieuw als dit blijft.", oud)


def _foto(oud: float) -> Punt:
    stand = _stand("foto", oud)
    if stand == "goed":
        return Punt("foto", stand, "Gewiste foto’s zijn ook van de schijf, of gaan daar nu af.", oud)
    wat = f"Een gewiste foto staat na {duur(oud)} nog versleuteld op de schijf."
    doe = "Iets leest langdurig in de database: sluit andere programma’s die het bestand open hebben."
    return Punt("foto", stand, f"{wat} {doe}", oud)


def _auditspoor(breuk: int | None) -> Punt:
    if breuk is None:
        return Punt(
            "auditspoor", "goed", f"De laatste {AUDIT_REGELS} regels van het auditspoor sluiten op elkaar aan.", 0
        )
    wat = f"Regel {breuk} van het auditspoor klopt niet met de regel ervoor: er is iets in veranderd."
    return Punt(
        "auditspoor", "alarm", f"{wat} Meld dit als beveiligingsincident en bewaar een kopie van de database.", 1
    )


def _schijf(vrij: int) -> Punt:
    if vrij >= SCHIJF_LET_OP:
        return Punt("schijf", "goed", f"Er is {omvang(vrij)} vrij.", vrij)
    stand: Stand = "alarm" if vrij < SCHIJF_ALARM else "let-op"
    doe = "Maak ruimte op de schijf van de database; als die vol is, slaat de hub niets meer op."
    return Punt("schijf", stand, f"Er is nog {omvang(vrij)} vrij. {doe}", vrij)


def _wal_grootte(wal: int) -> Punt:
    stand = _stand("wal", wal)
    if stand == "goed":
        return Punt("wal", stand, f"Het schrijflogboek is {omvang(wal)}.", wal)
    doe = "Iets leest langdurig in de database: sluit andere programma’s die het bestand open hebben."
    return Punt("wal", stand, f"Het schrijflogboek is gegroeid tot {omvang(wal)}. {doe}", wal)


def _stand(naam: str, waarde: float) -> Stand:
    let_op, alarm = GRENZEN[naam]
    return "alarm" if waarde > alarm else "let-op" if waarde > let_op else "goed"
