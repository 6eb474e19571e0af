"""Claiming: nothing that cannot go now holds up what can, and edits of one post keep their order."""

from dataclasses import replace

from sqlalchemy import update

from hub.content import Limits, Receipt
from hub.delivery import claim, onbekend, store
from hub.delivery.model import Bezorging, Plan
from hub.delivery.tables import BezorgingRij
from hub.kanalen import stops
from hub.kit.db import Db
from tests.builders import NU

POST = Plan(
    actie_id="a1", versie=1, kanaal="stad", soort="publiceren", doet="maakt", soort_actie="tijdkritisch",
    oefening=False, marker="K7M2QX",
)  # fmt: skip
LATER = NU.replace(hour=23)


def plan(db: Db, *plans: Plan) -> list[str]:
    return db.write_sync(lambda s: store.plan(s, plans, NU))


def force(db: Db, staat: str, *ids: str) -> None:
    db.write_sync(lambda s: s.execute(update(BezorgingRij).where(BezorgingRij.id.in_(ids)).values(staat=staat)))


def claimed(db: Db, gelijktijdig: int = 4) -> list[Bezorging]:
    return db.write_sync(lambda s: claim.claim(s, "w", NU, {}, gelijktijdig))


def removal(post_id: str, post: Plan) -> Plan:
    return replace(post, soort="intrekken", doet="wijzigt", van_id=post_id)


def state(db: Db, bezorging_id: str) -> str:
    found = db.read_sync(lambda s: store.get(s, bezorging_id))
    assert found is not None
    return found.staat


def test_a_long_queue_on_one_kanaal_holds_up_no_other(db: Db) -> None:
    plan(db, *(replace(POST, actie_id=f"a{number}") for number in range(450)))
    assert {item.kanaal for item in claimed(db)} == {"stad"}
    plan(db, replace(POST, kanaal="regio"))
    assert [item.kanaal for item in claimed(db)] == ["regio"]


def test_withdrawals_that_wait_for_an_unknown_post_hold_up_no_other_withdrawal(db: Db) -> None:
    posts = [replace(POST, actie_id=f"a{number}") for number in range(60)]
    *unknown, known = ids = plan(db, *posts)
    force(db, "onbekend", *unknown)
    force(db, "verzonden", known)
    plan(db, *(removal(id_, post) for id_, post in zip(ids, posts, strict=True)))
    assert [item.van_id for item in claimed(db)] == [known]


def test_removals_that_wait_for_the_new_post_hold_up_no_other_withdrawal(db: Db) -> None:
    posts = [replace(POST, actie_id=f"a{number}") for number in range(60)]
    ids = plan(db, *posts)
    force(db, "verzonden", *ids)
    *corrected, _ = posts
    new = plan(db, *(replace(post, versie=2, soort="corrigeren") for post in corrected))
    plan(db, *(removal(id_, post) for id_, post in zip(ids, posts, strict=True)))
    db.write_sync(lambda s: stops.pull(s, "verkeerde foto", "noor", NU))
    assert [item.van_id for item in claimed(db)] == [ids[-1]]
    force(db, "verzonden", new[0])
    assert [item.van_id for item in claimed(db)] == [ids[0]]


def test_posts_that_may_not_go_yet_hold_up_no_edit_of_what_is_out(db: Db) -> None:
    *_, out = ids = plan(db, *(replace(POST, actie_id=f"a{number}") for number in range(60)))
    force(db, "verzonden", out)
    plan(db, replace(POST, actie_id="a59", versie=2, soort="corrigeren", doet="wijzigt", van_id=out))
    limits = {"stad": Limits(500, 500, per_venster=0, venster_seconden=60)}
    assert [item.van_id for item in db.write_sync(lambda s: claim.claim(s, "w", NU, limits, 4))] == [ids[-1]]


def test_a_removal_that_had_lapsed_is_done_when_the_post_is_there_after_all(db: Db) -> None:
    [post] = plan(db, POST)
    force(db, "mislukt", post)
    [gone] = plan(db, removal(post, POST))
    assert claimed(db) == []
    assert state(db, gone) == "vervallen"
    force(db, "verzonden", post)
    assert plan(db, removal(post, POST)) == [gone]
    assert [item.id for item in claimed(db)] == [gone]
    force(db, "verzonden", gone)
    assert plan(db, removal(post, POST)) == []


def test_an_older_edit_never_lands_on_a_newer_one(db: Db) -> None:
    [post] = plan(db, POST)
    force(db, "verzonden", post)
    edit = replace(POST, soort="corrigeren", doet="wijzigt", van_id=post)
    old, new = plan(db, replace(edit, versie=2), replace(edit, versie=3))
    assert [item.versie for item in claimed(db)] == [3]
    assert state(db, old) == "vervallen"
    plan(db, replace(edit, versie=4))
    assert claimed(db) == []
    force(db, "verzonden", new)
    assert [item.versie for item in claimed(db)] == [4]


def test_a_post_that_was_parked_is_cancelled_with_the_rest_at_the_end(db: Db) -> None:
    [post] = plan(db, POST)
    force(db, "geparkeerd", post)
    db.write_sync(lambda s: store.lapse(s, "a1", "De actie is voorbij."))
    assert state(db, post) == "vervallen"


def test_a_row_that_waits_for_another_does_not_keep_the_worker_awake(db: Db) -> None:
    [post] = plan(db, POST)
    force(db, "onbekend", post)
    plan(db, removal(post, POST))
    assert db.read_sync(claim.next_due) == NU
    assert db.read_sync(lambda s: claim.next_due(s, after=NU)) is None


def test_a_claimed_row_that_was_cancelled_cannot_be_sent_or_settled(db: Db) -> None:
    plan(db, POST)
    [item] = claimed(db)
    db.write_sync(lambda s: store.lapse(s, "a1", "De actie is voorbij."))
    assert not db.write_sync(lambda s: store.intend(s, item, "w", NU))
    assert not db.write_sync(lambda s: store.settle(s, item, "w", "bevestigd", NU, receipt=Receipt("1", "")))
    assert state(db, item.id) == "vervallen"


def test_only_what_is_still_unknown_is_put_off(db: Db) -> None:
    [post] = plan(db, POST)
    db.write_sync(lambda s: onbekend.later(s, post, LATER))
    assert db.read_sync(claim.next_due) == NU
