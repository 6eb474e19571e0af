"""The table of 2021 as printed: 38 gemeenten, and a rest row for what the report itself cannot place."""

import csv
import io
from pathlib import Path
from typing import Any

from tests.stories.demo_client import gelukt, hub_serve, met_sleutel

PAD = "/api/v1/rapporten/acties-en-reacties?van=2021-01-01&tot=2021-12-31"
KOLOMMEN = ("aantalActies", "aantalActiesMetReacties", "aantalReactiesBnNummer", "aantalReactiesApp")
# Typed from the printed report: acties, acties met reacties, reacties via 0800-0011, reacties via de app.
GEDRUKT = {
    "GM0034": (105, 64, 21, 120),
    "GM0307": (61, 55, 46, 120),
    "GM0308": (6, 4, 3, 2),
    "GM0376": (1, 1, 0, 1),
    "GM0312": (6, 5, 3, 12),
    "GM0313": (7, 5, 3, 5),
    "GM0310": (18, 12, 8, 14),
    "GM0736": (11, 9, 7, 23),
    "GM0303": (19, 15, 15, 36),
    "GM0317": (2, 1, 0, 1),
    "GM1942": (20, 17, 13, 19),
    "GM0402": (46, 32, 17, 40),
    "GM0321": (16, 13, 16, 16),
    "GM0406": (14, 11, 7, 19),
    "GM0353": (7, 5, 6, 10),
    "GM0417": (8, 8, 8, 10),
    "GM0995": (57, 40, 26, 72),
    "GM0327": (3, 3, 1, 3),
    "GM0331": (7, 4, 3, 5),
    "GM0335": (1, 0, 0, 0),
    "GM0356": (28, 22, 9, 55),
    "GM0171": (17, 13, 5, 30),
    "GM0589": (3, 3, 4, 13),
    "GM0339": (1, 1, 1, 1),
    "GM0340": (2, 2, 3, 1),
    "GM0342": (18, 15, 16, 16),
    "GM1904": (12, 11, 4, 26),
    "GM0184": (4, 4, 1, 4),
    "GM0344": (136, 105, 33, 206),
    "GM1581": (25, 22, 22, 47),
    "GM0345": (37, 32, 27, 77),
    "GM1961": (17, 14, 18, 30),
    "GM1696": (2, 1, 1, 0),
    "GM0352": (6, 6, 4, 16),
    "GM0632": (20, 16, 19, 21),
    "GM0351": (1, 1, 2, 3),
    "GM0050": (8, 6, 4, 6),
    "GM0355": (36, 24, 12, 36),
}
SOM, REST, KOP = (788, 602, 388, 1116), (5, 3, 1, 5), (793, 605, 389, 1121)


def test_the_printed_table_of_2021_comes_back_cell_by_cell_with_its_rest_row(tmp_path: Path) -> None:
    assert tuple(map(sum, zip(*GEDRUKT.values(), strict=True))) == SOM
    with hub_serve(tmp_path) as (config, url), met_sleutel(config, url, "lezer") as lezer:
        gelukt("import", "burgernet-2021", "--config", config)
        told = lezer.get(PAD, headers={"Accept": "application/json"}).json()
        by_accept = lezer.get(PAD, headers={"Accept": "text/csv"})
        by_name = lezer.get(PAD + "&formaat=csv")
        one = lezer.get(PAD + "&gemeente=GM0344").json()
        wrong = lezer.get("/api/v1/rapporten/acties-en-reacties?van=2021-13-01&tot=gisteren")
        listed = lezer.get("/api/v1/rapporten").json()
    assert {row["gemeentecode"]: cellen(row) for row in told["rijen"]} == GEDRUKT
    assert cellen(told["restrij"]) == REST
    assert cellen(told["totaal"]) == KOP
    assert tuple(map(sum, zip(SOM, REST, strict=True))) == KOP
    assert all(column["definitie"] and column["bron"] for column in told["kolommen"])
    assert [cellen(row) for row in one["rijen"]] == [GEDRUKT["GM0344"]]
    assert wrong.status_code == 400
    assert "acties-en-reacties" in str(listed)
    assert by_accept.headers["Content-Type"].startswith("text/csv")
    assert by_accept.content == by_name.content
    _, *lines = csv.reader(io.StringIO(by_name.content.decode("utf-8-sig")))
    numbers = [tuple(int(cell) for cell in line[2:6]) for line in lines if len(line) >= 6]
    assert {line[0]: cells for line, cells in zip(lines, numbers, strict=False) if line[0]} == GEDRUKT
    assert numbers[38:] == [REST, KOP]


def cellen(row: dict[str, Any]) -> tuple[int, ...]:
    """The four printed figures of a row."""
    return tuple(row[kolom] for kolom in KOLOMMEN)
