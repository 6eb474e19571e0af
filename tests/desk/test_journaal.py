"""The journal of endings: a line per ending, read back whatever a crash left of it."""

import multiprocessing
from pathlib import Path

from hub.desk.journaal import INTREKKEN, TOCH_DOOR, Journaal, Regel, beeindigd, lees, ontbrekend

EEN = Regel("a1", "K7M2QX", INTREKKEN, "gevonden", "2026-03-01T13:05:00.000Z")
TWEE = Regel("a2", "P3R8TV", "afsluiten", "afgesloten", "2026-03-01T13:06:00.000Z")


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    journaal = Journaal(tmp_path / "map" / "intrekkingen.log")
    assert journaal.alles() == []
    journaal.noteer(EEN)
    journaal.noteer(TWEE)
    assert journaal.alles() == [EEN, TWEE]
    assert journaal.path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_tore_costs_only_itself(tmp_path: Path) -> None:
    journaal = Journaal(tmp_path / "intrekkingen.log")
    journaal.noteer(EEN, TWEE)
    whole = journaal.path.read_bytes()
    for length in range(len(whole)):
        journaal.path.write_bytes(whole[:length])
        journaal.noteer(TWEE)
        assert journaal.alles()[-1] == TWEE
        # A line that misses nothing but its end is whole as well.
        assert (EEN in journaal.alles()) == (length >= whole.index(b"\n"))


def test_what_is_not_ours_is_left_out() -> None:
    assert lees(b'\xff\xfe\n[]\n{"actie_id": 1}\n{}\n\n"tekst"\n') == []


def test_the_last_ending_counts_but_a_withdrawal_is_never_undone() -> None:
    over = Regel("a1", "K7M2QX", "verlopen", "afgesloten", "")
    door = Regel("a1", "K7M2QX", TOCH_DOOR, "", "")
    assert beeindigd([over, door]) == {}
    assert beeindigd([over, door, over]) == {"a1": over}
    assert beeindigd([over, EEN, over, door]) == {"a1": EEN}


def test_what_the_journal_misses() -> None:
    closed = Regel("a1", "K7M2QX", "afsluiten", "afgesloten", "")
    assert ontbrekend([], [EEN, TWEE]) == [EEN, TWEE]
    assert ontbrekend([closed], [EEN]) == [EEN]
    assert ontbrekend([EEN], [closed]) == []


def _noteer(path: Path, nummer: int) -> None:
    for regel in range(25):
        Journaal(path).noteer(Regel(f"{nummer}-{regel}", "K7M2QX", INTREKKEN, "fout", ""))


def test_processes_that_write_at_once_lose_no_line(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_noteer, args=(tmp_path / "j.log", nummer)) for nummer in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len({regel.actie_id for regel in Journaal(tmp_path / "j.log").alles()}) == 100
