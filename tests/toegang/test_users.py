"""Log-in: one answer for every mistake, a lock that grows, a session that ends."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Literal

import pytest
from argon2 import PasswordHasher

from hub.kit.db import Db
from hub.toegang import audit, sessions, users
from hub.toegang.keys import OnbekendeRol
from hub.toegang.pogingen import RUIMTE
from hub.toegang.users import TEGELIJK_HOOGSTENS, GebruikerFout, Inloggen, InlogGeweigerd
from hub.toegang.wachtwoorden import Wachtwoorden
from tests.builders import Klok

GOED = "een-lang-wachtwoord-van-niemand"
SNEL = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def deur(db: Db, klok: Klok) -> Iterator[Inloggen]:
    wachtwoorden = Wachtwoorden(SNEL)
    deur = Inloggen(db, klok, wachtwoorden=wachtwoorden)
    db.write_sync(lambda s: users.make(s, wachtwoorden, naam="noor", rol="meldkamer", wachtwoord=GOED, now=klok.now()))
    yield deur
    wachtwoorden.close()


async def mislukt(deur: Inloggen, naam: str = "noor", wachtwoord: str = "fout", adres: str = "a") -> InlogGeweigerd:
    with pytest.raises(InlogGeweigerd) as caught:
        await deur.login(naam, wachtwoord, adres)
    return caught.value


async def test_the_right_password_begins_a_session(deur: Inloggen, db: Db, klok: Klok) -> None:
    cookie = await deur.login("noor", GOED, "a")
    found = await db.read(lambda s: sessions.find(s, cookie, klok.now()))
    assert found is not None
    assert (found.wie.naam, found.wie.rol) == ("noor", "meldkamer")


async def test_a_wrong_name_and_a_wrong_password_sound_the_same(deur: Inloggen) -> None:
    assert str(await mislukt(deur, "niemand")) == str(await mislukt(deur, "noor"))


async def test_ten_failures_lock_the_account_also_for_the_right_password(deur: Inloggen, klok: Klok) -> None:
    for number in range(10):
        await mislukt(deur, adres=f"adres-{number}")
    locked = await mislukt(deur, wachtwoord=GOED)
    assert locked.na_seconden == 30
    klok.verder(seconds=31)
    assert await deur.login("noor", GOED, "a")


async def test_the_lock_doubles_up_to_an_hour(deur: Inloggen, klok: Klok) -> None:
    waits = []
    for number in range(20):
        klok.verder(hours=2)
        await mislukt(deur, adres=f"adres-{number}")
        waits.append((await mislukt(deur, wachtwoord=GOED, adres=f"x-{number}")).na_seconden if number >= 9 else 0)
    assert waits[9:13] == [30, 60, 120, 240]
    assert max(waits) == 3600


async def test_a_log_in_forgets_earlier_failures(deur: Inloggen) -> None:
    for _ in range(9):
        await mislukt(deur)
    await deur.login("noor", GOED, "a")
    await mislukt(deur)
    assert await deur.login("noor", GOED, "a")


async def test_an_address_that_guesses_names_waits(deur: Inloggen, klok: Klok) -> None:
    for number in range(RUIMTE):
        await mislukt(deur, naam=f"naam-{number}")
    waits = await mislukt(deur, wachtwoord=GOED)
    assert waits.na_seconden == 10
    assert await deur.login("noor", GOED, "een-ander-adres")
    klok.verder(seconds=11)
    assert await deur.login("noor", GOED, "a")


async def test_an_address_that_asks_everything_at_once_waits_too(deur: Inloggen) -> None:
    answers = await asyncio.gather(
        *(deur.login(f"naam-{number}", "fout", "a") for number in range(RUIMTE * 3)), return_exceptions=True
    )
    waits = [error.na_seconden for error in answers if isinstance(error, InlogGeweigerd)]
    assert sum(1 for wait in waits if not wait) == RUIMTE


class Wachtend(PasswordHasher):
    """A hasher that takes as long as the test wants."""

    def __init__(self, poort: threading.Event) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.poort = poort

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.poort.wait()
        return super().verify(hash, password)


async def test_a_flood_from_many_addresses_is_sent_away_before_it_costs_anything(db: Db, klok: Klok) -> None:
    poort = threading.Event()
    deur = Inloggen(db, klok, wachtwoorden=Wachtwoorden(Wachtend(poort)))
    flood = [asyncio.create_task(deur.login("x", "fout", f"adres-{n}")) for n in range(TEGELIJK_HOOGSTENS + 1)]
    done, _ = await asyncio.wait(flood, return_when=asyncio.FIRST_COMPLETED)
    poort.set()
    answers = await asyncio.gather(*flood, return_exceptions=True)
    deur.wachtwoorden.close()
    assert [error.na_seconden for task in done if isinstance(error := task.exception(), InlogGeweigerd)] == [10]
    assert sum(isinstance(error, InlogGeweigerd) and error.na_seconden == 10 for error in answers) == 1


async def test_an_account_on_lock_is_no_way_around_the_limit(deur: Inloggen) -> None:
    for number in range(10):
        await mislukt(deur, adres=f"adres-{number}")
    for _ in range(RUIMTE):
        assert "op slot" in str(await mislukt(deur))
    assert "Te veel pogingen" in str(await mislukt(deur, naam="een-ander"))


async def test_logging_in_often_is_no_failure(deur: Inloggen) -> None:
    for _ in range(RUIMTE * 2):
        assert await deur.login("noor", GOED, "a")


async def test_logging_in_again_ends_the_session_before(deur: Inloggen, db: Db, klok: Klok) -> None:
    old = await deur.login("noor", GOED, "a")
    new = await deur.login("noor", GOED, "a", oud=old)
    assert await db.read(lambda s: sessions.find(s, old, klok.now())) is None
    assert await db.read(lambda s: sessions.find(s, new, klok.now())) is not None


async def test_a_session_lasts_one_shift(deur: Inloggen, db: Db, klok: Klok) -> None:
    cookie = await deur.login("noor", GOED, "a")
    klok.verder(hours=8)
    assert await db.read(lambda s: sessions.find(s, cookie, klok.now())) is None


async def test_switching_a_user_off_ends_the_sessions(deur: Inloggen, db: Db, klok: Klok) -> None:
    cookie = await deur.login("noor", GOED, "a")
    assert await db.write(lambda s: users.switch(s, "noor", False, now=klok.now()))
    assert await db.read(lambda s: sessions.find(s, cookie, klok.now())) is None
    await mislukt(deur, wachtwoord=GOED)


async def test_a_new_password_ends_the_sessions(deur: Inloggen, db: Db, klok: Klok) -> None:
    cookie = await deur.login("noor", GOED, "a")
    await db.write(
        lambda s: users.make(s, deur.wachtwoorden, naam="noor", rol="lezer", wachtwoord=GOED + "2", now=klok.now())
    )
    assert await db.read(lambda s: sessions.find(s, cookie, klok.now())) is None


@pytest.mark.parametrize("wachtwoord", ["te-kort", "x" * 201])
def test_a_password_has_a_sensible_length(deur: Inloggen, db: Db, klok: Klok, wachtwoord: str) -> None:
    with pytest.raises(GebruikerFout):
        db.write_sync(
            lambda s: users.make(s, deur.wachtwoorden, naam="kim", rol="lezer", wachtwoord=wachtwoord, now=klok.now())
        )


def test_a_role_that_does_not_exist_is_refused(deur: Inloggen, db: Db, klok: Klok) -> None:
    with pytest.raises(OnbekendeRol, match="meldkamer"):
        db.write_sync(
            lambda s: users.make(s, deur.wachtwoorden, naam="kim", rol="baas", wachtwoord=GOED, now=klok.now())
        )


async def test_the_audit_trail_names_who_and_holds_no_password(deur: Inloggen, db: Db) -> None:
    await deur.login("noor", GOED, "a")
    assert await db.read(audit.first_broken) is None
    assert [user.naam for user in await db.read(users.every)] == ["noor"]
