"""Planning of bezorgingen: a closing message always goes out, and a photo post is known as one."""

from pathlib import Path

from hub.acties.view import provisional, view
from hub.compose.templates import Templates
from hub.content import Limits
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
