"""Finished pictures by key, the least used thrown out when they take too much memory together."""

from collections import Counter, OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class InDelen(Protocol):
    """A picture of which some pieces are shared with others; `actie_id`: which actie it is about."""

    @property
    def actie_id(self) -> str: ...

    @property
    def gedeeld(self) -> tuple[bytes, ...]: ...

    @property
    def eigen(self) -> tuple[bytes, ...]: ...


K = TypeVar("K", bound=Hashable)
B = TypeVar("B", bound=InDelen)


class Kast(Generic[K, B]):
    """Counts what is shared once, for as long as one picture here is made of it."""

    def __init__(self, limit: int) -> None:
        self.bytes = 0
        self._limit = limit
        self._beelden: OrderedDict[K, B] = OrderedDict()
        self._delers: Counter[int] = Counter()

    def get(self, key: K, *, used: bool = False) -> B | None:
        """The picture; `used` keeps it longer than others."""
        found = self._beelden.get(key)
        if found is not None and used:
            self._beelden.move_to_end(key)
        return found

    def put(self, key: K, beeld: B) -> None:
        """Keep it, and throw out others where that is needed."""
        if key in self._beelden:
            self._away(key)
        self._beelden[key] = beeld
        self._delers[id(beeld.gedeeld)] += 1
        self.bytes += _size(beeld.eigen)
        if self._delers[id(beeld.gedeeld)] == 1:
            self.bytes += _size(beeld.gedeeld)
        while self.bytes > self._limit and len(self._beelden) > 1:
            self._away(next(iter(self._beelden)))

    def drop(self, actie_id: str) -> None:
        """Throw out everything about this actie."""
        for key in [key for key, beeld in self._beelden.items() if beeld.actie_id == actie_id]:
            self._away(key)

    def all(self) -> list[B]:
        """Every picture."""
        return list(self._beelden.values())

    def _away(self, key: K) -> None:
        beeld = self._beelden.pop(key)
        self.bytes -= _size(beeld.eigen)
        self._delers[id(beeld.gedeeld)] -= 1
        if not self._delers[id(beeld.gedeeld)]:
            del self._delers[id(beeld.gedeeld)]
            self.bytes -= _size(beeld.gedeeld)


def _size(parts: tuple[bytes, ...]) -> int:
    return sum(map(len, parts))
