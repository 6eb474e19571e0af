"""Copies of the database without a face in them, and the return to one: *stil* until a person has looked.

After a restore nobody knows what the hub did since the copy. So nothing is placed, what was about to be placed is
looked up and never sent, people are shown nowhere until someone confirms, and the journal takes away again what was
taken away before.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.tables import ActieRij
from hub.acties.view import EINDE
from hub.delivery import afmelden, na_einde
from hub.delivery import store as delivery
from hub.delivery.tables import BezorgingRij
from hub.desk.beeindigen import REDENEN, Beeindigen
from hub.desk.journaal import INTREKKEN, Regel, afgemeld, beeindigd
from hub.desk.tables import ReservekopieRij
from hub.kanalen import abonnees, stops
from hub.kit import kopie, log
from hub.kit.clock import iso, nl_moment
from hub.kit.db import Db
from hub.kit.ids import row_id
from hub.kit.kopie import Kopie, KopieFout
from hub.toegang import audit
from hub.toegang.model import HUB

ZONDER = ("foto", "foto_sleutel", "sessie", "dossier", "idempotentie", "proces")
"""What is never in a copy: faces and their keys, who is logged in, sealed dossiers, and what only counts today."""
TERUGGEZET = "teruggezet"
"""The deed in the audit trail."""
OPGEZOCHT = "Teruggezet van een kopie: de hub zoekt op of dit bericht er staat."


@dataclass(frozen=True, slots=True)
class Stil:
    """What a restore put on hold: acties that wait for a person, posts that are looked up."""

    acties: int
    berichten: int


@dataclass(frozen=True, slots=True)
class Teruggespeeld:
    """What the journal took away again; `onbekend` are endings of acties that the copy does not know."""

    ingetrokken: tuple[str, ...]
    onbekend: tuple[Regel, ...]


def maak(db: Db, path: Path, now: datetime) -> Kopie:
    """A verified copy beside a hub that may be running, noted in its database; raises KopieFout."""
    if db.path is not None and path.resolve() == db.path.resolve():
        raise KopieFout("Dit is de database zelf. Kies een andere naam voor de kopie.")
    made = kopie.maak(db, path, now, zonder=ZONDER)
    row = ReservekopieRij(id=row_id(), op=now, bestand=path.name, bytes=made.bytes, rijen=made.totaal)
    db.write_sync(lambda session: session.add(row))
    return made


def zet_terug(db: Db, path: Path, now: datetime) -> tuple[Kopie, Stil]:
    """Fill an empty database from a copy and make the hub stil, in one transaction: all of it or nothing."""
    read = kopie.lees(path)
    if not kopie.leeg(db.engine):
        wat = (
            f"Zet {db.path.name} (met -wal en -shm) eerst opzij" if db.path else "Maak eerst een nieuwe, lege database"
        )
        raise KopieFout(f"De database is niet leeg. {wat}; terugzetten gaat nooit over iets heen.")
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            kopie.neem_in(path, read, connection)
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                held = maak_stil(session, read.op, now)
                session.commit()
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        finally:
            connection.rollback()
    return read, held


def maak_stil(session: Session, kopie_op: datetime, now: datetime) -> Stil:
    """Nothing is placed, nobody is shown and no clock starts anything until a person says so."""
    reden = f"Teruggezet van een kopie van {nl_moment(kopie_op)}. Kijk eerst wat er op de netwerken staat."
    stops.pull(session, reden, HUB.naam, now, naam=stops.STIL)
    _due_again(session, now)
    berichten = _look_up(session, now)
    session.execute(update(ActieRij).where(ActieRij.fase == "wacht-op-goedkeuring").values(vrij_op=None))
    lopend = [actie for actie in acties.find_many(session, fasen=("actief",), limit=100_000) if _person(session, actie)]
    for actie in lopend:
        same = ActieRij.id == actie.id
        session.execute(update(ActieRij).where(same).values(fase="wacht-op-goedkeuring", vrij_op=None))
        audit.write(session, wie=HUB.naam, deed="wacht op goedkeuring", now=now, actie_id=actie.id)
    details = {"kopie": iso(kopie_op), "acties": len(lopend), "berichten": berichten}
    audit.write(session, wie=HUB.naam, deed=TERUGGEZET, now=now, bijzonderheden=details)
    return Stil(len(lopend), berichten)


def _due_again(session: Session, now: datetime) -> None:
    """What changes or removes a known post is done again."""
    held = BezorgingRij.staat.in_(("geclaimd", "verzenden"))
    free = {"eigenaar": "", "fence": BezorgingRij.fence + 1, "klaar_op": now}
    session.execute(update(BezorgingRij).where(held, BezorgingRij.doet == "wijzigt").values(staat="wachtrij", **free))


def _look_up(session: Session, now: datetime, of: str | None = None) -> int:
    """What was to be placed (of all acties, or of one) may have been placed since the copy; returns how many."""
    waiting = [
        BezorgingRij.doet == "maakt",
        BezorgingRij.staat.in_(("wachtrij", "geclaimd", "verzenden", "geparkeerd")),
    ]
    if of is not None:
        waiting.append(BezorgingRij.actie_id == of)
    rows = session.scalars(select(BezorgingRij).where(*waiting)).all()
    for row in rows:
        row.staat, row.fout, row.eigenaar, row.fence, row.klaar_op = "onbekend", OPGEZOCHT, "", row.fence + 1, now
    session.flush()
    na_einde.look_up(session, of)
    return len(rows)


def _person(session: Session, actie: Actie) -> bool:
    """Whether someone can be recognised in it: by words, or by a photo that went out with a post."""
    if actie.type == "vermist-persoon" or actie.signalement or actie.persoon.leeftijd is not None:
        return True
    return any(row.beeld is not None and row.beeld.foto for row in delivery.of_actie(session, actie.id))


async def speel_terug(desk: Beeindigen) -> Teruggespeeld:
    """Withdraw every actie that the journal knows as ended and this database does not; again changes nothing.

    And forget every subscriber who stopped since the copy.
    """
    regels = desk.journaal.alles()
    over, gestopt = beeindigd(regels), afgemeld(regels)
    await desk.db.write(lambda s: _forget(s, gestopt))
    known = await desk.db.read(lambda s: {actie_id: acties.get(s, actie_id) for actie_id in over})
    done, unknown = [], []
    for actie_id, regel in over.items():
        actie = known[actie_id]
        if actie is None:
            unknown.append(regel)
        elif actie.fase not in EINDE or (regel.gebeurtenis == INTREKKEN and actie.fase != "ingetrokken"):
            # Its closing messages may be out already: look, do not send.
            reden = regel.reden if regel.reden in REDENEN else "anders"
            await desk.withdraw_again(actie_id, reden, partial(_look_up, of=actie_id))
            done.append(actie)
    codes = tuple(actie.code for actie in done)
    if codes or unknown:
        log.get("terugzetten").warning("journaal teruggespeeld", ingetrokken=codes, onbekend=len(unknown))
    return Teruggespeeld(codes, tuple(unknown))


def _forget(session: Session, gestopt: Collection[str]) -> None:
    for abonnee_id in abonnees.known(session, gestopt):
        afmelden.forget(session, abonnee_id)


async def is_stil(db: Db) -> bool:
    """Whether this hub was restored and nobody has said since that it may go on."""
    return await db.read(stops.stil)
