"""`hub report`: a report as JSON or CSV, the same as on the page Rapporten."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from hub.commands import gemeenten, huis, options, tabel, voortgang
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.kit.clock import AMSTERDAM, SystemClock
from hub.reports.model import Periode
from hub.reports.register import maak, rapporten
from hub.reports.weergave import to_csv, to_json


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub report`."""

    @cli.command()
    def report(
        naam: Annotated[str, typer.Argument(metavar="NAAM", help="Het rapport; zonder naam volgt een lijst.")] = "",
        van: Annotated[str, typer.Option("--van", metavar="JJJJ-MM-DD", help="Eerste dag; anders 1 januari.")] = "",
        tot: Annotated[str, typer.Option("--tot", metavar="JJJJ-MM-DD", help="Laatste dag; anders vandaag.")] = "",
        gemeente: Annotated[str, typer.Option("--gemeente", metavar="NAAM|CODE", help="Alleen deze gemeente.")] = "",
        formaat: Annotated[
            Literal["json", "csv"], typer.Option("--formaat", help="json, of csv met komma's.")
        ] = "json",
        uit: Annotated[Path | None, typer.Option("--uit", help="Schrijf in dit bestand.")] = None,
        config: ConfigPad = options.STANDAARD,
    ) -> None:
        """Maak een rapport, met bij elk cijfer wat het betekent."""
        if not naam:
            rows = [(soort.naam, soort.titel) for soort in rapporten().values()]
            tabel.show(("NAAM", "RAPPORT"), rows, "Er zijn geen rapporten.")
            return
        now = SystemClock().now()
        today = now.astimezone(AMSTERDAM).date()
        periode = Periode(_day(van, "--van", today.replace(month=1, day=1)), _day(tot, "--tot", today))
        if periode.tot < periode.van:
            raise options.Fout("--tot ligt voor --van. Draai ze om.")
        shown = _only(gemeente)
        with voortgang.busy("rapport maken"), huis.database(options.load(config)) as db:
            made = db.read_sync(lambda s: maak(s, naam, periode, now, zichtbaar=shown))
        if uit is not None:
            uit.write_bytes(to_csv(made) if formaat == "csv" else tabel.as_json(to_json(made)).encode())
        elif formaat == "csv":
            sys.stdout.write(to_csv(made).decode())
        else:
            tabel.write_json(to_json(made))


def _day(value: str, option: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(value) if value else otherwise
    except ValueError as error:
        raise options.Fout(f"{option}: dit is geen datum. Schrijf jaar-maand-dag, bijvoorbeeld 2026-03-01.") from error


def _only(gemeente: str) -> Callable[[str], bool] | None:
    """Which rows to show: those of one gemeente, or all (None)."""
    if not gemeente:
        return None
    codes = {found.code for found in gemeenten.search(gemeente)}
    if len(codes) != 1:
        raise options.Fout("Geen of meer dan één gemeente gevonden. Zoek de code met: hub gemeenten zoek NAAM")
    return codes.__contains__
