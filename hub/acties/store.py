"""Acties in the database: make, read, move through the phases, new versies, and what is due."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from hub.acties import gemeenten
from hub.acties.foto_store import (
    SLEUTELTABEL,
    add_foto,
    disk_dirty,
    erase_fotos,
    foto_gone,
    foto_public,
    fotos_of,
    load_fotos,
    note_disk_clean,
)
from hub.acties.model import LOPEND, Actie, FotoInfo, Invoer, Persoon
from hub.acties.rules import NietMogelijk, foto_uploaden, is_minderjarig, next_fase
from hub.acties.tables import ActieRij, FotoRij, VersieRij
from hub.acties.validation import LOOPTIJD_MAX, cleaned
from hub.content import Cirkel
from hub.kit.db import signal
from hub.kit.ids import ALPHABET, row_id

__all__ = [
    "SLEUTELTABEL",
    "KenmerkLoopt",
    "add_foto",
    "add_versie",
    "by_code",
    "create",
    "disk_dirty",
    "due_to_end",
    "due_to_release",
    "erase_person",
    "extend",
    "find_many",
    "foto_gone",
    "foto_public",
    "get",
    "load_fotos",
    "newest",
    "note_disk_clean",
    "release",
    "set_fase",
    "writers",
]

CODE_LENGTH = 6
WIJZIGBAAR = ("titel", "bericht", "signalement", "laatst_gezien", "persoon", "gemeenten", "cirkel", "kanalen")
"""What a new versie can change; soort, type and niveau decide who may see it and stay."""


class KenmerkLoopt(Exception):
    """An actie with this kenmerk has not ended yet; `actie_id` is that actie."""

    def __init__(self, actie_id: str) -> None:
        super().__init__("Er loopt al een actie met dit kenmerk.")
        self.actie_id = actie_id


# -- making ----------------------------------------------------------------------------------------
def create(
    session: Session,
    invoer: Invoer,
    *,
    wie: str,
    now: datetime,
    bron: str = "hub",
    actie_id: str | None = None,
    code: str | None = None,
) -> Actie:
    """Store a new actie as a concept with its first versie; raises KenmerkLoopt if the kenmerk is taken.

    `actie_id` and `code` are given where the posts were composed before this transaction.
    """
    invoer = cleaned(invoer)
    if (taken := session.scalar(_RUNNING, {"kenmerk": invoer.kenmerk})) is not None:
        raise KenmerkLoopt(taken)
    gemeente = gemeenten.find(invoer.gemeente)
    row = ActieRij(
        id=actie_id or row_id(),
        code=code or _free_code(session),
        nummer=(session.scalar(_HIGHEST) or 0) + 1,
        kenmerk=invoer.kenmerk,
        soort=invoer.soort,
        type=invoer.type,
        niveau=invoer.niveau,
        gemeente=invoer.gemeente,
        veiligheidsregio=gemeente.veiligheidsregio if gemeente else "",
        oefening=invoer.oefening,
        fase="concept",
        versie=1,
        looptijd_minuten=invoer.looptijd_minuten,
        bron=bron,
        gemaakt_door=wie,
        goedgekeurd_door="",
        gemaakt_op=now,
        reden="",
    )
    session.add(row)
    session.flush()
    versie = _versie_row(row.id, 1, invoer, wie=wie, now=now, reden="")
    session.add(versie)
    _tell(session, row.id)
    return _actie(row, versie, None)


def add_versie(
    session: Session, actie_id: str, wijziging: Mapping[str, Any], *, wie: str, now: datetime, reden: str
) -> Actie:
    """Store a correction as a new versie; an empty `wijziging` is one with the same words (a new photo).

    A correction that makes the photo forbidden (the person turns out to be a child, in a local actie) erases it.
    """
    if unknown := sorted(set(wijziging) - set(WIJZIGBAAR)):
        raise ValueError(f"Een versie kan dit niet wijzigen: {', '.join(unknown)}.")
    row = _row(session, actie_id)
    if row.fase not in LOPEND:
        raise NietMogelijk("Deze actie is voorbij en kan niet meer worden gewijzigd.")
    invoer = cleaned(replace(_required(session, actie_id).as_invoer(), **wijziging))
    row.versie += 1
    session.add(_versie_row(actie_id, row.versie, invoer, wie=wie, now=now, reden=reden))
    minor = is_minderjarig(row.type, invoer.persoon)
    if not foto_uploaden(niveau=row.niveau, type=row.type, minderjarig=minor, toestemming=True).mag:
        erase_fotos(session, actie_id, now=now)
    return _changed(session, actie_id)


# -- phases ----------------------------------------------------------------------------------------
def set_fase(
    session: Session,
    actie_id: str,
    event: str,
    *,
    now: datetime,
    wie: str = "",
    reden: str = "",
    vrij_op: datetime | None = None,
) -> Actie:
    """Move an actie along the table of phases; raises NietMogelijk. Releasing starts the looptijd.

    Withdrawing what has been withdrawn changes nothing, so that the first moment and reason stay on record.
    """
    row = _row(session, actie_id)
    target = next_fase(row.fase, event)
    if row.fase == target:
        return _required(session, actie_id)
    if event == "vragen":
        row.vrij_op = vrij_op
    elif event == "vrijgeven":
        _start(row, wie, now)
    else:
        row.beeindigd_op, row.reden = now, reden or ("verlopen" if event == "verlopen" else "")
    row.fase = target
    return _changed(session, actie_id)


def release(session: Session, actie: Actie, *, wie: str, now: datetime) -> Actie:
    """As `set_fase` with `vrijgeven`, of an actie as this transaction just read or made it; it is not read again."""
    row = _row(session, actie.id)
    row.fase = next_fase(row.fase, "vrijgeven")
    _start(row, wie, now)
    _tell(session, actie.id)
    return replace(actie, **{name: getattr(row, name) for name in _SAME})


def _start(row: ActieRij, wie: str, now: datetime) -> None:
    row.goedgekeurd_door, row.vrij_op = wie, None
    # What ran before a restore and is confirmed keeps its first moment.
    row.gestart_op = row.gestart_op or now
    row.eindigt_op = now + timedelta(minutes=row.looptijd_minuten)
    row.belicht_op = None


def extend(session: Session, actie_id: str, minuten: int, now: datetime) -> Actie:
    """Let a running actie run longer, counted from its planned end; raises NietMogelijk."""
    row = _row(session, actie_id)
    if row.fase != "actief" or row.eindigt_op is None or row.eindigt_op <= now:
        raise NietMogelijk("Alleen een actie die loopt kan worden verlengd.")
    if minuten < 1 or row.looptijd_minuten + minuten > LOOPTIJD_MAX:
        raise NietMogelijk(f"De looptijd blijft onder de {LOOPTIJD_MAX} minuten (een week). Kies minder minuten.")
    row.looptijd_minuten += minuten
    row.eindigt_op += timedelta(minutes=minuten)
    row.herinnerd_op = None
    return _changed(session, actie_id)


def erase_person(session: Session, actie_id: str, *, slottekst: str, now: datetime) -> list[str]:
    """Erase photo, key and every word about a person in all versies; returns the hashes of the photos."""
    for versie in session.scalars(select(VersieRij).where(VersieRij.actie_id == actie_id)):
        versie.titel = versie.bericht = versie.signalement = versie.laatst_gezien = versie.reden = ""
        versie.leeftijd = None
        versie.slottekst = slottekst
    gone = erase_fotos(session, actie_id, now=now)
    _changed(session, actie_id)
    return gone


# -- reading ---------------------------------------------------------------------------------------
def get(session: Session, actie_id: str) -> Actie | None:
    """The actie with its newest versie."""
    return next(iter(_load(session, _BY_ID, {"id": actie_id})), None)


def newest(session: Session, ids: Collection[str]) -> dict[str, int]:
    """The newest versie of each of these acties that may still be shown; those that ended are not in it."""
    rows = session.execute(select(ActieRij.id, ActieRij.versie).where(ActieRij.id.in_(ids), ActieRij.fase.in_(LOPEND)))
    return {actie_id: versie for actie_id, versie in rows}


def by_code(session: Session, code: str) -> Actie | None:
    """The actie of this marker."""
    return next(iter(_load(session, _newest().where(ActieRij.code == code))), None)


def writers(session: Session, actie_id: str) -> frozenset[str]:
    """Everyone whose words or photo this actie may hold: all who made one of its versies, or put the photo in."""
    words = session.scalars(select(VersieRij.gemaakt_door).where(VersieRij.actie_id == actie_id))
    photos = session.scalars(select(FotoRij.toestemming_door).where(FotoRij.actie_id == actie_id))
    return frozenset([*words, *photos]) - {""}


def find_many(
    session: Session,
    *,
    fasen: Sequence[str] | None = None,
    oefening: bool | None = None,
    gemeente: str | None = None,
    veiligheidsregios: Sequence[str] | None = None,
    limit: int = 200,
) -> list[Actie]:
    """Acties, newest first; None leaves a circumstance open, an empty sequence matches nothing."""
    query = _newest().order_by(ActieRij.nummer.desc()).limit(limit)
    if fasen is not None:
        query = query.where(ActieRij.fase.in_(fasen))
    if oefening is not None:
        query = query.where(ActieRij.oefening.is_(oefening))
    if gemeente is not None:
        query = query.where(ActieRij.gemeente == gemeente)
    if veiligheidsregios is not None:
        query = query.where(ActieRij.veiligheidsregio.in_(veiligheidsregios))
    return _load(session, query)


def due_to_end(session: Session, now: datetime) -> list[Actie]:
    """Acties that run, or wait to run on after a restore, and whose looptijd is over."""
    running = ActieRij.fase.in_(("actief", "wacht-op-goedkeuring"))
    return _load(session, _newest().where(running, ActieRij.eindigt_op <= now))


def ending(session: Session, voor: datetime, *, ook_herinnerd: bool = True) -> list[Actie]:
    """Running acties that end before this moment, the first to end first."""
    query = _newest().where(ActieRij.fase == "actief", ActieRij.eindigt_op <= voor).order_by(ActieRij.eindigt_op)
    if not ook_herinnerd:
        query = query.where(ActieRij.herinnerd_op.is_(None))
    return _load(session, query)


def note_reminded(session: Session, actie_id: str, now: datetime) -> None:
    """People hear now that this actie is about to end; an extension wipes this out."""
    _row(session, actie_id).herinnerd_op = now


def note_lit(session: Session, actie_id: str, now: datetime) -> None:
    """The actie stands on its schermen since now."""
    _row(session, actie_id).belicht_op = now


def is_lit(session: Session, actie_id: str) -> bool:
    """Whether the actie was put on its schermen since it last started."""
    return _row(session, actie_id).belicht_op is not None


def due_to_light(session: Session) -> list[str]:
    """Running acties that were not put on their schermen yet."""
    return list(session.scalars(select(ActieRij.id).where(ActieRij.fase == "actief", ActieRij.belicht_op.is_(None))))


def due_to_release(session: Session, now: datetime) -> list[Actie]:
    """Acties whose bedenktijd is over. Four eyes have no moment: they wait for a person."""
    return _load(session, _newest().where(ActieRij.fase == "wacht-op-goedkeuring", ActieRij.vrij_op <= now))


# -- rows ------------------------------------------------------------------------------------------
def _newest() -> Select[ActieRij, VersieRij]:
    same = (VersieRij.actie_id == ActieRij.id) & (VersieRij.versie == ActieRij.versie)
    return select(ActieRij, VersieRij).join(VersieRij, same)


def _load(
    session: Session, query: Select[ActieRij, VersieRij], values: Mapping[str, str] = MappingProxyType({})
) -> list[Actie]:
    rows = session.execute(query, values).all()
    fotos = fotos_of(session, [row.id for row, _ in rows])
    return [_actie(row, versie, fotos.get(row.id)) for row, versie in rows]


# Made once, because making a query takes longer than asking it.
_RUNNING = select(ActieRij.id).where(ActieRij.kenmerk == bindparam("kenmerk"), ActieRij.fase.in_(LOPEND))
_HIGHEST = select(func.max(ActieRij.nummer))
_BY_ID = _newest().where(ActieRij.id == bindparam("id"))


def _row(session: Session, actie_id: str) -> ActieRij:
    row = session.get(ActieRij, actie_id)
    if row is None:
        raise LookupError(f"Er is geen actie {actie_id}.")
    return row


def _required(session: Session, actie_id: str) -> Actie:
    actie = get(session, actie_id)
    if actie is None:
        raise LookupError(f"Er is geen actie {actie_id}.")
    return actie


def _changed(session: Session, actie_id: str) -> Actie:
    _tell(session, actie_id)
    return _required(session, actie_id)


def _tell(session: Session, actie_id: str) -> None:
    session.flush()
    signal(session, "actie", actie_id)


def _free_code(session: Session) -> str:
    """A marker nobody has: short enough to print in every post, and one in a billion to guess."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if session.scalar(select(ActieRij.id).where(ActieRij.code == code)) is None:
            return code


def _versie_row(actie_id: str, nummer: int, invoer: Invoer, *, wie: str, now: datetime, reden: str) -> VersieRij:
    cirkel = invoer.cirkel
    return VersieRij(
        id=row_id(),
        actie_id=actie_id,
        versie=nummer,
        titel=invoer.titel,
        bericht=invoer.bericht,
        signalement=invoer.signalement,
        laatst_gezien=invoer.laatst_gezien,
        leeftijd=invoer.persoon.leeftijd,
        minderjarig=invoer.persoon.minderjarig,
        gemeenten=",".join(invoer.gemeenten),
        lat=cirkel.lat if cirkel else None,
        lon=cirkel.lon if cirkel else None,
        straal_meters=cirkel.straal_meters if cirkel else None,
        kanalen=None if invoer.kanalen is None else ",".join(invoer.kanalen),
        slottekst="",
        reden=reden,
        gemaakt_door=wie,
        gemaakt_op=now,
    )


_SAME = [f.name for f in fields(Actie) if f.name in ActieRij.__table__.columns]
_WORDS = ("titel", "bericht", "signalement", "laatst_gezien", "slottekst")


def _actie(row: ActieRij, versie: VersieRij, foto: FotoInfo | None) -> Actie:
    cirkel = None
    if versie.lat is not None and versie.lon is not None and versie.straal_meters is not None:
        cirkel = Cirkel(versie.lat, versie.lon, versie.straal_meters)
    values: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    values |= {name: getattr(versie, name) for name in _WORDS}
    return Actie(
        **values,
        versie_door=versie.gemaakt_door,
        persoon=Persoon(versie.leeftijd, versie.minderjarig),
        gemeenten=_split(versie.gemeenten),
        cirkel=cirkel,
        kanalen=None if versie.kanalen is None else _split(versie.kanalen),
        foto=foto,
    )


def _split(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.split(",") if part)
