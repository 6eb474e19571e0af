"""Shows on stderr that long work goes on; stdout stays free for what a script reads."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

from rich.console import Console
from rich.progress import track

T = TypeVar("T")


def busy(what: str) -> AbstractContextManager[object]:
    """A line that moves while the block runs; nothing where stderr is not a terminal."""
    return Console(stderr=True).status(what)


def steps(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    """The items, with a bar that fills."""
    console = Console(stderr=True)
    yield from track(items, what, total=total, console=console, transient=True, disable=not console.is_terminal)
