"""The removal of a post that a correction replaces: the query of the claim and the rule wait for the same."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from hub.delivery import claim
from hub.delivery.rules import STATEN, Buur, may_begin
from hub.delivery.tables import BezorgingRij
from hub.kit.db import Db
from tests.builders import NU

OUD = 2
"""The versie of the post that is to go; a newer and an older one lie around it."""
ELDERS: tuple[dict[str, str], ...] = ({}, {"kanaal": "regio"}, {"doel": "abonnee"}, {"actie_id": "ander"})


def row(id_: str, actie_id: str, soort: str, doet: str, staat: str, versie: int, van_id: str = "") -> dict[str, Any]:
    return {
        "id": id_, "actie_id": actie_id, "versie": versie, "kanaal": "stad", "doel": "", "soort": soort, "doet": doet,
        "staat": staat, "van_id": van_id, "voorrang": 0, "oefening": False, "klaar_op": NU, "gemaakt_op": NU,
        "sleutel": "s", "marker": "m", "tekst": "",
    }  # fmt: skip


def families() -> Iterator[list[dict[str, Any]]]:
    """A post, its removal (the second row) and in every way another row, which may itself be removed."""
    kinds = product(("corrigeren", "sluiten", "publiceren"), ("maakt", "wijzigt"), (OUD - 1, OUD, OUD + 1))
    ways = product(kinds, STATEN, ELDERS, ("", "wachtrij", "verzonden", "vervallen"), ("verzonden", "taak"))
    for number, ((soort, doet, versie), staat, elders, weg, bron) in enumerate(ways):
        if soort == "publiceren" and versie == OUD:
            continue  # that is the post itself
        actie = f"a{number}"
        ander = {**row(f"{actie}-n", actie, soort, doet, staat, versie), **elders}
        if "actie_id" in elders:
            ander["actie_id"] = f"{actie}-ander"
        family = [
            row(f"{actie}-b", actie, "publiceren", "maakt", bron, OUD),
            row(f"{actie}-w", actie, "intrekken", "wijzigt", "wachtrij", 90, f"{actie}-b"),
            ander,
        ]
        if weg:
            removal = row(f"{actie}-x", actie, "intrekken", "wijzigt", weg, 91, ander["id"])
            family.append({**removal, **{key: ander[key] for key in ("actie_id", "kanaal", "doel")}})
        yield family


def by_rule(family: list[dict[str, Any]]) -> bool:
    """Whether the rule lets the removal wait."""
    post, removal, *_ = family
    place = ("actie_id", "kanaal", "doel")
    buren = [
        Buur(b["id"], b["soort"], b["staat"], b["van_id"], b["versie"], b["doet"])
        for b in family
        if b is not removal and all(b[key] == post[key] for key in place)
    ]
    return may_begin("intrekken", removal["van_id"], buren, removal["versie"]) == "wachten"


def test_in_every_combination_the_query_and_the_rule_agree(db: Db) -> None:
    every = list(families())

    def fill(session: Session) -> None:
        session.execute(insert(BezorgingRij.__table__), [row for family in every for row in family])  # type: ignore[arg-type]
        session.execute(text("ANALYZE bezorging"))

    db.write_sync(fill)
    waits = select(BezorgingRij.id).where(claim._waits_for_its_successor())
    by_query = set(db.read_sync(lambda s: list(s.scalars(waits))))
    removals = {family[1]["id"]: by_rule(family) for family in every}
    assert {id_ for id_, rule in removals.items() if rule != (id_ in by_query)} == set()
    assert len(set(removals.values())) == 2
