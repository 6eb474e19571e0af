"""`hub backup`: a verified copy of the database without photos, beside a hub that may be running."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.commands import huis, options
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.desk import reservekopie
from hub.kit.clock import SystemClock, nl_precise


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub backup`."""

    @cli.command()
    def backup(
        bestand: Annotated[Path, typer.Argument(metavar="BESTAND", help="Waar de kopie komt; mag nog niet bestaan.")],
        config: ConfigPad = options.STANDAARD,
    ) -> None:
        """Maak een reservekopie, ook terwijl de hub draait. Foto's gaan nooit mee, het sleutelbestand ook niet."""
        settings = options.load(config)
        with huis.database(settings) as db:
            made = reservekopie.maak(db, bestand.absolute(), SystemClock().now())
        sys.stdout.write(
            f"{bestand.name}: {made.totaal} rijen uit {len(made.rijen)} tabellen, {made.bytes} bytes, "
            f"gecontroleerd op {nl_precise(made.op)}.\n"
            "Er staan geen foto's in. Bewaar het sleutelbestand en het journaal van intrekkingen apart.\n"
        )
