"""The sample of local acties that the demo and the intake read: facts that other tests and docs count on."""

from pathlib import Path

from hub.feeds.actions import ActionBericht, parse

FOLDER = Path(__file__).parents[2] / "hub" / "feeds" / "voorbeeld"


def sample(stand: str) -> dict[str, ActionBericht]:
    read = parse((FOLDER / f"acties-{stand}.json").read_bytes())
    assert read.fouten == ()
    return {bericht.id: bericht for bericht in read.berichten}


def test_forty_acties_in_twenty_five_gemeenten_of_every_type() -> None:
    acties = sample("open")
    assert len(acties) == 40
    assert len({bericht.gemeente for bericht in acties.values()}) == 25
    assert len({bericht.actie_type for bericht in acties.values()}) == 12
    assert all(bericht.actief and bericht.cirkel for bericht in acties.values())


def test_some_change_and_all_close() -> None:
    before, changed, closed = sample("open"), sample("gewijzigd"), sample("gesloten")
    assert before.keys() == changed.keys() == closed.keys()
    assert sum(before[key].sleutel != changed[key].sleutel for key in before) == 18
    assert not any(bericht.actief for bericht in closed.values())
    assert all(changed[key].sleutel != closed[key].sleutel for key in changed)
