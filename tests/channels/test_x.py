"""What is particular to X: what it calls a duplicate, two vocabularies, and a picture that outlives its post."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

import pytest

from channels.x import Channel
from hub.content import Image, NeedsAttention, NotNow, Post, Quota, Receipt, Refused, Timeouts, Unknown, Weg
from tests.contracts.wire import Wire

INSTELLINGEN = {
    "account": "MeldkamerProef",
    "apiSleutel": "bedachte-api-sleutel",
    "apiGeheim": "bedacht-api-geheim",
    "toegangstoken": "4242-bedachte-toegang",
    "toegangsgeheim": "bedacht-toegangsgeheim",
}
FOTO = Image(b"\xff\xd8\xff een getekend portret", "image/jpeg", 40, 40, alt="Getekend portret")
TEKST = Post("Vermist in Ee. Bel 112 & kijk op gemeente.nl. https://ah.example.nl/ABCD2345 UT793", marker="UT793")
BEELD = Post(TEKST.text, FOTO, marker="UT793")
OP_X = "Vermist in Ee. Bel 112 &amp; kijk op https://t.co/gem. https://t.co/abc UT793 https://t.co/foto"
SINDS = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
OUDE_NAAM = "https://api.twitter.com/2/problems"
POSTS, EIGEN, NOEMT = "/2/tweets", "/2/users/4242/tweets", "/2/users/4242/mentions"
BON = Receipt("41", "https://x.com/MeldkamerProef/status/41")


def vraag(methode: str, pad: str, *bevat: str, status: int = 200, json: object = None, **ant: Any) -> Mapping[str, Any]:
    verzoek = {"methode": methode, "pad": pad, "bevat": bevat}
    return {"verzoek": verzoek, "antwoord": {"status": status, "json": json, **ant}}


def gemaakt(nummer: str = "41", **ant: Any) -> Mapping[str, Any]:
    return vraag("POST", POSTS, status=201, json={"data": {"id": nummer, "text": OP_X}}, **ant)


def lijst(pad: str, *bevat: str, items: object = (), **meta: str) -> Mapping[str, Any]:
    return vraag("GET", pad, *bevat, json={"data": items, "meta": {"result_count": 1, **meta}})


def fout(status: int, tekst: str, soort: str = "about:blank", **meer: object) -> Mapping[str, Any]:
    return {"status": status, "json": {"title": "Nee", "detail": tekst, "type": soort, **meer}}


def zoek(nummer: str = "41", status: int = 200) -> Mapping[str, Any]:
    """X shows a post with its picture."""
    foto = {"media": [{"media_key": "3_7", "type": "photo", "url": "{basis}/7.jpg"}]}
    data = {"id": nummer, "text": OP_X, "attachments": {"media_keys": ["3_7"]}}
    return vraag("GET", f"{POSTS}/{nummer}", "expansions", status=status, json={"data": data, "includes": foto})


DUBBEL = {"type": "about:blank", "detail": "You are not allowed to create a Tweet with duplicate content."}
DUBBEL_POST = vraag("POST", POSTS, status=403, json=DUBBEL, kop={"Date": "Sun, 01 Mar 2026 13:05:00 GMT"})
DEZE_AANROEP = "start_time=2026-03-01T13:04:5"
WIE = vraag("GET", "/2/users/me", json={"data": {"id": "4242", "username": "meldkamerproef"}})
OPGELADEN = vraag("POST", "/2/media/upload", "tweet_image", json={"data": {"id": "7"}})
ALT = vraag("POST", "/2/media/metadata", "Getekend portret", json={"data": {"id": "7"}})


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


async def test_what_is_sent_is_signed_to_the_letter(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, WIE, lijst(NOEMT))
    await kanaal.replies(BON, SINDS)
    for request, _ in lijn.seen:
        gezegd = {k: unquote(v) for k, v in re.findall(r'(\w+)="([^"]*)"', request.headers["Authorization"])}
        handtekening = gezegd.pop("oauth_signature")
        paren = sorted((quote(k, safe=""), quote(v, safe="")) for k, v in [*gezegd.items(), *request.query.items()])
        velden = "&".join(f"{k}={v}" for k, v in paren)
        tekst = "&".join(quote(deel, safe="") for deel in (request.method, lijn.url + request.path, velden))
        sleutel = f"{INSTELLINGEN['apiGeheim']}&{INSTELLINGEN['toegangsgeheim']}".encode()
        zelf = hmac.new(sleutel, tekst.encode(), hashlib.sha1).digest()
        assert handtekening == base64.b64encode(zelf).decode()


async def test_a_picture_gets_its_description_before_the_post(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, OPGELADEN, ALT, gemaakt(), zoek())
    bon = await kanaal.publish(BEELD, "sleutel-1")
    gevraagd = ["POST /2/media/upload", "POST /2/media/metadata", "POST /2/tweets", "GET /2/tweets/41"]
    assert lijn.calls == gevraagd
    assert (bon.url, bon.extra) == (BON.url, {"beeld": "3_7", "bestand": f"{lijn.url}/7.jpg"})


async def test_that_x_cannot_show_a_new_post_yet_changes_nothing(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, OPGELADEN, ALT, gemaakt(), zoek(status=503))
    bon = await kanaal.publish(BEELD, "sleutel-1")
    assert bon.ref == "41"
    speel(lijn, vraag("GET", f"{POSTS}/41", status=404, json={"title": "Not Found Error"}))
    assert await kanaal.gone(bon) == Weg(True, None)


@pytest.mark.parametrize(
    ("antwoorden", "soort"),
    [
        ([{**OPGELADEN, "antwoord": {"status": 500}}], NotNow),
        ([{**OPGELADEN, "antwoord": fout(400, "media type unrecognized")}], Refused),
        ([OPGELADEN, {**ALT, "antwoord": {"status": 503}}], NotNow),
        ([OPGELADEN, {**ALT, "antwoord": fout(402, "Credits depleted")}], NeedsAttention),
    ],
)
async def test_a_picture_that_fails_leaves_no_doubt_that_nothing_was_posted(
    lijn: Wire, kanaal: Channel, antwoorden: list[Mapping[str, Any]], soort: type[Exception]
) -> None:
    speel(lijn, *antwoorden)
    with pytest.raises(soort):
        await kanaal.publish(BEELD, "sleutel-1")
    assert f"POST {POSTS}" not in lijn.calls


async def test_a_picture_that_is_too_big_is_not_even_sent(kanaal: Channel) -> None:
    with pytest.raises(Refused, match="te groot"):
        await kanaal.publish(Post("Vermist", Image(b"x" * 5_000_001, "image/jpeg", 40, 40)), "sleutel-1")


async def test_a_duplicate_is_the_post_that_is_there(lijn: Wire, kanaal: Channel) -> None:
    anders = {"id": "43", "text": OP_X.replace("Bel", "Spreek")}
    gevonden = lijst(EIGEN, "exclude=retweets", DEZE_AANROEP, items=[anders, {"id": "41", "text": OP_X}])
    speel(lijn, DUBBEL_POST, WIE, gevonden, zoek())
    bon = await kanaal.publish(TEKST, "sleutel-1")
    assert (bon.ref, bon.extra["bestand"]) == ("41", f"{lijn.url}/7.jpg")


async def test_a_duplicate_that_cannot_be_found_is_unknown(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, DUBBEL_POST, WIE, lijst(EIGEN, items=[{"id": "40", "text": "Iets anders UT793"}]))
    with pytest.raises(Unknown, match="er al staat"):
        await kanaal.publish(TEKST, "sleutel-1")


async def test_a_post_from_before_this_call_is_not_ours_though_it_has_the_same_words(
    lijn: Wire, kanaal: Channel
) -> None:
    speel(lijn, DUBBEL_POST, WIE, lijst(EIGEN, DEZE_AANROEP))
    with pytest.raises(Unknown, match="er al staat"):
        await kanaal.publish(TEKST, "sleutel-1")
    speel(lijn, DUBBEL_POST, vraag("GET", EIGEN, status=400, json={"title": "Invalid Request"}))
    with pytest.raises(Unknown, match="er al staat"):
        await kanaal.publish(TEKST, "sleutel-1")
    speel(lijn, vraag("POST", POSTS, status=403, json=DUBBEL, kop={"Date": "ooit"}))
    with pytest.raises(Unknown, match="er al staat"):
        await kanaal.publish(TEKST, "sleutel-1")


async def test_the_post_of_another_key_is_no_duplicate_of_this_one(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, gemaakt())
    await kanaal.publish(TEKST, "sleutel-1")
    speel(lijn, DUBBEL_POST, WIE, lijst(EIGEN, items=[{"id": "41", "text": OP_X}]))
    with pytest.raises(Unknown):
        await kanaal.publish(TEKST, "sleutel-2")


async def test_a_look_up_reads_back_as_far_as_asked_and_takes_the_first(lijn: Wire, kanaal: Channel) -> None:
    speel(
        lijn,
        WIE,
        lijst(EIGEN, "pagination_token=verder", items=[{"id": "41", "text": OP_X}]),
        lijst(EIGEN, "start_time=2026-03-01T13:00:00Z", items=[{"id": "52", "text": "UT793"}], next_token="verder"),
        zoek(),
    )
    found = await kanaal.find("sleutel-1", "UT793", SINDS)
    assert found is not None
    assert found.ref == "41"


async def test_keys_of_another_account_are_noticed(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("GET", "/2/users/me", json={"data": {"id": "9", "username": "iemand"}}))
    with pytest.raises(NeedsAttention, match="@iemand"):
        await kanaal.find("sleutel-1", "UT793", SINDS)


OUD = {"retweet_count": 12, "reply_count": 3, "like_count": 40, "bookmark_count": 2, "impression_count": 5100}
NIEUW = {"repost_count": 12, **{naam: n for naam, n in OUD.items() if naam != "retweet_count"}, "quote_count": 1}


@pytest.mark.parametrize("telling", [OUD, NIEUW])
async def test_counters_come_in_the_newest_words_of_x(lijn: Wire, kanaal: Channel, telling: Mapping[str, int]) -> None:
    items = [{"id": "41", "text": OP_X, "public_metrics": telling}]
    speel(lijn, WIE, lijst(EIGEN, "since_id=40", "until_id=42", items=items))
    found = await kanaal.measure([BON])
    assert found["41"]["repost_count"] == 12
    assert "retweet_count" not in found["41"]


async def test_an_x_that_knows_only_the_new_word_is_asked_with_it(lijn: Wire, kanaal: Channel) -> None:
    nee = fout(400, "One or more parameters to your request was invalid.")
    nee = {**nee, "json": {**nee["json"], "errors": [{"parameters": {"tweet.fields": ["public_metrics"]}}]}}
    items = [{"id": "41", "text": OP_X, "public_metrics": NIEUW}]
    nieuw = lijst(EIGEN, "post.fields=public_metrics", items=items)
    speel(lijn, WIE, {**vraag("GET", EIGEN, "tweet.fields=public_metrics"), "antwoord": nee}, nieuw)
    assert await kanaal.measure([BON]) == {"41": NIEUW}
    speel(lijn, nieuw)
    assert await kanaal.measure([BON]) == {"41": NIEUW}


async def test_a_post_that_is_gone_is_not_counted(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, WIE, vraag("GET", EIGEN, json={"meta": {"result_count": 0}}))
    assert await kanaal.measure([BON]) == {}


@pytest.mark.parametrize(
    ("antwoord", "weg"),
    [
        ({"status": 404, "json": {"title": "Not Found Error", "detail": "Could not find tweet"}}, True),
        (
            {"status": 200, "json": {"errors": [{"type": f"{OUDE_NAAM}/resource-not-found"}]}},
            True,
        ),
        ({"status": 404, "tekst": "<html>404</html>"}, False),
        ({"status": 404, "json": {"melding": "niets"}}, False),
        ({"status": 200, "json": {"errors": [{"type": f"{OUDE_NAAM}/internal-error"}]}}, False),
    ],
)
async def test_only_x_itself_says_that_a_post_is_gone(
    lijn: Wire, kanaal: Channel, antwoord: Mapping[str, Any], weg: bool
) -> None:
    lijn.answer(antwoord)
    if weg:
        assert await kanaal.gone(BON) == Weg(True, True)
        await kanaal.retract(BON)
    else:
        for ask in (kanaal.gone(BON), kanaal.retract(BON)):
            with pytest.raises((Unknown, NeedsAttention)):
                await ask


async def test_a_removal_that_x_does_not_confirm_is_unknown(lijn: Wire, kanaal: Channel) -> None:
    for data in ({"deleted": False}, {}):
        speel(lijn, vraag("DELETE", f"{POSTS}/41", json={"data": data}))
        with pytest.raises(Unknown):
            await kanaal.retract(BON)


@pytest.mark.parametrize(("status", "bestand"), [(404, True), (410, True), (200, False), (301, False), (403, None)])
async def test_of_a_file_only_not_found_proves_that_it_is_gone(
    lijn: Wire, kanaal: Channel, status: int, bestand: bool | None
) -> None:
    weg = vraag("GET", f"{POSTS}/41", status=404, json={"title": "Not Found Error"})
    speel(lijn, weg, vraag("GET", "/7.jpg", status=status))
    assert await kanaal.gone(Receipt("41", "", {"beeld": "3_7", "bestand": f"{lijn.url}/7.jpg"})) == Weg(True, bestand)


async def test_a_file_is_asked_for_the_way_a_stranger_would(lijn: Wire, kanaal: Channel) -> None:
    async with Wire() as elders:
        elders.play([vraag("GET", "/7.jpg", "OAuth")], {})
        speel(lijn, vraag("GET", f"{POSTS}/41", json={"data": {"id": "41", "text": OP_X}}))
        with pytest.raises(Unknown):
            await kanaal.gone(Receipt("41", "", {"beeld": "3_7", "bestand": f"{elders.url}/7.jpg"}))
        assert len(elders.surprises) == 1


async def test_the_tightest_of_the_limits_is_passed_on(lijn: Wire, kanaal: Channel) -> None:
    kop = {"x-rate-limit-remaining": "80", "x-rate-limit-reset": "1772370900"}
    dag = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": "1772374380"}
    speel(lijn, gemaakt(kop=kop))
    assert (await kanaal.publish(TEKST, "sleutel-1")).quota == Quota(80, datetime(2026, 3, 1, 13, 15, tzinfo=UTC))
    speel(lijn, gemaakt(kop={**kop, **dag}))
    assert (await kanaal.publish(TEKST, "sleutel-2")).quota == Quota(0, datetime(2026, 3, 1, 14, 13, tzinfo=UTC))
    speel(lijn, gemaakt())
    assert (await kanaal.publish(TEKST, "sleutel-3")).quota is None


async def test_only_answers_under_our_post_are_heard(lijn: Wire, kanaal: Channel) -> None:
    op = {"created_at": "2026-03-01T13:05:00.000Z"}
    items = [
        {"id": "60", "text": "Ik zag haar bij A &amp; B", "conversation_id": "41", **op},
        {"id": "61", "text": "Hallo", "conversation_id": "50", **op},
        {"id": "62", "text": "Te oud", "conversation_id": "41", "created_at": "2026-03-01T12:59:59.000Z"},
    ]
    speel(lijn, WIE, lijst(NOEMT, "since_id=41", items=items))
    found = await kanaal.replies(BON, SINDS)
    assert [(reply.ref, reply.text) for reply in found] == [("60", "Ik zag haar bij A & B")]


async def test_a_reply_is_hidden_and_closing_is_refused_in_words(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("PUT", f"{POSTS}/60/hidden", '{"hidden": true}', json={"data": {"hidden": True}}))
    await kanaal.hide_reply("60")
    with pytest.raises(Refused, match="niet sluiten"):
        await kanaal.close_replies(BON)


async def test_the_reason_of_a_refusal_holds_no_key(lijn: Wire, kanaal: Channel) -> None:
    geheimen = [waarde for naam, waarde in INSTELLINGEN.items() if naam != "account"]
    lijn.answer(fout(400, f"Nee, {' '.join(geheimen)} " + "x" * 500))
    with pytest.raises(Refused) as refused:
        await kanaal.publish(TEKST, "sleutel-1")
    assert not any(geheim in str(refused.value) for geheim in geheimen)
    assert len(str(refused.value)) < 250


async def test_a_post_is_never_an_answer_to_another(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, gemaakt())
    await kanaal.publish(TEKST, "sleutel-1")
    assert json.loads(lijn.bodies[0]) == {"text": TEKST.text}
    assert "corrigeren" not in kanaal.can()


async def test_a_file_at_an_address_of_the_machine_itself_is_not_asked_for(lijn: Wire, kanaal: Channel) -> None:
    speel(lijn, vraag("GET", f"{POSTS}/41", status=404, json={"title": "Not Found Error"}))
    assert await kanaal.gone(Receipt("41", "", {"beeld": "3_7", "bestand": "http://169.254.169.254/7.jpg"})) == Weg(
        True, None
    )
