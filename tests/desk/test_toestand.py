"""How the hub is doing: every check falls over by real rows and a turned clock, and says what to do."""

import os
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text, update

from hub.acties import store as acties
from hub.delivery import store as delivery
from hub.delivery.model import Plan
from hub.delivery.tables import BezorgingRij
from hub.desk import punten, toestand
from hub.desk.punten import GB, MB, Punt
from hub.desk.tables import DossierRij, ReservekopieRij
from hub.desk.toestand import Toestand
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Bewaren, Config, load
from hub.kit.db import Db
from hub.kit.processen import Hartslag
from hub.kit.secrets import Vault
from hub.kit.tables import ProcesRij
from hub.screens import store as screens
from hub.toegang import audit
from hub.toegang.model import Wie
from tests.builders import NU, Klok
from tests.screens.toestel import een_scherm, start, stop

CONFIG = Config()
POST = Plan(
    actie_id="a1", versie=1, kanaal="stad", soort="publiceren", doet="maakt", soort_actie="tijdkritisch",
    oefening=False, marker="K7M2QX",
)  # fmt: skip


async def neem_op(db: Db, klok: Klok, stil: float | None = 0.1) -> Toestand:
    """Measured now, on a machine with room enough."""
    found = await toestand.opnemen(db, CONFIG, klok.now(), stil)
    meting = replace(found.meting, schijf_vrij=50 * GB)
    return Toestand(meting, toestand.beoordeel(meting))


async def punt(db: Db, klok: Klok, naam: str, stil: float | None = 0.1) -> Punt:
    return next(p for p in (await neem_op(db, klok, stil)).punten if p.naam == naam)


def plan(db: Db, staat: str = "wachtrij", **anders: str) -> str:
    """One bezorging of this minute, in this state."""
    [made] = db.write_sync(lambda s: delivery.plan(s, [replace(POST, **anders)], NU))  # type: ignore[arg-type]
    db.write_sync(lambda s: s.execute(update(BezorgingRij).where(BezorgingRij.id == made).values(staat=staat)).close())
    return made


async def test_an_empty_hub_is_well_and_names_every_check_once(db: Db, klok: Klok) -> None:
    found = await neem_op(db, klok)
    assert {p.naam: p.stand for p in found.punten} == dict.fromkeys(punten.TITELS, "goed")
    assert (found.alarmen, found.stand) == (0, "goed")


async def test_alarms_come_first(db: Db, klok: Klok) -> None:
    plan(db, "onbekend")
    found = await neem_op(db, klok, stil=None)
    assert [(p.naam, p.stand) for p in found.punten[:2]] == [("bezorger", "alarm"), ("onbekend", "let-op")]
    assert (found.alarmen, found.stand) == (1, "alarm")


async def test_a_worker_that_falls_silent_is_an_alarm(db: Db, klok: Klok) -> None:
    assert [(await punt(db, klok, "bezorger", stil)).stand for stil in (1.0, 3.0, 6.0, None)] == [
        "goed", "let-op", "alarm", "alarm",
    ]  # fmt: skip
    assert "Start de hub opnieuw" in (await punt(db, klok, "bezorger", 6.0)).uitleg


async def test_a_database_that_another_program_holds_is_an_alarm(db: Db, klok: Klok) -> None:
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert not await toestand.schrijfbaar(db, 0.05)
        assert (await punt(db, klok, "database")).stand == "alarm"
    finally:
        other.close()
    assert await toestand.schrijfbaar(db, 20)


async def test_a_bezorging_that_waits_too_long_for_its_turn(db: Db, klok: Klok) -> None:
    plan(db)
    found = []
    for seconds in (0, 6, 31):
        klok.nu = NU + timedelta(seconds=seconds)
        found.append((await punt(db, klok, "wachtrij")).stand)
    assert found == ["goed", "let-op", "alarm"]
    assert "31 seconden" in (await punt(db, klok, "wachtrij")).uitleg


async def test_a_bezorging_that_waits_for_its_own_post_is_not_late(db: Db, klok: Klok) -> None:
    plan(db, "intrekken", soort="intrekken", doet="wijzigt", van_id=plan(db, "onbekend"))
    db.write_sync(lambda s: s.execute(text("UPDATE bezorging SET staat='wachtrij' WHERE soort='intrekken'")).close())
    klok.verder(minutes=1)
    assert (await punt(db, klok, "wachtrij")).stand == "goed"


async def test_a_bezorging_that_may_only_go_later_is_not_late(db: Db, klok: Klok) -> None:
    db.write_sync(lambda s: delivery.plan(s, [POST], NU, NU + timedelta(hours=1)))
    klok.verder(minutes=59)
    assert (await punt(db, klok, "wachtrij")).stand == "goed"


async def test_an_unknown_outcome_asks_for_attention_and_then_for_a_person(db: Db, klok: Klok) -> None:
    plan(db, "onbekend")
    klok.verder(seconds=20)
    assert (await punt(db, klok, "onbekend")).stand == "let-op"
    klok.verder(minutes=5)
    old = await punt(db, klok, "onbekend")
    assert (old.stand, old.waarde) == ("alarm", 320)
    assert "antwoord bij Taken" in old.uitleg


async def test_a_withdrawal_that_is_open_for_more_than_ten_seconds_is_an_alarm(db: Db, klok: Klok) -> None:
    for staat in ("wachtrij", "taak", "verzonden"):
        plan(db, staat, soort="intrekken", doet="wijzigt", kanaal=staat)
    klok.verder(seconds=10)
    assert (await punt(db, klok, "intrekkingen")).stand == "goed"
    klok.verder(seconds=1)
    late = await punt(db, klok, "intrekkingen")
    assert (late.stand, late.waarde) == ("alarm", 2)
    assert late.uitleg.startswith("2 berichten moeten nog weg, de oudste al 11 seconden.")


async def test_a_kanaal_with_dead_credentials_is_an_alarm(db: Db, klok: Klok, vault: Vault) -> None:
    db.write_sync(lambda s: kanalen.save(s, vault, KanaalInvoer("stad", "handmatig"), NU))
    assert (await punt(db, klok, "kanalen")).stand == "goed"
    db.write_sync(lambda s: kanalen.note_failure(s, "stad", "De sleutel is ingetrokken.", NU, pause=True))
    dead = await punt(db, klok, "kanalen")
    assert (dead.stand, dead.waarde) == ("alarm", 1)
    assert "stad" not in dead.uitleg


async def test_a_silent_scherm_asks_for_attention_and_all_of_them_for_an_alarm(db: Db, klok: Klok) -> None:
    een, twee = (een_scherm(db, NU, naam)[0] for naam in ("Perron", "Tunnel"))
    een_scherm(db, NU, "Zonder actie")
    actie = start(db, NU, [een, twee])
    db.write_sync(lambda s: screens.seen(s, {een.id: NU}))
    klok.verder(minutes=15)
    assert (await punt(db, klok, "schermen")).stand == "goed"
    db.write_sync(lambda s: screens.seen(s, {een.id: klok.nu}))
    klok.verder(seconds=1)
    some = await punt(db, klok, "schermen")
    assert (some.stand, some.waarde) == ("let-op", 1)
    assert some.uitleg.startswith("1 van de 2 schermen")
    klok.verder(minutes=16)
    assert (await punt(db, klok, "schermen")).stand == "alarm"
    stop(db, actie, klok.nu)
    assert (await punt(db, klok, "schermen")).stand == "goed"


async def test_an_actie_past_its_looptijd(db: Db, klok: Klok) -> None:
    start(db, NU, [])
    found = []
    for seconds in (3600, 3611, 3631):
        klok.nu = NU + timedelta(seconds=seconds)
        found.append((await punt(db, klok, "looptijd")).stand)
    assert found == ["goed", "let-op", "alarm"]


async def test_an_erased_photo_that_stays_on_the_disk(db: Db, klok: Klok, vault: Vault) -> None:
    stop(db, start(db, NU, [], vault), NU)
    found = []
    for seconds in (5, 11, 61):
        klok.nu = NU + timedelta(seconds=seconds)
        found.append((await punt(db, klok, "foto")).stand)
    assert found == ["goed", "let-op", "alarm"]
    db.write_sync(lambda s: acties.note_disk_clean(s, klok.nu, klok.nu))
    assert (await punt(db, klok, "foto")).stand == "goed"


async def test_a_changed_line_of_the_audit_trail_is_an_alarm(db: Db, klok: Klok) -> None:
    for number in range(3):
        db.write_sync(lambda s, number=number: audit.write(s, wie="noor", deed=f"deed {number}", now=NU))
    assert (await punt(db, klok, "auditspoor")).stand == "goed"
    db.write_sync(lambda s: s.execute(text("UPDATE audit SET wie = 'iemand' WHERE nr = 2")).close())
    broken = await punt(db, klok, "auditspoor")
    assert broken.stand == "alarm"
    assert broken.uitleg.startswith("Regel 2 ")


async def test_room_on_the_disk_and_the_size_of_the_write_ahead_log(db: Db, klok: Klok) -> None:
    plan(db)
    meting = (await toestand.opnemen(db, CONFIG, klok.now(), 0.1)).meting
    assert meting.wal > 0
    assert meting.schijf_vrij > 0
    for vrij, wal, stand in ((2 * GB, MB, "goed"), (GB // 2, 100 * MB, "let-op"), (100 * MB, GB, "alarm")):
        found = toestand.beoordeel(replace(meting, schijf_vrij=vrij, wal=wal))
        assert {p.stand for p in found if p.naam in ("schijf", "wal")} == {stand}


async def test_a_copy_that_is_too_old_asks_for_attention_and_then_is_an_alarm(db: Db, klok: Klok) -> None:
    actie_id = start(db, NU, []).id
    klok.nu = NU + timedelta(hours=25)
    assert (await punt(db, klok, "reservekopie")).stand == "goed"
    klok.nu = NU + timedelta(hours=27)
    assert (await punt(db, klok, "reservekopie")).uitleg.startswith("Er is nog geen reservekopie.")
    klok.nu = NU + timedelta(hours=53)
    assert (await punt(db, klok, "reservekopie")).stand == "alarm"
    kopie = ReservekopieRij(id=actie_id, op=klok.nu - timedelta(hours=1), bestand="kopie.db", bytes=1, rijen=1)
    db.write_sync(lambda s: s.add(kopie))
    found = await punt(db, klok, "reservekopie")
    assert (found.stand, found.uitleg) == ("goed", "De laatste reservekopie is 60 minuten oud.")


async def test_a_dossier_that_cannot_be_kept_is_an_alarm(db: Db, klok: Klok, tmp_path: Path) -> None:
    config = Config(werkmap=str(tmp_path), bewaren=Bewaren(dossier_map="archief"))
    db.write_sync(lambda s: s.add(DossierRij(actie_id="a1", inhoud=b"x", gemaakt_op=NU, fout="")))
    found = await toestand.opnemen(db, config, klok.now(), 0.1)
    archief = next(p for p in found.punten if p.naam == "archief")
    assert (archief.stand, archief.waarde) == ("alarm", 1)
    assert "de map is niet te gebruiken" in archief.uitleg
    (tmp_path / "archief").mkdir()
    found = await toestand.opnemen(db, config, klok.now(), 0.1)
    assert next(p for p in found.punten if p.naam == "archief").stand != "alarm"


async def test_a_journal_that_cannot_be_written_is_an_alarm(db: Db, klok: Klok, tmp_path: Path) -> None:
    (tmp_path / "bezet").write_text("geen map")
    config = Config(werkmap=str(tmp_path), bewaren=Bewaren(journaal="bezet/intrekkingen.log"))
    found = await toestand.opnemen(db, config, klok.now(), 0.1)
    assert next(p for p in found.punten if p.naam == "journaal").stand == "alarm"


async def test_a_clock_that_was_set_back_is_seen_by_what_was_written_before(db: Db, klok: Klok) -> None:
    db.write_sync(lambda s: audit.write(s, wie="noor", deed="iets", now=NU))
    found = []
    for seconds in (0, -5, -60):
        klok.nu = NU + timedelta(seconds=seconds)
        found.append((await punt(db, klok, "klok")).stand)
    assert found == ["goed", "let-op", "alarm"]


async def test_a_kanaal_that_must_ring_and_cannot_is_an_alarm_with_its_setting_and_line(
    db: Db, vault: Vault, klok: Klok, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "organisatie: {naam: Stad, contact: a@example.org}\nkortelinks: {domein: https://ah.example}\n"
        "bezorging:\n  bel_kanalen:\n  - chat\n  - weg\n  - uit\n  - app\n  - oefen\n",
        encoding="utf-8",
    )
    config = load(path)
    for naam, netwerk, echt in (("chat", "proef", True), ("uit", "proef", True), ("app", "handmatig", True),
                                ("oefen", "proef", False)):  # fmt: skip
        invoer = KanaalInvoer(naam, netwerk, echt=echt, aan=naam != "uit")
        db.write_sync(lambda s, invoer=invoer: kanalen.save(s, vault, invoer, NU))

    async def bellen(config: Config) -> Punt:
        found = await toestand.opnemen(db, config, klok.now(), 0.1, lambda netwerk: netwerk == "handmatig")
        return next(p for p in found.punten if p.naam == "bellen")

    found = await bellen(config)
    assert (found.stand, found.waarde) == ("alarm", 4)
    for zin in (
        "‘weg’, maar dat kanaal bestaat niet (config.yaml, regel 6).",
        "‘uit’, maar dat kanaal staat uit (config.yaml, regel 7).",
        "‘app’, maar dat kanaal wordt met de hand bijgehouden en kan niemand roepen (config.yaml, regel 8).",
        "‘oefen’, maar dat kanaal is een oefenkanaal en roept niemand bij een echte actie (config.yaml, regel 9).",
    ):
        assert f"`bezorging.bel_kanalen` noemt {zin}" in found.uitleg
    assert "‘chat’" not in found.uitleg
    only = config.model_copy(update={"bezorging": config.bezorging.model_copy(update={"bel_kanalen": ("chat",)})})
    assert (await bellen(only)).stand == "goed"


async def test_each_process_tells_where_it_writes_what_was_taken_away(db: Db, klok: Klok) -> None:
    hartslag = Hartslag(db, klok, soort="serve", lease=10, journaal="/srv/hub/intrekkingen.log")
    await hartslag.start()
    ander = ProcesRij(id="p2", soort="work", machine="hub-b", pid=77, journaal="/data/log", gestart_op=NU, tot_op=NU)
    ander.tot_op = klok.now() + timedelta(seconds=10)
    db.write_sync(lambda s: s.add(ander))
    found = await punt(db, klok, "journaal")
    assert f"proces {os.getpid()}: /srv/hub/intrekkingen.log" in found.voor(Wie("a", "adviseur"))
    assert "hub-b, proces 77: /data/log" in found.voor(Wie("f", "beheerder"))
    assert not any("77" in found.voor(Wie("x", rol)) for rol in ("lezer", "gemeente", "meldkamer"))
    assert "Verzamel ze dan voordat u een reservekopie terugzet." in found.uitleg
    await hartslag.stop()
    klok.verder(seconds=11)
    assert (await punt(db, klok, "journaal")).uitleg == "Elke intrekking komt ook buiten de database te staan."
