"""What a person's answer about one post says about the other rows of that kanaal."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from hub.delivery import claim, store
from hub.delivery.model import Plan
from hub.delivery.tables import BezorgingRij
from hub.desk import vragen
from hub.kit.db import Db
from tests.builders import NU

POST = Plan(
    actie_id="a1", versie=1, kanaal="stad", soort="publiceren", doet="maakt", soort_actie="tijdkritisch",
    oefening=False, marker="K7M2QX",
)  # fmt: skip


@pytest.mark.parametrize(("geprobeerd", "staat"), [(False, "vervallen"), (True, "taak")])
def test_a_closing_message_lapses_with_the_post_unless_it_may_stand_there_itself(
    db: Db, geprobeerd: bool, staat: str
) -> None:
    post, closing = db.write_sync(lambda s: store.plan(s, [POST, replace(POST, soort="sluiten")], NU))
    db.write_sync(lambda s: s.execute(update(BezorgingRij).where(BezorgingRij.id == post).values(staat="taak")))
    [row] = db.write_sync(lambda s: claim.claim(s, "w", NU, {}, 4))
    if geprobeerd:
        db.write_sync(lambda s: store.intend(s, row, "w", NU, rekening="r1"))
        db.write_sync(lambda s: store.settle(s, row, "w", "onduidelijk", NU))
        db.write_sync(lambda s: store.resolve(s, closing, "opgegeven", NU))
    else:
        db.write_sync(lambda s: store.settle(s, row, "w", "handwerk", NU))
    db.write_sync(lambda s: store.resolve(s, post, "staat-er-niet", NU))
    db.write_sync(lambda s: vragen.lapse_closing(s, "a1", "stad"))
    found = db.read_sync(lambda s: store.get(s, closing))
    assert found is not None
    assert found.staat == staat
