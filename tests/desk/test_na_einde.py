"""An actie with thousands of subscribers ends at once, and what is due at each of them follows, whoever dies."""

import asyncio
import sqlite3
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.compose.templates import Templates
from hub.content import Timeouts
from hub.delivery import afmelden, claim, na_einde, store
from hub.delivery.model import Bezorging
from hub.delivery.tables import BezorgingRij
from hub.delivery.vertrek import Vertrek
from hub.desk import klok as de_klok
from hub.desk.desk import Desk
from hub.desk.journaal import INTREKKEN, Regel
from hub.desk.reservekopie import maak_stil, speel_terug
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Accounts, Rekening
from hub.kanalen.model import KanaalInvoer
from hub.kanalen.registry import Registry
from hub.kanalen.tables import AbonneeGemeenteRij, AbonneeRij
from hub.kit.clock import iso
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.processen import Hartslag
from hub.kit.secrets import Vault
from hub.toegang.model import Wie
from tests.builders import NU, Klok, een_invoer

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "posts"
NOOR = Wie("noor", "meldkamer")
FOTO = '{"formaat": "staand", "foto": true, "alt": "Sanne"}'
NETWERK = """
from hub.content import Limits

class Channel:
    naam, titel, SETTINGS = "bot", "Bot", ()
    limits = Limits(500, 500)

    def __init__(self, instellingen, timeouts):
        pass

    def can(self):
        return frozenset({"intrekken", "corrigeren", "gesprek"})

    async def close(self):
        return None
"""


@pytest.fixture
def desk(db: Db, vault: Vault, tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a bot, and a kanaal on the same netwerk that nobody subscribed to."""
    folder = tmp_path / "netwerken_met_bot"
    folder.mkdir()
    (folder / "bot.py").write_text(NETWERK, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for naam in ("bot", "muur"):
        db.write_sync(partial(kanalen.save, vault=vault, invoer=KanaalInvoer(naam, "bot"), now=klok.now()))
    accounts = Accounts(db, Registry(folder), vault, Timeouts(1, 1))
    return Desk(db, accounts, Templates(TEMPLATES), vault, Config(werkmap=str(tmp_path)), klok)


def abonnees(desk: Desk, aantal: int, groep: str) -> None:
    """So many people follow Utrecht."""

    def work(session: Session) -> None:
        for n in range(aantal):
            row = AbonneeRij(id=f"{groep}{n:05}", kanaal="bot", vingerafdruk=f"{groep}{n}", adres=b"a", gemaakt_op=NU)
            session.add_all([row, AbonneeGemeenteRij(abonnee_id=row.id, gemeente="GM0344")])

    desk.db.write_sync(work)


def zet(desk: Desk, soort: str, **waarden: object) -> None:
    rows = update(BezorgingRij).where(BezorgingRij.soort == soort).values(**waarden)
    desk.db.write_sync(lambda s: s.execute(rows).close())


async def geplaatst(desk: Desk, aantal: int, groep: str = "a") -> str:
    """An actie that stands on both kanalen and with so many subscribers."""
    abonnees(desk, aantal, groep)
    actie_id = (await desk.open(een_invoer(publiceren=True, kenmerk=groep), NOOR)).actie.id
    zet(desk, "publiceren", staat="verzonden", ref="r")
    return actie_id


async def sterft() -> None:
    """The process ends right after the transaction that ended the actie."""
    raise asyncio.CancelledError


async def afgebroken(desk: Desk, actie_id: str, einde: str = "intrekken") -> None:
    """It ends, and nothing follows."""
    levend, desk.voorrang = desk.voorrang, sterft
    deed = desk.withdraw(actie_id, "gevonden", NOOR) if einde == "intrekken" else desk.close(actie_id, NOOR)
    with pytest.raises(asyncio.CancelledError):
        await deed
    desk.voorrang = levend


def rows(desk: Desk, actie_id: str) -> list[Bezorging]:
    return desk.db.read_sync(lambda s: store.of_actie(s, actie_id))


def telling(desk: Desk, actie_id: str) -> Counter[tuple[str, str, bool]]:
    """How many bezorgingen there are of each soort and staat, for a kanaal itself or for subscribers."""
    return Counter((b.soort, b.staat, bool(b.doel)) for b in rows(desk, actie_id))


async def verder(desk: Desk) -> int:
    """Another process comes by the clock."""
    ander = Desk(desk.db, desk.accounts, desk.templates, desk.vault, desk.config, desk.clock)
    return await de_klok.follow_ended(ander)


async def compleet(desk: Desk, actie_id: str) -> list[tuple[str, str]]:
    receipt = await desk.receipt(actie_id, NOOR)
    return [(p.naam, p.staat) for p in receipt.plaatsen if "abonnee" in p.naam]


async def test_after_a_crash_behind_the_ending_the_clock_does_the_rest_exactly_once(desk: Desk) -> None:
    actie_id = await geplaatst(desk, 3)
    await afgebroken(desk, actie_id)
    left = {("publiceren", "verzonden", True): 3}
    done = {
        ("publiceren", "verzonden", False): 2,
        ("intrekken", "wachtrij", False): 2,
        ("sluiten", "wachtrij", False): 2,
    }
    assert telling(desk, actie_id) == left | done
    assert await compleet(desk, actie_id) == [("bot (3 abonnees)", "zichtbaar")]
    assert await verder(desk) == 1
    follows = {("intrekken", "wachtrij", True): 3, ("sluiten", "wachtrij", True): 3}
    assert telling(desk, actie_id) == left | done | follows
    found = rows(desk, actie_id)
    assert len({b.sleutel for b in found}) == len({b.id for b in found}) == 15
    assert {len(b.id) for b in found} == {36}
    assert all("Sanne" not in b.tekst for b in found)
    own = {(b.soort, b.tekst, b.link, b.marker) for b in found if b.kanaal == "bot" and not b.doel}
    assert own == {(b.soort, b.tekst, b.link, b.marker) for b in found if b.doel}
    removed = {(b.doel, b.van_id) for b in found if b.soort == "intrekken" and b.doel}
    assert removed == {(b.doel, b.id) for b in found if b.soort == "publiceren" and b.doel}
    assert await verder(desk) == 0
    assert rows(desk, actie_id) == found
    zet(desk, "intrekken", staat="verzonden", bevestigd_op=NU, bewijs="netwerk")
    assert await compleet(desk, actie_id) == [("bot (3 abonnees)", "verdwenen")]


async def test_a_crash_between_two_portions_loses_none_and_doubles_none(desk: Desk) -> None:
    actie_id = await geplaatst(desk, aantal := 2 * na_einde.PORTIE + 1)
    await afgebroken(desk, actie_id)
    actie = await desk._actie(actie_id, NOOR)
    assert desk.db.write_sync(lambda s: na_einde.portion(s, actie, "Ingetrokken.", NU))
    assert telling(desk, actie_id)["intrekken", "wachtrij", True] == na_einde.PORTIE
    assert sorted(await compleet(desk, actie_id)) == [(f"bot ({aantal} abonnees)", "zichtbaar")]
    await verder(desk)
    found = telling(desk, actie_id)
    assert found["intrekken", "wachtrij", True] == found["sluiten", "wachtrij", True] == aantal


async def test_the_ending_itself_writes_as_much_for_many_subscribers_as_for_one(desk: Desk) -> None:
    written: list[int] = []

    def count(conn: object, cursor: sqlite3.Cursor, statement: str, *rest: object) -> None:
        written[-1] += 0 if statement.startswith("SELECT") else max(cursor.rowcount, 0)

    event.listen(desk.db.engine, "after_cursor_execute", count)
    for kenmerk, aantal in (("een", 1), ("veel", 1200)):
        written.append(0)
        actie_id = await geplaatst(desk, aantal, kenmerk)
        written[-1] = 0
        await afgebroken(desk, actie_id)
    assert written[0] == written[1]


async def test_no_post_for_a_subscriber_leaves_after_the_ending(desk: Desk, klok: Klok) -> None:
    actie_id = await geplaatst(desk, 2)
    zet(desk, "publiceren", staat="wachtrij", ref="")
    klok.verder(seconds=1)
    hartslag = Hartslag(desk.db, klok, soort="serve", lease=3600)
    items = desk.db.write_sync(lambda s: claim.claim(s, hartslag.id, klok.now(), {}, 9))
    assert sorted(item.doel for item in items) == ["", "", "a00000", "a00001"]
    await afgebroken(desk, actie_id)
    opened = await desk.accounts.load(["bot", "muur"])
    asked = [(item, account) for item in items if isinstance(account := opened[item.kanaal], Rekening)]
    vertrek = Vertrek(hartslag, klok, voorbeeld=True)
    assert desk.db.write_sync(lambda s: vertrek.intend(s, asked)) == [False] * 4
    gone = {("publiceren", "vervallen", True): 2, ("publiceren", "vervallen", False): 2}
    nothing_to_close = {("sluiten", "wachtrij", False): 1}
    assert telling(desk, actie_id) == gone | nothing_to_close
    await verder(desk)
    assert telling(desk, actie_id) == gone | nothing_to_close


@pytest.mark.parametrize("eerst", ["correctie", "einde"])
async def test_a_correction_at_the_moment_of_the_end_leaves_no_new_words(desk: Desk, eerst: str) -> None:
    actie_id = await geplaatst(desk, 2)
    correctie, einde = (
        desk.correct(actie_id, {"bericht": "Sanne is gezien."}, NOOR),
        desk.withdraw(actie_id, "fout", NOOR),
    )
    await asyncio.gather(*([correctie, einde] if eerst == "correctie" else [einde, correctie]), return_exceptions=True)
    found = telling(desk, actie_id)
    assert found["intrekken", "wachtrij", True] == found["sluiten", "wachtrij", True] == 2
    assert found["corrigeren", "wachtrij", True] == found["publiceren", "wachtrij", True] == 0
    assert all("Sanne" not in b.tekst for b in rows(desk, actie_id))


async def test_closed_and_withdrawn_before_the_subscribers_were_done(desk: Desk, klok: Klok) -> None:
    actie_id = await geplaatst(desk, 3)
    with_photo = update(BezorgingRij).where(BezorgingRij.doel == "a00001").values(beeld=FOTO)
    desk.db.write_sync(lambda s: s.execute(with_photo).close())
    await afgebroken(desk, actie_id, "afsluiten")
    assert await compleet(desk, actie_id) == [("bot (1 abonnee)", "zichtbaar")]
    klok.verder(seconds=1)
    await afgebroken(desk, actie_id)
    await verder(desk)
    found = [b for b in rows(desk, actie_id) if b.doel]
    assert Counter((b.soort, b.versie) for b in found) == {("publiceren", 1): 3, ("intrekken", 1): 3, ("sluiten", 2): 3}


async def test_a_closing_message_at_a_subscriber_gives_way_when_the_actie_is_withdrawn(desk: Desk, klok: Klok) -> None:
    actie_id = await geplaatst(desk, 2)
    with_photo = update(BezorgingRij).where(BezorgingRij.doel == "a00001").values(beeld=FOTO)
    desk.db.write_sync(lambda s: s.execute(with_photo).close())
    await desk.close(actie_id, NOOR)
    found = telling(desk, actie_id)
    assert (found["intrekken", "wachtrij", True], found["sluiten", "wachtrij", True]) == (1, 2)
    # One removal was in vain, one closing message is out, the other still waits.
    zet(desk, "intrekken", staat="vervallen")
    out = update(BezorgingRij).where(BezorgingRij.doel == "a00000", BezorgingRij.soort == "sluiten")
    desk.db.write_sync(lambda s: s.execute(out.values(staat="verzonden")).close())
    klok.verder(seconds=1)
    await desk.withdraw(actie_id, "fout", NOOR)
    now = Counter((b.doel, b.soort, b.versie, b.staat) for b in rows(desk, actie_id) if b.doel)
    een, twee = "a00000", "a00001"
    assert now == {
        (een, "publiceren", 1, "verzonden"): 1, (een, "intrekken", 1, "wachtrij"): 1,
        (een, "sluiten", 1, "verzonden"): 1, (een, "intrekken", 2, "wachtrij"): 1, (een, "sluiten", 2, "wachtrij"): 1,
        (twee, "publiceren", 1, "verzonden"): 1, (twee, "intrekken", 1, "wachtrij"): 1,
        (twee, "sluiten", 1, "vervallen"): 1, (twee, "sluiten", 2, "wachtrij"): 1,
    }  # fmt: skip


async def test_subscribers_lose_and_hear_it_where_the_kanaal_itself_never_had_the_post(desk: Desk) -> None:
    actie_id = await geplaatst(desk, 1)
    refused = update(BezorgingRij).where(BezorgingRij.doel == "", BezorgingRij.kanaal == "bot").values(staat="mislukt")
    desk.db.write_sync(lambda s: s.execute(refused).close())
    await desk.withdraw(actie_id, "gevonden", NOOR)
    assert {b.soort for b in rows(desk, actie_id) if b.doel} == {"publiceren", "intrekken", "sluiten"}


async def test_subscribers_are_known_until_what_they_have_is_asked_back(desk: Desk) -> None:
    actie_id = await geplaatst(desk, 1)
    await afgebroken(desk, actie_id)
    assert not desk.db.read_sync(lambda s: afmelden.at_rest(s, "bot"))
    assert [r.ref for r in desk.db.read_sync(lambda s: afmelden.posts_of(s, "a00000"))] == ["r"]
    await verder(desk)
    zet(desk, "intrekken", staat="verzonden")
    zet(desk, "sluiten", staat="verzonden")
    assert desk.db.read_sync(lambda s: afmelden.at_rest(s, "bot"))
    assert desk.db.read_sync(lambda s: s.scalar(select(func.count()).where(ActieRij.abonnees_na.is_not(None)))) == 0


def bij_abonnees(desk: Desk, actie_id: str, soort: str) -> Counter[str]:
    """In which state what is for subscribers is."""
    return Counter(b.staat for b in rows(desk, actie_id) if b.doel and b.soort == soort)


async def test_what_was_taken_away_after_the_copy_is_not_told_to_subscribers_again(desk: Desk) -> None:
    actie_id = await geplaatst(desk, 2)
    code = (await desk._actie(actie_id, NOOR)).code
    await desk.journaal.probeer(Regel(actie_id, code, INTREKKEN, "gevonden", iso(NU) or ""))
    await speel_terug(desk)
    assert bij_abonnees(desk, actie_id, "intrekken") == {"wachtrij": 2}
    assert bij_abonnees(desk, actie_id, "sluiten") == {"onbekend": 2}


async def test_an_ending_that_was_half_done_in_the_copy_is_not_told_again_either(desk: Desk) -> None:
    actie_id = await geplaatst(desk, 2)
    await afgebroken(desk, actie_id)
    desk.db.write_sync(lambda s: maak_stil(s, NU, NU))
    await verder(desk)
    assert bij_abonnees(desk, actie_id, "intrekken") == {"wachtrij": 2}
    assert bij_abonnees(desk, actie_id, "sluiten") == {"onbekend": 2}


async def test_what_a_person_withdraws_after_a_restore_is_told(desk: Desk, klok: Klok) -> None:
    actie_id = await geplaatst(desk, 2)
    await afgebroken(desk, actie_id, "afsluiten")
    desk.db.write_sync(lambda s: maak_stil(s, NU, NU))
    klok.verder(seconds=1)
    await desk.withdraw(actie_id, "fout", NOOR)
    assert bij_abonnees(desk, actie_id, "sluiten") == {"wachtrij": 2}


async def test_an_older_closing_message_waits_for_nobody_once_the_actie_is_withdrawn(desk: Desk, klok: Klok) -> None:
    actie_id = await geplaatst(desk, 2)
    await desk.close(actie_id, NOOR)
    assert bij_abonnees(desk, actie_id, "sluiten") == {"wachtrij": 2}
    klok.verder(seconds=1)
    await afgebroken(desk, actie_id)
    assert bij_abonnees(desk, actie_id, "sluiten") == {"vervallen": 2}
    await verder(desk)
    assert bij_abonnees(desk, actie_id, "sluiten") == {"vervallen": 2, "wachtrij": 2}


async def test_who_got_only_newer_words_than_the_kanaal_loses_them_as_well(desk: Desk) -> None:
    actie_id = await geplaatst(desk, 1)
    await desk.correct(actie_id, {"bericht": "Sanne is gezien."}, NOOR)
    desk.db.write_sync(lambda s: s.execute(delete(BezorgingRij).where(BezorgingRij.versie == 2)).close())
    newer = update(BezorgingRij).where(BezorgingRij.doel != "").values(versie=2)
    desk.db.write_sync(lambda s: s.execute(newer).close())
    await desk.withdraw(actie_id, "gevonden", NOOR)
    assert bij_abonnees(desk, actie_id, "intrekken") == {"wachtrij": 1}


async def test_who_leaves_while_the_removal_waits_loses_the_post_then(desk: Desk) -> None:
    actie_id = await geplaatst(desk, 1)
    await desk.withdraw(actie_id, "gevonden", NOOR)
    assert [r.ref for r in desk.db.read_sync(lambda s: afmelden.posts_of(s, "a00000"))] == ["r"]
    zet(desk, "intrekken", staat="verzonden")
    assert desk.db.read_sync(lambda s: afmelden.posts_of(s, "a00000")) == []


async def test_the_subscribers_of_one_actie_keep_no_other_visible(desk: Desk, klok: Klok) -> None:
    acties_ = [await geplaatst(desk, 1, kenmerk) for kenmerk in ("een", "twee")]
    klok.verder(days=2)
    verder_ = asyncio.Event()

    async def wacht() -> None:
        await verder_.wait()

    desk.voorrang = wacht
    einde = asyncio.create_task(de_klok.end_due(desk))
    async with asyncio.timeout(20):
        while {(await desk._actie(actie_id, NOOR)).fase for actie_id in acties_} != {"afgesloten"}:
            await asyncio.sleep(0)
    verder_.set()
    assert await einde == 2


async def test_no_more_than_a_few_acties_end_at_the_same_moment(desk: Desk, klok: Klok) -> None:
    for n in range(de_klok.NAAST_ELKAAR + 2):
        await geplaatst(desk, 0, f"k{n}")
    klok.verder(days=2)
    bezig: list[int] = [0]

    async def wacht() -> None:
        bezig.append(bezig[-1] + 1)
        await asyncio.sleep(0.02)
        bezig.append(bezig[-1] - 1)

    desk.voorrang = wacht
    assert await de_klok.end_due(desk) == de_klok.NAAST_ELKAAR + 2
    assert max(bezig) <= de_klok.NAAST_ELKAAR


async def test_the_disk_is_wiped_by_one_at_a_time_so_that_a_failure_is_not_hidden(desk: Desk) -> None:
    bezig = [0]

    class Teller(ThreadPoolExecutor):
        def submit(self, *args: Any, **more: Any) -> "Future[Any]":
            bezig.append(bezig[-1] + 1)
            work = super().submit(*args, **more)
            work.add_done_callback(lambda _: bezig.append(bezig[-1] - 1))
            return work

    asyncio.get_running_loop().set_default_executor(Teller(2))
    await asyncio.gather(desk.wipe_disk(), desk.wipe_disk())
    assert max(bezig) == 1
    assert not desk.disk_held


async def test_who_may_have_the_first_post_gets_no_second_when_it_is_corrected(desk: Desk) -> None:
    actie_id = await geplaatst(desk, 2)
    lost = update(BezorgingRij).where(BezorgingRij.doel == "a00000").values(staat="vervallen", opgezocht=True, ref="")
    desk.db.write_sync(lambda s: s.execute(lost).close())
    abonnees(desk, 1, "b")
    await desk.correct(actie_id, {"titel": "Sanne (9) vermist, rode jas"}, NOOR)
    new = [b.doel for b in rows(desk, actie_id) if b.soort == "publiceren" and b.versie > 1]
    assert new == ["b00000"]


async def test_what_a_process_that_died_had_erased_leaves_the_disk_with_the_next(desk: Desk) -> None:
    assert await de_klok.clean_disk(desk)
    assert not await de_klok.clean_disk(desk)
