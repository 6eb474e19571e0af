"""API keys: shown once, found by fingerprint, gone when revoked."""

from sqlalchemy import text

from hub.kit.db import Db
from hub.toegang import keys
from hub.toegang.model import Wie
from tests.builders import Klok


def een_sleutel(db: Db, klok: Klok, rol: str = "lezer") -> str:
    return db.write_sync(lambda s: keys.make(s, rol=rol, naam="script", regios=("VR09",), now=klok.now()))


def test_a_key_gives_its_role_and_regions(db: Db, klok: Klok) -> None:
    key = een_sleutel(db, klok, "meldkamer")
    assert key.startswith("ah_")
    assert db.read_sync(lambda s: keys.find(s, key)) == Wie("script", "meldkamer", ("VR09",))


def test_an_unknown_key_gives_nobody(db: Db, klok: Klok) -> None:
    key = een_sleutel(db, klok)
    for other in (key + "x", key[3:], "", "ah_"):
        assert db.read_sync(lambda s, other=other: keys.find(s, other)) is None


def test_the_database_does_not_hold_the_key(db: Db, klok: Klok) -> None:
    key = een_sleutel(db, klok)
    rows = db.read_sync(lambda s: [tuple(row) for row in s.execute(text("SELECT * FROM sleutel"))])
    assert key not in repr(rows)


def test_a_revoked_key_opens_nothing(db: Db, klok: Klok) -> None:
    key = een_sleutel(db, klok)
    listed = db.read_sync(keys.every)[0]
    assert db.write_sync(lambda s: keys.revoke(s, listed.id, now=klok.now()))
    assert db.read_sync(lambda s: keys.find(s, key)) is None
    assert not db.write_sync(lambda s: keys.revoke(s, "geen", now=klok.now()))
