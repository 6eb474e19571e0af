"""`hub import`: figures from before the hub."""

import sys

import typer

from hub.commands import huis, options
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.commands.taal import Opdrachtregel
from hub.reports.historie import import_burgernet_2021


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub import`."""
    group = Opdrachtregel("import", "Cijfers van voor de hub inlezen.")
    cli.add_typer(group)

    @group.command("burgernet-2021")
    def burgernet_2021(config: ConfigPad = options.STANDAARD) -> None:
        """Lees de gedrukte cijfers van 2021 in, zoals ze er staan. Nog een keer inlezen verandert niets."""
        with huis.database(options.load(config)) as db:
            done = db.write_sync(import_burgernet_2021)
        sys.stdout.write(f"{done.nieuw} cijfers nieuw, {done.gewijzigd} gewijzigd, {done.ongewijzigd} stonden er al.\n")
