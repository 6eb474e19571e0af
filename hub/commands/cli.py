"""The command line `hub`: one file per command, put together here."""

import typer

from hub.acties.fotos import FotoGeweigerd
from hub.commands import (
    bench,
    check,
    gebruikers,
    gemeenten,
    importeren,
    intake,
    kanalen,
    options,
    rapport,
    render,
    schermen,
    serve,
    sleutels,
)
from hub.commands.parts import Parts
from hub.commands.server import PoortBezet
from hub.commands.taal import Groep, Opdrachtregel
from hub.desk.errors import DeskError
from hub.kanalen.registry import OnbekendNetwerk
from hub.kit.config import ConfigError
from hub.kit.db import DatabaseError
from hub.kit.secrets import KeyFileError
from hub.reports.register import OnbekendRapport
from hub.toegang.keys import OnbekendeRol
from hub.toegang.users import GebruikerFout


class Hub(Groep):
    """The whole command line. Its faults are those that a person can mend: they end with a sentence."""

    faults = (
        options.Fout,
        ConfigError,
        DatabaseError,
        KeyFileError,
        PoortBezet,
        DeskError,
        FotoGeweigerd,
        GebruikerFout,
        OnbekendeRol,
        OnbekendNetwerk,
        OnbekendRapport,
    )


def build(parts: Parts) -> typer.Typer:
    """The command line with every command that this layer knows."""
    cli = Opdrachtregel(
        "hub", "Actiehub: één actie naar elk netwerk en elk scherm, geteld, en met bewijs weer weg.", cls=Hub
    )
    for module in (
        serve,
        check,
        gebruikers,
        sleutels,
        kanalen,
        schermen,
        gemeenten,
        intake,
        importeren,
        rapport,
        render,
        bench,
    ):
        module.register(cli, parts)
    return cli
