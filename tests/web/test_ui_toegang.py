"""The pages for who uses a keyboard, a phone or large letters: what axe cannot see."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.web.huis import WACHTWOORD, Huis
from tests.web.test_public_look import WORTEL, contrast, tokens
from tests.web.test_ui_browser import BREED, PAGINAS, SMAL, VLAGGEN, faults, log_in, served

KLEINSTE = {"width": 320, "height": 640}
GRONDEN = ("vloer", "paneel", "diep", "accent-vlak", "alarm-vlak", "let-op-vlak")
ZONDER_RAND = """() => {
  const deel = document.activeElement;
  if (!deel || deel === document.body) return null;
  const ring = (s) => s.outlineStyle === "none" ? 0 : parseFloat(s.outlineWidth);
  let dikte = 0;
  for (let e = deel; e && e !== document.body; e = e.parentElement) dikte = Math.max(dikte, ring(getComputedStyle(e)));
  return [deel.outerHTML.slice(0, 90), dikte];
}"""
TE_KLEIN = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
  .filter((e) => {
    const r = e.getBoundingClientRect();
    if (!r.width || e.closest("label") || getComputedStyle(e).clipPath !== "none") return false;
    const inZin = e.parentElement.matches("p, span") && e.parentElement.textContent.trim() !== e.textContent.trim();
    return (r.height < 24 || r.width < 24) && !(e.tagName === "A" && inZin);
  }).map((e) => location.pathname + " " + e.outerHTML.slice(0, 90))"""

pytestmark = pytest.mark.browser


@pytest.fixture
def page(huis: Huis) -> Iterator[Page]:
    """A browser on the hub, with a user `beheerder` and an actie that runs."""
    huis.inloggen("beheerder")
    huis.start()
    with served(huis) as adres, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=VLAGGEN)
        yield browser.new_page(base_url=adres, viewport=BREED)
        browser.close()


def test_the_whole_menu_is_in_sight_on_a_phone_without_script(page: Page) -> None:
    log_in(page)
    names = page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link").all_inner_texts()
    assert len(names) == 7
    browser = page.context.browser
    assert browser is not None
    phone = browser.new_page(base_url=page.url, viewport=KLEINSTE, java_script_enabled=False)
    phone.goto("/inloggen")
    phone.get_by_label("Naam").fill("beheerder")
    phone.get_by_label("Wachtwoord").fill(WACHTWOORD)
    phone.get_by_role("button", name="Inloggen").click()
    for link in phone.get_by_role("navigation", name="Hoofdmenu").get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= KLEINSTE["width"]


def test_every_page_fits_a_small_phone_and_has_nothing_too_small_to_touch(page: Page) -> None:
    log_in(page)
    page.set_viewport_size(KLEINSTE)
    small, wide, titles = [], [], set()
    for path in PAGINAS:
        page.goto(path)
        titles.add(page.title())
        small += page.evaluate(TE_KLEIN)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert small == []
    assert wide == []
    assert len(titles) == len(PAGINAS)


def test_whatever_has_the_focus_shows_it(page: Page) -> None:
    log_in(page)
    thin = []
    for path in ("/acties", "/acties/nieuw", "/statistieken", "/rapporten/acties-en-reacties", "/toestand"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        seen = 0
        for _ in range(80):
            page.keyboard.press("Tab")
            found = page.evaluate(ZONDER_RAND)
            if found is None:
                break
            seen += 1
            thin += [f"{path} {found}"] * (found[1] < 2)
        assert seen > 10
    assert thin == []


@pytest.mark.parametrize("donker", [False, True])
def test_the_ring_of_the_focus_stands_out_on_every_ground(donker: bool) -> None:
    light, dark = (WORTEL / "hub/web/assets/hub.css").read_text(encoding="utf-8").split("prefers-color-scheme: dark", 1)
    colours = tokens(light, ":root") | (tokens(dark, ":root") if donker else {})
    assert [naam for naam in GRONDEN if contrast(colours["ah-focus"], colours[f"ah-{naam}"]) < 3] == []


def test_a_wide_table_scrolls_by_keyboard_in_a_region_with_a_name(page: Page) -> None:
    log_in(page)
    page.set_viewport_size(SMAL)
    page.goto("/rapporten/acties-en-reacties")
    table = page.get_by_role("region", name="Tabel van het rapport")
    last = table.get_by_role("columnheader").last
    expect(last).not_to_be_in_viewport()
    table.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect(last).to_be_in_viewport()


def test_the_list_of_faults_brings_to_each_field_which_says_what_is_wrong(page: Page) -> None:
    log_in(page)
    page.goto("/acties/nieuw")
    page.get_by_label("Kenmerk").fill("MN-9")
    page.get_by_label("Gemeente", exact=True).fill("Utrect")
    page.get_by_text("Gebied groter of kleiner maken").click()
    page.get_by_label("Breedtegraad").fill("noord")
    page.get_by_role("button", name="Controleren en uitzetten").click()
    summary = page.locator("#fouten")
    expect(summary).to_be_focused()
    assert faults(page) == []
    links = summary.get_by_role("link").all()
    assert [link.inner_text().partition(":")[0] for link in links] == [
        "Gemeente",
        "Titel",
        "Bericht",
        "Straal",
        "Breedtegraad",
        "Lengtegraad",
    ]
    for link in links:
        words = link.inner_text().partition(": ")[2]
        link.click()
        field = page.locator(":focus")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(words)))
