"""The process that only draws: the same pictures, never a face, and nothing that waits long when it is gone."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hub.app import PARTS
from hub.compose.compose import CARD
from hub.content import Foto, Image, PosterRequest
from hub.desk.tekenproces import Tekenproces
from tests.builders import een_view

VERZOEK = PosterRequest(CARD, een_view())
BEGIN = """
import pathlib, sys
from multiprocessing.connection import Connection
merk, c = pathlib.Path("{merk}").touch, Connection(int(sys.argv[1]))
"""


class Zelf:
    """The renderer of the hub itself, that counts what it drew."""

    def __init__(self) -> None:
        self._renderer, self.getekend = PARTS.renderer(), 0

    def signature(self, request: PosterRequest) -> str:
        return self._renderer.signature(request)

    def forget_photos(self) -> None:
        self._renderer.forget_photos()

    def render(self, request: PosterRequest) -> Image:
        self.getekend += 1
        return self._renderer.render(request)


@contextmanager
def gestart(command: Sequence[str]) -> Iterator[tuple[Tekenproces, Zelf]]:
    zelf = Zelf()
    proces = Tekenproces(zelf, command)
    proces.start()
    try:
        yield proces, zelf
    finally:
        proces.stop()


@contextmanager
def gereed() -> Iterator[tuple[Tekenproces, Zelf]]:
    """The real process, once it draws."""
    with gestart(PARTS.tekenproces) as (proces, zelf):
        drawn = -1
        while drawn != zelf.getekend:
            drawn = zelf.getekend
            proces.render(VERZOEK)
        yield proces, zelf


def test_the_process_draws_the_same_bytes_and_spares_the_hub() -> None:
    with gereed() as (proces, zelf):
        before = zelf.getekend
        other = replace(VERZOEK, actie=een_view(titel="Man (81) vermist in Utrecht"))
        assert proces.render(other) == zelf._renderer.render(other)
        assert zelf.getekend == before


def test_a_photo_never_goes_to_the_process() -> None:
    with gereed() as (proces, zelf):
        before = zelf.getekend
        proces.render(replace(VERZOEK, actie=None, foto=Foto(b"")))
        assert zelf.getekend == before + 1


@pytest.mark.parametrize(
    "doet",
    [
        "merk()",
        "c.send(True); merk()",
        "c.send(True); c.recv(); merk(); c.send(None)",
        "c.send(True); c.recv(); merk(); c.recv()",
    ],
    ids=["dies at once", "dies when ready", "cannot draw it", "hangs"],
)
def test_whatever_becomes_of_the_process_the_card_is_drawn(doet: str, tmp_path: Path) -> None:
    merk = tmp_path / "merk"
    with gestart([sys.executable, "-c", BEGIN.format(merk=merk) + doet]) as (proces, zelf):
        drawn = 0
        while not merk.exists() or drawn < 3:
            assert proces.render(VERZOEK).media_type == "image/jpeg"
            drawn += 1
            assert zelf.getekend == drawn


def test_after_the_end_the_hub_draws_by_itself() -> None:
    with gereed() as (proces, zelf):
        proces.stop()
        before = zelf.getekend
        proces.render(VERZOEK)
        assert zelf.getekend == before + 1
