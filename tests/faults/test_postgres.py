"""PostgreSQL goes away, comes back, or freezes: what was acknowledged stays, and everyone finds the way back."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bench.faults.postgres import Server
from hub.kit.clock import monotonic
from hub.kit.databases import opened
from hub.kit.db import Base, Db, last_serial
from hub.kit.db import signal as tell
from hub.kit.postgres import STILL_THERE_SECONDS
from hub.kit.secrets import Vault
from hub.screens.board import ScreenBoard
from hub.tracking.tables import TellerRij
from tests.builders import Klok
from tests.screens.toestel import CONFIG, Tekenaar, een_scherm, start
from tests.stories.conftest import Until

ROOT = Path(__file__).parents[2]
SCHRIJVERS = 8


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL that these tests may break."""
    with Server() as server:
        yield server


@pytest.fixture
def db(server: Server) -> Iterator[Db]:
    """Its database, empty, with every table."""
    server.start()
    with opened(server.url) as db:
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
        yield db


def note(naam: str, session: Session) -> None:
    """Keep a name, once however often it is asked."""
    if session.get(TellerRij, naam) is None:
        session.add(TellerRij(naam=naam, waarde=1))
        tell(session, "actie", naam)


def kept(session: Session) -> set[str]:
    return set(session.scalars(select(TellerRij.naam)))


class Belasting:
    """Writers that never stop; `gelukt` holds what was acknowledged to them."""

    def __init__(self, db: Db) -> None:
        self._db, self.gelukt, self.mislukt = db, set[str](), 0
        self._klaar = False

    async def schrijf(self, wie: int) -> None:
        """Write name after name; one that failed is tried until it is acknowledged."""
        number = 0
        while not self._klaar:
            naam = f"{wie}-{number}"
            try:
                await self._db.write(partial(note, naam))
            except SQLAlchemyError:
                self.mislukt += 1
                await asyncio.sleep(0.05)
            else:
                self.gelukt.add(naam)
                number += 1

    @contextlib.asynccontextmanager
    async def aan(self) -> AsyncIterator[None]:
        """Under load for the length of the block."""
        async with asyncio.TaskGroup() as group:
            for wie in range(SCHRIJVERS):
                group.create_task(self.schrijf(wie))
            try:
                yield
            finally:
                self._klaar = True

    async def gaat_door(self) -> bool:
        """Whether something more is acknowledged from here on."""
        before = len(self.gelukt)
        async with asyncio.timeout(10):
            while len(self.gelukt) < before + SCHRIJVERS:
                await asyncio.sleep(0.01)
        return True


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_a_server_that_restarts_under_load_loses_nothing_that_was_acknowledged(
    db: Db, server: Server, rounds: Callable[[int], int]
) -> None:
    belasting = Belasting(db)
    async with belasting.aan():
        for number in range(max(2, rounds(20))):
            assert await belasting.gaat_door()
            await asyncio.to_thread(server.crash if number % 2 else server.stop)
            await asyncio.to_thread(server.start)
        assert await belasting.gaat_door()
    assert belasting.mislukt
    assert await db.read(kept) >= belasting.gelukt


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_connections_that_are_cut_lose_nothing_and_every_change_is_heard_of(
    db: Db, server: Server, until: Until, rounds: Callable[[int], int]
) -> None:
    heard: list[int] = []
    with opened(server.url) as other:
        other.listen(heard.append)
        belasting = Belasting(db)
        async with belasting.aan():
            for _ in range(max(3, rounds(50))):
                assert await belasting.gaat_door()
                assert await asyncio.to_thread(server.cut) >= 1
            assert await belasting.gaat_door()
        assert await db.read(kept) >= belasting.gelukt
        newest = await db.read(last_serial)

        async def caught_up() -> bool:
            return bool(heard) and heard[-1] >= newest

        await until(caught_up)
    assert heard == sorted(heard)


FREEZE = """
import os, sys
from sqlalchemy import text
from hub.kit.databases import open_db

tries = []

def freeze(session):
    tries.append(session.execute(text("INSERT INTO teller (naam, waarde) VALUES ('bevroren', 1)")))
    if len(tries) == 1:
        print("writing", flush=True)
        sys.stdin.readline()  # a signal stops a thread some time later: until then it must stand here

open_db(sys.argv[1]).write_sync(freeze)
print("done in", len(tries), flush=True)
os._exit(0)
"""


async def test_a_process_that_freezes_while_it_writes_holds_up_the_others_for_seconds_only(
    db: Db, server: Server
) -> None:
    command = [sys.executable, "-c", FREEZE, server.url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as frozen:
        assert frozen.stdin is not None
        assert frozen.stdout is not None
        assert await asyncio.to_thread(frozen.stdout.readline) == "writing\n"
        frozen.send_signal(signal.SIGSTOP)
        begin = monotonic()
        await db.write(partial(note, "door"))
        assert monotonic() - begin < 10, "the lock of a frozen process is taken from it"
        frozen.send_signal(signal.SIGCONT)
        frozen.stdin.write("\n")
        frozen.stdin.flush()
        # Its batch was undone, so it is done again, once.
        assert await asyncio.to_thread(frozen.stdout.readline) == "done in 2\n"
    assert await db.read(kept) == {"door", "bevroren"}


async def test_a_change_of_which_the_notification_is_lost_is_seen_by_looking(
    db: Db, server: Server, until: Until
) -> None:
    heard: list[int] = []
    db.listen(heard.append)

    async def listening() -> bool:
        return bool(heard)

    await until(listening)
    with psycopg.connect(server.url, autocommit=True) as elsewhere:
        row = elsewhere.execute("INSERT INTO signaal (onderwerp, sleutel) VALUES ('scherm', 'x') RETURNING serial")
        serial = (row.fetchone() or (0,))[0]

    async def seen() -> bool:
        return heard[-1] >= serial

    assert STILL_THERE_SECONDS <= 1
    await until(seen)


async def test_a_board_that_cannot_hear_shows_nobody_until_it_has_read_anew(
    db: Db, server: Server, vault: Vault, klok: Klok, until: Until
) -> None:
    board = ScreenBoard(db, Tekenaar(), vault, CONFIG, klok)
    await board.start()
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)

    async def shown() -> str:
        state = board.find(token)
        return "" if state is None else (await board.image(state, 108, 192, levert=True)).actie_id

    async def lit() -> bool:
        return await shown() == actie.id

    async def dark() -> bool:
        return not await lit()

    await until(lit)
    await asyncio.to_thread(server.stop)
    await until(dark)
    await asyncio.to_thread(server.start)
    await until(lit)
    await board.stop()
