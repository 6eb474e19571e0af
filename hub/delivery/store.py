"""Bezorgingen in the database: plan, intent, settle, resolve. Every step is one short transaction.

A result is only stored by the worker that holds the row: `eigenaar` and `fence` must still match, so that a worker
that was thought dead cannot overwrite what happened since.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Table, and_, bindparam, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.content import Receipt
from hub.delivery.model import EERDER, HERHAALD, REKENING, Beeld, Bezorging, Plan
from hub.delivery.rules import next_state, priority
from hub.delivery.tables import BezorgingRij
from hub.kit.db import signal
from hub.kit.ids import row_id, token

_PLANNED = (
    "id actie_id versie kanaal doel soort doet staat oefening sleutel marker tekst link van_id klaar_op gemaakt_op"
).split()
UNSENT = ("wachtrij", "geclaimd", "geparkeerd")
EIGEN = BezorgingRij.doel == ""
"""What is for a kanaal itself, and not for one of its subscribers."""
NA_HET_KANAAL = timedelta(milliseconds=1)
"""Subscribers come after the kanaal itself: it may be thousands of them, and everybody reads the kanaal."""
LANGSTE_EIGEN_WACHT = timedelta(seconds=90)
"""No row waits longer by itself; what a netwerk asks for longer holds up its whole kanaal."""


_TABLE: Table = BezorgingRij.__table__  # type: ignore[assignment]
_FRESH = {
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id),
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id),
}


def plan(session: Session, plans: Iterable[Plan], now: datetime, klaar_op: datetime | None = None) -> list[str]:
    """Write rows for what must happen; one that exists already (same actie, versie, kanaal, doel, soort) stays.

    Only a removal that had lapsed is done after all.
    """
    rows = [(item, _values(item, now, klaar_op)) for item in plans]
    new = _write(session, [values for _, values in rows])
    found = [values["id"] if values["id"] in new else _wanted_again(session, item, values) for item, values in rows]
    made = [str(bezorging_id) for bezorging_id in found if bezorging_id is not None]
    if made:
        signal(session, "bezorging", made[0])
    return made


def plan_posts(session: Session, plans: Sequence[Plan], now: datetime) -> list[Bezorging]:
    """As `plan`, for posts that nothing was planned of; the new rows as they are, without reading them back."""
    rows = [(item, _values(item, now)) for item in plans]
    new = _write(session, [values for _, values in rows])
    posts = [_planned(item, values) for item, values in rows if values["id"] in new]
    if posts:
        signal(session, "bezorging", posts[0].id)
    return posts


def _write(session: Session, rows: Sequence[Mapping[str, object]]) -> set[str]:
    """The ids of the rows that were not there yet."""
    if not rows:
        return set()
    fresh = _FRESH[session.get_bind().dialect.name]
    return set(session.connection().execute(fresh, rows).scalars())


def _wanted_again(session: Session, item: Plan, values: Mapping[str, object]) -> str | None:
    """The removal that lapsed because there was no post then, in the queue once more for the post there is now."""
    if item.soort != "intrekken":
        return None
    key = (getattr(BezorgingRij, name) == values[name] for name in ("actie_id", "versie", "kanaal", "doel", "soort"))
    row = session.scalar(select(BezorgingRij).where(*key, BezorgingRij.staat == "vervallen"))
    if row is None:
        return None
    row.staat, row.fence, row.fout = next_state(row.doet, row.staat, "toch-weg"), row.fence + 1, ""
    for name in ("klaar_op", "tekst", "beeld", "van_id"):
        setattr(row, name, values[name])
    return row.id


def _planned(item: Plan, values: Mapping[str, Any]) -> Bezorging:
    """A row that was just written."""
    same = {name: values[name] for name in _PLANNED}
    return Bezorging(
        **same, beeld=item.beeld, pogingen=0, fence=0, ref="", bericht_url="", fout="", bewijs="", gestart_op=None,
        bevestigd_op=None,
    )  # fmt: skip


def _values(item: Plan, now: datetime, klaar_op: datetime | None = None) -> dict[str, object]:
    beeld = item.beeld
    later = NA_HET_KANAAL if item.doel else timedelta()
    return {
        "id": row_id(),
        "actie_id": item.actie_id,
        "versie": item.versie,
        "kanaal": item.kanaal,
        "doel": item.doel,
        "soort": item.soort,
        "doet": item.doet,
        "staat": "wachtrij",
        "voorrang": priority(item.soort, item.soort_actie),
        "oefening": item.oefening,
        "klaar_op": (item.niet_voor or klaar_op or now) + later,
        "sleutel": token(18),
        "marker": item.marker,
        "tekst": item.tekst,
        "link": item.link,
        "beeld": json.dumps({"formaat": beeld.formaat, "foto": beeld.foto, "alt": beeld.alt}) if beeld else "",
        "van_id": item.van_id,
        "prijs": item.prijs,
        # The same moment as `klaar_op`: that is how the end of quiet hours is told from a clock that jumped.
        "niet_voor": item.niet_voor and item.niet_voor + later,
        "gemaakt_op": now,
    }


def of_actie(session: Session, actie_id: str, *waar: ColumnElement[bool]) -> list[Bezorging]:
    """All bezorgingen of one actie (or those `waar`), in order of making."""
    mine = select(BezorgingRij).where(BezorgingRij.actie_id == actie_id, *waar)
    rows = session.scalars(mine.order_by(BezorgingRij.gemaakt_op, BezorgingRij.id))
    return [as_bezorging(row) for row in rows]


def get(session: Session, bezorging_id: str) -> Bezorging | None:
    """One bezorging, or None."""
    row = session.get(BezorgingRij, bezorging_id)
    return as_bezorging(row) if row else None


def turn(now: datetime) -> dict[str, datetime]:
    """The moments with which to ask whose turn it is."""
    return {"now": now, "wrong": now + LANGSTE_EIGEN_WACHT}


def _due(now: datetime | BindParameter[datetime], wrong: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    # Later than anybody asked for is a clock that jumped; the end of quiet hours may well be hours away.
    jumped = and_(BezorgingRij.klaar_op > wrong, BezorgingRij.niet_voor.is_distinct_from(BezorgingRij.klaar_op))
    return or_(BezorgingRij.klaar_op <= now, jumped)


def due(now: datetime) -> ColumnElement[bool]:
    """Whose turn it is. What would wait longer than any row does by itself was written by a clock that was ahead."""
    return _due(**turn(now))


DUE = _due(bindparam("now"), bindparam("wrong"))
"""The same, for a query that is made once and asked with `turn`."""


def _held(session: Session, item: Bezorging, owner: str) -> BezorgingRij | None:
    """The row, if this worker still holds it; None when it was fenced off."""
    row = session.get(BezorgingRij, item.id)
    return row if row is not None and row.eigenaar == owner and row.fence == item.fence else None


def intend(session: Session, item: Bezorging, owner: str, now: datetime, *, rekening: str = "") -> bool:
    """Commit that the socket to this account is about to open. False: do not send; the row is not ours any more, or
    its first try, which it would repeat, was on another account."""
    row = _held(session, item, owner)
    if row is None or row.staat != "geclaimd":
        return False
    if _repeated(row) and json.loads(row.ref_extra).get(REKENING, rekening) != rekening:
        row.staat = next_state(row.doet, row.staat, "twijfel")
        signal(session, "bezorging", row.id)
        return False
    if row.doet == "maakt":
        # Should the answer be lost, it is on this account that the post is looked for.
        row.ref_extra = json.dumps({REKENING: rekening} if rekening else {})
    row.staat = next_state(row.doet, row.staat, "versturen")
    if row.gestart_op is None or (row.doet == "maakt" and not _repeated(row)):
        # An earlier try certainly made no post, so the post is looked for from this moment on.
        row.gestart_op = now
    return True


def settle(
    session: Session,
    item: Bezorging,
    owner: str,
    event: str,
    now: datetime,
    *,
    receipt: Receipt | None = None,
    fout: str = "",
    wait: float = 0.0,
    bewijs: str = "",
    stappen: Iterable[str] = (),
) -> bool:
    """Store what became of a claimed row. False when another worker took over meanwhile, or it was stored before."""
    row = _held(session, item, owner)
    if row is None or row.staat not in ("geclaimd", "verzenden"):
        return False
    row.staat = next_state(row.doet, row.staat, cancelling(row) if event == "vervallen" else event)
    reached(row, stappen, now)
    _nobody_can(row)
    if row.staat == "taak" and row.soort == "intrekken" and not row.bericht_url:
        row.bericht_url = _address(session, row)
    row.fout = fout[:500]
    if wait or event != "wachten":
        # What was put back because of a stop keeps its place in the queue.
        row.klaar_op = now + timedelta(seconds=wait)
    if receipt is not None:
        _store_receipt(session, row, receipt)
    if row.staat == "verzonden":
        row.bevestigd_op, row.bewijs, row.gecrasht = now, bewijs or row.bewijs, 0
    signal(session, "bezorging", row.id)
    return True


def step(
    session: Session, item: Bezorging, owner: str, stap: str, now: datetime, receipt: Receipt | None = None
) -> bool:
    """Commit that a removal reached a step, before the next one begins. False when another worker took over."""
    row = _held(session, item, owner)
    if row is None or row.staat != "verzenden":
        return False
    reached(row, [stap], now)
    if receipt is not None:
        _store_receipt(session, row, receipt)
    signal(session, "bezorging", row.id)
    return True


def reached(row: BezorgingRij, stappen: Iterable[str], now: datetime) -> None:
    """Note the steps with this moment; one that was reached before keeps its own."""
    if new := dict.fromkeys(stappen, now.isoformat()):
        row.stappen = json.dumps({**new, **json.loads(row.stappen)})


def _nobody_can(row: BezorgingRij) -> None:
    """What a person should do, nobody can do in the conversation with a subscriber: it lapses, and the receipt says
    that it cannot be checked."""
    if row.doel and row.staat == "taak":
        row.staat = next_state(row.doet, row.staat, "staat-er-niet")


def _repeated(row: BezorgingRij | Row[Any]) -> bool:
    return HERHAALD in _object(row.stappen)


def cancelling(row: BezorgingRij | Row[Any]) -> str:
    """A post that waits to be repeated may be out already: it is in doubt, not cancelled."""
    return "twijfel" if _repeated(row) else "vervallen"


def _address(session: Session, removal: BezorgingRij) -> str:
    """Where a person finds the post that must go, so that the task can link to it."""
    source = session.get(BezorgingRij, removal.van_id)
    return source.bericht_url if source is not None else ""


def not_sent(session: Session, item: Bezorging, owner: str, now: datetime) -> bool:
    """Its intent was committed but its call never began, so it waits again, whatever another made of it meanwhile.

    The fence tells that nothing happened since but a take-over. False when something did.
    """
    row = session.get(BezorgingRij, item.id)
    if row is None:
        return False
    held = (row.staat, row.eigenaar, row.fence) == ("verzenden", owner, item.fence)
    if not held and not doubted(row, item):
        return False
    row.staat = next_state(row.doet, row.staat, "niet-nu" if held else "opnieuw")
    row.eigenaar, row.fence, row.klaar_op, row.fout = "", row.fence + 1, now, "Er was nog niets verstuurd."
    signal(session, "bezorging", row.id)
    return True


def doubted(row: BezorgingRij, item: Bezorging) -> bool:
    """Whether nothing happened to this call since but that another took it over."""
    return (row.staat, row.eigenaar, row.fence) == ("onbekend", "", item.fence + 1)


def _store_receipt(session: Session, row: BezorgingRij, receipt: Receipt) -> None:
    """Keep the reference; a row that changed the post of another tells it the new one and keeps the old one itself,
    because the file of before may outlive the change. An address alone replaces no reference."""
    row.bericht_url = receipt.url
    if not receipt.ref:
        return
    target = row
    if row.van_id and (source := session.get(BezorgingRij, row.van_id)) is not None:
        _keep_before(row, source)
        target = source
    target.ref, target.bericht_url = receipt.ref, receipt.url
    target.ref_extra = json.dumps(dict(receipt.extra))


def _keep_before(row: BezorgingRij, source: BezorgingRij) -> None:
    """What the post was before this row changed it; of a change that is done again, what it was before each of them."""
    extra, earlier = json.loads(source.ref_extra), _references(row)
    if before := [[ref, of] for ref, of in earlier if (ref, of) != (source.ref, extra)]:
        extra = {**extra, EERDER: json.dumps(before)}
    row.ref, row.ref_extra = source.ref, json.dumps(extra)


def _references(row: BezorgingRij) -> list[tuple[str, dict[str, str]]]:
    """The reference on this row and those it kept of before, newest first."""
    if not row.ref:
        return []
    extra: dict[str, str] = json.loads(row.ref_extra)
    before = json.loads(extra.pop(EERDER, "[]"))
    return [(row.ref, extra), *((ref, of) for ref, of in before)]


def receipts_of(session: Session, bezorging_id: str) -> list[Receipt]:
    """The reference a post has now, then the different ones it had before it was changed."""
    mine = (BezorgingRij.id == bezorging_id) | (BezorgingRij.van_id == bezorging_id)
    rows = session.scalars(select(BezorgingRij).where(mine, BezorgingRij.ref != "")).all()
    found: list[Receipt] = []
    for row in sorted(rows, key=lambda row: row.id != bezorging_id):
        for ref, extra in _references(row):
            if all((known.ref, known.extra) != (ref, extra) for known in found):
                found.append(Receipt(ref=ref, url=row.bericht_url, extra=extra))
    return found


def of_another(session: Session, item: Bezorging, ref: str) -> bool:
    """Whether this reference is that of another post on the same kanaal: a netwerk that finds by marker mixes up the
    posts of one actie."""
    mine = {item.id, item.van_id} - {""}
    rij = BezorgingRij
    theirs = rij.id.not_in(mine) & rij.van_id.not_in(mine)
    others = select(rij.id).where(rij.kanaal == item.kanaal, rij.ref == ref, theirs)
    return session.scalar(others.limit(1)) is not None


def was_edited(session: Session, bezorging_id: str) -> bool:
    """Whether a call to change this post ever began, whatever became of it."""
    edits = select(BezorgingRij.id).where(BezorgingRij.van_id == bezorging_id, BezorgingRij.soort == "corrigeren")
    return session.scalar(edits.where(BezorgingRij.gestart_op.is_not(None)).limit(1)) is not None


def resolve(
    session: Session,
    bezorging_id: str,
    event: str,
    now: datetime,
    *,
    receipt: Receipt | None = None,
    fout: str = "",
    wait: float = 0.0,
    bewijs: str = "",
    door: str = "",
) -> Bezorging | None:
    """An event from outside the worker: found by reconciliation, or answered by a person (`door`)."""
    row = session.get(BezorgingRij, bezorging_id)
    if row is None:
        return None
    row.opgezocht = row.opgezocht or row.staat == "onbekend"
    if event == "opnieuw" and row.doet == "maakt":
        _take_newest_words(session, row)
    row.staat = next_state(row.doet, row.staat, event)
    _nobody_can(row)
    row.fout, row.klaar_op = fout[:500], now + timedelta(seconds=wait)
    if receipt is not None:
        _store_receipt(session, row, receipt)
    if row.staat == "verzonden":
        row.bevestigd_op, row.bewijs, row.bevestigd_door = now, bewijs, door
    signal(session, "bezorging", row.id)
    return as_bezorging(row)


def _take_newest_words(session: Session, row: BezorgingRij) -> None:
    """A post that is tried again goes out as corrected: its correction lapsed when the post was refused."""
    edits = select(BezorgingRij).where(BezorgingRij.van_id == row.id, BezorgingRij.soort == "corrigeren")
    if (newest := session.scalar(edits.order_by(BezorgingRij.versie.desc()).limit(1))) is not None:
        row.tekst, row.beeld = newest.tekst, newest.beeld


def lapse(
    session: Session,
    actie_id: str,
    reden: str,
    kanalen: Collection[str] | None = None,
    soorten: Collection[str] = ("publiceren", "corrigeren"),
    *waar: ColumnElement[bool],
) -> None:
    """Cancel posts and edits (or other `soorten`) that have not left yet, everywhere or on some kanalen or `waar`.

    What is being sent is handled when it returns. One statement: it may be thousands of rows.
    """
    rij = BezorgingRij
    unsent = update(rij).where(rij.actie_id == actie_id, rij.soort.in_(soorten), rij.staat.in_(UNSENT), *waar)
    if kanalen is not None:
        unsent = unsent.where(rij.kanaal.in_(kanalen))
    repeated = rij.stappen.contains(f'"{HERHAALD}"')
    cancelled = [next_state("maakt", "wachtrij", event) for event in ("twijfel", "vervallen")]
    staat = case((repeated, cancelled[0]), else_=cancelled[1])
    session.execute(unsent.values(staat=staat, fout=reden, fence=rij.fence + 1))


def forget_words(session: Session, actie_id: str, *waar: ColumnElement[bool]) -> None:
    """Empty the composed words of an actie that was withdrawn; what was sent is proven by reference, not by text."""
    session.execute(
        update(BezorgingRij)
        .where(BezorgingRij.actie_id == actie_id, BezorgingRij.soort.in_(("publiceren", "corrigeren")), *waar)
        .values(tekst="", beeld="")
    )


def as_bezorging(row: BezorgingRij | Row[Any]) -> Bezorging:
    """A row as frozen data."""
    return Bezorging(
        id=row.id,
        actie_id=row.actie_id,
        versie=row.versie,
        kanaal=row.kanaal,
        doel=row.doel,
        soort=row.soort,
        doet=row.doet,
        staat=row.staat,
        oefening=row.oefening,
        pogingen=row.pogingen,
        fence=row.fence,
        sleutel=row.sleutel,
        marker=row.marker,
        tekst=row.tekst,
        link=row.link,
        beeld=Beeld(**json.loads(row.beeld)) if row.beeld else None,
        van_id=row.van_id,
        ref=row.ref,
        bericht_url=row.bericht_url,
        fout=row.fout,
        bewijs=row.bewijs,
        klaar_op=row.klaar_op,
        gemaakt_op=row.gemaakt_op,
        gestart_op=row.gestart_op,
        bevestigd_op=row.bevestigd_op,
        ref_extra=_object(row.ref_extra),
        stappen={stap: datetime.fromisoformat(op) for stap, op in _object(row.stappen).items()},
        bevestigd_door=row.bevestigd_door,
        opgezocht=row.opgezocht,
    )


def _object(text: str) -> dict[str, str]:
    """A column of JSON; most of them are empty, and of an alert there are hundreds."""
    return dict(json.loads(text)) if text != "{}" else {}
