"""What is particular to Telegram: edits before deletes, the 48 hours, captions, numbers and addresses."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from channels.telegram import Channel
from hub.content import Image, NeedsAttention, NotNow, Post, Receipt, Refused, Timeouts, Weg
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


async def test_what_never_connected_never_departed() -> None:
    weg: list[int] = []
    dicht = Channel({**INSTELLINGEN, "basisUrl": f"http://127.0.0.1:{free_port()}"}, Timeouts(connect=2, total=4))
    with pytest.raises(NotNow):
        await dicht.publish(Post("tekst"), "k", lambda: weg.append(1))
    await dicht.close()
    assert weg == []


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
