"""Which poster a scherm gets: the format of its soort, its own look, and only what passes the check."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from hub.acties import store as acties
from hub.content import NietTeTekenen
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import store
from hub.screens.board import ScreenBoard
from hub.screens.model import Scherm
from hub.screens.renders import Beeld
from hub.screens.stand import SchermStand
from tests.builders import Klok
from tests.screens.toestel import Tekenaar, een_scherm, start, stop

MEEDOEN = Config(deelnemen_url="https://meedoen.voorbeeld.example/aanmelden")
KLEIN = ("staand-1080x1920: de kop is te lang. Maak de titel korter.",)
ANDERS = ("vierkant-1080x1080: Sanne valt buiten het beeld.",)


@pytest.fixture
def tekenaar() -> Tekenaar:
    return Tekenaar()


@pytest.fixture
def config() -> Config:
    return Config()


@pytest.fixture
async def board(db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar, config: Config) -> AsyncIterator[ScreenBoard]:
    board = ScreenBoard(db, tekenaar, vault, config, klok)
    await board.start()
    yield board
    await board.stop()


def _state(board: ScreenBoard, scherm: Scherm) -> SchermStand:
    state = board.state_of(scherm.id)
    assert state is not None
    return state


async def _beeld(board: ScreenBoard, scherm: Scherm) -> Beeld:
    return await board.image(_state(board, scherm), scherm.breedte, scherm.hoogte, levert=True)


async def test_a_scherm_along_a_road_gets_a_poster_for_roads_and_no_other_does(
    db: Db, klok: Klok, board: ScreenBoard
) -> None:
    weg, _ = een_scherm(db, klok.nu, "A27", soort="weg")
    hal, _ = een_scherm(db, klok.nu, "Hal")
    rust = [(await _beeld(board, scherm)).keus.formaat for scherm in (weg, hal)]
    start(db, klok.nu, [weg, hal])
    actief = [(await _beeld(board, scherm)).keus.formaat for scherm in (weg, hal)]
    assert rust == actief == ["weg-512x960", "staand-1080x1920"]


async def test_schermen_of_one_size_with_another_look_never_share_a_picture(
    db: Db, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar
) -> None:
    schermen = [
        een_scherm(db, klok.nu, "Hal")[0],
        een_scherm(db, klok.nu, "Tunnel", thema="nacht")[0],
        een_scherm(db, klok.nu, "Vliegveld", tweetalig=True)[0],
    ]
    rust = {(await _beeld(board, scherm)).render for scherm in schermen}
    actie = start(db, klok.nu, schermen)
    actief = {(await _beeld(board, scherm)).render for scherm in schermen}
    looks = {(vraag.thema, vraag.tweetalig) for vraag, _ in tekenaar.getekend if vraag.actie}
    stop(db, actie, klok.nu)
    assert [len(rust), len(actief)] == [3, 3]
    assert looks == {("gewoon", False), ("nacht", False), ("gewoon", True)}


async def test_a_format_that_fails_makes_way_for_the_next_and_says_why(
    db: Db, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar, capsys: pytest.CaptureFixture[str]
) -> None:
    hal, _ = een_scherm(db, klok.nu, "Hal")
    weg, _ = een_scherm(db, klok.nu, "A27", soort="weg")
    tekenaar.bezwaren = {"staand-1080x1920": KLEIN}
    actie = start(db, klok.nu, [hal, weg])
    assert (await _beeld(board, hal)).keus.formaat == "vierkant-1080x1080"
    assert (await _beeld(board, weg)).actie_id == actie.id
    keus = board.keuze(_state(board, hal))
    assert keus is not None
    assert keus.uitleg == (*KLEIN, "Daarom staat er nu vierkant-1080x1080.")
    assert board.keuze(_state(board, weg)) is None
    assert [scherm.naam for scherm, _ in board.keuzes(actie.id)] == ["Hal"]
    assert "Maak de titel korter" not in "".join(capsys.readouterr())


async def test_without_any_format_that_is_fit_the_neutral_picture_stays_and_the_scherm_is_a_problem(
    db: Db, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar, capsys: pytest.CaptureFixture[str]
) -> None:
    hal, _ = een_scherm(db, klok.nu, "Hal")
    tekenaar.bezwaren = {"staand-1080x1920": KLEIN, "vierkant-1080x1080": ANDERS}
    actie = start(db, klok.nu, [hal])
    beeld = await _beeld(board, hal)
    assert (beeld.actie_id, b"RUST" in beeld.data) == ("", True)
    [(_, keus)] = board.keuzes(actie.id)
    assert keus.formaat == ""
    assert keus.uitleg == (*KLEIN, *ANDERS, "Daarom staat het neutrale beeld er.")
    assert "Sanne" not in "".join(capsys.readouterr())
    tekenaar.bezwaren = {}
    db.write_sync(
        lambda s: acties.add_versie(s, actie.id, {"titel": "Sanne (9) vermist"}, wie="proef", now=klok.nu, reden="kop")
    )
    assert (await _beeld(board, hal)).actie_id == actie.id
    assert board.keuzes(actie.id) == []


async def test_what_is_turned_down_for_many_schermen_is_checked_and_told_once(
    db: Db, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar, capsys: pytest.CaptureFixture[str]
) -> None:
    schermen = [een_scherm(db, klok.nu, f"Hal {nummer}")[0] for nummer in range(3)]
    tekenaar.bezwaren = {"staand-1080x1920": KLEIN, "vierkant-1080x1080": ANDERS}
    actie = start(db, klok.nu, schermen)
    assert {(await _beeld(board, scherm)).actie_id for scherm in schermen} == {""}
    assert tekenaar.vergeten == 0, "the renderer remembers what it found"
    assert "".join(capsys.readouterr()).count("afgekeurd") == 1
    assert len(board.keuzes(actie.id)) == 3


async def test_what_was_said_about_an_actie_is_forgotten_with_it(
    db: Db, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar
) -> None:
    hal, _ = een_scherm(db, klok.nu, "Hal")
    tekenaar.bezwaren = {"staand-1080x1920": KLEIN}
    actie = start(db, klok.nu, [hal])
    await _beeld(board, hal)
    assert board.renders.keuzes(actie.id)
    await asyncio.to_thread(stop, db, actie, klok.nu)
    await _until(lambda: not board.renders.keuzes(actie.id))


async def test_a_format_that_cannot_be_drawn_makes_way_too(
    db: Db, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar
) -> None:
    hal, _ = een_scherm(db, klok.nu, "Hal")
    tekenaar.stuk = {
        "staand-1080x1920": NietTeTekenen("staand-1080x1920: de kop past niet."),
        "vierkant-1080x1080": ZeroDivisionError("Sanne"),
    }
    actie = start(db, klok.nu, [hal])
    assert (await _beeld(board, hal)).actie_id == ""
    [(_, keus)] = board.keuzes(actie.id)
    assert keus.uitleg[:2] == (
        "staand-1080x1920: de kop past niet.",
        "vierkant-1080x1080: dit formaat was niet te tekenen.",
    )


@pytest.mark.parametrize("config", [MEEDOEN])
async def test_at_rest_each_scherm_asks_people_to_join_with_a_qr_of_its_own(
    db: Db, klok: Klok, board: ScreenBoard
) -> None:
    hal, weg = een_scherm(db, klok.nu, "Hal")[0], een_scherm(db, klok.nu, "A27", soort="weg")[0]
    db.write_sync(lambda s: store.invite(s, {"Hal": "HA1HA1HA", "A27": "WEGWEGWE"}))
    first = await _beeld(board, hal)
    assert b"ah.example" not in first.data, "there is a picture at once, before its own is drawn"
    await _until(lambda: board.served(_state(board, hal)) is not None)
    eigen = await _beeld(board, hal)
    assert b"/HA1HA1HA" in eigen.data
    assert eigen.actie_id == ""
    assert board.renders.owner(eigen.render) == ""
    assert b"/WEGWEGWE" not in (await _beeld(board, weg)).data, "nobody may scan along a road"


@pytest.mark.parametrize("config", [MEEDOEN])
async def test_a_withdrawal_has_something_neutral_at_once_beside_the_qr_to_join(
    db: Db, vault: Vault, klok: Klok, board: ScreenBoard, tekenaar: Tekenaar
) -> None:
    hal, _ = een_scherm(db, klok.nu, "Hal")
    db.write_sync(lambda s: store.invite(s, {"Hal": "HA1HA1HA"}))
    await _beeld(board, hal)
    actie = start(db, klok.nu, [hal], vault)
    assert (await _beeld(board, hal)).actie_id == actie.id
    tekenaar.houd.clear()
    stop(db, actie, klok.nu)
    assert (await _beeld(board, hal)).actie_id == ""
    tekenaar.houd.set()
    await _until(lambda: board.served(_state(board, hal)) is not None)
    assert b"SLOT" in (await _beeld(board, hal)).data
    klok.verder(minutes=31)
    await board.tick()
    await _until(lambda: b"/HA1HA1HA" in getattr(board.served(_state(board, hal)), "data", b""))


async def test_without_a_page_to_join_on_no_scherm_has_a_qr_at_rest(db: Db, klok: Klok, board: ScreenBoard) -> None:
    hal, _ = een_scherm(db, klok.nu, "Hal")
    db.write_sync(lambda s: store.invite(s, {"Hal": "HA1HA1HA"}))
    assert b"HA1HA1HA" not in (await _beeld(board, hal)).data
    served = board.served(_state(board, hal))
    assert served is not None
    assert served.data.count(b"RUST") == 1


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)
