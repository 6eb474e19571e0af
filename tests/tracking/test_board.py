"""The links board: right from the first commit, and over at once after a withdrawal."""

from hub.kit.db import Db
from hub.tracking.board import LinkBoard
from hub.tracking.throttle import Throttle
from tests.builders import Klok
from tests.tracking.bouw import PAGINA, add_actie, add_link, end


def test_links_from_before_the_start_and_after_it_are_known(db: Db, klok: Klok) -> None:
    db.write_sync(add_actie)
    earlier = add_link(db, "proef-x")
    board = LinkBoard(db, klok)
    board.start()
    later = add_link(db, "proef-telegram")
    for code in (earlier, later):
        stand = board.lookup(code)
        assert stand is not None
        assert (stand.doel_url, stand.einde) == (PAGINA, False)
        assert stand.locatie == f"{PAGINA}?via={code}"
    assert len(board) == 2


def test_a_code_typed_over_in_lower_case_works(db: Db, klok: Klok) -> None:
    db.write_sync(add_actie)
    board = LinkBoard(db, klok)
    board.start()
    assert board.lookup(add_link(db).lower()) is not None
    assert board.lookup("ZZZZZZZZ") is None


def test_a_link_is_over_as_soon_as_the_withdrawal_returns(db: Db, klok: Klok) -> None:
    db.write_sync(add_actie)
    code = add_link(db)
    board = LinkBoard(db, klok)
    board.start()
    db.write_sync(end)
    stand = board.lookup(code)
    assert stand is not None
    assert stand.einde


def test_a_link_without_an_actie_counts_as_over(db: Db, klok: Klok) -> None:
    code = add_link(db)
    board = LinkBoard(db, klok)
    board.start()
    stand = board.lookup(code)
    assert stand is not None
    assert stand.einde


def test_guessing_is_slowed_down_per_address_and_forgiven_with_time(klok: Klok) -> None:
    misses = Throttle(klok, each=3, each_rate=1, total=100)
    assert [misses.allow("203.0.113.7") for _ in range(4)] == [True, True, True, False]
    assert misses.allow("203.0.113.8")
    klok.verder(seconds=2)
    assert misses.allow("203.0.113.7")


def test_one_ipv6_subscriber_is_one_address(klok: Klok) -> None:
    misses = Throttle(klok, each=1, each_rate=0.01)
    assert misses.allow("2001:db8:1:2::1")
    assert not misses.allow("2001:db8:1:2:ffff::9")
    assert misses.allow("2001:db8:1:3::1")


def test_everyone_together_has_a_limit_too(klok: Klok) -> None:
    misses = Throttle(klok, total=5, total_rate=0.001)
    assert sum(misses.allow(f"198.51.100.{nr}") for nr in range(20)) == 5
