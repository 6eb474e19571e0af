"""What public pages keep in memory never outlives a change."""

from sqlalchemy.orm import Session

from hub.kit.db import Db, signal
from hub.web.public_cache import Fresh


def change(session: Session) -> None:
    signal(session, "actie", "een-actie")


async def test_one_read_serves_everyone_until_something_changes(db: Db) -> None:
    reads: list[int] = []
    fresh = Fresh(db)

    def load(_session: Session) -> int:
        reads.append(1)
        return len(reads)

    assert [await fresh.get("a", load), await fresh.get("a", load)] == [1, 1]
    await db.write(change)
    assert await fresh.get("a", load) == 2


async def test_what_was_read_before_a_change_is_not_kept_after_it(db: Db) -> None:
    fresh = Fresh(db)

    def overtaken(_session: Session) -> str:
        db.write_sync(change)
        return "oud"

    assert await fresh.get("a", overtaken) == "oud"
    assert await fresh.get("a", lambda _session: "nieuw") == "nieuw"


async def test_what_does_not_exist_is_not_kept(db: Db) -> None:
    fresh = Fresh(db)
    assert await fresh.get("a", lambda _session: None) is None
    assert await fresh.get("a", lambda _session: "er nu wel") == "er nu wel"
