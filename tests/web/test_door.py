"""The door itself: short links, public posters, and letting everything else through."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.config import Compatibel, Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.tracking.tables import KlikRij, LinkRij
from hub.web.door import CODE, PUBLIC_SIZES, ROUTES, Door
from tests.builders import Klok
from tests.screens.toestel import Tekenaar, een_scherm, start, stop
from tests.web.deurbel import bel, een_deur

TELEFOON = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-User": "?1",
}
OPEN = Config(compatibel=Compatibel(landactiehost=True))


@pytest.fixture
async def door(db: Db, vault: Vault, klok: Klok) -> AsyncIterator[Door]:
    async with een_deur(db, vault, klok, Tekenaar(), OPEN) as (door, _):
        yield door


def _first_link(session: Session) -> str:
    return session.scalars(select(LinkRij.code)).one()


def _kliks(session: Session) -> list[tuple[str, str, str, bool]]:
    return [(k.code, k.klasse, k.apparaat, k.na_einde) for k in session.scalars(select(KlikRij))]


async def test_a_short_link_leads_on_and_the_klik_is_on_disk(db: Db, klok: Klok, door: Door) -> None:
    scherm, _ = een_scherm(db, klok.nu)
    actie = start(db, klok.nu, [scherm])
    code = db.read_sync(_first_link)
    antwoord = await bel(door, "GET", f"/{code}", TELEFOON)
    assert antwoord.status == 302
    assert antwoord.headers["location"].startswith(f"https://ah.example/a/{actie.code}")
    assert antwoord.headers["cache-control"] == "no-store"
    assert antwoord.headers["referrer-policy"] == "no-referrer"
    assert db.read_sync(_kliks) == [(code, "mens", "telefoon", False)]
    stop(db, actie, klok.nu)
    assert (await bel(door, "GET", f"/{code.lower()}", TELEFOON)).status == 302
    assert db.read_sync(_kliks)[1] == (code, "mens", "telefoon", True)


async def test_an_unknown_code_gets_a_dutch_page_and_a_page_name_gets_its_page(door: Door) -> None:
    antwoord = await bel(door, "GET", "/ZZZZZZZZ")
    assert (antwoord.status, antwoord.headers["cache-control"]) == (404, "no-store")
    assert "Deze link bestaat niet" in antwoord.text
    for pad in ("/", "/schermen", "/acties", "/api/v1/acties", "/ZZZZZZZZ/x", "/s", "/static/vendor/htmx.min.js"):
        assert (await bel(door, "GET", pad)).text == "binnen"
    assert (await bel(door, "POST", "/ZZZZZZZZ")).status == 405


async def test_who_guesses_codes_is_slowed_down_and_a_real_link_still_works(db: Db, klok: Klok, door: Door) -> None:
    scherm, _ = een_scherm(db, klok.nu)
    start(db, klok.nu, [scherm])
    code = db.read_sync(_first_link)
    statussen = {(await bel(door, "GET", f"/0000{nummer:04d}")).status for nummer in range(60)}
    assert statussen == {404, 429}
    assert (await bel(door, "GET", f"/{code}")).status == 302


@pytest.mark.parametrize(
    ("familie", "anders"),
    [("landelijk", {"niveau": "landelijk"}), ("test", {"oefening": True})],
)
async def test_a_public_poster_is_there_only_while_such_an_actie_runs(
    db: Db, vault: Vault, klok: Klok, door: Door, familie: str, anders: dict[str, Any]
) -> None:
    pad = f"/static/posters/{familie}/432x1008.jpg"
    leeg = await bel(door, "GET", pad)
    assert (leeg.status, leeg.headers["cache-control"]) == (404, "no-store")
    start(db, klok.nu, [], kenmerk="MN-9")
    assert (await bel(door, "GET", pad)).status == 404
    actie = start(db, klok.nu, [], vault, **anders)
    poster = await bel(door, "GET", pad)
    assert (poster.status, poster.headers["cache-control"]) == (200, "no-store")
    assert b"GEZICHT" in poster.body
    andere = "test" if familie == "landelijk" else "landelijk"
    assert (await bel(door, "HEAD", f"/static/posters/{andere}/432x1008.jpg")).status == 404
    stop(db, actie, klok.nu)
    assert (await bel(door, "GET", pad)).status == 404


async def test_public_posters_come_in_a_limited_number_of_sizes(db: Db, klok: Klok, door: Door) -> None:
    start(db, klok.nu, [], niveau="landelijk")
    assert (await bel(door, "GET", "/static/posters/landelijk/9999x1.jpg")).status == 400
    statussen = [
        (await bel(door, "GET", f"/static/posters/landelijk/64x{64 + meer}.jpg")).status
        for meer in range(PUBLIC_SIZES + 1)
    ]
    assert statussen == [200] * PUBLIC_SIZES + [404]
    assert (await bel(door, "GET", "/static/posters/landelijk/64x64.jpg")).status == 200


async def test_public_posters_are_off_until_switched_on(db: Db, vault: Vault, klok: Klok) -> None:
    async with een_deur(db, vault, klok, Tekenaar()) as (door, _):
        start(db, klok.nu, [], niveau="landelijk")
        assert (await bel(door, "GET", "/static/posters/landelijk/64x64.jpg")).text == "binnen"


def test_every_route_of_the_door_names_its_role() -> None:
    assert {route.rol for route in ROUTES} == {"openbaar", "scherm-token"}
    assert all(route.pad.startswith("/s/{token}/") == (route.rol == "scherm-token") for route in ROUTES)
    assert len({route.pad for route in ROUTES}) == len(ROUTES)


def test_a_code_is_eight_characters_that_can_be_read_aloud() -> None:
    assert CODE.fullmatch("0A9Z7HJK")
    assert not any(CODE.fullmatch(woord) for woord in ("ILOU0000", "ABC", "ABCDEFGHJ", "ABCDEFG１"))
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", "ABCDEFGH")
