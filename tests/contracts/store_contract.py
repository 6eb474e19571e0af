"""What every store promises, as checks that take a way to open one database as often as there are processes."""

import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.content import Receipt
from hub.delivery import claim, store
from hub.delivery.model import Bezorging, Plan
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.db import Db, newer_signals, signal
from hub.kit.secrets import Vault
from hub.screens import store as screens
from hub.toegang import audit
from hub.toegang.tables import AuditRij
from hub.tracking.tables import TellerRij
from tests.builders import NU, een_invoer

Opener = Callable[[], Db]
Check = Callable[[Opener], None]
POST = Plan(
    actie_id="a1", versie=1, kanaal="stad", soort="publiceren", doet="maakt", soort_actie="tijdkritisch",
    oefening=False, marker="K7M2QX",
)  # fmt: skip
SCHRIJVERS, PER_SCHRIJVER = 2, 500
RIJEN, EIGENAREN = 1000, 3


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TellerRij)) or 0


def _teller(naam: str, session: Session) -> None:
    session.add(TellerRij(naam=naam, waarde=1))
    signal(session, "teller", naam)


def a_read_sees_one_moment(opener: Opener) -> None:
    """What is committed during a read is not in it."""
    een, ander = opener(), opener()

    def look(session: Session) -> tuple[int, int]:
        before = _count(session)
        ander.write_sync(lambda s: _teller("nieuw", s))
        return before, _count(session)

    if een.alleen:
        een.write_sync(lambda s: _teller("oud", s))
        with een.engine.connect() as reader:
            reader.exec_driver_sql("BEGIN")
            before = reader.exec_driver_sql("SELECT count(*) FROM teller").scalar_one()
            ander.write_sync(lambda s: _teller("nieuw", s))
            assert reader.exec_driver_sql("SELECT count(*) FROM teller").scalar_one() == before
            reader.rollback()
    else:
        assert een.read_sync(look) == (0, 0)
    assert een.read_sync(_count) == een.read_sync(_count) > 0


def serials_rise_in_order_of_commit(opener: Opener) -> None:
    """A reader that asks for what is newer misses nothing, however many processes write."""
    dbs, reader = [opener() for _ in range(SCHRIJVERS)], opener()
    seen: list[str] = []
    done = threading.Event()

    def follow() -> None:
        last, ready = 0, False
        while not ready:
            ready = done.is_set()
            for row in reader.read_sync(lambda s, since=last: newer_signals(s, since)):
                last = row.serial
                seen.append(row.sleutel)

    def write(nummer: int) -> None:
        for keer in range(PER_SCHRIJVER):
            dbs[nummer].write_sync(lambda s, naam=f"{nummer}-{keer}": _teller(naam, s))

    with ThreadPoolExecutor(SCHRIJVERS + 1) as pool:
        following = pool.submit(follow)
        list(pool.map(write, range(SCHRIJVERS)))
        done.set()
        following.result()
    assert len(seen) == SCHRIJVERS * PER_SCHRIJVER
    assert len(set(seen)) == len(seen)


def a_failing_use_case_takes_nobody_with_it(opener: Opener) -> None:
    """Neither an error of ours nor one of the database undoes what shares its commit."""
    db = opener()

    def breaks(session: Session) -> None:
        _teller("weg", session)
        session.flush()
        session.execute(insert(TellerRij).values(naam="weg", waarde=1))

    def fails(session: Session) -> None:
        _teller("ook weg", session)
        session.flush()
        raise RuntimeError("mis")

    gate = threading.Event()
    busy = db.submit(lambda _s: gate.wait(5))
    goed = [db.submit(lambda s, n=n: _teller(f"v{n}", s)) for n in range(5)]
    stuk = [db.submit(breaks), db.submit(fails)]
    goed += [db.submit(lambda s, n=n: _teller(f"n{n}", s)) for n in range(5)]
    gate.set()
    assert busy.result()
    assert [future.exception() for future in goed] == [None] * 10
    assert isinstance(stuk[0].exception(), IntegrityError)
    assert isinstance(stuk[1].exception(), RuntimeError)
    assert db.read_sync(_count) == 10
    assert db.read_sync(lambda s: len(newer_signals(s, 0))) == 10


def one_kenmerk_is_one_running_actie(opener: Opener) -> None:
    """Two desks that start the same at the same moment: one wins, the other hears which actie runs."""
    dbs = [opener(), opener()]
    for keer in range(20):
        invoer = een_invoer(kenmerk=f"MN-{keer}")

        def start(db: Db, invoer: object = invoer) -> str:
            try:
                return db.write_sync(lambda s: acties.create(s, invoer, wie="an", now=NU)).id  # type: ignore[arg-type]
            except acties.KenmerkLoopt as error:
                return f"loopt {error.actie_id}"

        with ThreadPoolExecutor(2) as pool:
            een, ander = sorted(pool.map(start, dbs))
        assert ander == f"loopt {een}"


def the_audit_trail_is_one_chain(opener: Opener) -> None:
    """Deeds of several processes at the same time leave one unbroken chain."""
    dbs = [opener(), opener()]

    def write(nummer: int) -> None:
        for keer in range(100):
            dbs[nummer].write_sync(lambda s, deed=f"daad {keer}": audit.write(s, wie="an", deed=deed, now=NU))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))
    assert dbs[0].read_sync(audit.first_broken) is None
    assert dbs[0].read_sync(lambda s: s.scalar(select(func.max(AuditRij.nr)))) == 200


def nothing_is_claimed_twice(opener: Opener) -> None:
    """Owners that claim at the same time never hold the same row, and together they get them all."""
    dbs = [opener() for _ in range(EIGENAREN)]
    plans = [replace(POST, actie_id=f"a{n}", kanaal=f"k{n % 40}") for n in range(RIJEN)]
    dbs[0].write_sync(lambda s: store.plan(s, plans, NU))

    def take(nummer: int) -> list[str]:
        db, owner, taken = dbs[nummer], f"p{nummer}", []
        while len(taken) < RIJEN:
            got = db.write_sync(lambda s: claim.claim(s, owner, NU, {}, 1))
            if not got and db.read_sync(lambda s: claim.next_due(s)) is None:
                break
            taken += [item.id for item in got]
            db.write_sync(lambda s, got=got: [_sent(s, item, owner) for item in got])
        return taken

    with ThreadPoolExecutor(EIGENAREN) as pool:
        everything = list(chain.from_iterable(pool.map(take, range(EIGENAREN))))
    assert len(everything) == len(set(everything)) == RIJEN


def _sent(session: Session, item: Bezorging, owner: str) -> None:
    assert store.intend(session, item, owner, NU)
    assert store.settle(session, item, owner, "bevestigd", NU, receipt=Receipt(item.id, ""))


def _taken(db: Db, owner: str) -> Bezorging:
    [item] = db.write_sync(lambda s: claim.claim(s, owner, NU, {}, 1))
    assert db.write_sync(lambda s: store.intend(s, item, owner, NU))
    return item


def a_late_result_is_refused(opener: Opener) -> None:
    """Who was taken for dead can no longer say how it ended; who took over can."""
    eerste, tweede = opener(), opener()
    eerste.write_sync(lambda s: store.plan(s, [POST], NU))
    item = _taken(eerste, "p1")
    assert tweede.write_sync(lambda s: claim.recover(s, NU, {"p2"})) == {"onbekend": 1}
    late = Receipt("late-ref", "")
    assert not eerste.write_sync(lambda s: store.settle(s, item, "p1", "bevestigd", NU, receipt=late))
    found = tweede.read_sync(lambda s: store.get(s, item.id))
    assert found is not None
    assert (found.staat, found.ref) == ("onbekend", "")


def the_living_keep_their_work(opener: Opener) -> None:
    """A takeover gives back what the dead held, and nothing of who lives."""
    db = opener()
    db.write_sync(lambda s: store.plan(s, [POST], NU))
    levend = _taken(db, "levend")
    db.write_sync(lambda s: store.plan(s, [replace(POST, kanaal="regio")], NU))
    dood = _taken(db, "dood")
    db.write_sync(lambda s: claim.recover(s, NU, {"levend"}))
    staten = {item.id: db.read_sync(lambda s, i=item.id: store.get(s, i)) for item in (levend, dood)}
    assert [row.staat for row in staten.values() if row] == ["verzenden", "onbekend"]
    assert db.write_sync(lambda s: store.settle(s, levend, "levend", "bevestigd", NU, receipt=Receipt("r", "")))


def an_erased_key_leaves_the_disk(opener: Opener) -> None:
    """What was deleted from the table of keys can be wiped while others write."""
    db, ander = opener(), opener()
    db.write_sync(lambda s: _teller("iets", s))
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [ander.write_sync(lambda s, n=n: _teller(f"x{n}", s)) for n in range(50)])
        wiped = [db.erase((acties.SLEUTELTABEL,)) for _ in range(3)]
        writing.result()
    assert any(wiped) or db.erase((acties.SLEUTELTABEL,))
    assert db.read_sync(_count) == 51


def a_moment_comes_back_as_the_same_moment(opener: Opener) -> None:
    """Aware, in UTC, to the microsecond, whatever zone it was written in; a naive one is refused."""
    db = opener()
    moment = datetime(2027, 10, 31, 2, 30, 0, 123456, timezone(timedelta(hours=2)))
    db.write_sync(lambda s: store.plan(s, [POST], moment))
    [row] = db.read_sync(lambda s: store.of_actie(s, "a1"))
    assert row.gemaakt_op == moment
    assert row.gemaakt_op.utcoffset() == timedelta()
    assert db.read_sync(lambda s: claim.next_due(s)) == moment.astimezone(UTC)
    with pytest.raises(Exception, match="tijdzone"):
        db.write_sync(lambda s: s.execute(update(BezorgingRij).values(klaar_op=datetime(2027, 1, 1))))  # noqa: DTZ001


def people_see_lists_in_their_own_order(opener: Opener) -> None:
    """Capitals and accents do not decide where a name stands."""
    db, vault = opener(), Vault([Fernet.generate_key()])
    namen = ["Zwolle", "école", "Echt", "abri Noord", "Abri Zuid", "Ede", "Éte"]
    for nummer, naam in enumerate(namen):
        db.write_sync(
            lambda s, naam=naam: screens.create(
                s, naam=naam, gemeente="GM0344", punt=None, breedte=100, hoogte=100, soort="station", now=NU
            )
        )
        invoer = KanaalInvoer(f"k{nummer}-x", "proef")
        db.write_sync(lambda s, invoer=invoer: kanalen.save(s, vault, invoer, NU))

    def plain(naam: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFD", naam.casefold()) if not unicodedata.combining(c))

    shown = [scherm.naam for scherm in db.read_sync(screens.all)]
    assert shown == sorted(namen, key=plain)
    assert [k.naam for k in db.read_sync(kanalen.every)] == [f"k{n}-x" for n in range(len(namen))]


CHECKS: tuple[Check, ...] = (
    a_read_sees_one_moment,
    serials_rise_in_order_of_commit,
    a_failing_use_case_takes_nobody_with_it,
    one_kenmerk_is_one_running_actie,
    the_audit_trail_is_one_chain,
    nothing_is_claimed_twice,
    a_late_result_is_refused,
    the_living_keep_their_work,
    an_erased_key_leaves_the_disk,
    a_moment_comes_back_as_the_same_moment,
    people_see_lists_in_their_own_order,
)
"""Every promise of a store."""
