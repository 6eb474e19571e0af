"""The intake against a real desk: real Landactiehost messages, forty local acties, and everything that goes wrong."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.acties import store
from hub.acties.model import Actie
from hub.desk.desk import Desk
from hub.desk.reservekopie import TERUGGEZET
from hub.desk.tables import IdempotentieRij
from hub.feeds import landactiehost
from hub.feeds.eigen import alert_id, land_berichten
from hub.feeds.tables import BronStandRij, IntakeRij
from hub.intake.ophalen import NietBereikbaar
from hub.intake.poll import Uitkomst, poll_source, run_intake
from hub.kanalen import stops
from hub.kit.config import Bron, Compatibel, Config
from hub.kit.db import Db
from hub.toegang import audit
from hub.toegang.model import HUB
from tests.builders import Klok, een_invoer

ROOT = Path(__file__).parents[2]
REAL = (ROOT / "tests" / "feeds" / "landactiehost-berichten.json").read_bytes()
SAMPLE = ROOT / "hub" / "feeds" / "voorbeeld"
LAND = Bron(naam="kinderalarm", soort="landactiehost", url="https://bron.example/alerts")
LOCAL = Bron(naam="lokaal", soort="actions", url="https://bron.example/actions")


def directly(bron: Bron) -> Bron:
    return bron.model_copy(update={"direct": True})


def message(kind: str, sent: int, **other: Any) -> dict[str, Any]:
    item: dict[str, Any] = json.loads(REAL)[2 if kind != "Cancel" else 3]
    return item | {"AlertId": "4711", "Type": kind, "Sent": str(1772370000 + sent)} | other


class Toren:
    """Polls one source and looks at what the hub then holds."""

    def __init__(self, desk: Desk, db: Db, klok: Klok) -> None:
        self.desk, self.db, self.klok = desk, db, klok

    async def poll(self, bron: Bron, body: object) -> Uitkomst:
        if not isinstance(body, bytes | NietBereikbaar):
            body = json.dumps(body).encode()
        return await poll_source(self.desk, self.db, bron, body, self.klok.now(), sender="Actiehub")

    def acties(self) -> list[Actie]:
        return self.db.read_sync(lambda s: store.find_many(s))

    def fasen(self) -> list[str]:
        return [actie.fase for actie in self.acties()][::-1]

    def stand(self, bron: Bron) -> str:
        row = self.db.read_sync(lambda s: s.get(BronStandRij, bron.naam))
        return row.stand if row else ""


@pytest.fixture
def toren(desk: Desk, db: Db, klok: Klok) -> Toren:
    return Toren(desk, db, klok)


# -- Landactiehost ---------------------------------------------------------------------------------
async def test_the_real_messages_come_in_as_exercises(toren: Toren) -> None:
    outcome = await toren.poll(LAND, REAL)
    assert (outcome.nieuw, outcome.gesloten, outcome.meldingen) == (2, 2, ("99999998: Geen gemeente genoemd.",))
    acties = toren.acties()[::-1]
    assert [actie.niveau for actie in acties] == ["landelijk", "regionaal"]
    assert all(actie.oefening and actie.type == "vermist-persoon" for actie in acties)
    assert acties[1].gemeente == "GM0363"
    assert acties[1].cirkel is not None
    assert toren.fasen() == ["ingetrokken", "ingetrokken"]


async def test_reading_twice_changes_nothing(toren: Toren) -> None:
    await toren.poll(LAND, REAL)
    again = await toren.poll(LAND, REAL)
    assert (again.nieuw, again.gesloten, again.bekend) == (0, 0, 4)
    assert len(toren.acties()) == 2


async def test_a_message_waits_as_a_concept_unless_the_source_is_direct(toren: Toren) -> None:
    await toren.poll(LAND, [message("Alert", 0)])
    await toren.poll(directly(LOCAL), (SAMPLE / "acties-open.json").read_bytes())
    assert toren.fasen() == ["concept", *["actief"] * 40]


async def test_a_source_starts_nothing_while_the_hub_is_stopped(toren: Toren) -> None:
    toren.db.write_sync(lambda s: stops.pull(s, "verkeerde foto", "noor", toren.klok.now()))
    outcome = await toren.poll(directly(LAND), [message("Alert", 0)])
    assert toren.fasen() == ["concept"]
    assert outcome.meldingen == ("4711: de hub staat stil; dit wacht als concept tot iemand het uitzet.",)
    toren.db.write_sync(stops.release)
    await toren.poll(directly(LAND), [message("Alert", 0), message("Alert", 0, AlertId="4712")])
    assert toren.fasen() == ["concept", "actief"]


async def test_what_was_sent_before_a_restore_starts_nothing_by_itself(toren: Toren) -> None:
    back = datetime.fromtimestamp(1772370030, UTC)
    toren.db.write_sync(lambda s: audit.write(s, wie="hub", deed=TERUGGEZET, now=back))
    await toren.poll(directly(LAND), [message("Alert", 0), message("Alert", 60, AlertId="4712")])
    assert toren.fasen() == ["concept", "actief"]


async def test_what_the_same_body_ends_again_alarms_nobody(toren: Toren) -> None:
    await toren.poll(directly(LAND), [message("Cancel", 60), message("Alert", 0)])
    [actie] = toren.acties()
    assert (actie.fase, actie.gestart_op) == ("ingetrokken", None)


async def test_an_update_corrects_and_a_cancel_withdraws(toren: Toren) -> None:
    bron = directly(LAND)
    await toren.poll(bron, [message("Alert", 0)])
    update = message("Update", 60)
    update["Message"] = update["Message"] | {"Description": "Nu gezien in Haarlem."}
    outcome = await toren.poll(bron, [update])
    assert outcome.gewijzigd == 1
    [actie] = toren.acties()
    assert (actie.versie, actie.bericht) == (2, "Nu gezien in Haarlem.")
    assert (await toren.poll(bron, [message("Cancel", 120)])).gesloten == 1
    assert toren.fasen() == ["ingetrokken"]


async def test_a_cancel_before_its_alert_keeps_it_from_starting(toren: Toren) -> None:
    assert (await toren.poll(LAND, [message("Cancel", 60)])).grafsteen == 1
    assert (await toren.poll(LAND, [message("Alert", 0)])).overgeslagen == 1
    assert toren.acties() == []


async def test_a_cancel_without_alert_and_twice_does_nothing(toren: Toren) -> None:
    assert (await toren.poll(LAND, [message("Cancel", 0)])).grafsteen == 1
    assert (await toren.poll(LAND, [message("Cancel", 60)])).grafsteen == 1
    await toren.poll(LAND, [message("Alert", 120)])
    assert (await toren.poll(LAND, [message("Cancel", 180)])).gesloten == 1
    assert (await toren.poll(LAND, [message("Cancel", 240)])).gesloten == 1
    assert toren.fasen() == ["ingetrokken"]


async def test_an_alert_sent_after_its_cancel_is_a_new_actie(toren: Toren) -> None:
    await toren.poll(LAND, [message("Alert", 0), message("Cancel", 60)])
    assert (await toren.poll(LAND, [message("Alert", 120)])).nieuw == 1
    assert toren.fasen() == ["ingetrokken", "concept"]


async def test_what_people_ended_here_is_not_started_again_by_a_change(toren: Toren) -> None:
    await toren.poll(LAND, [message("Alert", 0)])
    await toren.desk.withdraw(toren.acties()[0].id, "gevonden", HUB)
    outcome = await toren.poll(LAND, [message("Update", 60)])
    assert (outcome.overgeslagen, outcome.nieuw) == (1, 0)
    assert toren.fasen() == ["ingetrokken"]


async def test_only_the_configuration_makes_a_message_real(toren: Toren) -> None:
    real = LAND.model_copy(update={"modus": "echt"})
    outcome = await toren.poll(real, [message("Alert", 0), message("Alert", 1, AlertId="4712", State="Test")])
    assert (outcome.nieuw, outcome.geweigerd) == (1, 1)
    [actie] = toren.acties()
    assert not actie.oefening


async def test_our_own_messages_are_skipped_however_they_travelled(toren: Toren) -> None:
    config = Config(compatibel=Compatibel(landactiehost=True))
    opened = await toren.desk.open(een_invoer(publiceren=True), HUB)
    body = toren.db.read_sync(
        lambda s: landactiehost.render(land_berichten(s, config, toren.klok.now(), oefening=False))
    )
    by_id = [message("Alert", 0, AlertId=alert_id(opened.actie.nummer))]
    by_sender = [message("Alert", 0, AlertId="777", Sender="ACTIEHUB")]
    for echo in (json.loads(body), by_id, by_sender):
        assert (await toren.poll(LAND, echo)).eigen == 1
    assert len(toren.acties()) == 1


# -- local acties ----------------------------------------------------------------------------------
@pytest.mark.parametrize("bron", [LOCAL, directly(LOCAL)], ids=["concept", "direct"])
async def test_forty_local_acties_in_changed_and_closed_twice_without_a_double(toren: Toren, bron: Bron) -> None:
    figures = []
    for stand in ("open", "open", "gewijzigd", "gewijzigd", "gesloten", "gesloten", "open"):
        outcome = await toren.poll(bron, (SAMPLE / f"acties-{stand}.json").read_bytes())
        figures.append((outcome.nieuw, outcome.gewijzigd, outcome.gesloten, outcome.bekend))
        assert outcome.meldingen == ()
    assert figures == [
        (40, 0, 0, 0),
        (0, 0, 0, 40),
        (0, 18, 0, 22),
        (0, 0, 0, 40),
        (0, 0, 40, 0),
        (0, 0, 0, 40),
        (0, 0, 0, 40),
    ]
    acties = toren.acties()
    assert len(acties) == 40
    assert len({actie.gemeente for actie in acties}) == 25
    assert len({actie.type for actie in acties}) == 12
    assert {actie.fase for actie in acties} == {"afgesloten" if bron.direct else "ingetrokken"}


async def test_a_closed_actie_that_was_never_seen_starts_nothing(toren: Toren) -> None:
    outcome = await toren.poll(LOCAL, (SAMPLE / "acties-gesloten.json").read_bytes())
    assert (outcome.grafsteen, toren.acties()) == (40, [])


async def test_a_message_that_the_desk_refuses_is_reported_once(toren: Toren) -> None:
    items = json.loads((SAMPLE / "acties-open.json").read_bytes())["actions"][:2]
    items[0]["municipality"] = "Nergens"
    items[0]["area"] = None
    first = await toren.poll(LOCAL, items)
    assert (first.nieuw, first.geweigerd) == (1, 1)
    assert first.meldingen == ("52001: De gemeente ‘Nergens’ is onbekend.",)
    assert (await toren.poll(LOCAL, items)).meldingen == ()


# -- crashes and faults ----------------------------------------------------------------------------
@pytest.mark.parametrize("forgotten", [[IntakeRij], [IntakeRij, IdempotentieRij]], ids=["crash", "later"])
async def test_what_was_made_but_not_written_down_is_found_again(toren: Toren, forgotten: list[type]) -> None:
    body = (SAMPLE / "acties-open.json").read_bytes()
    await toren.poll(LOCAL, body)

    def forget(session: Session) -> None:
        for table in forgotten:
            session.execute(delete(table))

    toren.db.write_sync(forget)
    await toren.poll(LOCAL, body)
    assert len(toren.acties()) == 40
    await toren.poll(LOCAL, (SAMPLE / "acties-gesloten.json").read_bytes())
    assert set(toren.fasen()) == {"ingetrokken"}


class Wankel:
    """A desk that breaks the first time something is opened."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._broken = desk, False

    async def open(self, *args: Any, **kwargs: Any) -> Any:
        if not self._broken:
            self._broken = True
            raise RuntimeError("stuk")
        return await self._desk.open(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


async def test_a_message_that_breaks_holds_up_no_other_and_is_tried_again(toren: Toren) -> None:
    toren.desk = Wankel(toren.desk)  # type: ignore[assignment]
    body = (SAMPLE / "acties-open.json").read_bytes()
    first = await toren.poll(LOCAL, body)
    assert (first.nieuw, first.mislukt) == (39, 1)
    again = await toren.poll(LOCAL, body)
    assert (again.nieuw, again.bekend) == (1, 39)


# -- failing sources -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "stand"),
    [
        (b"[]", "leeg"),
        (b'{"actions": []}', "leeg"),
        (NietBereikbaar("Geen verbinding."), "niet-bereikbaar"),
        (b"<html>storing</html>", "onleesbaar"),
        (b"[1]", "onleesbaar"),
    ],
)
async def test_a_failed_or_empty_poll_closes_nothing(toren: Toren, body: bytes, stand: str) -> None:
    await toren.poll(directly(LOCAL), (SAMPLE / "acties-open.json").read_bytes())
    assert toren.stand(LOCAL) == "goed"
    toren.klok.nu += timedelta(minutes=1)
    outcome = await toren.poll(LOCAL, body)
    assert (outcome.stand, toren.stand(LOCAL)) == (stand, stand)
    assert set(toren.fasen()) == {"actief"}


async def test_the_summary_says_in_dutch_what_happened(toren: Toren, tmp_path: Path) -> None:
    async def lines(source: Path) -> tuple[bool, tuple[str, ...]]:
        summary = await run_intake(toren.desk, toren.db, LOCAL, str(source), toren.klok, sender="Actiehub")
        return summary.gelukt, summary.regels

    assert await lines(SAMPLE / "acties-open.json") == (
        True,
        (
            "lokaal (oefening): 40 berichten gelezen: 40 nieuw, 0 gewijzigd, 0 gesloten, 0 al bekend.",
            "Nieuwe acties zijn klaargezet als concept.",
        ),
    )
    empty = tmp_path / "leeg.json"
    empty.write_text("[]")
    assert await lines(empty) == (True, ("lokaal: de bron is leeg. Lopende acties blijven lopen.",))
    assert await lines(tmp_path / "weg.json") == (
        False,
        ("lokaal: de bron is niet bereikbaar. Het bestand weg.json bestaat niet. Lopende acties blijven lopen.",),
    )


def forget_intake(session: Session) -> None:
    """As if the source was never read before."""
    for table in (IntakeRij, IdempotentieRij):
        session.execute(delete(table))


async def test_an_actie_that_people_here_started_is_never_changed_or_ended_by_a_source(toren: Toren) -> None:
    items = json.loads((SAMPLE / "acties-open.json").read_bytes())["actions"][:1]
    await toren.poll(LOCAL, items)
    [known] = toren.acties()
    await toren.desk.withdraw(known.id, "fout", HUB)
    toren.db.write_sync(forget_intake)
    await toren.desk.open(een_invoer(kenmerk=known.kenmerk), HUB)
    await toren.poll(LOCAL, items)
    await toren.poll(LOCAL, [{**items[0], "active": False, "messages": []}])
    assert toren.fasen() == ["ingetrokken", "concept"]
