"""The gate of the schermen: a poster leaves in the best format that is fit for it, and people hear why not in others.

A format that fails blocks only itself; the next one takes its place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hub.content import NietTeTekenen, PosterRequest, Renderer
from hub.kit import log
from hub.screens.model import Uiterlijk

PROBEREN = 4
"""Formats tried for one poster. Those further down have quite another shape and would not be better to read, and each
costs a drawing and a check."""

Stukken = tuple[tuple[bytes, ...], tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Afgekeurd:
    """A format in which a poster may not leave, and why: Dutch sentences that name the format."""

    formaat: str
    bezwaren: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keus:
    """In which format a poster leaves (empty: in none) and which better ones may not."""

    formaat: str
    afgekeurd: tuple[Afgekeurd, ...] = ()

    @property
    def uitleg(self) -> tuple[str, ...]:
        """What an adviseur reads about it, sentence by sentence; nothing when the best format is fit."""
        if not self.afgekeurd:
            return ()
        anders = f"er nu {self.formaat}" if self.formaat else "het neutrale beeld er"
        regels = [bezwaar for item in self.afgekeurd for bezwaar in item.bezwaren]
        return (*regels, f"Daarom staat {anders}.")


class Afgewezen(Exception):
    """No format is fit for this poster."""

    def __init__(self, keus: Keus) -> None:
        super().__init__("geen formaat is goed")
        self.keus = keus


@dataclass(frozen=True, slots=True)
class Getekend:
    """A drawn poster in pieces, the name of its inputs, and how its format was chosen."""

    stukken: Stukken
    render: str
    keus: Keus


class Poort:
    """Used from the threads that draw. What the check costs is paid once per poster: the renderer remembers it."""

    def __init__(self, drawer: Renderer) -> None:
        self._drawer = drawer
        self._choices = lru_cache(maxsize=256)(drawer.choices)
        self._log = log.get("schermen")

    def poster(self, request: PosterRequest, uiterlijk: Uiterlijk, breedte: int, hoogte: int) -> Getekend:
        """The poster in the first format that is fit; raises Afgewezen when there is none."""
        afgekeurd: list[Afgekeurd] = []
        for each in self._in_formats(request, uiterlijk, breedte, hoogte):
            try:
                bezwaren = self._drawer.keur(each, breedte, hoogte).bezwaren
                if not bezwaren:
                    return self._drawn(each, breedte, hoogte, afgekeurd)
            except Exception as error:
                bezwaren = (self._why(each.formaat, error),)
            afgekeurd.append(Afgekeurd(each.formaat, bezwaren))
        raise Afgewezen(Keus("", tuple(afgekeurd)))

    def rest(self, request: PosterRequest, uiterlijk: Uiterlijk, breedte: int, hoogte: int) -> Getekend:
        """The picture at rest in the first format that can be drawn. It says nothing about anybody and must always be
        there, so that it waits for no check."""
        for each in self._in_formats(request, uiterlijk, breedte, hoogte):
            try:
                return self._drawn(each, breedte, hoogte, ())
            except Exception as error:
                self._why(each.formaat, error)
        raise Afgewezen(Keus(""))

    def _in_formats(
        self, request: PosterRequest, uiterlijk: Uiterlijk, breedte: int, hoogte: int
    ) -> Iterator[PosterRequest]:
        for formaat in self._choices(breedte, hoogte, uiterlijk.soort)[:PROBEREN]:
            yield replace(request, formaat=formaat, thema=uiterlijk.thema, tweetalig=uiterlijk.tweetalig)

    def _drawn(self, request: PosterRequest, breedte: int, hoogte: int, afgekeurd: Sequence[Afgekeurd]) -> Getekend:
        stukken = self._drawer.pieces(request, breedte, hoogte)
        render = self._drawer.signature(request, breedte, hoogte)
        return Getekend(stukken, render, Keus(request.formaat, tuple(afgekeurd)))

    def _why(self, formaat: str, error: Exception) -> str:
        if isinstance(error, NietTeTekenen):
            return str(error)
        self._log.error("formaat niet getekend", formaat=formaat, fout=type(error).__name__)
        return f"{formaat}: dit formaat was niet te tekenen."
