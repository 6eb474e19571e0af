"""Three subscribers of the bot in two gemeenten: who gets an actie, what is taken back, and what is left of them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from hub.acties.view import EINDE
from hub.app import PARTS
from hub.commands.proces import Hub, running
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.desk import reservekopie
from hub.desk.gesprek import GESTOPT
from hub.desk.noodstop import release_hub
from hub.kanalen.tables import AbonneeRij
from hub.kit import config as instellingen
from hub.kit.databases import open_db
from hub.toegang.model import Wie
from hub.web.ui import actie_stand
from tests.builders import een_invoer
from tests.stories.botapi import KANAAL, TOKEN, BotApi
from tests.stories.conftest import Schuifklok, Until

MELDKAMER, FATMA = Wie("meldkamer", "meldkamer"), Wie("fatma", "beheerder")
ANNA, BEN, CEES = "910000001", "910000002", "910000003"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """The Bot API, with three people who said what they follow."""
    async with BotApi() as botapi:
        for chat, gemeente in ((ANNA, "Utrecht"), (BEN, "utrecht"), (CEES, "Gouda")):
            botapi.zegt(chat, f"/gemeente {gemeente}")
        yield botapi


@pytest.fixture
def abonnees() -> str:
    """How the hub hears what people say."""
    return "ophalen"


@pytest.fixture
def config_pad(config_pad: Path, api: BotApi, abonnees: str) -> Path:
    """One kanaal only: a Telegram channel whose bot has subscribers."""
    content = yaml.safe_load(config_pad.read_text(encoding="utf-8"))
    settings = {"token": TOKEN, "chatId": KANAAL, "abonnees": abonnees, "basisUrl": api.url}
    content["kanalen"] = [{"naam": "bot", "netwerk": "telegram", "instellingen": settings}]
    config_pad.write_text(yaml.safe_dump(content), encoding="utf-8")
    return config_pad


async def subscribed(hub: Hub, api: BotApi, until: Until) -> None:
    async def answered() -> bool:
        return all(api.teksten(chat) for chat in (ANNA, BEN, CEES))

    await until(answered)


async def rows(hub: Hub, actie_id: str, soort: str) -> list[Bezorging]:
    return [b for b in await hub.db.read(lambda s: delivery.of_actie(s, actie_id)) if b.soort == soort]


async def settled(hub: Hub, until: Until, actie_id: str, soort: str, aantal: int) -> list[Bezorging]:
    async def done() -> bool:
        found = await rows(hub, actie_id, soort)
        return len(found) == aantal and all(b.staat in ("verzonden", "vervallen") for b in found)

    await until(done)
    return await rows(hub, actie_id, soort)


def sanne(api: BotApi) -> set[str]:
    return {chat for chat, berichten in api.chats.items() if any("Sanne" in tekst for tekst in berichten.values())}


async def started(hub: Hub, api: BotApi, until: Until) -> str:
    await subscribed(hub, api, until)
    actie = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie
    await settled(hub, until, actie.id, "publiceren", 3)
    return actie.id


async def test_an_actie_goes_to_who_follows_its_area_and_is_taken_back_there(
    hub: Hub, api: BotApi, until: Until
) -> None:
    actie_id = await started(hub, api, until)
    assert sanne(api) == {KANAAL, ANNA, BEN}
    await hub.desk.correct(actie_id, {"bericht": "Sanne draagt een rode pet."}, MELDKAMER)
    await settled(hub, until, actie_id, "corrigeren", 3)
    assert all(any("rode pet" in tekst for tekst in api.teksten(chat)) for chat in (KANAAL, ANNA, BEN))
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    await settled(hub, until, actie_id, "intrekken", 3)
    await settled(hub, until, actie_id, "sluiten", 3)
    assert sanne(api) == set()
    # The answer of the bot, and the closing message: nothing of the actie is left.
    assert [len(api.teksten(chat)) for chat in (KANAAL, ANNA, BEN, CEES)] == [1, 2, 2, 1]
    receipt = await hub.desk.receipt(actie_id, MELDKAMER)
    assert ("bot (2 abonnees)", "verdwenen") in {(p.naam, p.staat) for p in receipt.plaatsen}


async def test_who_blocked_the_bot_is_erased_and_the_receipt_says_what_nobody_knows(
    hub: Hub, api: BotApi, until: Until
) -> None:
    actie_id = await started(hub, api, until)
    api.geblokkeerd.add(BEN)
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    removals = await settled(hub, until, actie_id, "intrekken", 3)
    closing = await settled(hub, until, actie_id, "sluiten", 3)
    assert sorted(b.staat for b in removals) == sorted(b.staat for b in closing) == ["vervallen", *["verzonden"] * 2]
    assert await hub.db.read(lambda s: s.query(AbonneeRij).count()) == 2
    places = [(p.naam, p.staat) for p in (await hub.desk.receipt(actie_id, MELDKAMER)).plaatsen if "abonnee" in p.naam]
    assert places == [("bot (1 abonnee)", "niet-controleerbaar"), ("bot (1 abonnee)", "verdwenen")]


async def test_a_withdrawal_waits_for_none_of_its_subscribers(hub: Hub, api: BotApi, until: Until) -> None:
    actie_id = await started(hub, api, until)
    verder = asyncio.Event()
    hub.desk.voorrang = verder.wait  # type: ignore[assignment]
    async with asyncio.timeout(20):
        await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    assert [b.doel for b in await rows(hub, actie_id, "intrekken")] == [""]
    verder.set()
    await settled(hub, until, actie_id, "intrekken", 3)
    assert sanne(api) == set()


@pytest.mark.parametrize("half", [False, True], ids=["copy before the end", "copy halfway the end"])
async def test_after_a_restore_no_subscriber_hears_the_closing_message_twice(
    config_pad: Path, tmp_path: Path, schuifklok: Schuifklok, api: BotApi, until: Until, half: bool
) -> None:
    kopie = tmp_path / "kopie.db"
    async with running(Hub(instellingen.load(config_pad), PARTS, schuifklok)) as hub:
        actie_id = await started(hub, api, until)
        verder = asyncio.Event()
        hub.desk.voorrang = verder.wait  # type: ignore[assignment]
        if not half:
            await asyncio.to_thread(reservekopie.maak, hub.db, kopie, schuifklok.now())
        ending = asyncio.create_task(hub.desk.withdraw(actie_id, "gevonden", MELDKAMER))
        if half:

            async def own_part_done() -> bool:
                return [b.staat for b in await rows(hub, actie_id, "sluiten")] == ["verzonden"]

            await until(own_part_done)
            await asyncio.to_thread(reservekopie.maak, hub.db, kopie, schuifklok.now())
        verder.set()
        await ending
        await settled(hub, until, actie_id, "sluiten", 3)
    content = yaml.safe_load(config_pad.read_text(encoding="utf-8")) | {"database_url": "sqlite:///terug.db"}
    config_pad.write_text(yaml.safe_dump(content), encoding="utf-8")
    db = open_db(instellingen.load(config_pad).db_url)
    reservekopie.zet_terug(db, kopie, schuifklok.now())
    db.close()
    async with running(Hub(instellingen.load(config_pad), PARTS, schuifklok)) as hub:
        assert (await hub.db.read(lambda s: hub.desk._need(s, actie_id))).fase in EINDE
        await release_hub(hub.desk, FATMA)
        await settled(hub, until, actie_id, "intrekken", 3)

        async def told() -> bool:
            closing = [b for b in await rows(hub, actie_id, "sluiten") if b.doel]
            return [b.staat for b in closing] == ["vervallen"] * 2

        await until(told)
    # The answer of the bot, and one closing message.
    assert [len(api.teksten(chat)) for chat in (KANAAL, ANNA, BEN, CEES)] == [1, 2, 2, 1]


@pytest.mark.parametrize("abonnees", ["haak"])
async def test_telegram_is_told_once_where_to_bring_what_people_say(hub: Hub, api: BotApi, until: Until) -> None:
    async def told() -> bool:
        return bool(api.haak)

    await until(told)
    await hub.gesprek.tick()
    assert api.haak == "http://127.0.0.1:8000/haken/bot"
    assert api.calls == ["setWebhook"]


async def test_who_stops_is_erased_and_loses_what_the_bot_posted(hub: Hub, api: BotApi, until: Until) -> None:
    await started(hub, api, until)
    api.zegt(BEN, "/stop")

    async def stopped() -> bool:
        return GESTOPT in api.teksten(BEN)

    await until(stopped)
    assert sanne(api) == {KANAAL, ANNA}
    # All updates come again and again; the first of them did not make Ben a subscriber once more.
    seen = api.calls.count("getUpdates")

    async def heard_again() -> bool:
        return api.calls.count("getUpdates") >= seen + 2

    await until(heard_again)
    assert await hub.db.read(lambda s: s.query(AbonneeRij).count()) == 2
    assert len(api.teksten(ANNA)) == 2


async def test_a_gemeente_that_joins_brings_in_its_subscribers_and_no_chat_is_readable_in_the_database_or_the_log(
    hub: Hub, api: BotApi, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    actie_id = await started(hub, api, until)
    await hub.desk.correct(actie_id, {"gemeenten": ("GM0344", "GM0513")}, MELDKAMER)
    await settled(hub, until, actie_id, "publiceren", 4)
    await settled(hub, until, actie_id, "corrigeren", 3)
    assert sanne(api) == {KANAAL, ANNA, BEN, CEES}
    assert hub.db.path is not None
    data = b"".join(path.read_bytes() for path in hub.db.path.parent.glob("hub.db*"))
    log = capsys.readouterr()
    assert not any(chat.encode() in data or chat in log.out + log.err for chat in (ANNA, BEN, CEES))
    stand = await hub.db.read(lambda s: actie_stand.read(s, hub.config, hub.screens, actie_id, hub.clock.now(), {}))
    assert stand is not None
    [kanaal] = stand.kanalen
    assert [stap.wacht for stap in kanaal.stappen if stap.wacht] == [
        "Bij abonnees: 2 van 2.",
        "Bij abonnees: 2 van 2.",
        "Bij abonnees: 1 van 1.",
    ]


async def test_who_types_a_hundred_things_keeps_nobody_waiting(hub: Hub, api: BotApi, until: Until) -> None:
    await subscribed(hub, api, until)
    begun = asyncio.get_running_loop().time()
    for nummer in range(100):
        api.zegt(ANNA, f"hallo {nummer}")
    api.zegt(BEN, "/stop")

    async def answered() -> bool:
        return GESTOPT in api.teksten(BEN)

    await until(answered)
    # Telegram wants a second between two messages to one person: each thing its own answer would take a hundred.
    assert asyncio.get_running_loop().time() - begun < 20
