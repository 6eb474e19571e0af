"""Replies under posts about a person are closed as soon as the post is out, and tried again until it holds."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.content import NeedsAttention, NotNow, Refused, Unknown
from hub.delivery import store as delivery
from hub.delivery.model import Plan
from hub.delivery.tables import BezorgingRij
from hub.kanalen import store as kanalen
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.tracking import nazorg
from hub.tracking.modereren import STRAKS, Moderator, wait
from hub.tracking.nazorg import LANG, Nazorg
from tests.builders import NU, Klok
from tests.tracking.bouw import ACTIE, add_actie
from tests.tracking.netten import Netten, accounts, plaats


@pytest.fixture
def netten() -> Netten:
    return Netten()


@pytest.fixture
def moderator(db: Db, vault: Vault, klok: Klok, tmp_path: Path, netten: Netten) -> Moderator:
    """Over a running actie about a missing person; it waits for what is slow, as a busy machine is."""
    db.write_sync(add_actie)
    return Moderator(db, accounts(db, vault, tmp_path, netten), klok, geduld=30)


@pytest.fixture
def ongeduldig(db: Db, vault: Vault, klok: Klok, tmp_path: Path, netten: Netten) -> Moderator:
    """The same, where a kanaal is made slow on purpose."""
    db.write_sync(add_actie)
    return Moderator(db, accounts(db, vault, tmp_path, netten), klok, geduld=2)


def stand(db: Db, post: str) -> Nazorg:
    return db.read_sync(lambda s: nazorg.of_posts(s, [post]))[post]


def change_actie(db: Db, **values: object) -> None:
    def work(session: Session) -> None:
        for naam, value in values.items():
            setattr(session.get_one(ActieRij, ACTIE), naam, value)

    db.write_sync(work)


def post_row(db: Db, post: str) -> dict[str, object]:
    row = db.read_sync(lambda s: s.get_one(BezorgingRij, post))
    return {naam: value for naam, value in vars(row).items() if not naam.startswith("_")}


async def test_replies_are_closed_once_and_the_post_is_left_alone(
    db: Db, vault: Vault, moderator: Moderator, netten: Netten
) -> None:
    post = plaats(db, vault)
    before = post_row(db, post)
    assert [await moderator.run_once() for _ in range(3)] == [1, 0, 0]
    assert netten["proef-x"].dicht == {"post-1"}
    assert stand(db, post) == Nazorg("dicht", NU)
    assert netten["proef-x"].keer("sluiten") == 1
    assert post_row(db, post) == before


async def test_a_new_post_and_a_closing_message_are_closed_too(
    db: Db, vault: Vault, moderator: Moderator, netten: Netten
) -> None:
    for versie, soort in enumerate(("publiceren", "corrigeren", "sluiten"), start=1):
        plaats(db, vault, versie=versie, soort=soort)
    assert await moderator.run_once() == 3
    assert netten["proef-x"].dicht == {"post-1", "post-2", "post-3"}


async def test_only_posts_about_a_person_are_closed(db: Db, vault: Vault, moderator: Moderator, netten: Netten) -> None:
    change_actie(db, type="diefstal-voertuig")
    plaats(db, vault)
    assert await moderator.run_once() == 0
    assert netten == {}


@pytest.mark.parametrize("staat", ["wachtrij", "verzenden", "onbekend", "vervallen"])
async def test_nothing_is_asked_of_a_post_that_is_not_confirmed(
    db: Db, vault: Vault, moderator: Moderator, netten: Netten, staat: str
) -> None:
    post = plaats(db, vault)

    def work(session: Session) -> None:
        session.get_one(BezorgingRij, post).staat = staat

    db.write_sync(work)
    assert await moderator.run_once() == 0
    assert netten == {}


async def test_a_post_that_is_being_taken_away_is_left_to_that(
    db: Db, vault: Vault, moderator: Moderator, netten: Netten
) -> None:
    post = plaats(db, vault)
    weg = Plan(ACTIE, 1, "proef-x", "intrekken", "wijzigt", "tijdkritisch", oefening=False, marker="K7M2QX",
               van_id=post)  # fmt: skip
    db.write_sync(lambda s: delivery.plan(s, [weg], NU))
    assert await moderator.run_once() == 0


async def test_what_fails_is_tried_again_until_it_holds(
    db: Db, vault: Vault, klok: Klok, moderator: Moderator, netten: Netten
) -> None:
    post, net = plaats(db, vault), netten["proef-x"]
    for error in (Unknown("geen antwoord"), NotNow("niet bereikbaar"), RuntimeError("nooit van gehoord")):
        net.fout["sluiten"] = error
        assert await moderator.run_once() == 0
        assert stand(db, post) == Nazorg("", None, str(error))
        klok.verder(minutes=5)
    net.fout.clear()
    assert await moderator.run_once() == 1
    assert stand(db, post) == Nazorg("dicht", klok.now())


async def test_a_netwerk_that_is_down_is_not_asked_at_every_round(
    db: Db, vault: Vault, klok: Klok, moderator: Moderator, netten: Netten
) -> None:
    plaats(db, vault)
    netten["proef-x"].fout["sluiten"] = Unknown("geen antwoord")
    for _ in range(300):
        klok.verder(seconds=2)
        await moderator.run_once()
    assert 5 <= netten["proef-x"].keer("sluiten") <= 14


async def test_what_a_netwerk_refuses_for_good_is_said_and_not_repeated(
    db: Db, vault: Vault, klok: Klok, moderator: Moderator, netten: Netten
) -> None:
    post = plaats(db, vault)
    netten["proef-x"].fout["sluiten"] = Refused("Dit account mag dat niet.")
    for _ in range(2):
        await moderator.run_once()
        klok.verder(days=1)
    assert netten["proef-x"].keer("sluiten") == 1
    assert stand(db, post) == Nazorg("geweigerd", None, "Dit account mag dat niet.")


async def test_an_account_that_cannot_is_not_asked_and_looked_at_again_when_it_may_be_able(
    db: Db, vault: Vault, klok: Klok, moderator: Moderator, netten: Netten
) -> None:
    post, net = plaats(db, vault), netten["proef-x"]
    able, net.kan = net.kan, frozenset()
    assert await moderator.run_once() == 0
    assert (net.gevraagd, stand(db, post)) == ([], Nazorg())
    net.kan = able
    assert await moderator.run_once() == 0
    klok.verder(seconds=STRAKS.total_seconds())
    assert await moderator.run_once() == 1


async def test_a_slow_kanaal_holds_up_no_other_and_is_closed_after_all(
    db: Db, vault: Vault, ongeduldig: Moderator, netten: Netten
) -> None:
    slow = plaats(db, vault)
    netten["proef-x"].wacht = asyncio.Event()
    plaats(db, vault, "proef-y")
    assert await ongeduldig.run_once() == 1
    plaats(db, vault, "proef-z")
    assert await ongeduldig.run_once() == 1
    assert netten["proef-x"].keer("sluiten") == 1, "een kanaal dat bezig is, wordt niet nog eens gevraagd"
    netten["proef-x"].wacht.set()
    async with asyncio.timeout(20):
        while stand(db, slow).staat != "dicht":
            await ongeduldig.run_once()
    await ongeduldig.stop()


async def test_a_stop_leaves_nothing_behind_and_the_next_start_goes_on(
    db: Db, vault: Vault, ongeduldig: Moderator, netten: Netten
) -> None:
    post = plaats(db, vault)
    netten["proef-x"].wacht = asyncio.Event()
    assert await ongeduldig.run_once() == 0
    await ongeduldig.stop()
    netten["proef-x"].wacht = None
    assert stand(db, post) == Nazorg()
    assert await ongeduldig.run_once() == 1


async def test_a_kanaal_that_waits_for_a_person_is_left_alone_and_a_stopped_one_is_not(
    db: Db, vault: Vault, moderator: Moderator, netten: Netten
) -> None:
    plaats(db, vault)
    plaats(db, vault, "proef-y")
    db.write_sync(lambda s: kanalen.note_failure(s, "proef-x", "token ingetrokken", NU, pause=True))
    db.write_sync(lambda s: kanalen.halt(s, "proef-y", "te druk"))
    assert await moderator.run_once() == 1
    assert netten["proef-y"].dicht == {"post-1"}


async def test_an_account_without_rights_is_left_alone_for_a_while(
    db: Db, vault: Vault, klok: Klok, moderator: Moderator, netten: Netten
) -> None:
    plaats(db, vault)
    plaats(db, vault, versie=2, soort="corrigeren")
    netten["proef-x"].fout["sluiten"] = NeedsAttention("token ingetrokken")
    for _ in range(5):
        await moderator.run_once()
        klok.verder(minutes=2)
    assert netten["proef-x"].keer("sluiten") == 1


async def test_long_after_its_end_an_actie_is_let_go(
    db: Db, vault: Vault, klok: Klok, moderator: Moderator, netten: Netten
) -> None:
    plaats(db, vault)
    netten["proef-x"].fout["sluiten"] = Unknown("geen antwoord")
    change_actie(db, fase="afgesloten", beeindigd_op=NU)
    await moderator.run_once()
    assert netten["proef-x"].keer("sluiten") == 1
    klok.verder(seconds=LANG.total_seconds() + 1)
    await moderator.run_once()
    assert netten["proef-x"].keer("sluiten") == 1


@pytest.mark.parametrize("after", [None, -5.0, 0.0, 1e12])
def test_a_wait_is_never_nothing_and_never_for_ever(after: float | None) -> None:
    waits = [wait(poging, after, willekeur) for poging in (1, 2, 5, 50, 5000) for willekeur in (0.0, 0.5, 1.0)]
    assert all(timedelta(seconds=1) <= span <= timedelta(minutes=15) for span in waits)
