"""Proefnet as its users meet it: posts, faults to switch on, doubles to count, pages."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from channels.proef import Channel
from hub.content import Image, NeedsAttention, NotNow, Post, Receipt, Refused, Timeouts, Unknown, Weg
from hub.demo.proefnet.server import Server

BEGIN = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
BEELD = Image(b"\xff\xd8 geen echte jpeg", "image/jpeg", 10, 10, alt="Een getekend gezicht")
POST = Post("Vermist: kind van 9.\nhttp://127.0.0.1:8000/ABCD2345 <b>", image=BEELD, marker="UT-1")


class Klok:
    """A clock that only moves when told to."""

    def __init__(self) -> None:
        self.nu = BEGIN

    def now(self) -> datetime:
        return self.nu


class Proefnet:
    """A running proefnet with one account, the channel to it and a plain client beside it."""

    def __init__(self, map_: Path) -> None:
        self.klok = Klok()
        self.map = map_

    async def start(self) -> None:
        self.runner = web.AppRunner(Server(self.map, self.klok).app(), access_log=None, shutdown_timeout=0.01)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        self.http = aiohttp.ClientSession(self.url)
        await self.post("/api/accounts", naam="proef-x", titel="Meldkamer Proef", token="geheim")
        self.kanaal = self.met_token("geheim")

    async def stop(self) -> None:
        await self.kanaal.close()
        await self.http.close()
        await self.runner.cleanup()

    def met_token(self, token: str) -> Channel:
        velden = {"basisUrl": self.url, "account": "proef-x", "token": token}
        return Channel(velden, Timeouts(connect=1, total=2))

    async def post(self, pad: str, **body: object) -> Any:
        async with self.http.post(pad, json=body) as antwoord:
            assert antwoord.status in (200, 201), await antwoord.text()
            return await antwoord.json()

    async def json(self, pad: str) -> Any:
        async with self.http.get(pad) as antwoord:
            return await antwoord.json()

    async def status(self, url: str) -> int:
        async with self.http.get(url) as antwoord:
            return antwoord.status

    async def tellingen(self) -> Any:
        return (await self.json("/api/tellingen"))["accounts"]["proef-x"]


@pytest.fixture
async def net(tmp_path: Path) -> AsyncIterator[Proefnet]:
    proefnet = Proefnet(tmp_path)
    await proefnet.start()
    yield proefnet
    await proefnet.stop()


async def test_a_post_and_its_picture_are_public_until_it_is_taken_down(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    assert await net.status(bon.url) == 200
    assert await net.status(bon.extra["mediaUrl"]) == 200
    assert await net.kanaal.gone(bon) == Weg(False, False, POST.text)

    await net.kanaal.retract(bon)
    await net.kanaal.retract(bon)
    assert await net.status(bon.extra["mediaUrl"]) == 404
    assert await net.kanaal.gone(bon) == Weg(True, True)
    assert BEELD.data not in (net.map / "proefnet.sqlite").read_bytes()


async def test_the_same_key_twice_makes_two_posts_that_are_counted(net: Proefnet) -> None:
    await net.kanaal.publish(POST, "k1")
    await net.kanaal.publish(POST, "k1")
    telling = await net.tellingen()
    assert (telling["gemaakt"], telling["dubbel"], telling["perSleutel"]) == (2, 1, {"k1": 2})
    assert telling["perKenmerk"] == {"UT-1": 2}


async def test_an_account_that_knows_a_key_again_makes_no_second_post(net: Proefnet) -> None:
    await net.post("/api/accounts", naam="proef-x", token="geheim", ontdubbelt=True)
    bon = await net.kanaal.publish(POST, "k1")
    assert (await net.kanaal.publish(POST, "k1")).ref == bon.ref
    assert (await net.tellingen())["gemaakt"] == 1


async def test_a_call_that_got_lost_made_nothing_and_looks_like_a_lost_answer(net: Proefnet) -> None:
    await net.post("/api/storing", account="proef-x", soort="verzoek-kwijt", aantal=1)
    with pytest.raises(Unknown):
        await net.kanaal.publish(POST, "k1")
    assert (await net.tellingen())["gemaakt"] == 0


async def test_a_file_can_outlive_its_post_until_the_fault_is_over(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    await net.post("/api/storing", account="proef-x", soort="bestand-blijft")
    await net.kanaal.retract(bon)
    assert await net.kanaal.gone(bon) == Weg(True, False)
    await net.post("/api/storing", account="proef-x", soort="geen")
    assert await net.kanaal.gone(bon) == Weg(True, True)


async def test_a_removal_can_be_refused_for_good(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    await net.post("/api/storing", account="proef-x", soort="niet-weg")
    with pytest.raises(Refused):
        await net.kanaal.retract(bon)
    assert (await net.kanaal.gone(bon)).bericht is False


async def test_a_correction_replaces_the_picture_and_its_old_address(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    nieuw = await net.kanaal.correct(bon, Post("Gecorrigeerd", marker="UT-1"))
    assert nieuw == Receipt(bon.ref, bon.url)
    assert await net.status(bon.extra["mediaUrl"]) == 404
    assert "Gecorrigeerd" in await (await net.http.get("/tijdlijn/proef-x")).text()


async def test_everything_is_still_there_after_a_restart(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    await net.stop()
    await net.start()
    gevonden = await net.kanaal.find("k1", "", BEGIN)
    assert gevonden is not None
    assert gevonden.ref == bon.ref


async def test_a_lost_answer_is_unknown_and_the_post_can_be_found(net: Proefnet) -> None:
    await net.post("/api/storing", account="proef-x", soort="antwoord-kwijt", aantal=1)
    with pytest.raises(Unknown):
        await net.kanaal.publish(POST, "k1")
    assert await net.kanaal.find("k1", "UT-1", BEGIN - timedelta(minutes=1)) is not None
    assert await net.kanaal.find("", "UT-1", BEGIN) is not None
    assert await net.kanaal.find("k2", "UT-2", BEGIN) is None
    assert await net.kanaal.find("k1", "UT-1", BEGIN + timedelta(minutes=1)) is None
    assert (await net.tellingen())["gemaakt"] == 1


async def test_too_many_calls_and_a_dead_network_make_nothing(net: Proefnet) -> None:
    await net.post("/api/storing", account="proef-x", soort="429", aantal=1, seconden=7)
    with pytest.raises(NotNow) as te_veel:
        await net.kanaal.publish(POST, "k1")
    assert te_veel.value.after == 7
    await net.post("/api/storing", account="proef-x", soort="plat", seconden=60)
    with pytest.raises(NotNow):
        await net.kanaal.publish(POST, "k1")
    await net.post("/api/storing", account="proef-x", soort="geen")
    await net.kanaal.publish(POST, "k1")
    await net.post("/api/storing", account="proef-x", soort="plat", seconden=0)
    await net.kanaal.retract(Receipt("1"))
    assert (await net.tellingen())["gemaakt"] == 1


async def test_a_slow_network_outlasts_the_timeout(net: Proefnet) -> None:
    await net.post("/api/storing", account="proef-x", soort="traag", aantal=1, seconden=30)
    ongeduldig = Channel(
        {"basisUrl": net.url, "account": "proef-x", "token": "geheim"}, Timeouts(connect=0.2, total=0.2)
    )
    with pytest.raises(Unknown):
        await ongeduldig.publish(POST, "k1")
    await ongeduldig.close()


async def test_a_wrong_token_needs_a_person(net: Proefnet) -> None:
    kanaal = net.met_token("fout")
    with pytest.raises(NeedsAttention):
        await kanaal.publish(POST, "k1")
    await kanaal.close()


async def test_counts_grow_with_time_and_with_clicks(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    begin = (await net.kanaal.measure([bon]))[bon.ref]
    assert begin == {"weergaven": 0, "vindIkLeuks": 0, "gedeeld": 0, "reacties": 0}
    async with net.http.post(f"/tijdlijn/proef-x/{bon.ref}/gedeeld") as antwoord:
        assert antwoord.status == 200
    assert (await net.kanaal.measure([bon]))[bon.ref]["gedeeld"] == 1
    net.klok.nu += timedelta(minutes=10)
    later = (await net.kanaal.measure([bon]))[bon.ref]
    assert (later["weergaven"] or 0) > 200
    assert later == (await net.kanaal.measure([bon]))[bon.ref]


async def test_a_reply_of_a_citizen_comes_back_once(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    await net.post(f"/api/accounts/proef-x/posts/{bon.ref}/replies", van="Sam", tekst="Ik zag haar bij het station")
    [reactie] = await net.kanaal.replies(bon, BEGIN)
    assert (reactie.text, reactie.at) == ("Ik zag haar bij het station", BEGIN)
    assert list(await net.kanaal.replies(bon, BEGIN + timedelta(seconds=1))) == []


async def test_the_timeline_shows_posts_safely_and_may_be_framed(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    async with net.http.get("/tijdlijn/proef-x") as antwoord:
        pagina = await antwoord.text()
        assert "X-Frame-Options" not in antwoord.headers
        assert "frame-ancestors" not in antwoord.headers["Content-Security-Policy"]
    assert 'href="http://127.0.0.1:8000/ABCD2345"' in pagina
    assert "&lt;b&gt;" in pagina
    assert 'alt="Een getekend gezicht"' in pagina

    await net.kanaal.retract(bon)
    async with net.http.get("/tijdlijn/proef-x/berichten") as antwoord:
        rest = await antwoord.text()
    assert "Vermist" not in rest
    assert "/media/" not in rest
    assert "om 14:00:00 verwijderd" in rest
    assert (await net.json("/api/tijdlijn?account=proef-x"))["accounts"] == {"proef-x": []}


@pytest.mark.parametrize(
    ("pad", "body"),
    [
        ("/api/accounts", b"geen json"),
        ("/api/accounts", b"[]"),
        ("/api/accounts", b"{}"),
        ("/api/storing", b'{"account": "proef-x", "soort": "brand"}'),
        ("/api/accounts/proef-x/posts", b'{"tekst": ""}'),
        ("/api/accounts/proef-x/posts", b'{"tekst": "a", "beeld": {"soort": "image/gif", "base64": ""}}'),
    ],
)
async def test_bad_input_is_refused_in_json(net: Proefnet, pad: str, body: bytes) -> None:
    async with net.http.post(pad, data=body, headers={"Authorization": "Bearer geheim"}) as antwoord:
        assert antwoord.status == 400
        assert (await antwoord.json())["verwerkt"] is False


async def test_it_runs_as_a_process_of_its_own_and_stops_when_told(tmp_path: Path) -> None:
    proces = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hub.demo.proefnet",
        *("--map", str(tmp_path / "net"), "--poort", "0", "--json"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert proces.stdout is not None
    url = json.loads(await proces.stdout.readline())["url"]
    async with aiohttp.ClientSession() as http, http.get(url) as antwoord:
        assert "nagebootst" in await antwoord.text()
    proces.terminate()
    assert await proces.wait() == 0
    assert (tmp_path / "net" / "proefnet.sqlite").exists()


async def test_who_limits_replies_hears_only_followers_and_hides_what_was_said(net: Proefnet) -> None:
    bon = await net.kanaal.publish(POST, "k1")
    antwoorden = f"/api/accounts/proef-x/posts/{bon.ref}/replies"
    eerder = await net.post(antwoorden, van="Iemand", tekst="Zij woont daar.")
    await net.kanaal.close_replies(bon)
    async with net.http.post(antwoorden, json={"van": "Een vreemde", "tekst": "Ik weet iets"}) as geweigerd:
        assert geweigerd.status == 403
    await net.post(antwoorden, van="Een volger", tekst="Ik kijk uit.", volger=True)
    await net.kanaal.hide_reply(eerder["id"])
    await net.kanaal.hide_reply(eerder["id"])
    async with net.http.get("/tijdlijn/proef-x") as pagina:
        tekst = await pagina.text()
    assert "Alleen volgers kunnen reageren" in tekst
    assert "Ik kijk uit." in tekst
    assert "Zij woont daar" not in tekst
    assert [reply.ref for reply in await net.kanaal.replies(bon, BEGIN)] == [eerder["id"], "2"]


async def test_nobody_hides_a_reply_under_the_post_of_another(net: Proefnet) -> None:
    await net.post("/api/accounts", naam="proef-y", titel="Een ander", token="anders")
    bon = await net.kanaal.publish(POST, "k1")
    antwoord = await net.post(f"/api/accounts/proef-x/posts/{bon.ref}/replies", van="Iemand", tekst="Hallo")
    ander = Channel({"basisUrl": net.url, "account": "proef-y", "token": "anders"}, Timeouts(connect=1, total=2))
    await ander.hide_reply(antwoord["id"])
    await ander.close()
    async with net.http.get("/tijdlijn/proef-x") as pagina:
        assert "Hallo" in await pagina.text()
