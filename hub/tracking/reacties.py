"""Reacties and the outcome: that somebody responded, by which route and when; never what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, insert, literal_column, select
from sqlalchemy.orm import Session

from hub.acties.model import BRONNEN, ROUTES
from hub.kit.ids import row_id
from hub.tracking.tables import ReactieRij, UitkomstRij

UITKOMSTEN: Final = {
    "gevonden": "Gevonden",
    "aangehouden": "Aangehouden",
    "ingetrokken": "Ingetrokken",
    "geen": "Geen resultaat",
}
DANKZIJ: Final = {"ja": "Ja", "nee": "Nee", "onbekend": "Onbekend"}


class OngeldigeReactie(Exception):
    """A value that does not exist here; `fouten` are (veld, Dutch sentence) for all of them at once."""

    def __init__(self, fouten: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(melding for _, melding in fouten))
        self.fouten = fouten


@dataclass(frozen=True, slots=True)
class Antwoord:
    """A reply on a netwerk: where, which one and when. What it says is nowhere in the hub."""

    id: str
    kanaal: str
    ref: str
    op: datetime
    verborgen_op: datetime | None


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """What came of an actie: found, thanks to a burger, by which route (the three questions at the close)."""

    actie_id: str
    uitkomst: str
    dankzij_burger: str = "onbekend"
    route: str = ""
    kanaal: str = ""
    succes_portaal: bool = False
    gevonden_op: datetime | None = None
    gemeld_door: str = ""
    gemeld_op: datetime | None = None


def note_reactie(
    session: Session,
    *,
    actie_id: str,
    route: str,
    bron: str = "onbekend",
    kanaal: str = "",
    link_code: str = "",
    ref: str = "",
    wie: str = "",
    now: datetime,
) -> str:
    """Keep one reactie and return its id; the same `ref` on a kanaal is one reactie to an actie."""
    fouten = _choice("route", route, ROUTES) + _choice("bron", bron, BRONNEN)
    if fouten:
        raise OngeldigeReactie(fouten)
    if ref:
        known = select(ReactieRij.id).where(*_with_ref(actie_id, kanaal), ReactieRij.ref == ref)
        if (earlier := session.scalars(known).first()) is not None:
            return earlier
    row = ReactieRij(
        id=row_id(),
        actie_id=actie_id,
        route=route,
        bron=bron,
        kanaal=kanaal,
        link_code=link_code,
        ref=ref,
        genoteerd_door=wie,
        op=now,
    )
    session.add(row)
    session.flush()
    return row.id


def unknown(session: Session, actie_id: str, kanaal: str, replies: Mapping[str, datetime]) -> dict[str, datetime]:
    """Which of these replies on a kanaal, by their `ref`, are no reactie to this actie yet."""
    known = set(session.scalars(select(ReactieRij.ref).where(*_with_ref(actie_id, kanaal))))
    return {ref: op for ref, op in replies.items() if ref not in known}


def note_replies(session: Session, actie_id: str, kanaal: str, bron: str, replies: Mapping[str, datetime]) -> None:
    """Keep some hundreds of replies on a netwerk in one go, by their `ref`; those that are there already stay."""
    there = select(ReactieRij.ref).where(*_with_ref(actie_id, kanaal), ReactieRij.ref.in_(replies))
    known = set(session.scalars(there))
    vast = {"actie_id": actie_id, "route": "messenger", "bron": bron, "kanaal": kanaal}
    if new := [{"id": row_id(), "ref": ref, "op": op, **vast} for ref, op in replies.items() if ref not in known]:
        session.execute(insert(ReactieRij), new)


def _with_ref(actie_id: str, kanaal: str) -> tuple[ColumnElement[bool], ...]:
    # The last of these word for word as in the partial index: without it SQLite reads every reactie to the actie.
    return ReactieRij.actie_id == actie_id, ReactieRij.kanaal == kanaal, ReactieRij.ref != literal_column("''")


def antwoorden(session: Session, actie_id: str, limit: int = 200) -> list[Antwoord]:
    """The replies on netwerken to one actie, newest first."""
    rows = session.scalars(
        select(ReactieRij)
        .where(ReactieRij.actie_id == actie_id, ReactieRij.ref != "", ReactieRij.kanaal != "")
        .order_by(ReactieRij.op.desc(), ReactieRij.id)
        .limit(limit)
    )
    return [_antwoord(row) for row in rows]


def antwoord(session: Session, actie_id: str, reactie_id: str) -> Antwoord | None:
    """One reply to this actie; None when there is none, or when its reference was purged."""
    row = session.get(ReactieRij, reactie_id)
    return _antwoord(row) if row is not None and row.actie_id == actie_id and row.ref else None


def note_hidden(session: Session, reactie_id: str, now: datetime) -> None:
    """The netwerk hid this reply for us."""
    session.get_one(ReactieRij, reactie_id).verborgen_op = now


def _antwoord(row: ReactieRij) -> Antwoord:
    return Antwoord(row.id, row.kanaal, row.ref, row.op, row.verborgen_op)


def set_uitkomst(session: Session, uitkomst: Uitkomst, *, wie: str, now: datetime) -> Uitkomst | None:
    """Keep the outcome, also long after the close, and return what it was before (for the audit line)."""
    fouten = _choice("uitkomst", uitkomst.uitkomst, UITKOMSTEN)
    fouten += _choice("dankzijBurger", uitkomst.dankzij_burger, DANKZIJ)
    if uitkomst.route:
        fouten += _choice("route", uitkomst.route, ROUTES)
    if fouten:
        raise OngeldigeReactie(fouten)
    before = get_uitkomst(session, uitkomst.actie_id)
    session.merge(
        UitkomstRij(
            actie_id=uitkomst.actie_id,
            uitkomst=uitkomst.uitkomst,
            dankzij_burger=uitkomst.dankzij_burger,
            route=uitkomst.route,
            kanaal=uitkomst.kanaal,
            succes_portaal=uitkomst.succes_portaal,
            gevonden_op=uitkomst.gevonden_op,
            gemeld_door=wie,
            gemeld_op=now,
        )
    )
    session.flush()
    return before


def get_uitkomst(session: Session, actie_id: str) -> Uitkomst | None:
    """What came of this actie; None while nobody has said."""
    row = session.get(UitkomstRij, actie_id)
    if row is None:
        return None
    return Uitkomst(
        actie_id=row.actie_id,
        uitkomst=row.uitkomst,
        dankzij_burger=row.dankzij_burger,
        route=row.route,
        kanaal=row.kanaal,
        succes_portaal=row.succes_portaal,
        gevonden_op=row.gevonden_op,
        gemeld_door=row.gemeld_door,
        gemeld_op=row.gemeld_op,
    )


def _choice(veld: str, waarde: str, mogelijk: Mapping[str, str]) -> list[tuple[str, str]]:
    namen = list(mogelijk)
    return [] if waarde in namen else [(veld, f"‘{waarde}’ bestaat niet; kies uit {', '.join(namen)}.")]
