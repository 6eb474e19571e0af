"""The two commits around a call, for all calls that are at the same point: what `store` does row by row, in one
statement each. An alert goes to hundreds of kanalen at once, and then the rows are what takes the time.

What is out of the ordinary (a repeated post, a change, a failure) stays with `store`.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BindParameter, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from hub.content import Receipt
from hub.delivery import store
from hub.delivery.model import REKENING, Bezorging
from hub.delivery.rules import next_state
from hub.delivery.tables import BezorgingRij
from hub.kit.db import signal

_RIJ: Table = BezorgingRij.__table__  # type: ignore[assignment]
_DEZE = update(_RIJ).where(_RIJ.c.id == bindparam("deze"))
_BEGINT = {
    "maakt": _DEZE.values(staat=bindparam("nu"), ref_extra=bindparam("extra"), gestart_op=bindparam("op")),
    "wijzigt": _DEZE.values(staat=bindparam("nu"), gestart_op=func.coalesce(_RIJ.c.gestart_op, bindparam("op"))),
}
_VERTREKT = _DEZE.values(
    staat=bindparam("nu"),
    eigenaar=bindparam("owner"),
    fence=bindparam("hek"),
    pogingen=bindparam("keer"),
    ref_extra=bindparam("extra"),
    gestart_op=bindparam("op"),
)
_BEVESTIGD = _DEZE.values(
    staat=next_state("maakt", "verzenden", "bevestigd"),
    ref=bindparam("post"),
    bericht_url=bindparam("url"),
    ref_extra=bindparam("extra"),
    bewijs=bindparam("proof"),
    fout=bindparam("remark"),
    klaar_op=bindparam("op"),
    bevestigd_op=bindparam("op"),
    gecrasht=0,
)
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_TAKE = (
    update(_RIJ)
    .where(_RIJ.c.id.in_(_IDS))
    .values(staat="geclaimd", eigenaar=bindparam("owner"), fence=_RIJ.c.fence + 1, pogingen=_RIJ.c.pogingen + 1)
)
_CLAIM = _TAKE.returning(_RIJ)
_MINE = select(_RIJ.c.id, _RIJ.c.fence).where(
    _RIJ.c.id.in_(_IDS), _RIJ.c.eigenaar == bindparam("owner"), _RIJ.c.staat == bindparam("in")
)


@dataclass(frozen=True, slots=True)
class Bevestigd:
    """A post that the netwerk confirmed under a reference of its own."""

    item: Bezorging
    receipt: Receipt
    bewijs: str
    fout: str


def intend(session: Session, asked: Sequence[tuple[Bezorging, str]], owner: str, now: datetime) -> set[str]:
    """As `store.intend` for each of these with its account; returns the ids of what may be sent."""
    once = [(item, rekening) for item, rekening in asked if not item.herhaald]
    held = _held(session, (item for item, _ in once), owner, "geclaimd")
    for doet, begint in _BEGINT.items():
        rows = [
            {
                "deze": item.id,
                "nu": next_state(doet, "geclaimd", "versturen"),
                "op": now,
                **({"extra": _account(rekening)} if doet == "maakt" else {}),
            }
            for item, rekening in once
            if item.doet == doet and item.id in held
        ]
        if rows:
            session.connection().execute(begint, rows)
    again = [(item, rekening) for item, rekening in asked if item.herhaald]
    return held | {i.id for i, rekening in again if store.intend(session, i, owner, now, rekening=rekening)}


def depart(session: Session, begin: Sequence[tuple[Bezorging, str]], owner: str, now: datetime) -> list[Bezorging]:
    """Claim and intent in one, of new posts of this transaction, each with its account; as they are from then on."""
    begun = [_taken(post, "versturen", gestart_op=now) for post, _ in begin]
    rows = [
        {
            "deze": post.id,
            "nu": post.staat,
            "owner": owner,
            "hek": post.fence,
            "keer": post.pogingen,
            "op": now,
            "extra": _account(rekening),
        }
        for post, (_, rekening) in zip(begun, begin, strict=True)
    ]
    if rows:
        session.connection().execute(_VERTREKT, rows)
    return begun


def take(session: Session, posts: Sequence[Bezorging], owner: str) -> list[Bezorging]:
    """As `claimed`, for new posts of this transaction: as they are from then on, without reading them back."""
    if posts:
        session.connection().execute(_TAKE, {"ids": [post.id for post in posts], "owner": owner})
    return [_taken(post) for post in posts]


def _taken(post: Bezorging, *events: str, gestart_op: datetime | None = None) -> Bezorging:
    """In hand, and what happens to it at once after that."""
    staat = post.staat
    for event in ("claimen", *events):
        staat = next_state(post.doet, staat, event)
    return replace(post, staat=staat, fence=post.fence + 1, pogingen=post.pogingen + 1, gestart_op=gestart_op)


def _account(rekening: str) -> str:
    """Should the answer be lost, it is on this account that the post is looked for."""
    return json.dumps({REKENING: rekening} if rekening else {})


def confirm(session: Session, done: Sequence[Bevestigd], owner: str, now: datetime) -> set[str]:
    """As `store.settle` with `bevestigd` for each of these new posts that this worker holds; returns their ids."""
    held = _held(session, (each.item for each in done), owner, "verzenden")
    rows = [
        {
            "deze": each.item.id,
            "post": each.receipt.ref,
            "url": each.receipt.url,
            "extra": json.dumps(dict(each.receipt.extra)),
            "proof": each.bewijs,
            "remark": each.fout[:500],
            "op": now,
        }
        for each in done
        if each.item.id in held
    ]
    if rows:
        session.connection().execute(_BEVESTIGD, rows)
        signal(session, "bezorging", next(iter(held)))
    return held


def claimed(session: Session, ids: Collection[str], owner: str) -> list[Bezorging]:
    """Put these due rows in the hands of this worker, each with a new fence; in the order of `ids`."""
    if not ids:
        return []
    rows = session.connection().execute(_CLAIM, {"ids": list(ids), "owner": owner}).all()
    found = {row.id: store.as_bezorging(row) for row in rows}
    return [found[bezorging_id] for bezorging_id in ids]


def _held(session: Session, items: Iterable[Bezorging], owner: str, staat: str) -> set[str]:
    """Which of these this worker still holds, in the state in which it left them."""
    fences = {item.id: item.fence for item in items}
    if not fences:
        return set()
    mine = session.connection().execute(_MINE, {"ids": list(fences), "owner": owner, "in": staat}).all()
    return {bezorging_id for bezorging_id, fence in mine if fences[bezorging_id] == fence}
