"""Make every picture of the README and the docs, from the real pages of a demo that lives and goes again.

Starts `hub demo`, lets one invented actie run, opens the pages in Chromium, presses Gevonden and waits for the
receipt. Every picture that could not be made is named at the end, and the exit code says so.
"""

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from hub.demo.omgeving import SCHERMEN
from hub.demo.opbouw import PORTRETTEN
from hub.demo.verhalen import VERHALEN

ROOT = Path(__file__).resolve().parent.parent
BEELDEN = ROOT / "docs" / "beelden"
HUB = (sys.executable, "-m", "hub")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
MAX_BYTES = 400_000
POSTER_LONG_SIDE = 900
VERHAAL = VERHALEN[0]
STAAND, LIGGEND, BANIER = (1080, 1920), (1920, 1080), (1920, 540)
TELEFOON = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Mobile Safari/537.36"
)
"""A passer-by; the name of a headless browser would be counted as a bot, and rightly so."""
REACTIES = ({"route": "112", "bron": "scherm"}, {"route": "0800-0011", "bron": "whatsapp"})


@dataclass(slots=True)
class Beurs:
    """One visit: the demo's first line, the open pages, the actie, and what could not be made."""

    demo: dict[str, Any]
    browser: Browser
    kamer: BrowserContext
    actie: dict[str, Any] = field(default_factory=dict)
    gemist: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return str(self.demo["url"])

    @contextlib.contextmanager
    def page(self, width: int = 1440, height: int = 900) -> Iterator[Page]:
        """A tab of someone of the meldkamer."""
        page = self.kamer.new_page()
        page.set_viewport_size({"width": width, "height": height})
        yield page
        page.close()

    def api(self, path: str, **given: Any) -> dict[str, Any]:
        """POST to the API as meldkamer."""
        headers = {"Authorization": f"Bearer {self.demo['sleutels']['meldkamer']}", **given.pop("headers", {})}
        answer = self.kamer.request.post(f"{self.url}/api/v1{path}", headers=headers, **given)
        if not answer.ok:
            raise PlaywrightError(f"{path}: {answer.status} {answer.text()[:300]}")
        found: dict[str, Any] = answer.json()
        return found


def main() -> int:
    """Make all pictures; returns how many could not be made."""
    BEELDEN.mkdir(parents=True, exist_ok=True)
    with running_demo() as demo, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        room = browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam")
        visit = Beurs(demo, browser, room)
        log_in(visit)
        for picture in PICTURES:
            try:
                picture(visit)
            except (PlaywrightError, OSError) as error:
                visit.gemist.append(f"{picture.__name__}: {str(error).splitlines()[0]}")
        browser.close()
    for line in visit.gemist:
        print(f"niet gemaakt: {line}", file=sys.stderr)
    return len(visit.gemist)


@contextlib.contextmanager
def running_demo() -> Iterator[dict[str, Any]]:
    """A demo in an empty folder on a free port, with the printed figures of 2021; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [*HUB, "demo", "--map", folder, "--poort", "0", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                raise SystemExit("De demo startte niet; probeer `make run` en lees wat daar staat.")
            history = [*HUB, "import", "burgernet-2021", "--config", f"{folder}/config.yaml"]
            subprocess.run(history, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def chromium() -> str:
    """The system's Chromium."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("Installeer Chromium (Debian: chromium) om de beelden te maken.")
    return os.path.realpath(found)


def log_in(visit: Beurs) -> None:
    """As a beheerder, who sees every page."""
    login = visit.demo["logins"]["beheerder"]
    with visit.page() as page:
        page.goto(f"{visit.url}/inloggen")
        page.fill("[name=naam]", login["naam"])
        page.fill("[name=wachtwoord]", login["wachtwoord"])
        page.press("[name=wachtwoord]", "Enter")
        page.wait_for_url(lambda address: "inloggen" not in address)


# -- the pictures, in the order of the story -----------------------------------------------------------------------
def start_form(visit: Beurs) -> None:
    """The form with its previews, before anything is out."""
    words = VERHAAL.invoer
    with visit.page(1440, 1300) as page:
        opened(page, f"{visit.url}/acties/nieuw")
        page.fill("[name=kenmerk]", "VOORBEELD-1")
        page.fill("[name=gemeente]", "Utrecht")
        page.check(f"[name=niveau][value={words.niveau}]")
        for name in ("titel", "bericht", "signalement", "laatst_gezien"):
            page.fill(f"[name={name}]", str(getattr(words, name)))
        page.fill("[name=leeftijd]", str(words.persoon.leeftijd))
        if portrait() is not None:
            page.set_input_files("[name=foto]", str(portrait()))
            page.locator("[data-fotomelding]", has_text="nagekeken").wait_for()
            with page.expect_response("**/acties/voorbeeld"):
                page.check("[name=toestemming]")
        page.mouse.move(0, 0)
        page.evaluate("window.scrollTo(0, 0)")
        drawn(page, "#voorbeeld img", above=1300)
        save(page.screenshot(), "start")


def start_actie(visit: Beurs) -> None:
    """Start the invented actie, with its portrait, and let it reach every kanaal and scherm."""
    words = VERHAAL.invoer
    body = {
        "kenmerk": "VOORBEELD-2",
        "soort": words.soort,
        "type": words.type,
        "niveau": words.niveau,
        "titel": words.titel,
        "bericht": words.bericht,
        "signalement": words.signalement,
        "persoon": {"leeftijd": words.persoon.leeftijd, "minderjarig": words.persoon.minderjarig},
        "laatstGezien": words.laatst_gezien,
        "gemeente": words.gemeente,
        "looptijdMinuten": words.looptijd_minuten,
    }
    visit.actie = visit.api("/acties", data=body, headers={"Idempotency-Key": "beelden"})
    if (photo := portrait()) is not None:
        file = {"name": photo.name, "mimeType": "image/jpeg", "buffer": photo.read_bytes()}
        form = {"bestand": file, "toestemmingSchriftelijk": "true", "focusX": str(VERHAAL.focus[0])}
        form["focusY"] = str(VERHAAL.focus[1])
        visit.api(f"/acties/{visit.actie['id']}/fotos", multipart=form)
    visit.actie = visit.api(f"/acties/{visit.actie['id']}/publicaties", data={})


def posters(visit: Beurs) -> None:
    """What hangs in the city: one poster of each shape."""
    for size, name in ((STAAND, "poster-staand"), (LIGGEND, "poster-liggend"), (BANIER, "poster-banier")):
        scherm = next(s["url"] for s, d in zip(visit.demo["schermen"], SCHERMEN, strict=True) if at(d) == size)
        poster = Image.open(io.BytesIO(fetched(f"{scherm}img.jpg")))
        poster.thumbnail((POSTER_LONG_SIDE, POSTER_LONG_SIDE), Image.Resampling.LANCZOS)
        poster.save(BEELDEN / f"{name}.jpg", quality=88, optimize=True, progressive=True)


def living_page(visit: Beurs) -> None:
    """A passer-by scans three QR codes; the page on a telephone; two people call."""
    for scherm in visit.demo["schermen"][:3]:
        link = fetched(f"{scherm['url']}text.txt").decode().split()[-1]
        phone = visit.browser.new_context(
            viewport={"width": 390, "height": 844},
            user_agent=TELEFOON,
            locale="nl-NL",
            device_scale_factor=2,
            is_mobile=True,
        )
        page = phone.new_page()
        opened(page, link)
        page.wait_for_load_state("networkidle")
        if scherm is visit.demo["schermen"][0]:
            save(page.screenshot(), "pagina")
        phone.close()
    for reactie in REACTIES:
        visit.api(f"/acties/{visit.actie['id']}/reacties", data=reactie)


def meekijken(visit: Beurs) -> None:
    """Everything lit; then Gevonden, and everything dark with the receipt full."""
    with visit.page(1600, 1120) as page:
        opened(page, f"{visit.url}/meekijken")
        page.locator("#geplaatst", has_text="3").wait_for()
        lit(page)
        save(page.screenshot(), "meekijken")
        page.click("button.gevonden")
        page.locator("#bewijsstand", has_text="Compleet").wait_for(timeout=60_000)
        lit(page)
        save(page.screenshot(), "meekijken-gevonden")


def actie_page(visit: Beurs) -> None:
    """What the meldkamer sees of a running actie."""
    shot(visit, f"/acties/{visit.actie['id']}", "actie", height=1100)


def receipt(visit: Beurs) -> None:
    """The intrekkingsbewijs."""
    shot(visit, f"/acties/{visit.actie['id']}/bewijs", "bewijs", height=1100)


def statistics(visit: Beurs) -> None:
    """What worked, per kanaal and per scherm."""
    shot(visit, f"/statistieken?actie={visit.actie['id']}", "statistieken", height=1100)


def report(visit: Beurs) -> None:
    """Acties and reacties per gemeente, beside the printed figures of 2021."""
    shot(visit, "/rapporten/acties-en-reacties?van=2021-01-01&tot=2021-12-31", "rapport", height=1100)


PICTURES: tuple[Callable[[Beurs], None], ...] = (
    start_form, start_actie, posters, living_page, actie_page, meekijken, receipt, statistics, report,
)  # fmt: skip


# -- tools ---------------------------------------------------------------------------------------------------------
def portrait() -> Path | None:
    """The drawn portrait of the first story."""
    path = PORTRETTEN / VERHAAL.portret
    return path if path.exists() else None


def at(scherm: Any) -> tuple[int, int]:
    """The size of a screen of the demo."""
    return scherm.breedte, scherm.hoogte


def opened(page: Page, url: str) -> None:
    """Go to a page that must be there."""
    answer = page.goto(url)
    if answer is None or not answer.ok:
        raise PlaywrightError(f"{url} geeft {answer.status if answer else 'geen antwoord'}")


def lit(page: Page) -> None:
    """Wait until every screen on the page shows a picture."""
    for frame in page.frames:
        if "/s/" in frame.url:
            frame.wait_for_selector("img.voor", timeout=20_000)
    page.wait_for_timeout(500)


def drawn(page: Page, selector: str, above: int) -> None:
    """Wait until the pictures above this height are there; a preview is drawn while one looks."""
    page.wait_for_load_state("networkidle")
    for picture in page.locator(selector).all():
        box = picture.bounding_box()
        if box is not None and box["y"] < above:
            picture.evaluate("img => img.decode()")


def shot(visit: Beurs, path: str, name: str, height: int = 900) -> None:
    """Open a page of the hub and keep what a person sees of it."""
    with visit.page(1440, height) as page:
        opened(page, visit.url + path)
        page.wait_for_load_state("load")
        page.wait_for_timeout(1000)
        save(page.screenshot(), name)


def fetched(url: str) -> bytes:
    """What an address of the demo answers."""
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - an address of our own demo
        body: bytes = answer.read()
        return body


def save(png: bytes, name: str) -> None:
    """Keep a screenshot as PNG within the limit: 256 colours where it is larger, and smaller if it must."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    data = encoded(picture)
    if len(data) > MAX_BYTES:
        data = encoded(few_colours(picture))
    while len(data) > MAX_BYTES:
        picture = picture.resize((picture.width * 9 // 10, picture.height * 9 // 10), Image.Resampling.LANCZOS)
        data = encoded(few_colours(picture))
    (BEELDEN / f"{name}.png").write_bytes(data)


def few_colours(picture: Image.Image) -> Image.Image:
    """The picture in 256 colours, dithered so that faces stay smooth."""
    palette = picture.quantize(256, Image.Quantize.MEDIANCUT)
    return picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def encoded(picture: Image.Image) -> bytes:
    """The bytes of a PNG."""
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
