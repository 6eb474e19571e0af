"""What is particular to Mastodon: pictures that need time, edits that keep them, posts that are found again."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from channels.mastodon import Channel
from hub.content import Image, NeedsAttention, NotNow, Post, Quota, Receipt, Refused, Timeouts, Unknown, Weg
from tests.contracts.wire import Wire

INSTELLINGEN = {"token": "bedacht-token-0123456789", "zichtbaarheid": "openbaar"}
FOTO = Image(b"\xff\xd8\xff een getekend portret", "image/jpeg", 40, 40, alt="Getekend portret")
TEKST = Post("Vermist. Bel 112. UT793", marker="UT793")
BEELD = Post(TEKST.text, FOTO, marker="UT793")
SINDS = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
POSTS, EIGEN, BON = "/api/v1/statuses", "/api/v1/accounts/108/statuses", Receipt("41", "", {"account": "108"})
KLAAR = {"id": "7", "url": "https://ergens.nl/7.jpg", "preview_url": None}
MASTODON = {"version": "4.4.5", "source_url": "https://github.com/mastodon/mastodon"}


def vraag(methode: str, pad: str, *bevat: str, status: int = 200, json: object = None, **ant: Any) -> Mapping[str, Any]:
    verzoek = {"methode": methode, "pad": pad, "bevat": bevat}
    return {"verzoek": verzoek, "antwoord": {"status": status, "json": json, **ant}}


def bericht(nummer: str = "41", tekst: str = "UT793", op: str = "2026-03-01T13:05:00.000Z", **meer: object) -> object:
    return {"id": nummer, "created_at": op, "account": {"id": "108"}, "content": f"<p>{tekst}</p>", **meer}


def server(**zegt: object) -> Mapping[str, Any]:
    return vraag("GET", "/api/v2/instance", json={**MASTODON, **zegt})


def opgeladen(status: int = 200, json: object = KLAAR) -> Mapping[str, Any]:
    return vraag("POST", "/api/v2/media", "Getekend portret", "0.0,0.0", status=status, json=json)


WIE = vraag("GET", "/api/v1/accounts/verify_credentials", json={"id": "108"})


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


async def test_a_picture_is_posted_once_the_server_has_processed_it(lijn: Wire, kanaal: Channel) -> None:
    bezig = {**KLAAR, "url": None}
    wachten = [
        vraag("GET", "/api/v1/media/7", status=status, json=json) for status, json in [(206, bezig), (200, KLAAR)]
    ]
    speel(lijn, server(), opgeladen(202, bezig), *wachten, vraag("POST", POSTS, '["7"]', json=bericht()))
    await kanaal.publish(BEELD, "sleutel-1")
    assert lijn.calls[-1] == f"POST {POSTS}"


async def test_what_the_server_accepts_is_asked_once(lijn: Wire, kanaal: Channel) -> None:
    posts = {"max_characters": 5000, "characters_reserved_per_url": 25}
    media = {"description_limit": 1600, "image_size_limit": 600_000}
    posten = [opgeladen(), vraag("POST", POSTS, json=bericht())]
    assert (kanaal.limits.max_text, kanaal.limits.alt_max) == (500, 1500)
    speel(lijn, server(configuration={"statuses": posts, "media_attachments": media}), *posten, *posten)
    await kanaal.publish(BEELD, "sleutel-1")
    await kanaal.publish(BEELD, "sleutel-2")
    found = kanaal.limits
    # A link costs two more here than our counter says.
    assert (found.max_text, found.max_text_with_image) == (4992, 4992)
    assert (found.alt_max, found.image_max_bytes) == (1600, 600_000)


@pytest.mark.parametrize("said", [{"status": 404, "json": {"error": "Not Found"}}, {"status": 403}, {"json": {}}])
async def test_a_server_that_does_not_say_gets_what_every_server_accepts(
    lijn: Wire, kanaal: Channel, said: Mapping[str, Any]
) -> None:
    speel(lijn, vraag("GET", "/api/v2/instance", **said), opgeladen(), vraag("POST", POSTS, json=bericht()))
    await kanaal.publish(BEELD, "sleutel-1")
    assert (kanaal.limits.max_text, kanaal.limits.alt_max) == (500, 1500)
    assert "herhalen" not in kanaal.can()


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([opgeladen(500, {"error": "Error processing thumbnail for uploaded media"})], NotNow),
        ([opgeladen(202, {**KLAAR, "url": None}), vraag("GET", "/api/v1/media/7", status=404, json={})], NotNow),
        ([opgeladen(202, {**KLAAR, "url": None}), vraag("GET", "/api/v1/media/7", status=422, json={})], Refused),
        ([opgeladen(422, {"error": "File type of uploaded media could not be verified"})], Refused),
        ([opgeladen(403, {"error": "This action is outside the authorized scopes"})], NeedsAttention),
    ],
)
async def test_a_picture_that_fails_leaves_no_doubt_that_nothing_was_posted(
    lijn: Wire, kanaal: Channel, answers: list[Mapping[str, Any]], error: type[Exception]
) -> None:
    speel(lijn, server(), *answers)
    with pytest.raises(error):
        await kanaal.publish(BEELD, "sleutel-1")
    assert f"POST {POSTS}" not in lijn.calls


@pytest.mark.parametrize(("status", "error"), [(429, NotNow), (422, Refused), (401, NeedsAttention)])
@pytest.mark.parametrize("weg", [200, 404, 422, 503])
async def test_a_picture_whose_post_was_certainly_not_made_is_taken_away(
    lijn: Wire, kanaal: Channel, status: int, error: type[Exception], weg: int
) -> None:
    nee = vraag("POST", POSTS, status=status, json={"error": "Nee"})
    speel(lijn, server(), opgeladen(), nee, vraag("DELETE", "/api/v1/media/7", status=weg, json={}))
    with pytest.raises(error):
        await kanaal.publish(BEELD, "sleutel-1")


async def test_a_picture_whose_post_may_stand_there_stays(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, server(), opgeladen(), vraag("POST", POSTS, status=503))
    with pytest.raises(Unknown):
        await kanaal.publish(BEELD, "sleutel-1")


async def test_a_picture_that_is_never_ready_leaves_time_to_say_so(lijn: Wire) -> None:
    bezig = {**KLAAR, "url": None}
    kanaal = Channel({**INSTELLINGEN, "basisUrl": lijn.url}, Timeouts(connect=0.3, total=0.3))
    speel(lijn, server(), opgeladen(202, bezig))
    with pytest.raises(NotNow):
        await kanaal.publish(BEELD, "sleutel-1")
    await kanaal.close()


async def test_a_server_that_cannot_say_what_it_accepts_still_gets_the_post(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("GET", "/api/v2/instance", status=500), vraag("POST", POSTS, json=bericht()))
    await kanaal.publish(TEKST, "sleutel-1")
    speel(lijn, server(), vraag("POST", POSTS, json=bericht()))
    await kanaal.publish(TEKST, "sleutel-2")


async def test_without_knowing_the_server_nothing_is_said_of_what_was_not_found(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("GET", "/api/v2/instance", status=500))
    with pytest.raises(Unknown):
        await kanaal.find("sleutel-1", "UT793", SINDS)


async def test_a_picture_that_is_too_big_is_not_even_sent(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, server(configuration={"media_attachments": {"image_size_limit": 10}}))
    with pytest.raises(Refused, match="te groot"):
        await kanaal.publish(BEELD, "sleutel-1")


async def test_the_same_picture_stays_with_an_edit_and_another_takes_its_place(lijn: Wire, kanaal: Channel) -> None:
    beeld = {"media_attachments": [{"id": "7", "url": "https://ergens.nl/7.jpg", "preview_url": None}]}
    wijzig = f"{POSTS}/41"
    speel(lijn, server(), opgeladen(), vraag("POST", POSTS, json=bericht(**beeld)))
    bon = await kanaal.publish(BEELD, "sleutel-1")
    assert (bon.extra["media"], bon.extra["bestand"]) == ("7", "https://ergens.nl/7.jpg")
    speel(lijn, vraag("PUT", wijzig, '"media_ids": ["7"]', '"description": "Getekend', json=bericht(**beeld)))
    assert await kanaal.correct(bon, BEELD) == bon
    ander = Image(b"\xff\xd8\xff een ander portret", "image/jpeg", 40, 40, alt="Getekend portret")
    speel(lijn, opgeladen(json={**KLAAR, "id": "8"}), vraag("PUT", wijzig, '"media_ids": ["8"]', json=bericht(**beeld)))
    await kanaal.correct(bon, Post("Anders", ander))
    speel(lijn, vraag("PUT", wijzig, '"media_ids": []', json=bericht()))
    assert "bestand" not in (await kanaal.correct(bon, Post("Weg"))).extra


async def test_an_edit_of_a_post_that_is_gone_is_refused(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("PUT", f"{POSTS}/41", status=404, json={"error": "Record not found"}))
    with pytest.raises(Refused, match="niet"):
        await kanaal.correct(BON, TEKST)


async def test_a_page_of_a_proxy_does_not_prove_that_a_post_is_gone(lijn: Wire, kanaal: Channel) -> None:
    lijn.answer({"status": 404, "tekst": "<html>404</html>"})
    for ask in (kanaal.gone(BON), kanaal.retract(BON)):
        with pytest.raises(Unknown):
            await ask


@pytest.mark.parametrize(("status", "bestand"), [(404, True), (410, True), (200, False), (301, False), (403, None)])
async def test_of_a_file_only_not_found_proves_that_it_is_gone(
    lijn: Wire, kanaal: Channel, status: int, bestand: bool | None
) -> None:
    weg = vraag("GET", f"{POSTS}/41", status=404, json={"error": "Record not found"})
    speel(lijn, weg, vraag("GET", "/7.jpg", status=status), vraag("GET", "/7-klein.jpg", status=404))
    extra = {"bestand": f"{lijn.url}/7.jpg", "voorbeeld": f"{lijn.url}/7-klein.jpg"}
    assert await kanaal.gone(Receipt("41", "", extra)) == Weg(True, bestand)


async def test_a_storage_that_is_out_of_order_proves_nothing(lijn: Wire, kanaal: Channel) -> None:
    weg = vraag("GET", f"{POSTS}/41", status=404, json={"error": "Record not found"})
    speel(lijn, weg, vraag("GET", "/7.jpg", status=502))
    with pytest.raises(Unknown):
        await kanaal.gone(Receipt("41", "", {"bestand": f"{lijn.url}/7.jpg"}))


async def test_a_file_is_asked_for_the_way_a_stranger_would(lijn: Wire, kanaal: Channel) -> None:
    async with Wire() as elders:
        elders.play([vraag("GET", "/7.jpg", INSTELLINGEN["token"])], {})
        speel(lijn, vraag("GET", f"{POSTS}/41", json=bericht()))
        with pytest.raises(Unknown):
            await kanaal.gone(Receipt("41", "", {"bestand": f"{elders.url}/7.jpg"}))
        assert len(elders.surprises) == 1


async def test_a_look_up_reads_back_as_far_as_asked(lijn: Wire, kanaal: Channel) -> None:
    vol = [bericht(str(nummer), "Iets anders") for nummer in range(90, 50, -1)]
    oud = bericht("40", op="2026-03-01T12:59:59.000Z")
    speel(
        lijn,
        server(),
        WIE,
        vraag("GET", EIGEN, "max_id=51", json=[bericht("42"), bericht("41"), oud]),
        vraag("GET", EIGEN, "limit=40", json=vol),
    )
    found = await kanaal.find("sleutel-1", "UT793", SINDS)
    assert found is not None
    assert found.ref == "41"


async def test_what_was_posted_with_another_key_is_not_this_post(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, server(), vraag("POST", POSTS, "sleutel-1", json=bericht("41")))
    await kanaal.publish(TEKST, "sleutel-1")
    lezen = vraag("GET", EIGEN, json=[bericht("41")])
    einde = vraag("GET", EIGEN, "max_id=41", json=[])
    speel(lijn, WIE, einde, lezen)
    assert await kanaal.find("sleutel-2", "UT793", SINDS) is None
    speel(lijn, einde, lezen)
    found = await kanaal.find("sleutel-1", "UT793", SINDS)
    assert found is not None


@pytest.mark.parametrize(
    ("said", "knows"),
    [
        ({}, True),
        ({"version": "4.4.5+glitch", "source_url": "https://github.com/glitch-soc/mastodon"}, True),
        ({"version": "0.19.1+git", "source_url": "https://codeberg.org/superseriousbusiness/gotosocial"}, False),
        ({"version": "2.7.2 (compatible; Pleroma 2.9)", "source_url": "https://git.pleroma.social/pleroma"}, False),
    ],
)
async def test_only_mastodon_itself_is_trusted_to_know_a_key(
    lijn: Wire, kanaal: Channel, said: Mapping[str, str], knows: bool
) -> None:
    speel(lijn, server(**said), WIE, vraag("GET", EIGEN, json=[]))
    assert await kanaal.find("sleutel-1", "UT793", SINDS) is None
    assert ("herhalen" in kanaal.can()) is knows


async def test_how_much_more_may_be_posted_is_passed_on(lijn: Wire, kanaal: Channel) -> None:
    kop = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-03-01T16:05:00.000000Z"}
    speel(lijn, server(), vraag("POST", POSTS, json=bericht(), kop=kop), vraag("POST", POSTS, json=bericht()))
    bon = await kanaal.publish(TEKST, "sleutel-1")
    assert bon.quota == Quota(0, datetime(2026, 3, 1, 16, 5, tzinfo=UTC))
    assert (await kanaal.publish(TEKST, "sleutel-2")).quota is None


async def test_only_answers_under_our_post_are_heard(lijn: Wire, kanaal: Channel) -> None:
    ander = {"account": {"id": "9"}}
    onder = [
        bericht("42", "Ik zag haar<br>bij A &amp; B", in_reply_to_id="41", **ander),
        bericht("43", "Waar?", in_reply_to_id="42", **ander),
        bericht("44", "Dank u", in_reply_to_id="43"),
        bericht("46", "Een ander gesprek", in_reply_to_id="45", **ander),
    ]
    speel(lijn, vraag("GET", f"{POSTS}/41/context", json={"ancestors": [], "descendants": onder}))
    found = await kanaal.replies(BON, SINDS)
    assert [(reply.ref, reply.text) for reply in found] == [("42", "Ik zag haar\nbij A & B"), ("43", "Waar?")]


async def test_under_a_post_that_is_gone_nothing_is_counted_or_heard(lijn: Wire, kanaal: Channel) -> None:
    lijn.answer({"status": 404, "json": {"error": "Record not found"}})
    assert await kanaal.replies(BON, SINDS) == ()
    assert await kanaal.measure([BON]) == {}


async def test_a_counter_the_server_does_not_have_is_not_made_up(lijn: Wire, kanaal: Channel) -> None:
    telling = {"favourites_count": 1, "reblogs_count": 2, "replies_count": 3}
    speel(lijn, vraag("GET", f"{POSTS}/41", json=bericht(**telling)))
    assert await kanaal.measure([BON]) == {"41": {"favourites": 1, "reblogs": 2, "replies": 3}}


async def test_the_reason_of_a_refusal_holds_no_token(lijn: Wire, kanaal: Channel) -> None:
    lijn.answer({"status": 422, "json": {"error": f"Nee, {INSTELLINGEN['token']} " + "x" * 500}})
    with pytest.raises(Refused) as refused:
        await kanaal.publish(TEKST, "sleutel-1")
    assert INSTELLINGEN["token"] not in str(refused.value)
    assert len(str(refused.value)) < 250


async def test_who_may_see_a_post_is_a_setting_in_dutch(lijn: Wire) -> None:
    for waarde, verstuurd in (("Minder openbaar", "unlisted"), ("", "public")):
        kanaal = Channel({**INSTELLINGEN, "zichtbaarheid": waarde, "basisUrl": lijn.url}, Timeouts())
        speel(lijn, server(), vraag("POST", POSTS, f'"visibility": "{verstuurd}"', json=bericht()))
        await kanaal.publish(TEKST, "sleutel-1")
        await kanaal.close()
    fout = Channel({**INSTELLINGEN, "zichtbaarheid": "iedereen", "basisUrl": lijn.url}, Timeouts())
    with pytest.raises(NeedsAttention, match="kies uit"):
        await fout.publish(TEKST, "sleutel-1")


async def test_a_file_at_an_address_of_the_machine_itself_is_not_asked_for(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("GET", f"{POSTS}/41", status=404, json={"error": "weg"}), vraag("GET", "/7.jpg", status=404))
    assert await kanaal.gone(
        Receipt("41", "", {"bestand": f"{lijn.url}/7.jpg", "voorbeeld": "http://169.254.169.254/7.jpg"})
    ) == Weg(True, None)
