"""The pages in a real browser: the whole job by keyboard alone, and no fault that axe can see."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy.orm import Session

from hub.delivery import claim
from hub.delivery import store as delivery
from hub.kanalen import store as kanalen
from hub.web import site
from tests.web.huis import WACHTWOORD, Huis

VLAGGEN = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BREED, SMAL = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PAGINAS = (
    "/acties",
    "/acties/nieuw",
    "/taken",
    "/kanalen",
    "/kanalen/nieuw?netwerk=proef",
    "/schermen",
    "/statistieken",
    "/rapporten/acties-en-reacties",
    "/toestand",
)

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
"""Long enough for a machine that is busy with other tests."""


@contextmanager
def served(huis: Huis) -> Iterator[str]:
    """The hub of the test on a free port of this machine."""
    config = uvicorn.Config(
        site.build(huis.deps), "127.0.0.1", 0, lifespan="off", access_log=False, log_level="error", ws="none"
    )
    server = uvicorn.Server(config)

    async def live() -> None:
        await server.serve()
        await huis.deps.accounts.close()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def page(huis: Huis) -> Iterator[Page]:
    """A browser on the hub, with a user `beheerder`."""
    huis.inloggen("beheerder")
    with served(huis) as adres, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=VLAGGEN)
        yield browser.new_page(base_url=adres, viewport=BREED)
        browser.close()


def by_hand(huis: Huis) -> None:
    """The worker finds that a person must do what is due."""

    def work(session: Session) -> None:
        for row in claim.claim(session, "proef", huis.klok.nu, {}, 9):
            delivery.settle(session, row, "proef", "handwerk", huis.klok.nu)

    huis.deps.db.write_sync(work)


def log_in(page: Page) -> None:
    page.goto("/inloggen")
    # The page puts the cursor in the first field by itself; on a busy machine that takes a moment.
    expect(page.get_by_label("Naam")).to_be_focused()
    page.keyboard.type("beheerder")
    page.keyboard.press("Tab")
    page.keyboard.type(WACHTWOORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Acties")).to_be_visible()


def faults(page: Page) -> list[str]:
    """What axe finds wrong on this page."""
    return [f"{page.url}: {item['id']} {item['nodes'][0]['target']}" for item in Axe().run(page).response["violations"]]


def test_an_actie_goes_out_and_back_by_keyboard_alone(page: Page) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    log_in(page)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1, name="Nieuwe actie")).to_be_visible()
    page.locator("#kenmerk").focus()
    for text in ("TOETS-1", "Utrecht", "Man (72) vermist", "Hij is gaan wandelen en niet terug."):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(page.locator("#voorbeeld .ah-post").first).to_contain_text("Man (72) vermist")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Ja, zet nu uit")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".ah-stand__fase")).to_have_text("Loopt")
    assert faults(page) == []
    page.keyboard.press("i")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Gevonden of opgelost")).to_be_focused()
    expect(page.locator("input[name=reden]:checked")).to_have_count(0)
    expect(page.locator(".ah-stand__fase")).to_have_text("Loopt")
    assert faults(page) == []
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Intrekkingsbewijs")).to_be_visible()
    assert faults(page) == []
    assert problems == []


def test_shortcuts_can_be_switched_off(page: Page) -> None:
    log_in(page)
    page.get_by_text("Sneltoetsen", exact=True).click()
    page.get_by_label("Sneltoetsen aan").uncheck()
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1, name="Acties")).to_be_visible()
    expect(page.locator("kbd.ah-hint").first).to_be_hidden()


def test_a_post_that_must_go_is_seen_and_heard_while_the_page_is_open(huis: Huis, page: Page) -> None:
    made = huis.start().json()
    by_hand(huis)
    huis.klok.verder(minutes=51)
    log_in(page)
    page.goto("/taken")
    expect(page.get_by_role("button", name="30 minuten erbij")).to_be_visible()
    page.get_by_role("button", name="Geluid aanzetten").click()
    expect(page.get_by_role("button", name="Geluid uitzetten")).to_have_attribute("aria-pressed", "true")
    assert faults(page) == []
    huis.post("meldkamer", f"/acties/{made['id']}/intrekkingen", {"reden": "gevonden"})
    by_hand(huis)
    expect(page).to_have_title("(2) Weghalen — Taken · Actiehub")
    expect(page.locator("#roep-kort")).to_have_text("2 berichten moeten met de hand weg.")
    expect(page.get_by_role("heading", name="Haal het weg")).to_have_count(2)
    assert faults(page) == []
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page).to_have_title("(1) Weghalen — Taken · Actiehub")
    page.goto(f"/acties/{made['id']}/bewijs")
    assert faults(page) == []


def test_a_task_is_answered_with_one_key_pressed_twice_and_a_letter_in_a_field_answers_nothing(
    huis: Huis, page: Page
) -> None:
    made = huis.start().json()
    by_hand(huis)
    log_in(page)
    page.goto("/taken")
    tasks = page.locator("[data-taak]")
    expect(tasks).to_have_count(2)
    first = tasks.first.get_by_role("heading").inner_text().rpartition(" ")[2]
    page.get_by_label("Link naar het bericht").first.focus()
    page.keyboard.type("jn")
    expect(page.get_by_label("Link naar het bericht").first).to_have_value("jn")
    expect(tasks).to_have_count(2)
    page.reload()
    for key in ("j", "n"):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1, name="Nieuwe actie")).to_be_visible()
    page.goto("/taken")
    expect(tasks).to_have_count(2)
    page.keyboard.press("j")
    said = tasks.first.get_by_role("status")
    expect(said).to_contain_text("Druk nog eens op j om te antwoorden: Geplaatst.")
    assert faults(page) == []
    page.keyboard.press("n")
    expect(said).to_contain_text("Druk nog eens op n om te antwoorden: Dit doe ik niet.")
    page.keyboard.press("Escape")
    expect(said).to_be_empty()
    expect(tasks).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(tasks).to_have_count(1)
    page.wait_for_load_state()
    page.keyboard.press("n")
    page.keyboard.press("n")
    expect(page.get_by_text("Er staat niets open.")).to_be_visible()
    rows = huis.get("lezer", f"/acties/{made['id']}/bezorgingen").json()["bezorgingen"]
    states = {row["kanaal"]: row["staat"] for row in rows}
    assert states.pop(first) == "verzonden"
    assert list(states.values()) == ["vervallen"]


def test_a_link_to_a_task_brings_the_focus_to_it(huis: Huis, page: Page) -> None:
    huis.start()
    by_hand(huis)
    log_in(page)
    page.goto("/taken")
    last = page.locator("[data-taak]").last.get_attribute("id")
    page.goto("/acties")
    page.goto(f"/taken#{last}")
    expect(page.locator(f"#{last}")).to_be_focused()


def test_no_page_has_a_fault_that_axe_can_see(huis: Huis, page: Page) -> None:
    huis.start()
    now = huis.klok.verder(minutes=2)
    huis.deps.db.write_sync(lambda s: kanalen.note_failure(s, "buurtapp", "Ingetrokken.", now, pause=True))
    log_in(page)
    expect(page.locator(".ah-teller--alarm")).to_contain_text("alarmen")
    found, wide = [], []
    for size in (BREED, SMAL):
        page.emulate_media(color_scheme="dark" if size is SMAL else "light")
        page.set_viewport_size(size)
        for path in PAGINAS:
            page.goto(path)
            found += faults(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(f"{path} {size['width']}")
    assert found == []
    assert wide == []
