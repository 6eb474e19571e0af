"""The money of a kanaal decides whether a link goes along and whether a new actie does; nothing else is stopped."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.acties.view import provisional, view
from hub.compose.templates import Templates
from hub.content import Limits
from hub.delivery.model import Bezorging
from hub.desk import plannen
from hub.desk.plannen import Account, BudgetOp
from hub.kanalen.budget import Budget, Kosten, Link
from hub.kanalen.model import Kanaal
from hub.kit.config import Config
from tests.builders import NU, een_invoer

TEMPLATES = Templates(Path(__file__).resolve().parents[2] / "templates" / "posts")
ACTIE = provisional(een_invoer(), actie_id="a1", code="K7M2QX", wie="meldkamer", now=NU)
LINK = "https://ah.example.nl/7KM3XQ2Z"
SHOWN = view(ACTIE, Config())


def op_x(uitgegeven: int, link: Link = "als het past", limits: Limits | None = None) -> Account:
    limits = limits or Limits(280, 280, "x", alt_max=1000)
    geld = Budget(Kosten(30, 215, 1_000, link), uitgegeven, 0.5)
    return Account(Kanaal("op-x", "x"), limits, frozenset(), budget=geld)


def test_while_there_is_room_the_link_goes_along_and_is_paid_for() -> None:
    plan, made = plannen.publish_plan(TEMPLATES, ACTIE, SHOWN, op_x(0), LINK)
    assert LINK in plan.tekst
    assert (plan.prijs, plan.link, made.teller <= 280) == (215, LINK, True)


def test_when_it_is_tight_the_qr_code_alone_leads_to_the_page() -> None:
    plan, made = plannen.publish_plan(TEMPLATES, ACTIE, SHOWN, op_x(500), LINK)
    assert LINK not in plan.tekst
    assert plan.beeld is not None
    assert (plan.prijs, plan.link, made.link) == (30, LINK, LINK)
    assert "112" in plan.tekst


def test_without_a_picture_the_link_stays_in_the_text() -> None:
    plan, _ = plannen.publish_plan(TEMPLATES, ACTIE, SHOWN, op_x(500, limits=Limits(280, 280, "x", images=False)), LINK)
    assert (LINK in plan.tekst, plan.prijs) == (True, 215)


def test_an_address_that_somebody_wrote_costs_as_much_as_a_link() -> None:
    actie = replace(ACTIE, titel="Sanne (9) vermist, zie gemeente.nl")
    plan, _ = plannen.publish_plan(TEMPLATES, actie, view(actie, Config()), op_x(0, "nooit"), LINK)
    assert plan.prijs == 215


def test_a_new_actie_does_not_go_where_the_price_cannot_be_told_and_a_running_one_does() -> None:
    account = Account(Kanaal("op-x", "x"), Limits(280, 280, "x"), frozenset(), kosten_fout="Vul een bedrag in.")
    with pytest.raises(BudgetOp, match="Vul een bedrag in"):
        plannen.publish_plan(TEMPLATES, ACTIE, SHOWN, account, LINK)
    plan, _ = plannen.publish_plan(TEMPLATES, ACTIE, SHOWN, account, LINK, nieuw=False)
    assert plan.prijs == 0


def test_a_new_actie_does_not_go_where_the_money_is_gone() -> None:
    for account in (op_x(971), op_x(800, "altijd")):
        with pytest.raises(BudgetOp, match="budget"):
            plannen.publish_plan(TEMPLATES, ACTIE, SHOWN, account, LINK)


def een_post(staat: str) -> Bezorging:
    return Bezorging(
        id="p1", actie_id="a1", versie=1, kanaal="op-x", doel="", soort="publiceren", doet="maakt", staat=staat,
        oefening=False, pogingen=0, fence=0, sleutel="s", marker="m", tekst="t", link=LINK, beeld=None, van_id="",
        ref="1", bericht_url="", fout="", bewijs="", klaar_op=NU, gemaakt_op=NU, gestart_op=None, bevestigd_op=None,
    )  # fmt: skip


@pytest.mark.parametrize("staat", ["verzonden", "wachtrij"])
def test_a_correction_goes_out_whatever_it_costs(staat: str) -> None:
    newer = replace(ACTIE, versie=2)
    accounts, links = {"op-x": op_x(5_000)}, {"op-x": LINK}
    plans = plannen.correct_plans(TEMPLATES, newer, view(newer, Config()), accounts, [een_post(staat)], links)
    assert [(plan.doet, plan.prijs) for plan in plans if plan.doet == "maakt"] == [("maakt", 30)]


def test_a_closing_message_goes_out_whatever_it_costs() -> None:
    accounts, links = {"op-x": op_x(5_000)}, {"op-x": LINK}
    [plan] = plannen.closing_plans(TEMPLATES, ACTIE, SHOWN, accounts, ["op-x"], links, fout=False)
    assert (plan.soort, plan.prijs, LINK in plan.tekst) == ("sluiten", 30, False)
