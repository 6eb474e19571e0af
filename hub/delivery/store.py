"""Bezorgingen in the database: plan, intent, settle, resolve. Every step is one short transaction.

A result is only stored by the worker that holds the row: `eigenaar` and `fence` must still match, so that a worker
that was thought dead cannot overwrite what happened since.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hub.content import Receipt
from hub.delivery.model import Beeld, Bezorging, Plan
from hub.delivery.rules import next_state, priority
from hub.delivery.tables import BezorgingRij
from hub.kit.db import signal
from hub.kit.ids import row_id, token

UNSENT = ("wachtrij", "geclaimd", "geparkeerd")


def plan(session: Session, plans: Iterable[Plan], now: datetime, klaar_op: datetime | None = None) -> list[str]:
    """Write rows for what must happen; one that exists already (same actie, versie, kanaal, doel, soort) stays."""
    made: list[str] = []
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    for item in plans:
        values = _values(item, now, klaar_op or now)
        done = session.execute(
            insert(BezorgingRij).values(**values).on_conflict_do_nothing().returning(BezorgingRij.id)
        )
        if (new := done.scalar_one_or_none()) is not None:
            made.append(new)
    if made:
        signal(session, "bezorging", made[0])
    return made


def _values(item: Plan, now: datetime, klaar_op: datetime) -> dict[str, object]:
    beeld = item.beeld
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
        "klaar_op": klaar_op,
        "sleutel": token(18),
        "marker": item.marker,
        "tekst": item.tekst,
        "link": item.link,
        "beeld": json.dumps({"formaat": beeld.formaat, "foto": beeld.foto, "alt": beeld.alt}) if beeld else "",
        "van_id": item.van_id,
        "gemaakt_op": now,
    }


def of_actie(session: Session, actie_id: str) -> list[Bezorging]:
    """All bezorgingen of one actie, in order of making."""
    rows = session.scalars(
        select(BezorgingRij).where(BezorgingRij.actie_id == actie_id).order_by(BezorgingRij.gemaakt_op, BezorgingRij.id)
    )
    return [as_bezorging(row) for row in rows]


def get(session: Session, bezorging_id: str) -> Bezorging | None:
    """One bezorging, or None."""
    row = session.get(BezorgingRij, bezorging_id)
    return as_bezorging(row) if row else None


def unknown_due(session: Session, now: datetime, limit: int = 200) -> list[Bezorging]:
    """Bezorgingen with an unknown outcome that may be looked up now, longest waiting first."""
    rows = session.scalars(
        select(BezorgingRij)
        .where(BezorgingRij.staat == "onbekend", BezorgingRij.klaar_op <= now)
        .order_by(BezorgingRij.klaar_op)
        .limit(limit)
    )
    return [as_bezorging(row) for row in rows]


def in_state(session: Session, *staten: str, limit: int = 200) -> list[Bezorging]:
    """Bezorgingen in any of these states over all acties, oldest first."""
    rows = session.scalars(
        select(BezorgingRij).where(BezorgingRij.staat.in_(staten)).order_by(BezorgingRij.gemaakt_op).limit(limit)
    )
    return [as_bezorging(row) for row in rows]


def _held(session: Session, item: Bezorging, owner: str) -> BezorgingRij | None:
    """The row, if this worker still holds it; None when it was fenced off."""
    row = session.get(BezorgingRij, item.id)
    return row if row is not None and row.eigenaar == owner and row.fence == item.fence else None


def intend(session: Session, item: Bezorging, owner: str, now: datetime) -> bool:
    """Commit that the socket is about to open. False: the row is not ours any more, so do not send."""
    row = _held(session, item, owner)
    if row is None or row.staat != "geclaimd":
        return False
    row.staat = next_state(row.doet, row.staat, "versturen")
    if row.doet == "maakt" or row.gestart_op is None:
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
) -> bool:
    """Store what became of a claimed row. False when another worker took over meanwhile."""
    row = _held(session, item, owner)
    if row is None:
        return False
    row.staat = next_state(row.doet, row.staat, event)
    row.fout, row.klaar_op = fout[:500], now + timedelta(seconds=wait)
    if receipt is not None:
        _store_receipt(session, row, receipt)
    if row.staat == "verzonden":
        row.bevestigd_op, row.bewijs, row.gecrasht = now, bewijs or row.bewijs, 0
    signal(session, "bezorging", row.id)
    return True


def _store_receipt(session: Session, row: BezorgingRij, receipt: Receipt) -> None:
    """Keep the reference; an edit that moved the post tells the row that made it."""
    targets = [row]
    if row.van_id and (source := session.get(BezorgingRij, row.van_id)) is not None:
        targets.append(source)
    for target in targets:
        target.ref, target.bericht_url = receipt.ref, receipt.url
        target.ref_extra = json.dumps(dict(receipt.extra))


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
) -> Bezorging | None:
    """An event from outside the worker: found by reconciliation, or answered by a person."""
    row = session.get(BezorgingRij, bezorging_id)
    if row is None:
        return None
    row.opgezocht = row.opgezocht or row.staat == "onbekend"
    if event == "opnieuw" and row.doet == "maakt":
        _take_newest_words(session, row)
    row.staat = next_state(row.doet, row.staat, event)
    row.fout, row.klaar_op = fout[:500], now + timedelta(seconds=wait)
    if receipt is not None:
        _store_receipt(session, row, receipt)
    if row.staat == "verzonden":
        row.bevestigd_op, row.bewijs = now, bewijs
    signal(session, "bezorging", row.id)
    return as_bezorging(row)


def _take_newest_words(session: Session, row: BezorgingRij) -> None:
    """A post that is tried again goes out as corrected: its correction lapsed when the post was refused."""
    edits = select(BezorgingRij).where(BezorgingRij.van_id == row.id, BezorgingRij.soort == "corrigeren")
    if (newest := session.scalar(edits.order_by(BezorgingRij.versie.desc()).limit(1))) is not None:
        row.tekst, row.beeld = newest.tekst, newest.beeld


def later(session: Session, bezorging_id: str, klaar_op: datetime) -> None:
    """Look up this row again at `klaar_op`, unless a person answered meanwhile."""
    same = (BezorgingRij.id == bezorging_id) & (BezorgingRij.staat == "onbekend")
    session.execute(update(BezorgingRij).where(same).values(klaar_op=klaar_op))


def lapse(
    session: Session,
    actie_id: str,
    reden: str,
    kanalen: Collection[str] | None = None,
    soorten: Collection[str] = ("publiceren", "corrigeren"),
) -> list[str]:
    """Cancel posts and edits (or other `soorten`) that have not left yet, everywhere or on some kanalen.

    What is being sent is handled when it returns.
    """
    waar = [
        BezorgingRij.actie_id == actie_id,
        BezorgingRij.soort.in_(soorten),
        BezorgingRij.staat.in_(UNSENT),
    ]
    if kanalen is not None:
        waar.append(BezorgingRij.kanaal.in_(kanalen))
    rows = session.scalars(select(BezorgingRij).where(*waar)).all()
    for row in rows:
        row.staat = next_state(row.doet, row.staat, "vervallen")
        row.fout, row.fence = reden, row.fence + 1
    return [row.id for row in rows]


def forget_words(session: Session, actie_id: str) -> None:
    """Empty the composed words of an actie that was withdrawn; what was sent is proven by reference, not by text."""
    session.execute(
        update(BezorgingRij)
        .where(BezorgingRij.actie_id == actie_id, BezorgingRij.soort.in_(("publiceren", "corrigeren")))
        .values(tekst="", beeld="")
    )


def as_bezorging(row: BezorgingRij) -> Bezorging:
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
        ref_extra=json.loads(row.ref_extra),
    )
