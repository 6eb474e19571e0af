"""An intent whose call never began: the post waits again, unless something else happened since."""

import pytest

from hub.delivery import claim, store
from hub.delivery.model import Bezorging
from hub.kit.db import Db
from tests.builders import NU
from tests.delivery.test_store import POST, claimed, plan, state


@pytest.fixture
def bedoeld(db: Db) -> Bezorging:
    """A post of which the worker `w` committed the intent."""
    plan(db, POST)
    [item] = claimed(db)
    assert db.write_sync(lambda s: store.intend(s, item, "w", NU))
    return item


def test_it_waits_again_whether_or_not_another_took_it_for_unknown(db: Db, bedoeld: Bezorging) -> None:
    assert db.write_sync(lambda s: store.not_sent(s, bedoeld, "w", NU))
    assert state(db, bedoeld.id) == "wachtrij"
    [again] = claimed(db)
    assert db.write_sync(lambda s: store.intend(s, again, "w", NU))
    db.write_sync(lambda s: claim.recover(s, NU, ["ander"]))
    assert state(db, again.id) == "onbekend"
    assert db.write_sync(lambda s: store.not_sent(s, again, "w", NU))
    assert state(db, again.id) == "wachtrij"


def test_it_says_nothing_about_a_later_try_or_an_answer(db: Db, bedoeld: Bezorging) -> None:
    db.write_sync(lambda s: claim.recover(s, NU, ["ander"]))
    db.write_sync(lambda s: store.resolve(s, bedoeld.id, "staat-er", NU))
    assert not db.write_sync(lambda s: store.not_sent(s, bedoeld, "w", NU))
    assert state(db, bedoeld.id) == "verzonden"
