"""Short links: one code per place, and generations that name a step but no person."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.db import Db, newer_signals
from hub.tracking.links import HOOGSTE_GENERATIE, mint, mint_many, mint_shared, spoor, unlead
from hub.tracking.tables import LinkRij
from tests.builders import NU
from tests.tracking.bouw import ACTIE, PAGINA, add_link


def shared(db: Db, doel: str, via: str) -> str:
    return db.write_sync(
        lambda session: mint_shared(
            session, actie_id=ACTIE, doel=doel, via=spoor(session, via, ACTIE), doel_url=PAGINA, now=NU
        )
    )


def test_the_same_place_has_one_code(db: Db) -> None:
    code = add_link(db, "proef-x")
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{8}", code)
    assert add_link(db, "proef-x") == code
    assert add_link(db, "proef-telegram") != code
    assert add_link(db, "proef-x", plek="scherm") != code


def test_a_new_link_is_signalled_once(db: Db) -> None:
    code = add_link(db)
    add_link(db)
    signals = db.read_sync(lambda session: [(item.onderwerp, item.sleutel) for item in newer_signals(session, 0)])
    assert signals == [("link", code)]


def test_a_printed_code_follows_a_new_address(db: Db) -> None:
    code = add_link(db)
    again = db.write_sync(
        lambda session: mint(session, actie_id=ACTIE, plek="kanaal", naam="proef-x", doel_url="https://nieuw/a", now=NU)
    )
    assert again == code


def test_a_place_that_does_not_exist_is_refused(db: Db) -> None:
    with pytest.raises(ValueError, match="plek"):
        add_link(db, plek="ergens")


def test_everyone_at_the_same_step_shares_the_same_code(db: Db) -> None:
    begin = add_link(db, "proef-x")
    assert shared(db, "whatsapp", begin) == shared(db, "whatsapp", begin)
    assert shared(db, "whatsapp", begin) != shared(db, "telegram", begin)


def test_sharing_counts_steps_and_remembers_where_the_chain_began(db: Db) -> None:
    code = add_link(db, "proef-x")
    for _ in range(12):
        code = shared(db, "whatsapp", code)
    step = db.read_sync(lambda session: spoor(session, code, ACTIE))
    assert step is not None
    assert step.generatie == HOOGSTE_GENERATIE
    assert step.begin == ("kanaal", "proef-x")


def test_sharing_a_page_that_was_opened_without_a_link_has_no_origin(db: Db) -> None:
    step = db.read_sync(lambda session: spoor(session, shared(db, "mail", ""), ACTIE))
    assert step is not None
    assert (step.generatie, step.begin) == (2, ("", ""))


def test_a_link_of_another_actie_leaves_no_trace(db: Db) -> None:
    code = add_link(db)
    assert db.read_sync(lambda session: spoor(session, code, "een-andere")) is None


def test_many_places_get_a_code_each_at_once_and_keep_it(db: Db) -> None:
    def mint_all(namen: list[str], doel: str) -> dict[str, str]:
        return db.write_sync(lambda s: mint_many(s, actie_id=ACTIE, plek="scherm", namen=namen, doel_url=doel, now=NU))

    first = mint_all(["Utrecht 1", "Utrecht 2"], PAGINA)
    again = mint_all(["Utrecht 1", "Utrecht 2", "Utrecht 3"], PAGINA)
    assert {naam: again[naam] for naam in first} == first
    assert len(set(again.values())) == 3
    told = [(item.onderwerp, item.sleutel) for item in db.read_sync(lambda s: newer_signals(s, 0))]
    assert told == [("links", ACTIE)] * 2


def test_codes_that_lead_nowhere_lead_somewhere_again_with_an_address(db: Db) -> None:
    code = add_link(db, "proef-x")
    other = db.write_sync(
        lambda session: mint(session, actie_id="ander", plek="kanaal", naam="proef-x", doel_url=PAGINA, now=NU)
    )
    before = db.read_sync(lambda session: newer_signals(session, 0)[-1].serial)
    for _ in range(2):
        db.write_sync(lambda session: unlead(session, ACTIE))
    told = db.read_sync(lambda session: [item.sleutel for item in newer_signals(session, before)])
    assert told == [code]
    assert db.read_sync(_doelen) == {code: "", other: PAGINA}
    assert add_link(db, "proef-x") == code
    assert db.read_sync(_doelen) == {code: PAGINA, other: PAGINA}


def _doelen(session: Session) -> dict[str, str]:
    return {row.code: row.doel_url for row in session.scalars(select(LinkRij))}
