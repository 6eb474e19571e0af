"""Writing a text of a kanaal as an adviseur would: a slip is told with its line, a look shows the post."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.web.huis import Huis
from tests.web.test_ui_browser import BREED, SMAL, VLAGGEN, faults, log_in, served

TEKST = "{% block kop %}\nLet op: {{ titel }}\n{% endblock %}\n{{ bericht|zin }}"

pytestmark = pytest.mark.browser


@pytest.fixture
def page(huis: Huis) -> Iterator[Page]:
    huis.inloggen("beheerder")
    with served(huis) as adres, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=VLAGGEN)
        yield browser.new_page(base_url=adres, viewport=BREED)
        browser.close()


def test_a_text_is_written_looked_at_kept_and_put_back(page: Page) -> None:
    log_in(page)
    page.goto("/kanalen/buurtapp")
    page.get_by_role("link", name="Teksten van dit kanaal").click()
    assert faults(page) == []
    page.get_by_role("link", name="Overval").click()
    page.get_by_label("Tekst", exact=True).fill(TEKST + "\n{{ berigt }}")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("alert")).to_contain_text("Regel 5: `berigt` bestaat niet")
    expect(page.get_by_label("Tekst", exact=True)).to_have_value(TEKST + "\n{{ berigt }}")
    assert faults(page) == []
    page.get_by_label("Tekst", exact=True).fill(TEKST)
    page.get_by_role("button", name="Bekijk").click()
    expect(page.locator("#beeld")).to_contain_text("Let op: Titel van een bedachte actie")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("De tekst is bewaard.")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Terug naar de standaard").click()
    page.get_by_text("Versie 1, beheerder").click()
    page.get_by_role("button", name="Zet terug").click()
    expect(page.get_by_text("gebruikt zijn eigen tekst, versie 2")).to_be_visible()
    page.set_viewport_size(SMAL)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
