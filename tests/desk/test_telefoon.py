"""What a token on a phone opens, for how long, in whose name, and when it opens nothing any more."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from hub.compose.templates import Templates
from hub.content import Timeouts
from hub.delivery import claim
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.desk import telefoon, vragen
from hub.desk.desk import Desk
from hub.desk.errors import Conflict, NietGevonden, Ongeldig
from hub.desk.tables import TelefoonRij
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault, fingerprint
from hub.toegang import audit, users
from hub.toegang.model import Wie
from hub.toegang.wachtwoorden import Wachtwoorden
from tests.builders import Klok, een_invoer

ROOT = Path(__file__).resolve().parents[2]
NOOR, ANS = Wie("noor", "meldkamer"), Wie("ans", "meldkamer")
WACHTWOORD = "een-lang-wachtwoord-van-niemand"
LINK = "https://kanaal.example/bericht/7"


@pytest.fixture
def wachtwoorden() -> Iterator[Wachtwoorden]:
    """Passwords that cost no time."""
    made = Wachtwoorden(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield made
    made.close()


@pytest.fixture
def noor(db: Db, klok: Klok, wachtwoorden: Wachtwoorden) -> str:
    """The id of Noor, who works at the meldkamer."""
    return made(db, klok, wachtwoorden)


def made(db: Db, klok: Klok, wachtwoorden: Wachtwoorden, **anders: object) -> str:
    given = {"naam": NOOR.naam, "rol": NOOR.rol, "wachtwoord": WACHTWOORD, "now": klok.now(), **anders}
    return db.write_sync(lambda s: users.make(s, wachtwoorden, **given)).id


@pytest.fixture
def desk(db: Db, vault: Vault, tmp_path: Path, klok: Klok) -> Desk:
    """A desk with one kanaal that is kept by hand."""
    db.write_sync(partial(kanalen.save, vault=vault, invoer=KanaalInvoer("buurtapp", "handmatig"), now=klok.now()))
    accounts = Accounts(db, Registry(ROOT / "channels"), vault, Timeouts(1, 1))
    config = Config(adres="https://hub.example", werkmap=str(tmp_path))
    return Desk(db, accounts, Templates(ROOT / "templates" / "posts"), vault, config, klok)


async def running(desk: Desk, **anders: object) -> str:
    outcome = await desk.open(een_invoer(publiceren=True, **anders), ANS)
    await by_hand(desk)
    return outcome.actie.id


async def by_hand(desk: Desk) -> None:
    """The worker finds that a person must do what is due."""
    now = desk.clock.now()
    for row in await desk.db.write(lambda s: claim.claim(s, "proef", now, {}, 9)):
        await desk.db.write(partial(delivery.settle, item=row, owner="proef", event="handwerk", now=now))


async def task(desk: Desk, actie_id: str, soort: str = "publiceren") -> Bezorging:
    rows = await desk.db.read(lambda s: delivery.of_actie(s, actie_id))
    return next(row for row in rows if row.soort == soort)


async def look(desk: Desk, token: str) -> telefoon.Telefoon | None:
    now = desk.clock.now()
    return await desk.db.read(lambda s: telefoon.look(s, token, now))


async def stand(desk: Desk, token: str) -> str:
    found = await look(desk, token)
    return found.stand if found else "niets"


async def test_a_token_opens_one_task_in_the_name_of_who_asked_and_only_its_fingerprint_is_kept(
    desk: Desk, noor: str
) -> None:
    actie_id = await running(desk)
    row = await task(desk, actie_id)
    token = await telefoon.ask(desk, row.id, NOOR, noor)
    assert len(token) >= 32
    found = await look(desk, token)
    assert found is not None
    assert (found.stand, found.wie, found.vraag.rij.id) == ("plaatsen", NOOR, row.id)
    kept = await desk.db.read(lambda s: s.scalars(select(TelefoonRij.vingerafdruk)).all())
    assert kept == [fingerprint(token)]
    trail = await desk.db.read(lambda s: audit.of_actie(s, actie_id))
    assert ("noor", "taak op telefoon") in {(line.wie, line.deed) for line in trail}
    assert not any(token in str(line) for line in trail)
    seen = await task(desk, actie_id)
    assert seen.gestart_op is not None


async def test_it_works_for_a_quarter_of_an_hour_and_until_another_is_asked(desk: Desk, klok: Klok, noor: str) -> None:
    row = await task(desk, await running(desk))
    first = await telefoon.ask(desk, row.id, NOOR, noor)
    klok.verder(minutes=14)
    assert await stand(desk, first) == "plaatsen"
    second = await telefoon.ask(desk, row.id, NOOR, noor)
    assert (await stand(desk, first), await stand(desk, second)) == ("niets", "plaatsen")
    klok.verder(minutes=15)
    assert await stand(desk, second) == "niets"
    with pytest.raises(Conflict):
        await telefoon.answer(desk, second, "geen-link")
    assert await stand(desk, "geraden") == "niets"


async def test_what_is_over_is_forgotten_when_the_next_is_asked(desk: Desk, klok: Klok, noor: str) -> None:
    first, second = await running(desk), await running(desk, kenmerk="MN-2026-0794")
    await telefoon.ask(desk, (await task(desk, first)).id, NOOR, noor)
    klok.verder(minutes=16)
    row = await task(desk, second)
    await telefoon.ask(desk, row.id, NOOR, noor)
    assert await desk.db.read(lambda s: s.scalars(select(TelefoonRij.bezorging_id)).all()) == [row.id]


async def test_the_answer_is_that_of_who_asked_and_ends_the_task(desk: Desk, noor: str) -> None:
    actie_id = await running(desk)
    row = await task(desk, actie_id)
    token = await telefoon.ask(desk, row.id, NOOR, noor)
    for antwoord in ("verwijderd", "nooit-geplaatst", "staat-er", ""):
        with pytest.raises(Conflict):
            await telefoon.answer(desk, token, antwoord)
    await telefoon.answer(desk, token, "geplaatst", f"Bekijk dit: {LINK}.")
    placed = await task(desk, actie_id)
    assert (placed.staat, placed.bericht_url, placed.bevestigd_door) == ("verzonden", LINK, "noor")
    assert await stand(desk, token) == "geplaatst"
    with pytest.raises(Conflict):
        await telefoon.answer(desk, token, "geen-link")
    with pytest.raises(Conflict):
        await telefoon.ask(desk, row.id, NOOR, noor)


async def test_after_the_end_nothing_can_be_placed_and_the_removal_has_a_page_of_its_own(desk: Desk, noor: str) -> None:
    actie_id = await running(desk)
    row = await task(desk, actie_id)
    token = await telefoon.ask(desk, row.id, NOOR, noor)
    await desk.withdraw(actie_id, "gevonden", ANS)
    assert await stand(desk, token) == "beeindigd"
    with pytest.raises(Conflict):
        await telefoon.answer(desk, token, "geen-link")
    with pytest.raises(Conflict):
        await telefoon.ask(desk, row.id, NOOR, noor)
    await by_hand(desk)
    removal = await task(desk, actie_id, "intrekken")
    away = await telefoon.ask(desk, removal.id, NOOR, noor)
    found = await look(desk, away)
    assert found is not None
    assert (found.stand, found.misschien) == ("weghalen", True)
    await telefoon.answer(desk, away, "verwijderd")
    assert await stand(desk, away) == "weg"
    assert (await task(desk, actie_id, "intrekken")).bevestigd_door == "noor"


@pytest.mark.parametrize(("gezegd", "mag"), [(True, False), (False, True)])
async def test_never_placed_is_an_answer_only_while_nobody_said_that_it_was(
    desk: Desk, noor: str, gezegd: bool, mag: bool
) -> None:
    actie_id = await running(desk)
    token = await telefoon.ask(desk, (await task(desk, actie_id)).id, NOOR, noor)
    if gezegd:
        await telefoon.answer(desk, token, "geen-link")
    await desk.withdraw(actie_id, "gevonden", ANS)
    await by_hand(desk)
    away = await telefoon.ask(desk, (await task(desk, actie_id, "intrekken")).id, NOOR, noor)
    if mag:
        await telefoon.answer(desk, away, "nooit-geplaatst")
        assert (await task(desk, actie_id)).staat == "vervallen"
    else:
        with pytest.raises(Conflict):
            await telefoon.answer(desk, away, "nooit-geplaatst")


async def test_words_that_were_replaced_are_not_placed_any_more(desk: Desk, noor: str) -> None:
    actie_id = await running(desk)
    token = await telefoon.ask(desk, (await task(desk, actie_id)).id, NOOR, noor)
    await desk.correct(actie_id, {"titel": "Sanne (9) is nog vermist"}, ANS)
    assert await stand(desk, token) == "nieuwer"


async def test_newer_words_for_a_placed_post_are_brought_by_the_phone_as_a_change_of_that_post(
    desk: Desk, noor: str
) -> None:
    actie_id = await running(desk)
    row = await task(desk, actie_id)
    await telefoon.answer(desk, await telefoon.ask(desk, row.id, NOOR, noor), "geplaatst", LINK)
    await desk.correct(actie_id, {"titel": "Sanne (9) is nog vermist"}, ANS)
    await by_hand(desk)
    token = await telefoon.ask(desk, (await task(desk, actie_id, "corrigeren")).id, NOOR, noor)
    found = await look(desk, token)
    assert found is not None
    assert (found.stand, vragen.changing(found.vraag), found.misschien) == ("plaatsen", True, False)
    await telefoon.answer(desk, token, "geen-link")
    assert await stand(desk, token) == "geplaatst"
    assert (await task(desk, actie_id)).bericht_url == LINK


async def test_a_token_dies_with_the_rights_of_who_asked(
    desk: Desk, klok: Klok, noor: str, wachtwoorden: Wachtwoorden
) -> None:
    row = await task(desk, await running(desk))
    token = await telefoon.ask(desk, row.id, NOOR, noor)
    for anders in ({"rol": "lezer"}, {"regios": ("GM0363",)}):
        made(desk.db, klok, wachtwoorden, **anders)
        assert await stand(desk, token) == "niets"
    made(desk.db, klok, wachtwoorden)
    assert await stand(desk, token) == "plaatsen"
    await desk.db.write(lambda s: users.switch(s, "noor", False, now=klok.now()))
    assert await stand(desk, token) == "niets"


async def test_only_who_may_see_the_task_can_ask(desk: Desk, klok: Klok, noor: str) -> None:
    row = await task(desk, await running(desk))
    far = replace(NOOR, regios=("GM0363",))
    for bezorging_id, wie in ((row.id, far), ("bestaat-niet", NOOR)):
        with pytest.raises(NietGevonden):
            await telefoon.ask(desk, bezorging_id, wie, noor)
    now = klok.now()
    with pytest.raises(NietGevonden):
        await desk.db.read(lambda s: telefoon.still_open(s, row.id, far, now))
    assert await desk.db.read(lambda s: telefoon.still_open(s, row.id, NOOR, now)) == ("plaatsen", False)


@pytest.mark.parametrize(
    "geplakt", [LINK, f"  {LINK}\n", f"Bekijk dit bericht: {LINK}.", f"({LINK})", f"{LINK}\0", f"\x1b[8m{LINK}\x1b[0m"]
)
def test_the_link_is_found_in_what_somebody_pasted(geplakt: str) -> None:
    assert telefoon.link_in(geplakt.strip(), {"hub.example"}) == LINK


@pytest.mark.parametrize(
    ("geplakt", "zin"),
    [
        ("", "Geplaatst, geen link"),
        ("hij staat erop", "geen link"),
        ("javascript:alert(1)", "geen link"),
        ("https://" + "a" * 1000 + ".example/", "geen link"),
        ("https://kanaal", "klopt niet"),
        ("https://[kanaal.example/", "klopt niet"),
        ("https://politie.nl@elders.example/1", "klopt niet"),
        ("https://politie.nl\\@elders.example/1", "klopt niet"),
        ("https://hub.example/taak/abc", "van de hub zelf"),
    ],
)
def test_what_is_no_link_to_a_post_is_refused_with_what_to_do(geplakt: str, zin: str) -> None:
    with pytest.raises(Ongeldig, match=zin):
        telefoon.link_in(geplakt, {"hub.example"})
