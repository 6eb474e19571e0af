"""`hub gemeenten`: which code a gemeente has, and what became of one that was merged."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Annotated

import typer

from hub.acties import gemeenten
from hub.acties.gemeenten import Gemeente
from hub.commands import tabel
from hub.commands.options import AlsJson
from hub.commands.parts import Parts
from hub.commands.taal import Opdrachtregel
from hub.kit.clock import AMSTERDAM, SystemClock


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub gemeenten`."""
    group = Opdrachtregel("gemeenten", "De CBS-codes van gemeenten.")
    cli.add_typer(group)

    @group.command()
    def zoek(
        wat: Annotated[str, typer.Argument(metavar="NAAM|CODE", help="Een (deel van een) naam, of een code.")],
        als_json: AlsJson = False,
    ) -> None:
        """Zoek een gemeente op naam of code. Van een oude gemeente staat erbij waar ze nu bij hoort."""
        today = SystemClock().now().astimezone(AMSTERDAM).date()
        found = search(wat)
        if not found:
            names = {gemeenten.fold(g.naam): g.naam for g in gemeenten.current(today)}
            close = [names[name] for name in get_close_matches(gemeenten.fold(wat), names, 3)]
            hint = f" Bedoelt u {', '.join(close)}?" if close else ""
            typer.echo(f"Geen gemeente gevonden.{hint}", err=True)
            raise typer.Exit(1)
        if als_json:
            tabel.write_json([_as_json(gemeente, today) for gemeente in found])
            return
        tabel.show(
            ("CODE", "NAAM", "VEILIGHEIDSREGIO", "PROVINCIE", "GELDIG"),
            [
                (g.code, g.naam, f"{g.veiligheidsregio} {g.veiligheidsregio_naam}", g.provincie, _validity(g, today))
                for g in found
            ],
            "",
        )


def search(wat: str) -> list[Gemeente]:
    """The gemeente of a code, or those of which a name or alias holds these letters: exact ones first."""
    if (exact := gemeenten.find(wat.strip().upper())) is not None:
        return [exact]
    wanted = gemeenten.fold(wat)
    if not wanted:
        return []
    names = {g.code: [gemeenten.fold(name) for name in (g.naam, *g.aliassen)] for g in gemeenten.load().values()}
    same = [code for code, known in names.items() if wanted in known]
    codes = same or [code for code, known in names.items() if any(wanted in name for name in known)]
    return [gemeenten.load()[code] for code in codes]


def _validity(gemeente: Gemeente, today: date) -> str:
    if gemeente.valid(today):
        return "ja"
    if gemeente.geldig_tot is None:
        return f"vanaf {gemeente.geldig_van:%d-%m-%Y}"
    new = gemeenten.successor(gemeente.code)
    where = f"; nu {new.code} {new.naam}" if new else ""
    return f"tot {gemeente.geldig_tot:%d-%m-%Y}{where}"


def _as_json(gemeente: Gemeente, today: date) -> Mapping[str, object]:
    return {
        "code": gemeente.code,
        "naam": gemeente.naam,
        "veiligheidsregio": gemeente.veiligheidsregio,
        "veiligheidsregioNaam": gemeente.veiligheidsregio_naam,
        "provincie": gemeente.provincie,
        "geldig": gemeente.valid(today),
        "geldigVan": gemeente.geldig_van.isoformat() if gemeente.geldig_van else None,
        "geldigTot": gemeente.geldig_tot.isoformat() if gemeente.geldig_tot else None,
        "opvolger": gemeente.opvolger or None,
        "aliassen": list(gemeente.aliassen),
    }
