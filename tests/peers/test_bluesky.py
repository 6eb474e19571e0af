"""Our channel against Bluesky's own server: placed, read back, corrected, taken back, and never placed twice."""

import asyncio
import io
import random
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from PIL import Image as Picture

from bench.faults.proxy import (
    Big,
    Blackhole,
    Fault,
    HtmlError,
    Proxy,
    Refuse,
    ResetAfter,
    Status,
    Swallow,
    Truncated,
    WrongLength,
)
from channels.bluesky import Channel
from hub.content import Image, NeedsAttention, NotNow, Post, Refused, Timeouts, Unknown, Weg
from tests.peers.servers import Bluesky
from tests.stories.conftest import Until

pytestmark = pytest.mark.asyncio(loop_scope="session")

NETJES = Timeouts(5, 20)
HAASTIG = Timeouts(1, 2)
SINDS = datetime(2026, 1, 1, tzinfo=UTC)
LINK = "https://burgernet.voorbeeld.test/ABCD2345"
ALT = "Getekende poster: vermist, meisje van 9, bel 112."
BEGIN = ("createSession", "getRecord", "uploadBlob", "getBlob")
"""Calls that make no post."""
STOORT: tuple[Fault, ...] = (
    *(ResetAfter(0), ResetAfter(50), Swallow(), Swallow(keep_open=True)),
    *(Truncated(), WrongLength(10), Big(), HtmlError(503), HtmlError(200), Status(500)),
)


def een_kanaal(pds: Bluesky, basis: str = "", timeouts: Timeouts = NETJES, **meer: str) -> Channel:
    basis = basis or pds.url
    settings = {"account": pds.account, "appWachtwoord": pds.password, "basisUrl": basis, "appviewUrl": basis}
    return Channel({**settings, **meer}, timeouts)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def kanaal(pds: Bluesky) -> AsyncIterator[Channel]:
    channel = een_kanaal(pds)
    yield channel
    await channel.close()


def een_sleutel() -> str:
    return uuid.uuid4().hex


def een_poster() -> Image:
    """A picture that nobody made before: the server keeps equal bytes once."""
    drawn, file = Picture.frombytes("RGB", (1200, 630), random.randbytes(1200 * 630 * 3)), io.BytesIO()
    drawn.resize((300, 158)).resize((1200, 630)).save(file, "JPEG", quality=80)
    return Image(file.getvalue(), "image/jpeg", *drawn.size, ALT)


async def test_a_post_with_picture_and_alt_text_reads_back_as_it_was_meant(pds: Bluesky, kanaal: Channel) -> None:
    poster, sleutel = een_poster(), een_sleutel()
    tekst = f"Vermist in ’s-Hertogenbosch: meisje van 9 👩‍👩‍👧 {LINK}. Bel 112. UT793"
    bon = await kanaal.publish(Post(tekst, poster), sleutel)
    record = await pds.record(bon.ref)
    assert record is not None
    assert (record["text"], record["langs"]) == (tekst, ["nl"])
    assert [one["alt"] for one in record["embed"]["images"]] == [ALT]
    where = record["facets"][0]["index"]
    assert tekst.encode()[where["byteStart"] : where["byteEnd"]].decode() == LINK
    assert await pds.file(bon.extra["blob"]) == (200, poster.data)
    found = await kanaal.find(sleutel, "UT793", SINDS)
    assert found is not None
    assert (found.ref, found.url, found.extra) == (bon.ref, bon.url, bon.extra)
    assert bon.quota is not None
    assert bon.quota.over > 100


async def test_a_withdrawn_post_is_gone_and_so_is_its_file(pds: Bluesky, kanaal: Channel, until: Until) -> None:
    bon = await kanaal.publish(Post("Vermist: meisje van 9.", een_poster()), een_sleutel())
    assert await kanaal.gone(bon) == Weg(False, False, "Vermist: meisje van 9.")
    await kanaal.retract(bon)

    async def weg() -> bool:
        return await kanaal.gone(bon) == Weg(True, True)

    await until(weg)
    assert await pds.record(bon.ref) is None
    status, body = await pds.file(bon.extra["blob"])
    assert (status, b"not found" in body) == (400, True)
    await kanaal.retract(bon)


async def test_a_file_that_another_post_still_shows_is_not_called_gone(kanaal: Channel, until: Until) -> None:
    poster = een_poster()
    een, twee = [await kanaal.publish(Post(f"Vermist, bericht {n}.", poster), een_sleutel()) for n in (1, 2)]
    await kanaal.retract(een)
    assert await kanaal.gone(een) == Weg(True, False)
    await kanaal.retract(twee)

    async def weg() -> bool:
        return await kanaal.gone(een) == Weg(True, True)

    await until(weg)


async def test_a_correction_is_a_new_post_after_which_the_old_one_goes(pds: Bluesky, kanaal: Channel) -> None:
    assert "corrigeren" not in kanaal.can()
    oud, nieuw = f"Vermist: jas is rood. {een_sleutel()}", f"Vermist: jas is blauw. {een_sleutel()}"
    eerste = await kanaal.publish(Post(oud), een_sleutel())
    tweede = await kanaal.publish(Post(nieuw), een_sleutel())
    await kanaal.retract(eerste)
    texts = await pds.texts()
    assert (texts.count(oud), texts.count(nieuw)) == (0, 1)
    assert (await kanaal.gone(eerste)).bericht
    assert not (await kanaal.gone(tweede)).bericht


async def test_the_same_key_makes_one_post_also_when_sent_ten_times_at_once(pds: Bluesky, kanaal: Channel) -> None:
    sleutel = een_sleutel()
    post = Post(f"Vermist {sleutel}", een_poster())
    bonnen = await asyncio.gather(*(kanaal.publish(post, sleutel) for _ in range(10)))
    bonnen.append(await kanaal.publish(post, sleutel))
    assert len({bon.ref for bon in bonnen}) == 1
    assert (await pds.texts()).count(post.text) == 1


@pytest.mark.parametrize("fault", STOORT, ids=repr)
async def test_an_interrupted_publish_is_unknown_is_found_and_never_posts_twice(
    pds: Bluesky, kanaal: Channel, fault: Fault
) -> None:
    sleutel = een_sleutel()
    post = Post(f"Vermist {sleutel}", een_poster())
    async with Proxy(pds.url, BEGIN) as proxy:
        channel = een_kanaal(pds, proxy.url, HAASTIG)
        proxy.fault = fault
        with pytest.raises(Unknown):
            await channel.publish(post, sleutel)
        await channel.close()
        assert proxy.requests == 1
        found = await kanaal.find(sleutel, "", SINDS)
        assert (found is not None) == bool(proxy.reached)
        bonnen = [await kanaal.publish(post, sleutel) for _ in range(2)]
    assert {bon.ref for bon in bonnen} == {found.ref if found else bonnen[0].ref}
    assert (await pds.texts()).count(post.text) == 1


@pytest.mark.parametrize("fault", [Refuse(), Blackhole(), Swallow(), ResetAfter(50), Truncated()], ids=repr)
@pytest.mark.parametrize("komt", [1, 2])
async def test_a_line_that_breaks_before_the_post_leaves_nothing_behind(
    pds: Bluesky, kanaal: Channel, fault: Fault, komt: int
) -> None:
    """`komt`: how many kinds of calls come through first: the login, then also the look-up before the upload."""
    sleutel = een_sleutel()
    post = Post(f"Vermist {sleutel}", een_poster())
    async with Proxy(pds.url, BEGIN[:komt]) as proxy:
        channel = een_kanaal(pds, proxy.url, HAASTIG)
        proxy.fault = fault
        with pytest.raises(NotNow):
            await channel.publish(post, sleutel)
        assert post.text not in await pds.texts()
        await channel.close()
    await kanaal.publish(post, sleutel)
    assert (await pds.texts()).count(post.text) == 1


async def test_what_the_server_refuses_is_refused_and_a_wrong_password_asks_for_a_person(pds: Bluesky) -> None:
    channel = een_kanaal(pds)
    with pytest.raises(Refused):
        await channel.publish(Post("x" * 301), een_sleutel())
    await channel.close()
    stranger = een_kanaal(pds, appWachtwoord="aaaa-bbbb-cccc-dddd")
    with pytest.raises(NeedsAttention):
        await stranger.publish(Post("Vermist"), een_sleutel())
    await stranger.close()


async def test_replies_are_closed_in_a_record_that_the_server_takes_also_twice(pds: Bluesky, kanaal: Channel) -> None:
    bon = await kanaal.publish(Post("Vermist: meisje van 9."), een_sleutel())
    for _ in range(2):
        await kanaal.close_replies(bon)
    gate = await pds.record(bon.ref.replace("feed.post", "feed.threadgate"))
    assert gate is not None
    assert (gate["post"], gate["allow"]) == (bon.ref, [])
    await kanaal.retract(bon)
    assert await pds.record(bon.ref.replace("feed.post", "feed.threadgate")) is None
