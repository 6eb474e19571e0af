"""Why a bezorging waits: the same sentence on the page of its actie and in the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from hub.delivery import claim, store, wachten
from hub.delivery.tables import BezorgingRij
from hub.kanalen import stops
from hub.kanalen.tables import KanaalRij
from hub.kit.clock import nl_time
from hub.kit.config import Config, Goedkeuring
from hub.kit.db import Db
from hub.kit.secrets import Vault
from tests.builders import NU, Klok
from tests.web.huis import Huis, open_huis

STRAKS = NU + timedelta(seconds=90)
ZO = nl_time(STRAKS)
BEURT = "Komt zo aan de beurt."


def rem(**velden: object) -> Callable[[Session], None]:
    return lambda s: s.execute(update(KanaalRij).values(**velden)).close()


@pytest.mark.parametrize(
    ("hinder", "zin"),
    [
        (lambda s: None, BEURT),
        (lambda s: stops.pull(s, "verkeerde foto", "noor", NU), "de noodstop van de hub staat aan."),
        (lambda s: stops.pull(s, "teruggezet", "hub", NU, naam=stops.STIL), "teruggezet uit een reservekopie."),
        (rem(gestopt="account gekaapt"), "vrijgeeft: dit kanaal is stilgezet (account gekaapt)."),
        (rem(post_na=STRAKS), f"Wacht tot {ZO}: het netwerk vraagt om even te wachten."),
        (rem(storingen=5, storing_tot=STRAKS), f"Wacht tot {ZO}: het netwerk was te vaak niet te bereiken."),
        (rem(storingen=5, storing_tot=NU), "Wacht tot één ander bericht is gelukt: "),
        (rem(gepauzeerd="Sleutel ongeldig."), "bij Kanalen is een nieuwe sleutel of een nieuw wachtwoord nodig."),
        (rem(weg_na=STRAKS), BEURT),
        (
            lambda s: s.execute(update(BezorgingRij).values(klaar_op=STRAKS)).close(),
            f"De hub probeert het opnieuw om {ZO}.",
        ),
    ],
)
def test_each_post_in_the_queue_says_why_it_waits(huis: Huis, hinder: Callable[[Session], None], zin: str) -> None:
    actie_id = huis.start().json()["id"]
    huis.deps.db.write_sync(lambda s: hinder(s))
    rows = huis.get("lezer", f"/acties/{actie_id}/bezorgingen").json()["bezorgingen"]
    assert rows
    huis.inloggen("lezer")
    page = huis.client.get(f"/acties/{actie_id}", headers={"Accept": "text/html"}).text
    for row in rows:
        assert zin in row["wachtOp"]
        assert row["wachtOp"] in page


def test_what_does_not_wait_has_no_reason_and_what_waits_for_another_says_so(huis: Huis) -> None:
    actie_id = huis.start().json()["id"]
    db, now = huis.deps.db, huis.klok.now()
    db.write_sync(lambda s: claim.claim(s, "proef", now, {}, 9))
    db.write_sync(
        lambda s: [store.settle(s, row, "proef", "versturen", now) for row in store.of_actie(s, actie_id)] and None
    )
    huis.post("meldkamer", f"/acties/{actie_id}/intrekkingen", {"reden": "gevonden"})
    rows = huis.get("lezer", f"/acties/{actie_id}/bezorgingen").json()["bezorgingen"]
    assert {(row["soort"], row["wachtOp"]) for row in rows} == {
        ("publiceren", None),
        ("intrekken", wachten.EERST["intrekken"]),
        ("sluiten", wachten.EERST["sluiten"]),
    }


def test_what_can_wait_keeps_the_quiet_hours_and_what_cannot_does_not(db: Db, vault: Vault, klok: Klok) -> None:
    with open_huis(db, vault, klok, Config(goedkeuring=Goedkeuring(buurtonderzoek="direct"))) as huis:
        _night(huis)


def _night(huis: Huis) -> None:
    nacht = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    huis.klok.nu = nacht
    huis.deps.db.write_sync(lambda s: s.execute(update(KanaalRij).values(stilte="22:00-07:00")).close())
    rustig = huis.start(soort="buurtonderzoek").json()["id"]
    dringend = huis.start().json()["id"]

    def wacht(actie_id: str) -> set[str]:
        rows = huis.get("lezer", f"/acties/{actie_id}/bezorgingen").json()["bezorgingen"]
        return {row["wachtOp"] for row in rows}

    stil = "Wacht tot 07:00: dan zijn de stille uren van dit kanaal (22:00-07:00) voorbij."
    assert (wacht(rustig), wacht(dringend)) == ({stil}, {BEURT})
    early, late = nacht + timedelta(hours=7, minutes=29), nacht + timedelta(hours=7, minutes=30)
    taken = [
        huis.deps.db.write_sync(lambda s, op=op: claim.claim(s, "proef", op, {}, 9)) for op in (nacht, early, late)
    ]
    assert [{row.actie_id for row in rows} for rows in taken] == [{dringend}, set(), {rustig}]
