"""`hub restore`: fill an empty database from a copy; the hub is *stil* until a person releases it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.commands import options
from hub.commands.bureau import bureau
from hub.commands.options import ConfigPad, Fout
from hub.commands.parts import Parts
from hub.desk import reservekopie
from hub.desk.reservekopie import Stil, Teruggespeeld
from hub.kit import kopie
from hub.kit.clock import SystemClock, nl_precise
from hub.kit.config import Config
from hub.kit.databases import opened
from hub.kit.kopie import Kopie
from hub.kit.paden import reden


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub restore`."""

    @cli.command()
    def restore(
        bestand: Annotated[Path, typer.Argument(metavar="BESTAND", help="Een kopie van `hub backup`.")],
        config: ConfigPad = options.STANDAARD,
        ja: Annotated[bool, typer.Option("--ja", help="Niet eerst vragen of u het zeker weet.")] = False,
    ) -> None:
        """Zet een reservekopie terug in een lege database. De hub plaatst daarna niets tot u hem vrijgeeft."""
        settings = options.load(config)
        path = bestand.absolute()
        read = kopie.lees(path)
        vraag = f"{bestand.name} is van {nl_precise(read.op)} en heeft {read.totaal} rijen. Typ ja om terug te zetten"
        if not ja and typer.prompt(vraag).strip().lower() not in ("j", "ja"):
            raise Fout("Er is niets veranderd.")
        with opened(settings.db_url) as db:
            db.claim()
            read, held = reservekopie.zet_terug(db, path, SystemClock().now())
        try:
            back = asyncio.run(_journal(settings, parts))
        except OSError as error:
            raise Fout(
                f"De kopie is teruggezet, maar het journaal van intrekkingen is niet te lezen: {reden(error)}. "
                "Herstel dat voor u de hub vrijgeeft; bij de start speelt hij het terug."
            ) from error
        sys.stdout.write("\n".join(_told(bestand.name, read, held, back)) + "\n")


async def _journal(config: Config, parts: Parts) -> Teruggespeeld:
    async with bureau(config, parts) as desk:
        return await reservekopie.speel_terug(desk)


def _told(naam: str, read: Kopie, held: Stil, back: Teruggespeeld) -> list[str]:
    lines = [
        f"{naam} van {nl_precise(read.op)} is teruggezet: {read.totaal} rijen.",
        "De hub is nu stil: hij haalt weg, maar plaatst niets tot u hem vrijgeeft. Start hem met: hub serve",
        f"Acties die wachten tot u zegt dat ze nog lopen: {held.acties}. Hun foto's zijn weg; voeg ze zo nodig "
        "opnieuw toe.",
        f"Berichten waarvan de hub opzoekt of ze er staan: {held.berichten}.",
        f"Uit het journaal opnieuw ingetrokken: {', '.join(back.ingetrokken) or 'geen'}.",
    ]
    if back.onbekend:
        lines.append("Beëindigd na deze kopie en hier onbekend; zoek zelf op elk netwerk of er nog iets van staat:")
        lines += [f"  {regel.code}  {regel.gebeurtenis} ({regel.reden}) op {regel.op}" for regel in back.onbekend]
    return lines
