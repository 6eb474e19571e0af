"""The audit trail: a change in the middle shows."""

from sqlalchemy import text

from hub.kit.db import Db
from hub.toegang import audit
from tests.builders import Klok


def test_a_changed_line_breaks_the_chain(db: Db, klok: Klok) -> None:
    for number in range(3):
        db.write_sync(
            lambda s, number=number: audit.write(s, wie="noor", deed=f"deed {number}", now=klok.now(), actie_id="x")
        )
    assert db.read_sync(audit.first_broken) is None
    assert [regel.deed for regel in db.read_sync(lambda s: audit.of_actie(s, "x"))] == ["deed 0", "deed 1", "deed 2"]
    db.write_sync(lambda s: s.execute(text("UPDATE audit SET wie = 'iemand' WHERE nr = 2")).close())
    assert db.read_sync(audit.first_broken) == 2


def test_a_short_look_sees_the_newest_lines_only(db: Db, klok: Klok) -> None:
    for number in range(5):
        db.write_sync(lambda s, number=number: audit.write(s, wie="noor", deed=f"deed {number}", now=klok.now()))
    db.write_sync(lambda s: s.execute(text("UPDATE audit SET wie = 'iemand' WHERE nr = 3")).close())
    assert db.read_sync(lambda s: audit.first_broken(s, laatste=2)) is None
    assert db.read_sync(lambda s: audit.first_broken(s, laatste=3)) == 3
    assert db.read_sync(lambda s: audit.first_broken(s, laatste=100)) == 3
