"""A withdrawal that cannot be stopped, and an unknown outcome that is not left alone, on the simulated network."""

import asyncio
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import yaml
from sqlalchemy import update

from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.content import Plaats
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.takeback import BERICHT_WEG, BESTAND_OVER, VERWIJDERD
from hub.desk import melden
from hub.kanalen.tables import KanaalRij
from hub.kit import config as settings
from hub.toegang.model import Wie
from tests.builders import een_invoer
from tests.stories.conftest import Proefnet, Until

MELDKAMER = Wie("meldkamer", "meldkamer")


async def row(hub: Hub, actie_id: str, kanaal: str, soort: str) -> Bezorging:
    found = await hub.db.read(lambda s: delivery.of_actie(s, actie_id))
    return [r for r in found if (r.kanaal, r.soort) == (f"proef-{kanaal}", soort)][-1]


async def reaches(until: Until, hub: Hub, actie_id: str, kanaal: str, soort: str, *staten: str) -> Bezorging:
    """Wait until this bezorging is in one of these states."""

    async def there() -> bool:
        return (await row(hub, actie_id, kanaal, soort)).staat in staten

    await until(there)
    return await row(hub, actie_id, kanaal, soort)


async def posted(until: Until, hub: Hub, **anders: Any) -> str:
    """An actie that stands on every network."""
    made = (await hub.desk.open(een_invoer(publiceren=True, **anders), MELDKAMER)).actie
    for kanaal in ("burgers", "regio", "stad"):
        await reaches(until, hub, made.id, kanaal, "publiceren", "verzonden")
    return made.id


async def places(hub: Hub, actie_id: str, naam: str) -> list[Plaats]:
    return [p for p in (await hub.desk.receipt(actie_id, MELDKAMER)).plaatsen if p.naam.endswith(naam)]


async def noemt_sanne(proefnet: Proefnet, kanaal: str) -> bool:
    return any("Sanne" in post["tekst"] for post in await proefnet.berichten(kanaal))


async def test_a_network_that_is_down_is_asked_until_it_is_back(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    actie_id = await posted(until, hub)
    await proefnet.storing("stad", "plat", seconden=60)
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    await reaches(until, hub, actie_id, "regio", "intrekken", "verzonden")

    async def tried() -> bool:
        return bool((await row(hub, actie_id, "stad", "intrekken")).fout)

    await until(tried)
    [place] = [p for p in await places(hub, actie_id, "proef-stad") if p.soort == "bericht"]
    assert place.staat == "zichtbaar"
    await proefnet.storing("stad", "geen")
    await reaches(until, hub, actie_id, "stad", "intrekken", "verzonden")
    assert not await noemt_sanne(proefnet, "stad")


async def test_a_kanaal_that_is_off_and_paused_loses_its_post_all_the_same(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    actie_id = await posted(until, hub)
    off = update(KanaalRij).where(KanaalRij.naam == "proef-stad").values(aan=False, gepauzeerd="token ingetrokken")
    await hub.db.write(lambda s: s.execute(off))
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    await reaches(until, hub, actie_id, "stad", "intrekken", "verzonden")
    assert not await noemt_sanne(proefnet, "stad")


async def test_the_removal_on_a_netwerk_that_is_no_more_is_a_task(hub: Hub, until: Until) -> None:
    actie_id = await posted(until, hub)
    gone = update(KanaalRij).where(KanaalRij.naam == "proef-stad").values(netwerk="verdwenen")
    await hub.db.write(lambda s: s.execute(gone))
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    removal = await reaches(until, hub, actie_id, "stad", "intrekken", "taak")
    post = await row(hub, actie_id, "stad", "publiceren")
    assert removal.bericht_url == post.bericht_url != ""


async def test_the_file_that_outlives_its_post_has_a_line_of_its_own_until_it_is_gone(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    actie_id = await posted(until, hub)
    await proefnet.storing("stad", "bestand-blijft")
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)

    async def post_gone() -> bool:
        return BERICHT_WEG in (await row(hub, actie_id, "stad", "intrekken")).stappen

    await until(post_gone)
    lines = {p.soort: p for p in await places(hub, actie_id, "proef-stad")}
    assert (lines["bericht"].staat, lines["bestand"].staat) == ("verdwenen", "zichtbaar")
    assert lines["bestand"].toelichting == BESTAND_OVER
    assert not (await hub.desk.receipt(actie_id, MELDKAMER)).compleet
    await proefnet.storing("stad", "geen")
    await reaches(until, hub, actie_id, "stad", "intrekken", "verzonden")
    assert {p.staat for p in await places(hub, actie_id, "proef-stad")} == {"verdwenen"}
    assert (await proefnet.tellingen("stad"))["verwijderd"] == 1


async def test_a_removal_that_is_refused_for_good_is_a_task_with_the_link(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    actie_id = await posted(until, hub)
    await proefnet.storing("stad", "niet-weg")
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    removal = await reaches(until, hub, actie_id, "stad", "intrekken", "taak")
    assert removal.bericht_url.startswith(proefnet.url)
    assert "staan er nog" in removal.fout


async def test_a_hub_that_starts_again_takes_the_post_down(config_pad: Path, proefnet: Proefnet, until: Until) -> None:
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        actie_id = await posted(until, hub)
        await proefnet.storing("stad", "plat", seconden=60)
        await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    await proefnet.storing("stad", "geen")
    assert await noemt_sanne(proefnet, "stad")
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        removal = await reaches(until, hub, actie_id, "stad", "intrekken", "verzonden")
        assert VERWIJDERD in removal.stappen
    assert not await noemt_sanne(proefnet, "stad")


async def test_an_unknown_post_that_a_person_saw_becomes_a_task_with_the_address_they_gave(
    config_pad: Path, proefnet: Proefnet, until: Until
) -> None:
    blind = yaml.safe_load(config_pad.read_text())
    blind["bezorging"] |= {"opzoeken_seconden": 60}
    config_pad.write_text(yaml.safe_dump(blind))
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        await proefnet.storing("stad", "antwoord-kwijt", aantal=1)
        actie_id = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie.id
        post = await reaches(until, hub, actie_id, "stad", "publiceren", "onbekend")
        await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
        assert (await row(hub, actie_id, "stad", "intrekken")).staat == "wachtrij"
        address = "https://net.example/bericht/7"
        await melden.answer_bezorging(hub.desk, post.id, "staat-er", MELDKAMER, address)
        removal = await reaches(until, hub, actie_id, "stad", "intrekken", "taak")
    assert removal.bericht_url == address


@pytest.mark.parametrize("soort", ["verzoek-kwijt", "antwoord-kwijt"])
async def test_an_unknown_post_is_repeated_only_after_looking_and_never_twice(
    config_pad: Path, proefnet: Proefnet, until: Until, soort: str
) -> None:
    config = yaml.safe_load(config_pad.read_text())
    for kanaal in config["kanalen"]:
        kanaal["instellingen"]["ontdubbelt"] = "ja"
    config_pad.write_text(yaml.safe_dump(config))
    body = {"naam": "stad", "titel": "stad", "token": "token-stad", "ontdubbelt": True}
    async with proefnet.session.post(f"{proefnet.url}/api/accounts", json=body) as answer:
        answer.raise_for_status()
    await proefnet.storing("stad", soort, aantal=1)
    async with running(Hub(settings.load(config_pad), PARTS)) as hub:
        actie_id = await posted(until, hub)
        post = await row(hub, actie_id, "stad", "publiceren")
    assert post.herhaald is (soort == "verzoek-kwijt")
    assert (await proefnet.tellingen("stad"))["gemaakt"] == 1


async def test_a_lost_post_is_never_repeated_where_the_network_does_not_know_a_key(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    await proefnet.storing("stad", "verzoek-kwijt", aantal=1)
    actie_id = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie.id
    await reaches(until, hub, actie_id, "stad", "publiceren", "onbekend")
    for _ in range(5):
        await hub.reconciler.run_once()
    assert (await row(hub, actie_id, "stad", "publiceren")).staat == "onbekend"
    assert (await proefnet.tellingen("stad"))["gemaakt"] == 0


async def test_a_kanaal_that_a_correction_leaves_out_loses_its_post_and_may_come_back(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    actie_id = await posted(until, hub)
    await hub.desk.correct(actie_id, {"kanalen": ("proef-regio", "proef-burgers")}, MELDKAMER)
    await reaches(until, hub, actie_id, "stad", "intrekken", "verzonden")
    assert await proefnet.berichten("stad") == []
    await hub.desk.correct(actie_id, {"titel": "Sanne (9) vermist, rode jas"}, MELDKAMER)
    await hub.desk.correct(actie_id, {"kanalen": ("proef-regio", "proef-stad")}, MELDKAMER)

    async def back() -> bool:
        return await noemt_sanne(proefnet, "stad") and not await proefnet.berichten("burgers")

    await until(back)
    [post] = await proefnet.berichten("stad")
    assert "rode jas" in post["tekst"]
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    await reaches(until, hub, actie_id, "stad", "sluiten", "verzonden")
    assert not await noemt_sanne(proefnet, "stad")


async def test_the_photo_of_before_a_correction_goes_as_well(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    actie_id = await posted(until, hub)
    before = (await row(hub, actie_id, "stad", "publiceren")).ref_extra["mediaUrl"]
    await proefnet.storing("stad", "bestand-blijft")
    await hub.desk.correct(actie_id, {"titel": "Sanne (9) vermist, rode jas"}, MELDKAMER)
    edit = await reaches(until, hub, actie_id, "stad", "corrigeren", "verzonden")
    assert edit.ref_extra["mediaUrl"] == before
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)

    async def asked() -> bool:
        return (await row(hub, actie_id, "stad", "intrekken")).fout == BESTAND_OVER

    await until(asked)
    await proefnet.storing("stad", "geen")
    await reaches(until, hub, actie_id, "stad", "intrekken", "verzonden")
    async with proefnet.session.get(before) as answer:
        assert answer.status == 404


async def test_a_withdrawal_begins_at_once_beside_four_long_reports(hub: Hub, until: Until) -> None:
    actie_id = await posted(until, hub)
    klaar = Event()
    reports = [asyncio.ensure_future(hub.db.read_long(lambda _: klaar.wait(30))) for _ in range(4)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(5):
            await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
            await reaches(until, hub, actie_id, "burgers", "intrekken", "verzonden")
    finally:
        klaar.set()
    assert all(await asyncio.gather(*reports))
