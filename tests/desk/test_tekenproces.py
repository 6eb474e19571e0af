"""The process that only draws: the same pictures, never a face, and nothing that waits long when it is gone."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hub.app import PARTS
from hub.compose.compose import CARD
from hub.content import Foto, Image, PosterRequest
from hub.desk.tekenproces import WARM_SECONDS, Tekenproces
from renderers.poster import PosterRenderer
from tests.builders import een_view

VERZOEK = PosterRequest(CARD, een_view())
BEGIN = """
import pathlib, pickle, struct, sys
def hoor(): pickle.load(sys.stdin.buffer)
def zeg(wat): sys.stdout.buffer.write(struct.pack("!I", len(wat)) + wat); sys.stdout.flush()
merk = pathlib.Path("{merk}").touch
niets = pickle.dumps(None)
"""


class Zelf(PosterRenderer):
    """The renderer of the hub itself, that counts what it drew."""

    getekend = 0

    def render(self, request: PosterRequest, width: int | None = None, height: int | None = None) -> Image:
        self.getekend += 1
        return super().render(request, width, height)


@asynccontextmanager
async def gestart(command: Sequence[str]) -> AsyncIterator[tuple[Tekenproces, Zelf]]:
    """A process that was started, as far as it can be."""
    zelf = Zelf(PARTS.templates / "schermen", PARTS.root / "static" / "fonts")
    proces = Tekenproces(zelf, command, VERZOEK)
    await proces.start()
    try:
        yield proces, zelf
    finally:
        await proces.stop()


async def test_the_process_draws_the_same_bytes_and_spares_the_hub() -> None:
    async with gestart(PARTS.tekenproces) as (proces, zelf):
        other = replace(VERZOEK, actie=een_view(titel="Man (81) vermist in Utrecht"))
        drawn = await proces.render(other)
        assert zelf.getekend == 0
        assert drawn == zelf.render(other)


async def test_a_photo_never_goes_to_the_process() -> None:
    async with gestart(PARTS.tekenproces) as (proces, zelf):
        await proces.render(replace(VERZOEK, actie=None, foto=Foto(b"")))
        assert zelf.getekend == 1


@pytest.mark.parametrize(
    "doet",
    [
        "merk()",
        "hoor(); zeg(niets); merk()",
        "hoor(); zeg(niets); hoor(); merk(); zeg(niets); hoor()",
        "hoor(); zeg(niets); hoor(); merk(); hoor()",
        "hoor(); zeg(niets); hoor(); merk(); zeg(b'geen plaatje'); hoor()",
    ],
    ids=["dies at once", "dies when ready", "cannot draw it", "hangs", "tells nonsense"],
)
async def test_whatever_becomes_of_the_process_the_card_is_drawn(doet: str, tmp_path: Path) -> None:
    merk = tmp_path / "merk"
    async with gestart([sys.executable, "-c", BEGIN.format(merk=merk) + doet]) as (proces, zelf):
        for drawn in (1, 2, 3):
            assert (await proces.render(VERZOEK)).media_type == "image/jpeg"
            assert zelf.getekend == drawn
        assert merk.exists()


async def test_a_process_that_dies_before_it_drew_is_tried_less_and_less_often() -> None:
    async with gestart([sys.executable, "-c", ""]) as (proces, _):
        waits = []
        for _round in range(3):
            assert proces._later is not None
            waits.append(round(proces._later.when() - asyncio.get_running_loop().time()))
            proces._later.cancel()
            await proces.start()
        assert waits == [WARM_SECONDS, 2 * WARM_SECONDS, 4 * WARM_SECONDS]


async def test_a_process_that_cannot_begin_leaves_the_drawing_to_the_hub(tmp_path: Path) -> None:
    async with gestart([str(tmp_path / "bestaat-niet")]) as (proces, zelf):
        await proces.render(VERZOEK)
        assert zelf.getekend == 1


async def test_after_the_end_the_hub_draws_by_itself() -> None:
    async with gestart(PARTS.tekenproces) as (proces, zelf):
        await proces.stop()
        await proces.render(VERZOEK)
        assert zelf.getekend == 1
