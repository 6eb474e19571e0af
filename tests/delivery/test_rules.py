"""The state table of bezorgingen: what may happen, and above all what cannot."""

import pytest

from hub.delivery import rules
from hub.delivery.rules import (
    OVERGANGEN,
    Buur,
    OnmogelijkeOvergang,
    may_begin,
    next_state,
    priority,
    still_allowed,
    when_refused,
)

EVENTS = sorted({event for _, _, event in OVERGANGEN})


def test_every_state_in_the_table_is_a_known_state() -> None:
    used = {staat for _, staat, _ in OVERGANGEN} | set(OVERGANGEN.values())
    assert used == set(rules.STATEN)


def test_what_makes_a_post_never_returns_to_the_queue_by_itself_after_the_socket_opened() -> None:
    by_itself = {"onduidelijk", "worker-weg", "geweigerd", "bevestigd"}
    targets = {next_state("maakt", "verzenden", event) for event in by_itself}
    assert targets == {"onbekend", "mislukt", "verzonden"}


def test_what_changes_a_known_post_is_repeated_until_confirmed() -> None:
    assert next_state("wijzigt", "verzenden", "onduidelijk") == "wachtrij"
    assert next_state("wijzigt", "verzenden", "worker-weg") == "wachtrij"


def test_an_unknown_outcome_is_resent_by_a_person_or_where_the_key_is_known() -> None:
    leaving = {
        event: target for (doet, staat, event), target in OVERGANGEN.items() if (doet, staat) == ("maakt", "onbekend")
    }
    assert leaving == {
        "gevonden": "verzonden",
        "staat-er": "verzonden",
        "staat-er-niet": "vervallen",
        "opnieuw": "wachtrij",
        "herhalen": "wachtrij",
        "opgegeven": "taak",
    }
    assert next_state("maakt", "wachtrij", "twijfel") == "onbekend"


@pytest.mark.parametrize("doet", ["maakt", "wijzigt"])
@pytest.mark.parametrize("event", EVENTS)
def test_nothing_happens_to_what_was_cancelled(doet: str, event: str) -> None:
    if doet == "wijzigt" and event in ("toch-weg", "hervat"):
        assert next_state(doet, "vervallen", event) == "wachtrij"
        return
    with pytest.raises(OnmogelijkeOvergang):
        next_state(doet, "vervallen", event)


@pytest.mark.parametrize("event", EVENTS)
def test_a_confirmed_post_stays_confirmed(event: str) -> None:
    with pytest.raises(OnmogelijkeOvergang):
        next_state("maakt", "verzonden", event)


def test_a_withdrawal_goes_before_everything_else() -> None:
    others = [priority(soort, "tijdkritisch") for soort in ("publiceren", "corrigeren", "sluiten")]
    assert priority("intrekken", "tijdkritisch") < min(others)


@pytest.mark.parametrize(
    ("staat", "begin"),
    [
        ("wachtrij", "wachten"),
        ("verzenden", "wachten"),
        ("onbekend", "wachten"),
        ("verzonden", "nu"),
        ("taak", "nu"),
        ("vervallen", "vervalt"),
        ("mislukt", "vervalt"),
    ],
)
def test_a_withdrawal_starts_as_soon_as_the_post_is_known(staat: str, begin: str) -> None:
    assert may_begin("intrekken", "p1", [Buur("p1", "publiceren", staat, "")]) == begin


@pytest.mark.parametrize(
    ("staat", "begin"),
    [
        ("wachtrij", "wachten"), ("verzenden", "wachten"), ("onbekend", "wachten"), ("taak", "wachten"),
        ("verzonden", "nu"), ("mislukt", "nu"), ("vervallen", "nu"),
    ],
)  # fmt: skip
def test_the_post_that_a_new_one_replaces_stays_until_that_is_out_or_has_failed(staat: str, begin: str) -> None:
    old = Buur("p1", "publiceren", "verzonden", "", 1, "maakt")
    new = Buur("c2", "corrigeren", staat, "", 2, "maakt")
    assert may_begin("intrekken", "p1", [old, new], 1) == begin


def test_once_the_new_post_is_to_go_as_well_the_removal_of_the_old_one_waits_for_nothing() -> None:
    old, new = (
        Buur("p1", "publiceren", "verzonden", "", 1, "maakt"),
        Buur("c2", "corrigeren", "onbekend", "", 2, "maakt"),
    )
    assert may_begin("intrekken", "p1", [old, new, Buur("w2", "intrekken", "wachtrij", "c2", 2)], 1) == "nu"


@pytest.mark.parametrize("staat", ["wachtrij", "verzenden", "taak", "verzonden"])
def test_no_edit_follows_the_removal_of_its_post(staat: str) -> None:
    post, removal = Buur("p1", "publiceren", "verzonden", ""), Buur("w1", "intrekken", staat, "p1")
    assert may_begin("corrigeren", "p1", [post, removal], 2) == "vervalt"
    assert may_begin("corrigeren", "p1", [post, Buur("w1", "intrekken", "vervallen", "p1")], 2) == "nu"


def test_a_withdrawal_waits_for_an_edit_that_is_under_way() -> None:
    post, edit = Buur("p1", "publiceren", "verzonden", ""), Buur("c1", "corrigeren", "verzenden", "p1")
    assert may_begin("intrekken", "p1", [post, edit]) == "wachten"


@pytest.mark.parametrize(
    ("buren", "begin"),
    [
        ([("publiceren", "verzonden"), ("intrekken", "wachtrij")], "wachten"),
        ([("publiceren", "verzonden"), ("intrekken", "verzonden")], "nu"),
        ([("publiceren", "verzenden")], "wachten"),
        ([("publiceren", "onbekend")], "wachten"),
        ([("publiceren", "vervallen")], "vervalt"),
        ([("publiceren", "mislukt")], "vervalt"),
    ],
)
def test_a_closing_message_follows_the_withdrawals_and_only_where_something_was_visible(
    buren: list[tuple[str, str]], begin: str
) -> None:
    rows = [Buur(str(number), soort, staat, "") for number, (soort, staat) in enumerate(buren)]
    assert may_begin("sluiten", "", rows) == begin


def test_a_closing_message_makes_way_for_a_newer_one() -> None:
    rows = [Buur("1", "publiceren", "verzonden", ""), Buur("2", "sluiten", "wachtrij", "", versie=2)]
    assert may_begin("sluiten", "", rows, 1) == "vervalt"


def test_a_closing_message_that_was_taken_back_is_followed_by_the_new_one() -> None:
    rows = [Buur("1", "sluiten", "verzonden", "", 2), Buur("2", "intrekken", "verzonden", "1", 3)]
    assert may_begin("sluiten", "", rows, 3) == "nu"


def allowed(**anders: object) -> str:
    usual = {
        "soort": "publiceren",
        "fase": "actief",
        "verlopen": False,
        "oefening": False,
        "echt": True,
        "aan": True,
        "voorbeeld": False,
    }
    return still_allowed(**{**usual, **anders})  # type: ignore[arg-type]


def test_a_running_actie_may_be_posted() -> None:
    assert allowed() == ""


@pytest.mark.parametrize(
    "circumstance",
    [{"fase": "ingetrokken"}, {"fase": "afgesloten"}, {"fase": "concept"}, {"verlopen": True}, {"aan": False}],
)
def test_just_before_the_socket_a_post_is_stopped(circumstance: dict[str, object]) -> None:
    assert allowed(**circumstance)


@pytest.mark.parametrize("soort", rules.SOORTEN)
def test_an_oefening_never_reaches_a_real_kanaal_whatever_it_does(soort: str) -> None:
    assert allowed(soort=soort, oefening=True, echt=True) == "Een oefening gaat nooit naar een echt kanaal."


def test_a_withdrawal_is_allowed_in_every_phase_and_on_a_kanaal_that_is_off() -> None:
    for fase in ("concept", "actief", "afgesloten", "ingetrokken"):
        assert allowed(soort="intrekken", fase=fase, aan=False, verlopen=True) == ""


def test_of_a_post_that_is_out_on_a_kanaal_that_is_off_a_person_is_told_that_its_words_are_old() -> None:
    def event(reden: str, soort: str = "corrigeren", doet: str = "wijzigt", fase: str = "actief") -> str:
        return when_refused(reden, soort=soort, doet=doet, fase=fase)

    assert event(allowed(soort="corrigeren", aan=False)) == "handwerk"
    assert event(allowed(soort="corrigeren", aan=False), doet="maakt") == "vervallen"
    assert event(allowed(soort="corrigeren", aan=False, fase="ingetrokken"), fase="ingetrokken") == "vervallen"
    assert event(allowed(soort="corrigeren", verlopen=True)) == "vervallen"
    assert event(allowed(soort="intrekken", oefening=True), soort="intrekken") == "handwerk"


def test_a_closing_message_goes_out_only_after_the_end() -> None:
    assert allowed(soort="sluiten", fase="ingetrokken") == ""
    assert allowed(soort="sluiten", fase="actief") == "De actie loopt nog."


def test_the_words_of_an_older_versie_never_follow_those_of_a_newer_one() -> None:
    newer = Buur("p2", "corrigeren", "verzonden", "", versie=2, doet="maakt")
    assert may_begin("publiceren", "", [newer], versie=1) == "vervalt"
    assert may_begin("corrigeren", "", [newer], versie=3) == "nu"
