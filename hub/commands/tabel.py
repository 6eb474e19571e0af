"""Lists on the terminal: columns of plain text, which a person reads and a script can cut."""

import json
import sys
from collections.abc import Sequence


def show(titles: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
    """Write the rows under their titles on stdout, or one sentence when there are none."""
    if not rows:
        sys.stdout.write(f"{empty}\n")
        return
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    for row in (titles, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def as_json(value: object) -> str:
    """A value as readable JSON, with a line end."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def write_json(value: object) -> None:
    """Write a value as JSON on stdout."""
    sys.stdout.write(as_json(value))


def yes(value: bool) -> str:
    """`ja` or `nee`."""
    return "ja" if value else "nee"
