"""An actie that a restore put on hold, and one that waits for a second person: what to press, and whom to ask."""

import re
from datetime import timedelta

import pytest

from hub.desk import reservekopie
from hub.kit.config import Config, Goedkeuring
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.toegang import users
from tests.builders import Klok
from tests.web.huis import ADRES, WACHTWOORD, Huis, open_huis

KNOP = "Ja, laat deze actie weer zien"
VIER_OGEN = Config(adres=ADRES, goedkeuring=Goedkeuring(tijdkritisch="vier-ogen"))


def pagina(huis: Huis, actie_id: str) -> str:
    return str(huis.client.get(f"/acties/{actie_id}", headers={"Accept": "text/html"}).text)


def zet_terug(huis: Huis) -> None:
    """What a restore does to the acties of this hub."""
    now = huis.klok.now()
    huis.deps.db.write_sync(lambda s: reservekopie.maak_stil(s, now - timedelta(hours=1), now))


def collega(huis: Huis, naam: str, rol: str, *regios: str) -> None:
    wachtwoorden, now = huis.deps.inloggen.wachtwoorden, huis.klok.now()
    huis.deps.db.write_sync(
        lambda s: users.make(s, wachtwoorden, naam=naam, rol=rol, wachtwoord=WACHTWOORD, now=now, regios=regios)
    )


def test_a_restored_actie_has_words_and_a_button_of_its_own(huis: Huis) -> None:
    csrf = huis.inloggen()
    actie_id = huis.start().json()["id"]
    zet_terug(huis)
    shown = pagina(huis, actie_id)
    assert KNOP in shown
    assert "Kijk daarom eerst op de netwerken." in shown
    assert "oedkeur" not in re.sub(r"<form[^>]*>", "", shown.split('id="kop-uit"')[1].split("</section>")[0])
    answer = huis.client.post(f"/acties/{actie_id}/goedkeuren", data={"csrf": csrf}, follow_redirects=True)
    assert "De actie is weer te zien." in answer.text
    assert huis.get("lezer", f"/acties/{actie_id}").json()["fase"] == "actief"


@pytest.mark.parametrize("terug", [False, True])
def test_under_vier_ogen_a_writer_reads_who_can_release_it(db: Db, vault: Vault, klok: Klok, terug: bool) -> None:
    with open_huis(db, vault, klok, VIER_OGEN) as huis:
        csrf = huis.inloggen("meldkamer")
        actie_id = huis.start().json()["id"]
        if terug:
            assert huis.post("beheerder", f"/acties/{actie_id}/goedkeuringen").status_code == 201
            zet_terug(huis)
        assert "Vraag een beheerder om een collega toe te voegen." in pagina(huis, actie_id)
        collega(huis, "Bo", "meldkamer")
        collega(huis, "Daan", "beheerder", "GM0344")
        collega(huis, "Elders", "meldkamer", "GM0363")
        collega(huis, "Adviseur", "adviseur")
        shown = pagina(huis, actie_id)
        assert "Dat kan: Bo of Daan." in shown
        assert KNOP not in shown
        answer = huis.client.post(f"/acties/{actie_id}/goedkeuren", data={"csrf": csrf})
        assert answer.status_code == 403
        assert "Dat kan: Bo of Daan." in answer.text
        refused = huis.post("meldkamer", f"/acties/{actie_id}/goedkeuringen").json()
        assert refused["detail"].endswith("Dat kan: Bo of Daan.")
        huis.inloggen("beheerder")
        assert (KNOP if terug else "Goedkeuren en nu uitzetten") in pagina(huis, actie_id)
