"""The gallery in a real browser with the real posters: a distance makes them smaller at once, without a script."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from hub.app import PARTS
from hub.web.atelier import Atelier
from tests.web.huis import Huis
from tests.web.test_ui_browser import BREED, SMAL, VLAGGEN, faults, log_in, served

pytestmark = pytest.mark.browser


@pytest.fixture
def page(huis: Huis) -> Iterator[Page]:
    renderer = PARTS.renderer()
    huis.deps = replace(huis.deps, renderer=renderer, atelier=Atelier(renderer))
    huis.inloggen("beheerder")
    with served(huis) as adres, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=VLAGGEN)
        yield browser.new_page(base_url=adres, viewport=BREED)
        browser.close()


def width(page: Page, naam: str) -> float:
    box = page.locator(f"#poster-{naam} img").bounding_box()
    assert box is not None
    return box["width"]


def test_a_poster_is_as_small_as_it_looks_from_where_one_stands(huis: Huis, page: Page) -> None:
    made = huis.start().json()
    log_in(page)
    page.goto(f"/acties/{made['id']}")
    page.get_by_role("link", name="Bekijk alle formaten").click()
    expect(page.get_by_role("heading", level=1, name="Alle formaten")).to_be_visible()
    assert faults(page) == []
    info = huis.deps.renderer.about("staand-1080x1920")
    for metres in (5, 10, 25):
        page.get_by_label(f"{metres} meter", exact=True).check()
        seen = info.breedte_mm * 0.6 / metres * 3.78
        assert width(page, "staand-1080x1920") == pytest.approx(seen, abs=1)
    page.get_by_label("Nacht").check()
    page.get_by_role("button", name="Toon deze kleuren").click()
    expect(page.get_by_label("25 meter", exact=True)).to_be_checked()
    expect(page.locator("#poster-staand-1080x1920 img")).to_have_attribute(
        "src", r"/acties/" + made["id"] + "/posters/staand-1080x1920.jpg?thema=nacht"
    )
    for size in (BREED, SMAL):
        page.set_viewport_size(size)
        for label in ("Passend op de pagina", "5 meter"):
            page.get_by_label(label, exact=True).check()
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (size, label)
    assert faults(page) == []
