"""An older edit that may still arrive does not have the last word."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.content import Receipt
from hub.delivery import claim, store
from hub.delivery.afloop import NAIJLEN, Afloop, settle_all
from hub.delivery.model import Bezorging
from hub.delivery.takeback import Uitslag
from hub.kit.db import Db
from tests.builders import NU
from tests.delivery.test_store import POST


def begin(db: Db, now: datetime) -> Bezorging:
    """The call that is due begins."""
    [item] = db.write_sync(lambda s: claim.claim(s, "w", now, {}, 4))
    assert db.write_sync(lambda s: store.intend(s, item, "w", now, rekening="de onze"))
    return item


def ends(db: Db, item: Bezorging, event: str, now: datetime) -> str:
    """The call ends like this; the state that leaves."""
    uitslag = Uitslag(Receipt("r1") if event == "bevestigd" else None)
    afloop = Afloop(item, event, "", 0.0, uitslag, pause=False, hinder="")
    db.write_sync(lambda s: settle_all(s, [afloop], "w", now))
    found = db.read_sync(lambda s: store.get(s, item.id))
    assert found is not None
    return found.staat


@pytest.mark.parametrize(("eerder", "dan"), [("onduidelijk", "wachtrij"), ("bevestigd", "verzonden")])
def test_a_newer_edit_is_done_once_more_when_an_older_one_may_still_arrive(db: Db, eerder: str, dan: str) -> None:
    [post] = db.write_sync(lambda s: store.plan(s, [POST], NU))
    assert ends(db, begin(db, NU), "bevestigd", NU) == "verzonden"
    edit = replace(POST, soort="corrigeren", doet="wijzigt", van_id=post, versie=2)
    db.write_sync(lambda s: store.plan(s, [edit], NU))
    ends(db, begin(db, NU), eerder, NU)
    db.write_sync(lambda s: store.plan(s, [replace(edit, versie=3)], NU))
    newest = begin(db, NU + timedelta(seconds=1))
    assert ends(db, newest, "bevestigd", NU + timedelta(seconds=1)) == dan
    if dan == "wachtrij":
        later = NU + timedelta(seconds=1) + NAIJLEN
        assert ends(db, begin(db, later), "bevestigd", later) == "verzonden"
