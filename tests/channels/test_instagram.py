"""What is particular to Instagram: it fetches the picture itself, keeps it ready, and only then is there a post."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.instagram import Channel
from hub.content import Image, NeedsAttention, NotNow, Post, Quota, Receipt, Refused, Timeouts, Unknown, Weg
from tests.contracts.wire import Wire

INSTELLINGEN = {"account": "178", "token": "bedacht-token-0123456789"}
KAART = "https://hub.example.nl/a/UT793/kaart.jpg?v=2"
FOTO = Image(b"\xff\xd8\xff een kaart", "image/jpeg", 1200, 630, alt="Getekend portret", url=KAART)
BEELD = Post("Vermist. Bel 112. UT793", FOTO, marker="UT793")
SINDS = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
POSTS, PLAATS, BON = "/178/media", "/178/media_publish", Receipt("41", "", {"bestand": ""})
WEG: Mapping[str, Any] = {"error": {"message": "Unsupported request", "code": 100, "error_subcode": 33}}
NOOIT = {"error": {"message": "(#10) Application does not have permission", "code": 10}}


def vraag(methode: str, pad: str, *bevat: str, status: int = 200, json: object = None, **ant: Any) -> Mapping[str, Any]:
    verzoek = {"methode": methode, "pad": pad, "bevat": bevat}
    return {"verzoek": verzoek, "antwoord": {"status": status, "json": json, **ant}}


def bericht(nummer: str = "41", tekst: str = "UT793", op: str = "2026-03-01T13:05:00+0000") -> dict[str, Any]:
    adres, file = f"https://www.instagram.com/p/{nummer}/", "https://ergens.nl/41.jpg"
    return {"id": nummer, "caption": tekst, "timestamp": op, "permalink": adres, "media_url": file}


def stand(zegt: str) -> Mapping[str, Any]:
    return vraag("GET", "/7", "status_code", json={"id": "7", "status_code": zegt})


MAAK = vraag("POST", POSTS, KAART, "Getekend portret", "Vermist", json={"id": "7"})
GEPLAATST = vraag("POST", PLAATS, '"creation_id": "7"', json={"id": "41"})
LEES = vraag("GET", "/41", "permalink", json=bericht())
BERICHT_WEG = vraag("GET", "/41", status=400, json=WEG)
ZIET = vraag("GET", POSTS, "limit=1", json={"data": []})


@pytest.fixture
async def lijn() -> AsyncIterator[Wire]:
    async with Wire() as wire:
        yield wire
        assert wire.surprises == []
        assert wire.left() == []


@pytest.fixture
def kanaal(lijn: Wire) -> Channel:
    return Channel({**INSTELLINGEN, "basisUrl": lijn.url + "/"}, Timeouts(connect=2, total=4))


def speel(lijn: Wire, *vragen: Mapping[str, Any]) -> None:
    lijn.play(vragen, INSTELLINGEN)


async def test_a_picture_is_published_once_it_is_ready(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, MAAK, stand("IN_PROGRESS"), stand("FINISHED"), GEPLAATST, LEES)
    bon = await kanaal.publish(BEELD, "sleutel-1")
    assert bon == Receipt("41", "https://www.instagram.com/p/41/", {"bestand": "https://ergens.nl/41.jpg"})
    assert lijn.calls[-2] == f"POST {PLAATS}"


async def test_a_post_that_cannot_be_read_back_at_once_is_posted_all_the_same(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, MAAK, stand("FINISHED"), GEPLAATST, vraag("GET", "/41", status=500, tekst="stuk"))
    assert await kanaal.publish(BEELD, "sleutel-1") == Receipt("41", "https://www.instagram.com/", {"bestand": ""})


@pytest.mark.parametrize(
    "image",
    [
        None,
        Image(b"\xff\xd8\xff met foto", "image/jpeg", 1920, 1080),
        Image(b"\xff\xd8\xff", "image/jpeg", 1200, 630, url="http://127.0.0.1:8000/a/UT793/kaart.jpg"),
        Image(b"\x89PNG", "image/png", 1200, 630, url="https://hub.example.nl/kaart.png"),
    ],
)
async def test_what_instagram_cannot_fetch_is_refused_unasked(lijn: Wire, kanaal: Channel, image: Image | None) -> None:
    with pytest.raises(Refused, match="afbeelding"):
        await kanaal.publish(Post("Vermist", image), "sleutel-1")
    assert lijn.calls == []


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([vraag("POST", POSTS, status=500, json={"error": {"message": "oeps", "code": 2}})], NotNow),
        ([vraag("POST", POSTS, status=400, json={"error": {"message": "Fatal", "code": -1}})], NotNow),
        ([vraag("POST", POSTS, status=400, json={"error": {"message": "Niet op te halen", "code": 9004}})], NotNow),
        ([vraag("POST", POSTS, status=400, json={"error": {"message": "Beeldverhouding", "code": 36003}})], Refused),
        ([vraag("POST", POSTS, status=403, json=NOOIT)], NeedsAttention),
        ([MAAK, vraag("GET", "/7", status=502, tekst="stuk")], NotNow),
        ([MAAK, stand("ERROR")], Refused),
        ([MAAK, stand("EXPIRED")], Refused),
    ],
)
async def test_a_picture_that_fails_leaves_no_doubt_that_nothing_was_posted(
    lijn: Wire, kanaal: Channel, answers: list[Mapping[str, Any]], error: type[Exception]
) -> None:
    speel(lijn, *answers)
    with pytest.raises(error):
        await kanaal.publish(BEELD, "sleutel-1")
    assert f"POST {PLAATS}" not in lijn.calls


async def test_a_picture_that_is_never_ready_leaves_time_to_say_so(lijn: Wire) -> None:
    kanaal = Channel({**INSTELLINGEN, "basisUrl": lijn.url}, Timeouts(connect=0.2, total=0.2))
    speel(lijn, MAAK, stand("IN_PROGRESS"))
    with pytest.raises(NotNow):
        await kanaal.publish(BEELD, "sleutel-1")


@pytest.mark.parametrize("fout", [NOOIT["error"], {"message": "Fatal", "code": -1, "error_subcode": 2207085}])
async def test_a_token_that_may_not_delete_leaves_it_to_a_person(
    lijn: Wire, kanaal: Channel, fout: Mapping[str, Any]
) -> None:
    speel(lijn, vraag("DELETE", "/41", status=400, json={"error": fout}))
    with pytest.raises(Refused):
        await kanaal.retract(BON)


async def test_a_no_that_looks_like_a_yes_takes_nothing_down(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("DELETE", "/41", json={"success": False}))
    with pytest.raises(Unknown):
        await kanaal.retract(BON)


async def test_not_seen_is_only_gone_for_a_token_that_still_sees_the_account(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, BERICHT_WEG, vraag("GET", POSTS, status=400, json=NOOIT))
    with pytest.raises(NeedsAttention):
        await kanaal.gone(BON)
    speel(lijn, BERICHT_WEG, ZIET)
    assert await kanaal.gone(BON) == Weg(True, None)


@pytest.mark.parametrize(("status", "bestand"), [(404, True), (410, True), (200, False), (403, None)])
async def test_of_a_file_only_not_found_proves_that_it_is_gone(
    lijn: Wire, kanaal: Channel, status: int, bestand: bool | None
) -> None:
    speel(lijn, BERICHT_WEG, vraag("GET", "/41.jpg", status=status), ZIET)
    assert await kanaal.gone(Receipt("41", "", {"bestand": f"{lijn.url}/41.jpg"})) == Weg(True, bestand)


async def test_a_storage_that_is_out_of_order_proves_nothing(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, BERICHT_WEG, vraag("GET", "/41.jpg", status=502), ZIET)
    with pytest.raises(Unknown):
        await kanaal.gone(Receipt("41", "", {"bestand": f"{lijn.url}/41.jpg"}))


async def test_a_look_up_reads_back_as_far_as_asked(lijn: Wire, kanaal: Channel) -> None:
    def verder(na: str) -> Mapping[str, Any]:
        return {"cursors": {"after": na}, "next": f"{lijn.url}/elders?access_token={INSTELLINGEN['token']}"}

    oud = bericht("39", op="2026-03-01T12:00:00+0000")
    speel(
        lijn,
        vraag(
            "GET", POSTS, "after=p2", json={"data": [bericht(), bericht("40", "UT7930"), oud], "paging": verder("p3")}
        ),
        vraag("GET", POSTS, "limit=50", json={"data": [bericht("43", "Anders")], "paging": verder("p2")}),
    )
    found = await kanaal.find("sleutel-1", "UT793", SINDS)
    assert found == Receipt("41", "https://www.instagram.com/p/41/", {"bestand": "https://ergens.nl/41.jpg"})


async def test_what_was_posted_with_another_key_is_not_this_post(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, MAAK, stand("FINISHED"), GEPLAATST, LEES)
    await kanaal.publish(BEELD, "sleutel-1")
    lezen = vraag("GET", POSTS, json={"data": [bericht()]})
    speel(lijn, lezen)
    assert await kanaal.find("sleutel-2", "UT793", SINDS) is None
    speel(lijn, lezen)
    assert await kanaal.find("sleutel-1", "UT793", SINDS) is not None


async def test_a_look_up_that_does_not_come_to_an_end_says_nothing(lijn: Wire, kanaal: Channel) -> None:
    verder = {"cursors": {"after": "p"}, "next": "https://elders"}
    speel(lijn, *[vraag("GET", POSTS, json={"data": [], "paging": verder})] * 10)
    with pytest.raises(Unknown, match="te veel"):
        await kanaal.find("sleutel-1", "UT793", SINDS)


async def test_a_list_that_cannot_be_read_says_nothing(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("GET", POSTS, json={"data": [{"id": "41"}]}))
    with pytest.raises(Unknown, match="leesbaar"):
        await kanaal.find("sleutel-1", "UT793", SINDS)


async def test_a_counter_that_instagram_does_not_show_is_not_made_up(lijn: Wire, kanaal: Channel) -> None:
    zichtbaar = vraag("GET", "/41", "like_count", json={"comments_count": 3})
    speel(lijn, zichtbaar, vraag("GET", "/41/insights", status=400, json=NOOIT))
    niets = dict.fromkeys(("likes", "views", "reach", "saved", "shares"))
    assert await kanaal.measure([BON]) == {"41": {**niets, "comments": 3}}
    speel(lijn, zichtbaar, vraag("GET", "/41/insights", json={"data": [{"name": "views", "values": []}]}))
    assert await kanaal.measure([BON]) == {"41": {**niets, "comments": 3}}


async def test_under_a_post_that_is_gone_nothing_is_counted_or_heard(lijn: Wire, kanaal: Channel) -> None:
    lijn.answer({"status": 400, "json": WEG})
    assert await kanaal.measure([BON]) == {}
    assert await kanaal.replies(BON, SINDS) == ()


async def test_answers_to_answers_are_heard_as_well(lijn: Wire, kanaal: Channel) -> None:
    def reactie(nummer: str, wie: str, **meer: object) -> dict[str, Any]:
        return {"id": nummer, "text": "Bij A", "timestamp": "2026-03-01T13:20:00+0000", "from": {"id": wie}, **meer}

    onder = {"data": [reactie("52", "178"), reactie("53", "6")]}
    speel(lijn, vraag("GET", "/41/comments", json={"data": [reactie("51", "5", replies=onder)]}))
    assert [reply.ref for reply in await kanaal.replies(BON, SINDS)] == ["51", "53"]


async def test_a_post_that_used_up_the_last_of_it_says_until_when(lijn: Wire, kanaal: Channel) -> None:
    regel = '{"178": [{"type": "instagram", "estimated_time_to_regain_access": 5}]}'
    kop = {"X-Business-Use-Case-Usage": regel, "Date": "Sun, 01 Mar 2026 13:05:00 GMT"}
    speel(lijn, MAAK, stand("FINISHED"), vraag("POST", PLAATS, json={"id": "41"}, kop=kop), LEES)
    assert (await kanaal.publish(BEELD, "sleutel-1")).quota == Quota(0, SINDS + timedelta(minutes=10))


async def test_the_reason_of_a_refusal_holds_no_token(lijn: Wire, kanaal: Channel) -> None:
    reden = f"Nee, {INSTELLINGEN['token']} " + "x" * 500
    lijn.answer({"status": 400, "json": {"error": {"message": reden, "code": 100}}})
    with pytest.raises(Refused) as refused:
        await kanaal.publish(BEELD, "sleutel-1")
    assert INSTELLINGEN["token"] not in str(refused.value)
    assert len(str(refused.value)) < 250


async def test_the_token_travels_in_a_header_alone(lijn: Wire, kanaal: Channel) -> None:
    async with Wire() as elders:
        elders.answer({"status": 404})
        speel(lijn, MAAK, stand("FINISHED"), GEPLAATST, LEES, LEES)
        await kanaal.publish(BEELD, "sleutel-1")
        await kanaal.gone(Receipt("41", "", {"bestand": f"{elders.url}/41.jpg"}))
        [(file, _)] = elders.seen
    assert "Authorization" not in file.headers
    for request, body in lijn.seen:
        assert request.headers["Authorization"] == f"Bearer {INSTELLINGEN['token']}"
        assert INSTELLINGEN["token"] not in request.path_qs
        assert INSTELLINGEN["token"].encode() not in body


async def test_a_file_at_an_address_of_the_machine_itself_is_not_asked_for(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, BERICHT_WEG, ZIET)
    assert await kanaal.gone(Receipt("41", "", {"bestand": "http://169.254.169.254/7.jpg"})) == Weg(True, None)
