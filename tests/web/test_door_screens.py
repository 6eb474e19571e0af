"""Schermen through the door: pictures, proof, events, and a withdrawal that nothing can outrun."""

import asyncio
import base64
import hashlib
import json
import threading
from collections.abc import AsyncIterator

import pytest

from hub.acties import store as acties
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import rules, store
from hub.screens.board import ScreenBoard
from hub.web.door import Door
from tests.builders import Klok
from tests.screens.toestel import CONFIG, Tekenaar, een_scherm, intrekken, start, stop
from tests.web.deurbel import Stroom, bel, een_deur

LEASE = CONFIG.schermen_lease.lease_seconden


@pytest.fixture
def tekenaar() -> Tekenaar:
    return Tekenaar()


@pytest.fixture
async def opening(db: Db, vault: Vault, klok: Klok, tekenaar: Tekenaar) -> AsyncIterator[tuple[Door, ScreenBoard]]:
    async with een_deur(db, vault, klok, tekenaar) as opening:
        yield opening


@pytest.fixture
def door(opening: tuple[Door, ScreenBoard]) -> Door:
    return opening[0]


@pytest.fixture
def board(opening: tuple[Door, ScreenBoard]) -> ScreenBoard:
    return opening[1]


async def test_a_scherm_goes_from_rest_to_poster_to_neutral(db: Db, vault: Vault, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    rust = await bel(door, "GET", f"/s/{token}/img.jpg")
    assert (rust.status, b"RUST" in rust.body) == (200, True)
    actie = start(db, klok.nu, [scherm], vault)
    poster = await bel(door, "GET", f"/s/{token}/img.jpg")
    assert b"ACTIEF v1 Sanne" in poster.body
    assert b"GEZICHT" in poster.body
    stop(db, actie, klok.nu)
    daarna = await bel(door, "GET", f"/s/{token}/img.jpg")
    assert daarna.status == 200
    assert b"Sanne" not in daarna.body


async def test_the_very_first_request_after_a_withdrawal_is_neutral_at_every_size(
    db: Db, vault: Vault, klok: Klok, door: Door, tekenaar: Tekenaar
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    for maat in ("img.jpg", "100x100.jpg", "300x64.jpg"):
        assert b"Sanne" in (await bel(door, "GET", f"/s/{token}/{maat}")).body
    stop(db, actie, klok.nu)
    for maat in ("img.jpg", "100x100.jpg", "300x64.jpg", "77x77.jpg"):
        antwoord = await bel(door, "GET", f"/s/{token}/{maat}")
        assert antwoord.status == 200
        assert b"Sanne" not in antwoord.body
        assert antwoord.body.startswith(b"\xff\xd8")
    assert tekenaar.vergeten > 0


async def test_a_picture_that_was_being_drawn_when_the_actie_ended_is_never_sent_or_kept(
    db: Db, vault: Vault, klok: Klok, door: Door, board: ScreenBoard, tekenaar: Tekenaar
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    await bel(door, "GET", f"/s/{token}/img.jpg")
    tekenaar.houd.clear()
    actie = start(db, klok.nu, [scherm], vault)
    onderweg = asyncio.ensure_future(bel(door, "GET", f"/s/{token}/img.jpg"))
    await asyncio.to_thread(tekenaar.bezig.wait, 10)
    await asyncio.to_thread(stop, db, actie, klok.nu)
    assert b"Sanne" not in (await bel(door, "GET", f"/s/{token}/img.jpg")).body
    tekenaar.houd.set()
    antwoord = await onderweg
    assert antwoord.status == 200
    assert b"Sanne" not in antwoord.body
    assert [beeld for beeld in board.renders.kept() if beeld.actie_id] == []
    [plaats] = db.read_sync(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=LEASE))
    assert (plaats.staat, plaats.bewijs) == ("verdwenen", "nooit")


@pytest.mark.parametrize(("eerst", "bewijs"), [("intrekken", "nooit"), ("ophalen", "speler")])
async def test_a_withdrawal_in_the_same_commit_as_the_first_fetch_keeps_the_poster_inside(
    db: Db, vault: Vault, klok: Klok, door: Door, eerst: str, bewijs: str
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    await bel(door, "HEAD", f"/s/{token}/img.jpg")
    poort, open_ = threading.Event(), threading.Event()
    db.submit(lambda _: (open_.set(), poort.wait(10)))
    open_.wait(10)
    if eerst == "intrekken":
        db.submit(intrekken(actie, klok.nu))
    ophalen = asyncio.ensure_future(bel(door, "GET", f"/s/{token}/img.jpg"))
    # The request is in the queue of the writer after a few turns of the loop; then the rest, then the gate.
    for _ in range(100):
        await asyncio.sleep(0)
    if eerst == "ophalen":
        db.submit(intrekken(actie, klok.nu))
    poort.set()
    assert b"Sanne" not in (await ophalen).body
    [plaats] = db.read_sync(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=LEASE))
    assert (plaats.staat, plaats.bewijs) == ("verdwenen", bewijs)


async def test_the_first_fetch_is_on_disk_before_the_picture_leaves(
    db: Db, vault: Vault, klok: Klok, door: Door
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    await bel(door, "HEAD", f"/s/{token}/img.jpg")
    assert db.read_sync(lambda s: store.figures(s, actie.id))[0].opgehaald_op is None
    await bel(door, "GET", f"/s/{token}/img.jpg")
    assert db.read_sync(lambda s: store.figures(s, actie.id))[0].opgehaald_op == klok.nu


async def test_the_receipt_follows_the_player(db: Db, vault: Vault, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    nooit, _ = een_scherm(db, klok.nu, "Tunnel")
    actie = start(db, klok.nu, [scherm, nooit], vault)
    await bel(door, "GET", f"/s/{token}/img.jpg")
    einde = klok.verder(minutes=3)
    stop(db, actie, einde)

    def bewijs() -> list[tuple[str, str, str]]:
        plaatsen = db.read_sync(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=LEASE))
        return [(plaats.naam, plaats.staat, plaats.bewijs) for plaats in plaatsen]

    assert bewijs() == [("Station Utrecht", "zichtbaar", ""), ("Tunnel", "verdwenen", "nooit")]
    await bel(door, "HEAD", f"/s/{token}/img.jpg")
    assert bewijs()[0] == ("Station Utrecht", "zichtbaar", "")
    klok.verder(seconds=2)
    await bel(door, "GET", f"/s/{token}/img.jpg")
    assert bewijs()[0] == ("Station Utrecht", "verdwenen", "speler")
    [cijfers, _] = db.read_sync(lambda s: store.figures(s, actie.id))
    assert cijfers.donker_na == 2


async def test_a_page_that_reports_a_dark_glass_proves_it(db: Db, vault: Vault, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    poster = await bel(door, "GET", f"/s/{token}/img.jpg")
    stop(db, actie, klok.nu)
    nog = json.dumps({"render": poster.headers["etag"].strip('"')}).encode()
    await bel(door, "POST", f"/s/{token}/hartslag", body=nog)
    await bel(door, "POST", f"/s/{token}/hartslag", body=b'{"render": "iets onbekends"}')
    [plaats] = db.read_sync(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=LEASE))
    assert plaats.staat == "zichtbaar"
    antwoord = await bel(door, "POST", f"/s/{token}/hartslag", body=b'{"donker": true}')
    assert json.loads(antwoord.body)["actief"] is False
    [plaats] = db.read_sync(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=LEASE))
    assert (plaats.staat, plaats.bewijs) == ("verdwenen", "speler")


async def test_proof_is_known_again_after_a_restart(
    db: Db, vault: Vault, klok: Klok, door: Door, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    await bel(door, "GET", f"/s/{token}/img.jpg")
    stop(db, actie, klok.nu)
    opnieuw = ScreenBoard(db, Tekenaar(), vault, CONFIG, klok)
    await opnieuw.start()
    state = opnieuw.find(token)
    assert state is not None
    assert state.te_bewijzen == {actie.id}
    assert state.serial >= board.find(token).serial  # type: ignore[union-attr]
    await opnieuw.stop()


async def test_an_unchanged_picture_costs_no_bytes_and_no_database(
    db: Db, vault: Vault, klok: Klok, door: Door
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm], vault)
    eerste = await bel(door, "GET", f"/s/{token}/img.jpg?_anthias_nc=1234")
    assert eerste.headers["cache-control"] == "private, no-cache, max-age=0"
    assert eerste.headers["last-modified"].endswith("GMT")
    db.close()
    etag = eerste.headers["etag"]
    for waarde in (etag, f'W/{etag}, "ander"', f'"ander", {etag}'):
        tweede = await bel(door, "GET", f"/s/{token}/img.jpg?_nc=99", {"If-None-Match": waarde})
        assert (tweede.status, tweede.body, tweede.headers["etag"]) == (304, b"", etag)
    assert (await bel(door, "GET", f"/s/{token}/img.jpg", {"If-None-Match": "*"})).status == 200


async def test_head_answers_everywhere_like_get_without_a_body(db: Db, vault: Vault, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm], vault)
    paden = ("", "img.jpg", "108x192.jpg", "manifest.json", "text.txt", "events", "hartslag", "vertoningen")
    for pad in paden:
        antwoord = await bel(door, "HEAD", f"/s/{token}/{pad}")
        assert (antwoord.status, antwoord.body) == (200, b""), pad
        assert antwoord.headers["x-content-type-options"] == "nosniff"
        assert antwoord.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("maat", ["63x100", "100x3841", "0x0", "999999999x1", "1.5x2", "-1x100", "axb", "１００x100"])
async def test_an_absurd_size_is_refused_in_words(db: Db, klok: Klok, door: Door, maat: str) -> None:
    _, token = een_scherm(db, klok.nu)
    antwoord = await bel(door, "GET", f"/s/{token}/{maat}.jpg")
    assert (antwoord.status, antwoord.headers["content-type"]) == (400, "text/plain; charset=utf-8")


async def test_an_unknown_token_is_not_found_and_says_nothing(db: Db, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    oud = token
    nieuw = db.write_sync(lambda session: store.rotate(session, scherm.id))
    for pad in ("/s/onbekend/img.jpg", "/s/", "/s//", f"/s/{oud}/img.jpg"):
        assert (await bel(door, "GET", pad)).status == 404
    assert (await bel(door, "GET", f"/s/{nieuw}/img.jpg")).status == 200
    assert (await bel(door, "GET", f"/s/{nieuw}")).headers["location"] == f"/s/{nieuw}/"
    assert (await bel(door, "DELETE", f"/s/{nieuw}/img.jpg")).headers["allow"] == "GET, HEAD"


async def test_a_broken_renderer_gives_a_neutral_picture_and_no_error(
    db: Db, vault: Vault, klok: Klok, door: Door, tekenaar: Tekenaar, capsys: pytest.CaptureFixture[str]
) -> None:
    tekenaar.kapot = True
    scherm, token = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm], vault)
    antwoord = await bel(door, "GET", f"/s/{token}/img.jpg")
    assert (antwoord.status, antwoord.headers["actiehub-stand"]) == (200, "neutraal")
    assert antwoord.body.startswith(b"\xff\xd8")
    uit = capsys.readouterr()
    assert token not in uit.out + uit.err


async def test_without_a_database_a_new_player_gets_neutral_and_never_an_unproven_poster(
    db: Db, vault: Vault, klok: Klok, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm])
    db.close()
    antwoord = await bel(door, "GET", f"/s/{token}/img.jpg")
    assert (antwoord.status, b"Sanne" in antwoord.body) == (200, False)
    uit = capsys.readouterr()
    assert token not in uit.out + uit.err


async def test_a_correction_reaches_the_scherm(db: Db, vault: Vault, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    eerste = await bel(door, "GET", f"/s/{token}/img.jpg")
    db.write_sync(
        lambda s: acties.add_versie(s, actie.id, {"titel": "Sanne gaat op de fiets"}, wie="p", now=klok.nu, reden="")
    )
    tweede = await bel(door, "GET", f"/s/{token}/img.jpg", {"If-None-Match": eerste.headers["etag"]})
    assert b"ACTIEF v2 Sanne gaat op de fiets" in tweede.body


async def test_an_actie_past_its_looptijd_is_gone_even_before_anyone_closed_it(
    db: Db, vault: Vault, klok: Klok, door: Door
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm], vault)
    assert b"Sanne" in (await bel(door, "GET", f"/s/{token}/img.jpg")).body
    klok.verder(minutes=60)
    assert b"Sanne" not in (await bel(door, "GET", f"/s/{token}/img.jpg")).body


async def test_the_closing_message_is_shown_for_a_while_where_the_actie_was(
    db: Db, vault: Vault, klok: Klok, door: Door, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    await bel(door, "GET", f"/s/{token}/img.jpg")
    stroom = Stroom(door, f"/s/{token}/events")
    await stroom.volgende()
    stop(db, actie, klok.nu)
    assert '"actief":false' in await stroom.volgende()
    await stroom.volgende()
    await stroom.ophangen()
    assert b"SLOT De persoon is terecht." in (await bel(door, "GET", f"/s/{token}/img.jpg")).body
    [plaats] = db.read_sync(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=LEASE))
    assert plaats.bewijs == "speler"
    assert (await bel(door, "GET", f"/s/{token}/text.txt")).text.endswith("De persoon is terecht.\n")
    klok.nu += rules.SLOT_DUUR
    await board.tick()
    assert b"RUST" in (await bel(door, "GET", f"/s/{token}/img.jpg")).body


async def test_the_manifest_is_signed_and_lends_a_person_for_one_lease(
    db: Db, vault: Vault, klok: Klok, door: Door
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    antwoord = await bel(door, "GET", f"/s/{token}/manifest.json")
    vault.signing_key().public_key().verify(base64.b64decode(antwoord.headers["handtekening"]), antwoord.body)
    inhoud = json.loads(antwoord.body)
    [item] = inhoud["items"]
    beeld = await bel(door, "GET", item["url"].removeprefix(CONFIG.adres))
    assert item["sha256"] == hashlib.sha256(beeld.body).hexdigest()
    assert (item["w"], item["h"], item["containsPerson"]) == (108, 192, True)
    assert item["notAfter"] == inhoud["leaseUntil"]
    assert klok.nu.isoformat() < inhoud["leaseUntil"]
    etag = antwoord.headers["etag"]
    assert (await bel(door, "GET", f"/s/{token}/manifest.json", {"If-None-Match": etag})).status == 304
    klok.verder(seconds=LEASE / 3 + 1)
    verlengd = await bel(door, "GET", f"/s/{token}/manifest.json", {"If-None-Match": etag})
    assert json.loads(verlengd.body)["leaseUntil"] > inhoud["leaseUntil"]
    stop(db, actie, klok.nu)
    leeg = json.loads((await bel(door, "GET", f"/s/{token}/manifest.json")).body)
    assert leeg["serial"] > inhoud["serial"]
    assert (leeg["leaseUntil"], leeg["items"][0]["containsPerson"]) == (None, False)


async def test_events_tell_the_state_at_once_every_change_and_a_heartbeat(
    db: Db, vault: Vault, klok: Klok, door: Door, board: ScreenBoard
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    stroom, ander = Stroom(door, f"/s/{token}/events"), Stroom(door, f"/s/{token}/events")
    begin = await stroom.volgende()
    assert "event: stand" in begin
    assert '"actief":false' in begin
    await ander.volgende()
    # One viewer that leaves must not wake or cut off the others.
    await ander.ophangen()
    actie = start(db, klok.nu, [scherm], vault)
    data = json.loads((await stroom.volgende()).partition("data: ")[2])
    assert data["actief"] is True
    await board.tick()
    assert await stroom.volgende() == ": hart\n\n"
    stop(db, actie, klok.nu)
    einde = json.loads((await stroom.volgende()).partition("data: ")[2])
    assert einde["actief"] is False
    assert einde["serial"] > data["serial"]
    assert stroom.headers["content-type"].startswith("text/event-stream")
    await stroom.ophangen()


async def test_a_stream_ends_when_its_token_is_replaced(db: Db, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    stroom = Stroom(door, f"/s/{token}/events")
    await stroom.volgende()
    db.write_sync(lambda session: store.rotate(session, scherm.id))
    await asyncio.wait_for(stroom.task, 10)


async def test_proof_of_play_counts_once_and_names_the_actie(db: Db, vault: Vault, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm], vault)
    poster = await bel(door, "GET", f"/s/{token}/img.jpg")
    gemeld = {"render": poster.headers["etag"].strip('"'), "begin": "2026-03-01T14:05:00+01:00", "seconden": 5}
    body = json.dumps({"vertoningen": [gemeld]}).encode()
    for _ in range(2):
        antwoord = await bel(door, "POST", f"/s/{token}/vertoningen", body=body)
        assert antwoord.status == 200
    [cijfers] = db.read_sync(lambda s: store.figures(s, actie.id))
    assert (cijfers.vertoningen, cijfers.seconden) == (1, 5)
    for fout in (
        b"{",
        b'{"vertoningen": [{"render": "x", "begin": "2026-03-01T14:05:00", "seconden": 5}]}',
        b'{"vertoningen": [{"render": "x", "begin": "0001-01-01T00:00:00+23:59", "seconden": 5}]}',
        b"x" * 70_000,
    ):
        assert (await bel(door, "POST", f"/s/{token}/vertoningen", body=fout)).status == 400


async def test_the_live_page_has_a_strict_policy_and_may_stand_in_our_own_frames(
    db: Db, klok: Klok, door: Door
) -> None:
    _, token = een_scherm(db, klok.nu, "Perron <5>")
    antwoord = await bel(door, "GET", f"/s/{token}/")
    policy = antwoord.headers["content-security-policy"]
    nonce = policy.partition("script-src 'nonce-")[2].partition("'")[0]
    assert f'<script nonce="{nonce}" src="/assets/scherm.js' in antwoord.text
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert token not in antwoord.text
    assert "Perron &lt;5&gt;" in antwoord.text
    assert nonce not in (await bel(door, "GET", f"/s/{token}/")).text


async def test_a_scherm_that_is_off_or_may_not_meet_the_actie_stays_neutral(
    db: Db, vault: Vault, klok: Klok, door: Door
) -> None:
    uit, uit_token = een_scherm(db, klok.nu, "Uit")
    weg, weg_token = een_scherm(db, klok.nu, "Weg", soort="weg")
    echt, echt_token = een_scherm(db, klok.nu, "Echt", echt=True)
    db.write_sync(lambda session: store.switch(session, uit.id, False))
    start(db, klok.nu, [uit, weg, echt], vault, type="straatroof", oefening=True)
    for token in (uit_token, weg_token, echt_token):
        assert b"RUST" in (await bel(door, "GET", f"/s/{token}/img.jpg")).body


async def test_a_road_scherm_shows_the_missing_person_without_the_photo(
    db: Db, vault: Vault, klok: Klok, door: Door
) -> None:
    weg, token = een_scherm(db, klok.nu, soort="weg")
    start(db, klok.nu, [weg], vault)
    poster = await bel(door, "GET", f"/s/{token}/img.jpg")
    assert b"Sanne" in poster.body
    assert b"GEZICHT" not in poster.body


async def test_the_text_says_what_to_do_and_counts_as_fetched(db: Db, vault: Vault, klok: Klok, door: Door) -> None:
    scherm, token = een_scherm(db, klok.nu)
    rust = await bel(door, "GET", f"/s/{token}/text.txt")
    assert rust.text == "Er is nu geen actie.\n"
    actie = start(db, klok.nu, [scherm], vault)
    antwoord = await bel(door, "GET", f"/s/{token}/text.txt")
    regels = antwoord.text.splitlines()
    assert regels[0] == "VOORBEELD. Sanne (9) uit Utrecht vermist"
    assert "Ziet u de persoon nu? Bel 112." in regels
    assert regels[-1].startswith(f"{CONFIG.link_basis}/")
    assert db.read_sync(lambda s: store.figures(s, actie.id))[0].opgehaald_op == klok.nu
    etag = antwoord.headers["etag"]
    assert (await bel(door, "GET", f"/s/{token}/text.txt", {"If-None-Match": etag})).status == 304
    stop(db, actie, klok.nu)
    assert "Sanne" not in (await bel(door, "GET", f"/s/{token}/text.txt")).text


async def test_a_hub_that_stops_ends_its_streams_and_still_answers_with_a_picture(
    db: Db, klok: Klok, door: Door, board: ScreenBoard, capsys: pytest.CaptureFixture[str]
) -> None:
    _, token = een_scherm(db, klok.nu)
    stroom = Stroom(door, f"/s/{token}/events")
    await stroom.volgende()
    await board.stop()
    await asyncio.wait_for(stroom.task, 10)
    for maat in ("199x199.jpg", "img.jpg"):
        antwoord = await bel(door, "GET", f"/s/{token}/{maat}")
        assert (antwoord.status, antwoord.body[:2]) == (200, b"\xff\xd8")
    uit = capsys.readouterr()
    assert token not in uit.out + uit.err


async def test_the_state_can_be_asked_without_reporting_anything(db: Db, klok: Klok, door: Door) -> None:
    _, token = een_scherm(db, klok.nu)
    stand = json.loads((await bel(door, "GET", f"/s/{token}/hartslag")).body)
    assert (stand["actief"], stand["leaseSeconden"]) == (False, LEASE)
    fout = await bel(door, "POST", f"/s/{token}/hartslag", body=b"[1]")
    assert (fout.status, "render" in fout.text) == (400, True)
    assert (await bel(door, "GET", f"/s/{token}/onbekend.txt")).status == 404
    assert (await bel(door, "POST", f"/s/{token}/")).status == 405
