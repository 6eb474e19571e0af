"""The gallery of an actie: every format, nothing kept, and no name or photo where there may be none."""

import re
from typing import Any

import pytest

from hub.acties import store as acties
from hub.acties.view import view
from hub.content import PosterRequest
from hub.kit.config import Config, Goedkeuring
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.web.keuring import verdicts
from tests.builders import Klok
from tests.web.huis import ADRES, Huis, Tekenaar, open_huis
from tests.web.test_ui_doen import FORMULIER, Browser, jpeg


@pytest.fixture
def meldkamer(huis: Huis) -> Browser:
    return Browser(huis, "meldkamer")


def concept(meldkamer: Browser, **anders: str) -> str:
    """A concept with a photo; its address."""
    velden = {**FORMULIER, "knop": "verder", "toestemming": "ja", **anders}
    answer = meldkamer.post("/acties/nieuw", velden, files={"foto": ("g.jpg", jpeg(), "image/jpeg")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


def drawn(meldkamer: Browser, beeld: str) -> PosterRequest:
    """What the renderer was asked for this picture."""
    answer = meldkamer.get(beeld)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    tekenaar: Any = meldkamer.huis.deps.renderer
    assert isinstance(tekenaar, Tekenaar)
    return tekenaar.getekend[-1]


def voorbeeld(meldkamer: Browser, velden: dict[str, str]) -> str:
    """The address of the gallery of a form that is still open."""
    shown = meldkamer.post("/acties/voorbeeld", velden).text
    link = re.search(r'href="(/acties/voorbeeld/\w+)"', shown)
    assert link is not None
    return link[1]


async def blijft() -> bool:
    """A visitor who stays."""
    return False


def test_every_format_stands_there_with_what_is_known_of_it(meldkamer: Browser) -> None:
    pad = concept(meldkamer)
    assert f'href="{pad}/posters"' in meldkamer.get(pad).text
    page = meldkamer.get(f"{pad}/posters?thema=nacht&afstand=10").text
    for naam in meldkamer.huis.deps.renderer.formats():
        assert f'src="{pad}/posters/{naam}.jpg?thema=nacht"' in page
    assert page.count('loading="lazy"') == page.count("Goedgekeurd") == len(meldkamer.huis.deps.renderer.formats())
    assert re.search(r'value="10" checked', page)
    assert "Met QR" in page


def test_a_picture_is_the_actie_in_the_chosen_colours(meldkamer: Browser) -> None:
    order = drawn(meldkamer, f"{concept(meldkamer)}/posters/staand-1080x1920.jpg?thema=nacht")
    assert (order.thema, order.foto is not None) == ("nacht", True)
    assert meldkamer.get(f"{concept(meldkamer, kenmerk='UI-2')}/posters/rond.jpg").status_code == 404


def test_a_photo_without_consent_is_shown_nowhere(meldkamer: Browser) -> None:
    order = drawn(meldkamer, f"{concept(meldkamer, toestemming='')}/posters/staand-1080x1920.jpg")
    assert order.foto is None


def test_after_withdrawal_there_is_no_name_and_no_photo(meldkamer: Browser) -> None:
    pad = concept(meldkamer)
    meldkamer.post(f"{pad}/publiceren")
    meldkamer.post(f"{pad}/intrekken", {"reden": "gevonden"})
    order = drawn(meldkamer, f"{pad}/posters/staand-1080x1920.jpg")
    assert order.actie is not None
    assert (order.actie.stand, order.actie.titel, order.foto) == ("slot", "", None)
    assert "Sanne" not in meldkamer.get(f"{pad}/posters").text


def test_words_that_were_checked_while_their_actie_ended_are_forgotten(meldkamer: Browser) -> None:
    pad = concept(meldkamer)
    meldkamer.post(f"{pad}/publiceren")
    deps, tekenaar, portal = meldkamer.huis.deps, meldkamer.huis.deps.renderer, meldkamer.huis.client.portal
    assert isinstance(tekenaar, Tekenaar)
    assert portal is not None
    for times in (1, 0):  # before the withdrawal it is seen as it ran, afterwards by its closing words
        actie = deps.db.read_sync(lambda s: acties.get(s, pad.rsplit("/", 1)[1]))
        assert actie is not None
        meldkamer.post(f"{pad}/intrekken", {"reden": "gevonden"})
        before = tekenaar.vergeten
        portal.call(verdicts, deps, view(actie, deps.config), (), "gewoon", blijft)
        assert tekenaar.vergeten - before == times


def test_what_is_still_being_typed_has_a_gallery_too(meldkamer: Browser) -> None:
    bewaard = meldkamer.post("/acties/foto", files={"foto": ("g.jpg", jpeg(), "image/jpeg")}).json()["foto"]
    velden = {**FORMULIER, "foto_bewaard": bewaard}
    for toestemming, may in (("ja", True), ("", False)):
        galerij = voorbeeld(meldkamer, {**velden, "toestemming": toestemming})
        beeld = re.search(r'img src="([^"]+)"', meldkamer.get(galerij).text)
        assert beeld is not None
        assert (drawn(meldkamer, beeld[1].replace("&amp;", "&")).foto is not None) is may
    assert meldkamer.get("/acties/voorbeeld/weg").status_code == 404


def test_who_only_reads_may_look_and_another_region_may_not(huis: Huis) -> None:
    pad = Browser(huis, "meldkamer").lopend(gemeente="amsterdam")
    lezer = Browser(huis, "lezer")
    assert lezer.get(f"{pad}/posters").status_code == 200
    assert lezer.get(f"{pad}/posters/staand-1080x1920.jpg").status_code == 200
    huis.client.cookies.clear()
    actie_id = pad.rsplit("/", 1)[1]
    answer = huis.client.get(f"/acties/{actie_id}/posters", headers=huis.kop("gemeente"))
    assert answer.status_code == 404


@pytest.mark.parametrize("aangeboden", [False, True], ids=["concept", "wacht-op-goedkeuring"])
def test_before_an_actie_goes_out_who_only_reads_sees_its_words_and_none_of_its_posters(
    db: Db, vault: Vault, klok: Klok, aangeboden: bool
) -> None:
    config = Config(adres=ADRES, goedkeuring=Goedkeuring(tijdkritisch="vier-ogen" if aangeboden else "direct"))
    with open_huis(db, vault, klok, config) as huis:
        pad = concept(Browser(huis, "meldkamer"))
        posters = [f"{pad}/posters", f"{pad}/posters/staand-1080x1920.jpg"]
        if aangeboden:
            Browser(huis, "meldkamer").post(f"{pad}/publiceren")
        for rol, status in (("lezer", 403), ("gemeente", 200), ("adviseur", 200)):
            seen = [huis.client.get(each, headers=huis.kop(rol)).status_code for each in posters]
            assert seen == [status, status], rol
        page = huis.client.get(pad, headers=huis.kop("lezer")).text
        assert "Sanne is vanmiddag niet thuisgekomen." in page
        assert "<img" not in page
        assert "/posters" not in page
        assert "/acties/voorbeeld/" not in page
