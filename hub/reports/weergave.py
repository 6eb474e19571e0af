"""A report as JSON and as CSV; the page is drawn from the Rapport itself."""

import csv
import io
from collections.abc import Mapping
from typing import Literal

from hub.reports.model import Cel, Rapport, Rij

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
Scheiding = Literal["komma", "puntkomma"]


def to_json(rapport: Rapport) -> dict[str, object]:
    """Plain data with every definition in it, so that a figure never travels without its meaning."""
    return {
        "naam": rapport.naam,
        "titel": rapport.titel,
        "uitleg": rapport.uitleg,
        "periode": {"van": rapport.periode.van.isoformat(), "tot": rapport.periode.tot.isoformat()},
        "peildatum": rapport.peildatum.isoformat(),
        "kolommen": [
            {
                "naam": kolom.naam,
                "titel": kolom.titel,
                "definitie": kolom.definitie,
                "teller": kolom.teller,
                "noemer": kolom.noemer,
                "bron": kolom.bron,
            }
            for kolom in rapport.kolommen
        ],
        "rijen": [dict(rij) for rij in rapport.rijen],
        "restrij": _dict(rapport.restrij),
        "totaal": _dict(rapport.totaal),
        "opmerkingen": list(rapport.opmerkingen),
    }


def to_csv(rapport: Rapport, scheiding: Scheiding = "komma") -> bytes:
    """One header row, the rows, the restrij where there is one, the total: UTF-8 with BOM.

    `puntkomma` is for Dutch Excel, which opens it as a table and reads the comma in a number as the decimal mark.
    """
    dutch = scheiding == "puntkomma"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if dutch else ",", lineterminator="\r\n")
    writer.writerow([_cell(kolom.titel if kolom.optelbaar else kolom.naam, dutch) for kolom in rapport.kolommen])
    rest: tuple[Rij, ...] = (rapport.restrij,) if rapport.restrij else ()
    for rij in (*rapport.rijen, *rest, rapport.totaal):
        writer.writerow([_cell(rij.get(kolom.naam), dutch) for kolom in rapport.kolommen])
    return (BOM + out.getvalue()).encode()


def _dict(rij: Mapping[str, Cel] | None) -> dict[str, Cel] | None:
    return None if rij is None else dict(rij)


def _cell(value: Cel, dutch: bool) -> str:
    """A cell as a spreadsheet reads it; a text that would start a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.12g}".replace(".", "," if dutch else ".")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
