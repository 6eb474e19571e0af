"""What is particular to Bluesky: addresses from keys, sessions, links in bytes, the server of an account, counts."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.bluesky import Channel
from hub.compose.counters import count
from hub.content import ChannelError, Image, NeedsAttention, NotNow, Post, Receipt, Refused, Timeouts, Unknown, Weg
from tests.contracts.wire import Fault, Wire

DID = "did:plc:bedachtbedachtbedacht222"
ADRES = f"at://{DID}/app.bsky.feed.post/3luhkzwej6eba"
TEKST = Post("Vermist: meisje van 9 in Utrecht.")
FOTO = Post("Vermist.", image=Image(b"\xff\xd8\xff een getekend portret", "image/jpeg", 1200, 630, alt="Een poster."))
BLOB = {"$type": "blob", "ref": {"$link": "bafkreibeeld"}, "mimeType": "image/jpeg", "size": 28}
BON = Receipt(ADRES, "", {"blob": "bafkreibeeld"})
SINDS = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
Stuk = Mapping[str, Any]


def vraag(naam: str, json: object, *bevat: str, status: int = 200, **kop: str) -> Stuk:
    methode = "GET" if ".get" in naam else "POST"
    antwoord = {"status": status, "json": json, "kop": {name.replace("_", "-"): value for name, value in kop.items()}}
    return {"verzoek": {"methode": methode, "pad": f"/xrpc/{naam}", "bevat": bevat}, "antwoord": antwoord}


def fout(naam: str, code: str, *bevat: str, status: int = 400) -> Stuk:
    return vraag(naam, {"error": code, "message": "Zo staat het er"}, *bevat, status=status)


def ingelogd(*bevat: str, nummer: int = 1, naam: str = "createSession", **meer: object) -> Stuk:
    body = {
        "did": DID,
        "handle": "meldkamer.test",
        "accessJwt": f"toegang-{nummer}",
        "refreshJwt": f"vernieuw-{nummer}",
    }
    return vraag(f"com.atproto.server.{naam}", {**body, **meer}, *bevat)


LOGIN = ingelogd()
POORT_WEG = vraag("com.atproto.repo.deleteRecord", {}, "app.bsky.feed.threadgate", "3luhkzwej6eba")
LEEG = fout("com.atproto.repo.getRecord", "RecordNotFound")
GEPLAATST = vraag("com.atproto.repo.putRecord", {"uri": ADRES, "cid": "bafyreibericht"})
GELADEN = vraag("com.atproto.repo.uploadBlob", {"blob": BLOB}, "een getekend portret")


@pytest.fixture
async def lijn() -> AsyncIterator[Wire]:
    async with Wire() as wire:
        yield wire
        assert wire.surprises == []
        assert wire.left() == []


def een_kanaal(basis: str, **meer: str) -> Channel:
    instellingen = {"account": "@meldkamer.test", "appWachtwoord": "abcd-efgh", "basisUrl": basis, "appviewUrl": basis}
    return Channel({**instellingen, **meer}, Timeouts(connect=1, total=1))


@pytest.fixture
async def kanaal(lijn: Wire) -> AsyncIterator[Channel]:
    channel = een_kanaal(lijn.url + "/")
    yield channel
    await channel.close()


def geschreven(lijn: Wire) -> dict[str, Any]:
    """What was asked to be written last."""
    written: dict[str, Any] = json.loads(lijn.bodies[-1])
    return written


async def test_the_same_key_is_the_same_address_and_another_key_another() -> None:
    rkeys = []
    for key in ("sleutel-1", "sleutel-1", "sleutel-2", "é" * 40, ""):
        async with Wire() as wire:
            wire.play([LOGIN, LEEG, GEPLAATST], {})
            channel = een_kanaal(wire.url)
            await channel.publish(TEKST, key)
            await channel.close()
            rkeys.append(geschreven(wire)["rkey"])
    assert rkeys[0] == rkeys[1]
    assert len(set(rkeys)) == 4
    # A TID: 13 characters, the first bit nought; none lies in the future.
    assert all(len(rkey) == 13 and set(rkey) <= set("234567abcdefghijklmnopqrstuvwxyz") for rkey in rkeys)
    assert all("3k" <= rkey[:2] <= "3m" for rkey in rkeys)


async def test_a_post_that_stands_there_is_neither_uploaded_nor_written_again(lijn: Wire, kanaal: Channel) -> None:
    waarde = {"text": "Vermist.", "embed": {"images": [{"image": BLOB}]}}
    lijn.play([LOGIN, vraag("com.atproto.repo.getRecord", {"uri": ADRES, "cid": "bafy", "value": waarde})], {})
    bon = await kanaal.publish(FOTO, "sleutel-1")
    assert (bon.ref, bon.extra) == (ADRES, {"blob": "bafkreibeeld"})
    assert bon.url == "https://bsky.app/profile/meldkamer.test/post/3luhkzwej6eba"


async def test_of_two_who_write_at_the_same_moment_the_second_gets_what_the_first_made(
    lijn: Wire, kanaal: Channel
) -> None:
    staat_er = vraag("com.atproto.repo.getRecord", {"uri": ADRES, "cid": "bafy", "value": {}})
    lijn.play([LOGIN, LEEG, fout("com.atproto.repo.putRecord", "InvalidSwap", '"swapRecord": null'), staat_er], {})
    assert (await kanaal.publish(TEKST, "sleutel-1")).ref == ADRES


async def test_a_post_carries_language_time_of_the_server_links_in_bytes_and_nobody_called_up(
    lijn: Wire, kanaal: Channel
) -> None:
    leeg = fout("com.atproto.repo.getRecord", "RecordNotFound")
    leeg = {**leeg, "antwoord": {**leeg["antwoord"], "kop": {"Date": "Sun, 01 Mar 2026 13:05:00 GMT"}}}
    lijn.play([LOGIN, leeg, GEPLAATST], {})
    tekst = "Vermist: Zoë 👧 (https://b.nl/A). Zie https://b.nl/é! @iemand.test #burgernet"
    await kanaal.publish(Post(tekst), "sleutel-1")
    record = geschreven(lijn)["record"]
    assert (record["text"], record["langs"], record["createdAt"]) == (tekst, ["nl"], "2026-03-01T13:05:00.000Z")
    links = {}
    for facet in record["facets"]:
        [feature] = facet["features"]
        assert feature["$type"] == "app.bsky.richtext.facet#link"
        links[feature["uri"]] = tekst.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
    assert links == {"https://b.nl/A": "https://b.nl/A", "https://b.nl/é": "https://b.nl/é"}


async def test_a_picture_goes_along_with_its_words_and_shape(lijn: Wire, kanaal: Channel) -> None:
    lijn.play([LOGIN, LEEG, GELADEN, GEPLAATST], {})
    bon = await kanaal.publish(FOTO, "sleutel-1")
    [beeld] = geschreven(lijn)["record"]["embed"]["images"]
    assert beeld == {"alt": "Een poster.", "image": BLOB, "aspectRatio": {"width": 1200, "height": 630}}
    assert bon.extra == {"blob": "bafkreibeeld"}


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidToken"])
async def test_a_session_that_ran_out_is_renewed_once_and_the_post_is_made(
    lijn: Wire, kanaal: Channel, code: str
) -> None:
    verlopen = fout("com.atproto.repo.putRecord", code, "Bearer toegang-1")
    nieuw = ingelogd("Bearer vernieuw-1", nummer=2, naam="refreshSession")
    lijn.play([LOGIN, LEEG, verlopen, nieuw, vraag("com.atproto.repo.putRecord", GEPLAATST["antwoord"]["json"],
                                                   "Bearer toegang-2")], {})  # fmt: skip
    assert (await kanaal.publish(TEKST, "sleutel-1")).ref == ADRES


async def test_a_session_that_cannot_be_renewed_is_made_anew(lijn: Wire, kanaal: Channel) -> None:
    verlopen = fout("com.atproto.repo.deleteRecord", "ExpiredToken", "toegang-1")
    niet = fout("com.atproto.server.refreshSession", "ExpiredToken")
    weg = vraag("com.atproto.repo.deleteRecord", {}, "Bearer toegang-2")
    lijn.play([LOGIN, verlopen, niet, ingelogd("meldkamer.test", "abcd-efgh", nummer=2), weg, POORT_WEG], {})
    await kanaal.retract(BON)


async def test_a_renewed_session_that_is_refused_again_needs_a_person(lijn: Wire, kanaal: Channel) -> None:
    verlopen = fout("com.atproto.repo.deleteRecord", "ExpiredToken")
    lijn.play([LOGIN, verlopen, ingelogd(naam="refreshSession"), verlopen], {})
    with pytest.raises(NeedsAttention):
        await kanaal.retract(BON)


async def test_the_citizens_that_a_gate_names_go_with_the_post(lijn: Wire, kanaal: Channel) -> None:
    weg = vraag("com.atproto.repo.deleteRecord", {}, "app.bsky.feed.post", "3luhkzwej6eba")
    lijn.play([LOGIN, weg, fout("com.atproto.repo.deleteRecord", "InternalServerError", "threadgate")], {})
    with pytest.raises(ChannelError):
        await kanaal.retract(BON)
    # The next try deletes both again: of what is not there any more the server says yes as well.
    lijn.play([weg, POORT_WEG], {})
    await kanaal.retract(BON)


async def test_many_at_once_log_in_once(lijn: Wire, kanaal: Channel) -> None:
    lijn.play([LOGIN, *[LEEG] * 8], {})
    found = await asyncio.gather(*(kanaal.find(f"sleutel-{n}", "", SINDS) for n in range(8)))
    assert found == [None] * 8


@pytest.mark.parametrize(
    ("code", "status", "zegt"),
    [
        ("AuthenticationRequired", 401, "kent dit account of app-wachtwoord niet"),
        ("AuthFactorTokenRequired", 401, "Maak in Bluesky een app-wachtwoord"),
        ("AccountTakedown", 401, "geblokkeerd"),
        ("InvalidRequest", 400, "kent dit account of app-wachtwoord niet"),
        ("", 404, "geen server van Bluesky"),
    ],
)
async def test_a_login_that_is_refused_tells_a_person_why(
    lijn: Wire, kanaal: Channel, code: str, status: int, zegt: str
) -> None:
    lijn.play([fout("com.atproto.server.createSession", code, status=status)], {})
    with pytest.raises(NeedsAttention, match=zegt):
        await kanaal.publish(TEKST, "sleutel-1")


@pytest.mark.parametrize("breuk", ["reset", "swallowed", "silent", "trickle"])
async def test_a_line_that_breaks_while_logging_in_made_no_post(breuk: Fault) -> None:
    async with Wire() as wire:
        wire.fail(breuk)
        channel = een_kanaal(wire.url)
        for doe in (channel.publish(TEKST, "sleutel-1"), channel.retract(BON)):
            with pytest.raises(NotNow):
                await doe
        await channel.close()


@pytest.mark.parametrize("breuk", ["reset", "silent"])
async def test_a_line_that_breaks_while_uploading_made_no_post(breuk: Fault) -> None:
    async with Wire([LOGIN, LEEG]) as wire:
        wire.fail(breuk)
        channel = een_kanaal(wire.url)
        with pytest.raises(NotNow, match="nog niets geplaatst"):
            await channel.publish(FOTO, "sleutel-1")
        await channel.close()


async def test_too_many_logins_wait_as_long_as_the_server_says(lijn: Wire, kanaal: Channel) -> None:
    kop = {"Date": "Sun, 01 Mar 2026 13:05:00 GMT", "RateLimit_Remaining": "0", "RateLimit_Reset": "1772370588"}
    lijn.play([vraag("com.atproto.server.createSession", {"error": "RateLimitExceeded"}, status=429, **kop)], {})
    with pytest.raises(NotNow) as error:
        await kanaal.publish(TEKST, "sleutel-1")
    assert (error.value.after, error.value.limited) == (288, True)


async def test_what_is_left_of_the_limit_is_counted_in_posts(lijn: Wire, kanaal: Channel) -> None:
    kop = {"RateLimit_Remaining": "11", "RateLimit_Reset": "1772370588"}
    geplaatst = vraag("com.atproto.repo.putRecord", GEPLAATST["antwoord"]["json"], **kop)
    lijn.play([LOGIN, LEEG, geplaatst, LEEG, GEPLAATST], {})
    quota = (await kanaal.publish(TEKST, "sleutel-1")).quota
    assert quota is not None
    assert (quota.over, quota.tot) == (2, datetime(2026, 3, 1, 13, 9, 48, tzinfo=UTC))
    assert (await kanaal.publish(TEKST, "sleutel-2")).quota is None


async def test_of_a_blocked_account_a_post_says_so_even_when_reading_is_only_unclear(
    lijn: Wire, kanaal: Channel
) -> None:
    onduidelijk = fout("com.atproto.repo.getRecord", "UpstreamFailure", status=502)
    lijn.play([LOGIN, onduidelijk, fout("com.atproto.repo.putRecord", "AccountTakedown", status=401)], {})
    with pytest.raises(NeedsAttention, match="geblokkeerd"):
        await kanaal.publish(TEKST, "sleutel-1")


async def test_what_cannot_be_read_back_is_not_taken_for_gone(lijn: Wire, kanaal: Channel) -> None:
    weg = fout("com.atproto.sync.getBlob", "BlobNotFound")
    lijn.play([LOGIN, fout("com.atproto.repo.getRecord", "UpstreamFailure", status=502), weg], {})
    with pytest.raises(Unknown):
        await kanaal.gone(BON)
    lijn.play([fout("com.atproto.repo.getRecord", "InvalidRequest"), weg], {})
    with pytest.raises(Refused):
        await kanaal.gone(BON)


async def test_a_post_without_a_picture_leaves_no_file(lijn: Wire, kanaal: Channel) -> None:
    lijn.play([LOGIN, LEEG], {})
    assert await kanaal.gone(Receipt(ADRES)) == Weg(True, True)


async def test_a_server_that_keeps_no_counts_gives_none_and_no_error(lijn: Wire, kanaal: Channel) -> None:
    for status, code in ((401, "AuthMissing"), (404, ""), (501, "MethodNotImplemented"), (400, "NotFound")):
        vragen = [fout(f"app.bsky.feed.{naam}", code, status=status) for naam in ("getPosts", "getPostThread")]
        lijn.play(vragen, {})
        assert (await kanaal.measure([BON]), await kanaal.replies(BON, SINDS)) == ({}, ())
        assert lijn.left() == []


async def test_counts_are_asked_for_25_at_a_time(lijn: Wire, kanaal: Channel) -> None:
    bonnen = [Receipt(f"at://{DID}/app.bsky.feed.post/{n}") for n in range(30)]
    eerst, dan = [[{"uri": bon.ref, "likeCount": 4} for bon in deel] for deel in (bonnen[:25], bonnen[25:29])]
    lijn.play([vraag("app.bsky.feed.getPosts", {"posts": deel}) for deel in (eerst, dan)], {})
    counts = await kanaal.measure(bonnen)
    assert len(counts) == 29
    assert counts[bonnen[0].ref] == {
        "likeCount": 4, "repostCount": None, "quoteCount": None, "replyCount": None, "bookmarkCount": None,
    }  # fmt: skip


async def test_replies_are_those_of_others_at_the_moment_the_network_saw_them(lijn: Wire, kanaal: Channel) -> None:
    def knoop(naam: str, wie: str, minuten: int, *onder: object) -> Stuk:
        op = (SINDS + timedelta(minutes=minuten)).isoformat()
        record = {"text": naam, "createdAt": "2020-01-01T00:00:00Z"}
        return {"post": {"uri": naam, "author": {"did": wie}, "record": record, "indexedAt": op}, "replies": onder}

    onder = knoop("b", "x", 9, knoop("onze vraag", DID, 4), knoop("a", "y", 2))
    draad = knoop("wij", DID, 0, onder, knoop("oud", "x", -1), {"blocked": True})
    lijn.play([vraag("app.bsky.feed.getPostThread", {"thread": draad})], {})
    replies = await kanaal.replies(BON, SINDS)
    assert [(reply.ref, reply.at - SINDS) for reply in replies] == [
        ("a", timedelta(minutes=2)),
        ("b", timedelta(minutes=9)),
    ]


async def test_after_the_login_the_server_of_the_account_itself_is_asked() -> None:
    dienst = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "https://127.0.0.1:9"}
    async with Wire() as wire:
        wire.play([ingelogd(didDoc={"service": [dienst]})], {})
        channel = een_kanaal(wire.url)
        with pytest.raises(NotNow, match="niet bereikbaar"):
            await channel.publish(TEKST, "sleutel-1")
        await channel.close()
        assert (wire.calls, wire.surprises) == (["POST /xrpc/com.atproto.server.createSession"], [])


async def test_neither_password_nor_session_is_in_an_error() -> None:
    geheimen = ("abcd-efgh", "toegang-1", "vernieuw-1")
    for status in (400, 401, 403, 413, 429, 500):
        async with Wire([LOGIN, LEEG]) as wire:
            wire.answer({"status": status, "json": {"error": "Vreemd", "message": " ".join(geheimen[:2])}})
            channel = een_kanaal(wire.url)
            with pytest.raises(ChannelError) as error:
                await channel.publish(TEKST, "sleutel-1")
            await channel.close()
        told = "".join(traceback.format_exception(error.value))
        assert not [geheim for geheim in geheimen if geheim in told]


@pytest.mark.parametrize(
    ("tekst", "lengte"),
    [
        ("", 0),
        ("IJsland, één ĳ", 14),
        ("👩‍👩‍👧", 2),
        ("👩‍👩‍👧" * 10, 18),
        ("e\u0301", 1),
        ("x" * 300, 300),
        ("🇳🇱🇧🇪", 2),
    ],
)
def test_text_is_counted_in_what_people_see_and_never_over_ten_bytes_each(tekst: str, lengte: int) -> None:
    assert count("bluesky", tekst) == lengte


POORT = f"at://{DID}/app.bsky.feed.threadgate/3luhkzwej6eba"
REACTIE = "at://did:plc:iemand/app.bsky.feed.post/3reactie22222"
GEEN_POORT = fout("com.atproto.repo.getRecord", "RecordNotFound", "threadgate")
GEEN_POORT = {**GEEN_POORT, "antwoord": {**GEEN_POORT["antwoord"], "kop": {"Date": "Sun, 01 Mar 2026 13:05:00 GMT"}}}


def onder(bericht: str) -> Stuk:
    """The network tells under which post the answer stands."""
    post = {"uri": REACTIE, "record": {"reply": {"root": {"uri": bericht}}}}
    return vraag("app.bsky.feed.getPosts", {"posts": [post]}, REACTIE)


async def test_hiding_an_answer_leaves_the_others_hidden_and_the_replies_as_they_were(
    lijn: Wire, kanaal: Channel
) -> None:
    staat = {"$type": "app.bsky.feed.threadgate", "post": ADRES, "createdAt": "2026-03-01T13:00:00.000Z",
             "hiddenReplies": ["at://did:plc:een/app.bsky.feed.post/3ander"]}  # fmt: skip
    gelezen = vraag("com.atproto.repo.getRecord", {"uri": POORT, "cid": "bafypoort", "value": staat}, "threadgate")
    lijn.play([LOGIN, onder(ADRES), gelezen, vraag("com.atproto.repo.putRecord", {"uri": POORT})], {})
    await kanaal.hide_reply(REACTIE)
    asked = geschreven(lijn)
    assert (asked["collection"], asked["rkey"], asked["swapRecord"]) == (
        "app.bsky.feed.threadgate", "3luhkzwej6eba", "bafypoort")  # fmt: skip
    # Without `allow` anyone may answer; hiding one answer closes nothing.
    assert asked["record"] == {**staat, "hiddenReplies": [*staat["hiddenReplies"], REACTIE]}


async def test_closing_replies_lets_nobody_answer_and_hides_nothing(lijn: Wire, kanaal: Channel) -> None:
    lijn.play([LOGIN, GEEN_POORT, vraag("com.atproto.repo.putRecord", {"uri": POORT})], {})
    await kanaal.close_replies(BON)
    assert geschreven(lijn)["record"] == {
        "$type": "app.bsky.feed.threadgate",
        "post": ADRES,
        "createdAt": "2026-03-01T13:05:00.000Z",
        "allow": [],
    }


async def test_who_hides_while_another_does_is_told_to_try_again(lijn: Wire, kanaal: Channel) -> None:
    lijn.play([LOGIN, onder(ADRES), GEEN_POORT, fout("com.atproto.repo.putRecord", "InvalidSwap")], {})
    with pytest.raises(NotNow, match="hetzelfde moment"):
        await kanaal.hide_reply(REACTIE)


@pytest.mark.parametrize(
    ("stukken", "woord"),
    [
        ([onder("at://did:plc:iemand/app.bsky.feed.post/3luhkzwej6eba"), LOGIN], "niet onder een bericht"),
        ([fout("app.bsky.feed.getPosts", "MethodNotImplemented", status=501)], "niet op te zoeken"),
    ],
)
async def test_an_answer_that_is_not_ours_to_hide_is_refused_in_words(
    lijn: Wire, kanaal: Channel, stukken: list[Stuk], woord: str
) -> None:
    lijn.play(stukken, {})
    with pytest.raises(Refused, match=woord):
        await kanaal.hide_reply(REACTIE)
