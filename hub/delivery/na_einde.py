"""What the end of an actie means for the posts at its subscribers: a few statements for hundreds at a time.

It comes after the transaction that ended the actie, so that the dark schermen wait for no subscriber, and is read from
what that left behind. How far it came stands with the actie: whoever finds it unfinished goes on there.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    String,
    Table,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.acties.model import Actie
from hub.acties.tables import ActieRij
from hub.delivery import store
from hub.delivery.rules import VERDWENEN, next_state, priority
from hub.delivery.tables import BezorgingRij
from hub.kit.db import signal
from hub.kit.ids import row_id

PORTIE = 500
"""Subscribers per transaction: few enough that a withdrawal elsewhere does not wait for it."""
BEEINDIGD = "De actie is beëindigd."
NIEUWER_SLOT = "Een nieuwer slotbericht gaat voor."
_RIJ: Table = BezorgingRij.__table__  # type: ignore[assignment]
_INSERT = {
    "sqlite": sqlite.insert(_RIJ).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_RIJ).on_conflict_do_nothing(),
}
_TOEVAL = {
    "sqlite": func.lower(func.hex(func.randomblob(16))),
    "postgresql": func.replace(cast(func.gen_random_uuid(), String), "-", ""),
}
"""32 random characters, other ones in each row."""
_ZELFDE = ("actie_id", "versie", "kanaal", "doel", "oefening", "marker")


def begin(session: Session, actie: Actie) -> list[str]:
    """In the transaction that ends an actie: its subscribers are still to be dealt with; the kanalen that have any."""
    eigen, abonnee = _RIJ.alias(), _RIJ.alias()
    same = and_(abonnee.c.actie_id == actie.id, abonnee.c.kanaal == eigen.c.kanaal, abonnee.c.doel > "")
    served = select(abonnee.c.id).where(same, abonnee.c.versie.in_(range(1, actie.versie + 1))).exists()
    mine = select(eigen.c.kanaal).distinct().where(eigen.c.actie_id == actie.id, eigen.c.doel == "", served)
    found = list(session.scalars(mine))
    if found:
        left = {"abonnees_na": "", "abonnees_opzoeken": False}
        session.execute(update(ActieRij).where(ActieRij.id == actie.id).values(left))
    return found


def look_up(session: Session, of: str | None = None) -> None:
    """After a restore: the subscribers of what had ended (all of it, or one actie) may have its closing message."""
    mine = [ActieRij.abonnees_na.is_not(None), *([ActieRij.id == of] if of is not None else [])]
    session.execute(update(ActieRij).where(*mine).values(abonnees_opzoeken=True))


def unfinished(session: Session) -> list[str]:
    """The acties that ended and of which subscribers are still to be dealt with."""
    return list(session.scalars(select(ActieRij.id).where(ActieRij.abonnees_na.is_not(None))))


def portion(session: Session, actie: Actie, neutraal: str, now: datetime) -> bool:
    """Deal with the next subscribers; False when that were all. `neutraal`: what takes the place of the words."""
    row = session.get(ActieRij, actie.id)
    if row is None or row.abonnees_na is None:
        return False
    mine, doel = _RIJ.c.actie_id == actie.id, _RIJ.c.doel
    following = select(doel).where(mine, doel > row.abonnees_na).distinct().order_by(doel).limit(PORTIE).subquery()
    last = session.scalar(select(func.max(following.c.doel)))
    if last is not None:
        these = and_(mine, doel > row.abonnees_na, doel <= last)
        _take_back(session, actie, these, neutraal, now, "onbekend" if row.abonnees_opzoeken else "wachtrij")
        signal(session, "bezorging", actie.id)
    row.abonnees_na = last
    return last is not None


def _take_back(
    session: Session, actie: Actie, these: ColumnElement[bool], neutraal: str, now: datetime, slot_staat: str
) -> None:
    """For these subscribers what the ending itself did for the kanalen: cancel, remove, close, forget the words.

    `slot_staat`: whether the closing messages wait to be sent, or may be there already.
    """
    slot = select(func.max(_RIJ.c.versie)).where(
        _RIJ.c.actie_id == actie.id,
        _RIJ.c.doel == "",
        _RIJ.c.soort == "sluiten",
        _RIJ.c.gemaakt_op == actie.beeindigd_op,
    )
    versie = session.scalar(slot) or 0
    earlier = and_(these, _RIJ.c.soort == "sluiten", _RIJ.c.versie < versie)
    store.lapse(session, actie.id, BEEINDIGD, None, ("publiceren", "corrigeren"), these)
    store.lapse(session, actie.id, NIEUWER_SLOT, None, ("sluiten",), earlier)
    gone = _RIJ.c.staat.in_(VERDWENEN)
    out = and_(these, _RIJ.c.soort.in_(("publiceren", "corrigeren")), _RIJ.c.doet == "maakt", ~gone)
    must_go = out if actie.fase == "ingetrokken" else and_(out, _shows_person())
    weg: dict[str, object] = {
        "soort": "intrekken",
        "doet": "wijzigt",
        "voorrang": priority("intrekken", ""),
        "tekst": neutraal,
        "van_id": _RIJ.c.id,
    }
    _once_more(session, must_go, these, neutraal, now)
    _copy(session, _RIJ, [must_go], weg, now)
    _copy(session, _RIJ, [earlier, ~gone], {**weg, "versie": versie}, now)
    said = or_(out, and_(earlier, _RIJ.c.staat != "vervallen"))
    wie, van = select(_RIJ.c.kanaal, _RIJ.c.doel).where(said).distinct().subquery(), _RIJ.alias()
    last = [van.c.actie_id == actie.id, van.c.doel == "", van.c.soort == "sluiten", van.c.versie == versie]
    same = ("soort", "doet", "voorrang", "tekst", "link", "beeld", "prijs")
    closing = {"doel": wie.c.doel, "staat": slot_staat, **{name: van.c[name] for name in same}}
    _copy(session, van, [*last, van.c.kanaal == wie.c.kanaal], closing, now)
    store.forget_words(session, actie.id, these)


def _shows_person() -> ColumnElement[bool]:
    """Whether a post carries a photo, in its first form or after a correction."""
    form = _RIJ.alias()
    same = and_(form.c.actie_id == _RIJ.c.actie_id, form.c.doel == _RIJ.c.doel)
    of_post = or_(form.c.id == _RIJ.c.id, form.c.van_id == _RIJ.c.id)
    return select(form.c.id).where(same, of_post, form.c.beeld.contains('"foto": true')).exists()


def _once_more(
    session: Session, must_go: ColumnElement[bool], these: ColumnElement[bool], neutraal: str, now: datetime
) -> None:
    """A removal that lapsed when the actie was closed is tried again now that all must go."""
    lapsed = and_(these, _RIJ.c.soort == "intrekken", _RIJ.c.staat == "vervallen")
    posts = select(_RIJ.c.id).where(must_go).correlate(None)
    session.connection().execute(
        update(_RIJ)
        .where(lapsed, _RIJ.c.van_id.in_(posts))
        .values(
            staat=next_state("wijzigt", "vervallen", "toch-weg"),
            fence=_RIJ.c.fence + 1,
            fout="",
            tekst=neutraal,
            klaar_op=now + store.NA_HET_KANAAL,
        )
    )


def _copy(
    session: Session, van: FromClause, waar: list[ColumnElement[bool]], anders: Mapping[str, object], now: datetime
) -> None:
    """Plan a bezorging for each of these rows, as that is but for what is `anders`; one that is there stays."""
    dialect = session.get_bind().dialect.name
    toeval = _TOEVAL[dialect]
    values: dict[str, object] = {
        **{name: van.c[name] for name in _ZELFDE},
        "id": literal(row_id()[:24]) + func.substr(toeval, 21),
        "sleutel": toeval,
        "staat": "wachtrij",
        "klaar_op": now + store.NA_HET_KANAAL,
        "gemaakt_op": now,
        **anders,
    }
    columns = [v if isinstance(v, ColumnElement) else literal(v, _RIJ.c[name].type) for name, v in values.items()]
    rows = select(*columns).where(*waar)
    session.connection().execute(_INSERT[dialect].from_select(list(values), rows))
