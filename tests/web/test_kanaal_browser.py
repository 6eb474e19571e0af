"""Adding an account as a new adviseur would: a wrong token is told in a sentence, and nothing is to be redone."""

import json
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.web.huis import Huis
from tests.web.test_ui_browser import BREED, SMAL, VLAGGEN, faults, log_in, served

TOKEN = "bedacht-token-0123456789"

pytestmark = pytest.mark.browser


class Mastodon(BaseHTTPRequestHandler):
    """A server that knows one token, and notes whatever else it is asked."""

    gemaakt: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        right = self.headers["Authorization"] == f"Bearer {TOKEN}"
        status, body = (200, {"id": "1", "acct": "burgernet"}) if right else (401, {"error": "The token is invalid"})
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.gemaakt.append(self.path)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def mastodon() -> Iterator[str]:
    Mastodon.gemaakt.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mastodon)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(huis: Huis) -> Iterator[Page]:
    huis.inloggen("beheerder")
    with served(huis) as adres, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=VLAGGEN)
        yield browser.new_page(base_url=adres, viewport=BREED)
        browser.close()


def test_a_new_account_works_in_two_minutes_and_a_wrong_token_is_explained(page: Page, mastodon: str) -> None:
    log_in(page)
    page.goto("/kanalen")
    page.get_by_label("Netwerk").select_option(label="Mastodon")
    page.get_by_role("button", name="Verder").click()
    page.get_by_label("Naam", exact=True).fill("Mastodon Utrecht")
    page.get_by_label("Adres").fill(mastodon)
    page.get_by_label("Token").fill("verkeerd-geplakt")
    page.get_by_label("Gemeenten").fill("Utrecht")
    page.get_by_label("Stille uren").fill("22-7")
    page.get_by_role("button", name="Bewaar het kanaal").click()
    expect(page.get_by_role("alert")).to_contain_text("22:00-07:00")
    expect(page.get_by_label("Gemeenten")).to_have_value("Utrecht")
    assert faults(page) == []
    expect(page.get_by_label("Naam", exact=True)).to_have_value("mastodon-utrecht")
    page.get_by_label("Stille uren").fill("22:00-07:00")
    page.get_by_label("Token").fill("verkeerd-geplakt")
    page.get_by_role("button", name="Bewaar het kanaal").click()
    expect(page.get_by_role("alert")).to_contain_text("Mastodon kent dit token niet (meer); maak een nieuw token.")
    assert faults(page) == []
    for naam, waarde in (("Adres", mastodon), ("Gemeenten", "Utrecht"), ("Stille uren", "22:00-07:00"), ("Token", "")):
        expect(page.get_by_label(naam)).to_have_value(waarde)
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Bewaar het kanaal").click()
    expect(page.locator("#stand")).to_contain_text("Verbonden als @burgernet op 127.0.0.1")
    assert faults(page) == []
    page.get_by_role("button", name="Controleer nu").click()
    expect(page.locator("#stand")).to_contain_text("Verbonden als @burgernet")
    page.goto("/kanalen")
    row = page.get_by_role("row").filter(has_text="mastodon-utrecht")
    expect(row).to_contain_text("Verbonden als @burgernet")
    page.set_viewport_size(SMAL)
    page.goto("/kanalen/mastodon-utrecht")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert TOKEN not in page.content()
    assert Mastodon.gemaakt == []
