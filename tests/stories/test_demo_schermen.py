"""A scherm as its player sees it: pictures, page, events, signed manifest, and a QR that a telephone can read."""

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PIL import Image

from tests.stories.demo_client import CODE, MENS, Demo, lopende_actie, roze, until


@pytest.fixture(scope="module")
def actie(demo: Demo) -> Iterator[dict[str, Any]]:
    """A running actie with a photo and written consent, that every scherm shows."""
    with lopende_actie(demo) as running:
        for url in demo.schermen.values():
            until(lambda url=url: "112" in httpx.get(url + "text.txt").text, "het scherm toont de actie")
        yield running


def soorten(demo: Demo) -> dict[str, dict[str, Any]]:
    """The schermen as the adviseur registered them, by name."""
    rows = demo.api("adviseur").get("/api/v1/schermen").json()["schermen"]
    return {row["naam"]: row for row in rows}


def scans(demo: Demo, actie: dict[str, Any]) -> dict[str, int]:
    """Scans per scherm."""
    told = demo.api("lezer").get(f"/api/v1/acties/{actie['id']}/statistieken").json()
    return {row["scherm"]: row["scans"] for row in told["schermen"]}


def test_every_scherm_shows_the_actie_in_its_own_size(demo: Demo, actie: dict[str, Any]) -> None:
    for naam, row in soorten(demo).items():
        answer = httpx.get(demo.schermen[naam] + "img.jpg")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert len(answer.content) <= 500_000
        assert Image.open(io.BytesIO(answer.content)).size == (row["breedte"], row["hoogte"])
        assert roze(answer.content)


def test_head_tells_the_same_as_get_and_a_known_picture_is_not_sent_again(demo: Demo, actie: dict[str, Any]) -> None:
    for url in demo.schermen.values():
        head, full = httpx.head(url + "img.jpg"), httpx.get(url + "img.jpg")
        assert (head.status_code, head.content) == (200, b"")
        for kop in ("ETag", "Content-Length", "Content-Type", "Last-Modified", "Cache-Control"):
            assert head.headers[kop] == full.headers[kop]
        for methode in ("GET", "HEAD"):
            known = httpx.request(methode, url + "img.jpg", headers={"If-None-Match": full.headers["ETag"]})
            assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize("pad", ["", "img.jpg", "320x240.jpg", "manifest.json", "text.txt", "events"])
def test_head_works_on_every_address_of_a_scherm(demo: Demo, pad: str) -> None:
    url = next(iter(demo.schermen.values()))
    assert httpx.head(url + pad).status_code == 200


@pytest.mark.parametrize(("breedte", "hoogte"), [(1080, 1920), (1920, 1080), (970, 250), (640, 480)])
def test_a_player_may_ask_for_another_size(demo: Demo, actie: dict[str, Any], breedte: int, hoogte: int) -> None:
    answer = httpx.get(f"{next(iter(demo.schermen.values()))}{breedte}x{hoogte}.jpg")
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.content)).size == (breedte, hoogte)
    assert answer.headers["ETag"]


@pytest.mark.parametrize("pad", ["99999x99999.jpg", "0x0.jpg", "1x.jpg", "x.jpg", "onbekend", "../img.jpg"])
def test_an_address_that_is_no_size_is_refused_without_drawing(demo: Demo, pad: str) -> None:
    answer = httpx.get(next(iter(demo.schermen.values())) + pad)
    assert answer.status_code in {400, 404}


def test_an_unknown_token_shows_nothing_of_the_actie(demo: Demo, actie: dict[str, Any]) -> None:
    for pad in ("", "img.jpg", "manifest.json", "text.txt", "events"):
        answer = httpx.get(f"{demo.url}/s/{'A' * 32}/{pad}")
        assert answer.status_code == 404
        assert "Noor" not in answer.text


def test_the_live_page_needs_no_cookie_and_no_unsafe_script(demo: Demo) -> None:
    for url in demo.schermen.values():
        page = httpx.get(url)
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "set-cookie" not in page.headers
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert "<img" in page.text


def test_the_stream_starts_with_where_the_scherm_stands(demo: Demo, actie: dict[str, Any]) -> None:
    with httpx.stream("GET", next(iter(demo.schermen.values())) + "events", timeout=10) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("event:")) == "event: stand"
        stand = json.loads(next(line for line in lines if line.startswith("data:")).removeprefix("data:"))
    assert isinstance(stand["serial"], int)


def test_the_manifest_is_signed_and_describes_exactly_the_picture_that_comes(demo: Demo, actie: dict[str, Any]) -> None:
    sleutel = httpx.get(f"{demo.url}/.well-known/actiehub-sleutel.json").json()["x"]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(sleutel + "=="))
    for url in demo.schermen.values():
        answer = httpx.get(url + "manifest.json")
        public.verify(base64.b64decode(answer.headers["Handtekening"]), answer.content)
        manifest = answer.json()
        assert isinstance(manifest["serial"], int)
        [item] = manifest["items"]
        picture = httpx.get(item["url"])
        assert hashlib.sha256(picture.content).hexdigest() == item["sha256"]
        assert len(picture.content) == item["bytes"]
        assert item["containsPerson"] is True


def test_the_text_of_a_scherm_carries_the_number_and_its_own_link(demo: Demo, actie: dict[str, Any]) -> None:
    links = set()
    for url in demo.schermen.values():
        text = httpx.get(url + "text.txt").text
        assert "VOORBEELD" in text
        assert "Bel 112" in text
        links.add(CODE.findall(text)[-1])
    assert len(links) == len(demo.schermen)


def test_every_qr_is_read_by_another_decoder_and_leads_a_person_to_the_living_page(
    demo: Demo, actie: dict[str, Any]
) -> None:
    before, gelezen = scans(demo, actie), {}
    for naam, url in demo.schermen.items():
        picture = Image.open(io.BytesIO(httpx.get(url + "img.jpg").content))
        [code] = zxingcpp.read_barcodes(picture)
        gelezen[naam] = code.text
    assert len(set(gelezen.values())) == len(demo.schermen)
    for naam, link in gelezen.items():
        assert re.fullmatch(CODE, link)
        assert link.lower().startswith(demo.url.lower())
        answer = httpx.get(link, headers=MENS)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
        assert "Bel 112" in httpx.get(answer.headers["Location"], headers=MENS).text
        assert httpx.head(link, headers=MENS).status_code == 302
        assert httpx.get(link, headers={"User-Agent": "facebookexternalhit/1.1"}).status_code == 302
        assert scans(demo, actie)[naam] == before[naam] + 1


def test_the_networks_poster_carries_a_qr_too(demo: Demo, actie: dict[str, Any]) -> None:
    [post] = [post for post in demo.tijdlijn()["burgers"] if actie["code"] in post["tekst"]]
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(httpx.get(post["mediaUrl"]).content)))
    assert code.text.lower() == CODE.search(post["tekst"])[0].lower()  # type: ignore[index]
