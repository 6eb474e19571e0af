"""An older edit that may still arrive does not have the last word."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from hub.content import Receipt
from hub.delivery import claim, store
from hub.delivery.afloop import NAIJLEN, Afloop, settle_all
from hub.delivery.model import Bezorging
from hub.delivery.tables import BezorgingRij
from hub.delivery.takeback import Uitslag
from hub.kit.db import Db
from tests.builders import NU
from tests.delivery.test_store import POST


def begin(db: Db, now: datetime) -> Bezorging:
    """The call that is due begins."""
    [item] = db.write_sync(lambda s: claim.claim(s, "w", now, {}, 4))
    assert db.write_sync(lambda s: store.intend(s, item, "w", now, rekening="de onze"))
    return item


def ends(db: Db, item: Bezorging, event: str, now: datetime, bestand: str = "") -> str:
    """The call ends like this, with its picture in this file; the state that leaves."""
    uitslag = Uitslag(Receipt("r1", extra={"bestand": bestand}) if event == "bevestigd" else None)
    afloop = Afloop(item, event, "", 0.0, uitslag, pause=False, hinder="")
    db.write_sync(lambda s: settle_all(s, [afloop], "w", now))
    found = db.read_sync(lambda s: store.get(s, item.id))
    assert found is not None
    return found.staat


def posted(db: Db) -> str:
    """A post that stands on the netwerk."""
    [post] = db.write_sync(lambda s: store.plan(s, [POST], NU))
    assert ends(db, begin(db, NU), "bevestigd", NU, "0") == "verzonden"
    return post


def corrected(db: Db, post: str, versie: int) -> str:
    """An edit of it that is due."""
    edit = replace(POST, soort="corrigeren", doet="wijzigt", van_id=post, versie=versie)
    [made] = db.write_sync(lambda s: store.plan(s, [edit], NU))
    return made


@pytest.mark.parametrize(("eerder", "dan"), [("onduidelijk", "wachtrij"), ("bevestigd", "verzonden")])
def test_a_newer_edit_is_done_once_more_when_an_older_one_may_still_arrive(db: Db, eerder: str, dan: str) -> None:
    post = posted(db)
    corrected(db, post, 2)
    ends(db, begin(db, NU), eerder, NU)
    corrected(db, post, 3)
    newest = begin(db, NU + timedelta(seconds=1))
    assert ends(db, newest, "bevestigd", NU + timedelta(seconds=1)) == dan
    if dan == "wachtrij":
        later = NU + timedelta(seconds=1) + NAIJLEN
        assert ends(db, begin(db, later), "bevestigd", later) == "verzonden"


def test_every_file_that_an_edit_put_up_is_known_when_it_must_go(db: Db) -> None:
    post = posted(db)
    corrected(db, post, 2)
    ends(db, begin(db, NU), "onduidelijk", NU)
    corrected(db, post, 3)
    for keer in ("1", "2", "2", "3"):
        later = NU + int(keer) * NAIJLEN / 10
        ends(db, begin(db, later + NAIJLEN), "bevestigd", later, keer)
    found = db.read_sync(lambda s: store.receipts_of(s, post))
    assert [receipt.extra["bestand"] for receipt in found] == ["3", "2", "1", "0"]


def test_what_was_certainly_not_delivered_overwrites_nothing(db: Db) -> None:
    post = posted(db)
    oud = corrected(db, post, 2)
    ends(db, begin(db, NU), "onduidelijk", NU)
    asked = update(BezorgingRij).where(BezorgingRij.id == oud).values(klaar_op=NU + timedelta(minutes=15))
    db.write_sync(lambda s: s.execute(asked).close())
    corrected(db, post, 3)
    assert ends(db, begin(db, NU), "bevestigd", NU) == "verzonden"


@pytest.mark.parametrize(("uitkomst", "wacht"), [("bevestigd", timedelta()), ("onduidelijk", NAIJLEN)])
@pytest.mark.parametrize(("weg", "dan"), [(False, "wachtrij"), (True, "verzonden")])
def test_an_edit_of_a_process_that_froze_does_not_have_the_last_word(
    db: Db, uitkomst: str, wacht: timedelta, weg: bool, dan: str
) -> None:
    post = posted(db)
    corrected(db, post, 2)
    bevroren = begin(db, NU)
    nieuw = corrected(db, post, 3)
    later = NU + timedelta(minutes=3)
    db.write_sync(lambda s: claim.recover(s, later))
    for keer, staat in ((later, "wachtrij"), (later + NAIJLEN, "verzonden")):
        assert ends(db, begin(db, keer), "bevestigd", keer) == staat
    later += 3 * NAIJLEN
    if weg:
        removal = replace(POST, soort="intrekken", doet="wijzigt", van_id=post, versie=3)
        db.write_sync(lambda s: store.plan(s, [removal], later))
    ends(db, bevroren, uitkomst, later)
    found = db.read_sync(lambda s: store.get(s, nieuw))
    assert found is not None
    assert found.staat == dan
    assert weg or found.klaar_op == later + wacht
