"""What is particular to Apprise: addresses that may not do more than notify, and a library that may not wait."""

import time
from urllib.parse import quote

import pytest

from channels.apprise import SCHEMAS, Channel
from hub.content import Image, NeedsAttention, Post, Timeouts, Unknown
from tests.contracts.wire import Wire

TEKST = Post("Intrekken vraagt een mens.\nKijk in de hub.")
FOTO = Image(b"\xff\xd8\xff een getekend portret", "image/jpeg", 40, 40, alt="Getekend portret")
HAAK = "/geheimtokenvaneenander"
ROOM = "%21kamer:piket.test"


async def meld(adres: str, post: Post = TEKST, timeouts: Timeouts = Timeouts(2, 5)) -> None:  # noqa: B008
    channel = Channel({"adres": adres}, timeouts)
    try:
        await channel.publish(post, "sleutel-1")
    finally:
        await channel.close()


@pytest.mark.parametrize("vraag", ["?{}=ja", "?%20{}=ja", "?{}%20=ja", "?{}%09=ja", "?a=b;{}=ja", "?a=b&amp;{}=ja"])
@pytest.mark.parametrize("naam", ["redirect", "REDIRECT", "%72edirect", "attach", "pgpprv", "template", "retry"])
async def test_no_spelling_lets_an_address_follow_fetch_or_resend(vraag: str, naam: str) -> None:
    async with Wire() as wire:
        with pytest.raises(NeedsAttention, match="Haal dit uit"):
            await meld(f"mmost://{wire.url[7:]}{HAAK}{vraag.format(naam)}")
        assert wire.calls == []


@pytest.mark.parametrize("erachter", ["#?redirect=ja", "#x?redirect=ja", "??redirect=ja", "?+redirect=ja"])
async def test_what_stands_behind_another_mark_is_read_as_well(erachter: str) -> None:
    with pytest.raises(NeedsAttention, match="redirect"):
        await meld(f"mmost://127.0.0.1{HAAK}{erachter}")


@pytest.mark.parametrize(
    "adres",
    [
        *("json://127.0.0.1/x", "form://127.0.0.1", "dbus://", "syslog://", "exec://ls", "file:///etc/passwd", ""),
        *("mmost:/127.0.0.1", "mmost://127.0.0.1/a b", "mmost://127.0.0.1/a\nmmost://127.0.0.1/b", "MMOST", "://"),
    ],
)
async def test_only_services_that_reach_people_are_allowed(adres: str) -> None:
    with pytest.raises(NeedsAttention) as error:
        await meld(adres)
    assert not adres or adres not in str(error.value)
    assert "json" not in SCHEMAS


async def test_a_redirect_is_not_followed_and_its_target_hears_nothing() -> None:
    async with Wire() as elders, Wire() as wire:
        wire.answer({"status": 307, "kop": {"Location": f"{elders.url}/elders"}})
        with pytest.raises(Unknown):
            await meld(f"mmost://{wire.url[7:]}{HAAK}")
        assert (len(wire.calls), elders.calls) == (1, [])


async def test_a_homeserver_that_asks_to_wait_is_asked_once_and_not_waited_for() -> None:
    async with Wire() as wire:
        wire.answer({"status": 429, "json": {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 3_600_000}})
        began = time.monotonic()
        with pytest.raises(Unknown, match="niet bevestigd"):
            await meld(f"matrix://bedachttoken@{wire.url[7:]}/{ROOM}", timeouts=Timeouts(5, 60))
        assert time.monotonic() - began < 30
        assert len(wire.calls) == len(set(wire.calls)) > 0


async def test_a_photo_does_not_go_along_whatever_the_service() -> None:
    async with Wire() as wire:
        wire.answer({"status": 200, "json": {"event_id": "$1", "room_id": "!kamer:piket.test", "joined_rooms": []}})
        for adres in (f"mmost://{wire.url[7:]}{HAAK}", f"matrix://bedachttoken@{wire.url[7:]}/{ROOM}"):
            await meld(adres, Post(TEKST.text, FOTO))
        bodies = " ".join(wire.bodies)
    assert TEKST.text.splitlines()[0] in bodies
    assert "portret" not in bodies
    assert not [call for call in wire.calls if "media" in call]


async def test_a_picture_of_the_netwerk_itself_is_no_part_of_a_notice() -> None:
    with pytest.raises(NeedsAttention, match="attach, filename"):
        await meld(f"ntfy://127.0.0.1/piket?attach={quote('http://127.0.0.1/foto.jpg')}&filename=foto.jpg")
