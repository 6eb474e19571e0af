"""What people do on the pages, all without JavaScript: plain forms, a redirect, and nothing typed is ever lost."""

import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from hub.acties import store as acties
from hub.delivery import claim
from hub.delivery import store as delivery
from hub.screens import store as screens
from hub.tracking.tables import MetingRij
from tests.web.huis import WACHTWOORD, Huis

FORMULIER = {
    "kenmerk": "UI-1",
    "soort": "tijdkritisch",
    "type": "vermist-persoon",
    "niveau": "regionaal",
    "titel": "Sanne (9) uit Utrecht vermist",
    "bericht": "Sanne is vanmiddag niet thuisgekomen.",
    "signalement": "Gele regenjas.",
    "leeftijd": "9",
    "laatst_gezien": "Kanaalstraat",
    "gemeente": "utrecht",
    "looptijd": "60",
    "kanalen_keuze": "alle",
    "focus_x": "0.5",
    "focus_y": "0.4",
}


class Browser:
    """A person who is logged in and has no JavaScript."""

    def __init__(self, huis: Huis, rol: str) -> None:
        self.huis, self.csrf = huis, huis.inloggen(rol)

    def get(self, pad: str) -> Any:
        return self.huis.client.get(pad, headers={"Accept": "text/html"}, follow_redirects=False)

    def post(self, pad: str, velden: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        data = {"csrf": self.csrf, **(velden or {})}
        return self.huis.client.post(pad, data=data, headers={"Accept": "text/html"}, follow_redirects=False, **kwargs)

    def concept(self, **anders: str) -> str:
        """Fill in the form; returns the address of the concept."""
        answer = self.post("/acties/nieuw", {**FORMULIER, "knop": "verder", **anders})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).partition("?")[0]

    def lopend(self, **anders: str) -> str:
        pad = self.concept(**anders)
        assert self.post(f"{pad}/publiceren").status_code == 303
        return pad


@pytest.fixture
def meldkamer(huis: Huis) -> Browser:
    return Browser(huis, "meldkamer")


@pytest.fixture
def adviseur(huis: Huis) -> Browser:
    return Browser(huis, "adviseur")


def jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (80, 100), (120, 90, 60)).save(out, "JPEG")
    return out.getvalue()


def test_a_visitor_logs_in_and_comes_where_he_was_going(huis: Huis) -> None:
    huis.inloggen("meldkamer")
    huis.client.cookies.clear()
    door = huis.client.get("/taken", headers={"Accept": "text/html"}, follow_redirects=False)
    assert (door.status_code, door.headers["location"]) == (303, "/inloggen?verder=%2Ftaken")
    wrong = huis.client.post("/inloggen", data={"naam": "meldkamer", "wachtwoord": "fout", "verder": "/taken"})
    assert wrong.status_code == 401
    assert "klopt niet" in wrong.text
    assert 'value="meldkamer"' in wrong.text
    velden = {"naam": "meldkamer", "wachtwoord": WACHTWOORD, "verder": "/taken"}
    right = huis.client.post("/inloggen", data=velden, follow_redirects=False)
    assert (right.status_code, right.headers["location"]) == (303, "/taken")


def test_three_steps_from_form_to_running(meldkamer: Browser) -> None:
    pad = meldkamer.concept()
    page = meldkamer.get(pad).text
    assert "buurtapp en wijkgroep" in page
    assert "<strong>2 kanalen</strong>" in page
    assert "van 1.024 tekens" in page
    assert meldkamer.post(f"{pad}/publiceren").headers["location"] == f"{pad}?gedaan=uitgezet"
    assert "Loopt" in meldkamer.get(pad).text


def test_a_fault_costs_nothing_that_was_typed(meldkamer: Browser) -> None:
    velden = {
        **FORMULIER,
        "gemeente": "Utregt",
        "leeftijd": "negen",
        "titel": "",
        "knop": "verder",
        "toestemming": "ja",
    }
    answer = meldkamer.post("/acties/nieuw", velden, files={"foto": ("gezicht.jpg", jpeg(), "image/jpeg")})
    assert answer.status_code == 400
    for veld in ("gemeente", "leeftijd", "titel"):
        assert f'href="#{veld}"' in answer.text
    for getypt in ("Utregt", "negen", "Gele regenjas.", "Kanaalstraat"):
        assert getypt in answer.text
    bewaard = re.search(r'name="foto_bewaard" value="([\w-]+)"', answer.text)
    assert bewaard is not None
    pad = meldkamer.concept(foto_bewaard=bewaard[1], toestemming="ja")
    assert "met schriftelijke toestemming" in meldkamer.get(pad).text


def test_a_file_that_is_no_photo_is_refused_with_its_reason(meldkamer: Browser) -> None:
    velden = {**FORMULIER, "knop": "verder"}
    answer = meldkamer.post("/acties/nieuw", velden, files={"foto": ("x.jpg", b"geen beeld", "image/jpeg")})
    assert answer.status_code == 400
    assert 'href="#foto"' in answer.text


def test_the_preview_is_what_is_posted(meldkamer: Browser) -> None:
    shown = meldkamer.post("/acties/voorbeeld", FORMULIER).text
    pad = meldkamer.lopend()
    rows = meldkamer.huis.deps.db.read_sync(lambda s: delivery.of_actie(s, pad.rsplit("/", 1)[1]))
    first_line = rows[0].tekst.splitlines()[1]
    assert first_line in shown


def test_policy_speaks_before_it_bites(meldkamer: Browser) -> None:
    bewaard = meldkamer.post("/acties/foto", files={"foto": ("g.jpg", jpeg(), "image/jpeg")}).json()["foto"]
    velden = {**FORMULIER, "niveau": "lokaal", "foto_bewaard": bewaard, "toestemming": "ja"}
    assert "lokale actie over een minderjarige mag geen foto" in meldkamer.post("/acties/voorbeeld", velden).text


def test_an_oefening_has_its_own_frame_and_confirm_text(meldkamer: Browser) -> None:
    page = meldkamer.get(meldkamer.concept(oefening="ja")).text
    assert "ah-bevestig--oefening" in page
    assert "Start de oefening" in page
    assert "Ja, zet nu uit" not in page


def test_withdrawing_takes_one_confirmed_press_and_shows_the_receipt(meldkamer: Browser) -> None:
    pad = meldkamer.lopend()
    assert "Ja, trek nu in" in meldkamer.get(pad).text
    assert meldkamer.post(f"{pad}/intrekken", {"reden": "gevonden"}).status_code == 303
    page = meldkamer.get(pad).text
    assert "Intrekkingsbewijs" in page
    assert "Buiten bereik" in page
    assert "Sanne" not in page
    receipt = meldkamer.get(f"{pad}/bewijs").text
    assert "Intrekkingsbewijs UI-1" in receipt
    assert receipt.count("Intrekkingsbewijs</h") == receipt.count("Afdrukken of bewaren") == 0
    assert re.search(r"<dt>Beëindigd</dt><dd>\d\d-\d\d-\d{4} \d\d:\d\d:\d\d</dd>", receipt)


def test_the_moving_part_reloads_the_page_when_the_phase_changed(meldkamer: Browser) -> None:
    pad = meldkamer.lopend()
    assert "HX-Refresh" not in meldkamer.get(f"{pad}/stand?fase=actief").headers
    meldkamer.post(f"{pad}/intrekken", {"reden": "fout"})
    assert meldkamer.get(f"{pad}/stand?fase=actief").headers["HX-Refresh"] == "true"


def test_changing_extending_and_closing(meldkamer: Browser) -> None:
    pad = meldkamer.lopend()
    actie_id = pad.rsplit("/", 1)[1]
    same = {name: FORMULIER[name] for name in ("bericht", "signalement", "leeftijd", "laatst_gezien")}
    assert meldkamer.post(f"{pad}/wijzigen", {**same, "titel": "Sanne (9) is vermist"}).status_code == 303
    wrong = meldkamer.post(f"{pad}/wijzigen", {**same, "titel": "", "bericht": "Half af"})
    assert wrong.status_code == 400
    assert "Half af" in wrong.text
    assert meldkamer.post(f"{pad}/verlengen", {"minuten": "30"}).status_code == 303
    assert meldkamer.post(f"{pad}/verlengen", {"minuten": "veel"}).status_code == 400
    actie = meldkamer.huis.deps.db.read_sync(lambda s: acties.get(s, actie_id))
    assert actie is not None
    assert (actie.titel, actie.versie, actie.looptijd_minuten) == ("Sanne (9) is vermist", 2, 90)
    assert meldkamer.post(f"{pad}/afsluiten").status_code == 303


def test_a_reactie_is_one_press_and_the_outcome_three_answers(meldkamer: Browser) -> None:
    pad = meldkamer.lopend()
    assert meldkamer.post(f"{pad}/reacties", {"route": "112", "bron": "x"}).status_code == 303
    assert "112: 1" in meldkamer.get(pad).text
    given = {"uitkomst": "gevonden", "dankzij": "ja", "route": "112"}
    assert meldkamer.post(f"{pad}/uitkomst", given).status_code == 303
    assert "Uitkomst: gevonden" in meldkamer.get(pad).text
    assert meldkamer.post(f"{pad}/uitkomst", {"uitkomst": "onzin"}).status_code == 400


def test_a_form_of_another_site_does_nothing(meldkamer: Browser) -> None:
    pad = meldkamer.lopend()
    meldkamer.csrf = "gestolen"
    assert meldkamer.post(f"{pad}/intrekken", {"reden": "gevonden"}).status_code == 403
    assert "Loopt" in meldkamer.get(pad).text


def test_who_only_reads_sees_no_buttons_and_may_not_press_them(huis: Huis) -> None:
    pad = Browser(huis, "meldkamer").lopend()
    lezer = Browser(huis, "lezer")
    page = lezer.get(pad)
    assert page.status_code == 200
    assert "Intrekken" not in page.text
    assert lezer.post(f"{pad}/intrekken", {"reden": "gevonden"}).status_code == 403
    assert lezer.get("/acties/nieuw").status_code == 403


def test_a_text_from_outside_is_shown_as_text(meldkamer: Browser) -> None:
    pad = meldkamer.concept(titel="<script>alert(1)</script>")
    page = meldkamer.get(pad).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_new_kanaal_without_a_netwerk_leads_to_the_choice(adviseur: Browser) -> None:
    led = adviseur.get("/kanalen/nieuw")
    assert str(led.url).endswith("/kanalen#kop-nieuw") or led.headers.get("location") == "/kanalen#kop-nieuw"
    assert adviseur.get("/kanalen/nieuw?netwerk=bestaat-niet").status_code == 404


def test_a_kanaal_never_shows_its_secret_again(adviseur: Browser) -> None:
    velden = {
        "naam": "proef-een",
        "netwerk": "proef",
        "inst-account": "een",
        "inst-token": "heel-geheim",
        "gemeenten": "Utrecht",
        "aan": "ja",
    }
    assert adviseur.post("/kanalen/nieuw", velden).status_code == 303
    page = adviseur.get("/kanalen/proef-een").text
    assert "heel-geheim" not in page
    assert "Is ingevuld" in page
    assert adviseur.post("/kanalen/proef-een", {**velden, "inst-token": "", "aan": ""}).status_code == 303
    assert "Staat uit" in adviseur.get("/kanalen").text
    wrong = adviseur.post("/kanalen/nieuw", {"naam": "Fout!", "netwerk": "proef", "gemeenten": "Nergens"})
    assert wrong.status_code == 400
    assert "Nergens" in wrong.text


def test_the_address_of_a_scherm_is_shown_once(adviseur: Browser) -> None:
    velden = {"naam": "Station", "gemeente": "Utrecht", "breedte": "1080", "hoogte": "1920", "soort": "station"}
    made = adviseur.post("/schermen", velden).text
    address = re.search(r"/s/([\w-]+)/", made)
    assert address is not None
    assert address[1] not in adviseur.get("/schermen").text
    scherm = adviseur.huis.deps.db.read_sync(screens.all)[0]
    again = adviseur.post(f"/schermen/{scherm.id}/nieuw-adres").text
    assert address[1] not in again
    wrong = adviseur.post("/schermen", {**velden, "naam": "Twee", "breedte": "breed"})
    assert wrong.status_code == 400
    assert 'value="Twee"' in wrong.text


def test_a_task_is_answered_with_one_press(meldkamer: Browser) -> None:
    pad = meldkamer.lopend()
    db, now = meldkamer.huis.deps.db, meldkamer.huis.klok.now()

    def by_hand(session: Any) -> None:
        for row in claim.claim(session, "proef", now, {}, 9):
            delivery.settle(session, row, "proef", "handwerk", now)

    db.write_sync(by_hand)
    page = meldkamer.get("/taken").text
    assert "Plaats dit bericht zelf: buurtapp" in page
    assert "Kopieer de tekst" in page
    row = db.read_sync(lambda s: delivery.of_actie(s, pad.rsplit("/", 1)[1]))[0]
    assert meldkamer.post(f"/taken/{row.id}", {"antwoord": "staat-er"}).status_code == 303
    changed = db.read_sync(lambda s: delivery.get(s, row.id))
    assert changed is not None
    assert changed.staat == "verzonden"
    assert meldkamer.post(f"/taken/{row.id}", {"antwoord": "staat-er"}).status_code == 409


def test_figures_and_reports_carry_their_definitions(meldkamer: Browser) -> None:
    pad = meldkamer.lopend()
    assert "unieke personen" in meldkamer.get("/statistieken").text
    actie_id, now = pad.rsplit("/", 1)[1], meldkamer.huis.klok.now()
    native = MetingRij(id="m1", actie_id=actie_id, kanaal="buurtapp", ref="1", naam="vindIkLeuks", waarde=7, op=now)
    meldkamer.huis.deps.db.write_sync(lambda s: s.add(native))
    figures = meldkamer.get(f"/statistieken?actie={actie_id}").text
    assert "Zonder kanaal of scherm" in figures
    assert "Kliks op gedeelde links</th>" in figures
    assert '<span title="vindIkLeuks">vind ik leuk</span>: 7' in figures
    report = meldkamer.get("/rapporten/acties-en-reacties?van=2026-01-01&tot=2026-12-31&gemeente=Utrecht").text
    assert "formaat=csv&amp;scheiding=puntkomma" in report
    assert "Wat staat er in elke kolom?" in report
    assert meldkamer.get("/rapporten/acties-en-reacties?van=gisteren").status_code == 400
