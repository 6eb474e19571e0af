"""Pictures for posts: drawn once, and forgotten the moment their actie ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from hub.acties import store as acties
from hub.compose.compose import CARD
from hub.delivery.model import Beeld, Bezorging
from hub.desk.beelden import Beelden, eerste_kaart
from hub.desk.tekenproces import Tekenproces
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens.board import ScreenBoard
from tests.builders import NU, Klok
from tests.screens.toestel import CONFIG, Tekenaar, start, stop


def post(actie_id: str) -> Bezorging:
    empty: dict[str, Any] = dict.fromkeys(("doel", "sleutel", "van_id", "ref", "bericht_url", "fout", "bewijs"), "")
    return Bezorging(
        id="b1", actie_id=actie_id, versie=1, kanaal="proef", soort="publiceren", doet="maakt", staat="geclaimd",
        oefening=False, pogingen=1, fence=1, marker="K7M2QX", tekst="", link="", beeld=Beeld("staand-1080x1920", True),
        klaar_op=NU, gemaakt_op=NU, gestart_op=None, bevestigd_op=None, **empty,
    )  # fmt: skip


@pytest.fixture
def tekenaar() -> Tekenaar:
    return Tekenaar()


@pytest.fixture
async def beelden(db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar) -> AsyncIterator[Beelden]:
    made = Beelden(db, Tekenproces(tekenaar, (), eerste_kaart(CONFIG)), vault, CONFIG, klok)
    board = ScreenBoard(db, tekenaar, vault, CONFIG, klok)
    made.follow()
    await board.start()
    yield made
    await board.stop()


async def forgotten(beelden: Beelden) -> None:
    """Wait until no picture is kept any more."""
    async with asyncio.timeout(20):
        while beelden.kept():
            await asyncio.sleep(0)


async def test_no_picture_of_an_ended_actie_stays_in_memory(db: Db, vault: Vault, klok: Klok, beelden: Beelden) -> None:
    actie = start(db, klok.nu, [], vault)
    assert await beelden.for_post(post(actie.id)) is not None
    assert len(beelden.kept()) == 1
    await asyncio.to_thread(stop, db, actie, klok.nu)
    await forgotten(beelden)


async def test_a_picture_with_a_photo_that_made_way_for_another_is_forgotten(
    db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, beelden: Beelden
) -> None:
    actie = start(db, klok.nu, [], vault)
    assert await beelden.for_post(post(actie.id)) is not None
    before = tekenaar.vergeten
    newer = partial(acties.add_versie, actie_id=actie.id, wijziging={}, wie="Ans", now=klok.nu, reden="andere foto")
    await asyncio.to_thread(db.write_sync, newer)
    await forgotten(beelden)
    assert tekenaar.vergeten > before
    assert await beelden.for_post(post(actie.id)) is not None
    assert len(beelden.kept()) == 1


async def test_a_withdrawal_while_a_picture_is_drawn_leaves_nothing_behind(
    db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, beelden: Beelden
) -> None:
    actie = start(db, klok.nu, [], vault)
    tekenaar.houd.clear()
    drawing = asyncio.ensure_future(beelden.for_post(replace(post(actie.id), link="https://ah.example/7XK2M9QD")))
    await asyncio.to_thread(tekenaar.bezig.wait, 10)
    await asyncio.to_thread(stop, db, actie, klok.nu)
    await asyncio.sleep(0)
    before = tekenaar.vergeten
    tekenaar.houd.set()
    await drawing  # whether its post still leaves is asked when the intent is committed
    await forgotten(beelden)
    assert tekenaar.vergeten > before


async def test_a_picture_that_was_asked_after_the_end_of_its_actie_is_not_kept(
    db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, beelden: Beelden
) -> None:
    actie = start(db, klok.nu, [], vault)
    await asyncio.to_thread(stop, db, actie, klok.nu)
    await asyncio.sleep(0)
    before = tekenaar.vergeten
    assert await beelden.for_post(replace(post(actie.id), beeld=Beeld(CARD))) is not None
    await forgotten(beelden)
    assert tekenaar.vergeten > before


async def test_a_drawing_that_fails_leaves_no_photo_in_the_renderer(
    db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, beelden: Beelden
) -> None:
    actie = start(db, klok.nu, [], vault)
    tekenaar.kapot, before = True, tekenaar.vergeten
    with pytest.raises(RuntimeError):
        await beelden.for_post(post(actie.id))
    assert tekenaar.vergeten > before


@pytest.mark.parametrize(
    ("beeld", "openbaar"),
    [(Beeld(CARD, False), True), (Beeld(CARD, True), False), (Beeld("staand-1080x1920", False), False)],
)
async def test_only_the_card_without_photo_can_be_fetched_by_anybody(
    db: Db, vault: Vault, klok: Klok, beelden: Beelden, beeld: Beeld, openbaar: bool
) -> None:
    actie = start(db, klok.nu, [], vault)
    made = await beelden.for_post(replace(post(actie.id), beeld=beeld, versie=3))
    assert made is not None
    assert made.url == (f"{CONFIG.adres.rstrip('/')}/a/{actie.code}/kaart.jpg?v=3" if openbaar else "")


async def test_a_card_that_was_begun_before_the_actie_started_is_the_one_that_is_sent(
    db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, beelden: Beelden
) -> None:
    actie = start(db, klok.nu, [], vault)
    tekenaar.houd.clear()
    await beelden.vooruit(replace(actie, fase="wacht-op-goedkeuring"), False)
    await asyncio.to_thread(tekenaar.bezig.wait, 10)
    sending = asyncio.ensure_future(beelden.for_post(replace(post(actie.id), beeld=Beeld(CARD))))
    tekenaar.houd.set()
    assert await sending is not None
    assert len(tekenaar.getekend) == 1


async def test_a_closing_message_never_carries_the_card_that_its_actie_started_with(
    db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, beelden: Beelden
) -> None:
    actie = start(db, klok.nu, [], vault)
    await beelden.vooruit(actie, False)
    gestart = replace(post(actie.id), versie=actie.versie, beeld=Beeld(CARD))
    assert await beelden.for_post(gestart) is not None
    await asyncio.to_thread(stop, db, actie, klok.nu)
    assert await beelden.for_post(replace(gestart, soort="sluiten")) is not None
    shown = tekenaar.getekend[-1][0].actie
    assert shown is not None
    assert (shown.titel, bool(shown.slottekst)) == ("", True)


async def test_a_card_that_cannot_be_begun_is_drawn_for_its_post(
    db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, beelden: Beelden
) -> None:
    actie = start(db, klok.nu, [], vault)
    tekenaar.kapot = True
    await beelden.vooruit(actie, False)
    await asyncio.to_thread(tekenaar.bezig.wait, 10)
    tekenaar.kapot = False
    with contextlib.suppress(RuntimeError):  # it may have waited for the first
        await beelden.for_post(replace(post(actie.id), beeld=Beeld(CARD)))
    assert await beelden.for_post(replace(post(actie.id), beeld=Beeld(CARD))) is not None
