"""What is particular to Telegram: edits before deletes, the 48 hours, captions, numbers and addresses."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from channels.telegram import Channel
from hub.content import Image, NeedsAttention, NotNow, Opgezegd, Post, Receipt, Refused, Timeouts, Vraag, Weg
from hub.delivery.takeback import GENEUTRALISEERD, take_back
from tests.contracts.wire import Wire, free_port

INSTELLINGEN = {"token": "123:AAbedacht", "chatId": "@meldkamerproef"}
FOTO = Image(b"\xff\xd8\xff een getekend portret", "image/jpeg", 40, 40)
BON = Receipt("41", "https://t.me/meldkamerproef/41", {"chat": "-1001", "beeld": "ander beeld"})
TEKSTBON = Receipt("40", "", {"chat": "-1001", "beeld": ""})


def antwoord(status: int = 200, reden: str = "", resultaat: object = True) -> Mapping[str, Any]:
    body = {"ok": True, "result": resultaat} if status == 200 else {"ok": False, "description": reden}
    return {"status": status, "json": body}


def vraag(methode: str, *bevat: str, **ant: Any) -> Mapping[str, Any]:
    verzoek = {"methode": "POST", "pad": f"/bot{{token}}/{methode}", "bevat": bevat}
    return {"verzoek": verzoek, "antwoord": antwoord(**ant)}


def bericht(nummer: int, chat: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"message_id": nummer, "date": 1772370300, "chat": {"id": -1001234, "type": "channel", **chat}}


@pytest.fixture
async def lijn() -> AsyncIterator[Wire]:
    async with Wire() as wire:
        yield wire
        assert wire.surprises == []
        assert wire.left() == []


@pytest.fixture
async def kanaal(lijn: Wire) -> AsyncIterator[Channel]:
    channel = Channel({**INSTELLINGEN, "basisUrl": lijn.url + "/"}, Timeouts(connect=2, total=4))
    yield channel
    await channel.close()


def speel(lijn: Wire, *vragen: Mapping[str, Any]) -> None:
    lijn.play(vragen, INSTELLINGEN)


def test_a_post_is_made_neutral_before_it_is_deleted(kanaal: Channel) -> None:
    assert kanaal.weg == ("neutraliseren", "verwijderen")


async def test_neutral_words_bring_a_neutral_picture(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("editMessageMedia", "Sanne is gevonden."), vraag("editMessageText", "Sanne is gevonden."))
    await kanaal.correct(BON, Post("Sanne is gevonden."))
    await kanaal.correct(TEKSTBON, Post("Sanne is gevonden."))
    assert "PNG" in lijn.bodies[0]


async def test_the_answer_to_a_delete_is_the_proof(lijn: Wire, kanaal: Channel) -> None:
    assert kanaal.antwoord_bewijst
    assert (await kanaal.gone(BON), await kanaal.gone(TEKSTBON)) == (Weg(None, None), Weg(None, True))


@pytest.mark.parametrize("reden", ["Bad Request: message can't be deleted for everyone", "MESSAGE_DELETE_FORBIDDEN"])
async def test_after_48_hours_the_words_are_neutral_and_a_person_is_told_what_to_do(
    lijn: Wire, kanaal: Channel, reden: str
) -> None:
    gedaan: list[str] = []

    async def note(stap: str, receipt: Receipt | None) -> None:
        gedaan.append(stap)

    speel(lijn, vraag("editMessageMedia", "Sanne is gevonden."), vraag("deleteMessage", status=400, reden=reden))
    with pytest.raises(Refused, match=r"48 uur.*beheerder van het kanaal.*Tekst en beeld zijn al neutraal"):
        await take_back(kanaal, [BON], Post("Sanne is gevonden."), (), note)
    assert gedaan == [GENEUTRALISEERD]


async def test_departure_is_told_when_the_body_leaves_and_only_of_a_post(lijn: Wire, kanaal: Channel) -> None:
    weg: list[int] = []
    goed = vraag("sendMessage", resultaat=bericht(7, {}))
    speel(lijn, goed, vraag("editMessageText", "anders"))
    await kanaal.publish(Post("tekst"), "k", lambda: weg.append(len(lijn.calls)))
    await kanaal.correct(TEKSTBON, Post("anders"))
    assert weg == [0]


async def test_what_the_hub_holds_back_at_departure_was_certainly_not_sent(lijn: Wire, kanaal: Channel) -> None:
    def niet() -> None:
        raise NotNow("Dit proces stond stil.")

    with pytest.raises(NotNow, match="stond stil"):
        await kanaal.publish(Post("tekst"), "k", niet)
    assert lijn.calls == []


async def test_what_never_connected_never_departed() -> None:
    weg: list[int] = []
    dicht = Channel({**INSTELLINGEN, "basisUrl": f"http://127.0.0.1:{free_port()}"}, Timeouts(connect=2, total=4))
    with pytest.raises(NotNow):
        await dicht.publish(Post("tekst"), "k", lambda: weg.append(1))
    await dicht.close()
    assert weg == []


@pytest.fixture
async def bot(lijn: Wire) -> AsyncIterator[Channel]:
    """The same account, but people can subscribe to its bot."""
    channel = Channel({**INSTELLINGEN, "abonnees": "ophalen", "basisUrl": lijn.url}, Timeouts(connect=2, total=4))
    yield channel
    await channel.close()


def test_subscribers_are_off_until_somebody_chooses_them(kanaal: Channel, bot: Channel) -> None:
    assert "gesprek" not in kanaal.can()
    assert "gesprek" in bot.can()
    assert (bot.limits.per_venster, bot.limits.venster_seconden) == (30, 1)


async def test_what_a_subscriber_got_names_no_person_and_no_chat(lijn: Wire, bot: Channel) -> None:
    persoon = bericht(7, {"id": 77, "type": "private", "username": "bedacht"})
    speel(lijn, vraag("sendMessage", "77", resultaat=persoon), vraag("deleteMessage", "77", "7"))
    bon = await bot.publish(Post("tekst", doel="77"), "k")
    assert (bon.url, bon.extra) == ("", {"beeld": ""})
    await bot.retract(bon)


@pytest.mark.parametrize(
    ("status", "reden"),
    [(403, "Forbidden: bot was blocked by the user"), (400, "Bad Request: chat not found")],
)
async def test_who_blocked_the_bot_is_no_fault_of_the_account(
    lijn: Wire, bot: Channel, status: int, reden: str
) -> None:
    nee = {"status": status, "reden": reden}
    speel(lijn, *(vraag(m, **nee) for m in ("sendMessage", "editMessageText", "deleteMessage", "sendMessage")))
    bon = Receipt("7", "", {"beeld": ""}, doel="77")
    for daad in (
        bot.publish(Post("t", doel="77"), "k"),
        bot.correct(bon, Post("t")),
        bot.retract(bon),
        bot.answer("78", "t"),
    ):
        with pytest.raises(Opgezegd):
            await daad


async def test_one_person_gets_one_message_a_second(lijn: Wire, bot: Channel) -> None:
    persoon = bericht(7, {"id": 77, "type": "private"})
    speel(lijn, *(vraag("sendMessage", resultaat=persoon) for _ in range(3)))
    klok = asyncio.get_running_loop()
    begin = klok.time()
    await asyncio.gather(bot.answer("77", "een"), bot.answer("78", "ander"))
    assert klok.time() - begin < 1
    await bot.answer("77", "twee")
    assert klok.time() - begin >= 1


async def test_what_the_bot_must_answer_holds_up_no_post_and_no_removal(lijn: Wire, bot: Channel) -> None:
    persoon, klok = bericht(7, {"id": 77, "type": "private"}), asyncio.get_running_loop()
    antwoorden = [asyncio.create_task(bot.answer(f"{chat}", "t")) for chat in range(1000, 1600)]
    antwoorden += [asyncio.create_task(bot.answer("77", f"antwoord {nummer}")) for nummer in range(600)]
    await asyncio.sleep(0)
    speel(lijn, *(vraag("sendMessage", "t", resultaat=persoon) for _ in range(60)), vraag("deleteMessage"))
    begin = klok.time()
    bon = await bot.publish(Post("bericht", doel="77"), "k")
    await bot.retract(bon)
    assert klok.time() - begin < 1
    for each in antwoorden:
        each.cancel()
    await asyncio.gather(*antwoorden, return_exceptions=True)
    lijn.play([], INSTELLINGEN)


async def test_who_asks_again_before_the_answer_hears_the_last_one_only(lijn: Wire, bot: Channel) -> None:
    persoon = bericht(7, {"id": 77, "type": "private"})
    speel(lijn, *(vraag("sendMessage", wat, resultaat=persoon) for wat in ("bericht", "derde")))
    await bot.publish(Post("bericht", doel="77"), "k")
    await asyncio.gather(*(bot.answer("77", each) for each in ("eerste", "tweede", "derde")))


async def test_a_post_whose_turn_is_far_off_is_for_later(lijn: Wire, bot: Channel) -> None:
    persoon = bericht(7, {"id": 77, "type": "private"})
    speel(lijn, *(vraag("sendMessage", resultaat=persoon) for _ in range(3)))
    posten = [asyncio.create_task(bot.publish(Post("bericht", doel="77"), f"{nummer}")) for nummer in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(NotNow, match="te veel te doen") as later:
        await bot.publish(Post("bericht", doel="77"), "k")
    assert later.value.after == pytest.approx(3, abs=0.1)
    await asyncio.gather(*posten)


@pytest.mark.parametrize(("abonnees", "methode"), [("ophalen", "deleteWebhook"), ("haak", "setWebhook")])
async def test_telegram_hears_where_updates_go(lijn: Wire, abonnees: str, methode: str) -> None:
    channel = Channel({**INSTELLINGEN, "abonnees": abonnees, "basisUrl": lijn.url}, Timeouts(connect=2, total=4))
    speel(lijn, vraag(methode, *([channel.haakgeheim[1]] if abonnees == "haak" else [])))
    await channel.connect("https://hub.example.nl/haken/bot")
    await channel.close()
    assert INSTELLINGEN["token"] not in channel.haakgeheim[1]


async def test_updates_come_from_after_the_last_one_that_was_heard(lijn: Wire, bot: Channel) -> None:
    gezegd = {"update_id": 42, "message": {**bericht(5, {"id": 77, "type": "private"}), "text": "/start"}}
    speel(lijn, vraag("getUpdates", "offset=42", resultaat=[gezegd]))
    [payload] = await bot.fetch(41)
    assert await bot.update(payload) == Vraag(42, "77", "/start")


def test_twenty_posts_a_minute_is_what_a_channel_gets(kanaal: Channel) -> None:
    assert (kanaal.limits.per_venster, kanaal.limits.venster_seconden) == (20, 60)


async def test_a_bot_that_was_put_out_of_the_channel_needs_a_person(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("deleteMessage", status=403, reden="Forbidden: bot is not a member"))
    with pytest.raises(NeedsAttention):
        await kanaal.retract(BON)


async def test_the_same_picture_is_not_sent_again(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("editMessageMedia", "eerste"), vraag("editMessageCaption", "tweede"))
    bon = await kanaal.correct(BON, Post("eerste", image=FOTO))
    await kanaal.correct(bon, Post("tweede", image=FOTO))


async def test_a_picture_that_is_left_out_disappears(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("editMessageMedia", "zonder foto"), vraag("editMessageText", "alleen tekst"))
    await kanaal.correct(BON, Post("zonder foto"))
    assert "PNG" in lijn.bodies[0]
    await kanaal.correct(TEKSTBON, Post("alleen tekst"))


async def test_a_correction_without_a_change_is_fine(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("editMessageText", status=400, reden="Bad Request: message is not modified: same"))
    await kanaal.correct(TEKSTBON, Post("zelfde"))


async def test_a_correction_of_a_post_that_is_gone_is_refused(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("editMessageText", status=400, reden="Bad Request: message to edit not found"))
    with pytest.raises(Refused, match="not found"):
        await kanaal.correct(TEKSTBON, Post("te laat"))


@pytest.mark.parametrize(
    ("chat", "url"),
    [({"username": "meldkamerproef"}, "https://t.me/meldkamerproef/7"), ({}, "https://t.me/c/1234/7")],
)
async def test_the_address_of_a_post_follows_from_the_channel(
    lijn: Wire, kanaal: Channel, chat: Mapping[str, Any], url: str
) -> None:
    speel(lijn, vraag("sendMessage", resultaat=bericht(7, chat)))
    assert (await kanaal.publish(Post("tekst"), "k")).url == url


async def test_text_is_sent_as_it_is(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("sendMessage", "<b>5 > 3 & *ster*", resultaat=bericht(7, {})))
    await kanaal.publish(Post("<b>5 > 3 & *ster*"), "k")
    assert "parse_mode" not in lijn.bodies[0]
