"""Commands that are imported when one is run, so that `hub --help` and a small command start at once."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import typer

from hub.commands.parts import Parts
from hub.commands.taal import Groep, Opdrachtregel


@dataclass(frozen=True, slots=True)
class Regel:
    """A command before its module is loaded. `uitleg` is the line in `hub --help`; a test compares it."""

    naam: str
    module: str
    uitleg: str


class LuieGroep(Groep):
    """A group of placeholders; the real command takes its place at the moment it is called."""

    parts: ClassVar[Parts]
    regels: ClassVar[Mapping[str, Regel]]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command behind the first word."""
        naam, _, rest = super().resolve_command(ctx, args)
        return naam, load(self.regels[str(naam)], self.parts), rest


def load(regel: Regel, parts: Parts) -> Any:
    """Import the module of a command and let it make that command."""
    holder = Opdrachtregel(regel.naam, regel.uitleg)
    importlib.import_module(regel.module).register(holder, parts)
    return typer.main.get_group(holder).commands[regel.naam]


def placeholder() -> None:
    """What stands in the list until the real command is called; never run itself."""
