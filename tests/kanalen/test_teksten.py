"""Own texts of a kanaal: the newest version is used, and every version stays."""

from datetime import timedelta

from hub.kanalen import teksten
from hub.kit.db import Db
from tests.builders import NU


def test_the_newest_version_is_used_and_the_earlier_ones_stay(db: Db) -> None:
    for number, tekst in enumerate(("een", "twee"), start=1):
        assert db.write_sync(lambda s, t=tekst: teksten.keep(s, "stad", "overval", t, "noor", NU)) == number
    later = NU + timedelta(hours=1)
    db.write_sync(lambda s: teksten.keep(s, "dorp", "overval", "van het dorp", "sam", later))
    assert db.read_sync(teksten.current) == {"stad": {"overval": "twee"}, "dorp": {"overval": "van het dorp"}}
    found = db.read_sync(lambda s: teksten.versies(s, "stad", "overval"))
    assert [(v.versie, v.tekst, v.door, v.op, v.geldig) for v in found] == [
        (2, "twee", "noor", NU, True),
        (1, "een", "noor", NU, False),
    ]


def test_back_to_the_standard_is_one_kanaal_and_one_text(db: Db) -> None:
    for kanaal, stem in (("stad", "overval"), ("stad", "sluiten"), ("dorp", "overval")):
        db.write_sync(lambda s, k=kanaal, t=stem: teksten.keep(s, k, t, "eigen", "noor", NU))
    db.write_sync(lambda s: teksten.standard(s, "stad", "overval"))
    assert db.read_sync(teksten.current) == {"stad": {"sluiten": "eigen"}, "dorp": {"overval": "eigen"}}
    assert db.write_sync(lambda s: teksten.keep(s, "stad", "overval", "weer", "noor", NU)) == 2
