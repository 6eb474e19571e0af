"""The look of the public pages: enough contrast in light and dark, and a real browser that finds nothing to say."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI, Response
from playwright.async_api import Browser, async_playwright

from hub.acties.model import Persoon
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.web.statisch import Bestanden
from tests.builders import Klok
from tests.web.lezer import BROWSER, WORTEL, Lezer, een_lezer

CSS = (WORTEL / "hub/web/assets/publiek.css").read_text(encoding="utf-8")
PAIRS = [
    ("inkt", "grond"),
    ("inkt", "vlak"),
    ("zacht", "grond"),
    ("zacht", "vlak"),
    ("koppeling", "vlak"),
    ("koppeling", "grond"),
    ("op-merk", "merk"),
    ("op-merk", "merk-diep"),
    ("op-voorbeeld", "voorbeeld"),
    ("op-let-op", "let-op"),
    ("op-dank", "dank"),
]
BORDERS = [("rand", "vlak"), ("rand", "grond")]
MOODS = [".vermist", ".zaak", ".slot, .los"]


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens(css: str, selector: str) -> dict[str, str]:
    block = re.search(rf"(?m)^\s*{re.escape(selector)} \{{([^}}]*)\}}", css)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block[1])) if block else {}


def palettes() -> Iterator[tuple[str, Mapping[str, str]]]:
    """All tokens per mood, in light and in dark."""
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")
    for mood in MOODS:
        base = tokens(light, ":root") | tokens(light, mood)
        yield f"{mood} light", base
        yield f"{mood} dark", base | tokens(dark, ":root") | tokens(dark, mood)


@pytest.mark.parametrize(
    ("name", "palette"), list(palettes()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_text_and_borders_stand_out(name: str, palette: Mapping[str, str]) -> None:
    weak = [pair for pair in PAIRS if contrast(palette[pair[0]], palette[pair[1]]) < 7]
    weak += [pair for pair in BORDERS if contrast(palette[pair[0]], palette[pair[1]]) < 3]
    assert weak == []
    assert contrast(palette["oefening"], "#ffffff") >= 7


def served(lezer: Lezer) -> FastAPI:
    """The same pages with their styles and scripts."""
    app = lezer.web.app
    assert isinstance(app, FastAPI)
    files = Bestanden.van(WORTEL)

    @app.get("/assets/{naam}")
    def asset(naam: str) -> Response:
        found = files.get(naam)
        assert found is not None
        return Response(found.data, media_type=found.media_type)

    return app


@asynccontextmanager
async def in_chromium(lezer: Lezer) -> AsyncIterator[tuple[Browser, str]]:
    """A browser, and where the pages are."""
    server = uvicorn.Server(
        uvicorn.Config(served(lezer), "127.0.0.1", 0, lifespan="off", access_log=False, log_level="warning")
    )
    task = asyncio.create_task(server.serve())
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            while not server.started:
                await asyncio.wait({task}, timeout=0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield browser, f"http://127.0.0.1:{port}"
        finally:
            await browser.close()
            server.should_exit = True
            await task


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
async def test_everyone_can_use_the_page(db: Db, vault: Vault, klok: Klok, width: int) -> None:
    lezer = een_lezer(db, vault, klok, type="diefstal-voertuig", persoon=Persoon(), oefening=True)
    async with in_chromium(lezer) as (browser, address):
        page = await browser.new_page(viewport={"width": width, "height": 780}, color_scheme="dark")
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(address + lezer.pad)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        found = await Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found.response["violations"]] == []
        lezer.withdraw()
        await page.reload()
        found = await Axe().run(page)
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found.response["violations"]] == []
        assert complaints == []


@pytest.mark.browser
async def test_an_open_page_goes_dark_by_itself_and_was_seen_once(db: Db, vault: Vault, klok: Klok) -> None:
    lezer = een_lezer(db, vault, klok)
    async with in_chromium(lezer) as (browser, address):
        page = await browser.new_page()
        async with page.expect_request(lambda request: request.url.endswith("/gezien")):
            await page.goto(address + lezer.pad)
        # The request has left; what is seen after the end does not count, so wait until it is written down.
        async with asyncio.timeout(20):
            while not lezer.figures()["totaal"]["gezien"]:
                await asyncio.sleep(0.02)
        lezer.withdraw()
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await page.wait_for_selector("text=Deze actie is afgesloten")
        assert "Sanne" not in await page.content()
        assert await page.context.cookies() == []
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert lezer.figures()["totaal"]["gezien"] == 1


@pytest.mark.browser
async def test_copying_puts_our_short_link_on_the_clipboard(db: Db, vault: Vault, klok: Klok) -> None:
    lezer = een_lezer(db, vault, klok)
    async with in_chromium(lezer) as (browser, address):
        context = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = await context.new_page()
        await page.goto(address + lezer.pad)
        await page.click("[data-deel=kopie]")
        await page.wait_for_selector("text=De link is gekopieerd")
        assert (await page.evaluate("navigator.clipboard.readText()")).startswith("https://ah.example/")


@pytest.mark.browser
async def test_the_page_does_everything_without_javascript(db: Db, vault: Vault, klok: Klok) -> None:
    lezer = een_lezer(db, vault, klok)
    async with in_chromium(lezer) as (browser, address):
        context = await browser.new_context(java_script_enabled=False, user_agent=BROWSER["user-agent"])
        page = await context.new_page()
        await page.goto(address + lezer.pad)
        await page.click("button[value=whatsapp]")
        await page.wait_for_selector("#bron .dank")
        await page.click("#reactie button")
        await page.wait_for_selector("#reactie .dank")
        await page.click("[data-deel=kopie]")
        await page.wait_for_selector("text=Houd de link ingedrukt")
    found = lezer.figures()
    assert (found["bronnen"], found["totaal"]["reacties"], found["deelknoppen"]) == ({"whatsapp": 1}, 1, {"kopie": 1})
