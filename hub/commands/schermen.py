"""`hub schermen`: the screens of this hub and the address each player polls."""

import asyncio
import sys
from typing import Annotated

import typer

from hub.commands import huis, options, tabel
from hub.commands.bureau import bureau
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.commands.taal import Opdrachtregel
from hub.desk import schermen as desk_schermen
from hub.kit.clock import nl_moment
from hub.kit.config import Config
from hub.screens import store
from hub.screens.model import Scherm, SchermInvoer
from hub.toegang.model import Wie

WIE = Wie("opdrachtregel", "beheerder")
Naam = Annotated[str, typer.Argument(metavar="NAAM", help="De naam van het scherm.")]


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub schermen`."""
    group = Opdrachtregel("schermen", "Schermen van deze hub en hun adres.")
    cli.add_typer(group)

    @group.command()
    def lijst(config: ConfigPad = options.STANDAARD) -> None:
        """Toon de schermen: waar ze staan en wanneer hun speler er voor het laatst was."""
        with huis.database(options.load(config)) as db:
            found = db.read_sync(store.all)
        tabel.show(
            ("NAAM", "GEMEENTE", "MAAT", "SOORT", "AAN", "ECHT", "LAATST GEZIEN"),
            [_row(scherm) for scherm in found],
            "Er zijn nog geen schermen. Maak er een met: hub schermen maak NAAM --gemeente GM0344",
        )

    @group.command()
    def maak(
        naam: Naam,
        gemeente: Annotated[str, typer.Option("--gemeente", help="CBS-code, zoals GM0344.")],
        breedte: Annotated[int, typer.Option("--breedte", help="Breedte in pixels.")] = 1080,
        hoogte: Annotated[int, typer.Option("--hoogte", help="Hoogte in pixels.")] = 1920,
        soort: Annotated[str, typer.Option("--soort", help="station, abri, weg, strip of web.")] = "station",
        lat: Annotated[float | None, typer.Option("--lat", help="Breedtegraad, samen met --lon.")] = None,
        lon: Annotated[float | None, typer.Option("--lon", help="Lengtegraad, samen met --lat.")] = None,
        beheerder: Annotated[str, typer.Option("--beheerder", help="Wie te bellen over dit scherm.")] = "",
        echt: Annotated[bool, typer.Option("--echt", help="Een echt scherm, geen oefenscherm.")] = False,
        config: ConfigPad = options.STANDAARD,
    ) -> None:
        """Registreer een scherm. Het adres voor de speler komt op het scherm, en alleen deze ene keer."""
        settings = options.load(config)
        if (lat is None) != (lon is None):
            raise options.Fout("Geef --lat en --lon allebei, of geen van beide.")
        if echt and settings.voorbeeld:
            raise options.Fout(f"Dit scherm kan nog niet echt zijn. {NIET_ECHT}")
        punt = (lat, lon) if lat is not None and lon is not None else None
        invoer = SchermInvoer(naam, gemeente, punt, breedte, hoogte, soort, beheerder, echt)
        token = asyncio.run(_make(settings, parts, invoer))
        sys.stdout.write(f"{settings.adres}/s/{token}/\n")

    @group.command("nieuw-adres")
    def nieuw_adres(naam: Naam, config: ConfigPad = options.STANDAARD) -> None:
        """Geef een scherm een nieuw adres. Het oude werkt meteen niet meer."""
        settings = options.load(config)
        token = asyncio.run(_rotate(settings, parts, naam))
        sys.stdout.write(f"{settings.adres}/s/{token}/\n")


NIET_ECHT = "Vul in config.yaml eerst organisatie.naam, organisatie.contact en kortelinks.domein in."


async def _make(config: Config, parts: Parts, invoer: SchermInvoer) -> str:
    async with bureau(config, parts) as desk:
        _, token = await desk_schermen.register_scherm(desk, invoer, WIE)
        return token


async def _rotate(config: Config, parts: Parts, naam: str) -> str:
    async with bureau(config, parts) as desk:
        found = [scherm for scherm in await desk.db.read(store.all) if scherm.naam == naam]
        if not found:
            raise options.Fout("Dit scherm bestaat niet. `hub schermen lijst` noemt ze.")
        return await desk_schermen.rotate(desk, found[0].id, WIE)


def _row(scherm: Scherm) -> tuple[str, ...]:
    return (
        scherm.naam,
        scherm.gemeente,
        f"{scherm.breedte}x{scherm.hoogte}",
        scherm.soort,
        tabel.yes(scherm.aan),
        tabel.yes(scherm.echt),
        nl_moment(scherm.laatst_gezien) or "nog nooit",
    )
