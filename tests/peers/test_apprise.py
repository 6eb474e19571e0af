"""Our notices over Apprise against a real homeserver and a real mail server: once, in words, never by a detour."""

import asyncio
import mailbox
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from bench.faults.proxy import Fault, HtmlError, Proxy, Redirect, ResetAfter, Status, Swallow, TooMany
from channels.apprise import Channel
from hub.content import Image, NeedsAttention, Post, Retracts, Timeouts, Unknown
from tests.contracts.wire import Wire, free_port
from tests.peers.servers import Matrix

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOTO = Image(b"\xff\xd8\xff\xe0 een getekend portret \xff\xd9", "image/jpeg", 40, 40, alt="Getekend portret")
Brievenbus = tuple[str, Path]


def woorden() -> str:
    """A notice that was never sent before."""
    return f"Intrekken vraagt een mens: {uuid.uuid4().hex}\nGa naar de hub en kijk bij ‘taken’."


async def meld(adres: str, post: Post, totaal: float = 20) -> None:
    """One notice by a channel of its own."""
    channel = Channel({"adres": adres}, Timeouts(2, totaal))
    try:
        await channel.publish(post, uuid.uuid4().hex)
    finally:
        await channel.close()


def naar_kamer(kamer: Matrix, host: str = "") -> str:
    return f"matrix://{kamer.token}@{host or kamer.host}/%23piket:piket.test"


async def gelezen(kamer: Matrix, tekst: str) -> int:
    """How often the reader of the room finds this notice."""
    return sum(tekst.splitlines()[0] in str(content["body"]) for content in await kamer.messages())


async def test_a_notice_arrives_in_the_room_once_and_without_the_photo(kamer: Matrix) -> None:
    tekst = woorden()
    await meld(naar_kamer(kamer), Post(tekst, FOTO))
    assert await gelezen(kamer, tekst) == 1
    kinds = {str(content["msgtype"]) for content in await kamer.messages()}
    assert kinds <= {"m.text", "m.notice"}
    assert "Getekend portret" not in str(await kamer.messages())


async def test_a_notice_also_goes_with_a_name_and_a_password(kamer: Matrix) -> None:
    tekst = woorden()
    await meld(f"matrix://hub:wachtwoord-van-hub@{kamer.host}/%23piket:piket.test", Post(tekst))
    assert await gelezen(kamer, tekst) == 1


async def test_a_room_is_reached_by_its_name_but_not_by_an_id_of_the_newest_kind(kamer: Matrix) -> None:
    assert ":" not in kamer.room
    with pytest.raises(Unknown):
        await meld(f"matrix://{kamer.token}@{kamer.host}/{quote(kamer.room)}", Post(woorden()))


async def test_a_notice_cannot_be_taken_back_and_the_channel_says_so(kamer: Matrix) -> None:
    channel = Channel({"adres": naar_kamer(kamer)}, Timeouts())
    assert channel.can() == frozenset()
    assert not isinstance(channel, Retracts)
    await channel.close()


@pytest.mark.parametrize(
    "fault", [Swallow(), ResetAfter(0), ResetAfter(50), HtmlError(503), Status(500), TooMany("1")], ids=repr
)
async def test_a_failure_is_unknown_and_the_room_has_the_notice_once_at_most(kamer: Matrix, fault: Fault) -> None:
    tekst = woorden()
    async with Proxy(f"http://{kamer.host}", ("whoami", "directory", "join", "state", "logout", "well-known")) as proxy:
        proxy.fault = fault
        with pytest.raises(Unknown):
            await meld(naar_kamer(kamer, proxy.url.removeprefix("http://")), Post(tekst))
        assert proxy.requests == 1
        assert await gelezen(kamer, tekst) == proxy.reached


async def test_a_redirect_is_refused_and_nobody_else_hears_the_words_or_the_token(kamer: Matrix) -> None:
    tekst = woorden()
    async with Wire() as elders, Proxy(f"http://{kamer.host}") as proxy:
        proxy.fault = Redirect(elders.url)
        host = proxy.url.removeprefix("http://")
        with pytest.raises(Unknown):
            await meld(naar_kamer(kamer, host), Post(tekst))
        with pytest.raises(NeedsAttention):
            await meld(f"{naar_kamer(kamer, host)}?redirect=yes", Post(tekst))
        assert elders.calls == []
    assert await gelezen(kamer, tekst) == 0


async def test_a_token_that_is_no_longer_good_is_unknown_and_nothing_arrives(kamer: Matrix) -> None:
    tekst = woorden()
    with pytest.raises(Unknown):
        await meld(naar_kamer(kamer).replace(kamer.token, "verlopen"), Post(tekst))
    assert await gelezen(kamer, tekst) == 0


async def test_a_homeserver_that_lets_nobody_in_for_a_while_is_unknown_at_once(kamer: Matrix) -> None:
    """With a password every notice is a login, of which a homeserver takes only a few in a row; a token needs none."""
    went, stopped = [], []
    for tekst in (woorden() for _ in range(10)):
        try:
            await meld(f"matrix://hub:wachtwoord-van-hub@{kamer.host}/%23piket:piket.test", Post(tekst), totaal=5)
            went.append(await gelezen(kamer, tekst))
        except Unknown:
            stopped.append(await gelezen(kamer, tekst))
    assert set(went) <= {1}
    assert set(stopped) == {0}


def naar_post(host: str) -> str:
    return f"mailto://{host}?from=hub@voorbeeld.test&to=piket@voorbeeld.test"


def post_met(map_: Path, tekst: str) -> list[EmailMessage]:
    """The letters in the Maildir that hold this notice."""
    box = mailbox.Maildir(map_, create=True)
    letters = [message_from_bytes(box.get_bytes(key), policy=policy.default) for key in box.keys()]
    found = [letter for letter in letters if isinstance(letter, EmailMessage)]
    return [letter for letter in found if tekst.splitlines()[0] in str(letter.get_body().get_content())]  # type: ignore[union-attr]


async def test_a_letter_arrives_once_with_its_subject_and_without_the_photo(brievenbus: Brievenbus) -> None:
    host, map_ = brievenbus
    tekst = woorden()
    await meld(naar_post(host), Post(tekst, FOTO))
    (letter,) = post_met(map_, tekst)
    assert letter["subject"] == tekst.splitlines()[0]
    assert "piket@voorbeeld.test" in letter["to"]
    assert letter["x-rcptto"] == "piket@voorbeeld.test"
    assert "‘taken’" in letter.get_body().get_content()  # type: ignore[union-attr]
    assert list(letter.iter_attachments()) == []
    assert {part.get_content_maintype() for part in letter.walk()} <= {"text", "multipart"}


@asynccontextmanager
async def zonder_bevestiging(host: str) -> AsyncIterator[str]:
    """A line to the mail server that breaks at the moment when it confirms the letter."""
    name, _, port = host.partition(":")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, there = await asyncio.open_connection(name, int(port))
        writer.write(await behind.readline())
        in_letter = False
        while line := await reader.readline():
            there.write(line)
            if in_letter and line != b".\r\n":
                continue
            answer = await behind.readline()
            while answer[3:4] == b"-":
                writer.write(answer)
                answer = await behind.readline()
            if in_letter:
                break
            in_letter = answer.startswith(b"354")
            writer.write(answer)
        for one in (there, writer):
            one.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_letter_without_confirmation_is_unknown_and_is_not_sent_again(brievenbus: Brievenbus) -> None:
    host, map_ = brievenbus
    tekst = woorden()
    async with zonder_bevestiging(host) as line:
        with pytest.raises(Unknown):
            await meld(naar_post(line), Post(tekst))
    assert len(post_met(map_, tekst)) == 1


async def test_a_mail_server_that_is_away_is_unknown(brievenbus: Brievenbus) -> None:
    tekst = woorden()
    with pytest.raises(Unknown):
        await meld(naar_post(f"127.0.0.1:{free_port()}"), Post(tekst))
    assert post_met(brievenbus[1], tekst) == []
