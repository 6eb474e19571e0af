"""`hub bench`: how fast something is, always next to a plain way of doing it that is measured in the same run.

A suite is a file `bench/<naam>.py` with a function `suite(make_renderer)` that gives one line of figures at a time:
a `meting`, or counts where the suite counts instead of measures; its options are arguments by name.
"""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from hub.commands import options, tabel, voortgang
from hub.commands.parts import Parts
from hub.kit import log

ALLES = "alles"
UITLEG: Mapping[str, str] = {
    "bezorging": "Hoe snel een actie op elk kanaal staat, en hoe snel ze er weer af is.",
    "crash": "Telt wat er verloren gaat of dubbel staat als de hub telkens wordt gedood. Duurt minuten.",
    "hervatten": "Hoe snel de hub verder werkt na een start, en na de dood van een ander proces.",
    "posters": "Hoe snel posters en QR-codes worden getekend.",
    "schermen": "Hoe snel 1000 schermen een actie tonen, en hoe snel ze horen dat die voorbij is.",
    ALLES: "Elke suite na elkaar, behalve crash.",
}
"""What each suite measures; a test compares this with the folder."""
TELLINGEN = ("crash",)
"""Suites that take minutes and print counts; `alles` leaves them out."""
DATABASES = ("sqlite", "postgresql")
PAKKET_MIST = 3
Regels = Callable[..., Iterable[Mapping[str, object]]]


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub bench`."""

    @cli.command()
    def bench(
        suite: Annotated[
            str, typer.Argument(metavar="SUITE", help="Een suite, of `alles`; zonder volgt een lijst.")
        ] = "",
        bezorgingen: Annotated[
            int | None, typer.Option("--bezorgingen", metavar="AANTAL", min=1, help="crash: zoveel bezorgingen.")
        ] = None,
        kills: Annotated[
            int | None, typer.Option("--kills", metavar="AANTAL", min=0, help="crash: zo vaak een proces doden.")
        ] = None,
        stops: Annotated[
            int | None,
            typer.Option("--stops", metavar="AANTAL", min=0, help="crash: zo vaak een proces bevriezen."),
        ] = None,
        database: Annotated[
            str | None, typer.Option("--database", metavar="SOORT", help="crash: sqlite of postgresql.")
        ] = None,
        als_json: Annotated[
            bool, typer.Option("--json", help="crash: een regel JSON in plaats van een tabel.")
        ] = False,
    ) -> None:
        """Meet snelheid: per meting een regel JSON, met een eenvoudige manier ernaast als maat."""
        known = suites(parts.root / "bench")
        if not suite:
            tabel.show(("SUITE", "WAT ZE MEET"), [(naam, UITLEG.get(naam, "")) for naam in (*known, ALLES)], "")
            return
        if suite != ALLES and suite not in known:
            raise options.Fout(f"De suite {suite[:40]} bestaat niet. Kies uit: {', '.join((*known, ALLES))}.")
        given = {"bezorgingen": bezorgingen, "kills": kills, "stops": stops, "database": database}
        chosen = {naam: value for naam, value in given.items() if value is not None}
        if suite not in TELLINGEN and (chosen or als_json):
            raise options.Fout(f"Deze opties horen bij de suite {TELLINGEN[0]}.")
        if database not in (None, *DATABASES):
            raise options.Fout(f"Kies voor --database uit: {', '.join(DATABASES)}.")
        log.setup()  # what a hub that is measured here has to say belongs beside the figures, not between them
        for naam in [name for name in known if name not in TELLINGEN] if suite == ALLES else [suite]:
            measured, missing = _measured(known[naam], parts, naam, chosen)
            for figures in measured:
                _show(figures, as_line=als_json or naam not in TELLINGEN)
            if missing:
                sys.stderr.write(f"Deze bench heeft het pakket {missing} nodig. Installeer het met make setup.\n")
                raise typer.Exit(PAKKET_MIST)


def _measured(
    path: Path, parts: Parts, naam: str, chosen: Mapping[str, object]
) -> tuple[list[Mapping[str, object]], str]:
    """What was measured, and the package that the rest of it needs."""
    found: list[Mapping[str, object]] = []
    try:
        with voortgang.busy(f"{naam} meten"):
            found.extend(load_suite(path)(parts.renderer, **chosen))
    except ModuleNotFoundError as error:
        return found, str(error.name).partition(".")[0].replace("_", "-")
    return found, ""


def _show(figures: Mapping[str, object], *, as_line: bool) -> None:
    """One line of JSON for a script, or a row per count for a person."""
    if as_line:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        tabel.show(("telling", "aantal"), [(naam, str(value)) for naam, value in figures.items()], "")


def meting(bench: str, value: float, unit: str, baseline: float) -> Mapping[str, object]:
    """One bench as the line that is printed; `ratio` is value / baseline, both measured in the same run."""
    ratio = round(value / baseline, 3)
    return {"bench": bench, "value": round(value, 4), "unit": unit, "baseline": round(baseline, 4), "ratio": ratio}


def suites(folder: Path) -> dict[str, Path]:
    """Every suite by name."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")}


def load_suite(path: Path) -> Regels:
    """The function `suite` of a suite. It is no part of the hub, so it is loaded from its file."""
    if (root := str(path.parent.parent)) not in sys.path:
        # A suite may use the fault kit beside it, which is no installed package either.
        sys.path.insert(0, root)
    spec = importlib.util.spec_from_file_location(f"actiehub_bench_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise options.Fout(f"De suite {path.stem} is niet te laden.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    found: Regels = module.suite
    return found
