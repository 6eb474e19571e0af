"""The board when things go wrong around it: dark rather than wrong, and right again by itself."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.fotos import CleanPhoto
from hub.kit.db import Db, signal
from hub.kit.secrets import Vault
from hub.screens import store
from hub.screens.board import ScreenBoard
from hub.screens.renders import KEEP_NEUTRAL
from hub.screens.stand import SchermStand
from hub.screens.verdeling import others, seen
from tests.builders import Klok, een_view
from tests.screens.toestel import CONFIG, Tekenaar, een_scherm, start, stop


@pytest.fixture
def tekenaar() -> Tekenaar:
    return Tekenaar()


@pytest.fixture
async def board(db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar) -> AsyncIterator[ScreenBoard]:
    board = ScreenBoard(db, tekenaar, vault, CONFIG, klok)
    await board.start()
    yield board
    await board.stop()


def _state(board: ScreenBoard, token: str) -> SchermStand:
    state = board.find(token)
    assert state is not None
    return state


async def test_a_board_that_cannot_read_shows_nobody_and_recovers_at_the_next_tick(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm], vault)
    state = _state(board, token)
    assert (await board.image(state, 108, 192, levert=True)).actie_id
    db.write_sync(lambda s: (s.execute(text("ALTER TABLE scherm RENAME TO kwijt")), signal(s, "scherm", scherm.id)))
    assert not board.live(state.stand)
    assert not (await board.image(state, 108, 192, levert=True)).actie_id
    db.write_sync(lambda s: s.execute(text("ALTER TABLE kwijt RENAME TO scherm")))
    await board.tick()
    assert board.live(state.stand)
    assert (await board.image(state, 108, 192, levert=True)).actie_id


async def test_a_scherm_with_another_look_shows_it_at_once_and_keeps_what_it_has_to_prove(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    state = _state(board, token)
    await board.image(state, 108, 192, levert=True)
    nummer = state.nummer
    db.write_sync(lambda s: store.restyle(s, scherm.id, "nacht", True))
    assert state.nummer > nummer
    shown = await board.image(state, 108, 192, levert=True)
    request, _ = tekenaar.getekend[-1]
    assert (shown.actie_id, request.thema, request.tweetalig) == (actie.id, "nacht", True)
    stop(db, actie, klok.nu)
    assert state.te_bewijzen == {actie.id}
    await board.image(state, 108, 192, levert=True)
    assert {request.thema for request, _ in tekenaar.getekend if request.actie is None} == {"gewoon", "nacht"}


async def test_a_photo_that_made_way_for_another_is_kept_nowhere(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    state = _state(board, token)
    assert b"FOTO:GEZICHT" in (await board.image(state, 108, 192, levert=True)).data
    ander = CleanPhoto(b"ANDER", 10, 10, "a" * 64)

    def replaced(session: Session) -> None:
        acties.add_foto(
            session, vault, actie.id, ander, focus_x=0.5, focus_y=0.4, toestemming=True, wie="proef", now=klok.nu
        )

    before = tekenaar.vergeten
    db.write_sync(replaced)
    assert b"FOTO:ANDER" in (await board.image(state, 108, 192, levert=True)).data
    assert not [beeld for beeld in board.renders.kept() if b"GEZICHT" in beeld.data]
    assert tekenaar.vergeten > before


async def test_a_second_actie_takes_over_and_its_fetch_proves_that_the_first_is_gone(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    roof = start(db, klok.nu, [scherm], type="straatroof", kenmerk="ROOF-1")
    state = _state(board, token)
    assert (await board.image(state, 108, 192, levert=True)).actie_id == roof.id
    vermist = start(db, klok.nu, [scherm], vault)
    stop(db, roof, klok.nu)
    assert (await board.image(state, 108, 192, levert=True)).actie_id == vermist.id
    [plaats] = db.read_sync(lambda s: store.plaatsen(s, roof.id, now=klok.nu, lease_seconden=300))
    assert (plaats.staat, plaats.bewijs) == ("verdwenen", "speler")


async def test_a_text_line_that_shows_the_next_actie_proves_nothing_about_the_picture_of_the_first(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    roof = start(db, klok.nu, [scherm], type="straatroof", kenmerk="ROOF-1")
    state = _state(board, token)
    assert (await board.image(state, 108, 192, levert=True)).actie_id == roof.id
    start(db, klok.nu, [scherm], vault)
    stop(db, roof, klok.nu)
    assert (await board.text(state, levert=True))[1]
    assert state.te_bewijzen == {roof.id}
    [plaats] = db.read_sync(lambda s: store.plaatsen(s, roof.id, now=klok.nu, lease_seconden=300))
    assert plaats.staat == "zichtbaar"


async def test_an_actie_that_leaves_one_scherm_goes_back_to_rest_there_without_a_closing_message(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    state = _state(board, token)
    await board.image(state, 108, 192, levert=True)
    db.write_sync(lambda s: store.end(s, actie.id, klok.nu, scherm_ids=[scherm.id]))
    assert state.stand.soort == "rust"
    assert not board.live(state.stand)


async def test_an_extension_keeps_the_poster_up(db: Db, vault: Vault, klok: Klok, board: ScreenBoard) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    db.write_sync(lambda s: acties.extend(s, actie.id, 30, klok.nu))
    klok.verder(minutes=75)
    assert board.live(_state(board, token).stand)
    klok.verder(minutes=15)
    assert not board.live(_state(board, token).stand)


async def test_players_are_noted_as_seen_in_one_write(db: Db, klok: Klok, board: ScreenBoard) -> None:
    scherm, token = een_scherm(db, klok.nu)
    state = _state(board, token)
    first = klok.nu
    for seconds in (0, 30, 40):
        klok.verder(seconds=seconds)
        board.heard(state)
        assert board.heard_now(scherm).laatst_gezien == klok.nu
        await board.tick()
        on_disk = db.read_sync(lambda s: store.get(s, scherm.id))
        assert on_disk is not None
        # Within a minute memory knows, and nothing is written.
        assert on_disk.laatst_gezien == (first if seconds == 30 else klok.nu)
    db.write_sync(lambda s: store.rotate(s, scherm.id))
    assert board.heard_now(replace(scherm, laatst_gezien=None)).laatst_gezien is None


async def test_a_scherm_with_a_photo_that_was_erased_meanwhile_stays_neutral(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm], vault)
    # The row goes without any signal, as when another process erased it a moment ago.
    db.write_sync(lambda s: s.execute(text("DELETE FROM foto_sleutel")))
    beeld = await board.image(_state(board, token), 300, 300, levert=True)
    assert beeld.actie_id == ""


async def test_a_database_that_fails_for_a_moment_keeps_no_scherm_neutral(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm], vault)
    db.write_sync(lambda s: s.execute(text("ALTER TABLE foto_sleutel RENAME TO foto_sleutel_weg")))
    assert (await board.image(_state(board, token), 300, 300, levert=True)).actie_id == ""
    db.write_sync(lambda s: s.execute(text("ALTER TABLE foto_sleutel_weg RENAME TO foto_sleutel")))
    assert b"FOTO:GEZICHT" in (await board.image(_state(board, token), 300, 300, levert=True)).data


async def test_a_picture_is_drawn_once_for_everyone_who_asks_at_the_same_time(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar
) -> None:
    een, een_token = een_scherm(db, klok.nu)
    start(db, klok.nu, [een], vault)
    state = _state(board, een_token)
    beelden = await asyncio.gather(*(board.image(state, 200, 200, levert=True) for _ in range(3)))
    assert len({id(beeld) for beeld in beelden}) == 1
    assert len([vraag for vraag, breedte in tekenaar.getekend if vraag.actie and breedte == 200]) == 1


async def test_many_odd_sizes_do_not_push_out_the_neutral_picture_of_a_scherm(
    db: Db, klok: Klok, board: ScreenBoard
) -> None:
    scherm, _ = een_scherm(db, klok.nu)
    await board.renders.neutral(*scherm.plek)
    for breedte in range(200, 200 + KEEP_NEUTRAL + 2):
        await board.renders.neutral(breedte, 64)
    assert board.renders.neutral_ready(*scherm.plek) is not None
    assert board.renders.neutral_ready(200, 64) is None


async def test_placements_of_long_ago_leave_the_board_and_those_of_today_stay(
    db: Db, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    state = _state(board, token)
    for number in range(5):
        roof = start(db, klok.nu, [scherm], type="straatroof", kenmerk=f"ROOF-{number}")
        assert (await board.image(state, 108, 192, levert=True)).actie_id == roof.id
        klok.verder(minutes=30)
        stop(db, roof, klok.nu)
        assert (await board.text(state, levert=True))[1] is False
        assert roof.id in state.te_melden
        klok.verder(hours=30)
    assert len(state.plaatsingen) == len(state.opgehaald) == len(state.te_melden) == 2


async def test_when_the_second_actie_ends_the_first_comes_back_at_once_and_not_a_closing_message(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    state = _state(board, token)
    first = start(db, klok.nu, [scherm], vault, kenmerk="EEN")
    assert not others(board, een_view(id=first.id), [scherm])
    await board.image(state, 108, 192, levert=True)
    assert seen(board, first.id) == {scherm.id}
    klok.verder(minutes=5)
    second = start(db, klok.nu, [scherm], kenmerk="TWEE")
    assert (seen(board, first.id), seen(board, second.id)) == (frozenset(), frozenset())
    await board.image(state, 108, 192, levert=True)
    assert seen(board, second.id) == {scherm.id}
    stop(db, second, klok.nu)
    assert (state.stand.soort, state.stand.actie_id) == ("actief", first.id)
    assert seen(board, first.id) == frozenset(), "the player may have the picture of the second yet"
    assert (await board.image(state, 108, 192, levert=True)).actie_id == first.id
    assert seen(board, first.id) == {scherm.id}


async def test_before_a_start_is_known_which_actie_makes_way_and_which_stays(
    db: Db, klok: Klok, board: ScreenBoard
) -> None:
    scherm, _ = een_scherm(db, klok.nu)
    elders, _ = een_scherm(db, klok.nu, "Station Amersfoort")
    vermist = start(db, klok.nu, [scherm], kenmerk="EEN")
    klok.verder(minutes=5)

    def ask(type: str) -> tuple[str, bool, str]:
        found = others(board, een_view(id="nieuw", type=type, gestart_op=None), [scherm, elders])
        assert found.keys() == {scherm.id}
        ander = found[scherm.id]
        return ander.actie_id, ander.wijkt, ander.reden

    assert ask("vermist-persoon") == (vermist.id, True, "nieuwste")
    assert ask("straatroof") == (vermist.id, False, "vermist-persoon")


async def test_acties_that_are_over_leave_the_memory_once_their_closing_message_has_been(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    state = _state(board, token)
    runs = start(db, klok.nu, [scherm], kenmerk="LOOPT", type="straatroof", looptijd_minuten=600)
    for number in range(3):
        over = start(db, klok.nu, [scherm], vault, kenmerk=f"OVER-{number}")
        await board.image(state, 108, 192, levert=True)
        stop(db, over, klok.nu)
        await board.tick()
        assert set(board._acties) == {runs.id, over.id}
        klok.verder(minutes=31)
        await board.tick()
        assert set(board._acties) == {runs.id}
    await board.image(state, 108, 192, levert=True)
    stop(db, runs, klok.nu)
    assert state.stand.soort == "slot"
    klok.verder(minutes=31)
    for _ in range(2):  # first the closing message goes, then the actie
        await board.tick()
    assert (state.stand.soort, board._acties) == ("rust", {})
    db.write_sync(lambda s: signal(s, "scherm", scherm.id))
    assert not board._acties, "a scherm that is read again brings nothing back"
