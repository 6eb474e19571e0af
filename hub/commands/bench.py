"""`hub bench`: how fast something is, always next to a plain way of doing it that is measured in the same run.

A suite is a file `bench/<naam>.py` with a function `run(renderer)` that gives one Meting per bench.
"""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Protocol

import typer

from hub.commands import options, voortgang
from hub.commands.parts import Parts
from hub.content import Renderer

ALLES = "alles"


class Meting(Protocol):
    """One bench: our value and the baseline in the same unit."""

    bench: str
    value: float
    unit: str
    baseline: float


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
        for naam in known if suite == ALLES else (suite,):
            with voortgang.busy(f"{naam} meten"):
                measured = list(_load(known[naam])(parts.renderer))
            for meting in measured:
                sys.stdout.write(line(meting) + "\n")


def suites(folder: Path) -> dict[str, Path]:
    """Every suite by name."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")}


def line(meting: Meting) -> str:
    """One bench as one line of JSON; `ratio` is value / baseline."""
    return json.dumps(
        {
            "bench": meting.bench,
            "value": round(meting.value, 4),
            "unit": meting.unit,
            "baseline": round(meting.baseline, 4),
            "ratio": round(meting.value / meting.baseline, 3),
        }
    )


def _load(path: Path) -> Callable[[Callable[[], Renderer]], Iterable[Meting]]:
    """The function `run` of a suite. It is no part of the hub, so it is loaded from its file."""
    spec = importlib.util.spec_from_file_location(f"actiehub_bench_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise options.Fout(f"De suite {path.stem} is niet te laden.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    run: Callable[[Callable[[], Renderer]], Iterable[Meting]] = module.run
    return run
