"""`hub bench`: how fast something is, always next to a plain way of doing it that is measured in the same run.

A suite is a file `bench/<naam>.py` with a function `suite(renderer)` that gives one line of figures at a time:
a `meting`, or counts where the suite counts instead of measures.
"""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from hub.commands import options, voortgang
from hub.commands.parts import Parts
from hub.content import Renderer

ALLES = "alles"


TELLINGEN = ("crash",)
"""Suites that take minutes and print counts; `alles` leaves them out."""
Regels = Callable[[Callable[[], Renderer]], Iterable[Mapping[str, object]]]


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub bench`."""

    @cli.command()
    def bench(
        suite: Annotated[
            str, typer.Argument(metavar="SUITE", help="Een suite, of `alles`; zonder volgt een lijst.")
        ] = "",
    ) -> None:
        """Meet snelheid: per meting een regel JSON, met een eenvoudige manier ernaast als maat."""
        known = suites(parts.root / "bench")
        if not suite:
            sys.stdout.write("".join(f"{naam}\n" for naam in (*known, ALLES)))
            return
        if suite != ALLES and suite not in known:
            raise options.Fout(f"De suite {suite[:40]} bestaat niet. Kies uit: {', '.join((*known, ALLES))}.")
        for naam in [name for name in known if name not in TELLINGEN] if suite == ALLES else [suite]:
            with voortgang.busy(f"{naam} meten"):
                measured = list(load_suite(known[naam])(parts.renderer))
            for figures in measured:
                sys.stdout.write(json.dumps(figures) + "\n")


def meting(bench: str, value: float, unit: str, baseline: float) -> Mapping[str, object]:
    """One bench as the line that is printed; `ratio` is value / baseline, both measured in the same run."""
    ratio = round(value / baseline, 3)
    return {"bench": bench, "value": round(value, 4), "unit": unit, "baseline": round(baseline, 4), "ratio": ratio}


def suites(folder: Path) -> dict[str, Path]:
    """Every suite by name."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")}


def load_suite(path: Path) -> Regels:
    """The function `suite` of a suite. It is no part of the hub, so it is loaded from its file."""
    spec = importlib.util.spec_from_file_location(f"actiehub_bench_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise options.Fout(f"De suite {path.stem} is niet te laden.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    found: Regels = module.suite
    return found
