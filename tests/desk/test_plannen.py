"""Planning of bezorgingen: a closing message always goes out, and a photo post is known as one."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.acties.rules import Besluit
from hub.acties.view import provisional, view
from hub.compose.templates import Templates
from hub.content import Limits
from hub.delivery.model import HERHAALD, Beeld, Bezorging
from hub.desk import plannen
from hub.desk.plannen import Account
from hub.kanalen.model import Kanaal
from hub.kit.config import Config
from tests.builders import NU, een_invoer

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "posts"
ACTIE = provisional(een_invoer(), actie_id="a1", code="K7M2QX", wie="meldkamer", now=NU)


def account(**anders: object) -> Account:
    return Account(Kanaal("stad", "proef", **anders), Limits(500, 500), frozenset())  # type: ignore[arg-type]


def test_a_closing_message_goes_out_even_when_its_template_is_broken(tmp_path: Path) -> None:
    (tmp_path / "sluiten.txt").write_text("{{ bestaat_niet }}", encoding="utf-8")
    closed = view(ACTIE, Config())
    [plan] = plannen.closing_plans(Templates(tmp_path), ACTIE, closed, {"stad": account()}, ["stad"], {}, fout=False)
    assert plan.soort == "sluiten"
    assert plan.doet == "maakt"


def test_a_closing_message_goes_out_on_a_kanaal_whose_account_cannot_be_opened() -> None:
    closed = view(ACTIE, Config())
    [plan] = plannen.closing_plans(Templates(TEMPLATES), ACTIE, closed, {}, ["stad"], {}, fout=False)
    assert plan.tekst == closed.slottekst


def test_a_post_carries_marker_number_and_link() -> None:
    plan, made = plannen.publish_plan(
        Templates(TEMPLATES), ACTIE, view(ACTIE, Config()), account(), "http://127.0.0.1:8000/7KM3XQ2Z"
    )
    assert all(part in plan.tekst for part in ("K7M2QX", "112", "http://127.0.0.1:8000/7KM3XQ2Z"))
    assert made.teller <= made.maximum


def test_a_broken_template_never_keeps_an_actie_off_a_kanaal(tmp_path: Path) -> None:
    (tmp_path / "vermist-persoon.txt").write_text("{{ bestaat_niet }}", encoding="utf-8")
    plan, made = plannen.publish_plan(
        Templates(tmp_path), ACTIE, view(ACTIE, Config()), account(), "http://127.0.0.1:8000/7KM3XQ2Z"
    )
    assert "Bel 112" in plan.tekst
    assert "http://127.0.0.1:8000/7KM3XQ2Z" in plan.tekst
    assert "vermist-persoon" in made.melding


def post(staat: str, **anders: object) -> Bezorging:
    """A post of the first versie on `stad`."""
    fields = {
        "id": "p1", "actie_id": "a1", "versie": 1, "kanaal": "stad", "doel": "", "soort": "publiceren",
        "doet": "maakt", "staat": staat, "oefening": False, "pogingen": 1, "fence": 1, "sleutel": "s", "marker": "m",
        "tekst": "t", "link": "", "beeld": None, "van_id": "", "ref": "1", "bericht_url": "", "fout": "", "bewijs": "",
        "klaar_op": NU, "gemaakt_op": NU, "gestart_op": NU, "bevestigd_op": None,
    }  # fmt: skip
    return Bezorging(**{**fields, **anders})  # type: ignore[arg-type]


def corrected(*rows: Bezorging, kan: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    """What a correction plans on `stad`: soort, what it does, and for which row."""
    accounts = {"stad": Account(Kanaal("stad", "proef"), Limits(500, 500), kan)}
    newer = replace(ACTIE, versie=2)
    plans = plannen.correct_plans(Templates(TEMPLATES), newer, view(newer, Config()), accounts, rows, {})
    return [(plan.soort, plan.doet, plan.van_id) for plan in plans]


@pytest.mark.parametrize("staat", ["verzonden", "verzenden", "onbekend", "taak"])
def test_where_a_netwerk_cannot_edit_the_new_post_takes_the_place_of_the_old_one(staat: str) -> None:
    assert corrected(post(staat)) == [("corrigeren", "maakt", ""), ("intrekken", "wijzigt", "p1")]


def test_where_a_netwerk_can_edit_nothing_is_removed() -> None:
    assert corrected(post("verzonden"), kan=frozenset({"corrigeren"})) == [("corrigeren", "wijzigt", "p1")]


def test_a_post_that_did_not_leave_is_made_with_the_new_words_and_one_that_may_have_is_not() -> None:
    assert corrected(post("wachtrij")) == [("publiceren", "maakt", "")]
    again = post("wachtrij", stappen={HERHAALD: NU})
    assert corrected(again) == [("corrigeren", "maakt", ""), ("intrekken", "wijzigt", "p1")]


def test_a_post_that_is_on_its_way_out_gets_no_correction() -> None:
    assert corrected(post("verzonden"), post("wachtrij", id="w1", soort="intrekken", doet="wijzigt", van_id="p1")) == []


def test_a_correction_on_a_netwerk_that_cannot_edit_says_so_in_its_words() -> None:
    accounts = {"stad": account()}
    newer = replace(ACTIE, versie=2)
    shown = view(newer, Config())
    [new, _] = plannen.correct_plans(Templates(TEMPLATES), newer, shown, accounts, [post("verzonden")], {})
    assert "Correctie op een eerder bericht" in new.tekst


def test_a_removal_knows_of_the_photo_that_came_with_a_correction_and_says_voorbeeld() -> None:
    rows = [post("verzonden"), post("verzonden", id="c1", soort="corrigeren", van_id="p1", beeld=Beeld("kaart", True))]
    [plan] = plannen.leave_plans(ACTIE, view(ACTIE, Config()), rows[:1], ["stad"])
    assert (plan.beeld, plan.tekst) == (None, "VOORBEELD. Dit bericht is ingetrokken.")
    [plan] = plannen.retract_plans(ACTIE, rows[:1], rows, "Afgelopen.")
    assert plan.beeld == Beeld("kaart", True)


def test_the_line_about_the_photo_tells_what_the_netwerk_itself_cannot_do() -> None:
    ja, nee = Besluit(True, "kanaal-foto", "De foto gaat mee."), Besluit(False, "kanaal-foto", "Geen toestemming.")
    assert plannen.photo_line(ja, Limits(500, 500)) == "De foto gaat mee."
    assert plannen.photo_line(ja, Limits(500, 500, foto=False)) == plannen.GEEN_FOTO
    assert plannen.photo_line(ja, Limits(500, 500, images=False)) == plannen.GEEN_BEELD
    assert plannen.photo_line(nee, Limits(500, 500, foto=False)) == "Geen toestemming."
