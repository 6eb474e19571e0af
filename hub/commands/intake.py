"""`hub intake`: reads messages of another system once, so that nobody types twice."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

import typer

from hub.commands import options, voortgang
from hub.commands.bureau import bureau
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.commands.taal import Opdrachtregel
from hub.intake.poll import Samenvatting, run_intake
from hub.kit import log
from hub.kit.config import Bron, Config

Soort = Literal["actions", "landactiehost"]
BronOptie = Annotated[
    str, typer.Option("--bron", metavar="BESTAND|URL|NAAM", help="Bestand, webadres, of naam van een bron uit config.")
]
NaamOptie = Annotated[
    str, typer.Option("--naam", help="Naam voor een bron die niet in config staat; houdt twee systemen uit elkaar.")
]


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub intake`."""
    group = Opdrachtregel("intake", "Berichten van een ander systeem inlezen. Twee keer inlezen verandert niets.")
    cli.add_typer(group)

    @group.command()
    def actions(bron: BronOptie, naam: NaamOptie = "", config: ConfigPad = options.STANDAARD) -> None:
        """Lees lokale acties (de vorm actions v2). Wat niet als echt in config staat, wordt een oefening."""
        _run(parts, options.load(config), "actions", bron, naam)

    @group.command()
    def landactiehost(bron: BronOptie, naam: NaamOptie = "", config: ConfigPad = options.STANDAARD) -> None:
        """Lees landelijke en regionale meldingen. Wat niet als echt in config staat, wordt een oefening."""
        _run(parts, options.load(config), "landactiehost", bron, naam)


def _run(parts: Parts, config: Config, soort: Soort, source: str, naam: str) -> None:
    log.setup(json_lines=False)
    bron, place = find_bron(config, soort, source, naam)
    with voortgang.busy(f"{bron.naam} inlezen"):
        summary = asyncio.run(_intake(parts, config, bron, place))
    for line in summary.regels:
        sys.stdout.write(f"{line}\n")
    if not summary.gelukt or summary.uitkomst.mislukt:
        raise typer.Exit(1)


async def _intake(parts: Parts, config: Config, bron: Bron, source: str) -> Samenvatting:
    async with bureau(config, parts) as desk:
        return await run_intake(desk, desk.db, bron, source, desk.clock, sender=config.compatibel.sender)


def find_bron(config: Config, soort: Soort, source: str, naam: str = "") -> tuple[Bron, str]:
    """The bron of config that reads this place (or has this name), else a loose one: always an oefening.

    A loose bron is named after its form and not after its file, so that a later file can change and end what an
    earlier one started.
    """
    for bron in config.bronnen:
        if bron.soort == soort and (source == bron.naam or _same(config, source, bron.url)):
            return bron, bron.url if source == bron.naam else source
    if naam in {bron.naam for bron in config.bronnen}:
        raise options.Fout(f"De naam {naam} hoort bij een bron in config.yaml met een ander adres. Kies een andere.")
    return Bron(naam=naam or f"los-{soort}", soort=soort, url=source, modus="oefening", direct=False), source


def _same(config: Config, given: str, known: str) -> bool:
    """Whether both are the same address, or the same file (in config counted from config.yaml)."""
    if urlsplit(given).scheme in ("http", "https"):
        return given == known
    here, there = _path(given), _path(known)
    return here.absolute().resolve() in (there.absolute().resolve(), config.pad(str(there)).resolve())


def _path(source: str) -> Path:
    parts = urlsplit(source)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(source)
