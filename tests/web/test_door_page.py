"""The live page in a real browser: it shows, it corrects without a blink, and it goes dark by itself."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright

from hub.acties import store as acties
from hub.kit.config import Config, Schermen
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.screens import store
from hub.web.door_page import ASSETS
from tests.builders import Klok
from tests.screens.toestel import Tekenaar, een_scherm, start, stop
from tests.web.deurbel import een_deur

pytestmark = pytest.mark.browser

KORT = Config(schermen_lease=Schermen(lease_seconden=5))
ZICHTBAAR = "() => document.querySelector('img.voor[src]') !== null"
DONKER = "() => document.querySelector('img.voor') === null"
WAAKT = """() => {
  window.leeg = 0;
  window.wissels = 0;
  let laatste = document.querySelector('img.voor').src;
  // At every change of the page, not at every frame: a busy machine may skip the frame in which the glass was dark.
  new MutationObserver(() => {
    const nu = document.querySelector('img.voor[src]');
    if (!nu || !nu.complete || nu.naturalWidth === 0) window.leeg += 1;
    else if (nu.src !== laatste) { laatste = nu.src; window.wissels += 1; }
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


async def _assets(scope: Any, receive: Any, send: Any) -> None:
    """The page's script, and a page with all schermen of `?token,token` in frames, as Meekijken has them."""
    frames = "".join(f'<iframe src="/s/{token}/"></iframe>' for token in scope["query_string"].decode().split(","))
    is_script = scope["path"] == "/assets/scherm.js"
    body = (ASSETS / "scherm.js").read_bytes() if is_script else f"<!doctype html>{frames}".encode()
    headers = [(b"content-type", b"text/javascript" if is_script else b"text/html")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def een_pagina(db: Db, vault: Vault, klok: Klok, pad: str) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page of the door, open in Chromium, and everything that the browser complained about."""
    klachten: list[str] = []
    async with een_deur(db, vault, klok, Tekenaar(), KORT, _assets) as (door, _), async_playwright() as spelen:
        instellingen = uvicorn.Config(door, "127.0.0.1", 0, lifespan="off", access_log=False, log_level="warning")
        server = uvicorn.Server(instellingen)
        taak = asyncio.create_task(server.serve())
        browser = await spelen.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            while not server.started:
                await asyncio.wait({taak}, timeout=0.01)
            adres = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
            page = await browser.new_page(viewport={"width": 216, "height": 384})
            page.on("console", lambda bericht: klachten.append(bericht.text))
            page.on("pageerror", lambda fout: klachten.append(str(fout)))
            await page.goto(f"{adres}{pad}")
            for frame in page.frames[1:] or page.frames:
                await frame.wait_for_function(ZICHTBAAR)
            yield page, klachten
        finally:
            await browser.close()
            server.should_exit = True
            await taak


async def test_the_page_follows_the_actie_without_a_blank_frame_and_ends_with_proof(
    db: Db, vault: Vault, klok: Klok
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    async with een_pagina(db, vault, klok, f"/s/{token}/") as (page, klachten):
        await page.evaluate(WAAKT)
        actie = await asyncio.to_thread(start, db, klok.nu, [scherm], vault)
        await page.wait_for_function("() => window.wissels === 1")
        await db.write(lambda s: acties.add_versie(s, actie.id, {"titel": "Anders"}, wie="p", now=klok.nu, reden=""))
        await page.wait_for_function("() => window.wissels === 2")
        assert await page.evaluate("window.leeg") == 0
        await asyncio.to_thread(stop, db, actie, klok.nu)
        await page.wait_for_function("() => window.leeg > 0 && window.wissels >= 3")
        await page.wait_for_function(ZICHTBAAR)
        [plaats] = await db.read(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=300))
        assert (plaats.staat, plaats.bewijs) == ("verdwenen", "speler")
        getoond = [await db.read(lambda s: store.figures(s, actie.id))]
        assert [cijfers.vertoningen for [cijfers] in getoond] == [2]
        assert klachten == []


async def test_a_page_that_loses_the_hub_goes_dark_after_the_lease_and_heals_itself(
    db: Db, vault: Vault, klok: Klok
) -> None:
    scherm, token = een_scherm(db, klok.nu)
    await asyncio.to_thread(start, db, klok.nu, [scherm], vault)
    async with een_pagina(db, vault, klok, f"/s/{token}/") as (page, _):
        await page.wait_for_function("() => document.querySelector('img.voor').naturalWidth === 108")
        await page.context.set_offline(True)
        await page.wait_for_function(DONKER, timeout=15_000)
        await page.context.set_offline(False)
        await page.wait_for_function(ZICHTBAAR, timeout=25_000)


async def test_neutral_content_stays_when_the_hub_is_away(db: Db, vault: Vault, klok: Klok) -> None:
    _, token = een_scherm(db, klok.nu)
    async with een_pagina(db, vault, klok, f"/s/{token}/") as (page, _):
        await page.clock.install()
        await page.context.set_offline(True)
        await page.clock.run_for(60_000)
        assert await page.evaluate(ZICHTBAAR)


async def test_seven_schermen_in_frames_of_one_page_all_follow(db: Db, vault: Vault, klok: Klok) -> None:
    schermen = [een_scherm(db, klok.nu, f"Scherm {nummer}") for nummer in range(7)]
    pad = "/meekijken?" + ",".join(token for _, token in schermen)
    async with een_pagina(db, vault, klok, pad) as (page, klachten):
        lijsten = page.frames[1:]
        assert len(lijsten) == 7
        for lijst in lijsten:
            await lijst.evaluate(WAAKT)
        actie = await asyncio.to_thread(start, db, klok.nu, [scherm for scherm, _ in schermen], vault)
        for lijst in lijsten:
            await lijst.wait_for_function("() => window.wissels === 1")
        await asyncio.to_thread(stop, db, actie, klok.nu)
        for lijst in lijsten:
            await lijst.wait_for_function("() => window.leeg > 0 && window.wissels >= 2")
        plaatsen = await db.read(lambda s: store.plaatsen(s, actie.id, now=klok.nu, lease_seconden=300))
        assert {(plaats.staat, plaats.bewijs) for plaats in plaatsen} == {("verdwenen", "speler")}
        assert klachten == []
