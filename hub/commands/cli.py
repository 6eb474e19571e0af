"""The command line `hub`: one file per command, put together here."""

import sys

import typer

from hub.acties.fotos import FotoGeweigerd
from hub.commands import serve
from hub.commands.parts import Parts
from hub.commands.server import PoortBezet
from hub.desk.errors import DeskError
from hub.kit.config import ConfigError
from hub.kit.db import DatabaseError
from hub.kit.secrets import KeyFileError

GEBRUIKSFOUT = 2

FOUTEN = (ConfigError, DatabaseError, KeyFileError, PoortBezet, DeskError, FotoGeweigerd)
"""Faults that a person can mend; they end the command with a sentence instead of a stack trace."""


class Hubcli(typer.Typer):
    """A Typer that says what is wrong in one sentence on stderr and ends with exit code 2."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        try:
            return super().__call__(*args, **kwargs)
        except FOUTEN as error:
            sys.stderr.write(f"{error}\n")
            raise SystemExit(GEBRUIKSFOUT) from error


def build(parts: Parts) -> typer.Typer:
    """The command line with every command that this layer knows."""
    cli = Hubcli(
        name="hub",
        help="Actiehub: één actie naar elk netwerk en elk scherm, geteld, en met bewijs weer weg.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    serve.register(cli, parts)
    return cli
