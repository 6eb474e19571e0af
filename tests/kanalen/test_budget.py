"""What a month may cost: when a link stays out, when a post does not go, and how that is said."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kanalen import budget
from hub.kanalen.budget import Budget, Kosten

X = {
    "kostenZonderLink": "0,03",
    "kostenMetLink": "0.215",
    "budgetPerMaand": "50",
    "linkInTekst": "Als het past",
}
KOSTEN = Kosten(30, 215, 50_000, "als het past")


def op(uitgegeven: int, dag: int = 15, kosten: Kosten = KOSTEN) -> Budget:
    return budget.stand(kosten, uitgegeven, datetime(2026, 4, dag, 12, tzinfo=UTC))


def anders(link: budget.Link, per_maand: int | None = 50_000) -> Kosten:
    return Kosten(30, 215, per_maand, link)


def test_costs_are_read_with_point_or_comma() -> None:
    assert budget.read(X) == KOSTEN
    assert budget.read({**X, "budgetPerMaand": "geen"}) == anders("als het past", None)


def test_a_netwerk_that_does_not_bill_has_no_costs() -> None:
    assert budget.read({"token": "geheim"}) is None


@pytest.mark.parametrize(
    ("naam", "waarde"),
    [
        ("kostenMetLink", "veel"),
        ("kostenZonderLink", "-1"),
        ("budgetPerMaand", "nan"),
        ("budgetPerMaand", "9e999999"),
        ("linkInTekst", "soms"),
    ],
)
def test_nonsense_is_named(naam: str, waarde: str) -> None:
    [fault] = budget.faults({**X, naam: waarde})
    assert f"`{naam}`" in fault
    with pytest.raises(ValueError, match=naam):
        budget.read({**X, naam: waarde})


def test_a_link_stays_out_while_more_was_spent_than_befits_the_day() -> None:
    assert op(0, dag=1).link
    assert op(25_000 - 215).link
    assert not op(25_000 - 214).link
    assert op(25_000, dag=16).link


@pytest.mark.parametrize(("keus", "link"), [("altijd", True), ("nooit", False)])
def test_whoever_chose_gets_what_was_chosen(keus: budget.Link, link: bool) -> None:
    for spent in (0, 49_999, 50_000):
        assert op(spent, kosten=anders(keus)).link is link
    assert op(0, kosten=anders(keus, None)).link is link


def test_a_budget_is_used_to_the_last_post_and_no_further() -> None:
    assert not op(50_000 - 30).op
    assert op(50_000 - 29).op
    assert op(50_000 - 214, kosten=anders("altijd")).op
    assert not op(10**8, kosten=anders("altijd", None)).op


@given(
    st.lists(st.booleans(), max_size=60), st.integers(0, 3_000), st.sampled_from(["altijd", "als het past", "nooit"])
)
def test_no_row_of_first_posts_costs_more_than_the_month_allows(
    adressen: list[bool], per_maand: int, keus: budget.Link
) -> None:
    spent = 0
    for eigen_adres in adressen:
        now = op(spent, kosten=anders(keus, per_maand))
        if now.past(prijs := now.prijs(now.link or eigen_adres)):
            spent += prijs
    assert spent <= per_maand


def test_how_it_stands_is_said_in_a_sentence() -> None:
    assert op(12_350).zin == "Deze maand 12,35 uitgegeven van 50,00 dollar."
    assert "zonder link" in op(30_000).zin
    assert op(50_000).zin.startswith("Budget op. Deze maand 50,00 uitgegeven van 50,00 dollar. Nieuwe acties gaan er")
    assert "geen grens" in op(30, kosten=anders("altijd", None)).zin


def test_a_month_is_one_of_the_calendar_in_the_netherlands() -> None:
    assert budget.month(datetime(2026, 3, 31, 21, 59, tzinfo=UTC)) == (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
    )
    assert budget.month(datetime(2026, 3, 31, 22, tzinfo=UTC))[0] == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert op(0, dag=30).deel == 1
