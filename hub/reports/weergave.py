"""A report as JSON and as CSV for Dutch spreadsheets; the page is drawn from the Rapport itself."""

import csv
import io
from collections.abc import Mapping

from hub.reports.model import Cel, Rapport, Rij

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


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


def to_csv(rapport: Rapport) -> bytes:
    """One header row, the rows, the restrij where there is one, the total: UTF-8 with BOM, semicolons."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(kolom.titel) for kolom in rapport.kolommen])
    rest: tuple[Rij, ...] = (rapport.restrij,) if rapport.restrij else ()
    for rij in (*rapport.rijen, *rest, rapport.totaal):
        writer.writerow([_cell(rij.get(kolom.naam)) for kolom in rapport.kolommen])
    return (BOM + out.getvalue()).encode()


def _dict(rij: Mapping[str, Cel] | None) -> dict[str, Cel] | None:
    return None if rij is None else dict(rij)


def _cell(value: Cel) -> str:
    """A cell as Dutch Excel reads it; a text that would start a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.12g}".replace(".", ",")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
