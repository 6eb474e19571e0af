"""A photo that is chosen in the form and never saved is gone after a quarter of an hour, from previews too."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.web.ui.bewaring import BEWAAR, HOOGSTENS_FOTOS, Bewaring
from tests.builders import Klok
from tests.web.huis import Huis, Tekenaar
from tests.web.test_ui_doen import FORMULIER, Browser, jpeg
from tests.web.test_ui_galerij import voorbeeld


@pytest.fixture
def meldkamer(huis: Huis) -> Browser:
    return Browser(huis, "meldkamer")


@pytest.fixture
def tekenaar(huis: Huis) -> Tekenaar:
    found = huis.deps.renderer
    assert isinstance(found, Tekenaar)
    return found


def gekozen(meldkamer: Browser) -> dict[str, str]:
    """The form with a photo that is kept but not saved."""
    bewaard = meldkamer.post("/acties/foto", files={"foto": ("g.jpg", jpeg(), "image/jpeg")}).json()["foto"]
    return {**FORMULIER, "foto_bewaard": bewaard, "toestemming": "ja"}


@pytest.mark.parametrize("knop", ["foto-weg", "verder"])
def test_a_photo_that_leaves_the_form_leaves_the_renderer(meldkamer: Browser, tekenaar: Tekenaar, knop: str) -> None:
    velden = gekozen(meldkamer)
    for times in (1, 0):  # the second time it is gone already
        before = tekenaar.vergeten
        meldkamer.post("/acties/nieuw", {**velden, "knop": knop})
        assert tekenaar.vergeten - before == times


@pytest.mark.parametrize("onder", ["", "/staand-1080x1920.jpg?foto=ja"], ids=["gallery", "picture"])
def test_a_photo_that_was_dropped_while_it_was_looked_at_is_forgotten_afterwards_too(
    meldkamer: Browser, tekenaar: Tekenaar, onder: str
) -> None:
    velden = gekozen(meldkamer)
    galerij = voorbeeld(meldkamer, velden)
    tekenaar.houd.clear()
    with ThreadPoolExecutor(1) as people:
        try:
            looking = people.submit(meldkamer.get, galerij + onder)
            assert tekenaar.bezig.wait(10)
            meldkamer.post("/acties/nieuw", {**velden, "knop": "foto-weg"})
            dropped = tekenaar.vergeten
        finally:
            tekenaar.houd.set()
        assert looking.result(10).status_code == 200
    assert tekenaar.vergeten == dropped + 1


async def test_a_photo_that_makes_room_is_forgotten(klok: Klok) -> None:
    weg: list[str] = []
    bewaring = Bewaring(klok, lambda: weg.append("weg"))
    for number in range(HOOGSTENS_FOTOS + 2):
        bewaring.keep_foto("meldkamer", bytes([number]))
    assert len(weg) == 2


class Lus(asyncio.SelectorEventLoop):
    """A loop of which a test turns the clock forward."""

    vooruit = 0.0

    def time(self) -> float:
        return super().time() + self.vooruit


def test_after_a_quarter_of_an_hour_a_photo_goes_though_nobody_comes_by(klok: Klok) -> None:
    async def nobody_comes_by(loop: Lus) -> None:
        weg = asyncio.Event()
        Bewaring(klok, weg.set).keep_foto("meldkamer", b"foto")
        klok.verder(seconds=BEWAAR.total_seconds())
        loop.vooruit = BEWAAR.total_seconds() + 1
        async with asyncio.timeout(10):
            await weg.wait()

    with contextlib.closing(Lus()) as loop:
        loop.run_until_complete(nobody_comes_by(loop))
