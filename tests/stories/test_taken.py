"""Posts kept by hand: from task to placed, and after the end a removal that rings until a named person confirms."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import update

from hub.commands.proces import Hub
from hub.content import Plaats
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.tables import BezorgingRij
from hub.desk import melden
from hub.desk.bellen import Beller
from hub.desk.errors import Conflict
from hub.kanalen.tables import KanaalRij
from hub.toegang.model import Wie
from hub.web.ui.taken import Taak, open_tasks
from tests.builders import een_invoer
from tests.stories.conftest import Proefnet, Schuifklok, Until

ANS = Wie("Ans", "meldkamer")
HAND = "whatsapp-utrecht"
LINK = "https://kanaal.example/bericht/7"


@pytest.fixture
def config_pad(config_pad: Path) -> Path:
    """A kanaal kept by hand; `stad` is the chat of the meldkamer and rings, `regio` would but is not there."""
    content = yaml.safe_load(config_pad.read_text(encoding="utf-8"))
    content["kanalen"].append(
        {"naam": HAND, "netwerk": "handmatig", "instellingen": {"adres": "https://wa.me/"}, "foto": True}
    )
    content["bezorging"] |= {"bel_kanalen": ["proef-weg", "proef-stad"], "bel_minuten": 2}
    config_pad.write_text(yaml.safe_dump(content), encoding="utf-8")
    return config_pad


async def running_actie(hub: Hub) -> str:
    outcome = await hub.desk.open(een_invoer(publiceren=True), ANS)
    return outcome.actie.id


async def rows(hub: Hub, actie_id: str, soort: str, staat: str = "taak", kanaal: str = HAND) -> list[Bezorging]:
    found = await hub.db.read(lambda s: delivery.of_actie(s, actie_id))
    return [b for b in found if (b.kanaal, b.soort, b.staat) == (kanaal, soort, staat)]


async def only(hub: Hub, until: Until, actie_id: str, soort: str, staat: str = "taak") -> Bezorging:
    async def there() -> bool:
        return bool(await rows(hub, actie_id, soort, staat))

    await until(there)
    return (await rows(hub, actie_id, soort, staat))[0]


async def place_of(hub: Hub, actie_id: str) -> list[Plaats]:
    receipt = await hub.desk.receipt(actie_id, ANS)
    return [p for p in receipt.plaatsen if p.naam.startswith(HAND)]


async def test_a_placed_post_rings_after_the_end_until_a_named_person_says_it_is_gone(
    hub: Hub, proefnet: Proefnet, until: Until, schuifklok: Schuifklok
) -> None:
    actie_id = await running_actie(hub)
    post = await only(hub, until, actie_id, "publiceren")
    task = next(t for t in await open_tasks(hub.deps(), ANS) if t.id == post.id)
    assert task.tekst == post.tekst
    assert task.adres.startswith("https://wa.me/?text=")
    assert task.rest
    await melden.answer_bezorging(hub.desk, post.id, "staat-er", ANS, LINK)
    await hub.desk.withdraw(actie_id, "gevonden", ANS)
    removal = await only(hub, until, actie_id, "intrekken")
    assert (await place_of(hub, actie_id))[0].staat == "taak"

    async def rung(times: int) -> bool:
        return len(await proefnet.berichten("stad")) == times

    await until(lambda: rung(1))
    (call,) = await proefnet.berichten("stad")
    assert call["tekst"] == f"Haal het bericht van MN-2026-0793 weg op {HAND}: {hub.config.adres}/taken"
    assert not call.get("beeld")
    schuifklok.verschil += timedelta(minutes=2)
    await until(lambda: rung(2))
    schuifklok.verschil += timedelta(minutes=1)
    assert await hub.beller.ring_due() == 0

    await melden.answer_bezorging(hub.desk, removal.id, "staat-er-niet", ANS)
    schuifklok.verschil += timedelta(minutes=5)
    assert await hub.beller.ring_due() == 0
    (place,) = await place_of(hub, actie_id)
    assert (place.staat, place.bewijs, place.toelichting) == ("verdwenen", "persoon", "Bevestigd door Ans.")


async def test_a_kanaal_that_rings_gets_no_actie(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    actie_id = await running_actie(hub)
    await only(hub, until, actie_id, "publiceren")
    assert {b.kanaal for b in await hub.db.read(lambda s: delivery.of_actie(s, actie_id))} == {
        "proef-burgers",
        "proef-regio",
        HAND,
    }


async def test_a_task_that_nobody_saw_lapses_with_the_actie_and_asks_nothing(hub: Hub, until: Until) -> None:
    actie_id = await running_actie(hub)
    await only(hub, until, actie_id, "publiceren")
    await hub.desk.withdraw(actie_id, "gevonden", ANS)
    assert await rows(hub, actie_id, "publiceren", "vervallen")
    for soort in ("intrekken", "sluiten"):
        assert not await rows(hub, actie_id, soort)
    assert await place_of(hub, actie_id) == []


async def test_a_task_that_was_seen_may_have_been_placed_and_asks_so(hub: Hub, until: Until) -> None:
    actie_id = await running_actie(hub)
    await only(hub, until, actie_id, "publiceren")
    await open_tasks(hub.deps(), ANS)
    await hub.desk.withdraw(actie_id, "gevonden", ANS)
    removal = await only(hub, until, actie_id, "intrekken")
    await only(hub, until, actie_id, "sluiten")
    asked = {t.id: t for t in await open_tasks(hub.deps(), ANS) if t.kanaal == HAND}
    assert asked[removal.id].vraag == "Staat dit bericht er? Haal het weg"
    assert len(asked) == 2
    (place,) = await place_of(hub, actie_id)
    assert (place.staat, place.twijfel, place.taak) == ("taak", True, removal.id)
    await melden.answer_bezorging(hub.desk, removal.id, "nooit-geplaatst", ANS)
    assert [t for t in await open_tasks(hub.deps(), ANS) if t.kanaal == HAND] == []
    (place,) = await place_of(hub, actie_id)
    assert (place.staat, place.bewijs, place.toelichting) == ("verdwenen", "nooit", "Nooit geplaatst, zegt Ans.")


async def test_a_correction_replaces_a_task_that_nobody_saw(hub: Hub, until: Until) -> None:
    actie_id = await running_actie(hub)
    first = await only(hub, until, actie_id, "publiceren")
    await hub.desk.correct(actie_id, {"titel": "Sanne (9) is vermist"}, ANS)

    async def replaced() -> bool:
        return [b.versie for b in await rows(hub, actie_id, "publiceren")] == [2]

    await until(replaced)
    assert first.id in {b.id for b in await rows(hub, actie_id, "publiceren", "vervallen")}
    (task,) = [t for t in await open_tasks(hub.deps(), ANS) if t.kanaal == HAND]
    assert "Sanne (9) is vermist" in task.tekst


async def by_hand(hub: Hub) -> list[Taak]:
    return [task for task in await open_tasks(hub.deps(), ANS) if task.kanaal == HAND]


async def test_of_a_post_that_nobody_said_was_placed_the_correction_is_the_one_task_with_the_newest_words(
    hub: Hub, until: Until
) -> None:
    actie_id = await running_actie(hub)
    post = await only(hub, until, actie_id, "publiceren")
    await by_hand(hub)
    for titel in ("Sanne (9) is vermist", "Sanne (10) is vermist"):
        await hub.desk.correct(actie_id, {"titel": titel}, ANS)
        edit = await only(hub, until, actie_id, "corrigeren")
        (task,) = await by_hand(hub)
        assert (task.id, titel in task.tekst, "Correctie" in task.tekst) == (edit.id, True, False)
        assert task.vraag == "Plaats dit bericht zelf"
        assert "Had iemand de vorige tekst al geplaatst?" in task.uitleg
    with pytest.raises(Conflict, match="nieuwere tekst"):
        await melden.answer_bezorging(hub.desk, post.id, "staat-er-niet", ANS)
    await melden.answer_bezorging(hub.desk, edit.id, "staat-er", ANS, LINK)
    assert await by_hand(hub) == []
    (placed,) = await rows(hub, actie_id, "publiceren", "verzonden")
    assert (placed.bericht_url, placed.bevestigd_door) == (LINK, "Ans")
    await hub.desk.withdraw(actie_id, "gevonden", ANS)
    removal = await only(hub, until, actie_id, "intrekken")
    assert [task.bericht_url for task in await by_hand(hub) if task.id == removal.id] == [LINK]
    assert len(await rows(hub, actie_id, "intrekken")) == 1


async def test_of_a_placed_post_the_correction_points_at_its_link_and_asks_for_no_second_post(
    hub: Hub, until: Until
) -> None:
    actie_id = await running_actie(hub)
    post = await only(hub, until, actie_id, "publiceren")
    await melden.answer_bezorging(hub.desk, post.id, "staat-er", ANS, LINK)
    await hub.desk.correct(actie_id, {"titel": "Sanne (9) is vermist"}, ANS)
    edit = await only(hub, until, actie_id, "corrigeren")
    (task,) = await by_hand(hub)
    assert (task.id, task.bericht_url) == (edit.id, LINK)
    assert task.vraag == "Pas het bericht aan, of plaats de nieuwe versie"
    await melden.answer_bezorging(hub.desk, edit.id, "staat-er", ANS, f"{LINK}8")
    assert await by_hand(hub) == []
    await hub.desk.withdraw(actie_id, "gevonden", ANS)
    removal = await only(hub, until, actie_id, "intrekken")
    (task,) = [task for task in await by_hand(hub) if task.weghalen]
    assert (task.id, task.bericht_url) == (removal.id, f"{LINK}8")


async def test_who_placed_words_that_were_corrected_meanwhile_is_believed_and_asked_to_change_them(
    hub: Hub, until: Until
) -> None:
    actie_id = await running_actie(hub)
    post = await only(hub, until, actie_id, "publiceren")
    await by_hand(hub)
    await hub.desk.correct(actie_id, {"titel": "Sanne (9) is vermist"}, ANS)
    older = await only(hub, until, actie_id, "corrigeren")
    await hub.desk.correct(actie_id, {"titel": "Sanne (10) is vermist"}, ANS)
    newer = await only(hub, until, actie_id, "corrigeren")
    await melden.answer_bezorging(hub.desk, older.id, "staat-er", ANS, LINK)
    (placed,) = await rows(hub, actie_id, "publiceren", "verzonden")
    assert placed.id == post.id
    (task,) = await by_hand(hub)
    assert (task.id, task.bericht_url, task.vraag) == (
        newer.id,
        LINK,
        "Pas het bericht aan, of plaats de nieuwe versie",
    )


async def test_who_will_not_place_the_newest_words_has_said_that_nothing_stands_there(hub: Hub, until: Until) -> None:
    actie_id = await running_actie(hub)
    await only(hub, until, actie_id, "publiceren")
    await by_hand(hub)
    await hub.desk.correct(actie_id, {"titel": "Sanne (9) is vermist"}, ANS)
    edit = await only(hub, until, actie_id, "corrigeren")
    await melden.answer_bezorging(hub.desk, edit.id, "staat-er-niet", ANS)
    assert await by_hand(hub) == []
    await hub.desk.withdraw(actie_id, "gevonden", ANS)
    assert await rows(hub, actie_id, "publiceren", "vervallen")
    assert not await rows(hub, actie_id, "intrekken")


async def test_a_post_on_a_kanaal_that_leaves_a_running_actie_is_one_task_to_take_it_away(
    hub: Hub, until: Until
) -> None:
    actie_id = await running_actie(hub)
    await only(hub, until, actie_id, "publiceren")
    await by_hand(hub)
    await hub.desk.correct(actie_id, {"kanalen": ("proef-burgers",)}, ANS)
    removal = await only(hub, until, actie_id, "intrekken")
    assert [task.id for task in await by_hand(hub)] == [removal.id]


async def test_people_hear_once_that_an_actie_is_about_to_end_and_again_after_an_extension(
    hub: Hub, proefnet: Proefnet, until: Until, schuifklok: Schuifklok
) -> None:
    actie_id = await running_actie(hub)
    assert await hub.beller.remind_due() == 0
    schuifklok.verschil += timedelta(minutes=51)

    async def told(times: int) -> bool:
        return len(await proefnet.berichten("stad")) == times

    await until(lambda: told(1))
    assert await hub.beller.remind_due() == 0
    (call,) = await proefnet.berichten("stad")
    assert call["tekst"].startswith("MN-2026-0793 stopt om ")
    assert call["tekst"].endswith(f"/acties/{actie_id}")
    await hub.desk.extend(actie_id, 30, ANS)
    assert await hub.beller.remind_due() == 0
    schuifklok.verschil += timedelta(minutes=30)
    await until(lambda: told(2))


async def test_a_ring_that_fails_comes_again_at_the_next_interval(
    hub: Hub, proefnet: Proefnet, until: Until, schuifklok: Schuifklok
) -> None:
    await proefnet.storing("stad", "429")
    actie_id = await running_actie(hub)
    post = await only(hub, until, actie_id, "publiceren")
    await melden.answer_bezorging(hub.desk, post.id, "staat-er", ANS)
    await hub.desk.withdraw(actie_id, "gevonden", ANS)
    await only(hub, until, actie_id, "intrekken")

    async def noted() -> bool:
        return await hub.beller.ring_due() == 0

    await until(noted)
    await hub.beller.settled()
    await proefnet.storing("stad", "geen")
    schuifklok.verschil += timedelta(minutes=2)

    async def rung() -> bool:
        return any("Haal het bericht" in post["tekst"] for post in await proefnet.berichten("stad"))

    await until(rung)


async def test_all_processes_together_ring_once_per_interval(
    hub: Hub, proefnet: Proefnet, until: Until, schuifklok: Schuifklok
) -> None:
    actie_id = await running_actie(hub)
    post = await only(hub, until, actie_id, "publiceren")
    await melden.answer_bezorging(hub.desk, post.id, "staat-er", ANS)
    await hub.desk.withdraw(actie_id, "gevonden", ANS)
    removal = await only(hub, until, actie_id, "intrekken")

    async def counted() -> int:
        row = await hub.db.read(lambda s: s.get(BezorgingRij, removal.id))
        return row.gebeld if row is not None else 0

    async def first() -> bool:
        return await counted() == 1

    await until(first)
    schuifklok.verschil += timedelta(minutes=2)
    bellers = [Beller(hub.desk) for _ in range(5)]
    assert sum(await asyncio.gather(*(beller.ring_due() for beller in bellers))) <= 1
    for beller in bellers:
        await beller.settled()
    assert await counted() == 2


async def test_a_correction_on_a_kanaal_that_is_off_is_a_task_and_not_forgotten(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    actie_id = await running_actie(hub)

    async def reaches(soort: str, staat: str) -> None:
        async def there() -> bool:
            return bool(await rows(hub, actie_id, soort, staat, "proef-regio"))

        await until(there)

    await reaches("publiceren", "verzonden")
    off = update(KanaalRij).where(KanaalRij.naam == "proef-regio").values(aan=False)
    await hub.db.write(lambda s: s.execute(off).close())
    await hub.desk.correct(actie_id, {"titel": "Sanne (9) is nog vermist"}, ANS)
    await reaches("corrigeren", "taak")
    [edit] = [task for task in await open_tasks(hub.deps(), ANS) if task.kanaal == "proef-regio"]
    assert "nog vermist" in edit.tekst
