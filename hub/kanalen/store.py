"""Kanalen in the database: credentials encrypted, provisioned ones kept in step with config.yaml."""

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Table, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from hub.content import Gezondheid, Quota
from hub.kanalen.gezondheid import Controle
from hub.kanalen.model import Kanaal, KanaalInvoer
from hub.kanalen.rules import Rem, Storing, failed, later, used_up
from hub.kanalen.tables import GehoordRij, KanaalRij
from hub.kit.db import signal
from hub.kit.secrets import Vault

_TABLE: Table = KanaalRij.__table__  # type: ignore[assignment]
_KANAAL = [column for column in _TABLE.c if column.name != "instellingen"]
"""What is read of many kanalen at once: never the credentials."""
_rij: Callable[[Row[Any]], Any] = namedtuple("_rij", [column.name for column in _KANAAL])._make  # type: ignore[attr-defined]
"""The same row, of which a field is read ten times as fast as of a `Row`: a start reads all kanalen before it sends."""
_REM = [_TABLE.c[name] for name in ("gestopt", "post_na", "weg_na", "storingen", "storing_sinds", "storing_tot")]
_GEREMD = select(_TABLE.c.naam, *_REM).where(
    or_(
        _TABLE.c.gestopt != "",
        _TABLE.c.storingen != 0,
        *(_TABLE.c[name].is_not(None) for name in ("post_na", "weg_na", "storing_sinds", "storing_tot")),
    )
)
_THESE = _TABLE.c.naam.in_(bindparam("namen", expanding=True))
_EVERY = select(*_KANAAL)
_SOME = _EVERY.where(_THESE)
_GATES = select(_TABLE.c.naam, _TABLE.c.echt, _TABLE.c.aan, _TABLE.c.gepauzeerd, *_REM).where(_THESE)
_POSTED = (
    update(_TABLE)
    .where(_THESE)
    .values(laatste_succes=bindparam("op"), storingen=0, storing_sinds=None, storing_tot=None)
)
_SEALED = select(_TABLE.c.naam, _TABLE.c.netwerk, _TABLE.c.instellingen)
_SEALED_OF = _SEALED.where(_THESE)
_AAN = select(_TABLE.c.naam).where(_TABLE.c.aan)
_VRIJ = Rem()


class Poort(NamedTuple):
    """What decides whether something may leave on a kanaal."""

    echt: bool
    aan: bool
    gepauzeerd: str
    rem: Rem


class KanaalVast(Exception):
    """A kanaal from config.yaml is changed there, not in the pages."""


def every(session: Session) -> list[Kanaal]:
    """All kanalen by name."""
    rows = session.execute(_EVERY)
    return sorted((_kanaal(_rij(row)) for row in rows), key=lambda kanaal: kanaal.naam)


def switched_on(session: Session) -> list[str]:
    """The names of the kanalen that are on."""
    return list(session.scalars(_AAN))


def remmen(session: Session) -> dict[str, Rem]:
    """What holds up each kanaal that anything holds up, by name."""
    return {naam: _rem(*rem) for naam, *rem in session.execute(_GEREMD)}


def get(session: Session, naam: str) -> Kanaal | None:
    """One kanaal, or None."""
    row = session.get(KanaalRij, naam)
    return _kanaal(row) if row else None


def some(session: Session, namen: Collection[str]) -> dict[str, Kanaal]:
    """Those of these kanalen that there are, by name."""
    return {row.naam: _kanaal(_rij(row)) for row in session.execute(_SOME, {"namen": list(namen)})}


def gates(session: Session, namen: Collection[str]) -> dict[str, Poort]:
    """What decides whether something may leave on these kanalen, by name of those that there are."""
    rows = session.execute(_GATES, {"namen": list(namen)})
    return {naam: Poort(echt, aan, gepauzeerd, _rem(*rem)) for naam, echt, aan, gepauzeerd, *rem in rows}


def settings_of(session: Session, vault: Vault, naam: str) -> dict[str, str]:
    """The decrypted settings of one kanaal: for constructing its channel only, never for a page or log."""
    row = session.get(KanaalRij, naam)
    return json.loads(vault.decrypt(row.instellingen)) if row else {}


def sealed(session: Session, namen: Collection[str] | None = None) -> dict[str, tuple[str, bytes]]:
    """The netwerk and the encrypted settings of these kanalen, or of all, by name."""
    rows = session.execute(_SEALED) if namen is None else session.execute(_SEALED_OF, {"namen": list(namen)})
    return {naam: (netwerk, bytes(content)) for naam, netwerk, content in rows.all()}


def save(session: Session, vault: Vault, invoer: KanaalInvoer, now: datetime) -> Kanaal:
    """Make or change a kanaal. Settings left empty keep the value they had, so a form never shows a secret."""
    row = session.get(KanaalRij, invoer.naam)
    if row is not None and row.vastgelegd and not invoer.vastgelegd:
        raise KanaalVast(f"{invoer.naam} staat in config.yaml. Verander het kanaal daar en start de hub opnieuw.")
    before: Mapping[str, str] = json.loads(vault.decrypt(row.instellingen)) if row else {}
    filled = {key: value for key, value in invoer.instellingen.items() if value != ""}
    if row is None:
        row = KanaalRij(naam=invoer.naam, gemaakt_op=now, laatste_fout="", gepauzeerd="", waarschuwing="")
        session.add(row)
    if any(before.get(name) != value for name, value in filled.items()):
        # What the account said with other settings says nothing of these.
        row.gecontroleerd_op, row.account, row.geldig_tot, row.mist, row.waarschuwing = None, "", None, "", ""
        if before:
            # Another bot numbers its updates by itself.
            session.execute(delete(GehoordRij).where(GehoordRij.kanaal == invoer.naam))
    row.netwerk, row.stilte = invoer.netwerk, invoer.stilte
    row.instellingen = vault.encrypt(json.dumps({**before, **filled}).encode())
    row.gebied, row.types, row.niveaus = " ".join(invoer.gebied), " ".join(invoer.types), " ".join(invoer.niveaus)
    row.foto, row.echt, row.aan, row.automatisch = invoer.foto, invoer.echt, invoer.aan, invoer.automatisch
    row.vastgelegd = invoer.vastgelegd
    row.gepauzeerd = ""
    session.flush()
    signal(session, "kanaal", invoer.naam)
    return _kanaal(row)


def provision(session: Session, vault: Vault, wanted: Iterable[KanaalInvoer], now: datetime) -> None:
    """Bring the kanalen of config.yaml in; one that left the file is switched off, its credentials stay."""
    names = set()
    for invoer in wanted:
        names.add(invoer.naam)
        save(session, vault, invoer, now)
    for row in session.scalars(select(KanaalRij).where(KanaalRij.vastgelegd.is_(True), KanaalRij.aan.is_(True))):
        if row.naam not in names:
            row.aan = False
            signal(session, "kanaal", row.naam)


def note_success(session: Session, naam: str, now: datetime, *, weg: bool = False, quota: Quota | None = None) -> None:
    """The kanaal just worked. A post (not a removal) closes the breaker; with a `quota` that is used up posts wait."""
    if (row := session.get(KanaalRij, naam)) is None:
        return
    row.laatste_succes = now
    if weg:
        return
    row.storingen, row.storing_sinds, row.storing_tot = 0, None, None
    if (tot := used_up(quota)) is not None:
        row.post_na = later(row.post_na, tot, now)


def note_posted(session: Session, namen: Collection[str], now: datetime) -> None:
    """As `note_success` for posts on all these kanalen, none with a quota that is used up."""
    if namen:
        session.connection().execute(_POSTED, {"namen": list(namen), "op": now})


def note_failure(session: Session, naam: str, fout: str, now: datetime, *, pause: bool = False) -> None:
    """The kanaal just failed; with `pause` it sends nothing more until a person acts."""
    if (row := session.get(KanaalRij, naam)) is not None:
        row.laatste_fout, row.laatste_fout_op = fout[:500], now
        if pause:
            row.gepauzeerd = fout[:500]
            signal(session, "kanaal", naam)


def note_checked(session: Session, naam: str, gezond: Gezondheid, now: datetime) -> None:
    """The account said who it is, and what it may."""
    if (row := session.get(KanaalRij, naam)) is not None:
        row.gecontroleerd_op, row.account, row.geldig_tot = now, gezond.naam[:200], gezond.geldig_tot
        row.mist = gezond.mist


def note_no_entry(session: Session, naam: str, mist: str) -> None:
    """The account did not let us in when it was asked who it is."""
    if (row := session.get(KanaalRij, naam)) is not None:
        row.mist = mist[:500]


def note_warning(session: Session, naam: str, waarschuwing: str) -> None:
    """What will stop this kanaal soon; empty when nothing will."""
    if (row := session.get(KanaalRij, naam)) is not None:
        row.waarschuwing = waarschuwing


def note_trouble(session: Session, naam: str, now: datetime) -> None:
    """The netwerk could not be reached with a post, or did not answer: enough of these open the breaker."""
    if (row := session.get(KanaalRij, naam)) is not None:
        after = failed(Storing(row.storingen, row.storing_sinds, row.storing_tot), now)
        row.storingen, row.storing_sinds, row.storing_tot = after.aantal, after.sinds, after.tot


def hold(session: Session, naam: str, tot: datetime, now: datetime, *, weg: bool) -> None:
    """The netwerk asks this account to wait: with removals when it said so to a removal, else with posts."""
    if (row := session.get(KanaalRij, naam)) is None:
        return
    if weg:
        row.weg_na = later(row.weg_na, tot, now)
    else:
        row.post_na = later(row.post_na, tot, now)


def halt(session: Session, naam: str, reden: str) -> None:
    """Pull the stop of one kanaal: posts wait until it is released, removals go on. Without `reden` it is released."""
    if (row := session.get(KanaalRij, naam)) is not None:
        row.gestopt = reden
        signal(session, "kanaal", naam)


def resume(session: Session, naam: str) -> None:
    """A person solved it: the kanaal sends again."""
    if (row := session.get(KanaalRij, naam)) is not None:
        row.gepauzeerd = ""
        signal(session, "kanaal", naam)


def _rem(
    gestopt: str,
    post_na: datetime | None,
    weg_na: datetime | None,
    storingen: int,
    sinds: datetime | None,
    tot: datetime | None,
) -> Rem:
    """What holds up a kanaal, from its columns `_REM`."""
    if not (gestopt or post_na or weg_na or storingen or sinds or tot):
        return _VRIJ
    return Rem(gestopt=gestopt, post_na=post_na, weg_na=weg_na, storing=Storing(storingen, sinds, tot))


def _kanaal(row: KanaalRij | Row[Any]) -> Kanaal:
    return Kanaal(
        naam=row.naam,
        netwerk=row.netwerk,
        gebied=tuple(row.gebied.split()),
        types=tuple(row.types.split()),
        niveaus=tuple(row.niveaus.split()),
        foto=row.foto,
        echt=row.echt,
        aan=row.aan,
        automatisch=row.automatisch,
        vastgelegd=row.vastgelegd,
        gepauzeerd=row.gepauzeerd,
        laatste_succes=row.laatste_succes,
        laatste_fout=row.laatste_fout,
        laatste_fout_op=row.laatste_fout_op,
        rem=_rem(row.gestopt, row.post_na, row.weg_na, row.storingen, row.storing_sinds, row.storing_tot),
        stilte=row.stilte,
        controle=Controle(row.gecontroleerd_op, row.account, row.geldig_tot, row.mist),
        waarschuwing=row.waarschuwing,
    )
