"""What is particular to Facebook: pictures uploaded unseen, codes inside an answer, gone that must be proven."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.facebook import Channel
from hub.content import Image, NeedsAttention, NotNow, Post, Quota, Receipt, Refused, Timeouts, Unknown, Weg
from tests.contracts.wire import Wire

INSTELLINGEN = {"pagina": "104", "token": "bedacht-token-0123456789"}
FOTO = Image(b"\xff\xd8\xff een getekend portret", "image/jpeg", 40, 40, alt="Getekend portret")
TEKST = Post("Vermist. Bel 112. UT793", marker="UT793")
BEELD = Post(TEKST.text, FOTO, marker="UT793")
SINDS = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
FEED, POSTS, BON = "/104/feed", "/104/published_posts", Receipt("104_41", "", {"foto": "7"})
WEG: Mapping[str, Any] = {"error": {"message": "Unsupported request", "code": 100, "error_subcode": 33}}
NOOIT = {"error": {"message": "(#200) Permissions error", "code": 200}}


def vraag(methode: str, pad: str, *bevat: str, status: int = 200, json: object = None, **ant: Any) -> Mapping[str, Any]:
    verzoek = {"methode": methode, "pad": pad, "bevat": bevat}
    return {"verzoek": verzoek, "antwoord": {"status": status, "json": json, **ant}}


def bericht(nummer: str = "104_41", tekst: str = "UT793", op: str = "2026-03-01T13:05:00+0000") -> dict[str, Any]:
    return {"id": nummer, "message": tekst, "created_time": op}


def gebruik(*minuten: int) -> dict[str, str]:
    regels = [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": m} for m in minuten]
    return {"X-Business-Use-Case-Usage": json.dumps({"104": regels}), "Date": "Sun, 01 Mar 2026 13:05:00 GMT"}


GEPLAATST = vraag("POST", FEED, json={"id": "104_41"})
GELADEN = vraag("POST", "/104/photos", "Getekend portret", json={"id": "7"})
ADRES = vraag("GET", "/7", "fields=images", json={"id": "7", "images": [{"source": "https://ergens.nl/7.jpg"}]})
BERICHT_WEG, FOTO_WEG = (vraag("GET", pad, status=400, json=WEG) for pad in ("/104_41", "/7"))
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


async def test_the_picture_is_known_before_the_post_that_shows_it(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, GELADEN, ADRES, GEPLAATST)
    bon = await kanaal.publish(BEELD, "sleutel-1")
    assert bon.extra == {"foto": "7", "bestand": "https://ergens.nl/7.jpg"}
    assert lijn.calls[-1] == f"POST {FEED}"


async def test_not_knowing_where_the_file_stands_holds_no_post_up(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, GELADEN, vraag("GET", "/7", status=500, tekst="stuk"), GEPLAATST)
    assert (await kanaal.publish(BEELD, "sleutel-1")).extra == {"foto": "7", "bestand": ""}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 500, "json": {"error": {"message": "oeps", "code": 2}}}, NotNow),
        ({"status": 400, "json": {"error": {"message": "oeps", "code": 1}}}, NotNow),
        ({"status": 400, "json": {"error": {"message": "Invalid image", "code": 324}}}, Refused),
        ({"status": 400, "json": NOOIT}, NeedsAttention),
        ({"status": 200, "json": {"id": None}}, NotNow),
    ],
)
async def test_a_picture_that_fails_leaves_no_doubt_that_nothing_was_posted(
    lijn: Wire, kanaal: Channel, answer: dict[str, Any], error: type[Exception]
) -> None:
    speel(lijn, vraag("POST", "/104/photos", **answer))
    with pytest.raises(error):
        await kanaal.publish(BEELD, "sleutel-1")
    assert f"POST {FEED}" not in lijn.calls


async def test_a_picture_that_is_too_big_is_not_even_sent(kanaal: Channel) -> None:
    groot = Image(b"x" * 4_000_001, "image/jpeg", 40, 40)
    with pytest.raises(Refused, match="te groot"):
        await kanaal.publish(Post("Vermist", groot), "sleutel-1")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 400, "json": {"error": {"message": "limit", "code": 32}}}, NotNow),
        ({"status": 400, "json": {"error": {"message": "Invalid", "code": 100}}}, Refused),
        ({"status": 400, "json": NOOIT}, NeedsAttention),
    ],
)
@pytest.mark.parametrize("weg", [{"json": {"success": True}}, {"status": 500, "tekst": "stuk"}])
async def test_a_picture_whose_post_was_certainly_not_made_is_taken_away(
    lijn: Wire, kanaal: Channel, answer: dict[str, Any], error: type[Exception], weg: dict[str, Any]
) -> None:
    speel(lijn, GELADEN, ADRES, vraag("POST", FEED, **answer), vraag("DELETE", "/7", **weg))
    with pytest.raises(error):
        await kanaal.publish(BEELD, "sleutel-1")


async def test_a_picture_whose_post_may_stand_there_stays(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, GELADEN, ADRES, vraag("POST", FEED, status=500, tekst="stuk"))
    with pytest.raises(Unknown):
        await kanaal.publish(BEELD, "sleutel-1")


async def test_the_picture_goes_with_the_post(lijn: Wire, kanaal: Channel) -> None:
    ja = {"success": True}
    speel(lijn, vraag("DELETE", "/104_41", json=ja), vraag("DELETE", "/7", status=403, json=NOOIT))
    await kanaal.retract(BON)
    speel(lijn, vraag("DELETE", "/104_41", json=ja))
    await kanaal.retract(Receipt("104_41"))


async def test_a_post_that_may_not_be_deleted_is_for_a_person_and_stops_no_others(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("DELETE", "/104_41", status=403, json=NOOIT))
    with pytest.raises(Refused):
        await kanaal.retract(BON)


async def test_a_no_that_looks_like_a_yes_takes_nothing_down(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("DELETE", "/104_41", json={"success": False}))
    with pytest.raises(Unknown):
        await kanaal.retract(BON)


async def test_not_seen_is_only_gone_for_a_token_that_still_sees_the_page(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, BERICHT_WEG, FOTO_WEG, vraag("GET", POSTS, status=400, json=NOOIT))
    with pytest.raises(NeedsAttention):
        await kanaal.gone(BON)


async def test_a_page_of_a_proxy_does_not_prove_that_a_post_is_gone(lijn: Wire, kanaal: Channel) -> None:
    lijn.answer({"status": 404, "tekst": "<html>404</html>"})
    for ask in (kanaal.gone(BON), kanaal.retract(BON)):
        with pytest.raises(NeedsAttention):
            await ask


@pytest.mark.parametrize(("status", "bestand"), [(404, True), (410, True), (200, False), (403, None)])
async def test_of_a_file_only_not_found_proves_that_it_is_gone(
    lijn: Wire, kanaal: Channel, status: int, bestand: bool | None
) -> None:
    speel(lijn, BERICHT_WEG, FOTO_WEG, vraag("GET", "/7.jpg", status=status), ZIET)
    bon = Receipt("104_41", "", {"foto": "7", "bestand": f"{lijn.url}/7.jpg"})
    assert await kanaal.gone(bon) == Weg(True, bestand)


async def test_a_picture_that_facebook_still_shows_is_not_gone(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, BERICHT_WEG, vraag("GET", "/7", json={"id": "7"}), ZIET)
    assert await kanaal.gone(BON) == Weg(True, False)
    speel(lijn, BERICHT_WEG, FOTO_WEG, ZIET)
    assert await kanaal.gone(BON) == Weg(True, None)
    speel(lijn, BERICHT_WEG, ZIET)
    assert await kanaal.gone(Receipt("104_41")) == Weg(True, True)


async def test_a_storage_that_is_out_of_order_proves_nothing(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, BERICHT_WEG, FOTO_WEG, vraag("GET", "/7.jpg", status=502))
    with pytest.raises(Unknown):
        await kanaal.gone(Receipt("104_41", "", {"foto": "7", "bestand": f"{lijn.url}/7.jpg"}))


async def test_a_file_is_asked_for_without_the_token(lijn: Wire, kanaal: Channel) -> None:
    async with Wire() as elders:
        elders.play([vraag("GET", "/7.jpg", INSTELLINGEN["token"])], {})
        speel(lijn, vraag("GET", "/104_41", json=bericht()), FOTO_WEG)
        with pytest.raises(Unknown):
            await kanaal.gone(Receipt("104_41", "", {"foto": "7", "bestand": f"{elders.url}/7.jpg"}))
        assert len(elders.surprises) == 1


async def test_a_look_up_follows_the_pages_without_the_address_that_holds_the_token(
    lijn: Wire, kanaal: Channel
) -> None:
    verder = {"cursors": {"after": "p2"}, "next": f"{lijn.url}/elders?access_token={INSTELLINGEN['token']}"}
    einde = {"cursors": {"after": "p3"}}
    speel(
        lijn,
        vraag(
            "GET", POSTS, "after=p2", json={"data": [bericht("104_41"), bericht("104_40", "UT7930")], "paging": einde}
        ),
        vraag("GET", POSTS, "since=1772370000", json={"data": [bericht("104_43", "Anders")], "paging": verder}),
    )
    found = await kanaal.find("sleutel-1", "UT793", SINDS)
    assert found is not None
    assert (found.ref, found.extra) == ("104_41", {"foto": "", "bestand": ""})
    speel(lijn, BERICHT_WEG, ZIET)
    assert await kanaal.gone(found) == Weg(True, None)


async def test_what_was_posted_before_or_with_another_key_is_not_this_post(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, GEPLAATST)
    await kanaal.publish(TEKST, "sleutel-1")
    lezen = vraag("GET", POSTS, json={"data": [bericht(), bericht("104_1", op="2026-03-01T12:59:00+0000")]})
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
    speel(lijn, vraag("GET", POSTS, json={"data": [{"id": "104_41"}]}))
    with pytest.raises(Unknown, match="leesbaar"):
        await kanaal.find("sleutel-1", "UT793", SINDS)


async def test_without_the_right_to_see_views_the_other_counters_come(lijn: Wire, kanaal: Channel) -> None:
    telling = {"reactions": {"summary": {"total_count": 2}}, "comments": {"summary": {"total_count": 1}}}
    speel(lijn, vraag("GET", "/104_41", json=telling), vraag("GET", "/104_41/insights", status=400, json=NOOIT))
    counts = await kanaal.measure([BON])
    assert counts == {"104_41": {"reactions": 2, "comments": 1, "shares": 0, "media_views": None}}


async def test_under_a_post_that_is_gone_nothing_is_counted_or_heard(lijn: Wire, kanaal: Channel) -> None:
    lijn.answer({"status": 400, "json": WEG})
    assert await kanaal.measure([BON]) == {}
    assert await kanaal.replies(BON, SINDS) == ()


@pytest.mark.parametrize(("kop", "na"), [(gebruik(3, 19), 1140), (gebruik(0), None), ({"Retry-After": "9"}, 9)])
async def test_the_longest_wait_that_is_named_counts(
    lijn: Wire, kanaal: Channel, kop: dict[str, str], na: float | None
) -> None:
    lijn.answer({"status": 400, "kop": kop, "json": {"error": {"message": "(#32)", "code": 32}}})
    with pytest.raises(NotNow) as wait:
        await kanaal.publish(TEKST, "sleutel-1")
    assert (wait.value.after, wait.value.limited) == (na, True)


async def test_a_post_that_used_up_the_last_of_it_says_until_when(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, {**GEPLAATST, "antwoord": {**GEPLAATST["antwoord"], "kop": gebruik(5)}})
    tot = SINDS + timedelta(minutes=10)
    assert (await kanaal.publish(TEKST, "sleutel-1")).quota == Quota(0, tot)
    for kop in (gebruik(0), {"X-Business-Use-Case-Usage": "onzin"}):
        speel(lijn, {**GEPLAATST, "antwoord": {**GEPLAATST["antwoord"], "kop": kop}})
        assert (await kanaal.publish(TEKST, "sleutel-2")).quota is None


async def test_the_reason_of_a_refusal_holds_no_token(lijn: Wire, kanaal: Channel) -> None:
    reden = f"Nee, {INSTELLINGEN['token']} " + "x" * 500
    lijn.answer({"status": 400, "json": {"error": {"message": reden, "code": 100}}})
    with pytest.raises(Refused) as refused:
        await kanaal.publish(TEKST, "sleutel-1")
    assert INSTELLINGEN["token"] not in str(refused.value)
    assert len(str(refused.value)) < 250


async def test_the_token_travels_in_a_header_alone(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, GELADEN, ADRES, GEPLAATST, vraag("GET", POSTS, json={"data": []}))
    await kanaal.publish(BEELD, "sleutel-1")
    await kanaal.find("sleutel-2", "UT793", SINDS)
    assert len(lijn.seen) == 4
    for request, body in lijn.seen:
        assert request.headers["Authorization"] == f"Bearer {INSTELLINGEN['token']}"
        assert INSTELLINGEN["token"] not in request.path_qs
        assert INSTELLINGEN["token"].encode() not in body


async def test_a_file_at_an_address_of_the_machine_itself_is_not_asked_for(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, BERICHT_WEG, FOTO_WEG, ZIET)
    assert await kanaal.gone(Receipt("104_41", "", {"foto": "7", "bestand": "http://169.254.169.254/7.jpg"})) == Weg(
        True, None
    )
