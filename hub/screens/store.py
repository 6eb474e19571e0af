"""Schermen in the database: registering them, what each has to show, and the proof that comes back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, insert, select, update
from sqlalchemy.orm import Session

from hub.acties.gemeenten import fold
from hub.content import ActieView, Plaats, Thema
from hub.kit.db import signal
from hub.kit.ids import row_id, token
from hub.kit.secrets import fingerprint
from hub.screens import rules
from hub.screens.model import NaamBezet, OnbekendScherm, Plaatsing, Scherm, SchermCijfers, SchermInvoer
from hub.screens.tables import SchermActieRij, SchermRij, VertoningRij


# -- schermen --------------------------------------------------------------------------------------------------
def create(
    session: Session,
    *,
    naam: str,
    gemeente: str,
    punt: tuple[float, float] | None,
    breedte: int,
    hoogte: int,
    soort: str,
    beheerder: str = "",
    echt: bool = False,
    thema: Thema = "gewoon",
    tweetalig: bool = False,
    vastgelegd: bool = False,
    now: datetime,
) -> tuple[Scherm, str]:
    """Register a scherm; the token is returned once and cannot be read back."""
    if session.scalar(select(SchermRij.id).where(SchermRij.naam == naam)):
        raise NaamBezet(f"Er is al een scherm met de naam {naam}. Kies een andere naam.")
    geheim = token()
    rij = SchermRij(
        id=row_id(),
        naam=naam,
        token_som=fingerprint(geheim),
        gemeente=gemeente,
        lat=punt[0] if punt else None,
        lon=punt[1] if punt else None,
        breedte=breedte,
        hoogte=hoogte,
        soort=soort,
        beheerder=beheerder,
        echt=echt,
        thema=thema,
        tweetalig=tweetalig,
        vastgelegd=vastgelegd,
        gemaakt_op=now,
    )
    session.add(rij)
    session.flush()
    signal(session, "scherm", rij.id)
    return _scherm(rij), geheim


def all(session: Session) -> list[Scherm]:
    """Every scherm, by name as people order names: databases disagree about capitals and accents."""
    rijen = session.execute(select(*SchermRij.__table__.columns))
    return sorted((_scherm(rij) for rij in rijen), key=lambda scherm: fold(scherm.naam))


def get(session: Session, scherm_id: str) -> Scherm | None:
    """One scherm."""
    rij = session.get(SchermRij, scherm_id)
    return _scherm(rij) if rij else None


def serving(session: Session, view: ActieView) -> list[Scherm]:
    """The schermen that show this actie, by `rules.serves`."""
    rijen = session.execute(select(*SchermRij.__table__.columns).where(SchermRij.aan))
    return [scherm for rij in rijen if rules.serves(scherm := _scherm(rij), view)]


def rotate(session: Session, scherm_id: str) -> str:
    """Give a scherm a new token; the old address answers not-found from this commit on."""
    geheim = token()
    rij = _rij(session, scherm_id)
    rij.token_som = fingerprint(geheim)
    rij.laatst_gezien = None
    signal(session, "scherm", scherm_id)
    return geheim


def switch(session: Session, scherm_id: str, aan: bool) -> None:
    """Switch a scherm on or off; one that is off shows the neutral picture."""
    _rij(session, scherm_id).aan = aan
    signal(session, "scherm", scherm_id)


def restyle(session: Session, scherm_id: str, thema: Thema, tweetalig: bool) -> None:
    """Give a scherm other colours, or its fixed words in English as well."""
    rij = _rij(session, scherm_id)
    rij.thema, rij.tweetalig = thema, tweetalig
    signal(session, "scherm", scherm_id)


def invite(session: Session, codes: Mapping[str, str]) -> None:
    """Give schermen that have none, by name, the short link for their poster at rest."""
    for rij in session.scalars(select(SchermRij).where(SchermRij.link_code == "")):
        if rij.naam in codes:
            rij.link_code = codes[rij.naam]
            signal(session, "scherm", rij.id)


def seen(session: Session, momenten: Mapping[str, datetime]) -> None:
    """Note when players were last heard of; no signal, because nothing they show changes."""
    for scherm_id, moment in momenten.items():
        session.execute(update(SchermRij).where(SchermRij.id == scherm_id).values(laatst_gezien=moment))


def housekeeping(session: Session, gezien: Mapping[str, datetime], klaar: Iterable[str]) -> None:
    """Keep when players were seen, and end closing messages; the signal gives those a newer serial."""
    seen(session, gezien)
    for scherm_id in klaar:
        signal(session, "scherm", scherm_id)


def tokens(session: Session, scherm_ids: Collection[str] | None = None) -> list[tuple[str, Scherm]]:
    """The fingerprint of each token with its scherm, for the board."""
    query = select(SchermRij)
    if scherm_ids is not None:
        query = query.where(SchermRij.id.in_(scherm_ids))
    return [(rij.token_som, _scherm(rij)) for rij in session.scalars(query)]


def provision(session: Session, wanted: Iterable[SchermInvoer], now: datetime) -> None:
    """Bring the schermen of config.yaml in; one that left the file is switched off, its address and proof stay."""
    rijen = {rij.naam: rij for rij in session.scalars(select(SchermRij))}
    names = set()
    for item in wanted:
        names.add(item.naam)
        rij = rijen.get(item.naam)
        if rij is None:
            create(session, **asdict(item), vastgelegd=True, now=now)
            continue
        before = _scherm(rij)
        rij.lat, rij.lon = item.punt or (None, None)
        rij.gemeente, rij.breedte, rij.hoogte, rij.soort = item.gemeente, item.breedte, item.hoogte, item.soort
        rij.beheerder, rij.echt, rij.aan, rij.vastgelegd = item.beheerder, item.echt, True, True
        rij.thema, rij.tweetalig = item.thema, item.tweetalig
        if _scherm(rij) != before:
            signal(session, "scherm", rij.id)
    for naam, rij in rijen.items():
        if rij.vastgelegd and rij.aan and naam not in names:
            switch(session, rij.id, False)


# -- what a scherm shows ---------------------------------------------------------------------------------------
def show(session: Session, actie_id: str, codes: Mapping[str, str], now: datetime) -> None:
    """Put an actie on schermen: by id of the scherm the short link for its QR code. Again changes nothing.

    In a few statements, not scherm by scherm: this runs inside the approval, and all kanalen wait for it.
    """
    rijen = select(SchermActieRij).where(SchermActieRij.actie_id == actie_id)
    bekend = {rij.scherm_id: rij for rij in session.scalars(rijen)}
    geraakt = [scherm_id for scherm_id in codes if scherm_id not in bekend]
    nieuw = [
        {"id": row_id(), "scherm_id": nieuw, "actie_id": actie_id, "link_code": codes[nieuw], "van_op": now}
        for nieuw in geraakt
    ]
    if nieuw:
        table: Table = SchermActieRij.__table__  # type: ignore[assignment]
        session.connection().execute(insert(table), nieuw)
    for scherm_id, rij in bekend.items():
        code = codes.get(scherm_id, rij.link_code)
        if scherm_id in codes and (rij.tot_op is not None or rij.link_code != code):
            rij.link_code = code
            rij.tot_op = rij.neutraal_op = rij.gemeld_op = None
            geraakt.append(scherm_id)
    if geraakt:
        signal(session, "plaatsing", actie_id)


def end(session: Session, actie_id: str, now: datetime, *, scherm_ids: Collection[str] | None = None) -> list[str]:
    """Take an actie off every scherm, or off some (its area became smaller); returns which ones had it."""
    waar = [SchermActieRij.actie_id == actie_id, SchermActieRij.tot_op.is_(None)]
    if scherm_ids is not None:
        waar.append(SchermActieRij.scherm_id.in_(scherm_ids))
    # In two statements, not row by row: this runs inside the withdrawal, and thousands of schermen wait for it.
    geraakt = list(session.scalars(select(SchermActieRij.scherm_id).where(*waar)))
    session.execute(update(SchermActieRij).where(*waar).values(tot_op=now))
    if geraakt:
        signal(session, "plaatsing", actie_id)
    return geraakt


def placements(
    session: Session,
    *,
    sinds: datetime,
    scherm_ids: Collection[str] | None = None,
    actie_ids: Collection[str] | None = None,
) -> list[Plaatsing]:
    """What runs on schermen and what ended after `sinds`, for the board; of all, of these schermen, or these acties."""
    rij = SchermActieRij
    # Plain tuples in the order of Plaatsing: thousands of them are read right after the commit of one actie.
    query = select(
        rij.scherm_id,
        rij.actie_id,
        rij.link_code,
        rij.van_op,
        rij.tot_op,
        rij.opgehaald_op,
        rij.neutraal_op,
        rij.gemeld_op,
    ).where((rij.tot_op.is_(None)) | (rij.tot_op > sinds))
    if scherm_ids is not None:
        query = query.where(rij.scherm_id.in_(scherm_ids))
    if actie_ids is not None:
        query = query.where(rij.actie_id.in_(actie_ids))
    return [Plaatsing(*row) for row in session.execute(query)]


# -- proof -----------------------------------------------------------------------------------------------------
def fetched(session: Session, paren: Collection[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Note that players (scherm, actie) are about to receive an actie; returns the pairs for which it still runs.

    To the others nothing may be sent.
    """
    kept: set[tuple[str, str]] = set()
    for actie_id in {actie_id for _, actie_id in paren}:
        loopt = (
            SchermActieRij.actie_id == actie_id,
            SchermActieRij.scherm_id.in_([scherm_id for scherm_id, about in paren if about == actie_id]),
            SchermActieRij.tot_op.is_(None),
        )
        kept |= {(scherm_id, actie_id) for scherm_id in session.scalars(select(SchermActieRij.scherm_id).where(*loopt))}
        eerste = update(SchermActieRij).where(*loopt, SchermActieRij.opgehaald_op.is_(None))
        session.execute(eerste.values(opgehaald_op=now), execution_options={"synchronize_session": False})
    return kept


def left(
    session: Session, items: Collection[tuple[str, str, bool]], now: datetime
) -> Collection[tuple[str, str, bool]]:
    """Note proof by players (scherm, actie, gemeld) that ended acties are gone.

    `gemeld`: the player reported something else; otherwise it fetched something else.
    """
    for actie_id, gemeld in {(actie_id, gemeld) for _, actie_id, gemeld in items}:
        kolom = SchermActieRij.gemeld_op if gemeld else SchermActieRij.neutraal_op
        session.execute(
            update(SchermActieRij)
            .where(
                SchermActieRij.actie_id == actie_id,
                SchermActieRij.scherm_id.in_([who for who, *what in items if what == [actie_id, gemeld]]),
                SchermActieRij.tot_op.is_not(None),
                kolom.is_(None),
            )
            .values({kolom: now}),
            execution_options={"synchronize_session": False},
        )
    return items


def played(
    session: Session,
    scherm_id: str,
    *,
    actie_id: str | None,
    render: str,
    begin_op: datetime,
    seconden: int,
    bron: str,
) -> None:
    """Keep one proof of play; the same report sent twice counts once."""
    dubbel = session.scalar(
        select(VertoningRij.id).where(
            VertoningRij.scherm_id == scherm_id,
            VertoningRij.render == render,
            VertoningRij.begin_op == begin_op,
        )
    )
    if dubbel is None:
        session.add(
            VertoningRij(
                id=row_id(),
                scherm_id=scherm_id,
                actie_id=actie_id,
                render=render,
                begin_op=begin_op,
                seconden=seconden,
                bron=bron,
            )
        )
        session.flush()


def plaatsen(session: Session, actie_id: str, *, now: datetime, lease_seconden: int) -> list[Plaats]:
    """The receipt: one line per scherm that had the actie, by name."""
    return [
        rules.plaats(scherm, plaatsing, now=now, lease_seconden=lease_seconden)
        for scherm, plaatsing in _of_actie(session, actie_id)
    ]


def figures(session: Session, actie_id: str) -> list[SchermCijfers]:
    """Per scherm: when it showed the actie, how fast it went dark, and the proofs of play."""
    geteld = {
        scherm_id: (int(aantal), int(seconden))
        for scherm_id, aantal, seconden in session.execute(
            select(VertoningRij.scherm_id, func.count(), func.coalesce(func.sum(VertoningRij.seconden), 0))
            .where(VertoningRij.actie_id == actie_id)
            .group_by(VertoningRij.scherm_id)
        )
    }
    return [_cijfers(scherm, item, geteld.get(scherm.id, (0, 0))) for scherm, item in _of_actie(session, actie_id)]


def _of_actie(session: Session, actie_id: str) -> list[tuple[Scherm, Plaatsing]]:
    rijen = session.execute(
        select(SchermRij, SchermActieRij)
        .join(SchermActieRij, SchermActieRij.scherm_id == SchermRij.id)
        .where(SchermActieRij.actie_id == actie_id)
    )
    found = [(_scherm(scherm), _plaatsing(plaatsing)) for scherm, plaatsing in rijen]
    return sorted(found, key=lambda pair: fold(pair[0].naam))


def _cijfers(scherm: Scherm, item: Plaatsing, geteld: tuple[int, int]) -> SchermCijfers:
    donker = item.verlaten_op - item.tot_op if item.verlaten_op and item.tot_op and item.opgehaald_op else None
    return SchermCijfers(
        scherm_id=scherm.id,
        scherm=scherm.naam,
        link_code=item.link_code,
        van_op=item.van_op,
        tot_op=item.tot_op,
        opgehaald_op=item.opgehaald_op,
        donker_na=donker.total_seconds() if donker is not None else None,
        vertoningen=geteld[0],
        seconden=geteld[1],
    )


def _rij(session: Session, scherm_id: str) -> SchermRij:
    rij = session.get(SchermRij, scherm_id)
    if rij is None:
        raise OnbekendScherm("Dit scherm bestaat niet (meer).")
    return rij


def _scherm(rij: SchermRij | Row[Any]) -> Scherm:
    return Scherm(
        id=rij.id,
        naam=rij.naam,
        gemeente=rij.gemeente,
        punt=(rij.lat, rij.lon) if rij.lat is not None and rij.lon is not None else None,
        breedte=rij.breedte,
        hoogte=rij.hoogte,
        soort=rij.soort,
        beheerder=rij.beheerder,
        echt=rij.echt,
        aan=rij.aan,
        vastgelegd=rij.vastgelegd,
        gemaakt_op=rij.gemaakt_op,
        laatst_gezien=rij.laatst_gezien,
        thema=rij.thema,
        tweetalig=rij.tweetalig,
        link_code=rij.link_code,
    )


def _plaatsing(rij: SchermActieRij) -> Plaatsing:
    return Plaatsing(
        scherm_id=rij.scherm_id,
        actie_id=rij.actie_id,
        link_code=rij.link_code,
        van_op=rij.van_op,
        tot_op=rij.tot_op,
        opgehaald_op=rij.opgehaald_op,
        neutraal_op=rij.neutraal_op,
        gemeld_op=rij.gemeld_op,
    )
