"""A task done on a phone, in a real browser: the share sheet gets text and picture, and nothing stays after the end."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.huis import GRIJS, WACHTWOORD, Huis
from tests.web.test_ui_browser import BREED, SMAL, VLAGGEN, by_hand, faults, served

DEELBLAD = """
window.gedeeld = [];
navigator.canShare = (wat) => Boolean(wat.text && wat.files?.length);
navigator.share = async ({ text, files }) => {
  for (const file of files) gedeeld.push({ text, naam: file.name, soort: file.type, bytes: file.size });
};
"""
"""A share sheet that writes down what it gets."""
ZONDER = "delete Navigator.prototype.share; delete Navigator.prototype.canShare;"
LINK = "https://kanaal.example/bericht/7"

pytestmark = pytest.mark.browser


@dataclass
class Tafel:
    """The desk with its browser; `phone()` is another one, that never logged in."""

    huis: Huis
    browser: Browser
    adres: str
    page: Page

    def scan(self, knop: str) -> str:
        """Press a button on the page of tasks and read the QR from the screen; the path it leads to."""
        self.page.goto("/taken")
        self.page.get_by_role("button", name=knop).first.click()
        picture = self.page.get_by_role("img", name="QR-code voor uw telefoon").screenshot()
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
        return urlsplit(code.text).path

    def phone(self, script: str = DEELBLAD, *, js: bool = True, donker: bool = False) -> Page:
        context = self.browser.new_context(
            base_url=self.adres,
            viewport=SMAL,
            is_mobile=True,
            has_touch=True,
            java_script_enabled=js,
            color_scheme="dark" if donker else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = context.new_page()
        page.add_init_script(script)
        return page


@pytest.fixture
def tafel(huis: Huis) -> Iterator[Tafel]:
    """Somebody of the meldkamer at the desk, and an actie that must be placed by hand on two kanalen."""
    huis.inloggen("meldkamer")
    with served(huis) as adres, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=VLAGGEN)
        page = browser.new_page(base_url=adres, viewport=BREED)
        page.goto("/inloggen?verder=/taken")
        page.get_by_label("Naam").fill("meldkamer")
        page.get_by_label("Wachtwoord").fill(WACHTWOORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name="Taken")).to_be_visible()
        yield Tafel(huis, browser, adres, page)
        browser.close()


def test_text_and_picture_are_shared_the_link_comes_back_and_later_the_post_is_taken_away(tafel: Tafel) -> None:
    made = tafel.huis.start().json()
    by_hand(tafel.huis)
    problems: list[str] = []
    pad = tafel.scan("Plaatsen met uw telefoon")
    assert faults(tafel.page) == []
    phone = tafel.phone()
    phone.on("pageerror", lambda error: problems.append(str(error)))
    phone.on("console", lambda message: problems.append(message.text))
    phone.goto(pad)
    phone.get_by_role("button", name="Delen").tap()
    expect(phone.get_by_role("status")).to_contain_text("Gedeeld.")
    [shared] = phone.evaluate("gedeeld")
    assert shared["text"] == phone.locator("#tekst").text_content()
    assert "Sanne (9) uit Utrecht vermist" in shared["text"]
    assert (shared["naam"], shared["soort"], shared["bytes"]) == (f"{made['kenmerk']}.jpg", "image/jpeg", len(GRIJS))
    assert faults(phone) == []
    phone.get_by_label("Plak hier de link").fill(LINK)
    phone.get_by_role("button", name="Geplaatst", exact=True).tap()
    expect(phone.get_by_role("heading", name="Geplaatst. Dank u wel.")).to_be_visible()
    assert faults(phone) == []
    expect(tafel.page.get_by_role("status").filter(has_text="Geplaatst. Uw antwoord")).to_be_visible(timeout=15_000)
    assert faults(tafel.page) == []

    tafel.huis.post("meldkamer", f"/acties/{made['id']}/intrekkingen", {"reden": "gevonden"})
    by_hand(tafel.huis)
    phone = tafel.phone(donker=True)
    phone.goto(tafel.scan("Weghalen met uw telefoon"))
    assert faults(phone) == []
    phone.get_by_role("button", name="Verwijderd").tap()
    expect(phone.get_by_role("heading", name="Weggehaald. Dank u wel.")).to_be_visible()
    assert faults(phone) == []
    assert problems == []


def test_a_page_that_was_left_open_empties_itself_when_the_actie_ends(tafel: Tafel) -> None:
    made = tafel.huis.start().json()
    by_hand(tafel.huis)
    phone = tafel.phone()
    phone.goto(tafel.scan("Plaatsen met uw telefoon"))
    expect(phone.get_by_role("button", name="Delen")).to_be_visible()
    tafel.huis.post("meldkamer", f"/acties/{made['id']}/intrekkingen", {"reden": "gevonden"})
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.get_by_role("heading", name="De actie is beëindigd")).to_be_visible()
    assert "Sanne" not in phone.content()
    assert phone.get_by_role("img").count() == 0
    assert faults(phone) == []
    assert phone.context.cookies() == []
    assert phone.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_phone_that_cannot_share_copies_the_text_and_saves_the_picture(tafel: Tafel) -> None:
    tafel.huis.start()
    by_hand(tafel.huis)
    phone = tafel.phone(ZONDER)
    phone.goto(tafel.scan("Plaatsen met uw telefoon"))
    phone.get_by_role("button", name="Kopieer tekst").tap()
    expect(phone.get_by_role("button", name="Gekopieerd")).to_be_visible()
    assert phone.evaluate("navigator.clipboard.readText()") == phone.locator("#tekst").text_content()
    with phone.expect_download() as saved:
        phone.get_by_role("link", name="Bewaar plaatje").tap()
    assert saved.value.suggested_filename.endswith(".jpg")
    expect(phone.get_by_role("button", name="Delen")).to_be_hidden()
    expect(phone.get_by_text("plak de tekst eronder")).to_be_visible()
    assert faults(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= SMAL["width"]


def test_without_javascript_the_page_does_its_work(tafel: Tafel) -> None:
    tafel.huis.start()
    by_hand(tafel.huis)
    phone = tafel.phone(js=False)
    phone.goto(tafel.scan("Plaatsen met uw telefoon"))
    expect(phone.get_by_role("button", name="Delen")).to_be_hidden()
    expect(phone.get_by_role("button", name="Kopieer tekst")).to_be_hidden()
    expect(phone.get_by_text("plak de tekst eronder")).to_be_visible()
    phone.get_by_role("button", name="Geplaatst", exact=True).tap()
    expect(phone.get_by_role("alert")).to_contain_text("Plak de link")
    phone.get_by_role("button", name="Geplaatst, geen link").tap()
    expect(phone.get_by_role("heading", name="Geplaatst. Dank u wel.")).to_be_visible()
