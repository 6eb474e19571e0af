"""The command line `hub`: one file per command, imported when that command is run."""

from collections.abc import Sequence

import typer

from hub.commands.lui import LuieGroep, Regel, placeholder
from hub.commands.parts import Parts
from hub.commands.taal import Opdrachtregel

OPDRACHTEN = (
    Regel("serve", "hub.commands.serve", "Start de hub: website, schermen, bezorging en klok."),
    Regel(
        "work",
        "hub.commands.work",
        "Start een extra bezorger naast de hub, als de database PostgreSQL is.",
    ),
    Regel(
        "check",
        "hub.commands.check",
        "Kijk of de hub kan werken: instellingen, sleutel, database, letters en kanalen.",
    ),
    Regel("backup", "hub.commands.backup", "Maak een reservekopie, ook terwijl de hub draait."),
    Regel("restore", "hub.commands.restore", "Zet een reservekopie terug in een lege database."),
    Regel("report", "hub.commands.rapport", "Maak een rapport, met bij elk cijfer wat het betekent."),
    Regel("render", "hub.commands.render", "Teken de posters van een verzonnen actie."),
    Regel(
        "bench",
        "hub.commands.bench",
        "Meet snelheid: per meting een regel JSON, met een eenvoudige manier ernaast als maat.",
    ),
    Regel("gebruikers", "hub.commands.gebruikers", "Mensen die kunnen inloggen."),
    Regel("sleutels", "hub.commands.sleutels", "Sleutels voor programma's die de API gebruiken."),
    Regel("kanalen", "hub.commands.kanalen", "Kanalen van deze hub, en de netwerken die er zijn."),
    Regel("schermen", "hub.commands.schermen", "Schermen van deze hub en hun adres."),
    Regel("gemeenten", "hub.commands.gemeenten", "De CBS-codes van gemeenten."),
    Regel("intake", "hub.commands.intake", "Berichten van een ander systeem inlezen."),
    Regel("import", "hub.commands.importeren", "Cijfers van voor de hub inlezen."),
)


def build(parts: Parts, erbij: Sequence[Regel] = ()) -> typer.Typer:
    """The command line with every command that this layer knows, after those that a higher one adds."""
    opdrachten = {regel.naam: regel for regel in (*erbij, *OPDRACHTEN)}

    class Hub(LuieGroep):
        """The whole command line. Its faults are those that a person can mend."""

        regels = opdrachten

        def faults(self) -> tuple[type[Exception], ...]:
            """Known to the modules that raise them, which are loaded by now."""
            from hub.commands.fouten import FAULTS

            return FAULTS

    Hub.parts = parts
    cli = Opdrachtregel(
        "hub", "Actiehub: één actie naar elk netwerk en elk scherm, geteld, en met bewijs weer weg.", cls=Hub
    )
    for regel in opdrachten.values():
        cli.command(regel.naam, help=regel.uitleg)(placeholder)
    return cli
