"""`hub bench crash`: one line of counts for a script, a table for a person, faults in words."""

import json

import pytest

from hub.app import PARTS
from hub.commands import bench
from tests.commands.conftest import Doe


@pytest.mark.timeout(120)
def test_crash_prints_exactly_one_line_of_counts_on_stdout(doe: Doe) -> None:
    done = doe("bench", "crash", "--bezorgingen", "4", "--kills", "1", "--database", "sqlite", "--json")
    counts = json.loads(done.uit)
    assert list(counts) == ["bezorgingen", "kills", "verloren", "dubbel", "onbekend", "vanzelfOpgelost"]
    assert (counts["bezorgingen"], counts["kills"], counts["verloren"], counts["dubbel"]) == (4, 1, 0, 0)
    assert done.uit.count("\n") == 1
    assert "vanzelf opgelost binnen 30 s" in done.fout


@pytest.mark.timeout(120)
def test_without_json_the_counts_are_a_table(doe: Doe) -> None:
    shown = doe("bench", "crash", "--bezorgingen", "2", "--kills", "0").uit
    assert [line.split() for line in shown.splitlines()[:4]] == [
        ["telling", "aantal"],
        ["bezorgingen", "2"],
        ["kills", "0"],
        ["verloren", "0"],
    ]


def test_what_cannot_be_is_told_before_anything_starts(doe: Doe) -> None:
    assert "sqlite, postgresql" in doe("bench", "crash", "--database", "mysql").fout
    assert "crash" in doe("bench", "posters", "--kills", "3").fout
    assert doe("bench", "crash", "--bezorgingen", "0").code == 2


def test_without_a_suite_each_is_listed_with_what_it_measures(doe: Doe) -> None:
    lines = doe("bench").uit.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [*bench.suites(PARTS.root / "bench"), "alles"] == [*bench.UITLEG]
    assert all(line.endswith(".") for line in lines)
